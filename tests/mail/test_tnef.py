"""`winmail.dat`: its words, its files under their long names, meetings, attached mails; whatever its bytes are."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.mail.mapi import APPOINTMENT, MEETING, read_properties
from mailgate.mail.message import Message
from mailgate.mail.parse import read
from mailgate.mail.tnef import read_tnef
from tests.mail.packing import BINARY as BYTES
from tests.mail.packing import (
    BODY,
    CLASS,
    CONTENT_ID,
    HIDDEN,
    HTML,
    LONG,
    MEDIA_TYPE,
    PAGE,
    RTF,
    SUBJECT,
    TEXT,
    TIME,
    UNICODE,
    attribute,
    file_of,
    inner_mail,
    lzfu,
    prop,
    props,
    tnef,
)
from tests.mail.writing import LIMITS, part, with_parts

PLAN = file_of("Übersicht der Räume 2026.xlsx", b"PK\3\4 table")
WORDS = "The printer on floor two is broken."
RTF_WORDS = rb"{\rtf1\ansi\mac\deff0\deftab720 The printer on floor two is broken.\par Erika}"
START, END = datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
MEETING_PROPS = (
    prop(CLASS, TEXT, "IPM.Schedule.Meeting.Request"),
    prop(SUBJECT, UNICODE, "Umzug, Büro; Etage 2"),
    prop((APPOINTMENT, 0x820D), TIME, START),
    prop((APPOINTMENT, 0x820E), TIME, END),
    prop((APPOINTMENT, 0x8208), UNICODE, "Raum 5"),
    prop((MEETING, 0x0003), BYTES, b"\x04\0\0\0\x82"),
    prop(0x0042, UNICODE, "Erika Krause"),
    prop(0x5D02, UNICODE, "erika@customer.example"),
)


def winmail(packed: bytes, text: str = "", kind: str = "application/ms-tnef", name: str = "winmail.dat") -> Message:
    fields = (f'Content-Type: {kind}; name="{name}"', "Content-Transfer-Encoding: base64")
    return read(with_parts("mixed", part(body=text), part(*fields, body=base64.encodebytes(packed))), LIMITS)


def names(message: Message) -> list[str]:
    return [file.name for file in message.attachments]


def test_files_come_out_under_their_long_names_and_the_original_stays() -> None:
    message = winmail(tnef(prop(BODY, UNICODE, WORDS), files=PLAN), WORDS)
    assert names(message) == ["Übersicht der Räume 2026.xlsx", "winmail.dat"]
    assert message.attachments[0].content == b"PK\3\4 table"
    assert message.attachments[0].media_type.endswith("spreadsheetml.sheet")


def test_words_that_the_mail_says_already_are_not_said_twice() -> None:
    assert winmail(tnef(prop(BODY, UNICODE, WORDS)), f"{WORDS}\r\n").text == WORDS


def test_words_that_only_stand_in_it_are_shown() -> None:
    assert winmail(tnef(prop(BODY, UNICODE, WORDS))).text == WORDS
    assert winmail(tnef(prop(BODY, UNICODE, WORDS)), "see attached").text == f"see attached\n\n{WORDS}"


def test_words_that_are_only_compressed_rtf_are_shown() -> None:
    assert winmail(tnef(prop(RTF, BYTES, lzfu(RTF_WORDS)))).text == f"{WORDS}\nErika"


def test_html_is_read_in_its_code_page() -> None:
    html = "<html><p>Принтер не работает.</p></html>".encode("cp1251")
    message = winmail(tnef(prop(PAGE, LONG, 1251), prop(HTML, BYTES, html)))
    assert message.text == "Принтер не работает."
    assert message.html == "<html><p>Принтер не работает.</p></html>"


@pytest.mark.parametrize(("kind", "name"), [("application/octet-stream", "att.dat"), ("application/x-tnef", "x")])
def test_it_is_recognised_by_its_content(kind: str, name: str) -> None:
    message = winmail(tnef(prop(BODY, UNICODE, WORDS), files=PLAN), kind=kind, name=name)
    assert message.text == WORDS
    assert names(message) == ["Übersicht der Räume 2026.xlsx", name]


def test_a_picture_of_the_text_belongs_into_the_text() -> None:
    more = (prop(CONTENT_ID, UNICODE, "logo@x"), prop(MEDIA_TYPE, UNICODE, "image/png"), prop(HIDDEN, LONG, 1))
    file = winmail(tnef(files=file_of("logo.png", b"png", *more))).attachments[0]
    assert (file.name, file.media_type, file.content_id, file.inline) == ("logo.png", "image/png", "logo@x", True)


def test_a_meeting_becomes_an_invitation() -> None:
    invite = winmail(tnef(*MEETING_PROPS)).attachments[0]
    assert (invite.name, invite.media_type) == ("invite.ics", "text/calendar")
    lines = invite.content.decode().split("\r\n")
    assert lines[3] == "METHOD:REQUEST"
    assert "DTSTART:20261201T090000Z" in lines
    assert "DTEND:20261201T103000Z" in lines
    assert "SUMMARY:Umzug\\, Büro\\; Etage 2" in lines
    assert "LOCATION:Raum 5" in lines
    assert 'ORGANIZER;CN="Erika Krause":mailto:erika@customer.example' in lines
    assert "UID:0400000082" in lines


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("IPM.Schedule.Meeting.Canceled", "CANCEL"),
        ("IPM.Schedule.Meeting.Resp.Neg", "REPLY"),
        ("IPM.Appointment", "PUBLISH"),
    ],
)
def test_cancellations_and_answers_are_what_they_are(kind: str, method: str) -> None:
    invite = winmail(tnef(prop(CLASS, TEXT, kind), *MEETING_PROPS[1:])).attachments[0]
    assert f"\r\nMETHOD:{method}\r\n".encode() in invite.content
    assert (b"PARTSTAT=DECLINED" in invite.content) is (method == "REPLY")


def test_a_meeting_that_writes_into_other_lines_writes_into_none() -> None:
    evil = prop(SUBJECT, UNICODE, "x\r\nBEGIN:VALARM\rATTACH:x\u2028")
    content = winmail(tnef(MEETING_PROPS[0], evil, *MEETING_PROPS[2:])).attachments[0].content
    assert b"SUMMARY:x\\nBEGIN:VALARMATTACH:x\r\n" in content


def test_an_attached_mail_becomes_one_that_any_program_opens() -> None:
    inner = tnef(prop(SUBJECT, UNICODE, "Alter Auftrag"), prop(BODY, UNICODE, "Bitte prüfen."), files=PLAN)
    message = winmail(tnef(prop(BODY, UNICODE, WORDS), files=inner_mail("Auftrag", inner)))
    assert names(message) == ["Alter Auftrag.eml", "winmail.dat"]
    mail = read(message.attachments[0].content, LIMITS)
    assert (mail.subject, mail.text) == ("Alter Auftrag", "Bitte prüfen.")
    assert names(mail) == ["Übersicht der Räume 2026.xlsx"]


def test_a_name_is_a_name_and_no_path() -> None:
    assert names(winmail(tnef(files=file_of("..\\..\\autoexec.bat", b"x"))))[0] == "autoexec.bat"


def test_what_is_broken_off_is_read_as_far_as_it_goes_and_says_so() -> None:
    whole = tnef(prop(BODY, UNICODE, WORDS), files=PLAN)
    message = winmail(whole[:-40])
    assert message.text == WORDS
    assert "winmail.dat is broken off" in message.defects


def test_what_is_no_tnef_is_a_file() -> None:
    message = winmail(b"no tnef at all", "words")
    assert (message.text, names(message)) == ("words", ["winmail.dat"])
    assert "winmail.dat could not be read" in message.defects


def test_the_first_value_of_a_broken_list_counts() -> None:
    known = read_properties(props(prop(SUBJECT, UNICODE, "Drucker"), b"\x99\x99\x01\x02"), "cp1252")
    assert known.text(SUBJECT) == "Drucker"


def test_properties_of_several_values_are_passed_over() -> None:
    several = b"\x1e\x10\x02\x30" + b"\2\0\0\0" + b"\2\0\0\0a\0\0\0" + b"\2\0\0\0b\0\0\0"
    assert read_properties(props(several, prop(SUBJECT, TEXT, "Drucker")), "cp1252").text(SUBJECT) == "Drucker"


@given(st.binary(max_size=60), st.integers(0, 600), st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_damaged_tnef_never_raises(noise: bytes, at: int, cut: int) -> None:
    whole = tnef(*MEETING_PROPS, prop(RTF, BYTES, lzfu(RTF_WORDS)), files=PLAN + inner_mail("x", tnef()))
    damaged = whole[:6] + (whole[6:at] + noise + whole[at + cut :] if at > 6 else noise + whole[6:])
    assert read_tnef(damaged) is not None
    assert not [defect for defect in winmail(damaged).defects if "could not be read (" in defect]


def test_an_attribute_longer_than_the_file_ends_it() -> None:
    found = read_tnef(tnef() + attribute(0x00069003, b"x" * 9)[:-4])
    assert found is not None
    assert not found.is_whole
