"""Whether a mail answers or passes on."""

from __future__ import annotations

import pytest

from mailgate.mail.message import Headers, Message
from mailgate.mail.subject import is_forward, is_reply


def mail(subject: str, *fields: tuple[str, str], replying: tuple[str, ...] = ()) -> Message:
    return Message(headers=Headers(fields), sender=None, subject=subject, in_reply_to=replying)


@pytest.mark.parametrize(
    "subject",
    ["Re: x", "RE: x", "AW: x", "Aw:x", "Antwort: x", "Re[2]: x", "[Ext] Re: x", "[#1042] AW: x", "回复：x", "SV: x"],
)
def test_a_reply_prefix_makes_a_reply(subject: str) -> None:
    assert is_reply(mail(subject))


@pytest.mark.parametrize("subject", ["Printer", "Reset: x", "Report", "", "Error: disk full", "[#1042] x"])
def test_other_subjects_do_not(subject: str) -> None:
    assert not is_reply(mail(subject))


def test_naming_the_answered_mail_makes_a_reply() -> None:
    assert is_reply(mail("Printer", replying=("a@example.com",)))
    assert is_reply(mail("Printer", ("References", "<a@example.com>")))


@pytest.mark.parametrize("subject", ["Fwd: x", "FW: x", "WG: x", "[Ext] Fwd: x"])
def test_a_forwarded_mail_is_no_reply_though_it_names_one(subject: str) -> None:
    assert is_forward(subject)
    assert not is_reply(mail(subject, replying=("a@example.com",)))
