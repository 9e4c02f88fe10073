"""An agent's words: to the reporter as reply, question or resolution, or kept as an internal note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailgate.desk import change, conversation, correspondence, head_lines, parts
from mailgate.desk.case import Case
from mailgate.desk.conversation import Entry
from mailgate.desk.notices import Words, subject_of
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.sentence import Sentence
from mailgate.trust import token as tokens

LETTER_OF = {"answer": "reply", "question": "question", "solution": "resolved"}
"""Purpose of the message → letter that carries it."""


def to_reporter(case: Case, purpose: str, also: Sequence[Ticket] = ()) -> None:
    """Send the words (and files) of the mail to the reporter. `purpose`: answer, question or solution; `also`: what of
    his the same letter resolves."""
    if parts.is_hidden(case.tx, case.ticket):
        name = parts.addressee(case.tx, case.ticket)
        raise RefusedCommand(sentence("refused.part.question", number=case.ticket.number, name=name))
    message = conversation.add(case.tx, case.ticket.number, _entry(case, "out", purpose, public=True))
    case.message = message
    if purpose == "question":
        case.move("question", waiting_for="reporter", **({} if _clarifies(case) else _takes(case)))
    elif purpose == "answer" and not case.joint.released:  # what is released leaves the state as it is
        case.move("answer", **_takes(case))
    _first_words(case)
    case.letter = correspondence.tell_reporter(
        case.tx,
        case.ticket,
        LETTER_OF[purpose],
        agent=case.agent,
        words=case.words,
        files=case.files,
        message=message,
        postponed=case.postponed and purpose != "solution",
        also=also,
    )
    if purpose != "solution":
        done = "release" if case.joint.released else purpose
        case.did(f"done.{done}", name=case.reporter.shown)


def by_another_letter(case: Case, letter: int) -> None:
    """The solution, where the letter about another ticket of the same reporter names this one too."""
    case.message = conversation.add(case.tx, case.ticket.number, _entry(case, "out", "solution", public=True))
    case.letter = letter
    _first_words(case)
    conversation.link_letter(case.tx, case.message, letter)


def _first_words(case: Case) -> None:
    if case.ticket.first_response_at is None and case.words.strip():
        case.apply("first_response", first_response_at=case.tx.now)


def as_note(case: Case) -> None:
    """Keep the words where only we can read them."""
    internally(case, "note")
    case.did("done.note")


def internally(case: Case, purpose: str, direction: str = "note", to: tuple[str, ...] = ()) -> int:
    """The words as a message that the reporter never reads; returns it. `to`: who else does."""
    entry = replace(_entry(case, direction, purpose, public=False), to=to)
    case.message = conversation.add(case.tx, case.ticket.number, entry)
    case.noted = True
    return case.message


def unproven_note(case: Case, remark: str) -> None:
    """Words that could not be proven to be the agent's: kept, marked, going nowhere."""
    entry = _entry(case, "note", "note", public=False)
    conversation.add(case.tx, case.ticket.number, replace(entry, remark=remark))


def words_of(case: Case) -> Words:
    """The mail's words on their way to others of us."""
    said = head_lines.said(case)
    return Words(case.agent_name, case.words, case.files, message=case.message, is_note=case.noted, said=said)


def _entry(case: Case, direction: str, purpose: str, *, public: bool) -> Entry:
    return Entry(
        direction=direction,
        purpose=purpose,
        author=case.actor,
        sender=case.tx.settings.agents[case.agent].email.lower(),
        to=(case.reporter.email,) if public else (),
        subject=subject_of(case.tx, case.ticket),
        text=tokens.strip(case.text) or case.words,
        new_text=case.words,
        public=public,
        trust=case.trust,
        files=case.files,
        message_id=case.message_id,
    )


def _takes(case: Case) -> dict[str, str]:
    """The first public answer takes an unassigned ticket (`answers_take`)."""
    if case.tx.settings.answers_take and case.ticket.assignee is None:
        return {"assignee": case.agent}
    return {}


def _clarifies(case: Case) -> bool:
    """The coordinator asks before he gives it to somebody: that makes him no handler."""
    return case.ticket.coordinator_accepted_at is not None and case.acts_for(case.ticket.coordinator)


def record_refusal(case: Case, why: Sentence) -> None:
    """A refused mail changes nothing, but the history knows of it."""
    change.record(case.tx, case.ticket.number, case.actor, "refused", why=why)
