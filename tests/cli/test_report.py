"""`mailgate report`: what it counts, in every form, and what it says to a wrong question."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, mailgate
from tests.stories.example import write_config

ROW = {
    *("count", "open", "response_median_minutes", "response_p90_minutes", "solution_median_minutes"),
    *("solution_p90_minutes", "kept", "handling_minutes", "rating"),
}
FIELDS = (
    *("channel", "category", "kind", "group", "assignee", "status", "priority", "light", "customer_group", "level"),
    *("month", "week", "weekday"),
)


def test_the_document_is_that_of_the_contract(look: Terminal) -> None:
    found = look.json("report", "--by", "group,status")
    assert set(found) >= {"by", "rows", "backlog"}
    assert found["by"] == ["group", "status"]
    assert all(set(row) == {"group", "status", *ROW} for row in found["rows"])
    assert sum(row["count"] for row in found["rows"]) == 5
    assert sum(row["open"] for row in found["rows"]) == 4
    assert found["backlog"][-1]["open"] == 4


@pytest.mark.parametrize("field", FIELDS)
def test_tickets_can_be_counted_by_every_field(look: Terminal, field: str) -> None:
    found = look.json("report", "--by", field)
    assert sum(row["count"] for row in found["rows"]) == 5
    assert all(field in row for row in found["rows"])


def test_without_a_field_there_is_one_row(look: Terminal) -> None:
    [row] = look.json("report")["rows"]
    assert set(row) == ROW
    assert (row["count"], row["open"]) == (5, 4)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (["--open"], 4),
        (["--closed"], 1),
        (["--internal"], 0),
        (["--external"], 5),
        (["--level", "1"], 5),
        (["--level", "2"], 0),
        (["--since", "1d"], 5),
        (["--since", "2020-01-01", "--until", "2020-12-31"], 0),
        (["--until", "2100-01-01"], 5),
        (["--since", "2100-01-01"], 0),
        (["--external", "--open", "--by", "Gruppe"], 4),
    ],
    ids=str,
)
def test_filters_leave_out_what_they_say(look: Terminal, filters: list[str], count: int) -> None:
    found = look.json("report", *filters)
    assert sum(row["count"] for row in found["rows"]) == count
    assert found["total"]["count"] == count


def test_a_day_named_as_the_end_is_part_of_it(look: Terminal) -> None:
    day = look.json("report", "--by", "week")["backlog"][-1]["day"]
    assert look.json("report", "--since", day, "--until", day)["total"]["count"] == 5


def test_people_get_a_table_with_all_together_below_it(look: Terminal) -> None:
    lines = look("report", "--by", "kind").out.splitlines()
    assert lines[0].split() == [
        "kind",
        "tickets",
        "open",
        "answer",
        "90%",
        "solved",
        "90%",
        "kept",
        "handling",
        "rating",
    ]
    assert [line.split()[:3] for line in lines[1:]] == [
        ["request", "4", "3"],
        ["incident", "1", "1"],
        ["total", "5", "4"],
    ]
    assert look("report", "--closed", "--level", "2").out == "No tickets.\n"


def test_csv_svg_and_html_go_to_stdout_alone(look: Terminal) -> None:
    table = look("report", "--by", "category", "--csv")
    assert table.raw.count(b"\r\n") == 3
    assert [row["count"] for row in csv.DictReader(io.StringIO(table.out))] == ["4", "1"]
    assert look("report", "--by", "category", "--svg", encoding="ascii").out.startswith("<svg ")
    page = look("report", "--by", "category", "--html")
    assert page.out.startswith("<!doctype html>")
    assert (table.err, page.err, page.code) == ("", "", 0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--by", "grup"], "was group meant?"),
        (["--by", "group,monht"], "was month meant?"),
        (["--by", "colour"], "nothing can be counted by 'colour'; channel, category,"),
        (["--by", "group,month,kind"], "at most two fields"),
        (["--customer-group", "nobody"], "there is no customer group 'nobody'"),
        (["--level", "3"], "less than or equal to 2"),
        (["--since", "yesterday"], "write 30m, 4h, 7d or 2026-12-24"),
        (["--until", "2026-02-30"], "'2026-02-30' is no time"),
        (["--open", "--closed"], "choose one of --open and --closed"),
        (["--internal", "--external"], "choose one of --internal and --external"),
        (["--csv", "--json"], "choose one of --csv, --svg, --html and --json"),
    ],
    ids=str,
)
def test_wrong_usage_is_exit_code_2_and_says_what_is_wrong(look: Terminal, wrong: list[str], said: str) -> None:
    found = look("report", *wrong)
    assert (found.code, found.out) == (2, "")
    assert said in " ".join(found.err.split())


def test_without_a_database_it_says_so(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", {"site": {"state": str(tmp_path / "state")}})
    said = mailgate("report", "--by", "group", "--json", MAILGATE_CONFIG=str(config))
    assert (said.code, said.out) == (1, "")
    assert "There is no database at" in said.err
    assert not (tmp_path / "state").exists()


def test_looking_writes_nothing(look: Terminal) -> None:
    before = json.dumps(look.json("tickets", "--all"))
    look("report", "--by", "light", "--html")
    assert json.dumps(look.json("tickets", "--all")) == before
