"""Content lines of a calendar, as programs write them and as broken ones do."""

from __future__ import annotations

import pytest

from mailgate.mail.content_lines import MOST_ENTRIES, lines_of, unescaped, written


@pytest.mark.parametrize(
    ("text", "name", "parameters", "value"),
    [
        ("SUMMARY:Talk: at noon", "SUMMARY", {}, "Talk: at noon"),
        ("dtstart;tzid=Europe/Berlin:2026", "DTSTART", {"TZID": "Europe/Berlin"}, "2026"),
        ('ORGANIZER;CN="Krause; Erika: IT":mailto:e@x', "ORGANIZER", {"CN": "Krause; Erika: IT"}, "mailto:e@x"),
        ("X-A;B;C=:v", "X-A", {"B": "", "C": ""}, "v"),
        ('A;B="open:v', "A", {"B": "open"}, "v"),
        ("SUM\n MARY:x", "SUMMARY", {}, "x"),
        ("SUMMARY:a\r\n\tb", "SUMMARY", {}, "ab"),
    ],
)
def test_a_line_has_a_name_parameters_and_a_value(text: str, name: str, parameters: dict[str, str], value: str) -> None:
    [line] = lines_of(text)
    assert (line.name, line.parameters, line.value) == (name, parameters, value)


@pytest.mark.parametrize("text", ["", "no colon", ":value", "  ", "A B:x", '"":x', ";A=b:x"])
def test_what_is_no_line_is_left_out(text: str) -> None:
    assert list(lines_of(text)) == []


@pytest.mark.parametrize(
    ("value", "text"), [(r"a\nb\Nc", "a\nb\nc"), (r"a\, b\; c", "a, b; c"), (r"C:\\new", r"C:\new"), ("\\", "\\")]
)
def test_escapes_are_undone(value: str, text: str) -> None:
    assert unescaped(value) == text


def test_each_line_belongs_to_its_entry_and_alarms_to_none() -> None:
    found = written(
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:a\nBEGIN:VALARM\nSUMMARY:ring\nEND:VALARM\n"
        "LOCATION:b\nATTACH:AAAA\nEND:VEVENT\nBEGIN:VTODO\nSUMMARY:c\nEND:VTODO\nEND:VCALENDAR"
    )
    assert found.calendar.text("METHOD") == "REQUEST"
    assert [(each.kind, each.text("SUMMARY")) for each in found.entries] == [("VEVENT", "a"), ("VTODO", "c")]
    assert found.entries[0].text("LOCATION") == "b"
    assert found.entries[0].get("ATTACH") is None


def test_a_missing_end_costs_nothing_and_entries_are_read_to_a_limit() -> None:
    found = written("BEGIN:VEVENT\nSUMMARY:x\n" * 100)
    assert found.entries[0].text("SUMMARY") == "x"
    assert sum(bool(each.lines) for each in found.entries) <= MOST_ENTRIES
    assert written("METHOD:REPLY").calendar.text("METHOD") == "REPLY"
