"""Greetings, closing formulas, names and phone footers around an agent's commands, in English and German.

They may stand between the edge of the text and the commands, and alone they are no words for anybody.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from mailgate.rules.vocabulary import fold

_OPENERS = (
    r"hi|hello|hey|dear|hallo|moin|servus|liebe[rs]?|good (?:morning|afternoon|evening|day)"
    r"|guten (?:tag|morgen|abend)|gruess (?:gott|dich|euch)|sehr geehrte[rs]?|team|all|everyone|zusammen"
)
_GREETING = re.compile(rf"(?:{_OPENERS})(?:,? [^\s,;:.!?#@]+\.?){{0,4}}[,!.]?")
_SMALL = re.compile(
    rf"(?:{_OPENERS}|good|morning|afternoon|evening|day|guten|tag|morgen|abend|gruess|gott|dich|euch|sehr"
    r"|geehrte[rs]?|everybody|folks|there|damen|herren|herr|frau|and|und|an|alle|colleagues|kolleg(?:inn)?en)"
)
_CALLED = frozenset(("frau", "herr", "herrn", "mr", "mrs", "ms", "dr", "prof", "hr", "fr"))
"""A name follows, and a stop behind one of these ends no sentence."""
_WISHED = {
    **dict.fromkeys(("morgen", "abend", "tag"), "guten"),
    **dict.fromkeys(("morning", "afternoon", "evening", "day"), "good"),
}
"""Part of a greeting only behind that word."""
_FAREWELL = re.compile(
    r"(?:(?:(?:with )?(?:best|kind|kindest|warm|many) )?(?:regards|wishes)|best|cheers|(?:yours )?sincerely"
    r"|yours (?:faithfully|truly)|br|kr|mfg|vg|lg|bg"
    r"|(?:(?:mit )?(?:freundliche[nm]?|beste[nm]?|liebe[nm]?|viele[n]?|schoene[n]?|herzliche[n]?) )?gru(?:ss|esse[n]?))"
    r"(?: aus \w+)?[,.!]*"
)
_THANKS = re.compile(
    r"(?:many thanks|thanks|thank you|thx|danke|vielen dank|besten dank|danke schoen)"
    r"(?: (?:und|and|&) (?:\w+ ){0,2}(?:gru(?:ss|esse)|regards))?[,.!]*"
)
_FOOTER = re.compile(
    r"(?:sent (?:from|with) |get outlook for |von meinem .{1,40} gesendet|gesendet (?:von|mit|aus) |outlook fuer ).*"
)
_NAME = re.compile(r"(?:(?:Dr|Prof)\. )?[^\W\d_a-z][\w'’-]*\.?(?: [^\W\d_a-z][\w'’-]*\.?){0,2}")
_CONTACT = re.compile(
    r"\b(?:tel|telefon|fon|phone|fax|mobil|mobile|durchwahl|extension)\b|\bwww\.|\b(?:gmbh|ltd|inc|llc|hrb)\b|\b\d{5} "
    r"|(?:strasse|street|str\.) ?\d"
)
_LONGEST = 60
_LONGEST_CONTACT = 100
_CONTACT_LINES = 2


def is_greeting(line: str) -> bool:
    """`Hi,` `Hello team,` `Hallo zusammen`: a greeting word and perhaps names, nothing else."""
    if len(line) > _LONGEST or not _GREETING.fullmatch(fold(line)):
        return False
    called = [word.strip(",!.") for word in line.split()]
    # "hi ben," is a greeting; in "hi ben please call him" the small words are words for somebody.
    small = sum(word[:1].islower() and not _SMALL.fullmatch(fold(word)) for word in called)
    return small == 0 or (small == 1 and line.endswith(","))


def goes_on(line: str, names: Collection[str]) -> bool:
    """`Hi Erika, Done.`: behind the first comma or stop of a greeting stands more than names and words of greeting."""
    before, parted = "", False
    for word in fold(line).split():
        called = word.strip(",!.")
        known = called in names or before in _CALLED or _SMALL.fullmatch(called)
        if any(map(str.isdigit, word)) or (parted and not (known and before == _WISHED.get(called, before))):
            return True
        parted = parted or word[-1] in ",!" or (word[-1] == "." and called not in _CALLED)
        before = called
    return False


def is_name(line: str, names: Collection[str] = ()) -> bool:
    """A short line that can only be the writer's name: one to three words in capitals, or a known name."""
    return len(line) <= _LONGEST and (fold(line).strip(" .,") in names or bool(_NAME.fullmatch(line)))


def closing_length(lines: Sequence[str], names: Collection[str] = ()) -> int:
    """How many of the last lines (none of them blank) are a closing: formula, at most two names, phone footer."""
    rest = list(lines[-5:])
    footer = bool(rest and _FOOTER.fullmatch(fold(rest[-1][:200])))
    if footer:
        rest.pop()
    for length in range(1, min(len(rest), 3) + 1):
        formula, *signed = rest[-length:]
        if is_formula(formula) and all(is_name(each, names) for each in signed):
            return length + footer
    known = bool(rest and fold(rest[-1][:_LONGEST]).strip(" .,") in names)
    return known + footer


def is_signature(lines: Sequence[str], names: Collection[str] = ()) -> bool:
    """Names and, in at least two lines, contact data, perhaps below a closing formula; no line is anything else."""
    rest = lines[1:] if lines and is_formula(lines[0]) else lines
    contact = [len(each) <= _LONGEST_CONTACT and bool(_CONTACT.search(fold(each))) for each in rest]
    named = all(found or is_name(each, names) for each, found in zip(rest, contact, strict=True))
    return named and sum(contact) >= _CONTACT_LINES


def is_formula(line: str) -> bool:
    """`Best regards,` `Viele Grüße` `Danke!` `VG Anna`: a closing formula, perhaps with a name behind it."""
    if len(line) > _LONGEST:
        return False
    formula = _FAREWELL.match(fold(line)) or _THANKS.match(fold(line))
    return formula is not None and (formula.end() == len(fold(line)) or _signed(line))


def _signed(line: str) -> bool:
    """A formula with one or two names behind it on the same line."""
    words = line.split()
    return any(
        _whole_formula(" ".join(words[:cut])) and bool(_NAME.fullmatch(" ".join(words[cut:])))
        for cut in range(max(1, len(words) - 2), len(words))
    )


def _whole_formula(words: str) -> bool:
    return bool(_FAREWELL.fullmatch(fold(words)) or _THANKS.fullmatch(fold(words)))


def is_all(lines: Sequence[str], names: Collection[str] = ()) -> bool:
    """Only greeting and closing, thanks included: where words would reach nobody, nobody means them."""
    greeted = bool(lines) and is_greeting(lines[0]) and not goes_on(lines[0], names)
    rest = list(lines[1:] if greeted else lines)
    return is_signature(rest, names) or closing_length(rest, names) == len(rest)


def says_nothing(lines: Sequence[str], names: Collection[str] = (), *, signed: bool = False) -> bool:
    """Only greeting and closing, no words for anybody. A bare "Thanks" counts as words: somebody may mean it. `signed`:
    where nothing else stands there, a name with company, street or phone is what the mail program adds to every mail.
    """
    if signed and is_signature(lines, names):
        return True
    rest = list(lines)
    if rest and is_greeting(rest[0]) and not goes_on(rest[0], names):
        rest.pop(0)
    if rest and any(_THANKS.match(fold(each[:_LONGEST])) for each in rest):
        return False
    return closing_length(rest, names) == len(rest)
