"""Characters that look like others, hide, turn the line round, or make programs stumble (UTR 36)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bad_inputs.bad import Bad, each, mail

CHARACTERS_OF = {
    "left to right mark": "\u200e",
    "right to left mark": "\u200f",
    "embedding": "\u202b",
    "override": "\u202e",
    "isolate": "\u2067",
    "pop": "\u202c",
    "zero-width space": "\u200b",
    "joiner": "\u200d",
    "word joiner": "\u2060",
    "soft hyphen": "\u00ad",
    "BOM": "\ufeff",
    "interlinear": "\ufff9",
    "object": "\ufffc",
    "replacement": "\ufffd",
    "tag": "\U000e0041",
    "variation": "\ufe0f",
    "private": "\ue000",
    "not a character": "\uffff",
    "surrogate": "\ud800",
    "hangul filler": "\u3164",
    "braille blank": "\u2800",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "next line": "\u0085",
    "backspace": "\x08",
    "bell": "\x07",
    "delete": "\x7f",
    "CSI": "\x9b",
    "combining": "\u0301" * 60,
    "ligature": "\ufdfa",
    "math letters": "𝐏𝐫𝐢𝐧𝐭𝐞𝐫",
    "family": "👨\u200d👩\u200d👧\u200d👦",
    "flags": "🇩🇪" * 50,
    "Arabic": "الطابعة",
    "Thai": "เครื่องพิมพ์",
    "null": "\0",
    "tabs": "\t" * 200,
    "no-break spaces": "\u00a0" * 200,
    "fullwidth hash": "＃close",
    "small number sign": "﹟close",
}


def _placed() -> Iterator[tuple[str, bytes]]:
    for name, char in CHARACTERS_OF.items():
        yield f"{name} in Subject", mail(f"Subject: before {char} after")
        yield f"{name} in the text", mail(body=f"before {char} after\r\n{char}close\r\n")


CHARACTERS: tuple[Bad, ...] = tuple(each("a character", _placed(), "TR"))
