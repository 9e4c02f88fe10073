"""Sentences of what several people do on one ticket: parts, statements and forwards; rows of the table in
`sentences.py`."""

from __future__ import annotations

OF_JOINT_WORK: dict[str, tuple[str, str]] = {
    "refused.part_undone": (
        "The part #{number} was taken back: nothing more is done on it, and its words go to nobody.",
        "Das Teilticket #{number} ist zurückgenommen: Hier geschieht nichts mehr, und der Text geht an niemanden.",
    ),
    "refused.nothing_read": (
        "Nothing was found in it: write commands above the line, each with the number of its ticket, #1042 take,"
        " or each below the line of its ticket in the quoted mail.",
        "Darin stand nichts: Befehle gehören über die Zeile, jeder mit der Nummer, etwa #1042 übernehmen,"
        " oder in der zitierten Mail unter die Zeile des Tickets.",
    ),
    # parts: how far they are
    "part.coordinator": ("the coordinator", "die Koordination"),
    "part.group": ("{name}", "{name}"),
    "part.nobody": ("nobody", "niemand"),
    "part.named": ("{name} ({number})", "{name} ({number})"),
    "part.progress": ("Parts: {number} of {total}", "Teile: {number} von {total}"),
    "part.are.missing": ("missing: {names}", "es fehlt: {names}"),
    "part.are.overdue": ("overdue: {names}", "überfällig: {names}"),
    "part.are.declined": ("declined: {names}", "abgelehnt: {names}"),
    "part.are.closed": ("closed without an answer: {names}", "ohne Antwort geschlossen: {names}"),
    "part.is.answered": ("answered", "beantwortet"),
    "part.is.missing": ("missing", "fehlt"),
    "part.is.overdue": ("overdue", "überfällig"),
    "part.is.declined": ("declined", "abgelehnt"),
    "part.is.closed": ("closed without an answer", "ohne Antwort geschlossen"),
    "part.hidden": ("hidden", "verborgen"),
    "part.of": ("This is a part of #{number}.", "Das ist ein Teil von #{number}."),
    "part.alone": (
        "This is a part of a larger request; only {name} knows of it.",
        "Das ist ein Teil einer größeren Anfrage; davon weiß nur {name}.",
    ),
    "part.others": ("Other parts: {names}", "Weitere Teile: {names}"),
    "tap.release": ("Send it as it stands", "So senden"),
    # parts: what was done
    "done.split": ("#{number} has {count} parts now.", "#{number} hat jetzt {count} Teile."),
    "done.part": ("#{part} went to {name}.", "#{part} ist an {name} gegangen."),
    "done.part.hidden": (
        "#{part} went to {name}; nobody else sees it.",
        "#{part} ist an {name} gegangen; sonst sieht es niemand.",
    ),
    "done.part.by": (
        "#{part} went to {name}, for an answer by {date}.",
        "#{part} ist an {name} gegangen, Antwort bis {date}.",
    ),
    "done.part.hidden.by": (
        "#{part} went to {name}, for an answer by {date}; nobody else sees it.",
        "#{part} ist an {name} gegangen, Antwort bis {date}; sonst sieht es niemand.",
    ),
    "done.part_answer": ("Your answer went to {name}.", "Die Antwort ist an {name} gegangen."),
    "done.part_words": ("Your words went to {name}.", "Der Text ist an {name} gegangen."),
    "done.resolve.part": (
        "#{number} is resolved; {name} was told.",
        "#{number} ist gelöst; {name} wurde benachrichtigt.",
    ),
    "done.release": ("The answer of all parts was sent to {name}.", "Die gemeinsame Antwort ist an {name} gegangen."),
    "change.split": (
        "{name} has split #{number} into {count} parts.",
        "{name} hat #{number} in {count} Teile geteilt.",
    ),
    "change.part.parent_closed": (
        "#{number} is closed: its whole, #{parent}, is done.",
        "#{number} ist geschlossen: Das Ganze, #{parent}, ist erledigt.",
    ),
    "done.parts_closed": (
        "Its parts that were not closed yet are closed too.",
        "Seine noch offenen Teile sind auch geschlossen.",
    ),
    "act.with": ("Your words go with it.", "Der Text geht mit hinaus."),
    "done.hold": (
        "It has not left yet: that happens on {when}.",
        "Noch ist nichts hinausgegangen: Das geschieht am {when}.",
    ),
    "crossing.why": (
        "{name} answered {reporter} on {when}, after the letter that this mail answers.",
        "{name} hat {reporter} am {when} geantwortet, nach der Mail, auf die diese hier antwortet.",
    ),
    "act.part": ("Send your words to {name}.", "Den Text an {name} senden."),
    # parts: refusals
    "refused.split.part": (
        "#{number} is a part itself and can not be split again.",
        "#{number} ist selbst ein Teil und nicht weiter teilbar.",
    ),
    "refused.split.none": (
        "#split needs a line #part WHO for each part.",
        "#aufteilen braucht für jeden Teil eine Zeile #teil WER.",
    ),
    "refused.split.one": (
        "One part alone is no split: #assign gives the whole ticket to somebody.",
        "Ein einzelner Teil ist keine Aufteilung: #zuweisen gibt das ganze Ticket weiter.",
    ),
    "refused.split.many": ("These are more than {number} parts.", "Das sind mehr als {number} Teile."),
    "refused.part.alone": ("#part stands below #split only.", "#teil steht nur unter #aufteilen."),
    "refused.part.address": (
        "A part goes to an agent or a group; #ask asks somebody outside.",
        "Ein Teil geht an eine Person von uns oder eine Gruppe; nach außen fragt #stellungnahme.",
    ),
    "refused.part.hidden_group": (
        "A hidden part goes to one agent: a whole group would read it.",
        "Ein verborgener Teil geht an eine Person; eine ganze Gruppe würde ihn lesen.",
    ),
    "refused.part.away": (
        "{name} is away, and nobody stands in.",
        "{name} ist abwesend, und niemand vertritt.",
    ),
    "refused.part.empty": (
        "There are no words for this part: neither below its line nor above all parts.",
        "Für diesen Teil fehlt der Text: unter seiner Zeile oder über allen Teilen.",
    ),
    "refused.part.question": (
        "The reporter must not learn of #{number}: it is hidden. Ask {name} instead.",
        "#{number} ist verborgen, die meldende Person darf davon nichts erfahren. {name} kann nachfragen.",
    ),
    "refused.parts_differ": (
        "These are not as many parts as your kept mail has.",
        "Das sind nicht so viele Teile wie in der aufgehobenen Mail.",
    ),
    "refused.release.none": (
        "#{number} has no answers of parts to release.",
        "#{number} hat keine Antworten von Teilen, die freizugeben wären.",
    ),
    "refused.release.waits": (
        "Not all is there yet. {progress}. With words of your own below it, #release sends those.",
        "Es ist noch nicht alles da. {progress}. Mit eigenem Text darunter sendet #freigeben diesen.",
    ),
    "refused.release.newer": (
        "More has come since this draft: answer the newest one.",
        "Seit diesem Entwurf kam mehr dazu: bitte auf den neuesten antworten.",
    ),
    "refused.release.edited": (
        "The draft quoted in your mail was changed, so it was not sent, neither as it was nor as it is now. Answer the"
        " letter with the draft once more: #release alone sends it unchanged, your own text above it goes instead.",
        "Der zitierte Entwurf wurde geändert; darum ging nichts hinaus, weder der alte noch der neue Text. Am besten"
        " die Mail mit dem Entwurf noch einmal beantworten: #freigeben allein sendet ihn unverändert, eigener Text"
        " darüber geht statt seiner hinaus.",
    ),
    "refused.release.part": (
        "#{number} is a part: only the whole, #{parent}, can be released.",
        "#{number} ist ein Teil: Freigeben lässt sich nur das Ganze, #{parent}.",
    ),
    # statements and forwards
    "title.statement_request": ("Request for a statement", "Bitte um Stellungnahme"),
    "title.statement_reminder": ("Request for a statement", "Bitte um Stellungnahme"),
    "done.ask": ("{name} is asked for a statement.", "{name} ist um eine Stellungnahme gebeten."),
    "done.ask.by": (
        "{name} is asked for a statement by {date}.",
        "{name} ist um eine Stellungnahme bis {date} gebeten.",
    ),
    "done.forward": ("#{number} was forwarded to {name}.", "#{number} ist an {name} weitergeleitet."),
    "change.asked": ("{name} has asked {value} for a statement.", "{name} hat {value} um eine Stellungnahme gebeten."),
    "change.forwarded": (
        "{name} has forwarded #{number} to {value}.",
        "{name} hat #{number} an {value} weitergeleitet.",
    ),
    "change.statements": ("Statements: {number} of {total}", "Stellungnahmen: {number} von {total}"),
    "change.statements.missing": ("missing: {names}", "es fehlt: {names}"),
    "change.statement.moves": ("#{number} waits no longer.", "#{number} wartet nicht mehr."),
    "undo.statement.again": (
        "The statement of {name} is not waited for any more.",
        "Auf die Stellungnahme von {name} wird nicht mehr gewartet.",
    ),
    "refused.ask.words": (
        "{line} needs words: the question itself.",
        "{line} braucht einen Text: die Frage selbst.",
    ),
    "refused.ask.reporter": (
        "#{number} was reported by {value}: #question asks there.",
        "#{number} kommt von {value}: Dort fragt #rückfrage.",
    ),
    "refused.forward.reporter": (
        "#{number} was reported by {value}, who knows it.",
        "#{number} kommt von {value} und ist dort bekannt.",
    ),
    "remark.statement.other": (
        "The statement of {person}, written by {writer}.",
        "Die Stellungnahme von {person}, geschrieben von {writer}.",
    ),
    "remark.informed.other": (
        "In answer to what was forwarded to {person}, written by {writer}.",
        "Antwort auf die Weiterleitung an {person}, geschrieben von {writer}.",
    ),
}
