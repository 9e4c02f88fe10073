"""Mails that nobody thought of: a seeded source of every sort of mail, also answers to letters of a desk."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr

from tests.doubles.relay import Received
from tests.stories.mailer import Mail, answer, conversation
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, MALLORY, SUPPORT

REPORTERS = (
    ERIKA,
    "Otto Öl <otto@partner.example>",
    "eva@customer.example",
    '"Dr. Y, Z" <yz@elsewhere.example>',
    MALLORY,
)
AGENTS = (ANNA, BEN, CLEO, "Anna privat <a.alt@home.example>")
ADDRESSES = (SUPPORT, "it@example.com", "plain@example.com", "help@example.com", "support+sales@example.com")
SUBJECTS = (
    *("VPN is slow", "Printer", "", "hold me", "Störung im Büro", "Re: Fwd: AW: Lamp", "[#1001] again", "[#9999] old"),
    *("=?utf-8?q?=F0=9F=94=A5_fire?=", "x" * 300),
)
WORDS = (
    *("It burns.", "Seit Montag fehlt das WLAN.", "Please help.\n\nErika", "", "#close", "-- \nSignature\nPhone 1"),
    *("Thanks!", "Danke, hat sich erledigt.", "> quoted\n\nmine", "a\tb\n" * 40),
)
COMMANDS = (
    *("#take", "#assign ben", "#priority urgent", "#note For us only", "#resolve Done.", "#close", "#reopen", "#help"),
    *(
        "#asign ben",
        "#category network/vpn",
        "#kind incident",
        "#take; priority high\n\nOn it.",
        "#question Which one?",
    ),
    *("#answer It is fixed.", "#1001 take", "#nonsense", "#drop", "#yes", "\\#take is no command", "#übernehmen"),
)
AUTOMATIC = (
    *({"Auto-Submitted": "auto-replied"}, {"Auto-Submitted": "auto-generated"}, {"Precedence": "bulk"}),
    *({"List-Id": "<list.example>"}, {"X-Auto-Response-Suppress": "All"}, {"X-Loop": "mailgate"}),
    {"Content-Type": "multipart/report; report-type=disposition-notification"},
)


@dataclass(frozen=True)
class Generated:
    """One mail as it goes over the wire, and from where."""

    raw: bytes
    sender: str
    recipients: tuple[str, ...]
    stranger: bool


class Source:
    """Mails without end; the same seed on the same desk gives the same ones."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._last: list[Generated] = []

    def next(self, letters: list[Received]) -> Generated:
        """The next mail of somebody who may have got one of these letters."""
        made = self._again() or self._new(letters)
        self._last = [*self._last[-20:], made]
        return made

    def _new(self, letters: list[Received]) -> Generated:
        kinds: tuple[Callable[[list[Received]], Mail | Generated], ...]
        kinds = (self._request, self._request, self._answer, self._answer, self._bounce, self._odd)
        mail = self._dice.choice(kinds)(letters)
        if isinstance(mail, Generated):
            return mail
        stranger = self._dice.random() < 0.25
        raw = mail.bytes
        if not stranger and self._dice.random() < 0.9:
            domain = parseaddr(mail.sender)[1].partition("@")[2]
            verdict = self._dice.choice(("pass", "pass", "pass", "fail"))
            raw = f"Authentication-Results: mx.example.com; dmarc={verdict} header.from={domain}\r\n".encode() + raw
        return Generated(raw, mail.return_path, (parseaddr(mail.to)[1], *mail.also_to), stranger)

    def _again(self) -> Generated | None:
        """The same bytes for another of our addresses."""
        if not self._last or self._dice.random() > 0.05:
            return None
        one = self._dice.choice(self._last)
        other = "it@example.com" if "it@example.com" not in one.recipients else "help@example.com"
        return Generated(one.raw, one.sender, (other,), one.stranger)

    def _request(self, letters: list[Received]) -> Mail:
        pick = self._dice.choice
        sender = pick((*REPORTERS, *REPORTERS, *AGENTS, "offers@newsletter.example", SUPPORT))
        text = pick((*WORDS, *COMMANDS)) if sender in AGENTS else pick(WORDS)
        mail = Mail(sender, pick(ADDRESSES), pick(SUBJECTS), text)
        if self._dice.random() < 0.2:
            mail.headers = dict(pick(AUTOMATIC[:-1]))
        if self._dice.random() < 0.2:
            mail.files = {"räumlich.pdf": b"%PDF", "../evil.exe": b"MZ"}
        if self._dice.random() < 0.2:
            mail.html = f"<p>{text}</p><blockquote>old</blockquote>"
        if self._dice.random() < 0.15:
            mail.also_to = ("help@example.com",)
        return mail

    def _answer(self, letters: list[Received]) -> Mail:
        if not letters:
            return self._request(letters)
        pick = self._dice.choice
        letter = pick(letters[-30:])
        rightful = f"Reader <{letter.to}>" if self._dice.random() < 0.8 else pick((*REPORTERS, *AGENTS))
        text = pick((*COMMANDS, *WORDS)) if letter.to.endswith("@example.com") else pick(WORDS)
        mail = answer(letter, text, sender=rightful, quoted=self._dice.random() < 0.8, language=pick(("en", "de")))
        if self._dice.random() < 0.15:
            mail.headers |= pick(AUTOMATIC[:-1])
        if self._dice.random() < 0.1:
            mail.to = SUPPORT  # the references alone say where it belongs
        return mail

    def _bounce(self, letters: list[Received]) -> Mail:
        if not letters:
            return self._request(letters)
        letter = self._dice.choice(letters[-30:])
        status = self._dice.choice(("5.1.1", "4.4.7"))
        text = (
            f"Your mail to {letter.to} could not be delivered.\n\n550 {status} unknown\n\n{letter.header('Message-ID')}"
        )
        to = letter.envelope_from if letter.envelope_from and self._dice.random() < 0.7 else SUPPORT
        headers = {"Auto-Submitted": "auto-replied", **conversation(letter)}
        return Mail("MAILER-DAEMON@mx.example", to, "Undelivered Mail", text, headers=headers, envelope_from="")

    def _odd(self, letters: list[Received]) -> Generated:
        """Nothing a decent program writes."""
        pick = self._dice.choice
        field = pick(
            (b"Reply-To: a@b.example, c@d.example", b"References: " + b"<" * 50, b"Sender: ;;", b"no field", b"")
        )
        sender = pick((b"undisclosed:;", b"a@b@c", b"Mallory <mallory@elsewhere.example>", b"=?utf-8?b?////?="))
        number = self._dice.randrange(10**9)
        words = pick((b"odd\x0b\x1b[31m words", b"\xff\xfe\x00", b"", b"=20=\r\n--\r\n--x--"))
        kind = pick((b"text/plain; charset=nonsense", b"multipart/mixed; boundary=x", b"text/html", b"message/rfc822"))
        head = b"From: %s\r\n%s\r\nMessage-ID: <odd %d@@>\r\nSubject: odd\r\nContent-Type: %s" % (
            sender,
            field,
            number,
            kind,
        )
        return Generated(head + b"\r\n\r\n" + words + b"\r\n", "", (SUPPORT,), self._dice.random() < 0.5)
