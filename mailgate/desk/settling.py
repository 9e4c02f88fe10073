"""Answers to `confirm` and `command_refused`: `#yes` and right commands bring a kept mail back, `#drop` ends it."""

from __future__ import annotations

from dataclasses import replace

from mailgate.desk import change, kept, refusals, tickets, turned_back
from mailgate.desk.agent_writes import AgentMail, Done, Results, results
from mailgate.desk.done import tell_done
from mailgate.desk.kept import Found
from mailgate.outbox.sentences import say, sentence
from mailgate.outbox.view import Effect
from mailgate.rules.commands import read_commands
from mailgate.rules.written import Command, Written
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.trust.verdict import Level

ENDING = ("yes", "drop")


def answered(tx: Tx, mail: AgentMail) -> AgentMail | Results:
    """The kept mail, as if written so now; or what was said instead."""
    token, commands = mail.thread.token, _without_help(mail)
    if not (commands or mail.written.misread or mail.written.text):
        return ()
    found = kept.named_by(tx, token.letter if token else None, mail.agent)
    if found is None:
        return turned_back.plainly(tx, mail, sentence("refused.nothing_kept"))
    if wrong := _wrong(mail, commands, found):
        return _no_use(tx, mail, found, wrong)
    if mail.level is Level.claimed or not kept.settle(tx, found):
        return turned_back.plainly(tx, mail, sentence("refused.nothing_kept"))
    if commands[0].name == "drop":
        return _dropped(tx, mail)
    if commands[0].name == "yes":
        said = read_commands("\n".join(found.commands)).commands
        return _again(tx, replace(mail, level=Level.proven), found, said)
    return _again(tx, mail, found, commands)


def _wrong(mail: AgentMail, commands: tuple[Command, ...], found: Found) -> Sentence | None:
    """Why this answer settles nothing. Beside #yes and #drop text does no harm; else it would be lost."""
    names = {each.name for each in commands}
    if mail.written.misread:
        return sentence("refused.only_commands")
    if names == {"drop"}:
        return None
    if names == {"yes"}:
        return None if found.kind == "confirm" else sentence("refused.nothing_to_confirm")
    if not names or names.intersection(ENDING) or mail.written.text != _words_on_lines(commands):
        return sentence("refused.only_commands")
    return None


def _words_on_lines(commands: tuple[Command, ...]) -> str:
    """Words that stand behind commands, such as `#note he called`."""
    return read_commands("\n".join(dict.fromkeys(each.line for each in commands))).text


def _without_help(mail: AgentMail) -> tuple[Command, ...]:
    return tuple(each for each in mail.written.commands if each.name != "help")


def _no_use(tx: Tx, mail: AgentMail, found: Found, why: Sentence) -> Results:
    """The answer changes nothing either; what is kept is named by one more letter."""
    marked = turned_back.marked(mail)
    ticket = tickets.load(tx, found.ticket) if found.ticket else None
    change.record(tx, found.ticket or change.WITHOUT_TICKET, f"agent:{mail.agent}", "refused", why=str(why))
    refusals.refuse_again(tx, found, mail.held(ticket, (), ""), marked, None if marked else why)
    return results(mail.written.commands, False, str(why))


def _again(tx: Tx, mail: AgentMail, found: Found, commands: tuple[Command, ...]) -> AgentMail:
    """The kept words with these commands. The agent has seen them in our letter, so they are certain."""
    token, answers = mail.thread.token, found.ticket or found.answered
    added = [each for each in _words_on_lines(commands).split("\n") if each and each not in found.words.split("\n")]
    return replace(
        mail,
        thread=replace(
            mail.thread,
            ticket=tickets.load(tx, found.ticket) if found.ticket else None,
            token=replace(token, template=found.answered or "new_message") if token and answers else None,
        ),
        written=Written(commands, "\n".join((*added, found.words)).rstrip("\n"), ()),
        text=found.words,
        files=found.files,
        certain=True,
        kept_from=found.mail,
    )


def _dropped(tx: Tx, mail: AgentMail) -> Results:
    number = mail.thread.ticket.number if mail.thread.ticket else change.WITHOUT_TICKET
    change.record(tx, number, f"agent:{mail.agent}", "dropped", why="what was kept of a mail is not to be done")
    dropped = Effect(say("done.dropped", mail.language))
    tell_done(tx, mail, [Done(ticket=mail.thread.ticket, effects=(dropped,))])
    return results(mail.written.commands, True)
