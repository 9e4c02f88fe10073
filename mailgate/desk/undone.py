"""What an `#undo` did, in words: for the agent each thing that is as before and what can not come back, for others who
took back what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mailgate.desk import people, statements, tickets
from mailgate.desk.beside import RowChange
from mailgate.desk.case import Case
from mailgate.desk.tickets import Ticket
from mailgate.desk.withdrawing import Left
from mailgate.outbox import phrases
from mailgate.outbox.sentences import Value, sentence
from mailgate.outbox.view import Effect
from mailgate.rules import lifecycle
from mailgate.rules.arguments import PRIORITY_WORDS
from mailgate.rules.translated import translated
from mailgate.rules.vocabulary import fold
from mailgate.sentence import AND_ALSO, Sentence, joined, verbatim

BESIDE = Sentence("data beside the ticket", "Angaben neben dem Ticket")
_OPEN = Sentence("open to the reporter", "offen")
_HIDDEN = Sentence("hidden from the reporter", "verborgen")
_ANSWER = Sentence("an answer", "eine Antwort")
_NOBODY = Sentence("nobody", "niemand")
_NONE = Sentence("none", "keine Angabe")
_RULE = Sentence("The rule {name}", "Die Regel {name}")
_REPORTER = Sentence("The reporter", "Der Melder")
_SOMEBODY: dict[str, Sentence] = {
    "clock": Sentence("The clock", "Die Uhr"),
    "admin": Sentence("An admin", "Ein Admin"),
}


@dataclass(frozen=True, slots=True)
class Undone:
    """What is as before: columns by ticket, rows beside them, letters."""

    commands: tuple[str, ...]
    columns: dict[int, dict[str, Any]]
    rows: tuple[RowChange, ...]
    left: Left
    parts: tuple[Ticket, ...] = ()
    """Tickets that it had made, and that are closed now."""


def tell(case: Case, undone: Undone) -> None:
    """Note the effects, and who has to know."""
    for number, back in undone.columns.items():
        said = [_said(case, name, back[name]) for name in _FIELDS if name in back]
        if said:
            _did(case, sentence("undo.columns", number=number, what=joined(said, AND_ALSO)))
    for text in dict.fromkeys(_of_row(case, each) for each in undone.rows):
        _did(case, text)
    for each in undone.parts:
        _did(case, sentence("undo.part", number=each.number))
        case.elsewhere.append((each, sentence("change.part_undone", name=case.agent_name, number=each.number)))
    for text in undone.left.sentences:
        _did(case, text)
    lines = named([each for each in undone.commands if not _names_part(each)])
    case.tell_workers("change.undone", value=lines)
    case.concerned |= undone.left.agents
    for number in undone.columns:
        if number != case.ticket.number:
            told = sentence("change.undone", name=case.agent_name, number=number, value=lines)
            case.elsewhere.append((tickets.loaded(case.tx, number), told))


def named(commands: Sequence[str]) -> Sentence:
    """The mail that was taken back, as people call it."""
    return joined(map(translated, commands), AND_ALSO) if commands else _ANSWER


def _names_part(line: str) -> bool:
    """Who has a part is known to those alone who know the part: it may be hidden."""
    return line[:1] in "-–—" or fold(line.lstrip("#!@ ")).startswith(("part", "teil"))


def _did(case: Case, text: Sentence) -> None:
    case.effects.append(Effect(text.in_language(case.language)))


# -- columns -----------------------------------------------------------------------------------------------------------


def field_of(column: str) -> Sentence:
    """What a column is called."""
    return _FIELDS[column][0] if column in _FIELDS else BESIDE


def _said(case: Case, column: str, value: Any) -> Sentence:
    label, words = _FIELDS[column]
    said = words(case, value) if value not in (None, ()) else _nothing(column)
    return sentence("undo.field", field=label, value=said)


def _nothing(column: str) -> Sentence:
    return _NOBODY if column in ("assignee", "coordinator", "group", "end_customer") else _NONE


def _category(case: Case, value: str) -> Value:
    node = case.tx.settings.category_nodes.get(value)
    return node.name if node else value


def _kind(case: Case, value: str) -> Value:
    kind = case.tx.settings.all_kinds.get(value)
    return (kind and kind.name) or value


def _channel(case: Case, value: str) -> Value:
    channel = case.tx.settings.channels.get(value)
    return (channel and channel.name) or value


def _group(case: Case, value: str) -> Value:
    group = case.tx.settings.groups.get(value)
    return group.name if group else value


def _agent(case: Case, value: str) -> Sentence:
    return verbatim(people.agent_name(case.tx.settings, value))


def _person(case: Case, value: int) -> Sentence:
    return verbatim(people.by_id(case.tx, value).shown)


def _when(case: Case, value: Any) -> Sentence:
    return verbatim(phrases.when_words(value, case.language, case.tx.settings.site.timezone))


def _text(case: Case, value: Any) -> Sentence:
    return verbatim(", ".join(value) if isinstance(value, tuple) else str(value))


_FIELDS: dict[str, tuple[Sentence, Callable[[Case, Any], Value]]] = {
    "status": (Sentence("status", "Status"), lambda case, value: lifecycle.WORDS[value]),
    "assignee": (Sentence("handled by", "Bearbeitung"), _agent),
    "group": (Sentence("group", "Gruppe"), _group),
    "coordinator": (Sentence("coordinator", "Koordination"), _agent),
    "priority": (Sentence("priority", "Priorität"), lambda case, value: PRIORITY_WORDS[value]),
    "category": (Sentence("category", "Kategorie"), _category),
    "kind": (Sentence("kind", "Vorgangsart"), _kind),
    "channel": (Sentence("channel", "Meldeweg"), _channel),
    "tags": (Sentence("tags", "Stichwörter"), _text),
    "level": (Sentence("level", "Ebene"), _text),
    "visible": (
        Sentence("handling", "Bearbeitung"),
        lambda case, value: _OPEN if value else _HIDDEN,
    ),
    "due_at": (Sentence("due", "Termin"), _when),
    "wanted_by": (Sentence("wanted by", "Wunschtermin"), _when),
    "snoozed_until": (Sentence("out of sight until", "Wiedervorlage"), _when),
    "handling_minutes": (
        Sentence("handling time", "Bearbeitungszeit"),
        lambda case, value: verbatim(phrases.minutes_words(value)),
    ),
    "reporter": (Sentence("reported by", "gemeldet von"), _person),
    "end_customer": (Sentence("end customer", "Endkunde"), _person),
    "foreign_number": (Sentence("their number", "deren Nummer"), _text),
}
"""Columns that are said, in this order, what they are called, and how their value is."""


# -- rows --------------------------------------------------------------------------------------------------------------


def _of_row(case: Case, done: RowChange) -> Sentence:
    row = done.before or done.after or {}
    values: dict[str, Any] = {"number": case.ticket.number}
    kind = f"{done.table}.{row['role']}" if done.table == "participant" else done.table
    if done.table == "participant":
        values["number"] = row["ticket"]
        values["value"] = people.agent_name(case.tx.settings, row["who"])
    elif done.table == "link":
        values |= {"number": row["from_ticket"], "other": row["to_ticket"]}
    elif done.table == "other_address":
        values |= {"value": row["email"], "name": _person(case, row["person"])}
    elif done.table == "statement":
        values["name"] = statements.who(case.tx, done.key["id"])
        kind = "statement" if row["state"] == "withdrawn" else "statement.waited"
    elif done.table == "person":
        values["name"] = _person(case, done.key["id"])
    again = "gone" if done.before is None else "back" if done.after is None else "again"
    return sentence(f"undo.{kind}.{again}", **values)


def somebody(role: str) -> Sentence:
    """Whom an event names that no agent caused."""
    return _SOMEBODY.get(role, _REPORTER)


# -- who ---------------------------------------------------------------------------------------------------------------


def who(case: Case, actor: str) -> Sentence:
    """Whom an event names, as people call him."""
    role, _, name = actor.partition(":")
    if role == "agent":
        return verbatim(people.agent_name(case.tx.settings, name))
    if role == "reporter":
        return verbatim(case.reporter.shown)
    if role == "rule":
        return _RULE.filled(name=name)
    return _SOMEBODY.get(role) or verbatim(name)
