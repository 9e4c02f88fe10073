"""Names and addresses as mail programs write them for people: in header blocks and above quotations."""

from __future__ import annotations

import pytest

from mailgate.mail.attributed import attributed
from mailgate.mail.message import Address
from mailgate.mail.named import people_of, writer_of
from tests.growth import assert_linear

KARL = Address("Karl Klein", "karl@x.example")


@pytest.mark.parametrize(
    "value",
    [
        "Karl Klein <karl@x.example>",
        "Karl Klein <Karl@X.Example>",
        '"Karl Klein" <karl@x.example>',
        "'Karl Klein' <karl@x.example>",
        "\"'Karl Klein'\" <karl@x.example>",
        "„Karl Klein“ <karl@x.example>",
        "*Karl Klein* <karl@x.example>",
        "Karl Klein<karl@x.example>",
        "Karl Klein [karl@x.example]",
        "Karl Klein [mailto:karl@x.example]",
        "Karl Klein <mailto:karl@x.example>",
        "Karl Klein <karl@x.example<mailto:karl@x.example>>",
        "Karl Klein<mailto:karl@x.example> <karl@x.example<mailto:karl@x.example>>",
        "Karl Klein (<karl@x.example>)",
        "Karl Klein (karl@x.example)",
        "Karl Klein karl@x.example",
        "karl@x.example (Karl Klein)",
        "karl@x.example<mailto:karl@x.example> (Karl Klein)",
        "=?utf-8?q?Karl_Klein?= <karl@x.example>",
        "Karl Klein <karl@x.example>;",
        "Desk <desk@x.example> on behalf of Karl Klein <karl@x.example>",
        "bounces@x.example im Auftrag von Karl Klein <karl@x.example>",
    ],
)
def test_one_writer_in_every_spelling(value: str) -> None:
    assert writer_of(value) == KARL


def test_somebody_may_be_called_like_a_link() -> None:
    assert writer_of("Ann Mailto <ann@x.example>") == Address("Ann Mailto", "ann@x.example")


@pytest.mark.parametrize(
    "value",
    [
        "Boss <boss@bank.example> <evil@x.example>",
        "Bank <service@bank.example> [mailto:evil@x.example]",
        '"service@bank.example, Bank" <evil@x.example>',
        "service@bank.example, Bank <evil@x.example>",
        '"Bank <service@bank.example>, x" <evil@x.example>',
        '"x on behalf of Boss <boss@bank.example>" <evil@x.example>',
        "Boss <boss@bank.example> on behalf of x <evil@x.example>",
        "boss@bank.example im Auftrag von x <evil@x.example>",
        "service@bank.example (Bank) <evil@x.example>",
        "evil@x.example<mailto:evil@x.example> <evil@x.example>",
    ],
)
def test_no_name_chooses_the_writer(value: str) -> None:
    writer = writer_of(value)
    assert writer is not None
    assert writer.email == "evil@x.example"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('"Klein, Karl" <karl@x.example>', "Klein, Karl"),
        ("Klein, Karl <karl@x.example>", "Klein, Karl"),
        ("Karl Klein (ACME) <karl@x.example>", "Karl Klein (ACME)"),
        ("karl@x.example <karl@x.example>", ""),
        ("<karl@x.example>", ""),
        ("'Karl Klein' via List <karl@x.example>", "'Karl Klein' via List"),
        ("Karl O'Hara <karl@x.example>", "Karl O'Hara"),
        ('"boss@desk.example" <karl@x.example>', ""),
        ("'boss@desk.example' via List <karl@x.example>", ""),
    ],
)
def test_a_name_may_be_odd_and_an_address_is_none(value: str, name: str) -> None:
    assert writer_of(value) == Address(name, "karl@x.example")


def test_a_name_alone_is_somebody_without_an_address() -> None:
    assert writer_of("Klein, Karl") == Address("Klein, Karl", "")
    assert writer_of("Karl Klein/ACME") == Address("Karl Klein/ACME", "")
    assert writer_of("") is None
    assert writer_of("undisclosed-recipients:;") is None


@pytest.mark.parametrize(
    "value",
    [
        "Karl Klein <karl@x.example>, erika@y.example",
        "Karl Klein <karl@x.example>; erika@y.example <erika@y.example>",
        '"Karl Klein" <karl@x.example>,<erika@y.example>',
        "karl@x.example (Karl Klein), <mailto:erika@y.example>",
        "Karl Klein [mailto:karl@x.example]; erika@y.example<mailto:erika@y.example>;",
        "Karl Klein <karl@x.example>；erika@y.example",
    ],
)
def test_lists_are_parted_by_whatever_programs_use(value: str) -> None:
    assert people_of(value) == (KARL, Address("", "erika@y.example"))


def test_names_between_addresses_are_people_too() -> None:
    assert [str(each) for each in people_of("Erika; Karl <k@x.example>; Otto")] == [
        "Erika <>",
        "Karl <k@x.example>",
        "Otto <>",
    ]
    assert [each.name for each in people_of("Erika Berg, Karl Klein")] == ["Erika Berg", "Karl Klein"]


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ('On 23/11/2026, 10:00, "Karl Klein" <karl@x.example> wrote:', "23/11/2026, 10:00"),
        ("On Mon, 23 Nov 2026 at 10:00 AM Karl Klein <karl@x.example> wrote:", "Mon, 23 Nov 2026 at 10:00 AM"),
        ("Am 23.11.26 um 10:00 schrieb Karl Klein <karl@x.example>:", "23.11.26 um 10:00"),
        ("Le 23/11/2026 10:00, « Karl Klein » <karl@x.example> a écrit :", "23/11/2026 10:00"),
        ("Dnia 23.11.2026, 10:00 „Karl Klein” <karl@x.example> napisał:", "23.11.2026, 10:00"),
        ("Karl Klein <karl@x.example> kirjoitti 23.11.2026 kello 10.00:", "23.11.2026 kello 10.00"),
        ('23.11.2026, 10:00, "Karl Klein" <karl@x.example>:', "23.11.2026, 10:00"),
    ],
)
def test_an_attribution_says_who_and_when(line: str, date: str) -> None:
    assert attributed(line) == (KARL, date)


@pytest.mark.parametrize("piece", ["a@b.example, ", '"', "<(", "a@", "; ", "a ", "@b.example", "<mailto:a@b.example>"])
def test_reading_takes_time_in_proportion(piece: str) -> None:
    assert_linear(lambda size: people_of("a@b.example" + piece * (size // len(piece))), 100_000)
