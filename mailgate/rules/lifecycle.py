"""The life of a ticket (CONTRACT 8): its statuses, and which status follows from what happens. One ordered table.

The desk decides who may act and who has the ticket afterwards; this module only says what becomes of the status, or
why nothing can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailgate.errors import RefusedCommand
from mailgate.sentence import Sentence

STATUSES: dict[str, str] = {
    "new": "nobody has it, or only a group",
    "accepted": "the coordinator has taken charge, no handler yet",
    "assigned": "an agent was asked to handle it and has not begun",
    "in_progress": "an agent is at work on it",
    "waiting": "somebody else has to act first; `waiting_for` says who",
    "answered": "a part whose handler has answered the coordinator",
    "resolved": "solved; still open to objection, the light is off",
    "closed": "done; the reporter can reopen it for a while",
    "merged": "it lives on in another ticket; final",
}
"""Each status of a ticket, and what it means."""

WORDS: dict[str, Sentence] = {
    "new": Sentence("new", "neu"),
    "accepted": Sentence("accepted", "angenommen"),
    "assigned": Sentence("assigned", "zugewiesen"),
    "in_progress": Sentence("in progress", "in Bearbeitung"),
    "waiting": Sentence("waiting", "wartet"),
    "answered": Sentence("answered", "beantwortet"),
    "resolved": Sentence("resolved", "gelöst"),
    "closed": Sentence("closed", "geschlossen"),
    "merged": Sentence("merged", "zusammengeführt"),
}
"""What people call it."""

NOT_YET = ""
"""Before the first event there is no status."""
CLOSED = ("closed",)
MERGED = ("merged",)
OPEN = tuple(status for status in STATUSES if status not in ("closed", "merged"))
"""Neither closed nor merged."""
UNSETTLED = tuple(status for status in OPEN if status != "resolved")
IN_HANDS = ("assigned", "in_progress", "waiting")
ALL = tuple(STATUSES)
ANY = (NOT_YET, *STATUSES)


@dataclass(frozen=True, slots=True)
class Happening:
    """What the table may ask about. `assignee` is who has the ticket afterwards."""

    status: str
    assignee: str | None = None
    coordinator_accepted: bool = False
    before: str | None = None
    """Who had it before, where that is known."""
    agent: str | None = None
    """The agent who acts."""
    answers_take: bool = True


Next = Callable[[Happening], str]


def _same(it: Happening) -> str:
    return it.status


def _begun(it: Happening) -> str:
    return "in_progress" if it.assignee else "new"


def _given(it: Happening) -> str:
    """An agent got it; a group or nobody: back to where it waits for one."""
    return "assigned" if it.assignee else _back(it)


def _back(it: Happening) -> str:
    return "accepted" if it.coordinator_accepted else "new"


def _given_again(it: Happening) -> str:
    """To the agent who is at it already: nothing changes."""
    return it.status if it.assignee and it.assignee == it.before else _given(it)


def _answered(it: Happening) -> str:
    """The first public answer of the agent who has it, or (answers_take) gets it by answering, begins the work."""
    own = it.assignee is not None and it.agent in (None, it.assignee)
    return "in_progress" if it.answers_take and own else it.status


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an action is impossible in a status; the sentence begins with the ticket, `{ticket}`."""

    why: Sentence


_MERGED = Refusal(
    Sentence(
        "{ticket} is merged into another ticket and can not be changed",
        "{ticket} ist in einem anderen Ticket aufgegangen und nicht mehr zu ändern",
    )
)
_REOPEN_FIRST = Refusal(
    Sentence(
        "{ticket} is closed; reopen it first, with #reopen",
        "{ticket} ist geschlossen und muss erst wieder geöffnet werden, mit #wiedereröffnen",
    )
)
_ACCEPTED_ALREADY = Refusal(
    Sentence(
        "{ticket} is {status}: there is nothing left to accept",
        "{ticket} hat den Status „{status}“: Es gibt nichts mehr anzunehmen",
    )
)
_CLOSED_ALREADY = Refusal(Sentence("{ticket} is closed already", "{ticket} ist schon geschlossen"))
_NOT_CLOSED = Refusal(
    Sentence(
        "{ticket} is neither resolved nor closed, so there is nothing to reopen",
        "{ticket} ist weder gelöst noch geschlossen, also gibt es nichts wieder zu öffnen",
    )
)
_NOT_POSSIBLE = Sentence(
    "{ticket} is {status}, so this is not possible", "{ticket} hat den Status „{status}“, darum geht das nicht"
)
_NOT_THERE = Sentence("not there yet", "noch nicht angelegt")
_THIS_TICKET = Sentence("this ticket", "dieses Ticket")

TRANSITIONS: tuple[tuple[str, tuple[str, ...], str | Next | Refusal], ...] = (
    # action, from these statuses, to: a status, a question that names it, or a refusal. The first row that fits counts.
    ("created", (NOT_YET,), _given),
    # What others do is never refused.
    ("reporter_reply", ("waiting", "resolved", "closed"), _begun),
    ("reporter_reply", ANY, _same),
    ("reporter_close", OPEN, "closed"),
    ("reporter_close", ANY, _same),
    ("auto_close", ("resolved", "waiting"), "closed"),
    ("auto_close", ANY, _same),
    ("information", ANY, _same),
    ("statement_given", ("waiting",), _begun),
    ("statement_given", ANY, _same),
    ("parts_answered", ("waiting",), _begun),
    ("parts_answered", ANY, _same),
    ("waited", ("waiting",), _begun),
    ("waited", ANY, _same),
    ("take_back", UNSETTLED, _back),
    ("take_back", ANY, _same),
    # Everything else ends at a merged ticket.
    ("*", MERGED, _MERGED),
    ("assign", IN_HANDS, _given_again),
    ("assign", OPEN, _given),
    ("assign_group", OPEN, _back),
    ("take", OPEN, "in_progress"),
    ("accept", ("new", "accepted", "assigned"), "in_progress"),
    ("accept", OPEN, _ACCEPTED_ALREADY),
    ("coordinator_accept", ("new", "accepted"), "accepted"),
    ("coordinator_accept", OPEN, _same),
    ("decline", UNSETTLED, _back),
    ("unassign", UNSETTLED, _back),
    ("answer", ("new", "accepted", "assigned"), _answered),
    ("answer", ALL, _same),
    ("answer_part", UNSETTLED, "answered"),
    ("question", OPEN, "waiting"),
    ("wait", UNSETTLED, "waiting"),
    ("resolve", OPEN, "resolved"),
    ("close", OPEN, "closed"),
    ("close", CLOSED, _CLOSED_ALREADY),
    ("resolve", CLOSED, _CLOSED_ALREADY),
    ("reopen", ("resolved", "closed"), _begun),
    ("reopen", OPEN, _NOT_CLOSED),
    ("merge", ALL, "merged"),
    ("spam", ALL, "closed"),
    # What only describes a ticket, or speaks about it, is possible on a closed one too.
    ("note", ALL, _same),
    ("describe", ALL, _same),
    ("forward", ALL, _same),
    # Whoever coordinates it now has to accept it himself.
    ("coordinator", ("accepted",), _back),
    ("coordinator", OPEN, _same),
    ("ask", OPEN, _same),
    ("split", OPEN, _same),
    ("release", OPEN, _same),
    ("level", UNSETTLED, _given_again),
    ("snooze", OPEN, _same),
    ("*", CLOSED, _REOPEN_FIRST),
)

ACTIONS: frozenset[str] = frozenset(action for action, _, _ in TRANSITIONS) - {"*"}

_SAME_AS = dict.fromkeys(("priority", "kind", "category", "tag", "due", "wanted"), "describe")
"""Commands that only describe a ticket."""


def after(
    action: str,
    *,
    status: str,
    assignee: str | None = None,
    coordinator_accepted: bool = False,
    number: int | None = None,
    before: str | None = None,
    agent: str | None = None,
    answers_take: bool = True,
) -> str:
    """The status that follows. `assignee`: who has the ticket afterwards (None: a group, or nobody); `before`: who had
    it; `agent`: who acts, needed for `answer` where somebody else may have the ticket.

    Raises RefusedCommand, with a sentence for the agent, where the action is impossible in this status.
    """
    happening = Happening(status, assignee, coordinator_accepted, before, agent, answers_take)
    to = _row(_SAME_AS.get(action, action), status)
    if isinstance(to, Refusal):
        raise RefusedCommand(to.why.filled(ticket=f"#{number}" if number else _THIS_TICKET, status=_words(status)))
    return to if isinstance(to, str) else to(happening)


def _row(action: str, status: str) -> str | Next | Refusal:
    if action not in ACTIONS:
        raise ValueError(f"there is no action '{action}'")
    for name, statuses, to in TRANSITIONS:
        if name in (action, "*") and status in statuses:
            return to
    return Refusal(_NOT_POSSIBLE)


def _words(status: str) -> Sentence:
    return WORDS[status] if status else _NOT_THERE


def is_possible(action: str, status: str) -> bool:
    """Whether the action may happen to a ticket of that status."""
    return not isinstance(_row(_SAME_AS.get(action, action), status), Refusal)


def waiting_for(action: str, status: str, current: str | None) -> str | None:
    """What `waiting_for` is after an action that led to this status: a question waits for the reporter."""
    if status != "waiting":
        return None
    return "reporter" if action == "question" else current


def takes_by_answering(status: str, assignee: str | None, *, answers_take: bool) -> bool:
    """Whether the first public answer makes its writer the assignee: nobody has the ticket, and it is open."""
    return answers_take and assignee is None and status in UNSETTLED
