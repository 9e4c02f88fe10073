"""Answers to `confirm` and `command_refused`: `#yes` and right commands bring a kept mail back, `#drop` ends it."""

from __future__ import annotations

from dataclasses import replace

from mailgate.desk import kept, notices, tickets, turned_back
from mailgate.desk.agent_writes import AgentMail, Results, results
from mailgate.desk.kept import Found
from mailgate.outbox.sentences import say, sentence
from mailgate.outbox.view import Effect, LetterView
from mailgate.rules.commands import read_commands
from mailgate.rules.written import Command, Written
from mailgate.store.db import Tx
from mailgate.trust.verdict import Level


def answered(tx: Tx, mail: AgentMail) -> AgentMail | Results:
    """The kept mail, as if written so now; or what was said instead."""
    token, commands = mail.thread.token, mail.written.commands
    names = {each.name for each in commands} - {"help"}
    if not names and not mail.written.misread and not mail.written.text:
        return ()
    found = kept.named_by(tx, token.letter if token else None, mail.agent)
    if found is None or (names == {"yes"} and found.kind != "confirm"):
        return turned_back.plainly(tx, mail, sentence("refused.nothing_kept"))
    if mail.written.misread or not names:
        return turned_back.plainly(tx, mail, sentence("refused.only_commands"))
    if mail.level is Level.claimed or not kept.settle(tx, found):
        return turned_back.plainly(tx, mail, sentence("refused.nothing_kept"))
    if names == {"drop"}:
        return _dropped(tx, mail)
    if names == {"yes"}:
        said = read_commands("\n".join(found.commands)).commands
        return _again(tx, replace(mail, level=Level.proven), found, said)
    return _again(tx, mail, found, commands)


def _again(tx: Tx, mail: AgentMail, found: Found, commands: tuple[Command, ...]) -> AgentMail:
    """The kept words with these commands. The agent has seen them in our letter, so they are certain."""
    token = mail.thread.token
    return replace(
        mail,
        thread=replace(
            mail.thread,
            ticket=tickets.load(tx, found.ticket) if found.ticket else None,
            token=replace(token, template=found.answered or "new_message") if token else None,
        ),
        written=Written(tuple(each for each in commands if each.name != "help"), found.words, ()),
        files=found.files,
        certain=True,
    )


def _dropped(tx: Tx, mail: AgentMail) -> Results:
    view = LetterView(site=tx.settings.site.name, effects=(Effect(say("done.dropped", mail.language)),))
    notices.tell_person(tx, mail.agent, "command_done", view, ticket=mail.thread.ticket, answers=mail.message_id)
    return results(mail.written.commands, True)
