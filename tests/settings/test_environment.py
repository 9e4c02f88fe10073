"""`${NAME}` and `…_file`: filled in, looked for, and never given away."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgate.settings.environment import state_folder
from tests.settings.conftest import RIGHT, Desk, lines

SITE = "site: {{admins: [ops@example.com], {}}}\naddresses: [{{address: support@example.com}}]\n"


def test_variables_are_filled_into_texts(desk: Desk) -> None:
    settings = desk({"mailgate.yaml": SITE.format("name: '${DESK} desk'")}, DESK="IT").settings
    assert settings
    assert settings.site.name == "IT desk"


def test_true_and_numbers_may_come_from_variables(desk: Desk) -> None:
    files = {"mailgate.yaml": RIGHT["mailgate.yaml"] + "workers: ${N}\n", "service.yaml": "answers_take: ${TAKE}\n"}
    settings = desk({**files, "categories.yaml": None}, N="2", TAKE="false").settings
    assert settings
    assert (settings.workers, settings.answers_take) == (2, False)


@pytest.mark.parametrize(
    "wrong",
    [
        "timezone: '${SECRET}'",
        "name: x, url: '${SECRET}'",
        "form_of_address: '${SECRET}'",
        "language: 'x${SECRET}'",
        "state: '${SECRET}', nam: x",
    ],
)
def test_no_message_tells_what_a_variable_holds(desk: Desk, wrong: str) -> None:
    told = lines(desk({"mailgate.yaml": SITE.format(wrong)}, SECRET="hunter2").problems)
    assert told
    assert "hunter2" not in "".join(told)


def test_nor_do_the_checks_across_files(desk: Desk) -> None:
    secret = (
        "agents:\n  anna: {name: '${S}', email: '${S}', aliases: ['${S}']}\ngroups: {n: {name: N, members: ['${S}']}}\n"
    )
    rule = (
        "rules:\n  - name: '${S}'\n    when: {subject: {regex: '(${S}'}, size: '${S}'}\n    then: {tags: '{2} ${S}'}\n"
    )
    extra = "intake: {smtp: {listen: '${S}', tls: {cert_file: '${S}', key_file: k}}}\nlimits: {mail_cpu: '${S}'}\n"
    files = {"people.yaml": secret, "routing.yaml": rule, "mailgate.yaml": RIGHT["mailgate.yaml"] + extra}
    told = lines(desk(files, S="hunter2;x").problems)
    assert len(told) > 8
    assert "hunter2" not in "".join(told)


def test_files_are_looked_for_below_the_state_folder(desk: Desk, tmp_path: Path) -> None:
    relay = "delivery: {relays: [{url: smtps://mail.example.com, user: desk, password_file: pass}]}\n"
    files: dict[str, str | bytes | None] = {"mailgate.yaml": RIGHT["mailgate.yaml"] + relay}
    says = f"there is no file {tmp_path}/var/pass; relative paths count from the state folder"
    assert lines(desk(files).problems) == [f"mailgate.yaml:3:80: delivery.relays.0.password_file: {says}"]
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "pass").write_text("secret")
    assert desk(files).problems == ()


def test_the_state_folder_is_what_the_site_says_else_what_the_system_gives_else_var(tmp_path: Path) -> None:
    config = tmp_path / "config"
    assert state_folder(config, "data", {"STATE_DIRECTORY": "/var/lib/x"}) == tmp_path / "data"
    assert state_folder(config, None, {"STATE_DIRECTORY": "/var/lib/x:/var/lib/y"}) == Path("/var/lib/x")
    assert state_folder(config, None, {}) == tmp_path / "var"
