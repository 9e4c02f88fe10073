"""Events and messages in words, for `#show` and `#history`: one table, English and German side by side.

An action that has no words of its own is told by its name; nothing is left out because of it.
"""

from __future__ import annotations

from typing import Any, Final

from mailgate.outbox import phrases
from mailgate.outbox.reasons import reason
from mailgate.sentence import Sentence

UNTOLD: Final = ("letter", "sent")
"""Each message has its letters, and each letter its way: `mailgate trace` tells them."""

COLUMNS: Final[dict[str, Sentence]] = {
    "status": Sentence("status", "Status"),
    "assignee": Sentence("handled by", "Bearbeitung"),
    "group": Sentence("group", "Gruppe"),
    "coordinator": Sentence("coordinator", "Koordination"),
    "priority": Sentence("priority", "Priorität"),
    "category": Sentence("category", "Kategorie"),
    "kind": Sentence("kind", "Vorgangsart"),
    "due_at": Sentence("due", "Termin"),
    "wanted_by": Sentence("wanted by", "Wunschtermin"),
    "snoozed_until": Sentence("out of sight until", "Wiedervorlage"),
    "waiting_until": Sentence("waits until", "wartet bis"),
    "level": Sentence("level", "Ebene"),
    "channel": Sentence("channel", "Meldeweg"),
    "tags": Sentence("tags", "Stichwörter"),
    "foreign_number": Sentence("their number", "deren Nummer"),
    "parent": Sentence("part of", "Teil von"),
}
"""Columns of a ticket whose change is told, in this order."""

_PURPOSES: Final[dict[str, Sentence]] = {
    "report": Sentence("report", "Meldung"),
    "reply": Sentence("reply", "Antwort des Melders"),
    "answer": Sentence("answer", "Antwort"),
    "question": Sentence("question", "Rückfrage"),
    "statement": Sentence("statement", "Stellungnahme"),
    "forward": Sentence("for information", "zur Kenntnis"),
    "solution": Sentence("solution", "Lösung"),
    "note": Sentence("note", "Notiz"),
    "bounce": Sentence("delivery report", "Zustellbericht"),
    "auto_reply": Sentence("automatic answer", "automatische Antwort"),
}
_INTERNAL: Final = Sentence("internal", "intern")

_ACTIONS: Final[dict[str, Sentence]] = {
    "created": Sentence("opened", "angelegt"),
    "message": Sentence("message", "Nachricht"),
    "take": Sentence("taken", "übernommen"),
    "assign": Sentence("assigned", "zugewiesen"),
    "assign_group": Sentence("given to a group", "an eine Gruppe gegeben"),
    "unassign": Sentence("given back", "zurückgegeben"),
    "accept": Sentence("accepted", "angenommen"),
    "coordinator_accept": Sentence("accepted by the coordinator", "von der Koordination angenommen"),
    "coordinator": Sentence("coordinator changed", "Koordination geändert"),
    "handover": Sentence("handed over", "übergeben"),
    "decline": Sentence("declined", "abgelehnt"),
    "answer": Sentence("answered", "beantwortet"),
    "question": Sentence("asked the reporter", "Rückfrage gestellt"),
    "wait": Sentence("waits", "wartet"),
    "snooze": Sentence("put aside", "auf Wiedervorlage gelegt"),
    "waited": Sentence("waits no more", "wartet nicht mehr"),
    "take_back": Sentence("taken back", "zurückgenommen"),
    "deputy_asked": Sentence("the deputy was asked", "die Vertretung ist gefragt"),
    "escalated": Sentence("escalated", "eskaliert"),
    "woken": Sentence("back in sight", "wieder zu sehen"),
    "watch": Sentence("is watched", "wird beobachtet"),
    "unwatch": Sentence("is watched no more", "wird nicht mehr beobachtet"),
    "resolve": Sentence("resolved", "gelöst"),
    "close": Sentence("closed", "geschlossen"),
    "closing_soon": Sentence("told that it will be closed", "Schließen angekündigt"),
    "auto_close": Sentence("closed", "geschlossen"),
    "reminded": Sentence("reminded", "erinnert"),
    "reopen": Sentence("reopened", "wieder geöffnet"),
    "reporter_reply": Sentence("the reporter answered", "Antwort des Melders"),
    "reporter_close": Sentence("closed by the reporter", "vom Melder geschlossen"),
    "first_response": Sentence("first answer", "erste Antwort"),
    "priority": Sentence("priority changed", "Priorität geändert"),
    "category": Sentence("category changed", "Kategorie geändert"),
    "kind": Sentence("kind changed", "Vorgangsart geändert"),
    "due": Sentence("date set", "Termin gesetzt"),
    "wanted": Sentence("wished date set", "Wunschtermin gesetzt"),
    "tag": Sentence("tags changed", "Stichwörter geändert"),
    "level": Sentence("level changed", "Ebene geändert"),
    "conceal": Sentence("handling concealed", "Bearbeitung verborgen"),
    "reveal": Sentence("handling revealed", "Bearbeitung offengelegt"),
    "linked": Sentence("linked", "verknüpft"),
    "merge": Sentence("merged", "zusammengeführt"),
    "split": Sentence("split into parts", "aufgeteilt"),
    "answer_part": Sentence("answered to the coordinator", "an die Koordination beantwortet"),
    "part_answered": Sentence("a part was answered", "ein Teil ist beantwortet"),
    "parts_answered": Sentence("all parts are answered", "alle Teile sind beantwortet"),
    "merged": Sentence("draft of one answer", "Entwurf einer gemeinsamen Antwort"),
    "release": Sentence("answer released", "Antwort freigegeben"),
    "ask": Sentence("statements asked for", "Stellungnahmen erbeten"),
    "asked_statement": Sentence("asked for a statement", "um Stellungnahme gebeten"),
    "statement": Sentence("a statement came", "eine Stellungnahme kam"),
    "statement_given": Sentence("all statements are here", "alle Stellungnahmen sind da"),
    "statement_overdue": Sentence("a statement is overdue", "eine Stellungnahme ist überfällig"),
    "statement_withdrawn": Sentence("a statement is not needed any more", "eine Stellungnahme ist nicht mehr nötig"),
    "forward": Sentence("forwarded", "weitergeleitet"),
    "undo": Sentence("taken back", "rückgängig gemacht"),
    "spam": Sentence("marked as spam", "als Spam vermerkt"),
    "channel": Sentence("channel changed", "Meldeweg geändert"),
    "time": Sentence("time was spent", "Bearbeitungszeit"),
    "phone": Sentence("phone number of the reporter", "Telefonnummer des Melders"),
    "company": Sentence("company of the reporter", "Firma des Melders"),
    "department": Sentence("department of the reporter", "Abteilung des Melders"),
    "from": Sentence("somebody else reported it", "jemand anderes hat es gemeldet"),
    "customer": Sentence("end customer", "Endkunde"),
    "customer_data": Sentence("data of the end customer", "Angaben zum Endkunden"),
    "unlinked": Sentence("not linked any more", "Verknüpfung gelöst"),
    "refused": Sentence("not carried out", "nicht ausgeführt"),
    "asked": Sentence("asked back", "nachgefragt"),
    "suppressed": Sentence("a letter was not sent", "eine Mail ging nicht hinaus"),
    "acknowledged": Sentence("acknowledged", "Eingang bestätigt"),
    "failed": Sentence("a letter failed", "eine Mail kam nicht an"),
    "files_left_out": Sentence("a letter went without its files", "eine Mail ging ohne ihre Dateien"),
    "bounced": Sentence("a letter came back", "eine Mail kam zurück"),
    "arrived": Sentence("a letter arrived", "eine Mail kam an"),
    "complained": Sentence("a letter was called spam", "eine Mail wurde als Spam gemeldet"),
    "correlated": Sentence("belongs to this report", "gehört zu dieser Meldung"),
    "dropped": Sentence("thrown away", "verworfen"),
    "information": Sentence("informed", "informiert"),
    "letter_cancel": Sentence("a letter was stopped", "eine Mail wurde angehalten"),
    "not_reopened": Sentence("not reopened", "nicht wieder geöffnet"),
    "reached_again": Sentence("an address answers again", "eine Adresse antwortet wieder"),
    "renamed": Sentence("called otherwise", "umbenannt"),
    "spared": Sentence("nothing is sent to an address for now", "an eine Adresse geht vorerst nichts"),
    "erased": Sentence("events were erased", "Einträge wurden gelöscht"),
    "cc": Sentence("somebody reads along", "jemand liest mit"),
    "auto_reply": Sentence("automatic answer came", "automatische Antwort kam"),
    "reporter_data": Sentence("data of the reporter", "Angaben zum Melder"),
}
_ACTORS: Final[dict[str, Sentence]] = {
    "reporter": Sentence("the reporter", "Melder"),
    "clock": Sentence("by itself", "von selbst"),
    "admin": Sentence("an admin", "Administrator"),
    **dict.fromkeys(
        (
            *("acknowledge", "asked_back", "auto_reply", "breaker", "delivery", "failing", "gate", "hold", "letters"),
            *("loop", "new_ticket", "partners", "parts", "reply"),
        ),
        Sentence("by itself", "von selbst"),
    ),
}
_DETAILS: Final = ("why", "purpose", "to", "files", "added", "key", "command", "whom", "instead_of", "stands_in_for")
"""What else an event may say in plain words."""


def purpose_words(purpose: str, language: str, *, public: bool) -> str:
    """What sort of words a message holds: "answer", "note, internal"."""
    said = _PURPOSES[purpose].in_language(language) if purpose in _PURPOSES else purpose
    return said if public else f"{said}, {_INTERNAL.in_language(language)}"


def event_words(action: str, actor: str, changes: tuple[str, ...], detail: dict[str, Any], language: str) -> str:
    """One event: `taken by Anna Alt: status new → in progress`."""
    what = _ACTIONS[action].in_language(language) if action in _ACTIONS else action.replace("_", " ")
    # Why it was routed so is a matter of rules, which `mailgate mail ID --why` tells.
    names = [name for name in _DETAILS if detail.get(name) and (action, name) != ("created", "why")]
    said = [_purpose(name, reason(detail, name, language), language) for name in names]
    told = "; ".join((*changes, *(each for each in said if each)))
    return f"{what} · {actor}{f': {told}' if told else ''}"


def _purpose(name: str, value: str, language: str) -> str:
    return purpose_words(value, language, public=True) if name == "purpose" else value


def actor_words(kind: str, language: str) -> str:
    """Who it was, where he has no name."""
    return _ACTORS[kind].in_language(language) if kind in _ACTORS else kind


def change_words(label: Sentence, before: str, after: str, language: str) -> str:
    """`status: new → in progress`; only one of both where the other is nothing."""
    return f"{label.in_language(language)}: {' → '.join(each or '–' for each in (before, after))}"


def value_words(column: str, value: Any, language: str) -> str:
    """The value of a column as people call it."""
    if column == "status":
        return phrases.status_words(value, language)
    if column == "priority":
        return phrases.priority_words(value, language)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
