"""Dates above forwarded mail, as programs write them in their users' languages."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from mailgate.mail.written_dates import field_date

BERLIN = ZoneInfo("Europe/Berlin")
THEN = datetime(2026, 11, 3, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "Tuesday, November 3, 2026 3:05 PM",
        "Tue, Nov 3, 2026 at 3:05\u202fPM",
        "Di., 3. Nov. 2026 um 15:05 Uhr",
        "Dienstag, 3. November 2026 15:05",
        "3. November 2026 um 15:05:00 MEZ",
        "3 November 2026 at 14:05:00 GMT",
        "Tue, 3 Nov 2026 15:05:00 +0100",
        "Tue, 3 Nov 2026 14:05:00 +0000 (UTC)",
        "mar. 3 nov. 2026 à 15:05",
        "mardi 3 novembre 2026 15:05",
        "martes, 3 de noviembre de 2026 15:05",
        "martedì 3 novembre 2026 15:05",
        "dinsdag 3 november 2026 15:05",
        "03.11.2026 15:05",
        "2026-11-03 15:05",
        "*3 November 2026 15:05*",
        "úterý 3. listopadu 2026 15:05",
        "3. listopadu 2026 15:05:00 SEČ",
        "3. november 2026 kl. 15.05.00 CET",
        "tiistai 3. marraskuuta 2026 15.05",
        "3. marraskuuta 2026 klo 16.05.00 EET",
        "2026. november 3., kedd 15:05",
        "2026. 11. 3. 15:05",
        "marți, 3 noiembrie 2026 15:05",
        "3 Kasım 2026 Salı 15:05",
        "3 ноября 2026 г. в 17:05:00 GMT+3",
        "вівторок, 3 листопада 2026 р., 16:05:00 EET",
        "wtorek, 3 listopada 2026 15:05",
        "2026年11月3日 23:05:00 JST",
        "2026年11月3日(星期二) 下午3:05",
        "2026年11月3日 上午10:05 EDT",
        "2026년 11월 3일 오후 3:05",
        "martes, 3 de noviembre de 2026, 3:05 p. m.",
    ],
)
def test_the_moment_is_read(written: str) -> None:
    assert field_date(written, BERLIN) == THEN


def test_strokes_count_where_the_figures_tell_their_order() -> None:
    assert field_date("11/20/2026 3:05 PM", BERLIN) == field_date("20/11/2026 15:05", BERLIN)
    assert field_date("20/11/2026 15:05", BERLIN) == datetime(2026, 11, 20, 14, 5, tzinfo=UTC)


def test_noon_and_midnight_of_half_days() -> None:
    assert field_date("Nov 3, 2026, 12:05 AM", UTC) == datetime(2026, 11, 3, 0, 5, tzinfo=UTC)
    assert field_date("Nov 3, 2026, 12:05 PM", UTC) == datetime(2026, 11, 3, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "03/04/2026 15:05",
        "3 November 2026",
        "15:05",
        "31.02.2026 15:05",
        "3 Nov 2026 99:99",
        "9" * 5000,
    ],
)
def test_what_is_in_doubt_is_no_date(written: str) -> None:
    assert field_date(written, BERLIN) is None
