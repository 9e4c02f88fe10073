"""An agent's mail that is not carried out: asked back, uncertain, impossible, or misread. Its words are kept."""

from __future__ import annotations

from dataclasses import replace

from mailgate.desk import answers, asking, change, crossing, parts, refusals
from mailgate.desk.acts import StoppedAt
from mailgate.desk.agent_writes import AgentMail, CommandResult, Results, results
from mailgate.desk.case import Case
from mailgate.desk.kept import Held, Question
from mailgate.desk.rights import sees
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import say, sentence
from mailgate.outbox.view import Mistake
from mailgate.rules.arguments import as_written, spoken
from mailgate.rules.destination import Destination
from mailgate.rules.written import Command, Misread
from mailgate.sentence import AND_ALSO, Sentence, joined, verbatim
from mailgate.store.db import Tx

CARRYING = ("ask", "forward", "split")
"""Commands whose own line says where the words go."""
BLANK, COLON = verbatim(" "), verbatim(": ")


def asked_back(
    case: Case,
    held: Held,
    commands: tuple[Command, ...],
    where: Destination,
    lacking: Sentence | None = None,
    *,
    needs_signature: bool = False,
) -> Results:
    """Nothing leaves, and the agent is asked at the registered address. What is not proven, as `lacking` says, is kept
    as an internal note; without it a colleague's answer is all there is to ask about."""
    says_something = bool(held.words or held.files)
    if lacking and (case.words or case.files):
        answers.unproven_note(case, say("remark.unproven", case.tx.settings.site.language, writer=case.agent_name))
    number = case.ticket.number
    acts = [say("act.command", case.language, number=number, line=line) for line in held.commands]
    if says_something:
        acts.append(_words_go(case, commands, where).in_language(case.language))
    said = lacking.in_language(held.language) if lacking else ""
    crosses = crossing.concerned(case, commands, where)
    question = Question(tuple(acts), said, needs_signature)
    asking.remember(case.tx, held if crosses else replace(held, seen=None), question)
    met = crossing.of_case(case, held.seen, commands, where)
    why = joined((*((lacking,) if lacking else ()), *(each.why for each in met)), BLANK)
    answers.record_refusal(case, why)
    return results(commands, False, str(why))


def _words_go(case: Case, commands: tuple[Command, ...], where: Destination) -> Sentence:
    """What would be done with the words."""
    if any(each.name in CARRYING for each in commands):
        return sentence("act.with")
    note = where is Destination.note
    if where is Destination.coordinator:
        note = parts.takes_notes(case.tx, case.ticket, case.agent)
        to_handler = parts.is_for_handler(case.tx, case.ticket, case.agent)
        name = parts.whose(case.tx.settings, case.ticket) if to_handler else parts.addressee(case.tx, case.ticket)
        if not note:
            return sentence("act.part", name=name)
    key = "act.note" if note else "act.answer"
    return sentence(key, name=case.reporter.shown, number=case.ticket.number)


def uncut(case: Case, held: Held, commands: tuple[Command, ...], because: Sentence, shown: str) -> Results:
    """An agent's words leave only when everything of ours was cut with certainty. `shown`: with what he wrote where
    nobody can tell it from the quoted letter; he reads it again, and it goes nowhere else."""
    why = sentence("refused.uncut", why=because.whole)
    answers.record_refusal(case, why)
    held = replace(held, words=shown or held.words) if held.ticket else held
    refusals.refuse(case.tx, replace(held, uncertain=True), (), why)
    return results(commands, False, str(why))


def no_right(
    tx: Tx,
    held: Held,
    ticket: Ticket | None,
    commands: tuple[Command, ...],
    why: Sentence,
    blamed: tuple[Command, ...],
) -> Results:
    """A ticket he may not act on, or that is none to him. `blamed`: the commands that this is the fault of."""
    change.record(tx, _chain(ticket), f"agent:{held.agent}", "refused", why=why)
    lines = dict.fromkeys(each.line for each in blamed)
    mistakes = tuple(refusals.mistake(held.language, line, why) for line in lines)
    refusals.refuse(tx, held, mistakes, None if mistakes else why)
    return results(commands, False, str(why))


def impossible(case: Case, held: Held, commands: tuple[Command, ...], refused: RefusedCommand) -> Results:
    """One of the commands can not be carried out, so none was."""
    answers.record_refusal(case, refused.why)
    if isinstance(refused, StoppedAt):
        refusals.refuse(case.tx, held, (stopped(held.language, commands, refused),))
    else:
        refusals.refuse(case.tx, held, (), refused.why)
    return results(commands, False, str(refused))


def stopped(language: str, commands: tuple[Command, ...], refused: StoppedAt) -> Mistake:
    """The command that could not be carried out, with what may have been meant."""
    wrong = refused.command
    near = [f"{refusals.sign(wrong)} {as_written(wrong.name, each).in_language(language)}" for each in refused.near]
    near += [refusals.elsewhere(wrong, spoken(each).in_language(language)) for each in refused.instead]
    if wrong.name == "part":
        return refusals.in_place(language, wrong.line, refused.why, near, _lines_around(commands, wrong))
    return refusals.mistake(language, wrong.line, refused.why, near, refusals.written_out(commands, wrong))


def _lines_around(commands: tuple[Command, ...], wrong: Command) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines above and below one whose place counts, such as that of a part."""
    place = next(place for place, each in enumerate(commands) if each is wrong)
    return refusals.written_out(commands[:place]), refusals.written_out(commands[place + 1 :])


def misread(tx: Tx, mail: AgentMail) -> Results:
    """A line that looks like a command but is none in its place stops the whole mail."""
    ticket = mail.thread.ticket
    visible = ticket if ticket and sees(tx, mail.agent, ticket) else None
    lines = mail.written.misread
    why = joined((joined((verbatim(each.line), each.why), COLON) for each in lines), AND_ALSO)
    change.record(tx, _chain(ticket), f"agent:{mail.agent}", "refused", why=why)
    refusals.refuse(tx, mail.held_whole(visible, mail.written.commands, mail.written.whole), marked(mail))
    return tuple(CommandResult(each.line, "", False, str(each.why)) for each in lines) + results(
        mail.written.commands, False, "another line of the mail stopped it"
    )


def marked(mail: AgentMail) -> tuple[Mistake, ...]:
    """The lines that stop a mail; each link corrects its line and the others as well as can be guessed."""
    right, lines = refusals.written_out(mail.written.commands), mail.written.misread
    if mail.written.portions:
        return tuple(_marked_in_place(mail, each) for each in lines)
    return tuple(
        refusals.mistake(
            mail.language,
            each.line,
            each.why,
            each.near,
            (*(other.near[0] for other in lines if other is not each and other.near), *right),
        )
        for each in lines
    )


def _marked_in_place(mail: AgentMail, wrong: Misread) -> Mistake:
    """In a split the order of the lines counts: the corrected one stands where the wrong one stood."""
    above, below, commands = list[str](), list[str](), mail.written.commands
    for place in range(len(commands) + 1):
        for each in mail.written.misread:
            if each.near and each is not wrong and (each.place or 0) == place:
                (above if (wrong.place or 0) >= place else below).append(each.near[0])
        if place < len(commands):
            side = above if (wrong.place or 0) > place else below
            side.extend(refusals.written_out(commands[place : place + 1]))
    return refusals.in_place(mail.language, wrong.line, wrong.why, wrong.near, (tuple(above), tuple(below)))


def unanswered(tx: Tx, mail: AgentMail, command: Command, refused: RefusedCommand) -> Results:
    """A question that has no answer for him; the rest of his mail is not touched by that."""
    change.record(tx, change.WITHOUT_TICKET, f"agent:{mail.agent}", "refused", why=refused.why)
    held = replace(mail.held(None, (command,), ""), files=(), partly=mail.says_more_than(0, ""))
    refusals.refuse(tx, held, (stopped(held.language, (command,), StoppedAt(command, refused)),))
    return results((command,), False, str(refused))


def plainly(tx: Tx, mail: AgentMail, why: Sentence) -> Results:
    """Refused as a whole, with one sentence."""
    change.record(tx, _chain(mail.thread.ticket), f"agent:{mail.agent}", "refused", why=why)
    mistakes = marked(mail)
    refusals.refuse(tx, mail.held(mail.thread.ticket, (), mail.written.whole), mistakes, None if mistakes else why)
    return results(mail.written.commands, False, str(why))


def _chain(ticket: Ticket | None) -> int:
    return ticket.number if ticket else change.WITHOUT_TICKET
