"""The life of a ticket, row by row of CONTRACT 8."""

from __future__ import annotations

from typing import Any

import pytest

from mailgate.errors import RefusedCommand
from mailgate.rules import lifecycle
from mailgate.rules.lifecycle import after

BEN: dict[str, Any] = {"assignee": "ben"}
NOBODY: dict[str, Any] = {}
COORDINATED: dict[str, Any] = {"coordinator_accepted": True}

ROWS: list[tuple[str, str, dict[str, Any], str]] = [
    ("created", "", NOBODY, "new"),
    ("created", "", BEN, "assigned"),
    ("coordinator_accept", "new", NOBODY, "accepted"),
    ("coordinator_accept", "in_progress", BEN, "in_progress"),
    ("assign", "new", BEN, "assigned"),
    ("assign", "accepted", BEN, "assigned"),
    ("assign", "in_progress", {"assignee": "anna", "before": "ben"}, "assigned"),
    ("assign", "in_progress", {"assignee": "ben", "before": "ben"}, "in_progress"),
    ("assign", "waiting", {"assignee": "ben", "before": "ben"}, "waiting"),
    ("assign", "resolved", BEN, "assigned"),
    ("assign", "in_progress", {"before": "ben"}, "new"),
    ("assign", "in_progress", COORDINATED, "accepted"),
    ("assign_group", "in_progress", NOBODY, "new"),
    ("assign_group", "assigned", COORDINATED, "accepted"),
    ("take", "new", BEN, "in_progress"),
    ("take", "assigned", BEN, "in_progress"),
    ("take", "waiting", BEN, "in_progress"),
    ("accept", "assigned", BEN, "in_progress"),
    ("accept", "new", BEN, "in_progress"),
    ("coordinator_accept", "waiting", NOBODY, "waiting"),
    ("coordinator", "accepted", NOBODY, "new"),
    ("coordinator", "accepted", COORDINATED, "accepted"),
    ("coordinator", "in_progress", BEN, "in_progress"),
    ("level", "in_progress", NOBODY, "new"),
    ("level", "in_progress", COORDINATED, "accepted"),
    ("level", "new", {"assignee": "ben", "before": None}, "assigned"),
    ("snooze", "in_progress", BEN, "in_progress"),
    ("due", "waiting", BEN, "waiting"),
    ("wanted", "closed", BEN, "closed"),
    ("decline", "assigned", NOBODY, "new"),
    ("decline", "assigned", COORDINATED, "accepted"),
    ("unassign", "in_progress", NOBODY, "new"),
    ("unassign", "in_progress", COORDINATED, "accepted"),
    ("answer", "new", {"assignee": "ben", "agent": "ben"}, "in_progress"),
    ("answer", "assigned", {"assignee": "ben", "agent": "ben"}, "in_progress"),
    ("answer", "assigned", {"assignee": "ben", "agent": "anna"}, "assigned"),
    ("answer", "new", {"agent": "ben", "answers_take": False}, "new"),
    ("answer", "assigned", {"assignee": "ben", "agent": "ben", "answers_take": False}, "assigned"),
    ("answer", "waiting", BEN, "waiting"),
    ("answer", "resolved", BEN, "resolved"),
    ("answer", "closed", BEN, "closed"),
    ("answer_part", "in_progress", BEN, "answered"),
    ("statement_given", "waiting", BEN, "in_progress"),
    ("statement_given", "waiting", NOBODY, "new"),
    ("statement_given", "closed", BEN, "closed"),
    ("parts_answered", "waiting", BEN, "in_progress"),
    ("parts_answered", "in_progress", BEN, "in_progress"),
    ("waited", "waiting", BEN, "in_progress"),
    ("waited", "waiting", NOBODY, "new"),
    ("waited", "closed", BEN, "closed"),
    ("take_back", "assigned", NOBODY, "new"),
    ("take_back", "resolved", NOBODY, "resolved"),
    ("split", "in_progress", BEN, "in_progress"),
    ("release", "accepted", COORDINATED, "accepted"),
    ("ask", "new", NOBODY, "new"),
    ("forward", "closed", BEN, "closed"),
    ("question", "new", NOBODY, "waiting"),
    ("question", "in_progress", BEN, "waiting"),
    ("wait", "in_progress", BEN, "waiting"),
    ("resolve", "new", NOBODY, "resolved"),
    ("resolve", "waiting", BEN, "resolved"),
    ("resolve", "resolved", BEN, "resolved"),
    ("close", "new", NOBODY, "closed"),
    ("close", "resolved", BEN, "closed"),
    ("reporter_close", "waiting", BEN, "closed"),
    ("reporter_close", "closed", BEN, "closed"),
    ("auto_close", "resolved", BEN, "closed"),
    ("auto_close", "in_progress", BEN, "in_progress"),
    ("reopen", "closed", BEN, "in_progress"),
    ("reopen", "closed", NOBODY, "new"),
    ("reopen", "resolved", BEN, "in_progress"),
    ("reporter_reply", "waiting", BEN, "in_progress"),
    ("reporter_reply", "waiting", NOBODY, "new"),
    ("reporter_reply", "resolved", BEN, "in_progress"),
    ("reporter_reply", "closed", NOBODY, "new"),
    ("reporter_reply", "assigned", BEN, "assigned"),
    ("reporter_reply", "accepted", NOBODY, "accepted"),
    ("reporter_reply", "merged", BEN, "merged"),
    ("merge", "new", NOBODY, "merged"),
    ("note", "closed", BEN, "closed"),
    ("priority", "closed", BEN, "closed"),
    ("category", "in_progress", BEN, "in_progress"),
]


@pytest.mark.parametrize(("action", "status", "given", "expected"), ROWS)
def test_what_happens_leads_to_the_status_of_the_contract(
    action: str, status: str, given: dict[str, Any], expected: str
) -> None:
    assert after(action, status=status, **given) == expected


REFUSED = [
    ("assign", "closed", "#1042 is closed; reopen it first"),
    ("assign_group", "closed", "#1042 is closed; reopen it first"),
    ("take", "closed", "#1042 is closed; reopen it first"),
    ("question", "closed", "#1042 is closed; reopen it first"),
    ("close", "closed", "#1042 is closed already"),
    ("resolve", "closed", "#1042 is closed already"),
    ("reopen", "in_progress", "#1042 is neither resolved nor closed"),
    ("reopen", "waiting", "#1042 is neither resolved nor closed"),
    ("decline", "resolved", "#1042 is resolved, so this is not possible"),
    ("unassign", "resolved", "#1042 is resolved, so this is not possible"),
    ("level", "resolved", "#1042 is resolved, so this is not possible"),
    ("accept", "in_progress", "#1042 is in progress: there is nothing left to accept"),
    ("accept", "resolved", "#1042 is resolved: there is nothing left to accept"),
    ("wait", "closed", "#1042 is closed; reopen it first"),
    ("snooze", "closed", "#1042 is closed; reopen it first"),
]


@pytest.mark.parametrize(("action", "status", "why"), REFUSED)
def test_what_can_not_happen_is_refused_with_a_sentence(action: str, status: str, why: str) -> None:
    with pytest.raises(RefusedCommand, match=why):
        after(action, status=status, assignee="ben", number=1042)
    assert not lifecycle.is_possible(action, status)


HARMLESS = {
    "created",
    "reporter_reply",
    "reporter_close",
    "auto_close",
    "information",
    "statement_given",
    "parts_answered",
    "waited",
    "take_back",
}


@pytest.mark.parametrize("action", sorted(lifecycle.ACTIONS - HARMLESS))
def test_merged_is_final_for_every_action_of_an_agent(action: str) -> None:
    with pytest.raises(RefusedCommand, match="#7 is merged into another ticket and can not be changed"):
        after(action, status="merged", number=7)


def test_every_action_leads_from_every_status_to_a_status_or_a_refusal() -> None:
    for action in lifecycle.ACTIONS:
        for status in lifecycle.STATUSES:
            if lifecycle.is_possible(action, status):
                assert after(action, status=status, assignee="ben") in lifecycle.STATUSES


def test_every_status_can_be_reached() -> None:
    reached = {
        after(action, status=status, assignee=who, coordinator_accepted=True)
        for action in lifecycle.ACTIONS
        for status in lifecycle.ANY
        for who in ("ben", None)
        if lifecycle.is_possible(action, status)
    }
    assert reached >= set(lifecycle.STATUSES)


def test_a_case_from_mail_to_reopened_ticket() -> None:
    status = after("created", status="")
    for action, who in (("assign", "ben"), ("answer", "ben"), ("question", "ben"), ("reporter_reply", "ben")):
        status = after(action, status=status, assignee=who, agent=who)
    assert status == "in_progress"
    for action in ("resolve", "close", "reporter_reply"):
        status = after(action, status=status, assignee="ben")
    assert status == "in_progress"


def test_only_a_question_waits_for_the_reporter() -> None:
    assert lifecycle.waiting_for("question", "waiting", None) == "reporter"
    assert lifecycle.waiting_for("wait", "waiting", "other") == "other"
    assert lifecycle.waiting_for("answer", "waiting", "reporter") == "reporter"
    assert lifecycle.waiting_for("reporter_reply", "in_progress", "reporter") is None


@pytest.mark.parametrize(
    ("status", "assignee", "answers_take", "takes"),
    [
        ("new", None, True, True),
        ("new", "ben", True, False),
        ("new", None, False, False),
        ("closed", None, True, False),
    ],
)
def test_the_first_answer_takes_an_open_ticket_that_nobody_has(
    status: str, assignee: str | None, answers_take: bool, takes: bool
) -> None:
    assert lifecycle.takes_by_answering(status, assignee, answers_take=answers_take) is takes


def test_an_unknown_action_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no action 'explode'"):
        after("explode", status="new")
