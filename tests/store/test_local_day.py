"""The days on which things happened where the site is, asked of the database."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from mailgate.settings import load
from mailgate.store.db import Tx, in_memory
from mailgate.store.local_day import days_of, local_day, offsets
from mailgate.store.tables import Digested, table_of
from tests.stories.example import write_config

AT = table_of(Digested)
ZONES = ["Europe/Berlin", "UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca"]
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = [YEAR + timedelta(hours=7 * number, minutes=number % 60) for number in range(1200)]
TURNS = [datetime(2026, 3, 28, 22, tzinfo=UTC) + timedelta(minutes=20 * number) for number in range(90)]


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_begins_where_the_site_is(zone: str, tmp_path: Path) -> None:
    settings = load.read(write_config(tmp_path / "config", {"site": {"timezone": zone}}), {})
    store, moments = in_memory(), sorted({*MOMENTS, *TURNS})
    expected = [each.astimezone(ZoneInfo(zone)).date() for each in moments]
    with store.transaction(settings, YEAR) as tx:
        rows = [{"person": str(n), "day": date(2026, 1, 1), "at": at, "owed": False} for n, at in enumerate(moments)]
        tx.execute(sa.insert(AT), rows)
        assert _asked(tx, "day") == [f"{day}" for day in expected]
        assert _asked(tx, "month") == [f"{day:%Y-%m}-01" for day in expected]
        assert _asked(tx, "week") == [f"{day - timedelta(days=day.weekday())}" for day in expected]
        nothing = sa.case((AT.c.person == "x", AT.c.at))
        assert days_of(tx, AT.c.at, nothing, where=[]) == [Counter(expected), Counter()]


def _asked(tx: Tx, span: str) -> list[str]:
    return [row[0] for row in tx.all(sa.select(local_day(tx, AT.c.at, span)).order_by(AT.c.at))]


@pytest.mark.parametrize("zone", ZONES)
def test_the_clocks_were_changed_in_these_seconds(zone: str) -> None:
    found = offsets(zone, 2027)
    for (_, before), (at, ahead) in pairwise(found):
        assert _ahead(at, zone) == ahead != before == _ahead(at - timedelta(seconds=1), zone)


def _ahead(at: datetime, zone: str) -> float:
    shift = at.astimezone(ZoneInfo(zone)).utcoffset()
    assert shift is not None
    return shift.total_seconds()
