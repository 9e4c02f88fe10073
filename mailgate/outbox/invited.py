"""What a calendar part says, in one line for people: `Invitation: Move of the printer · Monday, 30 November 2026,
10:00–10:30 · Room 4 · from Erika Krause`; of answers and withdrawals who has said what.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from mailgate.mail.invitation import Invitation, Repeat
from mailgate.mail.message import Address
from mailgate.outbox.phrases import day_sentence, weekday_sentence
from mailgate.sentence import Sentence, joined, verbatim

_HEADS: Final[dict[str, Sentence]] = {
    "REQUEST": Sentence("Invitation: {what}", "Einladung: {what}"),
    "ADD": Sentence("Further dates: {what}", "Weitere Termine: {what}"),
    "CANCEL": Sentence("Cancelled by {who}: {what}", "Abgesagt von {who}: {what}"),
    "COUNTER": Sentence("{who} proposes another time: {what}", "{who} schlägt einen anderen Termin vor: {what}"),
    "DECLINECOUNTER": Sentence("{who} stays with the time: {what}", "{who} bleibt beim Termin: {what}"),
    "REFRESH": Sentence("{who} asks for the invitation once more: {what}", "{who} bittet noch einmal um: {what}"),
}
_CHANGED: Final = Sentence("Invitation, changed: {what}", "Einladung, geändert: {what}")
_ENTRY: Final = Sentence("Calendar entry: {what}", "Kalendereintrag: {what}")

_ANSWERS: Final[dict[str, Sentence]] = {
    "ACCEPTED": Sentence("{who} accepted: {what}", "{who} hat zugesagt: {what}"),
    "DECLINED": Sentence("{who} declined: {what}", "{who} hat abgesagt: {what}"),
    "TENTATIVE": Sentence("{who} accepted tentatively: {what}", "{who} hat unter Vorbehalt zugesagt: {what}"),
    "DELEGATED": Sentence("{who} sends somebody else: {what}", "{who} lässt sich vertreten: {what}"),
}
_ANSWERED: Final = Sentence("{who} has answered: {what}", "{who} hat geantwortet: {what}")

# What calendars put before the title of an answer or a withdrawal; our own words say it already.
_SAID_BEFORE: Final = (
    *("accepted", "declined", "tentative", "tentatively accepted", "canceled", "cancelled", "new time proposed"),
    *("zugesagt", "angenommen", "abgelehnt", "abgesagt", "mit vorbehalt", "unter vorbehalt", "neue zeit vorgeschlagen"),
    *("accepté", "refusé", "provisoire", "annulé", "aceptado", "aceptada", "rechazado", "rechazada", "cancelado"),
    *("accettato", "rifiutato", "annullato", "geaccepteerd", "geweigerd", "geannuleerd", "aceite", "recusado"),
)

_TIMES: Final = Sentence("{day}, {times}", "{day}, {times} Uhr")
_ALL_DAY: Final = Sentence("{day}, all day", "{day}, ganztägig")
_THERE: Final = Sentence(" ({times} in {zone})", " ({times} Uhr in {zone})")
_ANYWHERE: Final = Sentence(" (no time zone given)", " (ohne Zeitzone)")
_TO: Final = verbatim(" – ")
_FROM: Final = Sentence("from {name}", "von {name}")
_SENT_BY: Final = Sentence("sent by {name}", "gesendet von {name}")
_UNTITLED: Final = Sentence("(no title)", "(ohne Titel)")
_OTHERS: Final = Sentence("and {count} more", "und {count} weitere")
_AND: Final = Sentence(" and ", " und ")
_BETWEEN: Final = verbatim(" · ")

_EACH: Final[dict[str, tuple[Sentence, Sentence]]] = {
    "DAILY": (Sentence("every day", "täglich"), Sentence("every {count} days", "alle {count} Tage")),
    "WEEKLY": (Sentence("every week", "wöchentlich"), Sentence("every {count} weeks", "alle {count} Wochen")),
    "MONTHLY": (Sentence("every month", "monatlich"), Sentence("every {count} months", "alle {count} Monate")),
    "YEARLY": (Sentence("every year", "jährlich"), Sentence("every {count} years", "alle {count} Jahre")),
}
_ON: Final = Sentence(" on {days}", " am {days}")
_UNTIL: Final = Sentence(" until {day}", " bis {day}")
_TIMES_IN_ALL: Final = Sentence(", {count} times", ", {count}-mal")


def said(invitation: Invitation, sender: Address | None, timezone: str) -> Sentence:
    """The line. `sender`: who sent the mail, named where the entry does not say who speaks, or names somebody else;
    `timezone`: of the site."""
    head = _head(invitation)
    speaker = invitation.speaker
    by = (sender.name or sender.email) if sender else ""
    own = speaker and sender and speaker.email.lower() == sender.email.lower()
    who = (speaker.shown if speaker and not (own and not speaker.name) else "") or by
    pieces = [head.filled(who=who, what=_title(invitation))]
    if invitation.start is not None:
        pieces.append(_when(invitation, ZoneInfo(timezone)))
    if invitation.repeat:
        pieces.append(_again(invitation.repeat))
    if invitation.where:
        pieces.append(verbatim(invitation.where))
    if "{who}" not in head.english and who:
        pieces.append(_FROM.filled(name=who))
    if by and speaker and speaker.email and not own:
        pieces.append(_SENT_BY.filled(name=by))
    if invitation.link:
        pieces.append(verbatim(invitation.link))
    return joined(pieces, _BETWEEN)


def _head(invitation: Invitation) -> Sentence:
    if invitation.method == "REPLY":
        guests = invitation.guests
        return _ANSWERS.get(guests[0].status, _ANSWERED) if len(guests) == 1 else _ANSWERED
    if invitation.method == "REQUEST" and invitation.changed:
        return _CHANGED
    return _HEADS.get(invitation.method, _ENTRY)


def _title(invitation: Invitation) -> Sentence:
    before, colon, rest = invitation.summary.partition(":")
    summary = rest.strip() if colon and before.strip().lower() in _SAID_BEFORE else invitation.summary
    title = verbatim(summary) if summary else _UNTITLED
    more = _OTHERS.filled(count=invitation.others)
    return joined((title, more), verbatim(" ")) if invitation.others > 0 else title


# -- when --------------------------------------------------------------------------------------------------------------


def _when(invitation: Invitation, here: ZoneInfo) -> Sentence:
    start, end = invitation.start, invitation.end
    if isinstance(start, datetime):
        return _hours(start, end if isinstance(end, datetime) else None, invitation.zone, here)
    assert start is not None, "only what has a time is said"
    last = end - timedelta(days=1) if end is not None and end > start else start
    days = [day_sentence(start)] if last <= start else [day_sentence(start), day_sentence(last)]
    return _ALL_DAY.filled(day=joined(days, _TO))


def _hours(start: datetime, end: datetime | None, zone: str, here: ZoneInfo) -> Sentence:
    """In our zone; and in its own, where the clock shows another time there."""
    if start.tzinfo is None:
        return joined((_span(start, end), _ANYWHERE), verbatim(""))
    ours = _span(start.astimezone(here), end.astimezone(here) if end and end.tzinfo else None)
    if not zone or start.utcoffset() == start.astimezone(here).utcoffset():
        return ours
    there = _clock(start, end.astimezone(start.tzinfo) if end and end.tzinfo else None)
    return joined((ours, _THERE.filled(times=there, zone=zone)), verbatim(""))


def _span(start: datetime, end: datetime | None) -> Sentence:
    if end is None or end <= start or end.date() == start.date():
        return _moment(start.date(), _clock(start, end))
    return joined((_moment(start.date(), _clock(start)), _moment(end.date(), _clock(end))), _TO)


def _moment(day: date, times: str) -> Sentence:
    return _TIMES.filled(day=day_sentence(day), times=times)


def _clock(start: datetime, end: datetime | None = None) -> str:
    return f"{start:%H:%M}–{end:%H:%M}" if end and end > start else f"{start:%H:%M}"


def _again(repeat: Repeat) -> Sentence:
    one, several = _EACH[repeat.every]
    pieces = [one if repeat.interval == 1 else several.filled(count=repeat.interval)]
    if repeat.days:
        *some, last = map(weekday_sentence, repeat.days)
        listed = joined((joined(some, verbatim(", ")), last), _AND) if some else last
        pieces.append(_ON.filled(days=listed))
    if repeat.until:
        pieces.append(_UNTIL.filled(day=day_sentence(repeat.until)))
    elif repeat.count:
        pieces.append(_TIMES_IN_ALL.filled(count=repeat.count))
    return joined(pieces, verbatim(""))
