"""`#ask`: somebody inside or outside is asked for a statement. He gets the question only, and the reporter's words
where `with original` stands; his answer is internal (`hearing.py`)."""

from __future__ import annotations

from mailgate.desk import answers, conversation, outward, partners, people, showing, statements
from mailgate.desk.case import Case
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import Value, sentence
from mailgate.rules import recipients
from mailgate.rules.recipients import Recipient
from mailgate.rules.waiting import When

LETTER = "statement_request"


def ask(case: Case, args: str) -> None:
    """Whom, until when, and with what; the question is the text of the mail."""
    if not (case.words.strip() or case.files):
        raise RefusedCommand(sentence("refused.ask.words", line="#ask"))
    asking = recipients.asking(case.tx.settings, args, When(case.tx.now, case.calendar, case.zone))
    not_reporter(case, asking.to, "refused.ask.reporter")
    case.joint.asking = asking


def not_reporter(case: Case, to: tuple[Recipient, ...], why: str) -> None:
    """What is internal must not go to the reporter, and to a partner's end customer only what his own agents write."""
    his = next((each for each in to if people.is_of(case.tx, case.reporter, each.address)), None)
    if his is not None:
        raise RefusedCommand(sentence(why, value=his.address, number=case.ticket.number))
    partners.not_to_end_customer(case.tx, case.agent, case.ticket, [each.address for each in to])


def send(case: Case) -> None:
    """One request for each, with a token of his own."""
    tx, asking = case.tx, case.joint.asking
    assert asking is not None, "somebody is asked"
    message = answers.internally(case, "statement", "out", tuple(each.address for each in asking.to))
    case.move("ask", {"to": [each.address for each in asking.to]})
    said, of_reporter = conversation.said_by_reporter(tx, case.ticket.number)
    original, files = (said, (*case.files, *of_reporter)) if asking.with_original else ("", case.files)
    for number, each in enumerate(asking.to):
        deadline = showing.when(tx.settings, asking.by, outward.language_for(case, each, LETTER)) if asking.by else ""
        letter = outward.send(
            case,
            LETTER,
            "statement",
            each,
            original=original,
            files=files,
            deadline=deadline,
            message=message,
        )
        if number == 0:
            conversation.link_letter(tx, message, letter)
        statements.remember(tx, case.ticket, asking, each, asked_by=case.agent, letter=letter)
        _say(case, each)


def _say(case: Case, asked: Recipient) -> None:
    asking, name = case.joint.asking, asked.name or asked.address
    values: dict[str, Value] = {"name": name}
    if asking and asking.by:
        values["date"] = case.when(asking.by)
    case.did("done.ask.by" if asking and asking.by else "done.ask", undo="#undo", **values)
    case.tell("change.asked", value=name)
