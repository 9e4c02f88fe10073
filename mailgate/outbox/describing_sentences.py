"""Sentences of the commands that describe and tie tickets, and of `#undo`: rows of the table in `sentences.py`."""

from __future__ import annotations

OF_DESCRIBING: dict[str, tuple[str, str]] = {
    # what a command did
    "done.spam": (
        "#{number} is marked as spam and closed; nobody outside is told.",
        "#{number} ist als Spam vermerkt und geschlossen; niemand außerhalb erfährt davon.",
    ),
    "done.tag": ("The tags of #{number}: {value}.", "Stichwörter von #{number}: {value}."),
    "done.tag.none": ("#{number} has no tags.", "#{number} hat keine Stichwörter."),
    "done.channel": ("#{number} was reported by this channel: {value}.", "Der Meldeweg von #{number}: {value}."),
    "done.time": ("Time spent on #{number}: {value}.", "Bearbeitungszeit von #{number}: {value}."),
    "done.phone": ("The phone number of {name}: {value}.", "Telefonnummer von {name}: {value}."),
    "done.company": ("The company of {name}: {value}.", "Firma von {name}: {value}."),
    "done.department": ("The department of {name}: {value}.", "Abteilung von {name}: {value}."),
    "done.from": (
        "#{number} is reported by {value}; answers go there.",
        "#{number} ist von {value} gemeldet; Antworten gehen dorthin.",
    ),
    "done.opened_for": (
        "#{number} was opened for {name}, who is not written to before one of us answers.",
        "#{number} ist für {name} eröffnet; dorthin geht nichts, bevor hier jemand antwortet.",
    ),
    "done.opened_for.change": (
        "#{number} was opened for {name}, who is not written to before one of us answers. If somebody else wrote it:"
        " {command} other@address.",
        "#{number} ist für {name} eröffnet; dorthin geht nichts, bevor hier jemand antwortet. Stammt es von jemand"
        " anderem: {command} andere@adresse.",
    ),
    "tap.from.other": ("Somebody else wrote it", "Es stammt von jemand anderem"),
    "tap.from.own": ("It is my own request", "Es ist mein eigenes Anliegen"),
    "remark.passed_on": ("Forwarded by {name}.", "Weitergeleitet von {name}."),
    "remark.passed_on.words": (
        "Forwarded by {name}, who notes: {words}",
        "Weitergeleitet von {name} mit der Notiz: {words}",
    ),
    "done.from.address": (
        "What {value} writes counts as written by {name} from now on.",
        "Was {value} schreibt, gilt von jetzt an als von {name} geschrieben.",
    ),
    "done.customer": (
        "#{number} is for the end customer {value}, who is never written to.",
        "#{number} ist für {value}; von uns geht dorthin nie eine Mail.",
    ),
    "done.cc": ("Who reads along on #{number}: {value}.", "Bei #{number} lesen mit: {value}."),
    "done.cc.none": ("Nobody reads along on #{number}.", "Bei #{number} liest niemand mit."),
    "done.conceal": (
        "The handling of #{number} is hidden from {name}.",
        "Die Bearbeitung von #{number} ist für {name} verborgen.",
    ),
    "done.reveal": (
        "The handling of #{number} is open to {name}; notes and statements stay with us.",
        "Die Bearbeitung von #{number} ist für {name} offen; Notizen und Stellungnahmen bleiben bei uns.",
    ),
    "done.link": ("#{number} and #{other} are linked.", "#{number} und #{other} sind verknüpft."),
    "done.unlink": (
        "#{number} and #{other} are not linked any more.",
        "#{number} und #{other} sind nicht mehr verknüpft.",
    ),
    "done.same": (
        "#{number} has the same cause as #{other} and is resolved with it.",
        "#{number} hat dieselbe Ursache wie #{other} und wird mit ihm gelöst.",
    ),
    "done.unsame": (
        "#{number} is not resolved with #{other} any more.",
        "#{number} wird nicht mehr mit #{other} gelöst.",
    ),
    "done.same.resolved": (
        "#{number}, of the same cause, is resolved too; {name} was told.",
        "#{number} mit derselben Ursache ist auch gelöst; {name} wurde benachrichtigt.",
    ),
    "done.merge": (
        "#{number} is merged into #{other}: what comes for it goes there.",
        "#{number} ist in #{other} aufgegangen: Was dazu kommt, geht dorthin.",
    ),
    "misuse.reporters.address": (
        "If {writer} is {reporter} too, {command} adds the address.",
        "Ist {writer} auch {reporter}, so nimmt {command} die Adresse auf.",
    ),
    "copied.proposed": (
        "In copy: {names}. They read along only after {command}.",
        "In Kopie: {names}. Mitgelesen wird dort erst nach {command}.",
    ),
    # what changed, for others of us
    "change.spam": ("{name} has marked #{number} as spam.", "{name} hat #{number} als Spam vermerkt."),
    "change.from": (
        "{name} has corrected who reported #{number}: {value}.",
        "{name} hat berichtigt, wer #{number} gemeldet hat: {value}.",
    ),
    "change.same": (
        "{name} has noted that #{number} has the same cause as #{other}: resolving #{other} resolves both.",
        "{name} hat vermerkt, dass #{number} dieselbe Ursache hat wie #{other}: Wer #{other} löst, löst beide.",
    ),
    "change.same.resolved": (
        "{name} has resolved #{other}, and #{number} with it: they have the same cause.",
        "{name} hat #{other} gelöst und damit auch #{number}: Beide haben dieselbe Ursache.",
    ),
    "change.merged": (
        "{name} has merged #{number} into #{other}.",
        "{name} hat #{number} mit #{other} zusammengeführt.",
    ),
    "change.part_undone": (
        "{name} has taken back the part #{number}: it is not needed any more.",
        "{name} hat das Teilticket #{number} zurückgenommen: Es wird nicht mehr gebraucht.",
    ),
    "change.undone": (
        "{name} has taken back what was done on #{number}: {value}",
        "{name} hat bei #{number} zurückgenommen: {value}",
    ),
    # what an #undo did
    "undo.columns": ("#{number} is as before: {what}.", "#{number} ist wieder wie vorher: {what}."),
    "undo.participant.cc.gone": (
        "{value} does not read along on #{number} any more.",
        "{value} liest bei #{number} nicht mehr mit.",
    ),
    "undo.participant.cc.back": ("{value} reads along on #{number} again.", "{value} liest bei #{number} wieder mit."),
    "undo.participant.watcher.gone": (
        "{value} does not watch #{number} any more.",
        "{value} beobachtet #{number} nicht mehr.",
    ),
    "undo.participant.watcher.back": ("{value} watches #{number} again.", "{value} beobachtet #{number} wieder."),
    "undo.link.gone": (
        "#{number} and #{other} have nothing to do with each other any more.",
        "#{number} und #{other} haben nichts mehr miteinander zu tun.",
    ),
    "undo.link.back": (
        "#{number} and #{other} belong together again.",
        "#{number} und #{other} gehören wieder zusammen.",
    ),
    "undo.other_address.gone": (
        "{value} is no address of {name} any more.",
        "{value} ist keine Adresse von {name} mehr.",
    ),
    "undo.other_address.back": (
        "{value} is an address of {name} again.",
        "{value} ist wieder eine Adresse von {name}.",
    ),
    "undo.person.again": ("The data of {name} are as before.", "Die Angaben zu {name} sind wieder wie vorher."),
    "undo.field": ("{field}: {value}", "{field}: {value}"),
    "undo.statement.waited.again": (
        "The statement of {name} is waited for again.",
        "Auf die Stellungnahme von {name} wird wieder gewartet.",
    ),
    "undo.part": (
        "The part #{number} is closed; whoever had it is told.",
        "Das Teilticket #{number} ist geschlossen; wer es hatte, erfährt es.",
    ),
    "undo.stopped": (
        "Mail to {names} was stopped before it left.",
        "Mail an {names} wurde angehalten, bevor sie hinausging.",
    ),
    "undo.left": (
        "Mail to {names} has left and can not come back.",
        "Mail an {names} ist schon hinausgegangen und kommt nicht zurück.",
    ),
    "undo.note": ("The note stays where it is.", "Die Notiz bleibt, wo sie ist."),
    "undo.changed": (
        "{name} has changed this on #{number} since: {what}. So nothing was taken back.",
        "{name} hat das bei #{number} inzwischen geändert: {what}. Darum wurde nichts zurückgenommen.",
    ),
    "undo.none": (
        "There is no mail with commands on #{number} to take back.",
        "Zu #{number} gibt es keine Mail mit Befehlen, die zurückzunehmen wäre.",
    ),
    "undo.already": (
        "The last mail with commands on #{number} is taken back already: {lines}",
        "Die letzte Mail mit Befehlen zu #{number} ist schon zurückgenommen: {lines}",
    ),
    "undo.old": (
        "The last mail with commands on #{number} is older than 7 days.",
        "Die letzte Mail mit Befehlen zu #{number} ist älter als 7 Tage.",
    ),
    "undo.nothing": (
        "Nothing of the last mail with commands on #{number} can be taken back. {left}",
        "Von der letzten Mail mit Befehlen zu #{number} lässt sich nichts zurücknehmen. {left}",
    ),
    "remark.stopped": ("{name} stopped it before it left.", "Von {name} angehalten, bevor es hinausging."),
    # refusals
    "refused.undo.alone": (
        "{line} stands alone: it takes back another mail, not this one.",
        "{line} steht allein: Es nimmt eine andere Mail zurück, nicht diese.",
    ),
    "refused.tags": (
        "#{number} would have more than {most} tags.",
        "#{number} hätte mehr als {most} Stichwörter.",
    ),
    "refused.no_tag": (
        "#{number} has no tag '{value}'; it has {some}.",
        "#{number} hat kein Stichwort „{value}“; es hat {some}.",
    ),
    "refused.no_tags": ("#{number} has no tags.", "#{number} hat keine Stichwörter."),
    "refused.time": (
        "The time spent on #{number} is {value}: so much can not be taken off.",
        "Die Bearbeitungszeit von #{number} ist {value}: So viel lässt sich nicht abziehen.",
    ),
    "refused.ours": ("That is an address of ours: {value}.", "Das ist eine Adresse von uns: {value}."),
    "refused.from.same": ("{name} is the reporter of #{number} already.", "#{number} ist schon von {name} gemeldet."),
    "refused.from.agent": (
        "The address {value} belongs to one of us: it can not be one of the reporter too.",
        "Die Adresse {value} gehört jemandem von uns: Dem Melder kann sie nicht auch gehören.",
    ),
    "refused.from.taken": (
        "The address {value} is known as one of somebody else.",
        "Die Adresse {value} ist als eine von jemand anderem bekannt.",
    ),
    "refused.cc.agent": (
        "The address {value} belongs to one of us; who of us wants to be told writes #watch.",
        "Die Adresse {value} gehört jemandem von uns; wer von uns informiert sein will, schreibt #beobachten.",
    ),
    "refused.cc.reporter": (
        "The reporter of #{number} writes as {value} and gets every answer anyway.",
        "Von {value} ist #{number} gemeldet; dorthin geht ohnehin jede Antwort.",
    ),
    "refused.end_customer": (
        "The address {value} belongs to the end customer of #{number}: only {name} writes there.",
        "Die Adresse {value} gehört dem Endkunden von #{number}: Dorthin schreibt nur {name}.",
    ),
    "refused.cc.many": (
        "More than {most} people can not read along on #{number}.",
        "Mehr als {most} Personen können bei #{number} nicht mitlesen.",
    ),
    "refused.cc.not": (
        "The address {value} does not read along on #{number}; who does: {some}.",
        "Die Adresse {value} liest bei #{number} nicht mit; wer mitliest: {some}.",
    ),
    "refused.cc.nobody": ("Nobody reads along on #{number}.", "Bei #{number} liest niemand mit."),
    "refused.itself": ("That is #{number} itself.", "Das ist #{number} selbst."),
    "refused.linked": ("#{number} and #{other} are linked already.", "#{number} und #{other} sind schon verknüpft."),
    "refused.not_linked": (
        "#{number} is not tied to #{other} in this way.",
        "#{number} ist mit #{other} nicht auf diese Weise verbunden.",
    ),
    "refused.same.over": (
        "#{other} is {status}: it will not be resolved any more, so nothing can be resolved with it.",
        "#{other} hat den Status „{status}“: Es wird nicht mehr gelöst, also auch nichts mit ihm.",
    ),
    "refused.same.twice": (
        "#{number} is resolved with #{other} already.",
        "#{number} wird schon mit #{other} gelöst.",
    ),
    "refused.same.circle": (
        "#{other} is resolved with #{number} itself.",
        "#{other} wird selbst mit #{number} gelöst.",
    ),
    "refused.merge.undo": ("A merge is taken back with #undo.", "Das Zusammenführen nimmt #rückgängig zurück."),
    "refused.merge.merged": (
        "#{other} is merged itself, into #{into}.",
        "#{other} ist selbst aufgegangen, in #{into}.",
    ),
    "refused.merge.reporters": (
        "#{number} and #{other} have different reporters, and each is to get his own letters;"
        " #same resolves them together.",
        "#{number} und #{other} haben verschiedene Melder, und jeder soll eigene Mails bekommen;"
        " #gleich löst sie gemeinsam.",
    ),
    "refused.merge.parts": (
        "#{number} has parts or is one, and can not be merged.",
        "#{number} hat Teile oder ist einer und lässt sich nicht zusammenführen.",
    ),
}
