"""What a text of a rule names: category, group, agent, kind, channel. Only what is active counts."""

from __future__ import annotations

import re
from collections.abc import Callable

from mailgate.settings.model import Settings

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PRIORITIES = ("low", "normal", "high", "urgent")


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
    ("coordinator", known_agent),
    ("priority", _known_priority),
    ("kind", known_kind),
    ("channel", known_channel),
    ("language", _known_language),
)
"""The keys whose value has to name something known, and what finds it."""
