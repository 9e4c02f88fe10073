"""Single values: what is taken, and at what borders it is refused. The sentences stand in mistakes/values.txt."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailgate.settings import calendars, hosts, values

Check = Callable[[str], str | None]

TAKEN: list[tuple[Check, str]] = [
    (hosts.address, "anna@desk.test"),
    (hosts.address, "ops@localhost"),
    (hosts.address, "ops@desk.local"),
    (hosts.address, "jürgen@example.com"),
    (hosts.listener, "127.0.0.1:2525"),
    (hosts.listener, "[::1]:2525"),
    (hosts.listener, "mail.example.com:0"),
    (hosts.listener, "unix:lmtp.sock"),
    (hosts.relay, "smtp://127.0.0.1:25"),
    (hosts.relay, "smtp+starttls://mail.example.com:587"),
    (hosts.relay, "lmtp:/run/dovecot/lmtp"),
    (hosts.relay, "maildir:var/outgoing"),
    (hosts.network, "192.0.2.7"),
    (hosts.network, "192.0.2.7/24"),
    (hosts.network, "2001:db8::/32"),
    (hosts.web_url, "https://tickets.example.com/desk"),
    (values.time_zone, "Europe/Berlin"),
    (values.language, "de"),
    (values.language, "pt-BR"),
    (values.tag, "[Ticket#{number}]"),
    (values.old_tag, r"\[Ticket#(\d+)\]"),
    (values.rate, "300/h"),
    (values.clock_time, "08:00"),
    (values.size_question, ">1MiB"),
    (values.hours_question, "closed office"),
    (values.one_group, r"host=(\S+)"),
    (values.holiday_region, "DE-BY"),
    (values.holiday_region, "AT"),
]

REFUSED: list[tuple[Check, str]] = [
    (hosts.address, "anna@"),
    (hosts.address, "Anna <anna@example.com>"),
    (hosts.address, "anna@example..com"),
    (hosts.listener, "127.0.0.1:65536"),
    (hosts.listener, "::1:2525"),
    (hosts.listener, "[zz]:25"),
    (hosts.listener, "unix:"),
    (hosts.relay, "smtp://"),
    (hosts.relay, "smtp://mail.example.com:port"),
    (hosts.relay, "smtp://desk@mail.example.com"),
    (hosts.relay, "mail.example.com"),
    (hosts.relay, "maildir:"),
    (hosts.network, "192.0.2.300"),
    (hosts.web_url, "ftp://example.com"),
    (hosts.web_url, "https://example.com:99999"),
    (values.time_zone, "../../etc/passwd"),
    (values.time_zone, ""),
    (values.language, "en_US"),
    (values.tag, "[{number}{number}]"),
    (values.tag, "[{number:x}]"),
    (values.old_tag, "(a)(b)"),
    (values.rate, "0/h"),
    (values.clock_time, "24:00"),
    (values.size_question, "1MiB"),
    (values.hours_question, "shut"),
    (values.one_group, "host"),
    (values.holiday_region, "Bavaria"),
]


@pytest.mark.parametrize(("check", "text"), TAKEN)
def test_a_right_value_is_taken(check: Check, text: str) -> None:
    assert check(text) is None


@pytest.mark.parametrize(("check", "text"), REFUSED)
def test_a_wrong_value_is_refused_in_one_sentence(check: Check, text: str) -> None:
    says = check(text)
    assert says
    assert "\n" not in says


@pytest.mark.parametrize(
    ("key", "numbers"),
    [("mon-fri", (0, 1, 2, 3, 4)), ("Sat", (5,)), ("mon, wed", (0, 2)), ("fri-mon", (4, 5, 6, 0)), ("monday", None)],
)
def test_days_are_named_by_three_letters_and_ranges(key: str, numbers: tuple[int, ...] | None) -> None:
    assert calendars.days(key) == numbers


def test_a_span_may_end_at_midnight_and_not_beyond() -> None:
    assert calendars.span("00:00-24:00") == calendars.Span(0, 1440)
    assert isinstance(calendars.span("00:00-24:01"), str)
    assert isinstance(calendars.span("12:00-12:00"), str)


def test_spans_that_touch_do_not_overlap() -> None:
    from mailgate.settings.document import read_document

    text = "calendars: {office: {open: {mon: ['12:00-24:00', '09:00-12:00'], tue: '09:00-12:00'}}}\n"
    root = read_document("service.yaml", text, {}).root
    assert root
    assert list(calendars.wrong_hours(root)) == []
