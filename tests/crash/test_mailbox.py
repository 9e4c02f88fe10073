"""A mailbox with accidents on all sides: each mail is a ticket once, or somebody else had it. Here a minute of it; in
`python -m tests.crash mailbox` 2,000 mails."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.crash import mailboxes
from tests.crash.points import OF_MAILBOXES

SEED = random.randrange(10**6)


@pytest.fixture(autouse=True)
def seed() -> None:
    print("seed", SEED)  # pytest shows it with a failure


@pytest.mark.timeout(180)
def test_whatever_breaks_each_mail_of_the_mailbox_is_accounted_for_once(tmp_path: Path) -> None:
    steps = len(OF_MAILBOXES) - len(mailboxes.ONCE)
    said = mailboxes.mailbox(tmp_path, accidents=2 * steps, mails=100, seed=SEED)
    assert all(step.name in said for step in OF_MAILBOXES if step.name not in mailboxes.ONCE), said
