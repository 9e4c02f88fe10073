"""What belongs to a ticket besides its messages, in words: parts, statements, and tickets it is tied to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailgate.cli.common import say

Json = dict[str, Any]

_TIES = {
    "merged": "merged with",
    "reopened": "goes on from, or in,",
    "mentions": "names, or is named by,",
    "same": "the same cause as",
    "related": "linked with",
}
"""Kinds of links, read from either end; parts are listed by themselves."""


def print_belonging(one: Json) -> None:
    """A paragraph for each sort there is."""
    for heading, lines in (("parts", _parts(one)), ("statements", _statements(one)), ("other tickets", _links(one))):
        found = list(lines)
        if found:
            say(f"\n{heading}")
        for line in found:
            say(f"  {line}")


def _parts(one: Json) -> Iterator[str]:
    for each in one["part_states"]:
        who = each["assignee"] or each["group"] or "nobody"
        more = [f"answered {_minute(each['answered_at'])}"] if each["answered_at"] else []
        more += [f"due {_minute(each['due_at'])}"] if each["due_at"] else []
        more += [f"declined by {each['declined_by']}: {each['why']}"] if each["declined_by"] else []
        more += ["hidden"] if each["hidden"] else []
        yield "  ".join((f"#{each['number']}", who, each["state"], *more))


def _statements(one: Json) -> Iterator[str]:
    for each in one["statements"]:
        by = [f"by {_minute(each['by'])}"] if each["by"] else []
        answered = [f"answered {_minute(each['answered_at'])}"] if each["answered_at"] else []
        asked = f"asked {_minute(each['asked_at'])} of {each['asked_by']}"
        yield "  ".join((each["to"], each["state"], asked, *by, *answered))


def _links(one: Json) -> Iterator[str]:
    if one["parent"]:
        yield f"part of #{one['parent']}"
    for each in one["links"]:
        if each["kind"] != "part":
            yield f"{_TIES.get(each['kind'], each['kind'])} #{each['number']}"


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")
