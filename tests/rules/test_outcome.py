"""`then`: every key takes effect, captures stand everywhere, and what names nothing known says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mailgate.mail.message import Address, Envelope, Headers, Message
from mailgate.rules.correlate import Correlation
from mailgate.rules.match import Mail
from mailgate.rules.outcome import Outcome
from mailgate.rules.routing import FollowUp, Route, follow_up, route
from mailgate.settings.model import Settings
from mailgate.settings.routing import Then
from mailgate.trust.verdict import Level
from tests.rules.example import settings

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CALENDARS = {"office": {"timezone": "Europe/Berlin", "open": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}}}


def desk(*rules: dict[str, Any], **changed: Any) -> Settings:
    return settings(rules=list(rules), calendars=CALENDARS, **changed)


def rule(when: dict[str, Any] | None = None, name: str = "R", **then: Any) -> dict[str, Any]:
    return {"name": name, "when": when or {}, "then": then}


def mail(subject: str = "Hello", text: str = "", reply_to: tuple[str, ...] = (), **said: Any) -> Mail:
    headers = Headers(said.pop("headers", ()))
    replies = tuple(Address("Carla", each) for each in reply_to)
    message = Message(headers, Address("", "form@web.example"), subject=subject, reply_to=replies)
    return Mail(message, Envelope("", (), AT, trusted=True), text, **said)


def routed(one: Settings, subject_of: Mail | None = None) -> Route:
    return route(one, subject_of or mail(), one.target("support@example.com"))[0]


def remarks(one: Settings, subject_of: Mail | None = None) -> list[str]:
    return [each.removeprefix('rule "R" (routing.yaml:0): ') for each in routed(one, subject_of).remarks]


def test_every_key_of_then_is_built() -> None:
    assert set(Outcome.__dataclass_fields__) - {"remarks"} | {"continue_"} == set(Then.model_fields)


def test_level_and_visibility_are_as_the_rule_says() -> None:
    assert (routed(desk()).level, routed(desk()).visible) == (1, True)
    found = routed(desk(rule(level=2, visible=False)))
    assert (found.level, found.visible, found.group) == (2, False, None)


def test_the_second_level_gets_what_a_rule_hands_to_it() -> None:
    to_centre = {"second_level": {"group": "centre"}}
    assert routed(desk(rule(level=2, category="network"), **to_centre)).group == "centre"
    assert routed(desk(rule(level=2, group="partners"), **to_centre)).group == "partners"
    assert routed(desk(rule(level=1, category="network"), **to_centre)).group == "network"
    own = {"network": {"group": "network", "second_level": "partners", "subcategories": {"vpn": "VPN"}}}
    assert routed(desk(rule(level=2, category="network/vpn"), **to_centre, categories=own)).group == "partners"


def test_a_coordinator_is_named_by_id_or_address() -> None:
    assert routed(desk(rule(coordinator="ben"))).coordinator == "ben"
    assert routed(desk(rule(coordinator="ben@example.com"))).coordinator == "ben"
    assert remarks(desk(rule({"subject": {"regex": "(.+)"}}, coordinator="{1}"))) == [
        "coordinator is left unset: there is no coordinator 'Hello'"
    ]


@pytest.mark.parametrize(
    ("written", "means"),
    [("+3d", "2026-11-26T16:00Z"), ("24.12. 14:00", "2026-12-24T13:00Z"), ("{1}", "2026-11-27T16:00Z")],
)
def test_dates_are_those_that_people_write(written: str, means: str) -> None:
    found = routed(desk(rule({"subject": {"regex": r"by (\S+)"}}, wanted_by=written, due=written)), mail("by freitag"))
    assert found.wanted_by == found.due == datetime.fromisoformat(means)


def test_a_date_counts_in_the_calendar_of_the_kind_that_the_rule_sets() -> None:
    kinds = {"incident": {"calendar": "always"}}
    found = routed(desk(rule(kind="incident", due="+1d"), kinds=kinds))
    assert found.due == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)


def test_words_that_are_no_date_leave_it_unset_and_say_so() -> None:
    once = desk(rule({"subject": {"regex": "by (.+)"}}, due="{1}"))
    (said,) = remarks(once, mail("by soon"))
    assert said.startswith("due is left unset: 'soon' is no date; write 24.12.")
    assert routed(once, mail("by soon")).due is None


def test_the_reporter_is_who_reply_to_names() -> None:
    found = routed(desk(rule(reporter="reply_to")), mail(reply_to=("carla@customer.example",)))
    assert found.reporter == Address("Carla", "carla@customer.example")


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ((), "there is no Reply-To"),
        (("a@x.example", "b@x.example"), "Reply-To names several"),
        (("support@example.com",), "support@example.com is an address of ours"),
    ],
)
def test_a_reply_to_that_names_nobody_else_changes_nothing(named: tuple[str, ...], why: str) -> None:
    one = desk(rule(reporter="reply_to"))
    assert routed(one, mail(reply_to=named)).reporter is None
    assert remarks(one, mail(reply_to=named)) == [f"reporter is left unset: {why}"]


def test_the_reporter_and_what_is_known_of_him_may_be_captured_from_the_text() -> None:
    form = rule(
        {"text": {"regex": r"From: (?P<who>.*)\nFirm: (?P<firm>.*)\nUnit: (?P<unit>.*)\nPhone: (?P<phone>.*)"}},
        reporter="{who}", company="{firm}", department="{unit}", phone="{phone}",
    )  # fmt: skip
    filled = mail(text="From: Erika Krause <erika@customer.example>\nFirm: Krause KG\nUnit: IT\nPhone: 089 1")
    found = routed(desk(form), filled)
    assert found.reporter == Address("Erika Krause", "erika@customer.example")
    assert (found.company, found.department, found.phone) == ("Krause KG", "IT", "089 1")
    nobody = mail(text="From: nobody\nFirm: \nUnit: \nPhone: -")
    assert routed(desk(form), nobody).company is None
    assert remarks(desk(form), nobody) == ["reporter is left unset: 'nobody' is no address"]


def test_addresses_that_are_told_or_read_along_may_be_captured() -> None:
    one = desk(rule({"subject": {"regex": r"cc (\S+)"}}, notify=["boss@example.com"], cc=["{1}", "x@y.example"]))
    found = routed(one, mail("cc carla@customer.example"))
    assert (found.also_notify, found.cc) == (("boss@example.com",), ("carla@customer.example", "x@y.example"))
    assert remarks(one, mail("cc nobody")) == ["cc is left unset: 'nobody' is no address"]


def test_several_rules_add_addresses_and_the_last_word_counts_for_the_rest() -> None:
    one = desk(
        {
            "name": "A",
            "then": {"notify": "a@x.example", "tags": "a", "due": "+1d", "close": True, "continue": True},
        },
        rule(name="B", notify="b@x.example", tags="b", due="+2d", close=False),
    )
    found = routed(one)
    assert (found.also_notify, found.tags, found.close) == (("a@x.example", "b@x.example"), ("a", "b"), False)
    assert found.due == datetime(2026, 11, 25, 16, 0, tzinfo=UTC)


CORRELATE = {"key": r"host=(\S+)|hosts? (\S+)", "within": "2h", "resolved_by": r"\b(RECOVERY|OK)\b"}


@pytest.mark.parametrize(
    ("one", "key", "resolves"),
    [
        (mail("PROBLEM host=DB1"), "db1", False),
        (mail("Re: RECOVERY host=db1"), "db1", True),
        (mail("PROBLEM", "host db2 is down"), "db2", False),
        (mail("host=db1", "host=db9 all is ok again"), "db1", True),
        (mail("PROBLEM host=db1 token=OKAY"), "db1", False),
    ],
)
def test_a_key_stands_in_the_subject_else_in_the_text_and_so_does_what_resolves(
    one: Mail, key: str, resolves: bool
) -> None:
    found = routed(desk(rule(correlate=CORRELATE)), one).correlate
    assert found == Correlation("R", key, timedelta(hours=2), resolves)


def test_a_mail_without_the_key_stands_alone_and_says_so() -> None:
    one = desk(rule(correlate=CORRELATE))
    assert routed(one).correlate is None
    assert remarks(one) == ["correlate is left unset: its key stands neither in the subject nor in the text"]


SPAM = (("X-Spam-Flag", "YES"),)


def test_what_is_marked_as_spam_is_held() -> None:
    found = routed(desk(rule(category="network")), mail(headers=SPAM))
    assert (found.hold, found.category) == ("it is marked as spam (X-Spam-Flag: YES)", "network")
    assert "it is marked as spam" in found.why


def test_a_rule_that_asks_for_spam_decides_about_it() -> None:
    assert routed(desk(rule({"spam": True}, drop="spam")), mail(headers=SPAM)).drop == "spam"
    assert routed(desk(rule({"any": [{"spam": True}]}, category="hr")), mail(headers=SPAM)).hold is None
    assert routed(desk(rule({"spam": False}, category="hr")), mail(headers=SPAM)).hold


def test_who_uses_his_own_token_is_no_spammer() -> None:
    assert routed(desk(), mail(headers=SPAM, level=Level.token)).hold is None
    assert routed(desk(), mail(headers=SPAM, level=Level.aligned)).hold


def followed(one: Settings, subject_of: Mail) -> FollowUp | None:
    return follow_up(one, subject_of)[0]


def test_follow_up_rules_are_asked_like_the_others_and_only_they() -> None:
    one = desk(rule(name="new", priority="low"), follow_up_rules=[rule({"subject": "urgent"}, priority="urgent")])
    said, asked = follow_up(one, mail("urgent!"))
    assert said
    assert (said.outcome, said.rule, said.rule_place) == (Outcome(priority="urgent"), "R", "routing.yaml:0")
    assert said.why == 'rule "R" (routing.yaml:0): subject has the word urgent'
    assert [(each.name, each.matched) for each in asked] == [("R", True)]


def test_where_no_follow_up_rule_matches_nothing_follows_but_why_not_is_said() -> None:
    one = desk(follow_up_rules=[rule({"subject": "urgent"}, priority="urgent")])
    said, asked = follow_up(one, mail())
    assert said is None
    assert [each.why for each in asked] == ["subject has not the word urgent"]


def test_spam_is_held_on_a_ticket_too() -> None:
    said = followed(desk(), mail(headers=SPAM))
    assert said
    assert said.outcome == Outcome(hold="it is marked as spam (X-Spam-Flag: YES)")
