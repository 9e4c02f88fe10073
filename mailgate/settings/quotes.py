"""Values that want quotes: how far one reaches in the text, and how it is written so that YAML leaves it alone."""

from __future__ import annotations

import re


def quoted(value: str) -> str:
    """The text in single quotes, as YAML wants it."""
    return "'" + value.replace("'", "''") + "'"


def wants_quotes(value: str) -> str:
    """The sentence for a value that YAML takes for something else."""
    if value[:1] in ("'", '"'):
        return f"the quote closes before the value ends: put all of it in quotes: {quoted(value.strip(value[0]))}"
    return f"{_why(value)}: put it in quotes: {quoted(value)}"


def _why(value: str) -> str:
    if value[:1] in "*&!@`%|>[{":
        return f"a value that begins with {value[:1]} is no plain text"
    if "{" in value or "[" in value:
        return "braces and brackets inside a value are no plain text"
    if ": " in value or value.endswith(":"):
        return "': ' inside a value begins a new key"
    return "this is no plain text"


def span_of_value(text: str, index: int) -> tuple[int, int]:
    """Start and end of the value around this place: behind its key, dash or bracket, up to its end on the line."""
    line = text.rfind("\n", 0, index) + 1
    dashes = re.compile(r"\s*(?:- +)*").match(text, line)
    first = dashes.end() if dashes else line
    in_flow = _opened(text, first, index)
    start, depth = index, 0
    while start > first:
        before = text[start - 1]
        depth += (before in "}]") - (before in "{[")
        if depth < 0 or (depth == 0 and (text[start - 2 : start] == ": " or (in_flow and before == ","))):
            break
        start -= 1
    while start < len(text) and text[start] == " ":
        start += 1
    return start, _end_of_value(text, start, in_flow)


def _opened(text: str, first: int, index: int) -> bool:
    """Whether the place lies inside a bracket that opened on this line."""
    before = text[first:index]
    return before.count("{") + before.count("[") > before.count("}") + before.count("]")


def _end_of_value(text: str, start: int, in_flow: bool) -> int:
    depth = 0
    for end in range(start, len(text)):
        each = text[end]
        depth += (each in "{[") - (each in "}]")
        if each == "\n" or (in_flow and (depth < 0 or (depth == 0 and each == ","))):
            break
    else:
        end = len(text)
    value = re.sub(r"\s+#\s.*$", "", text[start:end])
    return start + len(value.rstrip())
