"""What stands behind the commands that describe and tie tickets, as people and mail programs write it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.errors import RefusedCommand
from mailgate.rules import details
from mailgate.rules.arguments import Unclear
from mailgate.rules.details import Customer
from tests.growth import assert_linear
from tests.rules.example import settings

DESK = settings(channels={"phone": {"name": {"en": "Phone", "de": "Telefon"}}, "fax": {"active": False}})

TAGS = [
    ("vpn", ["+vpn"]),
    ("+vpn -wifi", ["+vpn", "-wifi"]),
    ("+vpn, –wifi, −old", ["+vpn", "-wifi", "-old"]),
    ("+ vpn", ["+vpn"]),
    ("#vpn", ["+vpn"]),
    ('„zwei Wörter“ +x "two words"', ["+zwei Wörter", "+x", "+two words"]),
    ("vpn -vpn", ["-vpn"]),
]


@pytest.mark.parametrize(("text", "expected"), TAGS)
def test_tags_come_and_go(text: str, expected: list[str]) -> None:
    assert [f"{'-' if each.goes else '+'}{each.word}" for each in details.tags(text)] == expected


MAILBOXES = [
    ("a@b.example", ["+a@b.example"]),
    ("a@b.example<mailto:a@b.example>", ["+a@b.example"]),
    ("a@b.example [mailto:a@b.example]", ["+a@b.example"]),
    ("<a@b.example>", ["+a@b.example"]),
    ("mailto:a@b.example", ["+a@b.example"]),
    ("Max<mailto:max@x.example>", ["+Max max@x.example"]),
    ("Max Muster <Max@X.example<mailto:Max@X.example>>, -b@y.example", ["+Max Muster max@x.example", "-b@y.example"]),
    ("+a@b.example –c@d.example", ["+a@b.example", "-c@d.example"]),
    ("a@b.example c@d.example", ["+a@b.example", "+c@d.example"]),
    ('"Muster Max" <max@x.example>', ["+Muster Max max@x.example"]),
]


@pytest.mark.parametrize(("text", "expected"), MAILBOXES)
def test_addresses_are_found_as_mail_programs_leave_them(text: str, expected: list[str]) -> None:
    found = ((each, f"{each.address.name} {each.address.email}".strip()) for each in details.mailboxes(text))
    assert [f"{'-' if each.goes else '+'}{words}" for each, words in found] == expected


CUSTOMERS = [
    ("Max Muster <max@x.example>", Customer("Max Muster", "max@x.example")),
    ("Max Muster max@x.example", Customer("Max Muster", "max@x.example")),
    ("Max <max@x.example<mailto:max@x.example>>, 089 1234", Customer("Max", "max@x.example", "089 1234")),
    ("Max <max@x.example>, Muster GmbH", Customer("Max", "max@x.example", None, "Muster GmbH")),
    (
        "Muster, Max <max@x.example>, +49 (89) 12-34, Muster, Müller und Co.",
        Customer("Muster, Max", "max@x.example", "+49 (89) 12-34", "Muster, Müller und Co."),
    ),
]


@pytest.mark.parametrize(("text", "expected"), CUSTOMERS)
def test_an_end_customer_has_a_name_an_address_and_perhaps_more(text: str, expected: Customer) -> None:
    assert details.customer(text) == expected


TIMES = [
    *[("45m", 45), ("45 min", 45), ("90 Minuten", 90), ("45", 45), ("2h", 120), ("1,5 Std", 90), ("1.5 h", 90)],
    *[("1h 30m", 90), ("1h30", 90), ("1 Stunde und 30 Minuten", 90), ("1:30", 90), ("-45m", -45), ("–1h", -60)],
]


@pytest.mark.parametrize(("text", "minutes"), TIMES)
def test_a_time_is_so_many_minutes(text: str, minutes: int) -> None:
    assert details.minutes(text) == minutes


@pytest.mark.parametrize(
    "text", ["+49 (89) 123-45", "089/123456", "110", "+49 89 12 34 ext. 5", "+49 89 1<tel:+49891>"]
)
def test_a_phone_number_stays_as_it_was_written(text: str) -> None:
    assert details.phone(text) == text.partition("<")[0]


@pytest.mark.parametrize("text", ["1042", "#1042", "[#1042]", "# 1042", " 1042 "])
def test_the_number_of_a_ticket(text: str) -> None:
    assert details.number(text) == details.Signed("1042")
    assert details.number(f"-{text.strip()}") == details.Signed("1042", goes=True)


@pytest.mark.parametrize(
    ("text", "channel"), [("email", "email"), ("E-Mail", "email"), ("PHONE", "phone"), ("Telefon", "phone")]
)
def test_a_channel_is_found_by_id_or_name(text: str, channel: str) -> None:
    assert details.channel(DESK, text) == channel


WRONG: list[tuple[Callable[[str], Any], str, str, tuple[str, ...]]] = [
    (details.minutes, "soon", "'soon' is no time; write 45m", ()),
    (details.minutes, "0m", "'0m' is no time", ()),
    (details.minutes, "200h", "200h is more than 100 hours", ()),
    (details.mailboxes, "nobody", "'nobody' is no address", ()),
    (details.mailboxes, "a@b.example nobody", "'nobody' is no address", ()),
    (details.mailbox, "a@b.example, c@d.example", "is no address", ("a@b.example", "c@d.example")),
    (details.customer, "Max Muster", "'Max Muster' holds no address; write NAME <ADDRESS>", ()),
    (details.customer, "<max@x.example>", "the name of the end customer is missing", ()),
    (details.phone, "by letter", "'by letter' is no phone number", ()),
    (details.number, "Printer", "'Printer' is no number of a ticket", ()),
    (details.number, "0", "'0' is no number of a ticket", ()),
    (details.tags, "x" * 41, "a tag has 40 characters at most", ()),
    (lambda text: details.channel(DESK, text), "phnoe", "there is no channel 'phnoe'", ("phone",)),
]


@pytest.mark.parametrize(("read", "text", "why", "near"), WRONG)
def test_what_is_none_of_it_is_refused_in_words(
    read: Callable[[str], Any], text: str, why: str, near: tuple[str, ...]
) -> None:
    with pytest.raises(Unclear) as refused:
        read(text)
    assert why in str(refused.value.why)
    assert refused.value.near == near


READERS = (details.tags, details.mailboxes, details.customer, details.minutes, details.phone, details.number)


@given(st.text(alphabet="aZ @.<>+-–,:;\"'#[]0123456789h", max_size=60))
def test_nothing_but_a_refusal_comes_out(text: str) -> None:
    for read in READERS:
        with suppress(RefusedCommand):
            read(text)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("piece", ["a@", "<a", "+ ", "1 ", "a@b.c<mailto:", '"x'])
def test_it_takes_no_longer_than_the_text_is_long(read: Callable[[str], Any], piece: str) -> None:
    def run(size: int) -> None:
        with suppress(RefusedCommand):
            read((piece * size)[:size])

    assert_linear(run, 250)  # what is longer than a thousand characters is cut
