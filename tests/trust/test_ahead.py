"""What many mails will ask of DNS is asked at once: nothing is missed, nothing waits in line, nothing else changes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from mailgate.clock import SetClock
from mailgate.first_hop import looking
from mailgate.mail.message import Envelope
from mailgate.mail.parse import read
from mailgate.resolver import Resolver
from mailgate.settings.site import Limits
from mailgate.trust import ahead
from tests.doubles.zones import Zones
from tests.trust.signing import Mail, mail, rsa_record, signed

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FAR = "8.8.4.4"


def came(path: str = "e@customer.example", **how: Any) -> Envelope:
    return Envelope(path, ("support@example.com",), NOW, **{"peer": FAR, **how})


def names(raw: Mail, path: str = "", *, by_host: bool = True) -> list[str]:
    return list(ahead.names(raw, path, by_host=by_host))


def test_what_a_mail_will_ask_is_read_at_a_glance() -> None:
    raw = signed(mail("e@it.customer.example"), "customer.example")
    assert names(raw, "b@bounces.customer.example") == [
        "s1._domainkey.customer.example",
        "_dmarc.it.customer.example",
        "_dmarc.customer.example",
        "bounces.customer.example",
    ]
    assert names(raw.replace(b"\r\n", b"\n"), by_host=False)[0] == "s1._domainkey.customer.example"
    assert list(ahead.named([b"v=spf1 include:a.example redirect=b.example. -all", b"include:c.example"])) == [
        "a.example",
        "b.example",
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"From: @\r\n\r\n",
        b"DKIM-Signature: d=; s=\r\n\r\nFrom: a@b.example",
        b"\xff" * 99,
        b"x" * 200_000,
    ],
)
def test_a_mail_that_says_nothing_asks_nothing(raw: Mail) -> None:
    assert names(raw) == []


def test_the_body_and_endless_signatures_ask_nothing() -> None:
    assert names(mail(body="DKIM-Signature: d=x.example; s=s1\r\n"), by_host=False) == []
    many = b"".join(b"DKIM-Signature: d=x%d.example; s=s\r\n" % number for number in range(99)) + mail()
    assert sum("_domainkey" in each for each in names(many)) == 5


class Together(Zones):
    """Answers about keys only when so many questions about keys are there at once."""

    def __init__(self, count: int, records: dict[str, list[str]]) -> None:
        super().__init__(records)
        self._gate = threading.Barrier(count, timeout=5)

    def resolve(self, request: Any, handler: Any) -> Any:
        if "_domainkey" in str(request.q.qname):
            self._gate.wait()
        return super().resolve(request, handler)


def test_the_questions_of_many_mails_are_under_way_together_and_asked_once() -> None:
    domains = [f"c{number}.example" for number in range(12)]
    zones = {f"s1._domainkey.{each} TXT": [rsa_record()] for each in domains}
    zones |= {f"_dmarc.{each} TXT": ["v=DMARC1; p=reject"] for each in domains}
    zones |= {f"{each} TXT": [f"v=spf1 include:spf.{each} -all"] for each in domains}
    zones |= {f"spf.{each} TXT": [f"v=spf1 ip4:{FAR} -all"] for each in domains}
    mails = [(signed(mail(f"e@{each}"), each), came(f"e@{each}")) for each in domains]
    with Together(len(domains), zones) as dns:
        resolver = Resolver([f"127.0.0.1:{dns.port}"], SetClock(NOW))
        look = looking(lambda: resolver)
        look.ahead(mails)
        asked = len(dns.asked)
        found = [look(raw, read(raw, Limits()), envelope) for raw, envelope in mails]
        assert all(each and each.findings[0].said.english.startswith("dmarc=pass") for each in found)
        assert [each.findings[-1].value for each in found if each] == ["pass"] * len(domains)
        assert (asked, len(dns.asked)) == (4 * len(domains), asked), "nothing is asked a second time"


def test_what_dns_does_not_say_ahead_is_asked_when_it_is_needed() -> None:
    raw = signed(mail())
    with Zones({"s1._domainkey.customer.example TXT": [rsa_record()]}) as dns:
        resolver = Resolver([f"127.0.0.1:{dns.port}"], SetClock(NOW))
        look = looking(lambda: resolver)
        dns.failing = {"s1._domainkey.customer.example"}
        look.ahead([(raw, came())])
        dns.failing = set()
        found = look(raw, read(raw, Limits()), came())
        assert found
        assert any(each.aligned for each in found.findings)


def test_nobody_is_asked_about_mail_that_is_not_for_us_to_look_at() -> None:
    with Zones() as dns:
        resolver = Resolver([f"127.0.0.1:{dns.port}"], SetClock(NOW))
        ours = [came(trusted=True), came(source="lmtp"), came(submitted_by="anna")]
        looking(lambda: resolver).ahead([(signed(mail()), each) for each in ours])
        assert dns.asked == []
