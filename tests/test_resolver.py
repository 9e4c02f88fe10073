"""DNS asked for real, of a server on loopback: what it says, what it does not know, and when it says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from mailgate.clock import SetClock
from mailgate.resolver import MOST_SILENCES, Resolver
from mailgate.trust.lookups import NoAnswer
from tests.doubles.zones import Zones

LONG = "v=DKIM1; k=rsa; p=" + "A" * 600
ZONES = {
    "customer.example TXT": ["v=spf1 mx -all", LONG],
    "customer.example MX": ["10 mx.customer.example."],
    "mx.customer.example A": ["192.0.2.1"],
    "mx.customer.example AAAA": ["2001:db8::1"],
}


@pytest.fixture
def dns() -> Iterator[Zones]:
    with Zones(ZONES) as zones:
        yield zones


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 23, tzinfo=UTC))


@pytest.fixture
def resolver(dns: Zones, clock: SetClock) -> Resolver:
    return Resolver([f"127.0.0.1:{dns.port}"], clock, seconds=0.4)


def test_records_come_as_a_zone_file_shows_them(resolver: Resolver) -> None:
    assert resolver.txt("customer.example") == (b"v=spf1 mx -all", LONG.encode())
    assert resolver.records("customer.example", "MX") == ("10 mx.customer.example.",)
    assert resolver.records("mx.customer.example", "A") == ("192.0.2.1",)
    assert resolver.records("mx.customer.example", "AAAA") == ("2001:db8::1",)


@pytest.mark.parametrize(
    "name", ["nobody.example", "mx.customer.example", "a..b", "x" * 70 + ".example", "ü.example", ""]
)
def test_what_does_not_exist_is_nothing(resolver: Resolver, name: str) -> None:
    assert resolver.txt(name) == ()


def test_a_server_that_can_not_say_is_no_answer(resolver: Resolver, dns: Zones) -> None:
    dns.failing.add("customer.example")
    with pytest.raises(NoAnswer):
        resolver.txt("customer.example")
    dns.failing.clear()
    assert resolver.txt("customer.example")


def test_what_was_answered_is_not_asked_again(resolver: Resolver, dns: Zones) -> None:
    for _ in range(5):
        resolver.txt("customer.example")
        resolver.txt("nobody.example")
    assert sorted(dns.asked) == ["customer.example TXT", "nobody.example TXT"]


def silent_about(resolver: Resolver, *names: str) -> None:
    for name in names:
        with pytest.raises(NoAnswer):
            resolver.txt(name)


def test_a_server_that_answers_nothing_is_left_alone_for_a_while(
    resolver: Resolver, dns: Zones, clock: SetClock
) -> None:
    names = [f"x{each}.example" for each in range(MOST_SILENCES)]
    dns.silent.update((*names, ""))
    silent_about(resolver, *names)
    asked = len(dns.asked)
    with pytest.raises(NoAnswer, match="DNS rests"):
        resolver.txt("customer.example")
    assert len(dns.asked) == asked
    dns.silent.clear()
    clock.advance(timedelta(minutes=1))
    assert resolver.txt("customer.example")


def test_domains_that_are_silent_on_purpose_make_nobody_else_unheard(resolver: Resolver, dns: Zones) -> None:
    names = [f"evil{each}.example" for each in range(3 * MOST_SILENCES)]
    dns.silent.update(names)
    silent_about(resolver, *names)
    assert resolver.txt("customer.example")


def test_a_silent_name_is_asked_once_for_a_while(resolver: Resolver, dns: Zones, clock: SetClock) -> None:
    dns.silent.add("evil.example")
    silent_about(resolver, "evil.example")
    asked = len(dns.asked)
    silent_about(resolver, "evil.example", "EVIL.example")
    assert len(dns.asked) == asked
    clock.advance(timedelta(minutes=1))
    silent_about(resolver, "evil.example")
    assert len(dns.asked) > asked


def test_one_mail_has_so_many_seconds_for_all_its_questions(resolver: Resolver, clock: SetClock) -> None:
    one = resolver.for_one_mail()
    assert one.txt("customer.example")
    clock.advance(timedelta(seconds=10))
    with pytest.raises(NoAnswer, match="too long about this mail"):
        one.txt("customer.example")
    assert resolver.for_one_mail().txt("customer.example")
