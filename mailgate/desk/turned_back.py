"""An agent's mail that is not carried out: asked back, uncertain, impossible, or misread. Its words are kept."""

from __future__ import annotations

from mailgate.desk import answers, asking, change, refusals
from mailgate.desk.acts import StoppedAt
from mailgate.desk.agent_writes import AgentMail, CommandResult, Results, results
from mailgate.desk.case import Case
from mailgate.desk.kept import Held, Question
from mailgate.desk.rights import sees
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import say, sentence
from mailgate.outbox.view import Mistake
from mailgate.rules.arguments import as_written
from mailgate.rules.destination import Destination
from mailgate.rules.written import Command
from mailgate.sentence import AND_ALSO, Sentence, joined
from mailgate.store.db import Tx


def asked_back(
    case: Case,
    held: Held,
    commands: tuple[Command, ...],
    where: Destination,
    evidence: tuple[Sentence, ...],
    *,
    needs_signature: bool = False,
) -> Results:
    """Not proven: kept as an internal note, nothing leaves, and the agent is asked at the registered address."""
    says_something = bool(held.words or held.files)
    if says_something:
        answers.unproven_note(case, say("remark.unproven", case.tx.settings.site.language, writer=case.agent_name))
    number = case.ticket.number
    acts = [say("act.command", case.language, number=number, line=line) for line in held.commands]
    if says_something:
        key = "act.note" if where is Destination.note else "act.answer"
        acts.append(say(key, case.language, name=case.reporter.shown, number=number))
    why = sentence("confirm.why", why=joined(evidence, AND_ALSO))
    question = Question(tuple(acts), why.whole.in_language(held.language), needs_signature)
    asking.remember(case.tx, held, question)
    answers.record_refusal(case, str(why))
    return results(commands, False, str(why))


def uncut(case: Case, held: Held, commands: tuple[Command, ...], because: Sentence) -> Results:
    """An agent's words leave only when everything of ours was cut with certainty."""
    why = sentence("refused.uncut", why=because.whole)
    answers.record_refusal(case, str(why))
    refusals.refuse(case.tx, held, (), why)
    return results(commands, False, str(why))


def no_right(tx: Tx, held: Held, ticket: Ticket | None, commands: tuple[Command, ...], why: Sentence) -> Results:
    """A ticket he may not act on, or that is none to him."""
    change.record(tx, _chain(ticket), f"agent:{held.agent}", "refused", why=str(why))
    lines = dict.fromkeys(each.line for each in commands)
    mistakes = tuple(refusals.mistake(held.language, line, why) for line in lines)
    refusals.refuse(tx, held, mistakes, None if mistakes else why)
    return results(commands, False, str(why))


def impossible(case: Case, held: Held, commands: tuple[Command, ...], refused: RefusedCommand) -> Results:
    """One of the commands can not be carried out, so none was."""
    answers.record_refusal(case, str(refused))
    if isinstance(refused, StoppedAt):
        refusals.refuse(case.tx, held, (stopped(held.language, commands, refused),))
    else:
        refusals.refuse(case.tx, held, (), refused.why)
    return results(commands, False, str(refused))


def stopped(language: str, commands: tuple[Command, ...], refused: StoppedAt) -> Mistake:
    """The command that could not be carried out, with what may have been meant."""
    wrong = refused.command
    near = [f"{refusals.sign(wrong)} {as_written(wrong.name, each).in_language(language)}" for each in refused.near]
    return refusals.mistake(language, wrong.line, refused.why, near, refusals.written_out(commands, wrong))


def misread(tx: Tx, mail: AgentMail) -> Results:
    """A line that looks like a command but is none in its place stops the whole mail."""
    ticket = mail.thread.ticket
    visible = ticket if ticket and sees(tx, mail.agent, ticket) else None
    lines = mail.written.misread
    why = "; ".join(f"{each.line}: {each.why}" for each in lines)
    change.record(tx, _chain(ticket), f"agent:{mail.agent}", "refused", why=why)
    refusals.refuse(tx, mail.held(visible, mail.written.commands, mail.written.text), marked(mail))
    return tuple(CommandResult(each.line, "", False, str(each.why)) for each in lines) + results(
        mail.written.commands, False, "another line of the mail stopped it"
    )


def marked(mail: AgentMail) -> tuple[Mistake, ...]:
    """The lines that stop a mail; each link corrects its line and the others as well as can be guessed."""
    right, lines = refusals.written_out(mail.written.commands), mail.written.misread
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


def plainly(tx: Tx, mail: AgentMail, why: Sentence) -> Results:
    """Refused as a whole, with one sentence."""
    change.record(tx, _chain(mail.thread.ticket), f"agent:{mail.agent}", "refused", why=str(why))
    mistakes = marked(mail)
    refusals.refuse(tx, mail.held(mail.thread.ticket, (), mail.written.text), mistakes, None if mistakes else why)
    return results(mail.written.commands, False, str(why))


def _chain(ticket: Ticket | None) -> int:
    return ticket.number if ticket else change.WITHOUT_TICKET
