"""What people meant where YAML stumbled: each of its complaints as a sentence that says what to write instead.

Most of the time a value only wants quotes. Then the trap also says which characters are the value, so that reading can
go on behind it and find the other mistakes of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ruamel.yaml.error import MarkedYAMLError

from mailgate.settings.problems import shown
from mailgate.settings.quotes import quoted, span_of_value, wants_quotes


@dataclass(frozen=True, slots=True)
class Trap:
    """`index`: where the mistake stands in the text. `span`: the characters of a value that wants quotes."""

    index: int
    message: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Stumble:
    """Where YAML stumbled: at `index`, inside something that began at `began`."""

    text: str
    said: str
    index: int
    began: int

    @property
    def line(self) -> tuple[int, int]:
        """Start and end of the line."""
        end = self.text.find("\n", self.index)
        return self.text.rfind("\n", 0, self.index) + 1, len(self.text) if end < 0 else end

    @property
    def leads_the_line(self) -> bool:
        return not self.text[self.line[0] : self.index].strip(" -")


def explain(error: MarkedYAMLError, text: str) -> Trap:
    """The sentence for one complaint of the YAML reader."""
    index = error.problem_mark.index if error.problem_mark else 0
    began = error.context_mark.index if error.context_mark else index
    stumble = _Stumble(text, f"{error.context or ''}: {error.problem or error}", index, began)
    for complaint, answer in _COMPLAINTS:
        if re.search(complaint, stumble.said):
            return answer(stumble)
    return Trap(index, f"this is no valid YAML: {error.problem or error}")


def _quotes(stumble: _Stumble) -> Trap:
    start, end = span_of_value(stumble.text, stumble.index)
    return Trap(start, wants_quotes(stumble.text[start:end]), (start, end))


def _quotes_at_beginning(stumble: _Stumble) -> Trap:
    start, end = span_of_value(stumble.text, stumble.began)
    return Trap(start, wants_quotes(stumble.text[start:end]), (start, end))


def _tab(stumble: _Stumble) -> Trap:
    if stumble.leads_the_line:
        return Trap(stumble.index, "a tab stands here; YAML is indented with spaces")
    return Trap(stumble.index, "a tab stands here; write a space")


def _escape(stumble: _Stumble) -> Trap:
    closing = re.compile(r'"(?:\\.|[^"\\\n])*"?').match(stumble.text, stumble.began)
    end = closing.end() if closing else stumble.index
    inside = stumble.text[stumble.began : end].strip('"')
    escape = stumble.text[stumble.index - 1 : stumble.index + 1]
    message = f"{escape} is no escape of a text in double quotes; use single quotes: {quoted(inside)}"
    return Trap(stumble.began, message, (stumble.began, end))


def _second_colon(stumble: _Stumble) -> Trap:
    start = span_of_value(stumble.text, stumble.index)[0]
    line = stumble.line[0]
    if ": " in stumble.text[line:start]:
        return _quotes(stumble)
    return _indentation(stumble)


def _bracket(stumble: _Stumble) -> Trap:
    if stumble.text[stumble.began + 1 : stumble.began + 2] == "#":
        end = stumble.text.find("\n", stumble.began)
        value = stumble.text[stumble.began : end if end >= 0 else len(stumble.text)].rstrip()
        message = f"# begins a comment: put it in quotes: {quoted(value)}"
        return Trap(stumble.began, message, (stumble.began, stumble.began + len(value)))
    start = span_of_value(stumble.text, stumble.index)[0]
    same_line = "\n" not in stumble.text[stumble.began : stumble.index]
    if same_line or ": " in stumble.text[stumble.line[0] : start]:
        return _quotes(stumble)
    bracket = stumble.text[stumble.began]
    return Trap(stumble.began, f"the {bracket} that opens here is not closed, or a comma is missing behind a value")


def _more_behind(stumble: _Stumble) -> Trap:
    if stumble.leads_the_line:
        return _indentation(stumble)
    return _quotes(stumble)


def _unclosed_quote(stumble: _Stumble) -> Trap:
    return Trap(stumble.began, "the quote that opens here is never closed")


def _indentation(stumble: _Stumble) -> Trap:
    start, end = stumble.line
    first = start + len(stumble.text[start:end]) - len(stumble.text[start:end].lstrip())
    return Trap(
        first, "this line does not fit the one above; indent it like its neighbours and write each as `key: value`"
    )


def _no_colon(stumble: _Stumble) -> Trap:
    line = stumble.text[stumble.began :].partition("\n")[0]
    return Trap(
        stumble.began, f"{shown(line)} is no `key: value`: the colon is missing, or the line above wants quotes"
    )


def _list_on_key_line(stumble: _Stumble) -> Trap:
    return Trap(stumble.index, "a list does not begin behind a key; write it on lines of its own, or as [a, b]")


_COMPLAINTS: tuple[tuple[str, Callable[[_Stumble], Trap]], ...] = (
    (r"found character '\\t'", _tab),
    (r"found character .+ that cannot start any token", _quotes),
    (r"double-quoted.*(unknown escape|hexdecimal numbers)", _escape),
    (r"mapping values are not allowed here", _second_colon),
    (r"expected ',' or '[\]}]+', but got", _bracket),
    (r"expected <block end>, but found '(<scalar>|[,\[{\]}])'", _more_behind),
    (r"expected <block end>", _indentation),
    (r"expected chomping or indentation indicators", _quotes_at_beginning),
    (r"quoted scalar: found unexpected", _unclosed_quote),
    (r"could not find expected ':'", _no_colon),
    (r"sequence entries are not allowed here", _list_on_key_line),
    (r"mapping keys are not allowed here|expected the node content, but found '[,\]}?]", _quotes),
    (r"while scanning an (alias|anchor)|(scanning|parsing) an? tag|tag handle", _quotes_at_beginning),
    (r"expected the node content", _indentation),
)
"""What YAML complains about and what we make of it; the first that fits answers."""

_CONTROL_ESCAPE = re.compile(r'(?:[^\\"]|\\[^abefv0NLP_])*(\\[abefv0NLP_])')


def came_out_otherwise(written: str, style: str | None, text: str, start: int, end: int) -> str | None:
    """The sentence for a text that came out otherwise than it was meant, without YAML complaining."""
    if style == '"' and (escape := _CONTROL_ESCAPE.match(text, start + 1, end)):
        inside = quoted(text[start + 1 : end - 1])
        return f"{escape[1]} in double quotes is a control character; use single quotes: {inside}"
    if style is None and re.search(r"\n\s*- ", text[start:end]):
        return "a value and a list stand under one key; the list belongs under a key without a value"
    return taken_for_comment(written, text, end) if style is None else None


def taken_for_comment(written: str, text: str, end: int) -> str | None:
    """A value that ends at ` #word`: a comment has a space behind its #."""
    comment = re.compile(r"[ \t]+(#[^\s#!].*)").match(text, end)
    if not comment:
        return None
    whole = quoted(f"{written} {comment[1]}".strip())
    return f"# begins a comment: put it in quotes: {whole}; where a comment is meant, write a space behind the #"
