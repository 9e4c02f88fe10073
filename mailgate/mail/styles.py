"""The few styles of a mail's HTML that a page may show: what emphasises, aligns or keeps lines.

Nothing that places, covers or sizes, nothing with an address in it. Colours are dark ones as letters and light ones as
ground, so that no choice of both makes words that nobody can read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_LONGEST = 2000
_MOST = 20
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_RGB = re.compile(r"rgb\(\s{0,3}(\d{1,3})\s{0,3},\s{0,3}(\d{1,3})\s{0,3},\s{0,3}(\d{1,3})\s{0,3}\)")
_DARK = 0.65
_LIGHT = 0.75
# Names of HTML 4 and those that mail programs offer beside them.
_WRITTEN = """
black 000000 gray 808080 grey 808080 maroon 800000 red ff0000 purple 800080 green 008000 olive 808000 navy 000080
blue 0000ff teal 008080 orange ffa500 darkblue 00008b darkred 8b0000 darkgreen 006400 brown a52a2a crimson dc143c
white ffffff silver c0c0c0 yellow ffff00 lime 00ff00 aqua 00ffff cyan 00ffff fuchsia ff00ff magenta ff00ff
lightgrey d3d3d3 lightyellow ffffe0 windowtext 000000
"""
_NAMES = dict(zip(_WRITTEN.split()[::2], _WRITTEN.split()[1::2], strict=True))


def letters_colour(value: str) -> str | None:
    """A colour for letters as `#rrggbb`, None where it is none or too light to be read."""
    found = _colour(value)
    return found if found and _brightness(found) <= _DARK else None


def ground_colour(value: str) -> str | None:
    """A colour to write on, None where it is none or too dark."""
    found = _colour(value)
    return found if found and _brightness(found) >= _LIGHT else None


def _one_of(*allowed: str) -> Callable[[str], str | None]:
    return lambda value: value if value in allowed else None


_ALLOWED: dict[str, Callable[[str], str | None]] = {
    "color": letters_colour,
    "background-color": ground_colour,
    "font-weight": _one_of("bold", "bolder", "normal", "600", "700", "800", "900"),
    "font-style": _one_of("italic", "oblique", "normal"),
    "text-decoration": _one_of("underline", "line-through", "none"),
    "text-align": _one_of("left", "right", "center", "justify"),
    "white-space": _one_of("pre", "pre-wrap", "pre-line"),
    "vertical-align": _one_of("top", "middle", "bottom", "baseline", "sub", "super"),
}


def harmless_style(style: str) -> str | None:
    """What of a style attribute may be shown, written anew; None where nothing is."""
    kept = dict(_kept(style[:_LONGEST].lower()))
    return ";".join(f"{name}:{value}" for name, value in kept.items()) or None


def _kept(style: str) -> Iterator[tuple[str, str]]:
    # Escapes and comments could make another property of what is read here.
    if "\\" in style or "/*" in style:
        return
    for each in style.split(";")[:_MOST]:
        name, _, value = each.partition(":")
        allowed = _ALLOWED.get(name.strip())
        said = allowed(value.replace("!important", "").strip()) if allowed else None
        if said:
            yield name.strip(), said


def _colour(value: str) -> str | None:
    plain = value.strip().lower()
    if plain in _NAMES:
        return f"#{_NAMES[plain]}"
    if _HEX.fullmatch(plain):
        return plain if len(plain) == 7 else "#" + "".join(2 * each for each in plain[1:])
    found = _RGB.fullmatch(plain)
    parts = [min(255, int(each)) for each in found.groups()] if found else []
    return "#{:02x}{:02x}{:02x}".format(*parts) if parts else None


def _brightness(colour: str) -> float:
    """From 0 (black) to 1 (white), as eyes see it (ITU-R BT.709)."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255
