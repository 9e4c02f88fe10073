"""The keys of `when` that are no patterns: each true and false, with its words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mailgate.mail.classify import Facts
from mailgate.mail.message import Address, Attachment, Envelope, Headers, Message, Seal
from mailgate.rules.match import Mail, Match, matches
from mailgate.settings.routing import When
from mailgate.trust.verdict import Level
from tests.rules.example import settings

MONDAY_NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
DESK = settings(
    customer_groups={
        "partners": {"name": "Partners", "match": ["*@partner.example"]},
        "all": {"name": "All", "match": ["*"]},
    },
    calendars={
        "office": {"timezone": "Europe/Berlin", "open": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}},
        "night": {"timezone": "Europe/Berlin", "open": {"mon-sun": ["20:00-24:00"]}},
    },
    intake={"spam": {"header": "X-Spam-Flag", "value": "YES*"}},
)
GERMAN = "Guten Tag, der Drucker im Büro ist kaputt und wir können seit gestern nicht mehr drucken."
ENGLISH = "Hello, the printer in the office is broken and we have not been able to print since yesterday."
NO_FACTS = Facts(*([None] * len(Facts._fields)))


def mail(*fields: tuple[str, str], at: datetime = MONDAY_NOON, trusted: bool = True, **said: Any) -> Mail:
    about = {name: said.pop(name) for name in ("attachments", "text", "seal") if name in said}
    sender = said.pop("sender", "erika@partner.example")
    message = Message(headers=Headers(fields), sender=Address("", sender) if sender else None, **about)
    return Mail(message, Envelope("", (), at, trusted=trusted), "", **said)


def judged(when: dict[str, Any], one: Mail) -> Match:
    return matches(When.model_validate(when), one, DESK)


@pytest.mark.parametrize(
    ("asked", "ok", "why"),
    [
        (">1MiB", True, "its size of 2097152 bytes is more than 1MiB"),
        (">2MiB", False, "its size of 2097152 bytes is not more than 2MiB"),
        (">=2MiB", True, "its size of 2097152 bytes is at least 2MiB"),
        ("<2MiB", False, "its size of 2097152 bytes is not less than 2MiB"),
        ("<= 2MiB", True, "its size of 2097152 bytes is at most 2MiB"),
        ("<3MB", True, "its size of 2097152 bytes is less than 3MB"),
        ("much", False, "'much' asks nothing about a size"),
    ],
)
def test_size_is_that_of_the_whole_mail(asked: str, ok: bool, why: str) -> None:
    assert judged({"size": asked}, mail(size=2 * 2**20)) == Match(ok, why)


@pytest.mark.parametrize(
    ("text", "asked", "ok", "why"),
    [
        (GERMAN, "de", True, "it is written in de"),
        (GERMAN, ["en", "de"], True, "it is written in de"),
        (ENGLISH, "de", False, "it is written in en, not in de"),
        ("Drucker?", "de", False, "its language is not sure"),
    ],
)
def test_language_is_that_of_the_words_where_it_is_sure(text: str, asked: Any, ok: bool, why: str) -> None:
    assert judged({"language": asked}, mail(text=text)) == Match(ok, why)


@pytest.mark.parametrize(
    ("sender", "asked", "ok", "why"),
    [
        ("Erika@Partner.example", "partners", True, "the sender belongs to customer group partners"),
        ("erika@partner.example", ["all", "partners"], True, "the sender belongs to customer group partners"),
        ("x@elsewhere.example", "partners", False, "the sender belongs to customer group all, not to partners"),
        (None, "partners", False, "the sender belongs to no customer group"),
    ],
)
def test_the_first_customer_group_that_names_the_sender_counts(
    sender: str | None, asked: Any, ok: bool, why: str
) -> None:
    assert judged({"customer_group": asked}, mail(sender=sender)) == Match(ok, why)


@pytest.mark.parametrize(
    ("level", "asked", "ok", "why"),
    [
        ("claimed", "claimed", True, "trust is claimed"),
        ("claimed", "aligned", False, "trust is claimed, which does not satisfy aligned"),
        ("proven", "aligned", True, "trust is proven, at least aligned"),
        ("aligned", "token", False, "trust is aligned, which does not satisfy token"),
        ("token", "token", True, "trust is token"),
        ("token", "proven", False, "trust is token, which does not satisfy proven"),
    ],
)
def test_trust_is_at_least_what_is_asked(level: str, asked: str, ok: bool, why: str) -> None:
    assert judged({"trust": asked}, mail(level=Level(level))) == Match(ok, why)


@pytest.mark.parametrize(
    ("mark", "trusted", "is_spam"),
    [("YES, score=9", True, True), ("yes", True, True), ("NO", True, False), ("YES", False, False), ("", True, False)],
)
def test_spam_is_believed_only_where_somebody_we_trust_says_so(mark: str, trusted: bool, is_spam: bool) -> None:
    one = mail(*([("X-Spam-Flag", mark)] if mark else []), trusted=trusted)
    why = f"it is marked as spam (X-Spam-Flag: {mark})" if is_spam else "nobody we believe has marked it as spam"
    assert judged({"spam": True}, one) == Match(is_spam, why)
    assert judged({"spam": False}, one) == Match(not is_spam, why)


def test_list_and_auto_are_facts_with_their_proof() -> None:
    listed = mail(facts=NO_FACTS._replace(mailing_list="List-Id: <x>"))
    assert judged({"list": True}, listed) == Match(True, "it came through a mailing list (List-Id: <x>)")
    assert judged({"list": False}, mail(facts=NO_FACTS)) == Match(True, "it came through no mailing list")
    for fact in ("auto_reply", "auto_generated", "bounce"):
        robot = mail(facts=NO_FACTS._replace(**{fact: "Auto-Submitted: yes"}))
        assert judged({"auto": True}, robot) == Match(True, "it is automatic (Auto-Submitted: yes)")
        assert not judged({"auto": False}, robot).ok
    assert judged({"auto": True}, mail(facts=NO_FACTS)) == Match(False, "nothing says that it is automatic")


PDF = Attachment("a.pdf", "application/pdf", b"", "")
LOGO = Attachment("logo.png", "image/png", b"", "", content_id="1", inline=True)
ENCRYPTED = mail(seal=Seal(encrypted="S/MIME"))
SIGNED = mail(seal=Seal(signed="OpenPGP"))
INVITE = Attachment("invite.ics", "text/calendar", b"", "")


@pytest.mark.parametrize(
    ("asked", "one", "ok", "why"),
    [
        ("attachment", mail(attachments=(PDF,)), True, "it has an attachment"),
        ("attachment", mail(attachments=(LOGO,)), False, "it has no attachment"),
        ("attachment", mail(), False, "it has no attachment"),
        ("calendar", mail(attachments=(INVITE,)), True, "it has a calendar entry"),
        ("calendar", mail(attachments=(PDF,)), False, "it has no calendar entry"),
        ("encrypted", ENCRYPTED, True, "it is encrypted"),
        ("encrypted", SIGNED, False, "it is not encrypted"),
        ("signed", SIGNED, True, "it is signed"),
        ("signed", ENCRYPTED, False, "it is not signed"),
        ("signed", mail(text="signed, Erika"), False, "it is not signed"),
        ("token", mail(has_token=True), True, "it has a token of ours"),
        ("token", mail(), False, "it has no token of ours"),
        (["calendar", "token"], mail(has_token=True), True, "it has a token of ours"),
        (["calendar", "token"], mail(), False, "it has no calendar entry and has no token of ours"),
    ],
)  # fmt: skip
def test_has_holds_when_it_has_one_of_them(asked: Any, one: Mail, ok: bool, why: str) -> None:
    assert judged({"has": asked}, one) == Match(ok, why)


@pytest.mark.parametrize(
    ("asked", "at", "ok", "why"),
    [
        ("open", "2026-11-23T08:00:00Z", True, "calendar office was open when it arrived"),
        ("closed", "2026-11-23T11:30:00Z", True, "calendar office was closed when it arrived"),
        ("open", "2026-11-23T11:30:00Z", False, "calendar office was closed when it arrived"),
        ("closed office", "2026-11-22T08:00:00Z", True, "calendar office was closed when it arrived"),
        ("open night", "2026-11-22T22:59:00Z", True, "calendar night was open when it arrived"),
        ("open night", "2026-11-22T23:00:00Z", False, "calendar night was closed when it arrived"),
        ("closed always", "2026-11-22T23:00:00Z", False, "calendar always was open when it arrived"),
        ("closed nowhere", "2026-11-22T23:00:00Z", False, "there is no calendar nowhere"),
    ],
)
def test_hours_are_those_of_the_calendar_when_the_mail_arrived(asked: str, at: str, ok: bool, why: str) -> None:
    assert judged({"hours": asked}, mail(at=datetime.fromisoformat(at))) == Match(ok, why)


def test_hours_without_a_calendar_mean_the_only_one_there_is_else_around_the_clock() -> None:
    one = settings(calendars={"berlin": {"open": {"mon": ["09:00-10:00"]}}})
    assert matches(When(hours="closed"), mail(), one).why == "calendar berlin was closed when it arrived"
    assert matches(When(hours="open"), mail(), settings()).why == "calendar always was open when it arrived"


def test_conditions_combine_with_patterns_under_not() -> None:
    asked = {"not": {"customer_group": "partners", "hours": "closed"}}
    assert judged(asked, mail(at=datetime(2026, 11, 23, 8, tzinfo=UTC))).ok
    assert not judged(asked, mail()).ok
