"""The short sentences that the desk puts into letters: titles, what a command did, where an answer goes.

One table, a row a sentence, English and German side by side; `{names}` are filled in by `say`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from mailgate.settings.scalars import Text, in_language

SENTENCES: dict[str, tuple[str, str]] = {
    # titles of letters that have no ticket's subject
    "title.acknowledged_minimal": ("We have received your mail", "Wir haben Ihre Nachricht erhalten"),
    "title.help": ("What you can write", "Was Sie schreiben können"),
    "title.command_done": ("Done", "Erledigt"),
    "title.command_refused": ("Nothing was done", "Nichts wurde ausgeführt"),
    "title.confirm": ("Please confirm", "Bitte bestätigen"),
    "title.delivery_failed": ("A letter could not be delivered", "Ein Brief konnte nicht zugestellt werden"),
    # display name of the Reply-To: where an answer goes
    "goes.reporter": ("Answer to {name}", "Antwort an {name}"),
    "goes.note": ("Internal note", "Interne Notiz"),
    "goes.nobody": ("Commands only", "Nur Befehle"),
    # one-tap links
    "tap.take": ("Take it", "Übernehmen"),
    "tap.resolve": ("Resolved", "Gelöst"),
    "tap.close": ("Close", "Schließen"),
    "tap.note": ("Internal note", "Interne Notiz"),
    "tap.help": ("Help", "Hilfe"),
    "tap.yes": ("Yes, do it", "Ja, ausführen"),
    "tap.drop": ("No, throw it away", "Nein, verwerfen"),
    # what a command did
    "done.take": ("#{number} is yours.", "#{number} gehört jetzt Ihnen."),
    "done.assign.agent": ("#{number} is assigned to {name}.", "#{number} ist {name} zugewiesen."),
    "done.assign.group": ("#{number} is with {name}.", "#{number} liegt bei {name}."),
    "done.answer": ("Your answer was sent to {name}.", "Ihre Antwort ist an {name} gegangen."),
    "done.question": (
        "Your question was sent to {name}; #{number} waits for the answer.",
        "Ihre Rückfrage ist an {name} gegangen; #{number} wartet auf die Antwort.",
    ),
    "done.note": (
        "Your note is kept on #{number}; only we can read it.",
        "Ihre Notiz steht bei #{number}; nur wir lesen sie.",
    ),
    "done.resolve": ("#{number} is resolved; {name} was told.", "#{number} ist gelöst; {name} wurde benachrichtigt."),
    "done.close": ("#{number} is closed.", "#{number} ist geschlossen."),
    "done.reopen": ("#{number} is open again.", "#{number} ist wieder offen."),
    "done.priority": ("The priority of #{number} is {value}.", "Die Priorität von #{number} ist {value}."),
    "done.category": ("The category of #{number} is {value}.", "Die Kategorie von #{number} ist {value}."),
    "done.kind": ("#{number} is of the kind {value}.", "#{number} ist jetzt: {value}."),
    "done.opened": ("#{number} was opened: {value}", "#{number} wurde angelegt: {value}"),
    "done.dropped": ("Your kept mail was thrown away.", "Ihre aufgehobene Nachricht wurde verworfen."),
    # what changed, for others of us
    "change.taken": ("{name} has taken #{number}.", "{name} hat #{number} übernommen."),
    "change.assigned": ("{name} has assigned #{number} to {value}.", "{name} hat #{number} an {value} vergeben."),
    "change.category": (
        "{name} has put #{number} into the category {value}.",
        "{name} hat #{number} in die Kategorie {value} gelegt.",
    ),
    "change.closed": ("{name} has closed #{number}.", "{name} hat #{number} geschlossen."),
    "change.reopened": ("{name} has reopened #{number}.", "{name} hat #{number} wieder geöffnet."),
    "change.reopened.reply": (
        "#{number} is open again by this answer.",
        "#{number} ist durch diese Antwort wieder offen.",
    ),
    # remarks on words
    "remark.other": ("Written by {writer}, not by {person}.", "Geschrieben von {writer}, nicht von {person}."),
    "remark.stranger": (
        "Written by {writer}, who is no participant of this ticket.",
        "Geschrieben von {writer}; diese Person ist an dem Vorgang nicht beteiligt.",
    ),
    "remark.unproven": (
        "Nothing proves that {writer} wrote this. It is kept as a note, and {writer} is asked.",
        "Nichts beweist, dass {writer} das geschrieben hat. Es ist als Notiz abgelegt, und {writer} wird gefragt.",
    ),
    "remark.automatic": ("An automatic answer: {why}.", "Eine automatische Antwort: {why}."),
    "remark.unreadable": (
        "This mail could not be read: {why}. The original is attached.",
        "Diese Nachricht war nicht lesbar: {why}. Das Original hängt an.",
    ),
    "subject.unreadable": ("A mail that could not be read", "Eine Nachricht, die nicht lesbar war"),
    "subject.none": ("(no subject)", "(ohne Betreff)"),
    # confirm: what would be done
    "act.answer": ("Send your words to {name}.", "Ihre Worte an {name} senden."),
    "act.note": (
        "Keep your words as an internal note on #{number}.",
        "Ihre Worte als interne Notiz zu #{number} ablegen.",
    ),
    "act.command": ("Carry out on #{number}: {line}", "Bei #{number} ausführen: {line}"),
    "confirm.why": (
        "Your mail carried no proof that it came from you ({why}).",
        "Ihre Nachricht trug keinen Beweis, dass sie von Ihnen kam ({why}).",
    ),
    # refusals
    "refused.not_here": ("There is no #{number} for you.", "Für Sie gibt es kein #{number}."),
    "refused.right": (
        "You may read #{number}, but not act on it: it belongs to {name}.",
        "Sie dürfen #{number} lesen, aber nicht bearbeiten: es gehört zu {name}.",
    ),
    "refused.no_ticket": (
        "This command needs a ticket: answer a letter about it, or write #1042 before the command.",
        "Dieser Befehl braucht einen Vorgang: Antworten Sie auf einen Brief dazu oder schreiben Sie #1042 davor.",
    ),
    "refused.empty": ("{line} needs words to send.", "{line} braucht Worte, die gesendet werden."),
    "refused.group_only": (
        "A ticket can be assigned to an agent or a group, not to an address.",
        "Ein Vorgang kann einer Person von uns oder einer Gruppe zugewiesen werden, nicht einer Adresse.",
    ),
    "refused.too_many": (
        "That are more than {number} commands for one ticket.",
        "Das sind mehr als {number} Befehle für einen Vorgang.",
    ),
    "refused.nothing_kept": (
        "There is nothing (more) to confirm or to correct here: it was done, thrown away, or is too old.",
        "Hier ist nichts (mehr) zu bestätigen oder zu korrigieren: erledigt, verworfen oder zu alt.",
    ),
    "refused.only_commands": (
        "An answer to this letter can hold commands only; these words have no place to go.",
        "Eine Antwort auf diesen Brief kann nur Befehle enthalten; diese Worte haben kein Ziel.",
    ),
    "refused.uncut": (
        "It is not certain that your mail holds only your own words: {why}.",
        "Es ist nicht sicher, dass Ihre Nachricht nur Ihre eigenen Worte enthält: {why}.",
    ),
    "refused.token": (
        "This letter was not written to you, so its address gives you no right.",
        "Dieser Brief ging nicht an Sie; seine Adresse gibt Ihnen kein Recht.",
    ),
}


def say(key: str, language: str, **values: Text | int | None) -> str:
    """The sentence in that language, filled in; English where we have no other. A name may be one for each language."""
    english, german = SENTENCES[key]
    filled = {name: in_language(value, language) if isinstance(value, dict) else value for name, value in values.items()}
    return (german if language.startswith("de") else english).format(**filled)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence before it is known who reads it, and so in which language."""

    key: str
    values: tuple[tuple[str, Text | int | None], ...] = ()

    @classmethod
    def of(cls, key: str, **values: Text | int | None) -> Self:
        """The sentence of that key, to be filled with these."""
        return cls(key, tuple(values.items()))

    def in_language(self, language: str) -> str:
        """The sentence as that reader reads it."""
        return say(self.key, language, **dict(self.values))


def title(letter: str, language: str) -> str:
    """Subject of a letter that does not carry a ticket's."""
    return say(f"title.{letter}", language)


_GOES = {
    "reporter": ("new_ticket", "new_message", "assigned", "reminder", "escalated", "status_changed"),
    "note": ("merged_draft",),
}


def answer_goes_to(letter: str, reporter: str, language: str) -> str:
    """Display name of the Reply-To of a letter to an agent (CONTRACT 6)."""
    for destination, letters in _GOES.items():
        if letter in letters:
            return say(f"goes.{destination}", language, name=reporter)
    return say("goes.nobody", language)


_NEXT = {
    "confirm": (("yes", "#yes"), ("drop", "#drop")),
    "command_refused": (("drop", "#drop"), ("help", "#help")),
    "new_ticket": (("take", "#take"), ("help", "#help")),
    "assigned": (("take", "#take"), ("resolve", "#resolve"), ("help", "#help")),
    "new_message": (("take", "#take"), ("resolve", "#resolve"), ("help", "#help")),
    "status_changed": (("take", "#take"), ("help", "#help")),
    "delivery_failed": (("help", "#help"),),
}


def next_steps(letter: str, language: str, *, taken: bool = False) -> tuple[tuple[str, str], ...]:
    """What an agent most likely wants next: (label, command)."""
    steps = _NEXT.get(letter, ())
    return tuple((say(f"tap.{name}", language), command) for name, command in steps if not (taken and name == "take"))
