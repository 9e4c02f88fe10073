"""Headers as they go over the wire, and as the standard library reads them."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from email.utils import parseaddr
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.errors import Permanent
from mailgate.mail.words import clean_line, decode_words
from mailgate.outbox.compose import bounce_address_of
from mailgate.outbox.fields import REFERENCES_ROOM, mailbox_field, text_field, usable_ids, wire_address
from mailgate.outbox.letters import AGENTS_SUPPRESS
from mailgate.outbox.sample import SAMPLE
from mailgate.trust.token import in_message_ids
from tests.outbox.desk import TOKEN, composed, read, settings_in

DKIM = {"dkim": [{"domain": "example.com", "selector": "s1", "key_file": "k"}]}


def lines(header: bytes) -> list[str]:
    return header.decode().split("\r\n")


def test_an_agents_answer_goes_out_in_his_name_from_the_address_of_the_ticket() -> None:
    header = lines(composed().header)
    assert header[0] == 'From: "Anna Alt (Example Support)" <support@example.com>'
    assert header[1] == "To: Erika Krause <erika@partner.example>"
    assert header[2] == f"Reply-To: Example Support <support+{TOKEN}@example.com>"
    assert header[3] == "Subject: Re: [#1042] VPN is down"
    assert header[4] == "Date: Mon, 23 Nov 2026 11:00:00 +0100"
    assert header[5] == f"Message-ID: <1042.{TOKEN}@example.com>"
    assert header[6] == f"References: <{TOKEN}.mailgate@example.com>"
    assert header[7:] == ["X-Mailgate-Ticket: 1042", "X-Mailgate-Letter: reply", ""]


def test_the_reply_name_says_where_an_answer_goes() -> None:
    [address] = read(composed(reply_name="Answer to Erika Krause").header)["Reply-To"].addresses
    assert (address.display_name, address.addr_spec) == ("Answer to Erika Krause", f"support+{TOKEN}@example.com")


def test_without_subaddressing_reply_to_and_bounces_go_to_the_plain_address() -> None:
    letter = composed(from_address="it@example.com")
    assert "Reply-To: Example Support <it@example.com>" in lines(letter.header)
    assert letter.envelope_from == "it@example.com"


def test_a_local_part_without_room_for_a_token_stays_plain() -> None:
    long = "a" * 45 + "@example.com"
    settings = settings_in(addresses=[{"address": long, "subaddress": True}])
    assert bounce_address_of(settings, long, TOKEN) == long


@pytest.mark.parametrize(
    ("template", "submitted", "suppress"),
    [
        ("acknowledged", "auto-replied", "All"),
        ("closed", "auto-generated", "All"),
        ("new_ticket", "auto-generated", AGENTS_SUPPRESS),
        ("command_done", "auto-replied", AGENTS_SUPPRESS),
        ("question", None, None),
    ],
)
def test_each_letter_says_what_kind_of_mail_it_is(template: str, submitted: str | None, suppress: str | None) -> None:
    message = read(composed(template=template).header)
    assert message["Auto-Submitted"] == submitted
    assert message["X-Auto-Response-Suppress"] == suppress
    assert message["X-Mailgate-Letter"] == template
    assert message["Precedence"] is None


@pytest.mark.parametrize(
    ("delivery", "sender"),
    [
        ({}, f"support+b-{TOKEN}@example.com"),
        (DKIM, ""),
        ({"dkim": [{**DKIM["dkim"][0], "domain": "other.example"}]}, f"support+b-{TOKEN}@example.com"),
        ({"automatic_sender": "null"}, ""),
        ({"automatic_sender": "plain"}, "support@example.com"),
        ({**DKIM, "automatic_sender": "bounce"}, f"support+b-{TOKEN}@example.com"),
    ],
)
def test_automatic_letters_leave_as_the_settings_say(delivery: dict[str, Any], sender: str) -> None:
    assert composed(settings_in(delivery=delivery), template="acknowledged").envelope_from == sender


def test_a_persons_words_always_leave_from_the_bounce_address() -> None:
    settings = settings_in(delivery={"automatic_sender": "null"})
    assert composed(settings, template="reply").envelope_from == f"support+b-{TOKEN}@example.com"
    assert composed(settings, template="new_ticket").envelope_from == f"support+b-{TOKEN}@example.com"


def test_a_letter_without_ticket_has_number_0_everywhere() -> None:
    letter = composed(template="help", ticket=None)
    assert letter.message_id == f"0.{TOKEN}@example.com"
    assert "X-Mailgate-Ticket: 0" in lines(letter.header)


def test_a_long_id_of_exchange_stays_as_it_is_on_one_line() -> None:
    parent = "AM0PR09MB2561" + "7F3A91" * 14 + "@AM0PR09MB2561.eurprd09.prod.outlook.com"
    header = composed(in_reply_to=parent, references=("first@x.example", parent)).header
    assert f"\r\nIn-Reply-To: <{parent}>\r\n".encode() in header
    assert f"\r\nReferences: <first@x.example>\r\n <{parent}>\r\n <{TOKEN}.mailgate".encode() in header


MESSAGE_IDS = st.from_regex(r"[!-;=?-~]{1,60}@[a-z0-9.-]{1,30}", fullmatch=True)


@given(st.lists(MESSAGE_IDS, max_size=60), st.none() | MESSAGE_IDS)
def test_references_keep_the_first_the_last_and_the_token_in_a_thousand_bytes(
    ids: list[str], parent: str | None
) -> None:
    header = composed(references=tuple(ids), in_reply_to=parent).header.decode()
    [value] = re.findall(r"^References: (.*?)\r\n(?! )", header, re.MULTILINE | re.DOTALL)
    found = re.findall(r"<([^>]*)>", value)
    assert len(value) <= REFERENCES_ROOM
    assert found[-1] == f"{TOKEN}.mailgate@example.com"
    assert in_message_ids(found, {"example.com"}) == ((None, TOKEN),)
    sent = [each for each in dict.fromkeys(ids) if each != parent] + ([parent] if parent else [])
    assert found[:1] == (sent[:1] or found[-1:])
    assert found[1:-1] == sent[len(sent) - len(found[1:-1]) :] or len(sent) <= 1


def test_a_long_conversation_fills_its_references_and_not_a_byte_more() -> None:
    ids = tuple(f"{at:052d}@x.test" for at in range(60))
    [value] = re.findall(rb"\r\nReferences: (.*?)\r\nX-", composed(references=ids).header, re.DOTALL)
    found = re.findall(r"<([^>]*)>", value.decode())
    assert found == [ids[0], *ids[-13:], f"{TOKEN}.mailgate@example.com"]
    assert 900 < len(value) <= 1000


def test_ids_that_would_break_a_header_are_left_out() -> None:
    bad = ("a b@x", "a\r\nBcc: v@x", "<a@x>", "ä@x", "", "x" * 901, "good@x", "good@x")
    assert usable_ids(bad) == ("good@x",)


def test_the_subject_of_the_template_wins_and_is_reported() -> None:
    letter = composed(template="acknowledged_minimal", subject="Re: [#1042] secret words")
    assert letter.subject == "[#1042] We have your message"
    assert b"secret" not in letter.header


def test_only_the_words_in_need_are_encoded() -> None:
    header = composed(subject="Re: [#1042] Störung im Büro since today").header
    assert b"Subject: Re: [#1042] =?utf-8?q?St=C3=B6rung_im_B=C3=BCro?= since today\r\n" in header


def test_an_encoded_word_in_a_value_is_not_decoded_by_the_reader() -> None:
    evil = "=?utf-8?Q?x=0D=0ABcc:_v@inject.example?="
    header = composed(subject=evil, to_name=evil, from_name=evil).header
    assert read(header)["Subject"] == evil
    assert read(header)["Bcc"] is None
    assert evil.encode() not in header


LINE = st.text(min_size=1, max_size=220).map(lambda text: " ".join(text.split())).filter(bool)


@given(LINE)
def test_any_subject_arrives_as_it_was_cleaned_in_short_ascii_lines(subject: str) -> None:
    letter = composed(subject=subject)
    block = read(letter.header)
    assert block["Subject"] == letter.subject
    assert len(letter.subject) <= 200
    for line in lines(letter.header):
        assert line.isascii()
        assert len(line) <= 76 or "=?" not in line
    for word in re.findall(r"=\?utf-8\?.\?.*?\?=", letter.header.decode()):
        assert len(word) <= 75


@given(LINE)
def test_any_display_name_arrives_as_it_was_cleaned(name: str) -> None:
    header = composed(to_name=name, from_name=name, reply_name=name).header
    assert len(read(header)["To"].addresses) == 1
    for field in ("From", "To", "Reply-To"):
        # Not `policy.default`: Python 3.11 leaves the white space between two encoded words of a name in.
        display, address = parseaddr(email.message_from_bytes(header)[field].replace("\r\n", ""))
        assert decode_words(display) == clean_line(name, 100)
        assert address.endswith(".example" if field == "To" else "@example.com")


@given(st.text(alphabet="aä😀 ", min_size=1, max_size=200))
def test_no_encoded_word_splits_a_character(text: str) -> None:
    for word in re.findall(rb"=\?utf-8\?.*?\?=", text_field("Subject", f"x {text}")):
        read(b"Subject: " + word + b"\r\n\r\n")["Subject"].encode("utf-8")


@pytest.mark.parametrize(
    "name", ["Krause, Erika", 'Erika "Eri" Krause', "a@b.example", "back\\slash", "Erika (IT)", "x:y;z", "J. R."]
)
def test_a_name_with_special_characters_is_quoted(name: str) -> None:
    field = mailbox_field("To", name, "erika@partner.example")
    assert field.startswith(b'To: "')
    [address] = read(field)["To"].addresses
    assert (address.display_name, address.addr_spec) == (name, "erika@partner.example")


@pytest.mark.parametrize(
    "address",
    ["a@b\r\nBcc: v@x", "a@b>, <v@x", "a b@x", "a@b,c@d", "", "@x", "a@", "a", "a@[1\n]", "a@b (c)", "a\x00@b"],
)
def test_what_is_no_address_stops_the_letter(address: str) -> None:
    with pytest.raises(Permanent):
        composed(to=address)


def test_international_addresses_are_written_as_a_header_takes_them() -> None:
    assert wire_address("erika@bücher.example") == "erika@xn--bcher-kva.example"
    assert wire_address("jörg@bücher.example") == "jörg@bücher.example"
    assert wire_address('"a b"@x.example') == '"a b"@x.example'


HOSTILE = 'x\r\nBcc: v@x.example\n\n<script>\u2028X-Evil: 1\x85\x0b\x00\u202e"<y>'


@pytest.mark.parametrize("field", ["subject", "from_name", "to_name", "reply_name"])
def test_no_value_of_a_draft_adds_a_header(field: str) -> None:
    plain, evil = read(composed().header), read(composed(**{field: HOSTILE}).header)
    assert evil.keys() == plain.keys()
    assert not re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", composed(**{field: HOSTILE}).header)


def test_a_token_in_a_subject_or_name_does_not_travel() -> None:
    other = "zzzzzzzzzzzzzzzzzzzzzzz2"
    letter = composed(subject=f"[#1042 {other}] hi", to_name=f"support+{other}@example.com")
    assert other.encode() not in letter.header


def test_extra_headers_are_ours_alone() -> None:
    header = composed(template="new_ticket", extra_headers=(("X-Mailgate-Group", "network\r\nBcc: x"),)).header
    assert b"\r\nX-Mailgate-Group: network Bcc: x\r\n" in header
    with pytest.raises(Permanent):
        composed(extra_headers=(("Bcc", "v@x.example"),))
    with pytest.raises(Permanent):
        composed(extra_headers=(("X-Mailgate-Letter", "again"),))


def test_a_letter_that_would_show_an_agents_address_outside_is_stopped() -> None:
    with pytest.raises(Permanent, match="agent's address"):
        composed(from_name="anna@example.com")
    with pytest.raises(Permanent, match="agent's address"):
        composed(template="acknowledged", view=replace(SAMPLE, group="a.alt@example.org"))
    composed(template="new_ticket", view=replace(SAMPLE, writer_address="anna@example.com"))
    composed(view=replace(SAMPLE, words="or write to Anna@example.com."))
