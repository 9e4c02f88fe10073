"""`#M-17 keep|drop|spam` in an answer to `held`: a held mail goes on, or is thrown away, once (CONTRACT 6).

Nobody learns anything here about a mail that he was not shown: it answers like one that does not exist.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from mailgate.desk import asking, change, holding, people, proof, refusals, turned_back
from mailgate.desk.agent_writes import AgentMail, Done, Results, results
from mailgate.desk.kept import Question
from mailgate.outbox.sentences import say, sentence
from mailgate.outbox.view import Effect
from mailgate.rules import access
from mailgate.rules.vocabulary import DECISION_NAME
from mailgate.rules.written import Command, Written
from mailgate.sentence import AND_ALSO, Sentence, joined, verbatim
from mailgate.store import claim
from mailgate.store.db import Tx
from mailgate.store.tables import Event, table_of

EVENT = table_of(Event)
ACTIONS = {"keep": "mail_release", "drop": "mail_drop", "spam": "mail_spam"}
"""Decision → the event it becomes; an admin's command on the machine is named alike."""

Wrong = dict[Command, Sentence]


def decisions(mail: AgentMail) -> tuple[Command, ...]:
    """The commands of a mail that are about held mails."""
    return tuple(each for each in mail.written.commands if DECISION_NAME.fullmatch(each.name))


def rest(mail: AgentMail) -> AgentMail:
    """The mail without them; beside them text does no harm and goes nowhere, as the letter says."""
    others = tuple(each for each in mail.written.commands if each not in decisions(mail))
    return replace(mail, written=Written(others, "", ()), files=())


def work(tx: Tx, mail: AgentMail) -> tuple[Done, ...]:
    """Carry out what can be, say of the others why not, and ask back where the mail is not proven."""
    wanted = decisions(mail)
    if mail.answered != "held":
        return (Done(turned_back.plainly(tx, mail, sentence("refused.held.where"))),)
    wrong: Wrong = {each: why for each in wanted if (why := _wrong(tx, mail, each, wanted))}
    good = tuple(each for each in wanted if each not in wrong)
    refused = _refused(tx, mail, wrong) if wrong else ()
    if good and not access.is_enough(tx.settings, mail.level, good):
        return (Done((*_asked_back(tx, mail, good), *refused)),)
    effects = tuple(_decided(tx, mail, each) for each in good)
    return (Done((*results(good, True), *refused), None, effects),)


def _wrong(tx: Tx, mail: AgentMail, command: Command, wanted: tuple[Command, ...]) -> Sentence | None:
    number = _number(command)
    if not holding.is_known_to(tx, mail.agent, number):
        return sentence("refused.held.unknown", mail=command.name)
    if any(each.name == command.name and each.args != command.args for each in wanted):
        return sentence("refused.held.twice", mail=command.name)
    return None if holding.is_held(tx, number) else _already(tx, number)


def _already(tx: Tx, mail: int) -> Sentence:
    """Who was faster, and what he did."""
    acts = (*ACTIONS.values(), "mail_retry")
    decided = sa.select(EVENT.c.actor, EVENT.c.action, EVENT.c.detail).where(
        EVENT.c.ticket == change.WITHOUT_TICKET, EVENT.c.action.in_(acts), EVENT.c.detail["of"].as_integer() == mail
    )
    row = tx.first(decided.order_by(EVENT.c.seq.desc()).limit(1))
    if row is None:
        return sentence("refused.held.over", mail=f"M-{mail}")
    agent = row.actor.removeprefix("agent:")
    known = people.agent_name(tx.settings, agent) if agent != row.actor else None
    return sentence(f"refused.held.{row.action}", mail=f"M-{mail}", name=known or sentence("held.admin"))


def _decided(tx: Tx, mail: AgentMail, command: Command) -> Effect:
    number, decision = _number(command), command.args
    if decision == "keep":
        claim.release_held(tx, number)
    elif decision == "drop":
        claim.drop(tx, number)
    else:
        claim.drop(tx, number, reason=f"spam, says {mail.agent}")
    change.record(tx, change.WITHOUT_TICKET, f"agent:{mail.agent}", ACTIONS[decision], of=number)
    return Effect(say(f"done.held.{decision}", mail.language, mail=command.name))


def _refused(tx: Tx, mail: AgentMail, wrong: Wrong) -> Results:
    """Marked line by line; nothing of them was done."""
    said = (joined((verbatim(f"{command.name} {command.args}"), why), verbatim(": ")) for command, why in wrong.items())
    why = joined(said, AND_ALSO)
    change.record(tx, change.WITHOUT_TICKET, f"agent:{mail.agent}", "refused", why=why)
    mistakes = tuple(
        refusals.mistake(mail.language, f"{command.written} {command.args}", said) for command, said in wrong.items()
    )
    refusals.refuse(tx, mail.held(None, tuple(wrong), ""), mistakes)
    return tuple(result for command, said in wrong.items() for result in results((command,), False, str(said)))


def _asked_back(tx: Tx, mail: AgentMail, commands: tuple[Command, ...]) -> Results:
    """Not proven: nothing is done until the registered address says yes."""
    acts = tuple(say(f"act.held.{each.args}", mail.language, mail=each.name) for each in commands)
    why = proof.lacking(mail.level)
    lines = tuple(replace(each, line=f"{each.written} {each.args}") for each in commands)
    asking.remember(tx, mail.held(None, lines, ""), Question(acts, why.in_language(mail.language), False))
    change.record(tx, change.WITHOUT_TICKET, f"agent:{mail.agent}", "refused", why=why)
    return results(commands, False, str(why))


def _number(command: Command) -> int:
    found = DECISION_NAME.fullmatch(command.name)
    assert found is not None
    return int(found["mail"])
