"""`when`: every key holds exactly as the contract says, and says why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.message import Address, Attachment, Envelope, Headers, Message
from mailgate.rules.conditions import CONDITIONS
from mailgate.rules.match import TEXTS, VALUES, Mail, Match, matches
from mailgate.settings.routing import When
from tests.rules.example import settings


def mail(
    sender: str | None = "nagios@example.com",
    *,
    to: tuple[str, ...] = ("support@example.com",),
    subject: str = "",
    text: str = "",
    headers: tuple[tuple[str, str], ...] = (),
    shown: tuple[str, ...] = (),
    cc: tuple[str, ...] = (),
) -> Mail:
    message = Message(
        headers=Headers(headers),
        sender=Address("Ops <ops@example.com>", sender) if sender else None,
        to=tuple(Address("", each) for each in shown),
        cc=tuple(Address("", each) for each in cc),
        subject=subject,
    )
    return Mail(message, Envelope("", to, datetime(2026, 11, 20, tzinfo=UTC)), text)


def judged(when: dict[str, Any], subject_of: Mail, **tickets: Any) -> Match:
    return matches(When.model_validate(when), subject_of, settings(tickets=tickets))


@pytest.mark.parametrize(
    ("pattern", "sender", "ok"),
    [
        ("nagios@*", "nagios@example.com", True),
        ("NAGIOS@*", "Nagios@example.com", True),
        ("*@example.com", "nagios@example.com", True),
        ("*", "nagios@example.com", True),
        ("n?gios@example.com", "nagios@example.com", True),
        ("nagios", "nagios@example.com", False),
        ("nagios@example.com", "xnagios@example.com", False),
        ("nagios@example.com", "nagios@example.com.evil.example", False),
        ("*@example.com", "a@mail.example.com", False),
        ("nagios@example.com", "nagiosXexample.com", False),
        ("[abc]@example.com", "a@example.com", False),
        ("ops@example.com", "nagios@example.com", False),  # that stands in the display name only
        ({"is": "Nagios@Example.com"}, "nagios@example.com", True),
        ({"is": "nagios"}, "nagios@example.com", False),
        ({"is": "nagios@.xample.com"}, "nagios@example.com", False),
        ({"regex": "^nag"}, "nagios@example.com", True),
        ({"regex": "EXAMPLE"}, "nagios@example.com", True),
        (["a@*", "nagios@*"], "nagios@example.com", True),
        (["a@*", "b@*"], "nagios@example.com", False),
        ("jürgen@*", "ju\u0308rgen@example.com", True),
    ],
)
def test_from_is_compared_whole_and_never_inside_a_display_name(pattern: Any, sender: str, ok: bool) -> None:
    assert judged({"from": pattern}, mail(sender)).ok is ok


def test_a_from_that_names_nobody_matches_nothing() -> None:
    assert judged({"from": "*"}, mail(None)) == Match(False, "from names no one sender")


@pytest.mark.parametrize(
    ("pattern", "given", "ok"),
    [
        ("support@*", mail(to=("support@example.com",)), True),
        ("support@example.com", mail(to=("Support+TOKEN@example.com",)), True),
        ("support+t*@example.com", mail(to=("support+token@example.com",)), True),
        ("it@*", mail(to=("support@example.com", "it@example.com")), True),
        ("it@*", mail(to=("support@example.com",), shown=("it@example.com",)), False),
        ("it@*", mail(to=(), headers=(("Delivered-To", "<it@example.com>"),), shown=("x@example.com",)), True),
        ("it@*", mail(to=(), headers=(("X-Original-To", "it+x@example.com"),)), True),
        ("x@*", mail(to=(), headers=(("Delivered-To", "it@example.com"),), shown=("x@example.com",)), False),
        ("it@*", mail(to=(), shown=("it@example.com",)), True),
        ("it@*", mail(to=(), shown=("x@example.com",), cc=("it@example.com",)), True),
        ("*", mail(to=()), False),
        ("*", mail(to=("postmaster",)), False),
    ],
)
def test_to_is_where_the_mail_was_delivered_with_and_without_tag(pattern: str, given: Mail, ok: bool) -> None:
    assert judged({"to": pattern}, given).ok is ok


@pytest.mark.parametrize(
    ("words", "subject", "ok"),
    [
        ("vpn", "VPN down", True),
        ("vpn", "My (VPN) is slow", True),
        ("vpn", "vpn", True),
        ("vpn", "Open-VPN_client", True),
        ("vpn", "OpenVPN", False),
        ("vpn", "vpns", False),
        ("vpn", "vpn2", False),
        ("vpn*", "vpns", True),
        ("vpn*", "openvpn", False),
        ("*vpn", "openvpn", True),
        ("vpn tunnel", "Re: the VPN\u00a0  Tunnel is down", True),
        ("vpn tunnel", "VPN-Tunnel", True),
        ("vpn tunnel", "tunnel vpn", False),
        ("vpn tunnel", "vpn and tunnel", False),
        ("vpn tun*", "vpn tunnels", True),
        ("störung", "STOERUNG im Netz", True),
        ("stoerung", "Störung", True),
        ("störung", "Sto\u0308rung", True),
        ("störung", "Storung", False),
        ("straße", "STRASSE gesperrt", True),
        ("strasse", "Straße", True),
        ("übernehmen", "uebernehmen bitte", True),
        ("drucker", "Dru\u00adcker", True),
        ("c++", "Problem with C++", True),
        ("a.b", "axb", False),
        ("café", "Cafe\u0301 closed", True),
        ("принтер", "Принтер сломан", True),
        ("*", "", True),
        (" ", "anything", False),
        (["router", "vpn"], "a vpn", True),
        ({"is": "vpn down"}, "VPN Down", True),
        ({"is": "vpn"}, "VPN down", False),
        ({"regex": "vpn|tunnel"}, "OpenVPNs", True),
        ({"regex": r"^\w+$"}, "Re: one", True),
    ],
)
def test_words_occur_as_whole_words_whatever_their_case_and_spelling(words: Any, subject: str, ok: bool) -> None:
    assert judged({"subject": words}, mail(subject=subject)).ok is ok


@pytest.mark.parametrize(
    "subject",
    [
        "Printer",
        "Re: Printer",
        "AW: [#1042] Printer",
        "[#1042] Re: Printer",
        "Re: [#1042] AW: [#1042] Printer",
        "Fwd: [#1042 abcdefghijklmnopqrstuv27] Printer",
        "[Ticket#99] Printer",
    ],
)
def test_a_subject_counts_without_tags_and_reply_prefixes(subject: str) -> None:
    assert judged({"subject": {"is": "printer"}}, mail(subject=subject), old_tags=(r"\[Ticket#(\d+)\]",)).ok


def test_another_shape_of_tag_is_removed_too_and_a_broken_old_tag_harms_nothing() -> None:
    given = mail(subject="Re: <Fall 7> Printer [#1042]")
    match = judged({"subject": {"is": "printer [#1042]"}}, given, tag="<Fall {number}>", old_tags=("(",))
    assert match.ok


def test_text_searches_the_new_words_only() -> None:
    given = mail(subject="tunnel", text="Hello,\nthe VPN\nclient fails")
    assert judged({"text": "vpn client"}, given).ok
    assert not judged({"text": "tunnel"}, given).ok
    assert judged({"text": {"regex": r"vpn\nclient"}}, given).ok


@pytest.mark.parametrize(
    ("header", "ok"),
    [
        ({"X-Alert": "*"}, True),
        ({"x-alert": "crit*"}, True),
        ({"X-Alert": {"is": "warning"}}, True),
        ({"X-Alert": {"regex": "arn"}}, True),
        ({"X-Alert": "warn"}, False),
        ({"X-Alert": "*", "X-Other": "*"}, False),
        ({"X-Alert": "*", "X-Host": ["db*", "web*"]}, True),
        ({"X-Name": "Jürgen *"}, True),
        ({"X-Mark": "[SPAM]*"}, True),
        ({"X-None": "*"}, False),
    ],
)
def test_a_header_holds_when_any_value_of_its_field_does(header: dict[str, Any], ok: bool) -> None:
    fields = (
        ("X-Alert", "CRITICAL: disk"),
        ("X-Alert", "Warning"),
        ("X-Host", "web1"),
        ("X-Name", "=?utf-8?q?J=C3=BCrgen?= M"),
        ("X-Mark", "[spam] win"),
    )
    assert judged({"header": header}, mail(headers=fields)).ok is ok


@pytest.mark.parametrize(
    ("when", "ok"),
    [
        ({}, True),
        ({"from": "nagios@*", "subject": "vpn"}, True),
        ({"from": "nagios@*", "subject": "printer"}, False),
        ({"any": [{"subject": "printer"}, {"subject": "vpn"}]}, True),
        ({"any": [{"subject": "printer"}, {"from": "x@*"}]}, False),
        ({"all": [{"subject": "vpn"}, {"from": "nagios@*"}]}, True),
        ({"all": [{"subject": "vpn"}, {"from": "x@*"}]}, False),
        ({"not": {"from": "*@newsletter.example"}}, True),
        ({"not": {"subject": "vpn"}}, False),
        ({"not": {"subject": "vpn", "from": "x@*"}}, True),
        ({"not": {"any": [{"subject": "a"}, {"subject": "b"}]}, "subject": "vpn"}, True),
        ({"any": []}, False),
        ({"all": []}, True),
    ],
)
def test_all_keys_of_a_condition_have_to_hold_and_all_any_not_combine(when: dict[str, Any], ok: bool) -> None:
    assert judged(when, mail(subject="VPN down")).ok is ok


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ({"from": "nagios@*"}, "from nagios@example.com matches nagios@*"),
        ({"subject": "vpn"}, "subject has the word vpn"),
        ({"subject": "vpn down"}, "subject has the words 'vpn down'"),
        ({"subject": "do*"}, "subject has a word that begins with do"),
        ({"subject": {"regex": "v.n"}}, "subject matches the expression 'v.n'"),
        ({"header": {"X-Alert": "*"}}, "header X-Alert: yes matches *"),
        ({"from": "n*", "subject": "vpn"}, "from nagios@example.com matches n* and subject has the word vpn"),
        ({"not": {"subject": "printer"}}, "subject has not the word printer"),
        ({}, "it asks for nothing and matches every mail"),
        ({"from": "anna@*", "subject": "x"}, "from nagios@example.com does not match anna@*"),
        ({"subject": ["printer", "fax*"]}, "subject has not the word printer and has not a word that begins with fax"),
        ({"header": {"X-None": "*"}}, "there is no header X-None"),
        ({"not": {"subject": "vpn"}}, "`not` forbids that subject has the word vpn"),
        ({"any": [{"subject": "a"}, {"subject": "b"}]}, "no alternative of `any` holds: subject has not the word a; "
         "subject has not the word b"),
        ({"text": {"is": "x"}}, "text is not 'x'"),
    ],
)  # fmt: skip
def test_every_judgement_says_why_in_words(when: dict[str, Any], why: str) -> None:
    assert judged(when, mail(subject="VPN down", headers=(("X-Alert", "yes"),))).why == why


def test_a_hostile_value_is_cut_and_cleaned_in_the_reason() -> None:
    given = mail(headers=(("X-Alert", "\x1b[31m" + "a" * 500),))
    why = judged({"header": {"X-Alert": "*"}}, given).why
    assert "\x1b" not in why
    assert len(why) < 150


def test_captures_come_by_number_and_by_name_and_the_first_expression_keeps_the_numbers() -> None:
    when = {"from": {"regex": "(.+)@"}, "subject": {"regex": r"host=(?P<host>\S+)( down)?"}}
    match = judged(when, mail(subject="host=db1"))
    assert match.captures == {"1": "nagios", "host": "db1"}


def test_captures_of_the_alternative_that_held_are_kept_and_those_of_not_are_none() -> None:
    when = {"any": [{"subject": {"regex": "x(.)"}}, {"subject": {"regex": "d(.)"}}], "not": {"text": {"regex": "(x)"}}}
    assert judged(when, mail(subject="db")).captures == {"1": "b"}


def test_every_key_of_a_condition_is_built() -> None:
    values = {attribute for attribute, *_ in VALUES} | {attribute for attribute, _ in TEXTS}
    others = {attribute for attribute, _ in CONDITIONS}
    assert values | others | {"header", "all_", "any_", "not_"} == set(When.model_fields)


@pytest.mark.parametrize(
    ("when", "ok", "why"),
    [
        ({"cc": "boss@*"}, True, "cc boss@partner.example matches boss@*"),
        ({"cc": "erika@*"}, False, "cc boss@partner.example does not match erika@*"),
        ({"reply_to": "form-*"}, True, "reply_to form-7@web.example matches form-*"),
        ({"reply_to": {"regex": "form-."}}, True, "reply_to form-7@web.example matches the expression 'form-.'"),
        ({"attachment": "*.PDF"}, True, "attachment offer.pdf matches *.PDF"),
        ({"attachment": ["*.exe", "*.pdf"]}, True, "attachment offer.pdf matches *.pdf"),
        ({"attachment": "*.exe"}, False, "attachment offer.pdf does not match *.exe"),
        ({"attachment": "offer"}, False, "attachment offer.pdf does not match offer"),
    ],
)  # fmt: skip
def test_copies_answers_and_files_are_compared_whole(when: dict[str, Any], ok: bool, why: str) -> None:
    message = Message(
        headers=Headers(()),
        sender=Address("", "a@b.example"),
        cc=(Address("The boss", "boss@partner.example"),),
        reply_to=(Address("", "form-7@web.example"),),
        attachments=(Attachment("offer.pdf", "application/pdf", b"", ""),),
    )
    match = judged(when, Mail(message, Envelope("", (), datetime(2026, 11, 20, tzinfo=UTC)), ""))
    assert (match.ok, match.why) == (ok, why)


@pytest.mark.parametrize(
    ("key", "why"),
    [("cc", "nobody is in Cc"), ("reply_to", "there is no Reply-To"), ("attachment", "there is no attachment")],
)
def test_a_mail_that_has_none_of_it_matches_nothing(key: str, why: str) -> None:
    assert judged({key: "*"}, mail()) == Match(False, why)


@given(st.text(min_size=1), st.text())
def test_no_text_whatever_makes_matching_fail(pattern: str, text: str) -> None:
    given = mail(text, subject=text, text=text, headers=(("X", text), ("Subject", text)), to=(text,))
    for when in ({"subject": pattern}, {"text": {"is": pattern}}, {"from": pattern}, {"header": {"X": pattern}}):
        assert judged(when, given).why
    assert judged({"header": {"X": "*"}, "text": "*"}, given).ok


def test_a_lone_surrogate_in_a_mail_does_no_harm() -> None:
    given = mail("a\udce4@example.com", subject="b\udce4", text="c\udce4", headers=(("X", "d\udce4"),))
    assert judged({"from": "a?@*", "subject": "b*", "text": {"regex": "c"}, "header": {"X": "d*"}}, given).ok


@pytest.mark.timeout(5)
def test_hostile_expressions_and_texts_stay_linear() -> None:
    given = mail(subject="a" * 16_000, text="a " * 3_000_000)
    assert not judged({"text": {"regex": "(a+ ?)+$x"}}, given).ok
    assert not judged({"subject": {"regex": "(a+)+$b"}, "text": "*a*a*a*a*b"}, given).ok
