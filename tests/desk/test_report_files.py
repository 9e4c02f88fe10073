"""One report in every form: the document, CSV that calculates nothing, a drawing and a page that load nothing."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.desk.backlog import Day
from mailgate.desk.report_charts import WIDTH, chart
from mailgate.desk.report_pages import as_html, as_svg
from mailgate.desk.report_tables import as_csv, defused, document
from mailgate.desk.report_words import rating_words, share_words, spent_words, told, value_words
from mailgate.desk.reports import Report, Row, Value
from mailgate.rules.figures import Figures
from mailgate.rules.report import Inquiry
from mailgate.settings import load
from mailgate.settings.model import Settings
from mailgate.store.db import Tx, in_memory
from tests.stories.example import write_config

SVG = "{http://www.w3.org/2000/svg}"
NASTY = ["=1+1", "+49 89", "-2", "@SUM(A1)", "\t=1", "\r=1", "<script>alert(1)</script>", 'a & "b"', "x" * 300]
FULL = Figures(1204, 12, 45, 215, 600, 7260, 0.996, 90, 4.25)
BARE = Figures(1, 0, None, None, None, None, None, 0, None)
DAYS = [Day(date(2026, 11, 1) + timedelta(days=number), number * 37 % 50) for number in range(22)]


def report(*values: Value, by: tuple[str, ...] = ("assignee",)) -> Report:
    rows = tuple(Row((value,) * len(by), FULL if number % 2 == 0 else BARE) for number, value in enumerate(values))
    return Report(Inquiry(by), rows, FULL)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load.read(write_config(tmp_path_factory.mktemp("files") / "config"), {})


@pytest.fixture(scope="module")
def tx(settings: Settings) -> Tx:
    return Tx(in_memory().desk.connect(), settings, datetime(2026, 11, 22, 9, tzinfo=UTC))


def test_the_document_has_every_key_of_a_row_and_all_rows_together() -> None:
    found = document(report("anna", None, by=("assignee", "month")), DAYS[:2])
    assert list(found) == ["by", "rows", "total", "backlog"]
    assert list(found["rows"][0]) == [
        *("assignee", "month", "count", "open", "response_median_minutes", "response_p90_minutes"),
        *("solution_median_minutes", "solution_p90_minutes", "kept", "handling_minutes", "rating"),
    ]
    assert (found["rows"][1]["assignee"], found["rows"][1]["kept"]) == (None, None)
    assert found["backlog"] == [{"day": "2026-11-01", "open": 0}, {"day": "2026-11-02", "open": 37}]


def test_csv_is_that_of_the_rfc_with_ids_and_plain_numbers() -> None:
    text = as_csv(report("anna", None, 'a "b", c\nd'))
    assert text.startswith("assignee,count,open,response_median_minutes,")
    assert text.split("\r\n")[1] == "anna,1204,12,45,215,600,7260,0.996,90,4.25"
    assert text.split("\r\n")[2] == ",1,0,,,,,,0,"
    assert '"a ""b"", c\nd",1204' in text
    assert text.endswith("\r\n")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9), max_size=9))
def test_no_cell_of_csv_begins_a_formula_and_all_can_be_read_back(names: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(report(*names)), newline="")))
    assert all(len(row) == 10 for row in rows)
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n")]
    assert [row[0].removeprefix("'") for row in rows[1:]] == [name.removeprefix("'") for name in names]


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "＝1"])
def test_what_a_spreadsheet_would_calculate_stands_behind_a_quote(value: str) -> None:
    assert defused(value) == f"'{value}"
    assert defused(-1) == -1


@pytest.mark.parametrize("names", [[], ["anna"], NASTY, [f"agent{number}" for number in range(200)]], ids=len)
def test_the_drawing_is_well_formed_static_and_says_what_it_shows(tx: Tx, names: list[str]) -> None:
    text = as_svg(tx, report(*names), DAYS)
    root = ET.fromstring(text)  # our own text
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        *("svg", "title", "desc", "style", "rect", "text", "g", "line", "polygon", "polyline"),
    }
    assert not re.search(r"href|url\(|@import|\son\w+=|<script", text)
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Tickets by assignee"
    assert "1,204 tickets, of which 12 are open" in (root.findtext(f"{SVG}desc") or "")
    assert len(root.findall(f"{SVG}g")) == len(names)


def test_bars_and_line_stay_inside_the_picture(settings: Settings) -> None:
    drawn = chart(settings, report(*NASTY), DAYS, "en")
    assert drawn.line is not None
    assert all(0 <= bar.open <= bar.whole < WIDTH - drawn.left for bar in drawn.bars)
    points = [tuple(map(float, point.split(","))) for point in drawn.line.points.split()]
    assert all(0 <= x <= WIDTH and drawn.line.top <= y < drawn.height for x, y in points)
    assert len({round(each.at) for each in drawn.line.levels}) == len(drawn.line.levels) <= 6
    assert drawn.bars[-1].name.endswith("…")
    assert len(drawn.bars[-1].title) > 150


def test_ten_years_of_days_are_no_more_points_than_there_is_room_for(settings: Settings) -> None:
    days = [Day(date(2016, 1, 1) + timedelta(days=number), number) for number in range(3650)]
    line = chart(settings, report("anna"), days, "de").line
    assert line is not None
    assert len(line.points.split()) <= WIDTH
    assert (line.days[0].text, line.days[-1].text) == ("1.1.2016", "28.12.2025")


def test_the_page_holds_table_and_drawing_and_needs_nothing_else(tx: Tx) -> None:
    page = as_html(tx, report(*NASTY), DAYS)
    assert page.count("<tr>") == len(NASTY) + 2
    assert page.count("<svg") == 1
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not re.search(r"(src|href)=|url\(|@import", page)
    assert all(
        word in page for word in ("@media print", "prefers-color-scheme:dark", "1,204", "3.6 h", "Example Support")
    )


def test_a_page_of_one_row_adds_up_nothing_and_of_none_says_so(tx: Tx) -> None:
    assert "<tfoot>" not in as_html(tx, report("anna"), DAYS)
    empty = as_html(tx, Report(Inquiry(("group",)), (), BARE), [])
    assert "There is no such ticket." in empty
    assert "<table>" not in empty


@pytest.mark.parametrize(
    ("field", "value", "english", "german"),
    [
        ("category", "network/vpn", "VPN", "VPN"),
        ("category", "gone/away", "gone/away", "gone/away"),
        ("kind", "incident", "Incident", "Störung"),
        ("group", "network", "Network team", "Network team"),
        ("group", None, "none", "ohne"),
        ("assignee", "anna", "Anna Alt", "Anna Alt"),
        ("channel", "email", "email", "email"),
        ("status", "in_progress", "in progress", "in Bearbeitung"),
        ("priority", "urgent", "urgent", "dringend"),
        ("light", "red", "red", "rot"),
        ("light", "off", "off", "aus"),
        ("customer_group", "partners", "partners", "partners"),
        ("level", 2, "level 2", "Ebene 2"),
        ("month", "2026-03", "March 2026", "März 2026"),
        ("week", "2026-W03", "2026, week 3", "2026, KW 3"),
        ("weekday", "monday", "Monday", "Montag"),
    ],
)
def test_people_read_names_and_not_ids(settings: Settings, field: str, value: Value, english: str, german: str) -> None:
    assert value_words(settings, field, value, "en").endswith(english)
    assert value_words(settings, field, value, "de").endswith(german)


def test_figures_in_words() -> None:
    assert told(FULL, "en") == ("1,204", "12", "45 min", "3.6 h", "10 h", "121 h", "99%", "1.5 h", "4.2")
    assert told(FULL, "de") == ("1.204", "12", "45 min", "3,6 h", "10 h", "121 h", "99 %", "1,5 h", "4,2")
    assert told(BARE, "en") == ("1", "0", "", "", "", "", "", "", "")
    assert [share_words(share, "en") for share in (0, 0.001, 0.5, 1)] == ["0%", "1%", "50%", "100%"]
    assert (spent_words(0, "en"), rating_words(5, "en")) == ("0 min", "5.0")
