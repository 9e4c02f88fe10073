"""A token of ours in a mail of somebody else gives no right (CONTRACT 7). Here is who learns of it: the agent whose
letter it was, and the agent who answered a letter that was not his, and believes that he was heard."""

from __future__ import annotations

from dataclasses import replace

from mailgate.desk import change, notices, parts, people, refusals
from mailgate.desk.agent_writes import SETTLING
from mailgate.desk.audience import of_agent
from mailgate.desk.kept import Held
from mailgate.desk.notices import Words
from mailgate.desk.rights import sees
from mailgate.desk.threads import TokenUse
from mailgate.desk.tickets import Ticket
from mailgate.outbox.sentences import sentence
from mailgate.outbox.view import LetterView, Mistake
from mailgate.rules.arguments import spoken
from mailgate.rules.commands import read_commands
from mailgate.rules.destination import LETTER_DESTINATION, Destination
from mailgate.rules.written import Command
from mailgate.sentence import Sentence, joined, verbatim
from mailgate.store.db import Tx


def remark(tx: Tx, use: TokenUse, writer: str) -> Sentence:
    """What stands beside the words: whose they are, and whose they are not."""
    if use.person == writer.lower():  # an admin who is no agent was shown the ticket, and answers
        return sentence("remark.no_agent", writer=writer)
    return sentence("remark.other", writer=writer, person=people.agent_name(tx.settings, use.person))


def silence(use: TokenUse | None) -> str | None:
    """Why nothing is acknowledged (CONTRACT 7), or None."""
    return None if use is None or use.by_person else "it answers a letter of ours that was written to somebody else"


def with_advice(tx: Tx, use: TokenUse, ticket: Ticket, words: Words) -> Words:
    """For whoever works on the ticket: also what can be done now."""
    if words.remark is None:
        return words
    key = "misuse.agents" if use.is_agents else "misuse.reporters"
    reporter, said = people.by_id(tx, ticket.reporter).shown, [words.remark]
    said.append(sentence(key, reporter=parts.addressee(tx, ticket) if parts.is_part(ticket) else reporter))
    if not use.is_agents and not tx.settings.agent_at(words.address):
        command = spoken(f"#from {words.address}")
        said.append(sentence("misuse.reporters.address", reporter=reporter, writer=words.address, command=command))
    return replace(words, remark=joined(said, verbatim(" ")))


def tell_owner(
    tx: Tx, use: TokenUse, ticket: Ticket | None, writer: str, *, words: Words, told: frozenset[str]
) -> None:
    """The agent whose letter it was, where he was not told as the one who works on the ticket. `told`: persons."""
    owner = tx.settings.agents.get(use.person)
    if not use.is_agents or owner is None or not owner.active or use.person in told:
        return
    reader = of_agent(tx.settings, use.person)
    if ticket and sees(tx, use.person, ticket):
        notices.tell_agent(tx, ticket, "new_message", reader, words=words)
        return
    _say(tx, use.person, sentence("misuse.owner", writer=writer), None)


def tell_user(tx: Tx, use: TokenUse, ticket: Ticket | None, held: Held) -> None:
    """The agent who used it: nothing was carried out or sent, and one answer to this letter does it. `held` is what he
    wrote, with its commands still in the words; nothing is said of a ticket that he may not see."""
    seen = ticket if ticket and sees(tx, held.agent, ticket) else None
    written = read_commands(held.words, people.names(tx, seen.reporter if seen else None))
    if seen is None:
        _say(tx, held.agent, sentence("misuse.user.blind"), held.message_id)
        return
    why = sentence("misuse.user", person=people.agent_name(tx.settings, use.person), number=seen.number)
    change.record(tx, seen.number, f"agent:{held.agent}", "refused", why=why)
    commands = tuple(dict.fromkeys(each.line for each in written.commands))
    held = replace(held, ticket=seen, answered=_answered(use), commands=commands, words=written.whole)
    refusals.refuse(tx, held, _lines(held, written.commands), why)


def _say(tx: Tx, agent: str, why: Sentence, answers: str | None) -> None:
    """About no ticket, with nothing to be corrected."""
    language = of_agent(tx.settings, agent).language
    view = LetterView(site=tx.settings.site.name, why=why.in_language(language), nothing_kept=True)
    notices.tell_person(tx, agent, "command_refused", view, ticket=None, answers=answers)


def _answered(use: TokenUse) -> str:
    """Where his words would have gone: as that letter says, were it his own."""
    if not use.is_agents:
        return "new_message"
    return "command_done" if use.template in SETTLING else use.template


def _lines(held: Held, commands: tuple[Command, ...]) -> tuple[Mistake, ...]:
    """One tap writes the commands again, or says where the words go; it carries his own token."""
    right = "; ".join(refusals.written_out(commands))
    if not right and LETTER_DESTINATION.get(str(held.answered)) is not Destination.reporter:
        return ()
    line = right or held.words.strip().partition("\n")[0]
    near = right or spoken("#answer").in_language(held.language)
    return (refusals.mistake(held.language, line, sentence("misuse.line"), (near,)),)
