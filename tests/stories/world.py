"""A whole desk for a story: real SMTP in, the real line, a real SMTP relay out, and a clock that is set.

Mails come from 127.0.0.1, which is a trusted relay and vouches for the sender, or, as a `stranger`, from 127.0.0.2,
where nobody vouches for anything. Letters are read from the relay they were sent to.
"""

from __future__ import annotations

import asyncio
import re
import smtplib
import threading
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mailgate.clock import SetClock
from mailgate.desk import delivery, journal, mails, outbox_views, tickets, views
from mailgate.desk.journal import Asked
from mailgate.first_hop import Look
from mailgate.intake.smtp import Listeners, listen
from mailgate.outbox.deliver import Sender
from mailgate.shift import Shift
from mailgate.store import claim
from mailgate.store.db import Store, open_store
from mailgate.store.journal import Journal, Receipt
from mailgate.store.tables import MailState, table_of
from mailgate.store.turns import Turns
from tests.doubles.relay import Received, Relay
from tests.stories.beginnings import settings_of
from tests.stories.example import Json
from tests.stories.mailer import Mail, answer

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ERIKA = "Erika Krause <erika@customer.example>"
ANNA = "Anna Alt <anna@example.com>"
BEN = "Ben Beck <ben@example.com>"
CLEO = "Cleo Chen <cleo@example.com>"
MALLORY = "Mallory <mallory@elsewhere.example>"
SUPPORT = "support@example.com"
STATE = table_of(MailState)
TEMPLATE = re.compile(rb"^X-Mailgate-Letter: (\w+)", re.MULTILINE)


class World:
    """One desk with its people. Use `with World(tmp_path) as desk`. `store`: empty databases that stay open afterwards;
    without it the desk has its own, under `folder`."""

    def __init__(self, folder: Path, changes: Json | None = None, store: Store | None = None) -> None:
        self.folder = folder
        self._lent = store
        self.clock = SetClock(MONDAY)
        self.relay = Relay()
        self._changes = changes or {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="world", daemon=True)
        self._noted = 0
        self.receipts: list[Receipt] = []
        self.look: Look | None = None
        """How the senders of strangers' mail are looked at; by itself the desk asks no DNS."""

    def __enter__(self) -> World:
        self._thread.start()
        self.relay.__enter__()
        state = self._lent.blobs.parent if self._lent else self.folder / "state"
        self.settings = settings_of(self.folder / "config", state, self.relay.url, self._changes)
        self.store = self._lent or open_store(self.settings, create=True)
        self.turns = Turns()
        self.journal = Journal(self.store, self.clock)
        self.sender = Sender(self.store, self.settings, self.clock, self.turns, delivery.settled)
        self.listeners: Listeners = self._run(listen(self.settings, self.journal, self.clock, self.receipts.append))
        return self

    def __exit__(self, *wrong: object) -> None:
        self._run(self.listeners.drain(1))
        self._run(self.sender.close())
        self.journal.close()
        if not self._lent:
            self.store.close()
        self.relay.__exit__(None, None, None)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # -- what people do ------------------------------------------------------------------------------------------------

    def mail(self, mail: Mail, **how: Any) -> int:
        """Hand a mail in by SMTP, let the desk work, and return the mail's id."""
        number = self.hand_in(mail, **how)
        self.work()
        return number

    def hand_in(self, mail: Mail, *, stranger: bool = False, vouched: bool = True, door: str = "smtp") -> int:
        """Hand a mail in and leave it there; returns its id, as the server said it."""
        raw = mail.bytes
        if vouched and not stranger:
            domain = parseaddr(mail.sender)[1].partition("@")[2]
            raw = f"Authentication-Results: mx.example.com; dmarc=pass header.from={domain}\r\n".encode() + raw
        recipients = (parseaddr(mail.to)[1], *mail.also_to)
        return self.hand_in_bytes(raw, mail.return_path, recipients, stranger=stranger, door=door)

    def hand_in_bytes(
        self, raw: bytes, sender: str, recipients: tuple[str, ...], *, stranger: bool = False, door: str = "smtp"
    ) -> int:
        """Hand these very bytes in, from 127.0.0.2 as a stranger, and leave them there."""
        with smtplib.SMTP(*self.address(door), source_address=("127.0.0.2" if stranger else "127.0.0.1", 0)) as client:
            client.ehlo("client.example")
            client.mail(sender)
            for recipient in recipients:
                code, said = client.rcpt(recipient)
                assert code == 250, said
            code, said = client.data(raw)
            assert code == 250, said
        return int(said.decode().rpartition("M-")[2])

    def write(self, sender: str, subject: str, text: str, *, to: str = SUPPORT, **how: Any) -> Json:
        """Somebody writes to us; returns the ticket that came of it."""
        number = self.mail(Mail(sender, to, subject, text), **how)
        found: int = self.mail_state(number)["ticket"]
        return self.ticket(found)

    def answer(
        self, letter: Received, text: str, *, sender: str, stranger: bool = False, door: str = "smtp", **changed: Any
    ) -> int:
        """Somebody answers a letter of ours."""
        return self.mail(answer(letter, text, sender=sender, **changed), stranger=stranger, door=door)

    def work(self) -> None:
        """Handle all mails and send all letters that are due, until nothing is left to do."""
        while True:
            on = (self.store, self.settings, self.clock, "story", self.turns.turn, lambda claimed: None)
            done = Shift(*on, look=self.look).batch()
            sent = self._run(self.sender.send_due())
            if not done.mails and not sent:
                break
        with self.store.reading(self.settings, self.clock.now()) as tx:
            failed = tx.all(sa.select(STATE.c.error).where(STATE.c.state == "failed"))
        assert not failed, failed[-1].error

    def sends(self) -> int:
        """One round of the sender; returns how many letters it took."""
        taken: int = self._run(self.sender.send_due())
        return taken

    def later(self, **by: float) -> None:
        """Time passes, and what has become due happens."""
        self.clock.advance(timedelta(**by))
        self.work()

    def release(self, mail: int) -> None:
        """An admin lets a held mail go on."""
        with self.store.transaction(self.settings, self.clock.now()) as tx:
            assert claim.release_held(tx, mail)
        self.work()

    # -- what there is to see ------------------------------------------------------------------------------------------

    def address(self, door: str = "smtp") -> tuple[str, int]:
        """Where one of the listeners listens."""
        at = next(each.at for each in self.listeners.addresses if each.source == door)
        assert at.host is not None
        assert at.port is not None
        return at.host, at.port

    def letters(self, to: str, template: str | None = None) -> list[Received]:
        """Letters to an address, oldest first; only those of one template where it is named."""
        found = self.relay.to(to)
        return [each for each in found if template in (None, each.header("X-Mailgate-Letter"))]

    def letter(self, to: str, template: str | None = None) -> Received:
        """The newest of these letters."""
        found = self.letters(to, template)
        assert found, f"no {template or 'letter'} to {to}; there are {[named(each) for each in self.relay.letters]}"
        return found[-1]

    def new_letters(self) -> list[str]:
        """Every letter since this was last asked, such as `reply to erika@customer.example`, in order of the names."""
        new, self._noted = self.relay.letters[self._noted :], len(self.relay.letters)
        return sorted(named(each) for each in new)

    def ticket(self, number: int = 1001) -> Json:
        """The document of `mailgate ticket N --json`."""
        with self.store.reading(self.settings, self.clock.now()) as tx:
            found = tickets.load(tx, number)
            assert found is not None, f"no ticket {number}"
            return {**views.ticket_in_full(tx, found), "letters": outbox_views.of_ticket(tx, number)}

    def state(self, number: int = 1001) -> tuple[str, str | None]:
        """Status and assignee."""
        ticket = self.ticket(number)
        return ticket["status"], ticket["assignee"]

    def message(self, number: int = 1001) -> Json:
        """The newest message of a ticket."""
        found: Json = self.ticket(number)["messages"][-1]
        return found

    def actions(self, number: int = 1001) -> list[str]:
        """What happened on a ticket, word by word; that letters were queued and sent is left out."""
        return [event["action"] for event in self.ticket(number)["events"] if event["action"] not in ("letter", "sent")]

    def tickets(self) -> list[Json]:
        """Every ticket, newest change first."""
        with self.store.reading(self.settings, self.clock.now()) as tx:
            return views.overview(tx, [], limit=1000, offset=0)[1]

    def mail_state(self, number: int) -> Json:
        """The document of one mail."""
        with self.store.reading(self.settings, self.clock.now()) as tx:
            found = journal.one_mail(self.store, tx, number)
            assert found is not None, f"no mail M-{number}"
            return found[1]

    def decision(self, number: int) -> Json:
        """What was decided about a mail, and why."""
        with self.store.reading(self.settings, self.clock.now()) as tx:
            return mails.decision(tx, number) or {}

    def mails(self) -> list[Json]:
        """The documents of all mails."""
        with self.store.reading(self.settings, self.clock.now()) as tx:
            return journal.search(self.store, tx, Asked())[1]

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


def named(letter: Received) -> str:
    """A letter in a word and an address."""
    found = TEMPLATE.search(letter.raw)
    return f"{found[1].decode() if found else ''} to {letter.to}"
