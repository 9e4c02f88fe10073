"""What stands behind the commands that describe and tie tickets: tags, times, phone numbers, mailboxes, numbers.

Signs say whether something comes or goes: `+vpn -wifi`. Mail programs turn a minus into a dash, and addresses and
numbers into links. Raises `Unclear` with a sentence where the text is none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailgate.mail.message import Address
from mailgate.mail.words import clean_line
from mailgate.rules.arguments import Unclear, plain
from mailgate.rules.near import nearest
from mailgate.sentence import Sentence, what_exists
from mailgate.settings.model import Settings
from mailgate.settings.scalars import any_language

LONGEST_TAG = 40
LONGEST_NAME = 120
_LONGEST = 1000
MOST_MINUTES = 100 * 60

_MINUS = "\u2010\u2011\u2012\u2013\u2014\u2212-"
_EMAIL = r"[\w.!#$%&'*+/=?^`{|}~-]+@\w(?:[\w.-]*\w)?"
# `a@b.example<mailto:a@b.example>`, `[mailto:…]` and `+49 89 1<tel:+49891>`: the link stands behind what it is for.
_LINKED = re.compile(rf"(?P<email>{_EMAIL})\s*[<\[]mailto:[^<>\[\]]*[>\]]|\s*<tel:[^<>]*>", re.IGNORECASE)
_MAILBOX = re.compile(rf"(?P<before>[^<>@,]*?)<?(?P<email>{_EMAIL})>?\s*(?:,|(?=\s)|$)")
_TAG = re.compile(rf"(?P<sign>[+{_MINUS}]?)\s*(?:[\"“”„«»](?P<words>[^\"“”„«»]+)[\"“”„«»]|(?P<word>[^\s,]+))\s*,?\s*")
_NUMBER = re.compile(rf"(?P<sign>[+{_MINUS}]?)\s*\[?#?\s?(?P<number>[1-9]\d{{0,8}})\]?")
_PHONE = re.compile(r"[+(]?\d[\d\s()/.\u2010-\u2015-]{1,30}\d(?:\s?(?:ext\.?|x|dw|-)\s?\d{1,6})?", re.IGNORECASE)
_HOURS = r"(?P<hours>\d{1,3}(?:[.,]\d{1,2})?)\s*(?:h|hrs?|hours?|std\.?|stunden?)"
_MINUTES = r"(?P<minutes>\d{1,4})\s*(?:m|mins?|minutes?|minuten?)?"
_CLOCK = r"(?P<clock>\d{1,3}):(?P<past>[0-5]\d)(?:\s*(?:h|std\.?))?"
_ALONE = _MINUTES.replace("<minutes>", "<alone>")
_TIME = re.compile(
    rf"(?P<sign>[+{_MINUS}]?)\s*(?:{_CLOCK}|{_HOURS}(?:\s*(?:and|und|,)?\s*{_MINUTES})?|{_ALONE})", re.IGNORECASE
)

_NO_ADDRESS = Sentence("'{text}' is no address", "„{text}“ ist keine Adresse")
_NO_CUSTOMER = Sentence(
    "'{text}' holds no address; write NAME <ADDRESS>, and perhaps a phone number and a company behind commas",
    "„{text}“ enthält keine Adresse; richtig ist NAME <ADRESSE>, hinter Kommas vielleicht Telefonnummer und Firma",
)
_NO_NAME = Sentence("the name of the end customer is missing", "der Name der Person fehlt")
_NO_PHONE = Sentence("'{text}' is no phone number", "„{text}“ ist keine Telefonnummer")
_NO_TIME = Sentence(
    "'{text}' is no time; write 45m, 1h 30m or 1:30", "„{text}“ ist keine Dauer; richtig ist 45m, 1h 30m oder 1:30"
)
_TOO_LONG = Sentence("{text} is more than 100 hours", "{text} sind mehr als 100 Stunden")
_NO_NUMBER = Sentence(
    "'{text}' is no number of a ticket; write it like 1042", "„{text}“ ist keine Ticketnummer; richtig ist etwa 1042"
)
_LONG_TAG = Sentence(
    "a tag has {most} characters at most: '{text}'", "ein Stichwort hat höchstens {most} Zeichen: „{text}“"
)
_NO_CHANNEL = Sentence("there is no channel '{text}'; {some}", "einen Meldeweg „{text}“ gibt es nicht; {some}")


@dataclass(frozen=True, slots=True)
class Signed:
    """One word with its sign; without one it comes."""

    word: str
    goes: bool = False


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address with its sign."""

    address: Address
    goes: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    """An end customer as `#customer` names him."""

    name: str
    email: str
    """In lower case."""
    phone: str | None = None
    company: str | None = None


def tags(text: str) -> tuple[Signed, ...]:
    """Each tag once, in order; of several words in quotation marks."""
    found = {each.word: each for each in _tags(_clean(text))}
    for word in found:
        if len(word) > LONGEST_TAG:
            raise Unclear(_LONG_TAG.filled(text=word, most=LONGEST_TAG))
    return tuple(found.values())


def _tags(text: str) -> Iterator[Signed]:
    for each in _TAG.finditer(text):
        word = clean_line((each["words"] or each["word"]).lstrip("#").strip(), _LONGEST)
        if word:
            yield Signed(word, _goes(each["sign"]))


def mailboxes(text: str) -> tuple[Mailbox, ...]:
    """At least one address, each perhaps with a name before it."""
    left, found = _unlinked(_clean(text)), list[Mailbox]()
    while left:
        match = _MAILBOX.match(left)
        if match is None:
            raise Unclear(_NO_ADDRESS.filled(text=clean_line(left, 60)))
        found.append(_mailbox(match))
        left = left[match.end() :].strip(" ,")
    if not found:
        raise Unclear(_NO_ADDRESS.filled(text=clean_line(text, 60)))
    return tuple(found)


def mailbox(text: str) -> Address:
    """Exactly one address."""
    found = mailboxes(text)
    if len(found) > 1 or found[0].goes:
        raise Unclear(_NO_ADDRESS.filled(text=clean_line(text, 60)), [each.address.email for each in found])
    return found[0].address


def _mailbox(match: re.Match[str]) -> Mailbox:
    before, email = match["before"].strip(), match["email"]
    sign = before[:1] or email[:1]
    if sign and sign in f"+{_MINUS}":
        before, email = (before[1:], email) if before else ("", email[1:])
    else:
        sign = ""
    return Mailbox(Address(clean_line(before.strip(" \"'“”„"), LONGEST_NAME), email.lower()), _goes(sign))


def customer(text: str) -> Customer:
    """`NAME <ADDR>[, PHONE][, COMPANY]`"""
    unlinked = _unlinked(_clean(text))
    found = re.match(rf"(?P<name>[^<>@]*?),?\s*<?(?P<email>{_EMAIL})>?\s*(?:,(?P<rest>.*))?", unlinked)
    if found is None or found.end() < len(unlinked):
        raise Unclear(_NO_CUSTOMER.filled(text=clean_line(text, 60)))
    name = clean_line(found["name"].strip(" \"'“”„,"), LONGEST_NAME)
    if not name:
        raise Unclear(_NO_NAME)
    more = [part.strip() for part in (found["rest"] or "").split(",") if part.strip()]
    number = next((part for part in more if _PHONE.fullmatch(part)), None)
    company = ", ".join(part for part in more if part is not number)
    return Customer(name, found["email"].lower(), number, clean_line(company, LONGEST_NAME) or None)


def phone(text: str) -> str:
    """A phone number as written."""
    number = _unlinked(_clean(text))
    if not _PHONE.fullmatch(number):
        raise Unclear(_NO_PHONE.filled(text=clean_line(text, 60)))
    return number


def name(text: str) -> str:
    """A company, a department."""
    return clean_line(_clean(text).strip('"“”„«»'), LONGEST_NAME)


def minutes(text: str) -> int:
    """A time; less than nothing where it has a minus."""
    found = _TIME.fullmatch(_clean(text))
    many = _minutes(found) if found else 0
    if found is None or not many:
        raise Unclear(_NO_TIME.filled(text=clean_line(text, 60)))
    if many > MOST_MINUTES:
        raise Unclear(_TOO_LONG.filled(text=clean_line(text, 60)))
    return -many if _goes(found["sign"]) else many


def _minutes(found: re.Match[str]) -> int:
    if found["clock"]:
        return int(found["clock"]) * 60 + int(found["past"])
    hours = float((found["hours"] or "0").replace(",", "."))
    return round(hours * 60) + int(found["minutes"] or found["alone"] or 0)


def number(text: str) -> Signed:
    """The number of another ticket: `1042`, `#1042`, `[#1042]`."""
    found = _NUMBER.fullmatch(_clean(text))
    if found is None:
        raise Unclear(_NO_NUMBER.filled(text=clean_line(text, 60)))
    return Signed(found["number"], _goes(found["sign"]))


def channel(settings: Settings, text: str) -> str:
    """The id of a channel: given as the id or a unique name in any language; `email` always exists."""
    known: dict[str, tuple[str, ...]] = {"email": ("email", "e-mail")}
    for key, each in settings.channels.items():
        if each.active:
            known[key] = (*known.get(key, (key,)), *(any_language(each.name) if each.name else ()))
    wanted = plain(_clean(text))
    found = [key for key, names in known.items() if wanted in map(plain, names)]
    if len(found) == 1:
        return found[0]
    words = {plain(word): key for key, names in known.items() for word in names}
    near = found or list(dict.fromkeys(words[word] for word in nearest(wanted, words)))
    raise Unclear(_NO_CHANNEL.filled(text=clean_line(text, 60), some=what_exists(known)), near)


def _goes(sign: str) -> bool:
    return bool(sign) and sign in _MINUS


def _clean(text: str) -> str:
    return " ".join(text[:_LONGEST].split()).strip(" ,;")


def _unlinked(text: str) -> str:
    linked = _LINKED.sub(lambda found: found["email"] or "", text)
    return re.sub(r"mailto:", "", linked, flags=re.IGNORECASE).strip()
