"""Which condition takes every mail of another: sure, or no."""

from __future__ import annotations

from typing import Any

import pytest

from mailgate.settings.reach import condition_of, covers
from mailgate.settings.routing import When
from tests.settings.conftest import Desk
from tests.settings.test_warnings import told


def covered(wide: dict[str, Any], narrow: dict[str, Any]) -> bool:
    return covers(condition_of(When.model_validate(wide)), condition_of(When.model_validate(narrow)))


SURE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"subject": "vpn"}),
    ({"from": "*@x.example"}, {"from": "a@x.example"}),
    ({"from": "*@X.example"}, {"from": "a@x.EXAMPLE", "subject": "vpn"}),
    ({"from": "*@x.example"}, {"from": "a*@x.example"}),
    ({"from": "*"}, {"from": {"regex": "x"}}),
    ({"from": "?@x.example"}, {"from": "a@x.example"}),
    ({"from": {"regex": "example$"}}, {"from": "a@x.example"}),
    ({"from": {"is": "a@x.example"}}, {"from": "a@x.example"}),
    ({"from": ["*@x.example", "*@y.example"]}, {"from": ["a@x.example", "b@y.example"]}),
    ({"header": {"X-Alert": "*"}}, {"header": {"x-alert": "crit*", "X-Host": "db*"}}),
    ({"subject": "vpn"}, {"subject": "VPN"}),
    ({"subject": "vpn"}, {"subject": "vpn down"}),
    ({"subject": "vpn*"}, {"subject": "vpnclient"}),
    ({"subject": "vpn*"}, {"subject": "vpnc*"}),
    ({"subject": "vpn"}, {"subject": {"is": "the vpn is down"}}),
    ({"subject": {"regex": "vpn|tunnel"}}, {"subject": {"regex": "vpn|tunnel"}, "spam": True}),
    ({"any": [{"subject": "vpn"}, {"subject": "wifi"}]}, {"subject": "wifi"}),
    ({"any": [{"subject": "vpn"}, {"subject": "wifi"}]}, {"any": [{"subject": "wifi"}, {"subject": "vpn"}]}),
    ({"all": [{"subject": "vpn"}, {"from": "*@x.example"}]}, {"subject": "vpn", "from": "a@x.example"}),
    ({"subject": "vpn"}, {"all": [{"subject": "vpn"}, {"spam": True}]}),
    ({"not": {"from": "a@x.example"}}, {"not": {"from": "*@x.example"}}),
    ({"size": ">1MiB"}, {"size": ">=2MiB"}),
    ({"size": ">=1MiB"}, {"size": ">1MiB"}),
    ({"size": "<2MiB"}, {"size": "<1MiB"}),
    ({"trust": "aligned"}, {"trust": "proven"}),
    ({"language": ["de", "en"]}, {"language": "de"}),
    ({"has": ["token", "signed"]}, {"has": "token"}),
    ({"customer_group": ["a", "b"]}, {"customer_group": "b"}),
    ({"hours": "closed"}, {"hours": "closed", "subject": "vpn"}),
]
NOT_SURE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"subject": "vpn"}, {}),
    ({"from": "a@x.example"}, {"from": "*@x.example"}),
    ({"from": "?@x.example"}, {"from": "*@x.example"}),
    ({"from": "[abc]@x.example"}, {"from": "a@x.example"}),
    ({"from": "*@x.example"}, {"from": {"regex": "@x.example$"}}),
    ({"from": "*@x.example"}, {"to": "a@x.example"}),
    ({"from": "*@x.example"}, {"from": ["a@x.example", "a@y.example"]}),
    ({"header": {"X-Alert": "*"}}, {"header": {"X-Other": "*"}}),
    ({"subject": "vpn down"}, {"subject": "vpn"}),
    ({"subject": "vpn"}, {"subject": "vpn*"}),
    ({"subject": "vpn"}, {"subject": "openvpn"}),
    ({"subject": "vpn"}, {"text": "vpn"}),
    ({"subject": "vpn", "from": "a@x.example"}, {"subject": "vpn"}),
    ({"any": [{"subject": "vpn"}, {"subject": "wifi"}]}, {"any": [{"subject": "vpn"}, {"subject": "fax"}]}),
    ({"not": {"from": "*@x.example"}}, {"not": {"from": "a@x.example"}}),
    ({"size": ">2MiB"}, {"size": ">1MiB"}),
    ({"size": ">1MiB"}, {"size": ">=1MiB"}),
    ({"size": ">1MiB"}, {"size": "<5MiB"}),
    ({"trust": "aligned"}, {"trust": "token"}),
    ({"spam": True}, {"spam": False}),
    ({"hours": "closed"}, {"hours": "closed office"}),
]


@pytest.mark.parametrize(("wide", "narrow"), SURE)
def test_it_takes_every_mail_of_the_other(wide: dict[str, Any], narrow: dict[str, Any]) -> None:
    assert covered(wide, narrow)


@pytest.mark.parametrize(("wide", "narrow"), NOT_SURE)
def test_it_may_leave_some(wide: dict[str, Any], narrow: dict[str, Any]) -> None:
    assert not covered(wide, narrow)


RULES = """\
{where}:
  - {{name: A, when: {{subject: vpn}}, then: {{{then}}}}}
  - {{name: B, when: {{subject: vpn tunnel}}, then: {{category: network}}}}
  - {{name: C, when: {{subject: wifi}}, then: {{category: network}}}}
"""


@pytest.mark.parametrize("where", ["rules", "follow_up_rules"])
def test_a_rule_that_nothing_reaches_is_named_with_the_one_before_it(desk: Desk, where: str) -> None:
    (warning,) = told(desk, "routing.yaml", RULES.format(where=where, then="priority: high"))
    assert warning == (
        f"routing.yaml:3:5: {where}.1: no mail reaches this rule: the one at routing.yaml:2:5 matches every mail that"
        " this one would"
    )


def test_a_rule_that_goes_on_or_is_switched_off_takes_nothing(desk: Desk) -> None:
    assert told(desk, "routing.yaml", RULES.format(where="rules", then="priority: high, continue: true")) == []
    off = RULES.format(where="rules", then="priority: high").replace("name: A,", "name: A, active: false,")
    assert told(desk, "routing.yaml", off) == []


def test_what_a_rule_for_existing_tickets_can_not_do_is_named(desk: Desk) -> None:
    rules = "follow_up_rules:\n  - {name: A, then: {reporter: reply_to, acknowledge: false}}\n"
    assert told(desk, "routing.yaml", rules) == [
        "routing.yaml:2:22: follow_up_rules.0.then.reporter: 'reporter' has no effect here: the ticket has its reporter"
        " already",
        "routing.yaml:2:42: follow_up_rules.0.then.acknowledge: 'acknowledge' has no effect here: only the mail that"
        " opens a ticket is acknowledged",
    ]


def test_a_calendar_that_a_rule_asks_for_has_to_exist(desk: Desk) -> None:
    rules = "rules: [{name: A, when: {hours: closed offce}, then: {category: network}}]\n"
    (problem,) = desk({"routing.yaml": rules}).problems
    assert str(problem).endswith("rules.0.when.hours: there is no calendar 'offce'; did you mean 'office'?")
