"""The two dates of a ticket: `#due`, by when we commit ourselves, and `#wanted`, by when the reporter wishes it.

A commitment that moves later, or that lies behind the wish, is told to the reporter, with the words of the mail where
they go to him.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from mailgate.desk.case import Case
from mailgate.errors import RefusedCommand
from mailgate.outbox import phrases
from mailgate.outbox.sentences import sentence
from mailgate.rules.dates import begins_with_moment
from mailgate.rules.nothing import NONE, is_none
from mailgate.sentence import Sentence

_LONGEST_REASON = 300
_UNSAID = "no reason was given"


def due(case: Case, args: str) -> None:
    """The commitment, and behind it perhaps why; `none` takes it away."""
    before, undo = case.ticket.due_at, undo_of(case, "due", case.ticket.due_at)
    if is_none(args):
        _none(case, "due", before)
        case.move("due", {"why": _reason(case, "")}, due_at=None)
        case.did("done.due.none", undo=undo)
        case.tell_workers("change.due.none")
        return
    at, rest = _moment(case, args)
    case.move("due", {"why": _reason(case, rest) if before or rest else None}, due_at=at)
    is_later = at > before if before else case.ticket.wanted_by is not None and at > case.ticket.wanted_by
    case.postponed = is_later and case.ticket.is_open and case.ticket.parent is None
    key = "done.due.told" if case.postponed else "done.due"
    case.did(key, undo=undo, day=case.when(at), name=case.reporter.shown)
    case.tell_workers("change.due.why" if rest else "change.due", value=_day(case, at), why=rest)


def wanted(case: Case, args: str) -> None:
    """The reporter's wish, as he told it to somebody of us; `none` takes it away."""
    before, undo = case.ticket.wanted_by, undo_of(case, "wanted", case.ticket.wanted_by)
    if is_none(args):
        _none(case, "wanted", before)
        case.move("wanted", {"why": _reason(case, "")}, wanted_by=None)
        case.did("done.wanted.none", undo=undo)
        case.tell_workers("change.wanted.none")
        return
    at, rest = _moment(case, args)
    case.move("wanted", {"why": _reason(case, rest) if before or rest else None}, wanted_by=at)
    case.did("done.wanted", undo=undo, day=case.when(at), name=case.reporter.shown)
    case.tell_workers("change.wanted", value=_day(case, at))


def undo_of(case: Case, command: str, before: datetime | None) -> str:
    """The command that puts a date back, written where the agent is; what lies in the past only `#undo` brings back."""
    if before is None:
        return f"#{command} {NONE}"
    if before <= case.tx.now:
        return "#undo"
    there = before.astimezone(ZoneInfo(case.zone))
    return f"#{command} {there:%Y-%m-%d %H:%M}" if not there.second and not there.microsecond else "#undo"


def _none(case: Case, command: str, before: datetime | None) -> None:
    if before is None:
        raise RefusedCommand(sentence("refused.empty_date"))


def _moment(case: Case, args: str) -> tuple[datetime, str]:
    return begins_with_moment(case.tx.settings, args, case.tx.now, case.calendar, case.zone)


def _reason(case: Case, rest: str) -> str:
    """Why a date is another one now, for the history: behind the date, else the words of the mail."""
    return (rest or " ".join(case.words.split()))[:_LONGEST_REASON] or _UNSAID


def _day(case: Case, at: datetime) -> Sentence:
    return phrases.when_sentence(at, case.tx.settings.site.timezone)
