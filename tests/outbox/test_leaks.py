"""The last look: exactly our headers, and no agent's address in what we add."""

from __future__ import annotations

import pytest

from mailgate.errors import Permanent
from mailgate.outbox.leaks import scan_header, scan_words
from mailgate.outbox.sample import BARE
from tests.outbox.desk import SETTINGS, changed, composed, settings_in


def test_what_we_wrote_passes() -> None:
    scan_header(b"From: a@b\r\nSubject: x\r\n y\r\n", ["From", "Subject"])
    assert composed().header.startswith(b"From: ")


@pytest.mark.parametrize(
    "header",
    [
        b"From: a@b\r\nSubject: x\r\nBcc: v@x\r\n",  # one more
        b"From: a@b\r\n",  # one fewer
        b"Subject: x\r\nFrom: a@b\r\n",  # another order
        b"From: a@b\r\nFrom: c@d\r\n",  # twice
        b"From: a@b\r\nSubject: x\nBcc: v@x\r\n",  # bare LF
        b"From: a@b\r\nSubject: x\rBcc: v@x\r\n",  # bare CR
        b"From: a@b\r\nSubject: x\r\n\r\nbody\r\n",  # the header ends early
        b"From: a@b\r\nSubject: x\r\n  \r\n",  # a folded line of white space
        b"From: a@b\r\nSubject: x\x00\r\n",  # a control character
        b"From: a@b\r\nSubject: " + b"x" * 990 + b"\r\n",  # too long
        b"From: a@b\r\nSubject: x",  # cut off
    ],
)
def test_what_we_did_not_write_stops_the_letter(header: bytes) -> None:
    with pytest.raises(Permanent):
        scan_header(header, ["From", "Subject"])


def test_a_field_that_was_written_twice_stops_the_letter() -> None:
    with pytest.raises(Permanent, match="twice"):
        scan_header(b"X-A: 1\r\nx-a: 2\r\n", ["X-A", "x-a"])


@pytest.mark.parametrize(
    "shown",
    [
        "ask anna@example.com.",
        "ask ANNA@Example.com",
        "<anna@example.com>",
        "x a.alt@example.org",
        "mailto:anna@example.com?subject=x",
    ],
)
def test_an_agents_address_that_nobody_wrote_is_a_leak(shown: str) -> None:
    with pytest.raises(Permanent):
        scan_words([shown], BARE, "erika@partner.example", SETTINGS)


@pytest.mark.parametrize("shown", ["joanna@example.com", "anna@example.com.au", "support@example.com", "no address"])
def test_other_addresses_are_none(shown: str) -> None:
    scan_words([shown], BARE, "erika@partner.example", SETTINGS)


@pytest.mark.parametrize("field", ["words", "solution", "earlier", "notice", "subject", "reader"])
def test_what_somebody_wrote_is_his_decision(field: str) -> None:
    view = changed(BARE, **{field: "write to anna@example.com"})
    scan_words(["write to anna@example.com"], view, "erika@partner.example", SETTINGS)


def test_an_agent_who_reports_something_may_read_his_own_address() -> None:
    scan_words(["Hello anna@example.com"], BARE, "A.Alt@example.org", SETTINGS)


def test_an_agents_address_that_is_also_ours_is_public() -> None:
    shared = settings_in(agents={"desk": {"name": "Desk", "email": "it@example.com"}})
    scan_words(["it@example.com"], BARE, "erika@partner.example", shared)
