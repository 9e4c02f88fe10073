"""Who is believed where we look ourselves: signed, broken, replayed, partly signed, look-alike and forged mails."""

from __future__ import annotations

import random
import time

import pytest
from dkim.canonicalization import (
    compress_whitespace,
    correct_empty_body,
    strip_trailing_lines,
    strip_trailing_whitespace,
)

from mailgate.mail.parse import read
from mailgate.settings.site import Limits
from mailgate.trust.canonical import relaxed_body
from mailgate.trust.own_check import own_check
from mailgate.trust.results import OwnCheck
from tests.doubles.lookups import Published
from tests.growth import assert_linear
from tests.trust.signing import GOOD_HOST, OTHER_HOST, Mail, ed25519_record, mail, rsa_record, signed

ZONES = {
    # A customer who does all of it.
    "customer.example TXT": ["v=spf1 ip4:192.0.2.1 -all"],
    "s1._domainkey.customer.example TXT": [rsa_record()],
    "ed._domainkey.customer.example TXT": [ed25519_record()],
    "small._domainkey.customer.example TXT": [rsa_record(1024)],
    "test._domainkey.customer.example TXT": [rsa_record(more="t=y; ")],
    "exact._domainkey.customer.example TXT": [rsa_record(more="t=s; ")],
    "web._domainkey.customer.example TXT": [rsa_record(more="s=tlsrpt; ")],
    "gone._domainkey.customer.example TXT": ["v=DKIM1; k=rsa; p="],
    "odd._domainkey.customer.example TXT": ["v=DKIM1; k=rsa; p=%%%"],
    "junk._domainkey.customer.example TXT": ["v=DKIM1; p=MIIB; junk"],
    "null._domainkey.customer.example TXT": [
        "v=DKIM1; p=MBMwDgYJKoZIhvcNAQEBBQF4AwEA"
    ],  # ASN.1, with a NULL that holds something
    "doubled._domainkey.customer.example TXT": ["v=DKIM1; p=MIIB; p=MIIC"],
    "two._domainkey.customer.example TXT": ["hello", rsa_record()],
    "_dmarc.customer.example TXT": ["v=DMARC1; p=reject; rua=mailto:d@customer.example"],
    # One below it, without a policy of its own.
    "s1._domainkey.it.customer.example TXT": [rsa_record()],
    "it.customer.example TXT": ["v=spf1 ip4:192.0.2.1 -all"],
    # Who wants to be checked strictly.
    "strict.example TXT": ["v=spf1 ip4:192.0.2.1 -all"],
    "mail.strict.example TXT": ["v=spf1 ip4:192.0.2.1 -all"],
    "s1._domainkey.strict.example TXT": [rsa_record()],
    "s1._domainkey.mail.strict.example TXT": [rsa_record()],
    "_dmarc.strict.example TXT": ["v=DMARC1; p=reject; adkim=s; aspf=s"],
    # Who signs and says nothing of a policy; who does nothing at all; whose policy is no policy.
    "s1._domainkey.plain.example TXT": [rsa_record()],
    "plain.example TXT": ["v=spf1 ip4:192.0.2.1 ~all"],
    "_dmarc.several.example TXT": ["v=DMARC1; p=reject", "v=DMARC1; p=none"],
    "_dmarc.wrong.example TXT": ["p=reject; v=DMARC1"],
    "_dmarc.reports.example TXT": ["v=DMARC1; p=whatever; rua=mailto:d@reports.example"],
    # Somebody else with keys and hosts that work, and two under one public suffix.
    "evil.example TXT": ["v=spf1 +all"],
    "s1._domainkey.evil.example TXT": [rsa_record()],
    "s1._domainkey.co.uk TXT": [rsa_record()],
    "s1._domainkey.other.co.uk TXT": [rsa_record()],
    "s1._domainkey.shop.co.uk TXT": [rsa_record()],
    # Odd SPF records.
    "many.example TXT": [f"v=spf1 {' '.join(f'include:i{n}.example' for n in range(12))} -all"],
    **{f"i{n}.example TXT": ["v=spf1 ip4:198.51.100.1 -all"] for n in range(12)},
    "broken.example TXT": ["v=spf1 ip4:999.1.1.1 -all"],
    "twice.example TXT": ["v=spf1 -all", "v=spf1 +all"],
    "loop.example TXT": ["v=spf1 redirect=loop.example"],
    "mx.example TXT": ["v=spf1 mx a:host.mx.example -all"],
    "mx.example MX": ["10 mx1.mx.example."],
    "mx1.mx.example A": ["192.0.2.1"],
    "host.mx.example A": ["198.51.100.7"],
}


def checked(
    raw: Mail,
    author: str = "customer.example",
    *,
    path: str = "erika@evil.example",
    peer: str | None = OTHER_HOST,
    failing: tuple[str, ...] = (),
) -> OwnCheck:
    """The mail as it came from some host with some return path; by itself that host proves nothing."""
    return own_check(raw, author, path, peer, Published(ZONES, set(failing)))


def vouched(found: OwnCheck) -> bool:
    return any(each.aligned for each in found.findings)


def said(found: OwnCheck) -> str:
    return " ".join(f"{each.method}={each.value}" for each in found.findings)


SUBDOMAIN = mail("erika@it.customer.example")
STRICT, BELOW_STRICT = mail("erika@strict.example"), mail("erika@mail.strict.example")
PLAIN, SHOP = mail("erika@plain.example"), mail("erika@shop.co.uk")
PARTS = "Content-Type: multipart/mixed; boundary=b"


@pytest.mark.parametrize(
    ("raw", "author"),
    [
        (signed(mail()), "customer.example"),
        (signed(mail(), selector="ed", signature_algorithm=b"ed25519-sha256"), "customer.example"),
        (signed(mail(), selector="small", bits=1024), "customer.example"),
        (signed(mail(), selector="two"), "customer.example"),
        (signed(mail(), selector="exact"), "customer.example"),
        (signed(mail(), canonicalize=(b"simple", b"simple")), "customer.example"),
        (signed(mail(), canonicalize=(b"relaxed", b"simple")), "customer.example"),
        (signed(mail(), canonicalize=(b"simple", b"relaxed")), "customer.example"),
        (signed(mail(body="")), "customer.example"),
        (signed(mail(body="Grüße aus Köln\r\n")), "customer.example"),
        (signed(mail("erika@customer.example", PARTS, body="--b\r\n\r\nx\r\n--b--\r\n")), "customer.example"),
        (signed(mail(), "it.customer.example"), "customer.example"),
        (signed(SUBDOMAIN), "it.customer.example"),
        (signed(SUBDOMAIN, "it.customer.example"), "it.customer.example"),
        (signed(STRICT, "strict.example"), "strict.example"),
        (signed(BELOW_STRICT, "mail.strict.example"), "mail.strict.example"),
        (signed(PLAIN, "plain.example"), "plain.example"),
        (signed(SHOP, "shop.co.uk"), "shop.co.uk"),
        (signed(signed(mail()), "evil.example"), "customer.example"),
        (signed(signed(mail(), selector="gone"), "customer.example"), "customer.example"),
        (b"Received: from a by b; x\r\nX-Spam: no\r\n" + signed(mail()), "customer.example"),
        (b"DKIM-Signature: v=1; this is none\r\n" + signed(mail()), "customer.example"),
        (signed(mail()).replace(b"Subject: Printer", b"SUBJECT:   Printer"), "customer.example"),
        (signed(mail()) + b"\r\n\r\n", "customer.example"),
        (signed(mail()).replace(b"\r\n", b"\n"), "customer.example"),
    ],
)
def test_a_right_signature_of_his_own_domain_vouches_for_the_sender(raw: Mail, author: str) -> None:
    found = checked(raw, author)
    assert vouched(found), said(found)
    assert "dkim=pass" in said(found)
    assert not found.unanswered


EXPIRED = signed(mail()).replace(b"t=%d" % int(time.time()), b"t=1600000000")
WITH_END = b"v=1; x=1600000001;"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (mail(), "dmarc=fail"),
        (signed(mail()).replace(b"printer", b"account"), "dkim=fail"),
        (signed(mail()).replace(b"Subject: Printer", b"Subject: Invoice"), "dkim=fail"),
        (signed(mail()).replace(b"Erika", b"Boss"), "dkim=fail"),
        (signed(mail()) + b"Pay this bill.\r\n", "dkim=fail"),
        (signed(mail(), length=True), "dkim=policy"),
        (signed(mail(), length=True) + b"Pay this bill.\r\n", "dkim=policy"),
        (signed(mail(), selector="test"), "dkim=policy"),
        (signed(mail(), selector="gone"), "dkim=permerror"),
        (signed(mail(), selector="odd"), "dkim=permerror"),
        (signed(mail(), selector="junk"), "dkim=permerror"),
        (signed(mail(), selector="doubled"), "dkim=permerror"),
        (signed(mail(), selector="null"), "dkim=permerror"),
        (signed(mail(), selector="web"), "dkim="),
        (signed(mail(), selector="missing"), "dkim="),
        (signed(mail(), selector="ed"), "dkim="),
        (signed(mail(), bits=1024), "dkim=fail"),
        (signed(mail(), "evil.example"), "dkim=pass"),
        (signed(mail(), "example"), "dkim="),
        (signed(mail()).replace(b"a=rsa-sha256", b"a=rsa-sha1"), "dkim="),
        (signed(mail()).replace(b"a=rsa-sha256", b"a=none"), "dkim="),
        (signed(mail()).replace(b"v=1;", b"v=2;"), "dkim="),
        (signed(mail()).replace(b"v=1;", b"v=1; x=1600000001;"), "dkim=fail"),
        (signed(mail()).replace(b"h=from :", b"h="), "dkim="),
        (signed(mail()).replace(b"d=customer.example", b"d="), "dkim="),
        (signed(mail()).replace(b"d=customer.example", b"d=customer.example; d=evil.example"), "dkim="),
        (signed(mail()).replace(b"d=customer.example", b"d=..customer.example"), "dkim="),
        (signed(mail()).replace(b"d=customer.example", b"d=customer.example\xff"), "dkim="),
        (signed(mail()).replace(b"s=s1", b"s=" + b"s" * 300), "dkim="),
        (signed(mail()).replace(b"bh=", b"bh=!"), "dkim="),
        (EXPIRED, "dkim="),
        (b"From: Boss <boss@customer.example>\r\n" + signed(mail()), "dkim=fail"),
        (b"DKIM-Signature: \r\n" + mail(), "dkim=permerror"),
        (b"DKIM-Signature: v=1; v=1; v=1\r\n" + mail(), "dkim=permerror"),
        (b"".join(b"DKIM-Signature: v=1; a=x; d=x%d.example\r\n" % n for n in range(5)) + signed(mail()), "dkim="),
        (b"no colon here\r\n" + signed(mail()), "dmarc=fail"),
    ],
)
def test_no_broken_partial_or_strange_signature_vouches(raw: Mail, words: str) -> None:
    found = checked(raw)
    assert not vouched(found), said(found)
    assert words in said(found)


@pytest.mark.parametrize(
    ("raw", "author"),
    [
        (signed(mail("erika@custorner.example")), "custorner.example"),
        (signed(mail("erika@customer.example.evil.example"), "evil.example"), "customer.example"),
        (signed(mail("erika@customer-example.evil.example")), "customer-example.evil.example"),
        (signed(STRICT, "mail.strict.example"), "strict.example"),
        (signed(BELOW_STRICT, "strict.example"), "mail.strict.example"),
        (signed(SHOP, "co.uk"), "shop.co.uk"),
        (signed(SHOP, "other.co.uk"), "shop.co.uk"),
        (signed(mail("erika@nothing.example")), "nothing.example"),
        (signed(mail("erika@cu\u0455tomer.example")), "cu\u0455tomer.example"),
        (signed(PLAIN, "evil.example"), "plain.example"),
    ],
)
def test_a_signature_of_another_domain_says_nothing_of_the_sender(raw: Mail, author: str) -> None:
    found = checked(raw, author)
    assert not vouched(found), said(found)


@pytest.mark.parametrize(
    ("path", "peer", "author", "spf", "believed"),
    [
        ("erika@customer.example", GOOD_HOST, "customer.example", "pass", True),
        ("b+1@it.customer.example", GOOD_HOST, "customer.example", "pass", True),
        ("erika@customer.example", OTHER_HOST, "customer.example", "fail", False),
        ("erika@customer.example", f"::ffff:{GOOD_HOST}", "customer.example", "pass", True),
        ("erika@customer.example", "2001:db8::1", "customer.example", "fail", False),
        ("", GOOD_HOST, "customer.example", "none", False),
        ("erika@evil.example", OTHER_HOST, "customer.example", "pass", False),
        ("erika@strict.example", GOOD_HOST, "strict.example", "pass", True),
        ("erika@mail.strict.example", GOOD_HOST, "strict.example", "pass", False),
        ("erika@plain.example", GOOD_HOST, "plain.example", "pass", False),
        ("erika@plain.example", OTHER_HOST, "plain.example", "softfail", False),
        ("erika@mx.example", GOOD_HOST, "mx.example", "pass", False),
        ("erika@mx.example", "198.51.100.7", "mx.example", "pass", False),
        ("erika@mx.example", OTHER_HOST, "mx.example", "fail", False),
        ("erika@nothing.example", GOOD_HOST, "nothing.example", "none", False),
        ("erika@many.example", GOOD_HOST, "many.example", "permerror", False),
        ("erika@broken.example", GOOD_HOST, "broken.example", "permerror", False),
        ("erika@twice.example", GOOD_HOST, "twice.example", "permerror", False),
        ("erika@loop.example", GOOD_HOST, "loop.example", "permerror", False),
        ("erika@cu\u0455tomer.example", GOOD_HOST, "customer.example", "none", False),
        ("no address", GOOD_HOST, "customer.example", "none", False),
    ],
)
def test_a_host_vouches_only_where_the_domain_of_from_asks_to_be_judged_by_it(
    path: str, peer: str | None, author: str, spf: str, believed: bool
) -> None:
    found = checked(mail(f"erika@{author}"), author, path=path, peer=peer)
    assert (found.findings[-1].value, vouched(found)) == (spf, believed), said(found)


@pytest.mark.parametrize("author", ["several.example", "wrong.example", "nothing.example", "uk", "localhost"])
def test_what_is_no_policy_neither_believes_nor_fails(author: str) -> None:
    assert "dmarc" not in said(checked(mail(f"erika@{author}"), author))


def test_a_policy_that_only_asks_for_reports_is_one() -> None:
    assert "dmarc=fail" in said(checked(mail("erika@reports.example"), "reports.example"))


def test_a_silent_dns_is_neither_for_nor_against_him() -> None:
    silent = ("s1._domainkey.customer.example",)
    found = checked(signed(mail()), failing=silent)
    assert (vouched(found), found.unanswered, "dmarc=temperror" in said(found)) == (False, True, True)
    assert checked(mail(), failing=("_dmarc.customer.example",)).unanswered
    assert checked(mail(), path="erika@customer.example", failing=("customer.example",)).unanswered
    assert not checked(mail(), failing=silent).unanswered, "nothing was asked there"
    other = checked(signed(mail(), selector="ed", signature_algorithm=b"ed25519-sha256"), failing=silent)
    assert vouched(other)
    assert not other.unanswered


def test_a_mail_sent_on_by_somebody_else_is_believed_as_it_was_written() -> None:
    found = checked(signed(mail()), path="list@evil.example", peer=OTHER_HOST)
    assert said(found) == "dmarc=pass dkim=pass spf=pass"


def test_what_is_wrong_with_a_signature_is_said_in_words() -> None:
    said = {
        selector: checked(signed(mail(), selector=selector)).findings[1].why
        for selector in ("missing", "gone", "odd", "junk", "test", "web", "ed")
    }
    assert said["missing"] == "it has no key in DNS"
    assert said["junk"] == "its key can not be read"
    assert said["test"] == "its key is only tested with (t=y)"
    assert not any("b'" in why for why in said.values()), said


def test_a_host_of_the_house_says_nothing_of_the_sender() -> None:
    assert said(checked(mail(), path="erika@customer.example", peer=None)) == ""


def test_no_more_than_a_few_signatures_are_looked_at() -> None:
    lookups = Published(ZONES)
    raw = mail()
    for at in range(9):
        raw = signed(raw, f"x{at}.example")
    own_check(raw, "customer.example", "", None, lookups)
    assert len([each for each in lookups.asked if "_domainkey" in each]) == 5


ATTACKERS = signed(mail("attacker@customer.example"))


@pytest.mark.parametrize(
    "above",
    [
        b"Message-ID: <9@x.example>\r\nFrom : anna@customer.example\r\nSubject: do it\r\nFrom x\r\n",
        b"From: anna@customer.example\r\nTo: support@desk.example\r\nFrom x y\r\n",
        b"From: anna@customer.example\nSubject: x\nFrom x\n",
        b"From: anna@customer.example\r\n\r\r\n",
        b"X: y\r\nFrom\t: anna@customer.example\r\n",
        b" x\r\n",
        b"\tx\r\n",
        b": x\r\n",
    ],
)
def test_a_header_that_can_be_read_in_two_ways_proves_nothing(above: bytes) -> None:
    """dkimpy skips what we read, and ends the header elsewhere: a colleague's signature would cover a forged From."""
    raw = above + ATTACKERS
    sender = read(raw, Limits()).sender
    found = checked(raw)
    assert sender is None or sender.email == "attacker@customer.example" or not vouched(found), said(found)


@pytest.mark.parametrize("body", [b" " * 40_000 + b"x", b"a\r\n" * 20_000, b"\t \r\n" * 15_000, b" \r\n \t" * 9_000])
def test_a_body_of_any_kind_takes_linear_time(body: bytes) -> None:
    def task(size: int) -> object:
        return relaxed_body(body * (size // len(body) + 1))

    assert_linear(task, 500_000)


def test_our_canonical_body_is_that_of_dkimpy() -> None:
    luck = random.Random(17)
    for _ in range(3_000):
        body = b"".join(luck.choices([b" ", b"\t", b"a", b"\r\n", b"\r", b"x y"], k=luck.randint(0, 12)))
        stripped = strip_trailing_whitespace(body)
        expected = correct_empty_body(strip_trailing_lines(compress_whitespace(stripped)))
        assert relaxed_body(body) == expected, body
