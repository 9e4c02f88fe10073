"""How a deadline came about, step by step: what is promised by whom, when the clock stood, what was committed to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from mailgate.desk import deadlines
from mailgate.desk.tickets import Ticket
from mailgate.outbox import phrases
from mailgate.rules import hours, promises
from mailgate.rules.arguments import PRIORITY_WORDS, titled
from mailgate.rules.light import light
from mailgate.rules.promises import Asked, Pause, Term
from mailgate.sentence import AND_ALSO, Sentence, joined, verbatim
from mailgate.settings.model import Settings
from mailgate.store.db import Tx

_BEGINS = Sentence("opened on {at}; {calendar}", "eröffnet am {at}; {calendar}")
_AROUND = Sentence("time counts around the clock", "es zählt die Zeit rund um die Uhr")
_IN_CALENDAR = Sentence(
    "time counts while the calendar {name} is open ({zone})",
    "es zählt die Zeit, in der der Kalender {name} offen ist ({zone})",
)
_NOTHING = Sentence("nothing is promised: {by}", "zugesagt ist nichts: {by}")
_BY: dict[str, Sentence] = {
    "kind": Sentence("kind of case {kind}", "Vorgangsart {kind}"),
    "priority": Sentence("kind of case {kind} at priority {priority}", "Vorgangsart {kind} bei Priorität {priority}"),
    "customer_group": Sentence("customer group {group}", "Meldergruppe {group}"),
}
_TERMS: dict[str, Sentence] = {
    "response": Sentence("{by}: first answer within {length}, by {at}", "{by}: erste Antwort in {length}, bis {at}"),
    "solution": Sentence("{by}: solution within {length}, by {at}", "{by}: Lösung in {length}, bis {at}"),
    "yellow": Sentence("{by}: yellow after {length}, from {at} on", "{by}: gelb nach {length}, ab {at}"),
    "red": Sentence("{by}: red after {length}, from {at} on", "{by}: rot nach {length}, ab {at}"),
}
_SHARES: dict[str, Sentence] = {
    "yellow": Sentence(
        "{by}: yellow when half of the time to the solution has gone, from {at} on",
        "{by}: gelb, wenn die Hälfte der Zeit bis zur Lösung um ist, ab {at}",
    ),
    "red": Sentence(
        "{by}: red when the solution is due, from {at} on", "{by}: rot, wenn die Lösung fällig ist, ab {at}"
    ),
}
_EARLIER = Sentence("{said}; the earlier counts", "{said}; es zählt das Frühere")
_WHATS: tuple[promises.What, ...] = ("response", "solution", "yellow", "red")
_NAMES: dict[str, Sentence] = {
    "response": Sentence("first answer", "erste Antwort"),
    "solution": Sentence("solution", "Lösung"),
    "yellow": Sentence("yellow", "gelb"),
    "red": Sentence("red", "rot"),
}
_STOOD = Sentence(
    "the clock stood from {begins} until {ends}, {open} of open time: {moved}",
    "die Uhr stand von {begins} bis {ends}, {open} offene Zeit: {moved}",
)
_MOVED = verbatim("{what} {at}")
_NOTHING_MOVES = Sentence("nothing moves", "nichts verschiebt sich")
_STANDS = Sentence("the clock stands since {at}", "die Uhr steht seit {at}")
_COMMITTED = Sentence(
    "committed on {set} to {due}, which counts instead; yellow from {yellow} on",
    "am {set} zugesagt zum {due}, das zählt statt dessen; gelb ab {yellow}",
)
_SO = Sentence(
    "so the deadline is {at}, and the light is {light}", "die Frist ist also {at}, und die Ampel ist {light}"
)
_NO_DEADLINE = Sentence(
    "so there is no deadline; the light is {light}", "es gibt also keine Frist; die Ampel ist {light}"
)
_LIGHTS: dict[str, Sentence] = {
    "off": Sentence("off", "aus"),
    "green": Sentence("green", "grün"),
    "yellow": Sentence("yellow", "gelb"),
    "red": Sentence("red", "rot"),
}


def steps(tx: Tx, ticket: Ticket) -> tuple[Sentence, ...]:
    """Each step in a sentence without a full stop, the deadline and the light last."""
    settings, asked = tx.settings, deadlines.asked(tx, ticket)
    found, stood = promises.terms(settings, asked), deadlines.pauses(tx, ticket)
    zone = _zone(settings, ticket)
    return (
        _BEGINS.filled(at=_at(ticket.created_at, zone), calendar=_calendar(settings, ticket)),
        *_promised(settings, asked, found, zone),
        *_standing(settings, ticket, found, stood, zone),
        *_committed(settings, ticket, zone),
        _so(tx, ticket, zone),
    )


def _promised(settings: Settings, asked: Asked, found: tuple[Term, ...], zone: str) -> Iterator[Sentence]:
    if not found:
        yield _NOTHING.filled(by=_by(settings, asked, "priority"))
    for what in _WHATS:
        same = [term for term in found if term.what == what]
        for number, term in enumerate(same):
            words, by = (_TERMS if term.length else _SHARES)[what], _by(settings, asked, term.source)
            said = words.filled(by=by, length=str(term.length), at=_at(term.at, zone))
            yield _EARLIER.filled(said=said) if number else said


def _standing(
    settings: Settings, ticket: Ticket, found: tuple[Term, ...], stood: tuple[Pause, ...], zone: str
) -> Iterator[Sentence]:
    """What each pause did to what was open then."""
    calendar = promises.calendar_for(settings, ticket.kind)
    binding = ((what, promises.binding(found, what)) for what in _WHATS)
    ends = {what: term.at for what, term in binding if term}
    for begins, until in stood:
        if ticket.first_response_at and ticket.first_response_at <= begins:
            ends.pop("response", None)  # it was given
        moved = {what: promises.after_pause(settings, calendar, at, (begins, until)) for what, at in ends.items()}
        said = [_MOVED.filled(what=_NAMES[what], at=_at(at, zone)) for what, at in moved.items() if at != ends[what]]
        ends = moved
        yield _STOOD.filled(
            begins=_at(begins, zone),
            ends=_at(until, zone),
            open=_span(hours.open_time(settings, calendar, begins, until)),
            moved=joined(said, AND_ALSO) if said else _NOTHING_MOVES,
        )
    if ticket.stands_since:
        yield _STANDS.filled(at=_at(ticket.stands_since, zone))


def _committed(settings: Settings, ticket: Ticket, zone: str) -> Iterator[Sentence]:
    if ticket.due_at:
        set_at = ticket.due_set_at or ticket.created_at
        yellow = promises.yellow_before(settings, ticket.kind, set_at, ticket.due_at)
        yield _COMMITTED.filled(set=_at(set_at, zone), due=_at(ticket.due_at, zone), yellow=_at(yellow, zone))


def _so(tx: Tx, ticket: Ticket, zone: str) -> Sentence:
    shown = _LIGHTS[light(ticket, tx.now)]
    if ticket.deadline is None:
        return _NO_DEADLINE.filled(light=shown)
    return _SO.filled(at=_at(ticket.deadline, zone), light=shown)


# -- words -------------------------------------------------------------------------------------------------------------


def _by(settings: Settings, asked: Asked, source: str) -> Sentence:
    kind, group = settings.all_kinds.get(asked.kind), settings.customer_groups.get(asked.customer_group or "")
    return _BY[source].filled(
        kind=titled(kind.name if kind and kind.name else asked.kind),
        priority=PRIORITY_WORDS[asked.priority],
        group=titled(group.name) if group else "",
    )


def _calendar(settings: Settings, ticket: Ticket) -> Sentence:
    name = promises.calendar_for(settings, ticket.kind)
    return _IN_CALENDAR.filled(name=name, zone=_zone(settings, ticket)) if name else _AROUND


def _zone(settings: Settings, ticket: Ticket) -> str:
    """The time zone of its calendar, in which opening hours are easiest to follow."""
    name = promises.calendar_for(settings, ticket.kind)
    return hours.calendar_of(settings, name)[1] if name else settings.site.timezone


def _at(moment: datetime, zone: str) -> Sentence:
    return phrases.when_sentence(moment, zone)


def _span(span: timedelta) -> str:
    return phrases.minutes_words(round(span / timedelta(minutes=1)))
