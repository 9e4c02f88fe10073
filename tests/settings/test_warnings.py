"""What is right and will disappoint: keys of later versions, answers that can not leave, mail nobody handles."""

from __future__ import annotations

import pytest

from mailgate.settings.allowed import keys_of, section_at
from mailgate.settings.later import LATER
from mailgate.settings.model import Settings
from mailgate.settings.tree import RULE, Again
from tests.settings.conftest import RIGHT, Desk, lines

PROVING = "intake: {smtp: {trusted_relays: [127.0.0.1], authserv_id: mx.example.com}}\n"
QUIET = {
    "mailgate.yaml": RIGHT["mailgate.yaml"] + PROVING,
    "categories.yaml": RIGHT["categories.yaml"].replace("categories:\n", "categories:\n  general: {group: network}\n"),
}


def told(desk: Desk, file: str, text: str) -> list[str]:
    examination = desk({**QUIET, file: text})
    assert examination.settings, examination.problems
    return lines(examination.warnings)


def test_a_good_configuration_has_no_warnings(desk: Desk) -> None:
    assert desk(dict(QUIET)).warnings == ()


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        (
            "mailgate.yaml",
            "web: {behind_proxy: [127.0.0.1]}\n",
            "4:7: web.behind_proxy: 'behind_proxy' has no effect yet",
        ),
        ("service.yaml", "retention: {letters: 1d}\n", "2:1: retention: 'retention' has no effect yet"),
    ],
)
def test_a_key_of_a_later_version_is_said_to_have_no_effect(desk: Desk, file: str, text: str, says: str) -> None:
    before = {**RIGHT, **QUIET}[file]
    (warning,) = told(desk, file, before + text)
    assert warning.startswith(f"{file}:{says}")


@pytest.mark.parametrize("text", ["reload: on_change\n", "delivery: {dkim: [], hold: 0s}\n", "web:\n"])
def test_a_later_key_that_asks_for_nothing_is_passed_over(desk: Desk, text: str) -> None:
    assert told(desk, "mailgate.yaml", QUIET["mailgate.yaml"] + text) == []


def test_every_later_key_still_exists() -> None:
    for steps, _ in LATER:
        walked: list[str | int] = []
        for step in steps[:-1]:
            # In a list of rules `*` is a number, elsewhere any key.
            if not isinstance(step, Again):
                walked.append(0 if step == "*" and walked == ["rules"] else "rules" if step in RULE else str(step))
        section, last = section_at(Settings, tuple(walked)), steps[-1]
        assert section, steps
        assert set(last if isinstance(last, frozenset) else [last]) <= set(keys_of(section)), steps


def test_answers_that_can_not_leave_are_named_with_the_way_out(desk: Desk) -> None:
    (warning,) = told(desk, "mailgate.yaml", RIGHT["mailgate.yaml"] + "intake: {smtp: {listen: 127.0.0.1:25}}\n")
    assert warning.startswith("mailgate.yaml:3:1: intake: an agent's answer leaves only where his mail carries a DKIM")
    warnings = told(desk, "mailgate.yaml", RIGHT["mailgate.yaml"] + "intake: {smtp: {listen: null}}\n")
    assert any("no agent's answer can leave: nothing here proves who wrote a mail" in each for each in warnings)


@pytest.mark.parametrize(
    "intake",
    [
        "smtp: {trusted_relays: [10.0.0.0/8], authserv_id: mx.example.com}",
        "lmtp: {listen: 'unix:lmtp.sock', authserv_id: mx.example.com}",
        "submission: {listen: 127.0.0.1:2587, trusted_peers: [127.0.0.1]}",
    ],
)
def test_each_way_to_prove_a_sender_is_enough(desk: Desk, intake: str) -> None:
    assert told(desk, "mailgate.yaml", RIGHT["mailgate.yaml"] + f"intake: {{{intake}}}\n") == []


def test_relays_without_a_name_for_their_word_are_not_enough(desk: Desk) -> None:
    warnings = told(desk, "mailgate.yaml", RIGHT["mailgate.yaml"] + "intake: {smtp: {trusted_relays: [10.0.0.1]}}\n")
    assert "trusted_relays without authserv_id" in warnings[1]


def test_a_gate_that_is_shut_on_one_side_is_named(desk: Desk) -> None:
    text = RIGHT["mailgate.yaml"] + "intake: {smtp: {listen: }}\ndelivery: {relays: []}\n"
    warnings = told(desk, "mailgate.yaml", text)
    assert "mailgate.yaml:3:17: intake.smtp.listen: nothing listens" in warnings[1]
    assert warnings[2] == "mailgate.yaml:4:12: delivery.relays: there is no relay, so no letter can leave"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            'delivery: {relays: [{url: "maildir:out", from: ["*@elsewhere.example"]}]}\n',
            "addresses.0.address: no relay",
        ),
        ('delivery: {relays: [{url: "maildir:out", from: []}, {url: "maildir:b", from: ["*@EXAMPLE.com"]}]}\n', None),
        ("submission: {listen: 127.0.0.1:2587}", "intake.submission.listen: nobody may hand in mail here"),
    ],
)
def test_a_gate_that_nobody_passes_is_named(desk: Desk, text: str, says: str | None) -> None:
    base = RIGHT["mailgate.yaml"] + PROVING
    whole = base + text if text.endswith("\n") else base.replace("intake: {", f"intake: {{{text}, ")
    warnings = told(desk, "mailgate.yaml", whole)
    assert len(warnings) == (says is not None)
    assert all(f" {says}" in each for each in warnings)


def test_groups_without_members_are_named(desk: Desk) -> None:
    people = RIGHT["people.yaml"] + "  office: {name: Office}\n  night: {name: Night, members: [cleo]}\n"
    people = people.replace("groups:", "  cleo: {name: Cleo, email: cleo@example.com, active: false}\ngroups:")
    assert told(desk, "people.yaml", people) == [
        "people.yaml:7:3: groups.office: group 'office' has no members: its letters go to nobody",
        "people.yaml:8:3: groups.night: group 'night' has no active member: its letters go to nobody",
        "people.yaml:8:34: groups.night.members.0: agent 'cleo' is not active, so this has no effect",
    ]


def test_a_category_nobody_handles_is_named(desk: Desk) -> None:
    warnings = told(desk, "categories.yaml", QUIET["categories.yaml"].replace("channels", "  sales: Sales\nchannels"))
    assert warnings == [
        "categories.yaml:4:3: categories.sales: nobody handles category 'sales': give it a group or notify;"
        " until then the admins are told"
    ]


def test_so_is_the_category_that_exists_without_being_written(desk: Desk) -> None:
    (warning,) = told(desk, "categories.yaml", RIGHT["categories.yaml"])
    assert warning.startswith(
        "categories.yaml:1:1: default_category: mail that no rule sorts goes to category 'general'"
    )


def test_an_id_of_two_meanings_is_named(desk: Desk) -> None:
    (warning,) = told(desk, "people.yaml", RIGHT["people.yaml"] + "  ben: {name: Bens, members: [ben]}\n")
    assert warning == "people.yaml:6:3: groups.ben: 'ben' is an agent and a group: `#assign ben` can not say which"


@pytest.mark.parametrize("end", ["", "auto_close: {waiting_for_reporter: 20d}\n"])
def test_a_reminder_after_the_end_is_named(desk: Desk, end: str) -> None:
    text = end + "reminders:\n  - {when: {waiting_for_reporter: 20d}, to: reporter}\n"
    (warning,) = told(desk, "service.yaml", RIGHT["service.yaml"] + text)
    assert "reminders.0.when: this reminder never comes: the ticket is closed after" in warning


def test_reminders_before_the_end_and_without_one_are_right(desk: Desk) -> None:
    rule = "reminders: [{when: {waiting_for_reporter: 20d}, to: reporter}]\n"
    for end in ("{waiting_for_reporter: 21d}", "{waiting_for_reporter: never}", "never"):
        assert told(desk, "service.yaml", RIGHT["service.yaml"] + rule + f"auto_close: {end}\n") == []


KINDS = [
    ("{yellow_after: 4h, red_after: 2h}", "5:13: kinds.a.yellow_after: the light never turns yellow here: after 2h"),
    ("{yellow_after: 8h, solution: 8h}", "5:13: kinds.a.yellow_after: the light never turns yellow here: after 8h"),
    ("{response: 8h, solution: 4h}", "5:13: kinds.a.response: the first answer is promised within 8h, later than"),
    ("{response: 25h, solution: 1d}", "5:13: kinds.a.response: the first answer is promised within 25h, later than"),
    (
        "{response: 2h, solution: 8h, high: {solution: 1h}}",
        "5:48: kinds.a.high.solution: the first answer is promised within 2h, later than the solution, within 1h",
    ),
    ("{yellow_after: 4h, red_after: 8h, urgent: {red_after: 4h}}", "5:55: kinds.a.urgent.red_after: the light never"),
]


@pytest.mark.parametrize(("kind", "says"), KINDS)
def test_thresholds_that_never_come_about_are_named(desk: Desk, kind: str, says: str) -> None:
    (warning,) = told(desk, "categories.yaml", QUIET["categories.yaml"] + f"kinds: {{a: {kind}}}\n")
    assert warning.startswith(f"categories.yaml:{says}")


@pytest.mark.parametrize(
    "kind",
    [
        "{yellow_after: 4h, red_after: 8h, response: 2h, solution: 1d, calendar: office, urgent: {solution: 4h}}",
        "{response: 25h, solution: 1d, calendar: office}",  # how long a day of the office is, the calendar says
        "{response: 4h, solution: 4h}",
        "{yellow_after: 4h, high: {solution: 2h}}",  # which has thresholds of its own
    ],
)
def test_thresholds_that_come_about_are_passed_over(desk: Desk, kind: str) -> None:
    assert told(desk, "categories.yaml", QUIET["categories.yaml"] + f"kinds: {{a: {kind}}}\n") == []


def test_rules_below_one_that_matches_everything_are_named(desk: Desk) -> None:
    rules = "rules:\n  - {name: All, then: {category: network}}\n  - {name: Never, when: {subject: vpn}, then: {}}\n"
    (warning,) = told(desk, "routing.yaml", rules)
    assert (
        warning
        == "routing.yaml:3:5: rules.1: no mail reaches this rule: the one at routing.yaml:2:5 matches every mail"
    )


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]"])
def test_links_to_this_machine_are_named(desk: Desk, host: str) -> None:
    text = QUIET["mailgate.yaml"].replace("{admins", f"{{url: 'http://{host}', admins")
    (warning,) = told(desk, "mailgate.yaml", text)
    assert warning.startswith("mailgate.yaml:1:13: site.url: links in letters would point to ")


@pytest.mark.parametrize(
    ("letters", "says"),
    [
        ("{new_ticket: [group, reporter]}", "'reporter' has no effect here: new_ticket is a letter to us"),
        ("{closed: group}", "'group' has no effect here: closed goes to the reporter or to nobody"),
    ],
)
def test_an_audience_that_a_letter_can_not_have(desk: Desk, letters: str, says: str) -> None:
    found = lines(desk({"service.yaml": f"letters: {letters}\n"}).warnings)
    assert [each for each in found if says in each], found


def test_of_the_light_only_we_are_told(desk: Desk) -> None:
    text = "reminders: [{when: red, to: [group, reporter]}, {when: {waiting_for_reporter: 1d}, to: reporter}]\n"
    (warning,) = [each for each in lines(desk({"service.yaml": text}).warnings) if "no effect" in each]
    assert warning.startswith("service.yaml:1:37: reminders.0.to.1: 'reporter' has no effect here: of the light")


def test_a_deputy_who_would_never_be_asked_is_named(desk: Desk) -> None:
    text = RIGHT["service.yaml"] + "unanswered: {deputy: 2d}\n"
    (warning,) = told(desk, "service.yaml", text)
    assert "unanswered.deputy: the deputy is never asked: the ticket is taken back after 8h" in warning


def test_audiences_that_make_sense_are_no_warning(desk: Desk) -> None:
    text = "letters: {new_ticket: [coordinator, admins], reminder: notify, closed: reporter, escalated: []}\n"
    assert not [each for each in lines(desk({"service.yaml": text}).warnings) if "letters" in each]


def test_a_warning_about_one_of_a_list_names_its_own_line(desk: Desk) -> None:
    text = (
        "site: {admins: [ops@example.com]}\n"
        "addresses:\n"
        "  - {address: support@example.com}\n"
        "  - {address: shop@example.org}\n"
        "delivery: {relays: [{url: 'smtp://127.0.0.1:25', from: ['*@example.com']}]}\n"
    )
    [warning] = told(desk, "mailgate.yaml", text + PROVING)
    assert warning.startswith("mailgate.yaml:4:15: addresses.1.address: no relay carries letters from shop@example.org")
