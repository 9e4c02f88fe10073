"""Is this mail nothing but thanks, or a reaction? By a table of words (`thanks.yaml`): whatever it does not know makes
the mail an ordinary reply, so that no objection is ever taken for thanks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

from mailgate.mail.message import Attachment, Message

LONGEST = 400
"""Characters: whoever writes more has something to say."""
LARGEST_PICTURE = 100_000
"""Bytes: logos of signatures are smaller, what somebody shows us is larger."""

GMAIL_REACTION = "text/vnd.google.email-reaction+json"
_WORD = re.compile(r"[^\W\d_]+")
_MARKS = re.compile(r"[\s.,!:;()'’*&+–—-]+")
_JOINERS = re.compile("[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]")


@dataclass(frozen=True, slots=True)
class _Table:
    thanks: frozenset[str]
    around: frozenset[str]
    settled: frozenset[str]
    reactions: frozenset[str]
    programs: tuple[re.Pattern[str], ...]


def only_thanks(message: Message, new_text: str, *, settled: bool, names: Iterable[str] = ()) -> str | None:
    """The proof that the mail only thanks or reacts, or None. `new_text`: without what it quotes. `settled`: the ticket
    is resolved or closed, so "works now" is no news. `names`: of people, which may stand beside the thanks."""
    if not all(_says_nothing(each) for each in message.attachments):
        return None
    text = _JOINERS.sub("", new_text).strip().casefold()
    if not text:
        return "a reaction" if any(each.media_type == GMAIL_REACTION for each in message.attachments) else None
    if any(program.fullmatch(text) for program in _table().programs):
        return f"a reaction: {new_text.strip().splitlines()[0][:80]}"
    called = frozenset(word for name in names for word in _WORD.findall(name.casefold()))
    if len(text) <= LONGEST and _thanks(text, settled=settled, names=called):
        return f"only thanks: {' '.join(new_text.split())[:80]}"
    return None


def _thanks(text: str, *, settled: bool, names: Collection[str]) -> bool:
    known = _table()
    reactions = sum(text.count(each) for each in known.reactions)
    for each in known.reactions:
        text = text.replace(each, " ")
    words = [word for word in _MARKS.split(text) if word]
    allowed = known.thanks | known.around | (known.settled if settled else frozenset())
    if not all(word in allowed or word in names for word in words):
        return False
    return bool(reactions) or any(word in known.thanks for word in words)


def _says_nothing(file: Attachment) -> bool:
    """A logo, or the machine part of a reaction."""
    if file.media_type == GMAIL_REACTION:
        return any(each in file.content.decode("utf-8", "replace") for each in _table().reactions)
    return file.decoration is not None or bool(
        file.content_id and file.media_type.startswith("image/") and file.size <= LARGEST_PICTURE
    )


@cache
def _table() -> _Table:
    content = YAML(typ="safe", pure=True).load((files("mailgate.mail") / "thanks.yaml").read_text("utf-8"))
    words = {name: frozenset(content[name].casefold().split()) for name in ("thanks", "around", "courtesy", "settled")}
    reactions = frozenset(content["reactions"].split())
    named = frozenset(each.replace("_", " ") for each in content["named"].casefold().split())
    around = words["around"] | words["courtesy"]
    return _Table(
        words["thanks"], around, words["settled"], reactions, tuple(_programs(content["programs"], reactions | named))
    )


def _programs(lines: Iterable[str], reactions: Collection[str]) -> Iterable[re.Pattern[str]]:
    one_of = "(?:" + "|".join(map(re.escape, sorted(reactions))) + ")"
    for line in lines:
        expression = re.escape(line).replace(r"\*", r"[^\n]{1,300}").replace(r"\{reaction\}", one_of)
        yield re.compile(rf"{expression}\s*(?:\n.*)?", re.DOTALL)
