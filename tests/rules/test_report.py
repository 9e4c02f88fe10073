"""What `#report` and `--by` ask for, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailgate.rules.arguments import Unclear
from mailgate.rules.report import FIELDS, USUAL_DAYS, Inquiry, fields_of, read_report
from mailgate.settings.load import read
from mailgate.settings.model import Settings
from tests.stories.example import write_config

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    customers = {"partners": {"name": {"en": "Our partners", "de": "Partner"}, "match": ["*@partner.example"]}}
    return read(write_config(tmp_path_factory.mktemp("report") / "config", {"customer_groups": customers}), {})


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("", ("group",)),
        ("month", ("month",)),
        ("group,month", ("group", "month")),
        ("Gruppe, Monat", ("group", "month")),
        ("nach Gruppe und Monat", ("group", "month")),
        ("by customer group", ("customer_group",)),
        ("customer-group kw", ("customer_group", "week")),
        ("KUNDENGRUPPE", ("customer_group",)),
        ("Prioritaet Wochentag", ("priority", "weekday")),
        ("ebene", ("level",)),
        ("light light", ("light",)),
        ("open status", ("status",)),
    ],
)
def test_fields_are_called_by_their_names_in_either_language(
    settings: Settings, text: str, by: tuple[str, ...]
) -> None:
    assert read_report(settings, text, NOW).by == by


@pytest.mark.parametrize(
    ("text", "asked", "german"),
    [
        ("open", {"is_open": True}, "offen"),
        ("geschlossene", {"is_open": False}, "geschlossen"),
        ("intern", {"internal": True}, "von innen"),
        ("external", {"internal": False}, "von außen"),
        ("level 2", {"level": 2}, "Ebene 2"),
        ("Ebene 1", {"level": 1}, "Ebene 1"),
        ("30d", {"since": NOW - timedelta(days=30)}, "der letzten 30 Tage"),
        ("der letzten 30 Tage", {"since": NOW - timedelta(days=30)}, "der letzten 30 Tage"),
        ("our partners", {"customer_group": "partners"}, "Partner"),
        ("Partner", {"customer_group": "partners"}, "Partner"),
        ("alle", {"since": None}, "seit jeher"),
    ],
)
def test_other_words_say_which_tickets_count(
    settings: Settings, text: str, asked: dict[str, object], german: str
) -> None:
    found = read_report(settings, text, NOW)
    assert {name: getattr(found, name) for name in asked} == asked
    assert german in found.heading.german.split(" · ")


def test_a_letter_looks_back_a_year_where_nobody_says_otherwise_and_says_so(settings: Settings) -> None:
    found = read_report(settings, "group open", NOW)
    assert found.since == NOW - timedelta(days=USUAL_DAYS)
    assert str(found.heading) == "Tickets by group · open · of the last 365 days"


def test_days_beyond_reason_are_no_mistake(settings: Settings) -> None:
    assert read_report(settings, "99999 days", NOW).since == NOW - timedelta(days=36600)


@pytest.mark.parametrize(
    ("text", "near"),
    [("grup 7d", ("group 7d",)), ("open asignee", ("open assignee",)), ("Wochentga", ("weekday",)), ("xyzzy", ())],
)
def test_a_word_that_means_nothing_is_asked_back_with_the_nearest(
    settings: Settings, text: str, near: tuple[str, ...]
) -> None:
    with pytest.raises(Unclear, match="nothing can be counted by") as unclear:
        read_report(settings, text, NOW)
    assert unclear.value.near[: len(near)] == near


@pytest.mark.parametrize("text", ["group,month,kind", "group month kind"])
def test_three_fields_are_too_many(settings: Settings, text: str) -> None:
    with pytest.raises(Unclear, match="at most two fields"):
        read_report(settings, text, NOW)


def test_the_command_line_takes_every_field_by_its_name() -> None:
    assert tuple(FIELDS) == tuple(name for each in FIELDS for name in fields_of(each))
    assert fields_of(" group , month,group ") == ("group", "month")
    assert fields_of("") == ()


def test_no_word_means_two_fields() -> None:
    words = [word for each in FIELDS.values() for word in each.words]
    assert len(words) == len(set(words))


def test_filters_of_the_command_line_are_said_where_the_site_is(settings: Settings) -> None:
    asked = Inquiry(("group",), since=NOW, customer_group="partners", level=2, internal=False, is_open=True)
    said = "Tickets by group · open · from outside · Our partners · level 2 · opened since 2026-11-23 10:00"
    assert str(asked.in_words(settings).heading) == said
    assert str(Inquiry().in_words(settings).heading) == "Tickets"


def test_a_customer_group_without_a_name_ends_nothing_and_hides_nothing(settings: Settings) -> None:
    nameless = settings.customer_groups["partners"].model_copy(update={"name": "  "})
    blank = settings.model_copy(update={"customer_groups": {"nameless": nameless, **settings.customer_groups}})
    assert read_report(blank, "month partner", NOW).customer_group == "partners"
