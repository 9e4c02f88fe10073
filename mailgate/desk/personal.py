"""Commands about the agent himself, `#away #back #handover`: they belong to no ticket, wherever they are written.

All of them in one mail are carried out or none; what else stands in the mail is worked on by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mailgate.desk import absences, asking, change, handing_over, own_undo, proof, refusals, turned_back
from mailgate.desk.acts import StoppedAt
from mailgate.desk.agent_writes import AgentMail, Done, Results, results
from mailgate.desk.kept import Question
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import say, sentence
from mailgate.outbox.view import Effect
from mailgate.rules import access
from mailgate.rules.destination import FOR_WHOEVER_IS_NEXT, TO_NOTE, TO_REPORTER
from mailgate.rules.written import Command
from mailgate.store.db import Tx
from mailgate.trust.verdict import Level

Act = Callable[[Tx, AgentMail, str, str], tuple[Effect, ...]]
"""Takes the argument, and the words that go along to whoever is told."""

ACTS: dict[str, Act] = {"away": absences.away, "back": absences.back, "handover": handing_over.hand_over}


def commands(tx: Tx, mail: AgentMail) -> tuple[Command, ...]:
    """Those of the mail."""
    return tuple(each for each in mail.written.commands if each.name in ACTS or own_undo.is_meant(tx, mail, each))


def rest(tx: Tx, mail: AgentMail) -> AgentMail:
    """The mail without them. Words beside `#handover` are for whoever is next, and never leave the house by that."""
    own = commands(tx, mail)
    others = tuple(each for each in mail.written.commands if each not in own)
    text = mail.written.text
    if _words(mail):
        text = ""
    elif _are_for_the_next(mail) and not _says_where(others):
        others = (*others, Command("note", "", "#note"))
    return replace(mail, written=replace(mail.written, commands=others, text=text))


def work(tx: Tx, mail: AgentMail) -> Done:
    """Carry them out, ask back where the mail is not proven, or say why not."""
    wanted = tuple(replace(each, line=f"{each.written} {each.args}".rstrip()) for each in commands(tx, mail))
    needed = [access.needed(tx.settings, each.name) for each in wanted]
    if not all(mail.level in levels for levels in needed):
        return Done(_asked_back(tx, mail, wanted, signed=any(Level.proven not in levels for levels in needed)))
    effects: list[Effect] = []
    try:
        with tx.savepoint(), own_undo.remembered(tx, mail.agent, wanted):
            for command in wanted:
                effects += _one(tx, mail, command)
    except StoppedAt as stopped:
        return Done(_refused(tx, mail, wanted, stopped))
    return Done(results(wanted, True), None, tuple(effects))


def _one(tx: Tx, mail: AgentMail, command: Command) -> tuple[Effect, ...]:
    try:
        if command.ticket is not None:
            raise RefusedCommand(sentence("refused.no_ticket_of_it", line=command.written))
        act = ACTS.get(command.name, own_undo.undo)
        return act(tx, mail, command.args, _words(mail))
    except RefusedCommand as refused:
        raise StoppedAt(command, refused) from refused


def _words(mail: AgentMail) -> str:
    """Words that belong to no ticket go to whoever is told of the command."""
    others = any(each.name not in ACTS for each in mail.written.commands)
    return mail.written.text if mail.thread.ticket is None and not others else ""


def _are_for_the_next(mail: AgentMail) -> bool:
    has_words = bool(mail.written.text.strip() or mail.files) and mail.thread.ticket is not None
    return has_words and any(each.name == "handover" for each in mail.written.commands)


def _says_where(others: tuple[Command, ...]) -> bool:
    return any(each.name in (*TO_REPORTER, *TO_NOTE, *FOR_WHOEVER_IS_NEXT) for each in others)


def _asked_back(tx: Tx, mail: AgentMail, wanted: tuple[Command, ...], *, signed: bool) -> Results:
    """Nothing is done until the registered address says yes."""
    acts = tuple(say("act.personal", mail.language, line=each.line) for each in wanted)
    why = proof.lacking(mail.level)
    question = Question(acts, why.in_language(mail.language), signed)
    asking.remember(tx, mail.held(None, wanted, _words(mail)), question)
    change.record(tx, change.WITHOUT_TICKET, f"agent:{mail.agent}", "refused", why=why)
    return results(wanted, False, str(why))


def _refused(tx: Tx, mail: AgentMail, wanted: tuple[Command, ...], stopped: StoppedAt) -> Results:
    change.record(tx, change.WITHOUT_TICKET, f"agent:{mail.agent}", "refused", why=stopped.why)
    mistakes = (turned_back.stopped(mail.language, wanted, stopped),)
    refusals.refuse(tx, mail.held(None, wanted, _words(mail)), mistakes)
    return results(wanted, False, str(stopped))
