"""Header fields that are missing, doubled, forged or strange (RFC 5322, 3.6)."""

from __future__ import annotations

from tests.bad_inputs.bad import AGENT, Bad, mail

_HEADER = mail().partition(b"\r\n\r\n")[0]
_REVERSED = b"\r\n".join(reversed(_HEADER.split(b"\r\n"))) + b"\r\n\r\nIt burns.\r\n"

HEADERS: tuple[Bad, ...] = (
    Bad("no From", mail(without=["From"]), "QR"),
    Bad("an empty From", mail("From:"), "Q"),
    Bad("From <>", mail("From: <>"), "Q"),
    Bad("From without @", mail("From: nobody"), "Q"),
    Bad("From a@", mail("From: a@"), "Q"),
    Bad("From @b", mail("From: @b.example"), "Q"),
    Bad("From a@b@c", mail("From: a@b@customer.example"), "Q"),
    Bad("two mailboxes in one From", mail("From: erika@customer.example, otto@customer.example"), "TQ"),
    Bad("two From fields", mail("From: erika@customer.example\r\nFrom: otto@customer.example"), "QR"),
    Bad("an agent as second From", mail(f"From: erika@customer.example\r\nFrom: {AGENT}"), "Q"),
    Bad("an agent as first From", mail(f"From: {AGENT}\r\nFrom: erika@customer.example"), "Q"),
    Bad("Reply-To is us", mail("Reply-To: support@example.com"), "T"),
    Bad("200 addresses in Reply-To", mail("Reply-To: " + ", ".join(f"a{n}@b.example" for n in range(200))), "T"),
    Bad("Reply-To of another domain", mail("Reply-To: erika@elsewhere.example"), "T"),
    Bad("a forged Return-Path", mail(f"Return-Path: <{AGENT}>", first=True), "T"),
    Bad("Resent fields of an agent", mail(f"Resent-From: {AGENT}\r\nResent-To: support@example.com"), "T"),
    Bad("a Bcc field", mail("Bcc: secret@customer.example"), "T"),
    Bad("UTF-8 without MIME-Version", mail("Subject: Drücker brennt", body="Es brännt.\r\n"), "T"),
    Bad("fields in reverse order", _REVERSED, "T"),
    Bad("two Subjects", mail("Subject: one\r\nSubject: two"), "T"),
    Bad("two Content-Types", mail("Content-Type: text/plain\r\nContent-Type: text/html"), "T"),
    Bad("two Message-IDs", mail("Message-ID: <a@customer.example>\r\nMessage-ID: <b@customer.example>"), "T"),
    Bad("no Date", mail(without=["Date"]), "T"),
    Bad("Date in the year 9999", mail("Date: Fri, 31 Dec 9999 23:59:59 +0000"), "T"),
    Bad("Date of 1970", mail("Date: Thu, 1 Jan 1970 00:00:00 +0000"), "T"),
    Bad("a time zone of +9999", mail("Date: Mon, 23 Nov 2026 09:00:00 +9999"), "T"),
    Bad("a Date of 5,000 digits", mail("Date: Mon, 23 Nov " + "2" * 5000), "T"),
    Bad("comments nested in Date", mail("Date: Mon, 23 Nov 2026 09:00:00 +0000 " + "(" * 200 + ")" * 200), "T"),
    Bad("no Message-ID", mail(without=["Message-ID"]), "T"),
    Bad("an empty Message-ID", mail("Message-ID:"), "T"),
    Bad("two ids in one Message-ID", mail("Message-ID: <a@customer.example> <b@customer.example>"), "T"),
    Bad("a Message-ID of 5 kB", mail("Message-ID: <" + "x" * 5000 + "@customer.example>"), "T"),
    Bad(
        "a folded Message-ID with a field behind it", mail("Message-ID: <a\r\n X-Injected: yes@customer.example>"), "T"
    ),
    Bad("a path in Message-ID", mail("Message-ID: <../../etc/passwd@customer.example>"), "T"),
    Bad("NUL in Message-ID", mail(b"Message-ID: <a\0b@customer.example>"), "TR"),
    Bad("undisclosed recipients", mail("To: undisclosed-recipients:;"), "T"),
    Bad("no To", mail(without=["To"]), "T"),
    Bad("fields of ours from outside", mail("X-Mailgate-Ticket: 1001\r\nX-Mailgate-Group: network"), "T"),
    Bad("fields of other desks", mail("RT-Ticket: 1\r\nX-Zammad-Ticket: 1\r\nX-OTRS-FollowUp-State: closed"), "T"),
)
