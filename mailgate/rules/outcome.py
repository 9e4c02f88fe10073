"""`then`: what a rule that matched sets, with its captures filled in (CONTRACT 4).

A value that names nothing known leaves its key unset and becomes a remark; the mail is routed on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Literal

from mailgate.mail.words import clean_line
from mailgate.rules.patterns import Captures
from mailgate.settings.model import Settings
from mailgate.settings.routing import Then

_CAPTURE = re.compile(r"\{(\w{1,40})\}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PRIORITIES = ("low", "normal", "high", "urgent")
_LONGEST_TAG = 60

UNBUILT = (
    ("coordinator", "coordinator"),
    ("level", "level"),
    ("visible", "visible"),
    ("wanted_by", "wanted_by"),
    ("due", "due"),
    ("reporter", "reporter"),
    ("company", "company"),
    ("department", "department"),
    ("phone", "phone"),
    ("notify", "notify"),
    ("cc", "cc"),
    ("correlate", "correlate"),
    ("close", "close"),
)
"""Attribute and written name of the keys that are accepted but have no effect yet."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What rules set; None and () are left unset."""

    category: str | None = None
    group: str | None = None
    assignee: str | None = None
    priority: str | None = None
    kind: str | None = None
    channel: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    acknowledge: Literal[False] | str | None = None
    drop: str | None = None
    hold: str | None = None
    remarks: tuple[str, ...] = ()

    def then(self, later: Outcome) -> Outcome:
        """Both together: the later one overrides; tags and remarks add up."""
        changed = {name: getattr(later, name) for name in later.set_keys}
        tags = tuple(dict.fromkeys((*self.tags, *later.tags)))
        return replace(self, **{**changed, "tags": tags, "remarks": (*self.remarks, *later.remarks)})

    @property
    def set_keys(self) -> tuple[str, ...]:
        """The names of the keys that are set."""
        unset: tuple[object, ...] = (None, ())
        return tuple(
            each.name for each in fields(self) if each.name != "remarks" and getattr(self, each.name) not in unset
        )


def known_category(settings: Settings, text: str) -> str | None:
    """The path of the active category with that path, else None."""
    path = text.strip().strip("/").casefold()
    return next((key for key, node in settings.category_nodes.items() if node.active and key.casefold() == path), None)


def known_group(settings: Settings, text: str) -> str | None:
    """The id of that active group."""
    named = text.strip().casefold()
    return next((key for key, group in settings.groups.items() if group.active and key.casefold() == named), None)


def known_agent(settings: Settings, text: str) -> str | None:
    """The id of that active agent, by id or address."""
    named = text.strip().casefold()
    by_id = next((key for key, agent in settings.agents.items() if agent.active and key.casefold() == named), None)
    return by_id or settings.agent_at(text.strip())


def known_kind(settings: Settings, text: str) -> str | None:
    """The id of that active kind of case."""
    named = text.strip().casefold()
    return next((key for key, kind in settings.all_kinds.items() if kind.active and key.casefold() == named), None)


def known_channel(settings: Settings, text: str) -> str | None:
    """The id of that active channel; `email` always exists."""
    named = text.strip().casefold()
    active = {key.casefold(): key for key, channel in settings.channels.items() if channel.active}
    return active.get(named) or ("email" if named == "email" else None)


def _known_priority(settings: Settings, text: str) -> str | None:
    named = text.strip().casefold()
    return named if named in _PRIORITIES else None


def _known_language(settings: Settings, text: str) -> str | None:
    named = text.strip().casefold()
    return named if _LANGUAGE.fullmatch(named) else None


Known = Callable[[Settings, str], str | None]
KNOWN: tuple[tuple[str, Known], ...] = (
    ("category", known_category),
    ("group", known_group),
    ("assignee", known_agent),
    ("priority", _known_priority),
    ("kind", known_kind),
    ("channel", known_channel),
    ("language", _known_language),
)
"""The keys whose value has to name something known, and what finds it."""


def outcome(settings: Settings, then: Then, captures: Captures, rule: str) -> Outcome:
    """What this `then` sets. `rule` names the rule in remarks: `rule "VPN" (routing.yaml:4)`."""
    remarks: list[str] = [f"{rule}: then.{name} is not built yet and has no effect" for name in _unbuilt(then)]
    named: dict[str, str] = {}
    for key, known in KNOWN:
        if (written := getattr(then, key)) is not None:
            value, remark = _value(settings, key, written, captures, known)
            named |= {key: value} if value else {}
            remarks += [f"{rule}: {remark}"] if remark else []
    return Outcome(
        **named,
        tags=tuple(_tags(then, captures)),
        acknowledge=then.acknowledge,
        drop=_reason(then.drop, captures, rule),
        hold=_reason(then.hold, captures, rule),
        remarks=tuple(remarks),
    )


def _unbuilt(then: Then) -> Iterator[str]:
    return (name for attribute, name in UNBUILT if getattr(then, attribute) not in (None, ()))


def _value(
    settings: Settings, key: str, written: str, captures: Captures, known: Known
) -> tuple[str | None, str | None]:
    """The value, or a remark why there is none."""
    filled = _filled(written, captures)
    if filled is None:
        return None, f"{key} is left unset: nothing was captured for {written}"
    value = known(settings, filled)
    if value is None:
        return None, f"{key} is left unset: there is no {key} '{clean_line(filled, 60)}'"
    return value, None


def _filled(written: str, captures: Captures) -> str | None:
    """The text with its captures; None where one of them captured nothing."""
    if any(name not in captures for name in _CAPTURE.findall(written)):
        return None
    return _CAPTURE.sub(lambda match: captures[match[1]], written)


def _tags(then: Then, captures: Captures) -> Iterator[str]:
    for written in then.tags:
        filled = _filled(written, captures)
        if filled and (tag := clean_line(filled, _LONGEST_TAG)):
            yield tag


def _reason(written: str | None, captures: Captures, rule: str) -> str | None:
    """A reason is words: a capture that caught nothing leaves a gap, but the mail is held or dropped all the same."""
    if written is None:
        return None
    return clean_line(_CAPTURE.sub(lambda match: captures.get(match[1], ""), written)) or rule
