"""Alerts that belong together: the second joins the first ticket, and what says that all is well resolves it."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import BEN, MALLORY, SUPPORT, World

NAGIOS = "nagios@example.com"
RULE = {
    "name": "Nagios",
    "when": {"from": "nagios@*"},
    "then": {
        "category": "network",
        "acknowledge": False,
        "correlate": {"key": r"host=(\S+)", "within": "24h", "resolved_by": r"\b(RECOVERY|OK)\b"},
    },
}


@pytest.fixture
def monitored(desk_with: DeskWith) -> World:
    return desk_with({"rules": [RULE]})


def alert(desk: World, subject: str, text: str = "see above", sender: str = NAGIOS, **how: str) -> int | None:
    """The ticket that the alert led to."""
    number = desk.mail(Mail(sender, SUPPORT, subject, text, **how))  # type: ignore[arg-type]
    found: int | None = desk.mail_state(number)["ticket"]
    return found


def test_the_second_alert_with_the_same_key_joins_the_first_ticket(monitored: World) -> None:
    assert alert(monitored, "PROBLEM host=db1 disk") == 1001
    monitored.new_letters()
    monitored.later(hours=2)
    assert alert(monitored, "PROBLEM host=DB1 load") == 1001
    assert [each["subject"] for each in monitored.ticket()["messages"]] == [
        "PROBLEM host=db1 disk",
        "PROBLEM host=DB1 load",
    ]
    assert monitored.new_letters() == ["new_message to anna@example.com", "new_message to ben@example.com"]


def test_the_reason_names_the_rule_and_the_key(monitored: World) -> None:
    alert(monitored, "PROBLEM host=db1")
    number = monitored.mail(Mail(NAGIOS, SUPPORT, "PROBLEM host=db1 again"))
    decision = monitored.decision(number)
    assert decision["sort"] == "reply"
    assert decision["ticket"] == {"number": 1001, "matched_by": 'the key db1 of rule "Nagios"'}
    assert decision["route"]["correlate"] == {"key": "db1", "rule": "Nagios", "resolves": False}
    assert 'the key db1 of rule "Nagios" leads to #1001' in decision["route"]["why"]
    assert decision["rules"][0]["matched"]


def test_another_key_is_another_ticket_and_so_is_an_alert_without_a_key(monitored: World) -> None:
    alert(monitored, "PROBLEM host=db1")
    assert alert(monitored, "PROBLEM host=db2") == 1002
    assert alert(monitored, "PROBLEM somewhere") == 1003
    assert alert(monitored, "PROBLEM somewhere") == 1004


def test_the_key_may_stand_in_the_text(monitored: World) -> None:
    alert(monitored, "PROBLEM", "the host=db1 is down")
    assert alert(monitored, "PROBLEM", "still: host=db1 is down") == 1001


def test_recovery_resolves_the_ticket_by_the_rule(monitored: World) -> None:
    alert(monitored, "PROBLEM host=db1")
    monitored.new_letters()
    assert alert(monitored, "RECOVERY host=db1") == 1001
    assert monitored.state() == ("resolved", None)
    assert "resolve" in monitored.actions()
    assert {each["actor"] for each in monitored.ticket()["events"] if each["action"] == "resolve"} == {"rule:Nagios"}
    assert monitored.new_letters() == ["new_message to anna@example.com", "new_message to ben@example.com"]
    assert "#1001 is resolved: Nagios says so." in monitored.letter("anna@example.com").text
    assert "#1001 ist gelöst" in monitored.letter("ben@example.com").text


def test_an_alert_that_comes_back_opens_the_resolved_ticket_again(monitored: World) -> None:
    alert(monitored, "PROBLEM host=db1")
    alert(monitored, "RECOVERY host=db1")
    assert alert(monitored, "PROBLEM host=db1") == 1001
    assert monitored.state() == ("new", None)
    assert "#1001 is open again" in monitored.letter("anna@example.com").text


def test_a_closed_ticket_is_left_alone_and_the_new_one_is_linked(monitored: World) -> None:
    alert(monitored, "PROBLEM host=db1")
    monitored.answer(monitored.letter("ben@example.com"), "#close", sender=BEN)
    assert monitored.state()[0] == "closed"
    assert alert(monitored, "PROBLEM host=db1") == 1002
    assert monitored.ticket(1002)["links"] == [{"kind": "related", "number": 1001}]
    assert alert(monitored, "PROBLEM host=db1") == 1002


def test_the_window_runs_from_the_last_alert(monitored: World) -> None:
    alert(monitored, "PROBLEM host=db1")
    monitored.later(hours=20)
    assert alert(monitored, "PROBLEM host=db1") == 1001
    monitored.later(hours=20)
    assert alert(monitored, "PROBLEM host=db1") == 1001
    monitored.later(hours=25)
    assert alert(monitored, "PROBLEM host=db1") == 1002
    assert monitored.ticket(1002)["links"] == []


def test_recovery_of_what_nobody_reported_is_kept_and_needs_nobody(monitored: World) -> None:
    assert alert(monitored, "RECOVERY host=db7") == 1001
    assert monitored.state() == ("resolved", None)
    assert monitored.new_letters() == []


def test_recovery_that_names_the_first_mail_resolves_too(monitored: World) -> None:
    first = Mail(NAGIOS, SUPPORT, "PROBLEM host=db1")
    monitored.mail(first)
    second = Mail(NAGIOS, SUPPORT, "RECOVERY host=db1", headers={"References": str(first.message_id)})
    assert monitored.mail_state(monitored.mail(second))["ticket"] == 1001
    assert monitored.state()[0] == "resolved"


def test_who_writes_the_key_without_the_rule_matching_joins_nothing(monitored: World) -> None:
    alert(monitored, "PROBLEM host=db1")
    assert alert(monitored, "RECOVERY host=db1", sender=MALLORY) == 1002
    assert monitored.state()[0] == "new"


def test_the_same_key_of_another_rule_is_another_trouble(desk_with: DeskWith) -> None:
    other = {**RULE, "name": "Zabbix", "when": {"from": "zabbix@*"}}
    desk = desk_with({"rules": [RULE, other]})
    alert(desk, "PROBLEM host=db1")
    assert alert(desk, "PROBLEM host=db1", sender="zabbix@example.com") == 1002


def test_an_alert_of_somebody_else_is_not_shown_to_the_first(desk_with: DeskWith) -> None:
    by_number = {"name": "Foreign", "then": {"correlate": {"key": r"(INC\d+)"}}}
    desk = desk_with({"rules": [by_number]})
    alert(desk, "INC77 is down", sender="a@one.example")
    assert alert(desk, "about INC77", sender="b@two.example") == 1001
    assert [each["public"] for each in desk.ticket()["messages"]] == [True, False]


def test_a_robots_alert_joins_and_reopens_as_well(monitored: World) -> None:
    alert(monitored, "PROBLEM host=db1", headers={"Auto-Submitted": "auto-generated"})  # type: ignore[arg-type]
    alert(monitored, "RECOVERY host=db1", headers={"Auto-Submitted": "auto-generated"})  # type: ignore[arg-type]
    assert monitored.state()[0] == "resolved"
    alert(monitored, "PROBLEM host=db1", headers={"Auto-Submitted": "auto-generated"})  # type: ignore[arg-type]
    assert monitored.state()[0] == "new"
