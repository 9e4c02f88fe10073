"""The answers of agents in `agents/`: one mail, and what is read in it through the functions that the line uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from ruamel.yaml import YAML

from mailgate.desk import between_lines
from mailgate.desk.threads import Thread, TokenUse
from mailgate.mail.body import NewWords, agent_words
from mailgate.mail.classify import classify
from mailgate.mail.layout import layout_of
from mailgate.mail.message import Envelope, Message
from mailgate.mail.parse import read
from mailgate.rules.arguments import is_somebody, who
from mailgate.rules.commands import read_commands
from mailgate.rules.recipients import asking, recipients
from mailgate.rules.vocabulary import fold
from mailgate.rules.waiting import When
from mailgate.rules.written import SLOT, Command, Written
from mailgate.settings.model import Settings
from tests.mails.desks import Answered, Desks
from tests.mails.pairs import FOLDER, filled

AGENTS = FOLDER / "agents"
NOON = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
NAMING_ONE = ("assign", "coordinator", "handover")
_NOTHING: dict[str, Any] = {
    "commands": [],
    "words": frozenset(),
    "misread": [],
    "text": "",
    "parts": [],
    "who": None,
    "addresses": [],
}


@dataclass(frozen=True, slots=True)
class Story:
    """One answer of an agent to a letter of the desk that is left behind by the pair `after`."""

    name: str
    about: str
    after: str
    answers: str
    expected: dict[str, Any]


def names() -> list[str]:
    """Every mail, in order; a file without its other half is one too, and fails."""
    return sorted({path.stem for path in AGENTS.iterdir() if path.suffix in (".eml", ".yaml")})


@cache
def story(name: str) -> Story:
    """Read one mail's YAML."""
    content = YAML(typ="safe", pure=True).load((AGENTS / f"{name}.yaml").read_text(encoding="utf-8"))
    given = content["given"]
    expected = {key: value for key, value in content.items() if key not in ("about", "given")}
    return Story(name, content["about"], given["after"], given["answers"], expected)


def reading(desks: Desks, one: Story, *, known: bool) -> dict[str, Any]:
    """What is read in the mail. `known`: the text of the letter it answers is still there."""
    letter = desks.letter(one.after, one.answers, NOON)
    message = read(filled((AGENTS / f"{one.name}.eml").read_bytes(), letter.values), desks.settings.limits)
    sender = one.answers.partition(" to ")[2]
    facts = classify(message, Envelope(sender, (letter.values["reply_to"],), NOON), desks.settings.limits)
    words = agent_words(message, desks.settings.limits, letter.text if known else None)
    between = _between(desks, one, letter, message, words) if known else None
    files = [each.name for each in message.attachments]
    seen = {"automatic": bool(facts.no_change), "certain": words.certain, "files": files}
    if facts.no_change:  # as in `inbound._agent`: nothing of it is an agent's
        return _NOTHING | seen
    alone = read_commands(words.text, letter.names, partial(is_somebody, desks.settings), signed=words.signed)
    return seen | _said(desks.settings, between or alone)


def _between(desks: Desks, one: Story, letter: Answered, message: Message, words: NewWords) -> Written | None:
    """What stands between the lines of a list, where the letter is one."""
    template, _, sender = one.answers.partition(" to ")
    agent = desks.settings.agent_at(sender) or ""
    thread = Thread(token=TokenUse("agent", agent, template, letter=letter.id, by_person=True))
    layout = layout_of(message, desks.settings.limits)
    with desks.looking(one.after, NOON) as tx:
        return between_lines.read(tx, thread, message, layout, words, letter.names)


def _said(settings: Settings, written: Written) -> dict[str, Any]:
    return {
        "commands": [_named(each) for each in written.commands],
        "words": frozenset(fold(each.word) for each in written.commands),
        "misread": [each.line for each in written.misread],
        "text": _with_slots(written.text),
        "parts": [{"who": each.args, "text": each.text} for each in written.portions],
        "who": next((who(settings, each.args).value for each in written.commands if each.name in NAMING_ONE), None),
        "addresses": [address for each in written.commands for address in _addresses(settings, each)],
    }


def _named(command: Command) -> str:
    before = f"@{command.ticket} " if command.ticket else ""
    return f"{before}{command.name} {command.args}".strip()


def _with_slots(text: str) -> str:
    """Where an answer of `answers/` belongs, its name in brackets."""
    lines = text.split("\n")
    return "\n".join(f"<{line.removeprefix(SLOT)}>" if line.startswith(SLOT) else line for line in lines)


def _addresses(settings: Settings, command: Command) -> tuple[str, ...]:
    """Whom `#ask` and `#forward` write to, so that what a program makes of an address is seen to be one."""
    if command.name == "ask":
        return tuple(each.address for each in asking(settings, command.args, When(NOON)).to)
    found = recipients(settings, command.args) if command.name == "forward" else ()
    return tuple(each.address for each in found)
