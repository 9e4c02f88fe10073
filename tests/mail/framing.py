"""The frames of `frames.yaml`: what each mail program, in each language, makes of an answer to a letter, as plain text
and as HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

NAME = "Erika Krause via Example Support"
ADDRESS = "support@example.com"
TO = "Anna Alt"
_WIDTH = 72


@dataclass(frozen=True, slots=True)
class Framed:
    """What one program puts between an answer and the letter."""

    program: str
    language: str
    head: str
    mark: str
    """Stands before each line of the letter; blank where the program marks nothing."""
    is_head_marked: bool
    page: Mapping[str, str] | None
    """How the program writes HTML, if it does: `html` with gaps, and what its `lines` are made of."""

    @property
    def marks(self) -> bool:
        """What it quotes is marked in plain text."""
        return bool(self.mark.strip())

    def plain(self, answer: str, letter: str, *, wrapped: bool = False) -> str:
        """The text of the mail; `wrapped`: at the width of old programs, the frame as well."""
        head = "\n".join(_wrapped(self.head)) if wrapped else self.head
        if self.is_head_marked:
            head = self.quoted(f"{head}\n")
        return f"{answer}\n\n{head}\n{self.quoted(letter)}\n"

    def quoted(self, letter: str) -> str:
        """The lines of the letter as this program quotes them."""
        return "\n".join((self.mark + line).rstrip() for line in letter.split("\n"))

    def html(self, answer: str, letter: str) -> str:
        """The page of a program that writes HTML."""
        assert self.page is not None
        filled = self.page["html"].replace("{head}", "<br>".join(map(escape, self.head.split("\n"))))
        write = _WRITERS[self.page["lines"]]
        return filled.replace("{letter}", write(letter)).replace("{answer}", write(answer))

    @property
    def closes_quotations(self) -> bool:
        """Its page closes what it quotes, so that an answer may stand below."""
        return self.page is not None and "{letter}</blockquote>" in self.page["html"]

    @property
    def names_quotations(self) -> bool:
        """What it quotes is told from what its writer quotes himself."""
        return self.closes_quotations and self.page is not None and "<blockquote>" not in self.page["html"]

    def html_between(self, pieces: list[tuple[str, str]]) -> str:
        """The page of an answer that stands between quotations."""
        assert self.page is not None
        write, page = _WRITERS[self.page["lines"]], self.page["html"]
        opening = "<blockquote" + page.partition("{letter}")[0].rpartition("<blockquote")[2].partition(">")[0] + ">"
        answered = write(pieces[0][0])
        for (_, answer), (piece, _) in pairwise(pieces):
            answered += f"</blockquote>{write(answer)}{opening}{write(piece)}"
        last = write(pieces[-1][1])
        filled_in = page.replace("{letter}</blockquote>", f"{answered}</blockquote>{last}").replace("{answer}", "")
        return filled_in.replace("{head}", escape(self.head))

    def between(self, pieces: list[tuple[str, str]]) -> str:
        """The pieces of a letter, and below each what was answered to it."""
        answered = (f"{self.quoted(piece)}\n\n{answer}\n" for piece, answer in pieces)
        return f"{self.quoted(self.head) if self.is_head_marked else self.head}\n" + "\n".join(answered)


def _wrapped(head: str) -> Iterator[str]:
    for line in head.split("\n"):
        yield from textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _written(text: str, line: str, blank: str) -> str:
    return "".join(line.format(escape(each)) if each.strip() else blank for each in text.split("\n"))


_WRITERS: Mapping[str, Callable[[str], str]] = {
    "div": lambda text: _written(text, "<div>{}</div>", "<div><br></div>"),
    "p": lambda text: "".join(f"<p>{'<br>'.join(map(escape, part.splitlines()))}</p>" for part in text.split("\n\n")),
    "br": lambda text: "<br>".join(map(escape, text.split("\n"))),
    "mso": lambda text: _written(
        text, '<p class="MsoNormal">{}<o:p></o:p></p>', '<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
    ),
}


@cache
def frames() -> tuple[Framed, ...]:
    """All of them."""
    path = Path(__file__).parent / "frames.yaml"
    data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    pages = data["pages"]
    return tuple(
        Framed(
            each["program"],
            language,
            head,
            each.get("mark", ""),
            each.get("marked", False),
            pages[each["page"]] if "page" in each else None,
        )
        for each, language, head in (*_attributions(data), *_blocks(data))
    )


def _attributions(data: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str, str]]:
    for each in data["attributions"]:
        for language, line in each["lines"].items():
            yield each, language, _filled("\n".join((line, each.get("behind", ""))).strip())


def _blocks(data: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str, str]]:
    for each in data["blocks"]:
        languages = data["labels"] if each["languages"] == "all" else each["languages"]
        for language in languages:
            labels = dict(data["labels"][language])
            head = each["head"].strip().replace("{to_", "{tolabel")
            labels["tolabel"] = labels.pop("to")
            labels |= {f"{key}.bare": value.rstrip(": ") for key, value in labels.items()}
            if isinstance(each["languages"], Mapping):
                labels["divider"] = each["languages"][language]
            yield each, language, _filled(head, labels)


def filled(text: str) -> list[str]:
    """The lines that are not blank, without outer blanks: what HTML and plain text have in common."""
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def _filled(head: str, labels: Mapping[str, str] | None = None) -> str:
    known = {"name": NAME, "address": ADDRESS, "to": TO, **(labels or {})}
    for key, value in known.items():
        head = head.replace(f"{{{key}}}", value)
    assert "{" not in head, head
    return head


def each_frame(*, html: bool = False, marks: bool = False) -> list[Any]:
    """As parameters of a test; `html`: those with a page, `marks`: those that mark what they quote."""
    return [
        pytest.param(frame, id=f"{frame.program} {frame.language}")
        for frame in frames()
        if (frame.page or not html) and (frame.marks or not marks)
    ]
