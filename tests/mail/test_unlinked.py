"""Words of strangers in our lists: readable, and no link in any mail program."""

from __future__ import annotations

import pytest

from mailgate.mail.unlinked import unlinked, unlinked_sender


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Cheap at http://www.evil.example/x?y=1", "Cheap at hxxp://www[.]evil[.]example/x?y=1"),
        ("HTTPS://evil.example", "hxxps://evil[.]example"),
        ("see evil.example now", "see evil[.]example now"),
        ("mailto:x@evil.example", "mailto[]:x@evil[.]example"),
        ("javascript:alert(1)", "javascript[]:alert(1)"),
        ("Version 1.2.3 is out. Really", "Version 1.2.3 is out. Really"),
        ("Re: Printer: it burns", "Re: Printer: it burns"),
        ("münchen.example", "münchen[.]example"),
        ("", ""),
    ],
)
def test_nothing_becomes_a_link(text: str, said: str) -> None:
    assert unlinked(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no connection to mail.example.com:993", "no connection to mail.example.com:993"),
        ("more CPU time than limits.mail_cpu.", "more CPU time than limits.mail_cpu."),
        ("see mail.example.com.evil.example", "see mail[.]example[.]com[.]evil[.]example"),
        ("see evil-mail.example.com/x", "see evil-mail[.]example[.]com/x"),
        ("see http://mail.example.com/x", "see hxxp://mail[.]example[.]com/x"),
        ("x@mail.example.com", "x@mail[.]example[.]com"),
    ],
)
def test_names_of_our_own_stay_where_they_stand_alone(text: str, said: str) -> None:
    assert unlinked(text, ours=("mail.example.com", "limits.mail_cpu")) == said


def test_of_a_sender_the_address_stays() -> None:
    assert unlinked_sender("Win at evil.example <m@x.example>") == "Win at evil[.]example <m@x.example>"
    assert unlinked_sender("m@x.example") == "m@x.example"
