"""Mail that was passed on: who wrote it, and no false alarm on plain answers."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import replace

import pytest

from mailgate.mail.forwarded import Forwarded, forwarded
from mailgate.mail.message import Address, Attachment, Headers, Message
from mailgate.mail.parse import read
from mailgate.settings.site import Limits
from tests.mail.writing import part, with_parts


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


def test_an_attached_mail_comes_before_a_block_that_shows_it_and_is_a_file_of_any_other() -> None:
    head = b"From: Karl Klein <karl@customer.example>\r\nSubject: Drucker\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n"
    same, other = head + b"\r\nEr brennt.\r\n\r\nKarl\r\n", head + b"\r\nAnother.\r\n"
    files = [Attachment("mail.eml", "message/rfc822", raw, hashlib.sha256(raw).hexdigest()) for raw in (same, other)]
    found, below = (forwarded(mail(INLINE["Outlook"], attachments=(file,))) for file in files)
    assert found is not None
    assert below is not None
    assert (found.original is not None, found.sender, found.name) == (True, KARL.sender, KARL.name)
    assert (below.original, below.sender, below.text) == (None, KARL.sender, found.text)


@pytest.mark.parametrize("client", ["Outlook", "Outlook 2003 auf Deutsch"])
def test_the_same_frame_in_an_answer_is_no_forward(client: str) -> None:
    assert forwarded(mail(INLINE[client], subject="AW: Drucker")) is None


def test_a_passed_on_mail_deep_in_what_is_answered_is_no_forward() -> None:
    text = "Yes.\n\nOn Mon, 23 Nov 2026 at 10:00, S <s@example.com> wrote:\n" + INLINE["Gmail"]
    assert forwarded(mail(text, subject="Re: Printer")) is None


def test_a_mail_that_only_says_so_in_its_subject_is_none() -> None:
    assert forwarded(mail("See the file.", subject="WG: Drucker")) is None


def test_recipients_come_with_their_names_and_the_words_above_stay_apart() -> None:
    found = forwarded(
        mail(INLINE["Gmail"].replace("To: Erika", "Cc: Otto <otto@customer.example>, x@y.example\nTo: Erika"))
    )
    assert found is not None
    assert found.to == (Address("Erika", "erika@customer.example"),)
    assert found.cc == (Address("Otto", "otto@customer.example"), Address("", "x@y.example"))
    assert found.words == "Please take over."


# -- attached ----------------------------------------------------------------------------------------------------------

HEAD = "From: Karl Klein <Karl@customer.example>\r\nSubject: Drucker\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n"
ATTACHED = f"{HEAD}To: Erika <erika@customer.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nEr brennt.\r\n"


def with_attached(*parts: bytes, kind: str = "mixed", words: str = "Please take over.") -> Message:
    texts = (part("Content-Type: text/plain", body=words),) if words else ()
    return read(with_parts(kind, *texts, *parts), Limits())


@pytest.mark.parametrize(
    "attached",
    [
        part("Content-Type: message/rfc822", body=ATTACHED),
        part("Content-Type: message/global", body=ATTACHED),
        part(
            "Content-Type: message/rfc822",
            "Content-Transfer-Encoding: base64",  # against RFC 2046, 5.2.1
            body=b64encode(ATTACHED.encode()).decode(),
        ),
        part('Content-Type: application/octet-stream; name="Drucker.eml"', body=ATTACHED),
        part("Content-Type: text/plain", 'Content-Disposition: attachment; filename="a.EML"', body=ATTACHED),
    ],
    ids=["whole", "international", "in base64", "saved", "saved as text"],
)
def test_an_attached_mail_is_read_however_the_program_wraps_it(attached: bytes) -> None:
    found = forwarded(with_attached(attached))
    assert found is not None
    assert (found.sender, found.subject, found.text) == ("karl@customer.example", "Drucker", "Er brennt.")
    assert found.to == (Address("Erika", "erika@customer.example"),)
    assert found.words == "Please take over."
    assert found.original is not None


def test_of_several_attached_mails_it_is_the_first_and_it_says_so() -> None:
    other = part("Content-Type: message/rfc822", body=ATTACHED.replace("Karl", "Paul"))
    found = forwarded(with_attached(part("Content-Type: message/rfc822", body=ATTACHED), other))
    assert found is not None
    assert (found.sender, found.one_of_several) == ("karl@customer.example", True)


def test_the_mails_of_a_digest_need_no_type_of_their_own() -> None:
    digest = forwarded(with_attached(part(body=ATTACHED), part(body=ATTACHED), kind="digest", words=""))
    assert digest is not None
    assert (digest.sender, digest.one_of_several) == ("karl@customer.example", False)
    assert len(digest.others) == 1


def test_what_an_attached_mail_passes_on_is_inside() -> None:
    found = forwarded(with_attached(part("Content-Type: message/rfc822", body=HEAD + "\r\n" + INLINE["Thunderbird"])))
    assert found is not None
    assert found.inner is not None
    assert (found.inner.sender, found.inner.text) == (KARL.sender, KARL.text)


def test_a_file_that_is_only_named_like_a_mail_is_none() -> None:
    assert (
        forwarded(with_attached(part('Content-Type: application/octet-stream; name="a.eml"', body="no mail"))) is None
    )


def test_the_mail_that_comes_back_with_a_delivery_report_is_not_passed_on() -> None:
    status = part(
        "Content-Type: message/delivery-status",
        body="Reporting-MTA: dns; a\r\n\r\nFinal-Recipient: rfc822; b@c.example\r\n",
    )
    report = with_attached(
        status, part("Content-Type: message/rfc822", body=ATTACHED), kind="report; report-type=delivery-status"
    )
    assert report.report is not None
    assert forwarded(report) is None


# -- the outermost prefix decides, and where there is none, the frame --------------------------------------------------


@pytest.mark.parametrize(
    "subject", ["Fwd: Re: x", "[Ext] WG: AW: x", "[Fwd: Re: x]", "x (fwd)", "İLT: x", "TR : x", "转发：x"]
)
def test_a_forward_of_an_answer_is_one(subject: str) -> None:
    assert forwarded(mail(INLINE["Outlook"], subject=subject))


@pytest.mark.parametrize("subject", ["Re: Fwd: x", "AW: WG: x", "Re: [Fwd: x]", "Re: x (fwd)", "SV: VS: x"])
def test_an_answer_to_a_forward_is_none(subject: str) -> None:
    assert forwarded(mail(INLINE["Outlook"], subject=subject)) is None


def test_vs_is_an_answer_in_finnish_and_a_forward_in_danish() -> None:
    block = "{}: Karl <karl@x.example>\n{}: 23.11.2026 10:00\n{}: Erika\n{}: Tulostin\n\nx"
    assert (
        forwarded(mail("Joo.\n\n" + block.format("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"), subject="VS: x"))
        is None
    )
    assert forwarded(mail(block.format("Fra", "Sendt", "Til", "Emne"), subject="VS: x"))


def test_a_block_below_a_ruler_in_a_mail_that_answers_nothing_is_a_forward() -> None:
    silent = mail(INLINE["Outlook"], subject="Please have a look")
    assert forwarded(silent)
    assert forwarded(replace(silent, to=(Address("", "Karl+x@customer.example"),))) is None, "an answer to Karl"
    assert forwarded(replace(silent, sender=Address("", "karl@customer.example"))) is None, "his own mail"
    assert forwarded(replace(silent, references=("a@b.example",))) is None
    without_ruler = silent.text.replace("_" * 32 + "\n", "")
    assert forwarded(replace(silent, text=without_ruler)) is None, "old Outlook answers like this"


@pytest.mark.parametrize(
    "frame", ["----- Teachtaireacht Bhunaidh -----", "23.11.2026 10:00 Anna <a@desk.example> scríobh:"]
)
def test_an_answer_below_a_frame_of_an_unknown_language_is_none(frame: str) -> None:
    quoted = "\n".join(f"> {line}" for line in INLINE["Gmail"].partition("\n\n")[2].split("\n"))
    assert forwarded(mail(f"Jo.\n\n{frame}\n\n{quoted}", subject="Re: x")) is None
    assert forwarded(mail(f"Jo.\n\n{quoted}", subject="Re: x")), "nothing above it: she quotes what she passes on"


# -- odd blocks --------------------------------------------------------------------------------------------------------


def block(sender: str) -> Forwarded | None:
    return forwarded(mail(f"From: {sender}\nSent: Monday, November 23, 2026 10:00\nTo: Erika\nSubject: Drucker\n\nx"))


def test_somebody_of_whom_only_the_name_is_said_has_no_address() -> None:
    found = block("Klein, Karl")
    assert found is not None
    assert (found.sender, found.name, found.to) == ("", "Klein, Karl", (Address("Erika", ""),))


def test_the_writer_is_for_whom_somebody_or_a_machine_sends() -> None:
    personal, robot = (
        block("Erika <e@x.example> im Auftrag von Karl <k@x.example>"),
        block("b-1@x.example on behalf of Karl <k@x.example>"),
    )
    assert personal is not None
    assert robot is not None
    assert (personal.sender, robot.sender, robot.name) == ("k@x.example", "k@x.example", "Karl")


def test_an_address_in_place_of_a_name_is_no_writer() -> None:
    found = block('"boss@desk.example" <thief@x.example>')
    assert found is not None
    assert (found.sender, found.name) == ("thief@x.example", "")


def test_a_table_and_a_wrapped_subject_are_read_whole() -> None:
    head = "From:\nKarl\n<karl@x.example>\n\nDate:\n23 Nov 2026 10:00\n\nSubject:\nThe printer\n\nTo:\ne@x.example"
    found = forwarded(mail(f"{head}\n\nIt burns."))
    assert found is not None
    assert (found.sender, found.subject, found.text) == ("karl@x.example", "The printer", "It burns.")
    wrapped = forwarded(
        mail(INLINE["Gmail"].replace("Subject: Drucker", "Subject: Drucker in Raum 12\nund der daneben"))
    )
    assert wrapped is not None
    assert wrapped.subject == "Drucker in Raum 12 und der daneben"


def test_what_stands_below_the_block_is_never_taken_for_a_part_of_it() -> None:
    head = "From: Karl <k@x.example>\nDate: 23 Nov 2026 10:00\nTo: e@x.example\nSubject: Drucker"
    found = forwarded(mail(f"{head}\nAttachment: see the link\nIt burns."))
    assert found is not None
    assert found.text == "Attachment: see the link\nIt burns."


@pytest.mark.parametrize("first", ["Cc: this is about the copier.", "Attachments: none"])
def test_a_text_that_begins_like_a_label_is_text(first: str) -> None:
    found = forwarded(mail(INLINE["Outlook"].replace("Er brennt.", first)))
    assert found is not None
    assert (found.text, found.cc) == (f"{first}\n\nKarl", ())


def test_fields_of_no_meaning_here_are_no_text() -> None:
    head = "From: Karl <k@x.example>\nDate: 23 Nov 2026 10:00\nTo: e@x.example\nSubject: x"
    for more in ("User-Agent: Mutt/2.2", "Message-ID: <1@x.example>\nX-Mailer: y", "When: Monday\nWhere: Room 7"):
        found = forwarded(mail(f"----- Original Message -----\n{head}\n{more}\n\nIt burns."))
        assert found is not None
        assert (found.subject, found.text) == ("x", "It burns.")


def test_below_a_quoted_block_only_quoted_lines_belong_to_it() -> None:
    text = INLINE["Apple Mail"].replace("> To: erika@customer.example", "Cc: is not a label here")
    found = forwarded(mail(text))
    assert found is not None
    assert (found.cc, found.text.split("\n")[0]) == ((), "Cc: is not a label here")


def test_what_the_forwarder_writes_below_the_end_is_his() -> None:
    head = "----- Forwarded message from k@x.example -----\n\nFrom: k@x.example\nDate: 1 Nov 2026 10:00\nSubject: x"
    found = forwarded(mail(f"{head}\n\nIt burns.\n\n----- End forwarded message -----\n\nAnna"))
    assert found is not None
    assert (found.text, found.closing) == ("It burns.", "Anna")


def test_who_forges_the_end_of_his_mail_takes_nothing_out_of_it() -> None:
    head = "----- Forwarded message from k@x.example -----\n\nFrom: k@x.example\nDate: 1 Nov 2026 10:00\nSubject: x"
    end = "----- End forwarded message -----"
    found = forwarded(mail(f"{head}\n\nIt burns.\n\n{end}\n\nRefund him. Anna\n\n{end}\n\nPlease look.\nAnna"))
    assert found is not None
    assert (found.text, found.closing) == (f"It burns.\n\n{end}\n\nRefund him. Anna", "Please look.\nAnna")


@pytest.mark.parametrize("first", ["To: all of us: it burns", "Subject: nothing works", "Date: since Monday"])
def test_the_first_line_below_a_block_is_the_mails_own_whatever_it_begins_with(first: str) -> None:
    head = "---------- Forwarded message ---------\nFrom: Karl <k@x.example>\nSubject: x"
    found = forwarded(mail(f"{head}\n\n{first}\nHelp!"))
    assert found is not None
    assert (found.subject, found.text) == ("x", f"{first}\nHelp!")
