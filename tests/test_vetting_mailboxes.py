"""A mailbox that the daemon would not start with is a mistake that `check` names, with its place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from mailgate.vetting import vet
from tests.stories.example import write_config

BOX = {"name": "one", "address": "it@example.com", "host": "imap.example.com", "user": "it", "password_file": "secret"}


def problems(folder: Path, *boxes: dict[str, Any], **defaults: Any) -> list[str]:
    """Each as `path: what is wrong`. None takes a key away."""
    (folder / "state").mkdir()
    (folder / "state" / "secret").write_text("x")
    written = [{name: value for name, value in {**BOX, **box}.items() if value is not None} for box in boxes]
    config = {"site": {"state": "state"}, "intake": {"imap": written, "imap_defaults": defaults}}
    return [
        f"{each.path}: {each.message}"
        for each in vet(write_config(folder / "config", config), os.environ, None).problems
    ]


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ({"password_file": None}, "Mailbox one: write password_file or oauth"),
        ({"host": None}, "Mailbox one: host is missing"),
        ({"tls": "none"}, "Mailbox one: a password or token travels only over TLS"),
        (
            {"after": {"move": "inbox"}},
            "Mailbox one: after moves mails into INBOX, which is the folder they are read from",
        ),
    ],
)
def test_a_mailbox_that_can_not_be_read_as_it_is_written_is_named(
    tmp_path: Path, box: dict[str, Any], said: str
) -> None:
    [problem] = problems(tmp_path, box)
    assert problem.startswith(f"intake.imap.0: {said}")


def test_each_of_them_is_named_and_what_is_said_for_all_of_them_counts(tmp_path: Path) -> None:
    first, second = problems(tmp_path, {}, {"name": "two", "user": "two"}, tls="none")
    assert first.startswith("intake.imap.0: Mailbox one: a password or token")
    assert second.startswith("intake.imap.1: Mailbox two: a password or token")


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({}, "Mailbox two: INBOX of it is read as one already"),
        ({"folder": "Other", "after": {"move": "INBOX"}}, "Mailbox two: after moves mails into a folder that is read"),
    ],
)
def test_two_that_read_the_same_mails_are_named(tmp_path: Path, second: dict[str, Any], said: str) -> None:
    [problem] = problems(tmp_path, {"after": "flag"}, {"name": "two", **second})
    assert problem.startswith(f"intake.imap.1: {said}")


def test_mailboxes_that_can_be_read_are_no_mistake(tmp_path: Path) -> None:
    assert problems(tmp_path, {}, {"name": "two", "user": "two"}) == []
