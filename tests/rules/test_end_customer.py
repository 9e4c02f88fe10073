"""Lines at the start of a partner's mail that say for whom he writes."""

from __future__ import annotations

import pytest

from mailgate.rules.end_customer import EndCustomer, read_end_customer

ENGLISH = """Hello,

End customer: Max Muster <Max@Kunde.example>
Phone: 089 123-45
Company: Muster & Sons
Your number: INC-4711

the line is down: nothing works."""
GERMAN = """Guten Tag Frau Alt,
Endkunde: Max Muster
Telefon: 089 123-45
Ihre Nummer: 4711
E-Mail: max@kunde.example

die Leitung ist gestört."""


def test_the_lines_are_read_in_english() -> None:
    assert read_end_customer(ENGLISH) == EndCustomer(
        name="Max Muster", email="max@kunde.example", phone="089 123-45", company="Muster & Sons", number="INC-4711"
    )


def test_the_lines_are_read_in_german() -> None:
    assert read_end_customer(GERMAN) == EndCustomer(
        name="Max Muster", email="max@kunde.example", phone="089 123-45", number="4711"
    )


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("End customer: max@kunde.example", EndCustomer(email="max@kunde.example")),
        ("end customer : Max", EndCustomer(name="Max")),
        ("*Endkunde:* Max", EndCustomer(name="Max")),
        ("- Telefon: 1", EndCustomer(phone="1")),
        ("> Your number: 7", EndCustomer(number="7")),
        ("End customer: Max <mailto:max@kunde.example>", EndCustomer(name="Max", email="max@kunde.example")),
        ("ENDKUNDE:\tMax\u00a0Muster", EndCustomer(name="Max Muster")),
    ],
)
def test_people_write_them_in_many_ways(line: str, found: EndCustomer) -> None:
    assert read_end_customer(line) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The line is down.\nEnd customer: Max",
        "Note: End customer: Max",
        "Hello,\nhow are you,\nEnd customer: Max",
        "End customer:\nPhone:",
        "http://kunde.example/phone: 1",
    ],
)
def test_only_the_start_of_the_mail_counts_and_only_what_has_a_value(text: str) -> None:
    assert read_end_customer(text) is None


def test_the_first_line_of_a_kind_counts_and_reading_stops_at_the_first_other_line() -> None:
    assert read_end_customer("Phone: 1\nPhone: 2\nwords\nYour number: 3") == EndCustomer(phone="1")


def test_a_number_alone_says_nothing_of_a_person() -> None:
    found = read_end_customer("Ihre Nummer: 4711")
    assert found
    assert not found.is_somebody
