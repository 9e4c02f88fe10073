"""What a calendar part says is one line in both languages, in our time and, where that differs, in its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.invitation import Guest, Invitation, Repeat
from mailgate.mail.message import Address
from mailgate.outbox.invited import said

ERIKA = Address("Erika Krause", "erika@customer.example")
SUSAN = Guest("Susan Hill", "susan@partner.example", "ACCEPTED")
NINE = datetime(2026, 11, 30, 9, tzinfo=UTC)
HERE = "Europe/Berlin"


def line(invitation: Invitation, sender: Address | None = ERIKA) -> tuple[str, str]:
    found = said(invitation, sender, HERE)
    return found.english, found.german


@pytest.mark.parametrize(
    ("invitation", "english", "german"),
    [
        (Invitation("REQUEST", summary="Talk"), "Invitation: Talk", "Einladung: Talk"),
        (Invitation("REQUEST", summary="Talk", changed=True), "Invitation, changed: Talk", "Einladung, geändert: Talk"),
        (Invitation("PUBLISH"), "Calendar entry: (no title)", "Kalendereintrag: (ohne Titel)"),
        (Invitation("X-NEW", summary="A"), "Calendar entry: A", "Kalendereintrag: A"),
        (
            Invitation("PUBLISH", summary="A", others=2),
            "Calendar entry: A and 2 more",
            "Kalendereintrag: A und 2 weitere",
        ),
    ],
)
def test_what_comes_from_the_sender_names_him(invitation: Invitation, english: str, german: str) -> None:
    assert line(invitation) == (f"{english} · from Erika Krause", f"{german} · von Erika Krause")


@pytest.mark.parametrize(
    ("method", "status", "english", "german"),
    [
        ("REPLY", "ACCEPTED", "Susan Hill accepted: Talk", "Susan Hill hat zugesagt: Talk"),
        ("REPLY", "DECLINED", "Susan Hill declined: Talk", "Susan Hill hat abgesagt: Talk"),
        (
            "REPLY",
            "TENTATIVE",
            "Susan Hill accepted tentatively: Talk",
            "Susan Hill hat unter Vorbehalt zugesagt: Talk",
        ),
        ("REPLY", "X-ODD", "Susan Hill has answered: Talk", "Susan Hill hat geantwortet: Talk"),
        ("COUNTER", "", "Susan Hill proposes another time: Talk", "Susan Hill schlägt einen anderen Termin vor: Talk"),
    ],
)
def test_an_answer_says_whose_it_is(method: str, status: str, english: str, german: str) -> None:
    guest = Guest("Susan Hill", "susan@partner.example", status)
    answer = Invitation(method, summary="Accepted: Talk", guests=(guest,))
    assert line(answer, Address("", "susan@partner.example")) == (english, german)


def test_a_cancellation_names_the_organizer_and_whoever_has_sent_it() -> None:
    cancelled = Invitation("CANCEL", summary="Abgesagt: Talk", organizer=SUSAN)
    assert line(cancelled) == (
        "Cancelled by Susan Hill: Talk · sent by Erika Krause",
        "Abgesagt von Susan Hill: Talk · gesendet von Erika Krause",
    )


def test_a_title_with_a_colon_stays() -> None:
    assert line(Invitation("REQUEST", summary="Project: kickoff"))[0].startswith("Invitation: Project: kickoff")


def when(start: datetime | date, end: datetime | date | None = None, zone: str = "") -> tuple[str, str]:
    english, german = line(Invitation("REQUEST", summary="Talk", start=start, end=end, zone=zone))
    return english.split(" · ")[1], german.split(" · ")[1]


def test_our_clock_is_said_and_that_of_another_zone_where_it_differs() -> None:
    half = timedelta(minutes=30)
    assert when(NINE, NINE + half) == (
        "Monday, 30 November 2026, 10:00–10:30",
        "Montag, 30. November 2026, 10:00–10:30 Uhr",
    )
    london = NINE.astimezone(ZoneInfo("Europe/London"))
    assert when(london, london + half, "Europe/London") == (
        "Monday, 30 November 2026, 10:00–10:30 (09:00–09:30 in Europe/London)",
        "Montag, 30. November 2026, 10:00–10:30 Uhr (09:00–09:30 Uhr in Europe/London)",
    )
    assert when(NINE.astimezone(ZoneInfo("Europe/Paris")), None, "Europe/Paris")[0] == "Monday, 30 November 2026, 10:00"


def test_a_night_and_whole_days() -> None:
    assert (
        when(NINE, NINE + timedelta(days=1))[0] == "Monday, 30 November 2026, 10:00 – Tuesday, 1 December 2026, 10:00"
    )
    assert when(date(2026, 11, 30))[1] == "Montag, 30. November 2026, ganztägig"
    assert when(date(2026, 11, 30), date(2026, 12, 1))[0] == "Monday, 30 November 2026, all day"
    days = when(date(2026, 11, 30), date(2026, 12, 3))[0]
    assert days == "Monday, 30 November 2026 – Wednesday, 2 December 2026, all day"


def test_a_time_without_zone_says_so() -> None:
    assert when(NINE.replace(tzinfo=None))[0] == "Monday, 30 November 2026, 09:00 (no time zone given)"


@pytest.mark.parametrize(
    ("repeat", "english", "german"),
    [
        (Repeat("DAILY"), "every day", "täglich"),
        (Repeat("DAILY", 2, count=5), "every 2 days, 5 times", "alle 2 Tage, 5-mal"),
        (Repeat("WEEKLY", days=(0, 3)), "every week on Monday and Thursday", "wöchentlich am Montag und Donnerstag"),
        (Repeat("MONTHLY", 3), "every 3 months", "alle 3 Monate"),
        (
            Repeat("YEARLY", until=date(2028, 12, 24)),
            "every year until Sunday, 24 December 2028",
            "jährlich bis Sonntag, 24. Dezember 2028",
        ),
    ],
)
def test_how_it_comes_again_is_said_briefly(repeat: Repeat, english: str, german: str) -> None:
    found = line(Invitation("REQUEST", repeat=repeat))
    assert tuple(each.split(" · ")[1] for each in found) == (english, german)


def test_the_place_and_the_link_are_said() -> None:
    found = Invitation("REQUEST", summary="{what}", where="Room {4}", link="https://zoom.us/j/1")
    assert line(found)[0] == "Invitation: {what} · Room {4} · from Erika Krause · https://zoom.us/j/1"


TIMES = st.one_of(
    st.none(),
    st.dates(date(1970, 1, 1), date(2199, 12, 31)),
    st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30)),
    st.datetimes(
        datetime(1970, 1, 2), datetime(2199, 12, 30), timezones=st.sampled_from([UTC, ZoneInfo("Asia/Tokyo")])
    ),
)


@given(TIMES, st.sampled_from(["REQUEST", "REPLY", "CANCEL", ""]), st.booleans(), st.text(max_size=20))
def test_whatever_is_read_can_be_said(start: datetime | date | None, method: str, known: bool, text: str) -> None:
    end = start + timedelta(days=1) if start else None
    organizer = Guest(text, text) if known else None
    found = Invitation(method, summary=text, start=start, end=end, zone=text, where=text, organizer=organizer)
    assert line(found, ERIKA if known else None)[0]
