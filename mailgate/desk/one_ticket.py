"""An agent's mail on one ticket: rights, proof, certainty, and then all of it or nothing."""

from __future__ import annotations

from dataclasses import replace

from mailgate.desk import crossing, joint, partners, proof, rights, tickets, turned_back, undoing, withdrawing
from mailgate.desk.acts import NEED_WORDS, StoppedAt, carry_out
from mailgate.desk.agent_writes import AgentMail, Done, results
from mailgate.desk.case import Case
from mailgate.desk.joint import OUTWARD
from mailgate.desk.kept import Held
from mailgate.desk.letters_answered import purpose_of
from mailgate.desk.rights import sees
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.rules import access
from mailgate.rules.destination import Destination, answering, destination
from mailgate.rules.written import Command
from mailgate.store.db import Tx
from mailgate.trust.verdict import Level


def work(tx: Tx, mail: AgentMail, number: int | None, commands: tuple[Command, ...]) -> Done:
    """Carry out these commands, and the words where it is the mail's own ticket; or say why not."""
    ticket = tickets.load(tx, number) if number else None
    own = number == (mail.thread.ticket.number if mail.thread.ticket else None)
    written = replace(mail.written, text=_own_words(mail, commands)) if own else mail.written
    words, files = (written.text, mail.files) if own else (_words_behind(commands), ())
    if not words:
        files = tuple(each for each in files if each.content_id is None)  # a logo in a signature is no answer
    empty = not (commands or words or files)
    if empty and (mail.certain or not own):
        return Done()
    whole = written.whole if own else words
    seen = crossing.last_seen(tx, mail, number)
    held = replace(mail.held(ticket if own else None, commands, whole), files=files, concerns=number, seen=seen)
    try:
        case = _case(tx, mail, ticket, number, held)
        case.words, case.joint = words, joint.of_mail(tx, mail, own=own)
        joint.check_draft(mail, commands)
        joint.check_part(tx, case.ticket)
        if not (_only_looks_on(case, commands) or _closes_as_partner(case, commands)):
            rights.check(tx, mail.agent, case.ticket)  # when the command runs
        where = _destination(tx, mail, number, commands)
    except RefusedCommand as refused:
        opens = number is None and mail.thread.token is None
        blamed = _need_a_ticket(commands) if opens else commands
        return Done(turned_back.no_right(tx, held, ticket, commands, refused.why, blamed))
    needed = _needed(case, commands, where)
    if any(mail.level not in levels for levels in needed):
        # A `#yes` makes it proven; where that is not enough, the `#yes` itself has to be signed.
        more = any(Level.proven not in levels for levels in needed)
        lacking = proof.lacking(mail.level)
        return Done(turned_back.asked_back(case, held, commands, where, lacking, needs_signature=more))
    if not mail.certain and (empty or (words and _leaves(where, commands))):
        return Done(turned_back.uncut(case, held, commands, mail.uncertain_because, mail.shown))
    if crossing.of_case(case, held.seen, commands, where):
        return Done(turned_back.asked_back(case, held, commands, where))
    return _carried_out(case, held, commands, where)


def _need_a_ticket(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """Those that the mail which opens a ticket can not hold; where there are none, all."""
    return tuple(each for each in commands if each.name not in access.DESCRIBING) or commands


def _leaves(where: Destination, commands: tuple[Command, ...]) -> bool:
    """Whether words go to somebody outside, now or, as the answer on a part, with others."""
    return where in (Destination.reporter, Destination.coordinator) or any(each.name in OUTWARD for each in commands)


def _own_words(mail: AgentMail, commands: tuple[Command, ...]) -> str:
    """The text of the mail, and what stands behind a command that names its own ticket; kept words hold it already."""
    text, behind = mail.written.text, _words_behind(tuple(each for each in commands if each.ticket is not None))
    return text if behind in text else "\n".join(filter(None, (text, behind)))


def _words_behind(commands: tuple[Command, ...]) -> str:
    """`#1042 note …`: the words stand behind the command, for that ticket alone."""
    return "\n".join(each.args for each in commands if each.name in (*NEED_WORDS, "resolve", "template") and each.args)


def _case(tx: Tx, mail: AgentMail, ticket: Ticket | None, number: int | None, held: Held) -> Case:
    own = mail.thread.ticket is not None and number == mail.thread.ticket.number
    if ticket is None or not sees(tx, mail.agent, ticket):
        without = "refused.no_ticket" if held.commands else "refused.no_place"
        # Whoever only named the Message-ID of somebody's mail does not learn the number that it has here.
        is_known = number and (not own or mail.thread.token is not None)
        raise RefusedCommand(sentence("refused.not_here" if is_known else without, number=number))
    text, message_id = (mail.text, mail.message_id) if own else ("", None)
    return Case(tx, ticket, mail.agent, mail.language, held.words, held.files, mail.level, text, message_id)


def _only_looks_on(case: Case, commands: tuple[Command, ...]) -> bool:
    """Whoever may see it may watch it."""
    says_nothing = not (case.words.strip() or case.files)
    return says_nothing and bool(commands) and all(each.name in access.LOOKING_ON for each in commands)


def _closes_as_partner(case: Case, commands: tuple[Command, ...]) -> bool:
    """Whoever gave it to the 2nd level closes what that has resolved; a word beside it is for the group to say."""
    names = [each.name for each in commands]
    return not (case.words.strip() or case.files) and partners.may_close(case.tx, case.agent, case.ticket, names)


def _destination(tx: Tx, mail: AgentMail, number: int | None, commands: tuple[Command, ...]) -> Destination:
    """Where the words go: the letter he answered says it, some commands say otherwise."""
    about = purpose_of(tx, mail.about) if mail.answered == "new_message" else None
    ticket = tickets.load(tx, number) if number else None
    part = ticket is not None and ticket.parent is not None
    usual = answering(mail.answered or "new_message", about=about, part=part)
    return destination(replace(mail.written, commands=commands), usual, tickets=(number, None), part=part)


def _needed(case: Case, commands: tuple[Command, ...], where: Destination) -> list[tuple[str, ...]]:
    """The levels that are enough for each thing this mail asks for (CONTRACT 7)."""
    acts = [each.name for each in commands]
    if case.words or case.files:
        acts.append("note" if where is Destination.note else "answer")
    return [access.needed(case.tx.settings, act) for act in acts]


def _carried_out(case: Case, held: Held, commands: tuple[Command, ...], where: Destination) -> Done:
    try:
        with case.tx.savepoint(), undoing.remembered(case, commands):
            _not_too_many(case, commands)
            carry_out(case, commands, where)
        withdrawing.tell_of_hold(case)
    except RefusedCommand as refused:
        return Done(turned_back.impossible(case, held, commands, refused))
    was_kept = held.mail is not None  # the mail that brought it back is one of commands, such as #yes
    return Done(results(commands, True), case.ticket, tuple(case.effects) if commands or was_kept else ())


def _not_too_many(case: Case, commands: tuple[Command, ...]) -> None:
    most = case.tx.settings.limits.commands_per_ticket
    commands = tuple(each for each in commands if each.name != "part")  # all lines of one #split
    if len(commands) > most:
        why = RefusedCommand(sentence("refused.too_many", number=most))
        raise StoppedAt(commands[most], why)
