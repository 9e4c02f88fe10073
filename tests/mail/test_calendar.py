"""Calendar parts are read as far as they say something: by every program's hand, without the library, and broken."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.mail import parse
from mailgate.mail.calendar import invitation_of
from mailgate.mail.invitation import Guest, Invitation, Repeat
from mailgate.mail.message import Attachment
from tests.growth import assert_linear
from tests.mail.writing import LIMITS, part, reading, with_parts

ZONE = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:{rule}
END:STANDARD
END:VTIMEZONE
"""
YEARLY = "FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10"
START = "DTSTART;TZID=Europe/Berlin:20261130T090000"


def calendar(*lines: str, method: str = "REQUEST", before: str = "") -> bytes:
    event = "\n".join(lines)
    text = f"BEGIN:VCALENDAR\nMETHOD:{method}\n{before}BEGIN:VEVENT\n{event}\nEND:VEVENT\nEND:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def file(content: bytes, media_type: str = "text/calendar", *, inline: bool = True, method: str = "") -> Attachment:
    return Attachment("invite.ics", media_type, content, "0" * 64, inline=inline, method=method)


def read(content: bytes, defects: list[str] | None = None) -> Invitation:
    found = invitation_of([file(content)], [] if defects is None else defects)
    assert found is not None
    return found


def event(*lines: str, before: str = "") -> Invitation:
    defects: list[str] = []
    found = read(calendar(*lines, before=before), defects)
    assert not defects
    return found


def test_who_what_where_is_read() -> None:
    found = event(
        "UID:1@x.test",
        "SUMMARY;LANGUAGE=de:Umzug\\, Drucker",
        "LOCATION:Raum 4\\; hinten",
        'ORGANIZER;CN="Krause, Erika":MAILTO:erika@x.test',
        "ATTENDEE;PARTSTAT=ACCEPTED;CN=b@x.test:mailto:b@x.test",
        "ATTENDEE;RSVP=TRUE;CN=Lon",
        " ge Name:mailto:c@x.test",
        "DESCRIPTION:eins\\nzwei\\\\n",
    )
    assert (found.method, found.uid, found.summary, found.where) == (
        "REQUEST",
        "1@x.test",
        "Umzug, Drucker",
        "Raum 4; hinten",
    )
    assert found.organizer == Guest("Krause, Erika", "erika@x.test")
    assert found.guests == (Guest("", "b@x.test", "ACCEPTED"), Guest("Longe Name", "c@x.test"))
    assert found.description == "eins\nzwei\\n"


@pytest.mark.parametrize(
    ("line", "utc", "zone"),
    [
        ("DTSTART:20261130T090000Z", datetime(2026, 11, 30, 9, tzinfo=UTC), ""),
        ("DTSTART;TZID=Europe/Berlin:20261130T090000", datetime(2026, 11, 30, 8, tzinfo=UTC), "Europe/Berlin"),
        (
            "DTSTART;TZID=W. Europe Standard Time:20260730T090000",
            datetime(2026, 7, 30, 7, tzinfo=UTC),
            "W. Europe Standard Time",
        ),
        (
            "DTSTART;TZID=Tokyo Standard Time:20261130T090000",
            datetime(2026, 11, 30, 0, tzinfo=UTC),
            "Tokyo Standard Time",
        ),
    ],
)
def test_zones_of_the_world_and_of_windows_are_known(line: str, utc: datetime, zone: str) -> None:
    found = event(line)
    assert found.start == utc
    assert found.zone == zone


def test_a_zone_that_the_part_defines_is_reckoned_with() -> None:
    own = ZONE.format(name="Ours", rule=YEARLY)
    assert event("DTSTART;TZID=Ours:20261130T090000", before=own).start == datetime(2026, 11, 30, 8, tzinfo=UTC)


def test_a_broken_zone_leaves_the_time_without_one() -> None:
    broken = ZONE.format(name="Ours", rule=YEARLY).replace("TZOFFSETTO:+0100", "TZOFFSETTO:soon")
    assert read(calendar("DTSTART;TZID=Ours:20261130T090000", before=broken)).start == datetime(2026, 11, 30, 9)


def test_two_mails_may_call_different_zones_by_one_name() -> None:
    own = ZONE.format(name="Ours", rule=YEARLY)
    other = own.replace("+0100", "+0500")
    assert event("DTSTART;TZID=Ours:20261130T090000", before=other).start == datetime(2026, 11, 30, 4, tzinfo=UTC)
    assert event("DTSTART;TZID=Ours:20261130T090000", before=own).start == datetime(2026, 11, 30, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["/mozilla.org/20050126_1/Europe/Berlin", "/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"]
)
def test_programs_put_a_path_before_the_name_of_a_zone(name: str) -> None:
    assert event(f"DTSTART;TZID={name}:20261130T090000").start == datetime(2026, 11, 30, 8, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Europe", "../../etc/passwd", "/etc/passwd", "x" * 500, "Nowhere/At All", ""])
def test_a_zone_that_nobody_knows_leaves_the_time_without_one(name: str) -> None:
    assert event(f"DTSTART;TZID={name}:20261130T090000").start == datetime(2026, 11, 30, 9)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=YEARLY;BYHOUR=1,2,3"])
def test_a_zone_whose_rule_would_be_reckoned_for_ever_is_left_out(rule: str) -> None:
    evil = ZONE.format(name="Ours", rule=rule)
    found = event("DTSTART;TZID=Ours:20261130T090000", before=evil)
    assert found.start == datetime(2026, 11, 30, 9)
    assert found.zone == "Ours"


def test_whole_days_are_dates_and_lengths_make_an_end() -> None:
    days = event("DTSTART;VALUE=DATE:20261130", "DTEND;VALUE=DATE:20261203")
    assert (days.start, days.end) == (date(2026, 11, 30), date(2026, 12, 3))
    hours = event(START, "DURATION:PT45M")
    assert hours.end is not None
    assert hours.start is not None
    assert hours.end - hours.start == timedelta(minutes=45)


def test_how_it_comes_again() -> None:
    weekly = event(START, "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20261224T000000Z")
    assert weekly.repeat == Repeat("WEEKLY", 2, (0, 3), date(2026, 12, 24))
    assert event(START, "RRULE:FREQ=DAILY;COUNT=5").repeat == Repeat("DAILY", count=5)
    assert event(START, "RRULE:FREQ=SECONDLY").repeat is None


@pytest.mark.parametrize(
    ("lines", "link"),
    [
        (("X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.microsoft.com/l/1",), "https://teams.microsoft.com/l/1"),
        (("X-GOOGLE-CONFERENCE:https://meet.google.com/abc",), "https://meet.google.com/abc"),
        (("CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://video.test/1",), "https://video.test/1"),
        (("LOCATION:https://partner.zoom.us/j/1?pwd=a",), "https://partner.zoom.us/j/1?pwd=a"),
        (("DESCRIPTION:Join <https://acme.webex.com/meet/1>.\\nBye",), "https://acme.webex.com/meet/1"),
        (("DESCRIPTION:See https://elsewhere.test/teams.microsoft.com/",), ""),
        (("URL:javascript:alert(1)",), ""),
    ],
)
def test_the_link_of_a_meeting_is_found_wherever_it_stands(lines: tuple[str, ...], link: str) -> None:
    assert event(*lines).link == link


def test_the_event_counts_and_not_its_exceptions() -> None:
    found = event(
        *("UID:1", "RECURRENCE-ID:20261207T090000Z", "SUMMARY:moved", "END:VEVENT", "BEGIN:VEVENT"),
        *("UID:1", "SUMMARY:Talk", "SEQUENCE:2", "END:VEVENT", "BEGIN:VEVENT", "UID:2", "SUMMARY:other"),
    )
    assert (found.summary, found.changed, found.others) == ("Talk", True, 1)


def test_the_part_of_the_text_counts_before_files() -> None:
    own, other = file(calendar("SUMMARY:own")), file(calendar("SUMMARY:other"), "application/ics", inline=False)
    found = invitation_of([other, own], [])
    assert found is not None
    assert found.summary == "own"
    assert invitation_of([file(b"%PDF", "application/pdf")], []) is None
    assert invitation_of([file(b"no calendar at all")], []) is None


def test_a_file_of_any_type_is_an_entry_by_its_name() -> None:
    content = calendar("SUMMARY:Talk")
    named = Attachment("Meeting.ICS", "application/octet-stream", content, "0" * 64)
    found = invitation_of([named], [])
    assert found is not None
    assert (found.summary, found.key) == ("Talk", "")


def test_what_is_no_utf_8_is_read_all_the_same() -> None:
    assert read(calendar("SUMMARY:x").replace(b"x", "Übergabe".encode("latin-1"))).summary == "Übergabe"


def test_the_mails_of_one_entry_have_its_key_in_common() -> None:
    content = calendar("UID:1@x.test")
    attached, sent = file(content, inline=False), file(content, inline=False, method="REQUEST")
    keys = [found.key for each in (attached, sent, file(content)) if (found := invitation_of([each], []))]
    assert keys == ["", "calendar entry 1@x.test", "calendar entry 1@x.test"]


def test_old_line_ends_are_line_ends() -> None:
    for ends in (b"\n", b"\r", b"\r\n"):
        assert read(calendar("SUMMARY:Talk").replace(b"\r\n", ends)).summary == "Talk"


def test_without_the_library_only_the_times_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    found = event("UID:1", "SUMMARY:Talk", START)
    assert (found.method, found.summary, found.start) == ("REQUEST", "Talk", None)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:garbage", "DTEND:20261130T100000Z"),
        ("DTSTART:99991231T235959Z", "DURATION:P9W"),
        (START, "DURATION:P99999999999W"),
        (START, "DTEND;VALUE=DATE:20261130"),
        (START, "DTEND:20261130T100000"),
        ('DTSTART;TZID="half:20261130T090000',),
        (START, "RRULE:FREQ=WEEKLY;BYDAY=XX;INTERVAL=0;COUNT=-3"),
        (START, "RRULE:;;;="),
        ("END:VCALENDAR", "END:VEVENT", "END:X", "SUMMARY:still here"),
        (":", ";", "=", "\\", '"', "NO COLON"),
    ],
)
def test_broken_lines_cost_nothing_but_themselves(lines: tuple[str, ...]) -> None:
    found = read(calendar("SUMMARY:Talk", "UID:1", *lines))
    assert found.method == "REQUEST"
    assert found.summary == "Talk"
    if found.start and found.end:
        assert found.end >= found.start


def test_ten_thousand_entries_are_not_read() -> None:
    one = b"BEGIN:VEVENT\r\nUID:%d\r\nSUMMARY:Talk\r\nEND:VEVENT\r\n"
    content = b"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\n" + b"".join(one % number for number in range(10_000))
    defects: list[str] = []
    found = read(content, defects)
    assert (found.summary, found.method) == ("Talk", "PUBLISH")
    assert found.others < 20
    assert defects == ["only the first 262144 bytes of the calendar entry were read"]


TASKS = (
    ("entries", b"BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261130T090000Z\r\nEND:VEVENT\r\n"),
    ("openings", b"BEGIN:VEVENT\r\n"),
    ("endings", b"END:VEVENT\r\n"),
    ("folded lines", b" x\r\n"),
    ("quotes", b'"'),
    ("semicolons", b";"),
    ("backslashes", b"SUMMARY:\\\\\\n\r\n"),
    ("guests", b"ATTENDEE;CN=a:mailto:a@b.test\r\n"),
    ("rules of zones", b"BEGIN:VTIMEZONE\r\nTZID:x\r\nRRULE:FREQ=YEARLY\r\nEND:VTIMEZONE\r\n"),
    ("links", b"DESCRIPTION:https://https://zoom.us/ https://a.a.a.a\r\n"),
)


@pytest.mark.parametrize(("name", "piece"), TASKS, ids=[name for name, _ in TASKS])
def test_time_grows_with_size_alone(name: str, piece: bytes) -> None:
    head = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
    assert_linear(lambda n: invitation_of([file(head + piece * (n // len(piece)))], []), 50_000)


PIECES = (
    *(
        b"BEGIN:VCALENDAR",
        b"BEGIN:VEVENT",
        b"END:VEVENT",
        b"BEGIN:VTIMEZONE",
        b"END:VTIMEZONE",
        b"\r\n",
        b"\n",
        b":",
        b";",
    ),
    *(b"TZID=x", b"DTSTART", b"DTEND", b"DURATION", b"20261130T090000", b"Z", b"RRULE:FREQ=WEEKLY;UNTIL=", b"PT", b"-"),
    *(b"BEGIN:STANDARD\r\nTZOFFSETFROM:+9999\r\nTZOFFSETTO:-9999\r\n", b"DTSTART:00010101T000000\r\n", b"METHOD:REPLY"),
    *(b"\xff\xfe", b"\0", b"ATTENDEE;CN=", b'"', b"mailto:", b"SUMMARY:\\", b"BYDAY=9MO,", b"99999999999"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_bytes_cost_the_mail(pieces: list[bytes]) -> None:
    calendar_part = part("Content-Type: text/calendar; method=REQUEST", body=b"BEGIN:VCALENDAR\r\n" + b"".join(pieces))
    message = parse.read(with_parts("alternative", part(body="words"), calendar_part), LIMITS)
    assert message.text.strip() == "words"
    assert not [each for each in message.defects if each.startswith("the calendar entry could not")]


def test_a_mail_that_is_nothing_but_an_entry_has_its_description_as_words() -> None:
    field = "Content-Type: text/calendar; method=REQUEST"
    message = reading(field, body=calendar("SUMMARY:Visit", "DESCRIPTION:Bring the keys."))
    assert message.text == "Bring the keys."
    assert [each.name for each in message.attachments] == ["invite.ics"]
    assert reading(field, body=calendar("SUMMARY:Visit")).text == "Visit"
