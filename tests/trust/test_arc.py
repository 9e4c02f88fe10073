"""Seals of lists and forwarders: whose count, what they must cover, and that nothing forged passes for one."""

from __future__ import annotations

import re

import dkim
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailgate.trust.own_check import own_check
from mailgate.trust.results import OwnCheck
from tests.doubles.lookups import Published
from tests.trust.signing import OTHER_HOST, Mail, mail, rsa, rsa_record, signed

LISTS = "lists.example"
ZONES = {
    f"s1._domainkey.{domain} TXT": [rsa_record()]
    for domain in (LISTS, "gateway.example", "evil.example", "customer.example")
} | {
    "test._domainkey.lists.example TXT": [rsa_record(more="t=y; ")],
    "null._domainkey.lists.example TXT": ["v=DKIM1; p=MBMwDgYJKoZIhvcNAQEBBQF4AwEA"],
    "junk._domainkey.lists.example TXT": ["v=DKIM1; p=MIIB; junk"],
    "_dmarc.customer.example TXT": ["v=DMARC1; p=reject"],
}
PASSED = "dmarc=pass header.from=customer.example"
COVERED = [b"from", b"to", b"subject"]


def sealed(raw: Mail, sealer: str = LISTS, said: str = PASSED, *, selector: str = "s1", covered: object = None) -> Mail:
    """With a set of this sealer on top, who found this."""
    key = rsa(2048).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    noted = f"Authentication-Results: {sealer}; {said}\r\n".encode() + raw
    arc = dkim.ARC(noted)
    lines = arc.sign(selector.encode(), sealer.encode(), key, sealer.encode(), include_headers=covered or COVERED)
    return b"".join(lines) + raw


def through_a_list(raw: Mail | None = None) -> Mail:
    """What a mailing list makes of a signed mail: its signature is broken."""
    return (raw or signed(mail())).replace(b"Subject: Printer", b"Subject: [list] Printer")


def checked(raw: Mail, *sealers: str, failing: set[str] | None = None) -> OwnCheck:
    lookups = Published(ZONES, failing or set())
    return own_check(raw, "customer.example", f"list@{LISTS}", OTHER_HOST, lookups, sealers or (LISTS,))


def vouched(found: OwnCheck) -> bool:
    assert all(each.method == "arc" for each in found.findings if each.aligned), "the mail itself is changed"
    return any(each.aligned for each in found.findings) and not any(each.value == "fail" and each.method == "dmarc"
                                                                    for each in found.findings)  # fmt: skip


def arc(found: OwnCheck) -> str:
    return next((str(each.said) for each in found.findings if each.method == "arc"), "")


def test_what_a_named_list_saw_is_believed_over_the_signature_it_broke() -> None:
    found = checked(sealed(through_a_list()))
    assert vouched(found)
    assert arc(found) == "arc=pass (which saw dmarc=pass for customer.example) for lists.example"


def test_a_seal_is_worth_nothing_where_nobody_is_named() -> None:
    lookups = Published(ZONES)
    found = own_check(sealed(through_a_list()), "customer.example", "", OTHER_HOST, lookups)
    assert not any(each.aligned for each in found.findings)
    assert arc(found) == ""
    assert "dmarc=fail" in {f"{each.method}={each.value}" for each in found.findings}


def test_a_signature_that_holds_needs_no_seal() -> None:
    found = own_check(sealed(signed(mail())), "customer.example", "", OTHER_HOST, Published(ZONES), (LISTS,))
    assert str(found.findings[0].said) == "dmarc=pass for customer.example"


@pytest.mark.parametrize(
    "said", ["dkim=pass header.d=customer.example", "spf=pass; dkim=pass header.d=customer.example"]
)
def test_an_aligned_signature_that_it_saw_is_enough(said: str) -> None:
    assert vouched(checked(sealed(through_a_list(), said=said)))


def test_a_second_named_sealer_hands_on_what_the_first_saw() -> None:
    raw = sealed(sealed(through_a_list()), "gateway.example", "dmarc=fail header.from=customer.example; arc=pass")
    both = checked(raw, LISTS, "gateway.example")
    assert vouched(both)
    assert "and lists.example saw dmarc=pass" in arc(both)
    assert not vouched(checked(raw, "gateway.example")), "whoever is behind it is not named"
    assert not vouched(checked(raw, LISTS)), "the newest sealer is not named"


WHOLE = sealed(through_a_list())
TWICE = sealed(WHOLE, "gateway.example", "arc=pass")
FIELD = rb"(?m)^ARC-%s: (?:[^\r\n]|\r\n[ \t])*\r\n"


def without(raw: Mail, name: bytes) -> Mail:
    changed = re.sub(FIELD % name, b"", raw, count=1)
    assert changed != raw
    return changed


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (sealed(through_a_list(), "evil.example"), "not named"),
        (sealed(through_a_list(), "sub.lists.example"), "not named"),
        (sealed(WHOLE, "evil.example", f"{PASSED}; arc=pass"), "not named"),
        (WHOLE.replace(b"d=lists.example", b"d=gateway.example"), "not named"),
        (sealed(through_a_list(), "evil.example").replace(b"d=evil.example", b"d=lists.example"), "fail"),
        (sealed(through_a_list(), said="dmarc=fail header.from=customer.example").replace(b"=fail", b"=pass"), "fail"),
        (WHOLE.replace(b"customer.example\r\n", b"customer.example; x=y\r\n", 1), "fail"),
        (WHOLE.replace(b"printer", b"account"), "changed after it was sealed"),
        (WHOLE.replace(b"[list] Printer", b"[list] Invoice"), "changed after it was sealed"),
        (WHOLE.replace(b"From: Erika", b"From: Boss"), "changed after it was sealed"),
        (b"From: Boss <boss@customer.example>\r\n" + WHOLE, "changed after it was sealed"),
        (re.match(rb"(?s).*(?=From:)", WHOLE)[0] + mail(body="Pay this bill.\r\n"), "changed after"),  # type: ignore[index]
        (without(WHOLE, b"Seal"), ""),
        (without(WHOLE, b"Message-Signature"), "missing"),
        (without(WHOLE, b"Authentication-Results"), "missing"),
        (without(TWICE, b"Seal"), "missing"),
        (WHOLE.replace(b"i=1;", b"i=2;"), "missing"),
        (WHOLE.replace(b"i=1;", b"i=51;"), "number"),
        (WHOLE.replace(b"i=1;", b"i=x;"), "number"),
        (WHOLE.replace(b"cv=none", b"cv=pass"), "fail"),
        (WHOLE + b"", "which saw"),
        (b"ARC-Authentication-Results: i=1; lists.example; dmarc=pass\r\n" + WHOLE, "twice"),
        (b"ARC-Seal: \r\n" + WHOLE, "fail"),
        (b"ARC-Seal: i=2; cv=pass; d=lists.example\r\n" + WHOLE, "missing"),
        (sealed(through_a_list(), covered=[b"from"]).replace(b"h=from", b"h=to"), "cover"),
        (sealed(through_a_list(), selector="test"), "t=y"),
        (sealed(through_a_list(), selector="gone"), "fail"),
        (sealed(through_a_list(), selector="junk"), "fail"),
        (sealed(through_a_list(), selector="null"), "fail"),
        (sealed(through_a_list(), said="dmarc=pass header.from=evil.example"), "nothing that vouches"),
        (sealed(through_a_list(), said="spf=pass smtp.mailfrom=customer.example"), "nothing that vouches"),
        (sealed(through_a_list(), said=f"{PASSED}; dmarc=fail header.from=customer.example"), "nothing that vouches"),
    ],
)
def test_nothing_but_a_whole_chain_of_a_named_sealer_counts(raw: Mail, words: str) -> None:
    found = checked(raw)
    assert vouched(found) is (words == "which saw"), arc(found)
    assert words in arc(found)


def test_a_signature_over_a_part_of_the_body_seals_nothing() -> None:
    raw = WHOLE.replace(b"ARC-Message-Signature: i=1;", b"ARC-Message-Signature: i=1; l=5;")
    assert "does not cover the whole mail" in arc(checked(raw))


def test_where_dns_is_silent_about_the_seal_it_is_asked_again() -> None:
    found = checked(WHOLE, failing={f"s1._domainkey.{LISTS}"})
    assert (vouched(found), found.unanswered) == (False, True)


def test_a_long_chain_of_nonsense_costs_two_questions() -> None:
    lookups = Published(ZONES)
    raw = through_a_list(mail())
    fake = b"a=rsa-sha256; d=lists.example; s=s1; b=AAAA"
    for number in range(1, 51):
        raw = (
            b"ARC-Seal: i=%d; cv=pass; %s\r\nARC-Message-Signature: i=%d; h=from; bh=AAAA; %s\r\n"
            b"ARC-Authentication-Results: i=%d; lists.example; dmarc=pass header.from=customer.example\r\n"
        ) % (number, fake, number, fake, number) + raw
    found = own_check(raw, "customer.example", "", None, lookups, (LISTS,))
    assert not any(each.aligned for each in found.findings)
    assert sum("lists.example" in each for each in lookups.asked) == 2
