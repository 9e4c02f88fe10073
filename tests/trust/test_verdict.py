"""Levels of trust and what satisfies them; which domains belong together."""

from __future__ import annotations

import pytest

from mailgate.trust.verdict import Authentication, Level, at_least, authenticate, level, same_organisation
from tests.trust.conftest import Mailer, WayIn

PASS = (
    "Authentication-Results",
    "mx.example.com; dmarc=pass header.from=example.com; spf=pass smtp.mailfrom=b@c.example",
)


def said(found: Authentication) -> list[str]:
    """The evidence in English."""
    return [str(each) for each in found.evidence]


def test_the_evidence_names_who_said_what(mail: Mailer, way_in: WayIn) -> None:
    found = authenticate(mail(PASS), way_in())
    assert said(found) == ["Authentication-Results of mx.example.com: dmarc=pass for example.com"]


def test_without_any_word_nothing_vouches_for_the_sender(mail: Mailer, way_in: WayIn) -> None:
    found = authenticate(mail(), way_in())
    assert (found.aligned, found.failed, said(found)) == (False, False, ["nothing vouches for the sender"])


def test_the_evidence_says_why_a_field_is_not_believed(mail: Mailer, way_in: WayIn) -> None:
    assert "did not come through a trusted relay" in said(authenticate(mail(PASS), way_in(trusted=False)))[0]
    assert "none of its Authentication-Results" in said(authenticate(mail(PASS), way_in(authserv_id="mx")))[0]


def test_what_was_said_without_proving_anything_is_kept_as_evidence(mail: Mailer, way_in: WayIn) -> None:
    told = mail(("Authentication-Results", "mx.example.com; spf=pass smtp.mailfrom=anna@example.com"))
    assert said(authenticate(told, way_in())) == [
        "Authentication-Results of mx.example.com: spf=pass for example.com",
        "nothing vouches for the sender",
    ]


def test_a_from_that_names_no_one_sender_is_never_aligned(mail: Mailer, way_in: WayIn) -> None:
    for way in (way_in(), way_in(submitted_by="anna")):
        found = authenticate(mail(PASS, sender=None), way)
        assert (found.aligned, said(found)) == (False, ["From does not name one sender"])


def test_a_failure_stays_visible_where_from_names_nobody(mail: Mailer, way_in: WayIn) -> None:
    failed = mail(("Authentication-Results", "mx.example.com; dmarc=fail header.from=example.com"), sender=None)
    assert authenticate(failed, way_in()).failed


def test_mail_handed_in_at_the_submission_listener_is_aligned(mail: Mailer, way_in: WayIn) -> None:
    found = authenticate(mail(), way_in(trusted=False, submitted_by="anna"))
    assert found.aligned
    assert said(found) == ["handed in at the submission listener by anna"]


@pytest.mark.parametrize(
    ("aligned", "token", "expected"),
    [(False, False, "claimed"), (True, False, "aligned"), (False, True, "token"), (True, True, "proven")],
)
def test_alignment_and_token_together_make_proof(aligned: bool, token: bool, expected: str) -> None:
    assert level(Authentication(aligned, False, ()), token) == Level(expected)


@pytest.mark.parametrize(
    ("have", "satisfied"),
    [
        (Level.claimed, "claimed"),
        (Level.aligned, "claimed aligned"),
        (Level.token, "claimed token"),
        (Level.proven, "claimed aligned token proven"),
        (Level.signed, "claimed aligned token proven signed"),
    ],
)
def test_aligned_and_token_are_independent_of_each_other(have: Level, satisfied: str) -> None:
    assert " ".join(need for need in Level if at_least(have, need)) == satisfied


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("example.com", "example.com"),
        ("Mail.Example.com", "news.example.COM"),
        ("shop.co.uk", "www.shop.co.uk"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("ticket.partner.example", "partner.example"),
    ],
)
def test_domains_under_one_registered_name_are_one_organisation(a: str, b: str) -> None:
    assert same_organisation(a, b)
    assert same_organisation(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("co.uk", "shop.co.uk"),
        ("co.uk", "co.uk"),
        ("one.co.uk", "two.co.uk"),
        ("one.github.io", "two.github.io"),
        ("example.com", "evilexample.com"),
        ("example.com", "example.com.evil.example"),
        ("example.com", "ｅxample.com"),
        ("kelvin.example", "\u212aelvin.example"),
        ("example.com", "example.com\u200b"),
        ("192.0.2.1", "198.51.2.1"),
        ("[192.0.2.1]", "[192.0.2.1]"),
        ("", ""),
        ("localhost", "localhost"),
        ("a..example.com", "example.com"),
        ("example.com.", "example.com"),
        ("x" * 300 + ".ä.example", "example"),
    ],
)
def test_suffixes_look_alikes_and_nonsense_are_no_organisation(a: str, b: str) -> None:
    assert not same_organisation(a, b)
