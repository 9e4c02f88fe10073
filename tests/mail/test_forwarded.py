"""Mail that was passed on: who wrote it, and no false alarm on plain answers."""

from __future__ import annotations

import hashlib

import pytest

from mailgate.mail.forwarded import Forwarded, forwarded
from mailgate.mail.message import Attachment, Headers, Message


def mail(text: str, subject: str = "Fwd: Printer", attachments: tuple[Attachment, ...] = ()) -> Message:
    return Message(headers=Headers(()), sender=None, subject=subject, text=text, attachments=attachments)


KARL = Forwarded("karl@customer.example", "Karl Klein", "Drucker", "", "Er brennt.\n\nKarl")
INLINE = {
    "Gmail": """Please take over.

---------- Forwarded message ---------
From: Karl Klein <karl@customer.example>
Date: Mon, 23 Nov 2026 at 10:00
Subject: Drucker
To: Erika <erika@customer.example>

Er brennt.

Karl""",
    "Gmail auf Deutsch": """---------- Forwarded message ---------
Von: Karl Klein <karl@customer.example>
Date: Mo., 23. Nov. 2026 um 10:00 Uhr
Subject: Drucker
To: <erika@customer.example>

Er brennt.

Karl""",
    "Apple Mail": """> Begin forwarded message:
>
> From: Karl Klein <karl@customer.example>
> Subject: Drucker
> Date: 23 November 2026 at 10:00:00 CET
> To: erika@customer.example
>
> Er brennt.
>
> Karl""",
    "iOS auf Deutsch": """Bitte übernehmen.

Anfang der weitergeleiteten Nachricht:

> Von: Karl Klein <karl@customer.example>
> Datum: 23. November 2026 um 10:00:00 MEZ
> An: erika@customer.example
> Betreff: Drucker
>
> Er brennt.
>
> Karl""",
    "Thunderbird": """-------- Forwarded Message --------
Subject: \tDrucker
Date: \tMon, 23 Nov 2026 10:00:00 +0100
From: \tKarl Klein <karl@customer.example>
To: \terika@customer.example

Er brennt.

Karl""",
    "Thunderbird auf Deutsch": """-------- Weitergeleitete Nachricht --------
Betreff: \tDrucker
Datum: \tMon, 23 Nov 2026 10:00:00 +0100
Von: \tKarl Klein <karl@customer.example>
An: \terika@customer.example

Er brennt.

Karl""",
    "Outlook": """Please take over.

________________________________
From: Karl Klein <karl@customer.example>
Sent: Monday, November 23, 2026 10:00
To: Erika <erika@customer.example>
Subject: Drucker

Er brennt.

Karl""",
    "Outlook 2003 auf Deutsch": """-----Ursprüngliche Nachricht-----
Von: Karl Klein [mailto:karl@customer.example]
Gesendet: Montag, 23. November 2026 10:00
An: Erika
Betreff: Drucker

Er brennt.

Karl""",
}


@pytest.mark.parametrize("client", INLINE)
def test_an_inline_forward_names_who_wrote_it_and_what(client: str) -> None:
    found = forwarded(mail(INLINE[client]))
    assert found is not None
    assert (found.sender, found.name, found.subject, found.text) == (KARL.sender, KARL.name, KARL.subject, KARL.text)
    assert "23" in found.date
    assert "10:00" in found.date


def test_an_attached_mail_comes_before_the_text() -> None:
    head = b"From: Karl Klein <karl@customer.example>\r\nSubject: Drucker\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n"
    raw = head + b"\r\nEr brennt.\r\n"
    file = Attachment("mail.eml", "message/rfc822", raw, hashlib.sha256(raw).hexdigest())
    found = forwarded(mail(INLINE["Outlook"].replace("Karl", "Paul"), attachments=(file,)))
    assert found == Forwarded(
        "karl@customer.example", "Karl Klein", "Drucker", "Mon, 23 Nov 2026 10:00:00 +0100", "Er brennt."
    )


@pytest.mark.parametrize("client", ["Outlook", "Outlook 2003 auf Deutsch"])
def test_the_same_frame_in_an_answer_is_no_forward(client: str) -> None:
    assert forwarded(mail(INLINE[client], subject="AW: Drucker")) is None


def test_a_passed_on_mail_deep_in_what_is_answered_is_no_forward() -> None:
    text = "Yes.\n\nOn Mon, 23 Nov 2026 at 10:00, S <s@example.com> wrote:\n" + INLINE["Gmail"]
    assert forwarded(mail(text, subject="Re: Printer")) is None


def test_a_mail_that_only_says_so_in_its_subject_is_none() -> None:
    assert forwarded(mail("See the file.", subject="WG: Drucker")) is None
