"""The short sentences that the desk puts into letters: titles, what a command did, where an answer goes.

One table, a row a sentence, English and German side by side; `{names}` are filled in by `say`. The German
addresses nobody, so that it fits `Sie` and `du`.
"""

from __future__ import annotations

from functools import lru_cache

from mailgate.outbox.clock_sentences import OF_THE_CLOCK
from mailgate.outbox.colleague_sentences import OF_COLLEAGUES
from mailgate.outbox.describing_sentences import OF_DESCRIBING
from mailgate.outbox.joint_sentences import OF_JOINT_WORK
from mailgate.outbox.morning_sentences import OF_MORNINGS
from mailgate.outbox.own_sentences import OF_ITSELF
from mailgate.outbox.silence_sentences import OF_SILENCE
from mailgate.outbox.unread_sentences import OF_UNREAD_MAIL
from mailgate.outbox.workflow_sentences import OF_THE_WORKFLOW
from mailgate.sentence import Sentence
from mailgate.settings.scalars import Text, in_language

SENTENCES: dict[str, tuple[str, str]] = {
    # titles of letters that have no ticket's subject
    "title.acknowledged_minimal": ("We have received your mail", "Die Nachricht ist angekommen"),
    "title.list": ("Tickets", "Tickets"),
    "title.report": ("Report", "Bericht"),
    "title.help": ("What you can write", "Die Befehle"),
    "title.command_done": ("Done", "Erledigt"),
    "title.command_refused": ("Not carried out", "Nicht ausgeführt"),
    "title.confirm": ("Please confirm", "Bitte bestätigen"),
    "title.delivery_failed": ("A letter could not be delivered", "Eine Mail ist nicht angekommen"),
    # display name of the Reply-To: where an answer goes
    "goes.reporter": ("Answer to {name}", "Antwort an {name}"),
    "goes.note": ("Internal note", "Interne Notiz"),
    "goes.nobody": ("Commands only", "Nur Befehle"),
    "list.more": (
        "These are the first {number}; there are more. Words behind #list narrow it.",
        "Das sind die ersten {number}, es gibt noch mehr. Wörter hinter #liste grenzen es ein.",
    ),
    # one-tap links
    "tap.take": ("Take it", "Übernehmen"),
    "tap.accept": ("Accept it", "Annehmen"),
    "tap.resolve": ("Resolved", "Gelöst"),
    "tap.close": ("Close", "Schließen"),
    "tap.reopen": ("Reopen it", "Wieder öffnen"),
    "tap.note": ("Internal note", "Interne Notiz"),
    "tap.show": ("What was said", "Was gesagt wurde"),
    "tap.history": ("History", "Verlauf"),
    "tap.help": ("Help", "Hilfe"),
    "tap.yes": ("Yes, do it", "Ja, ausführen"),
    "tap.drop": ("No, throw it away", "Nein, verwerfen"),
    "tap.yes_all": ("Yes, do all", "Ja, alle ausführen"),
    "tap.drop_all": ("No, throw all away", "Nein, alle verwerfen"),
    # what a command did
    "done.take": ("#{number} is yours.", "#{number} ist übernommen."),
    "done.assign.agent": ("#{number} is assigned to {name}.", "#{number} ist {name} zugewiesen."),
    "done.assign.group": ("#{number} is with {name}.", "#{number} liegt bei {name}."),
    "done.answer": ("Your answer was sent to {name}.", "Die Antwort ist an {name} gegangen."),
    "done.question": (
        "Your question was sent to {name}; #{number} waits for the answer.",
        "Die Rückfrage ist an {name} gegangen; #{number} wartet auf die Antwort.",
    ),
    "done.note": (
        "Your note is kept on #{number}; only we can read it.",
        "Die Notiz steht bei #{number}; nur wir lesen sie.",
    ),
    "done.resolve": ("#{number} is resolved; {name} was told.", "#{number} ist gelöst; {name} wurde benachrichtigt."),
    "done.close": ("#{number} is closed.", "#{number} ist geschlossen."),
    "done.reopen": ("#{number} is open again.", "#{number} ist wieder offen."),
    "done.priority": ("The priority of #{number} is {value}.", "Die Priorität von #{number} ist {value}."),
    "done.category": ("The category of #{number} is {value}.", "Die Kategorie von #{number} ist {value}."),
    "done.kind": ("#{number} is of the kind {value}.", "Die Vorgangsart von #{number} ist {value}."),
    "done.opened": ("#{number} was opened: {value}", "#{number} wurde angelegt: {value}"),
    "done.signature": (
        "Taken for your signature and sent to nobody: “{words}”.",
        "Für die Signatur gehalten und an niemanden gesendet: „{words}“.",
    ),
    "done.other_words": ("Your other words were not sent.", "Die übrigen Worte wurden nicht gesendet."),
    "done.other_files": (
        "The files of this mail were not sent: {names}.",
        "Die Dateien dieser Mail wurden nicht gesendet: {names}.",
    ),
    "done.dropped": ("Your kept mail was thrown away.", "Die aufgehobene Mail wurde verworfen."),
    "done.dropped.several": (
        "{count} kept mails of yours were thrown away.",
        "{count} aufgehobene Mails wurden verworfen.",
    ),
    # what changed, for others of us
    "change.taken": ("{name} has taken #{number}.", "{name} hat #{number} übernommen."),
    "change.assigned": ("{name} has assigned #{number} to {value}.", "{name} hat #{number} an {value} vergeben."),
    "change.category": (
        "{name} has put #{number} into the category {value}.",
        "{name} hat #{number} in die Kategorie {value} gelegt.",
    ),
    "change.retired": (
        "{name} is no longer at work here: #{number} needs somebody else.",
        "{name} ist hier nicht mehr tätig: #{number} braucht jemand anderen.",
    ),
    "change.group_retired": (
        "The group {name} is no longer active: #{number} comes from there.",
        "Die Gruppe {name} gibt es nicht mehr: #{number} kommt von dort.",
    ),
    "change.closed": ("{name} has closed #{number}.", "{name} hat #{number} geschlossen."),
    "change.closed.rule": (
        'Rule "{name}" has closed #{number}.',
        "#{number} ist geschlossen, durch die Regel „{name}“.",
    ),
    "change.reopened": ("{name} has reopened #{number}.", "{name} hat #{number} wieder geöffnet."),
    "change.reopened.reply": (
        "The answer has opened #{number} again.",
        "Durch diese Antwort ist #{number} wieder offen.",
    ),
    "change.reopened.not": (
        "The state of #{number} is unchanged; an answer with #reopen opens it again.",
        "Der Stand von #{number} bleibt; eine Antwort mit #wiedereröffnen öffnet es wieder.",
    ),
    # remarks on words
    "remark.other": ("Written by {writer}, not by {person}.", "Geschrieben von {writer}, nicht von {person}."),
    "remark.no_agent": (
        "Written by {writer}, who is no agent: kept as a note, and sent to nobody.",
        "Geschrieben von {writer}; dort schreibt niemand, der Tickets bearbeitet. Es bleibt eine Notiz.",
    ),
    "remark.in_a_name": (
        "Nothing proves that {writer} wrote this.",
        "Nichts beweist, dass {writer} das geschrieben hat.",
    ),
    "remark.stranger": (
        "Written by {writer}, who is no participant of this ticket.",
        "Geschrieben von {writer}; diese Person ist an dem Ticket nicht beteiligt.",
    ),
    "remark.unproven": (
        "Nothing proves that {writer} wrote this. It is kept as a note, and {writer} is asked.",
        "Nichts beweist, dass {writer} das geschrieben hat. Es ist als Notiz abgelegt, und {writer} wird gefragt.",
    ),
    "remark.failed": (
        "The domain of {writer} says that this mail is not its own (DMARC failed).",
        "Die Domain von {writer} erklärt diese Nachricht für nicht von ihr (DMARC fehlgeschlagen).",
    ),
    "remark.automatic": ("An automatic answer: {why}.", "Eine automatische Antwort: {why}."),
    "remark.unreadable": (
        "This mail could not be read: {why}. The original is attached.",
        "Diese Mail war nicht lesbar: {why}. Das Original hängt an.",
    ),
    "subject.unreadable": ("A mail that could not be read", "Eine Mail, die nicht lesbar war"),
    "subject.none": ("(no subject)", "(ohne Betreff)"),
    # a letter of ours that somebody else answered
    "misuse.reporters": (
        "For it to count, {reporter} has to write from the known address; answers go there alone.",
        "Damit es zählt, muss {reporter} von der bekannten Adresse schreiben; nur dorthin gehen Antworten.",
    ),
    "misuse.agents": (
        "Nothing of that mail was carried out or sent; answers go to {reporter} alone.",
        "Von jener Mail wurde nichts ausgeführt und nichts verschickt; Antworten gehen nur an {reporter}.",
    ),
    "misuse.owner": (
        "{writer} has answered a letter of ours that was written to you. Nothing of it was carried out.",
        "{writer} hat auf eine Mail geantwortet, die nur hierher gegangen war. Nichts davon wurde ausgeführt.",
    ),
    "misuse.user": (
        "That mail answers a letter of ours to {person}. Its words stand on #{number} as an internal note,"
        " and went to nobody outside; its commands did nothing.",
        "Jene Mail antwortet auf eine Mail an {person}. Der Text steht als interne Notiz bei #{number}"
        " und ging nicht hinaus; die Befehle taten nichts.",
    ),
    "misuse.user.blind": (
        "That mail answers a letter of ours to somebody else. It went to nobody outside, and its commands did nothing.",
        "Jene Mail antwortet auf eine Mail an jemand anderen. Nichts davon ging hinaus, und die Befehle taten nichts.",
    ),
    "misuse.line": ("Not carried out.", "Nicht ausgeführt."),
    # confirm: what would be done
    "act.answer": ("Send your words to {name}.", "Den Text an {name} senden."),
    "act.note": (
        "Keep your words as an internal note on #{number}.",
        "Den Text als interne Notiz zu #{number} ablegen.",
    ),
    "act.command": ("Carry out on #{number}: {line}", "Bei #{number} ausführen: {line}"),
    # refusals
    "refused.not_here": ("There is no #{number} for you.", "Ein Ticket #{number} gibt es hier nicht."),
    "refused.right": (
        "You may read #{number}, but not act on it: it belongs to {name}.",
        "#{number} darf hier nur gelesen, nicht bearbeitet werden: Es gehört zu {name}.",
    ),
    "refused.no_ticket": (
        "This command needs a ticket: answer a letter about it, or write #1042 before the command.",
        "Dieser Befehl braucht ein Ticket: in einer Antwort auf eine Mail dazu, oder mit #1042 davor.",
    ),
    "refused.empty": ("{line} needs words to send.", "{line} braucht einen Text."),
    "refused.group_only": (
        "A ticket can be assigned to an agent or a group, not to an address.",
        "Ein Ticket kann nur einer Person von uns oder einer Gruppe zugewiesen werden, keiner Adresse.",
    ),
    "refused.too_many": (
        "These are more than {number} commands for one ticket.",
        "Das sind mehr als {number} Befehle für ein Ticket.",
    ),
    "refused.too_many_tickets": (
        "These are commands for more than {number} tickets.",
        "Das sind Befehle für mehr als {number} Tickets.",
    ),
    "refused.no_place": (
        "Your words belong to no ticket: write them in an answer to a letter about it.",
        "Der Text gehört zu keinem Ticket: am besten in einer Antwort auf eine Mail dazu schreiben.",
    ),
    "refused.nothing_to_confirm": (
        "There is nothing to say yes to: answer with the right commands.",
        "Hier ist nichts zu bestätigen: die Antwort braucht die richtigen Befehle.",
    ),
    "refused.yes_unproven": (
        "Here a yes needs more proof that it came from you.",
        "Hier braucht ein Ja mehr Beweis, dass es echt ist.",
    ),
    "refused.yes_unsigned": (
        "Part of this is done only for a signed mail: the answer with #yes has to be signed too.",
        "Ein Teil davon geschieht nur auf eine signierte Mail: Auch die Antwort mit #ja muss signiert sein.",
    ),
    "refused.one_at_a_time": (
        "These are several mails: answer with #yes or #drop for all, or tap the link of a single one.",
        "Das sind mehrere Mails: #ja oder #verwerfen gilt für alle, der Link neben einer nur für diese.",
    ),
    "refused.nothing_kept": (
        "There is nothing (more) to confirm or to correct here: it was done, thrown away, or is too old.",
        "Hier ist nichts (mehr) zu bestätigen oder zu berichtigen: Es ist erledigt, verworfen oder zu alt.",
    ),
    "refused.only_commands": (
        "An answer to this letter can hold commands only; these words have no place to go.",
        "Die beantwortete Mail nimmt nur Befehle entgegen; der Text hat kein Ziel.",
    ),
    "refused.uncut": (
        "It is not certain that your mail holds only your own words. {why}",
        "Es ist nicht sicher, dass die Mail nur eigene Worte enthält. {why}",
    ),
    "quoted.more": ("… (the rest is in the original mail)", "… (der Rest steht in der Originalmail)"),
    "refused.uncut_kept": (
        "that was so when it came, and commands do not change what stands in it",
        "das war schon so, als sie kam, und Befehle ändern nichts daran, was in ihr steht",
    ),
    **OF_COLLEAGUES,
    **OF_DESCRIBING,
    **OF_ITSELF,
    **OF_JOINT_WORK,
    **OF_SILENCE,
    **OF_MORNINGS,
    **OF_THE_CLOCK,
    **OF_THE_WORKFLOW,
    **OF_UNREAD_MAIL,
}


Value = Text | Sentence | int | None


def sentence(key: str, **values: Value) -> Sentence:
    """The sentence, filled in. A value may be a name in each language."""
    english, german = SENTENCES[key]
    return Sentence(english, german).filled(**{name: _named(value) for name, value in values.items()})


def say(key: str, language: str, **values: Value) -> str:
    """The sentence in that language, filled in; English where we have no other."""
    return sentence(key, **values).in_language(language)


def _named(value: Value) -> Sentence | str | int | None:
    if isinstance(value, dict):
        return Sentence(in_language(value, "en"), in_language(value, "de"))
    return value


def title(letter: str, language: str) -> str:
    """Subject of a letter that does not carry a ticket's."""
    return say(f"title.{letter}", language)


_GOES = {
    "reporter": ("new_ticket", "new_message", "assigned", "reminder", "escalated", "status_changed"),
    "note": ("merged_draft",),
}


@lru_cache(maxsize=64)  # the same for each who is told
def answer_goes_to(letter: str, reporter: str, language: str) -> str:
    """Display name of the Reply-To of a letter to an agent (CONTRACT 6)."""
    for destination, letters in _GOES.items():
        if letter in letters:
            return say(f"goes.{destination}", language, name=reporter)
    return say("goes.nobody", language)
