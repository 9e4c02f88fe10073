"""A whole desk for a story: real SMTP in, the real line, a real SMTP relay out, and a clock that stands where it is put.

Mails come from 127.0.0.1, which is a trusted relay and vouches for the sender, or, as a `stranger`, from 127.0.0.2,
where nobody vouches for anything. Letters are read from the relay they were sent to.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import smtplib
import threading
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from mailgate import shift
from mailgate.clock import SetClock
from mailgate.desk import delivery, journal, outbox_views, tickets, views
from mailgate.desk.journal import Asked
from mailgate.intake.smtp import Listeners, listen
from mailgate.outbox.deliver import Sender
from mailgate.settings import load
from mailgate.store.db import open_store
from mailgate.store.journal import Journal, Receipt
from mailgate.store.turns import Turns
from tests.doubles.relay import Received, Relay
from tests.stories.mailer import Mail, answer

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ERIKA = "Erika Krause <erika@customer.example>"
ANNA = "Anna Alt <anna@example.com>"
BEN = "Ben Beck <ben@example.com>"
SUPPORT = "support@example.com"
Json = dict[str, Any]

CONFIG: Json = {
    "site": {"name": "Example Support", "language": "en", "timezone": "Europe/Berlin", "admins": ["ops@example.com"]},
    "addresses": [
        {"address": SUPPORT, "name": "Example Support", "subaddress": True, "aliases": ["help@example.com"]},
        {"address": "it@example.com", "name": "IT Desk", "category": "network", "subaddress": True},
        {"address": "plain@example.com", "name": "Plain Desk"},
    ],
    "intake": {
        "smtp": {"listen": "127.0.0.1:0", "trusted_relays": ["127.0.0.1"], "authserv_id": "mx.example.com"},
    },
    "limits": {"free_disk": "1MiB"},
    "agents": {
        "anna": {"name": "Anna Alt", "email": "anna@example.com", "aliases": ["a.alt@home.example"], "language": "en"},
        "ben": {"name": "Ben Beck", "email": "ben@example.com", "language": "de"},
        "cleo": {"name": "Cleo Chen", "email": "cleo@example.com"},
    },
    "groups": {
        "network": {"name": "Network team", "members": ["anna", "ben"]},
        "office": {"name": "Office team", "members": ["cleo"]},
    },
    "kinds": {"incident": {"name": {"en": "Incident", "de": "Störung"}, "response": "2h", "calendar": "office"}},
    "categories": {
        "general": {"name": {"en": "General", "de": "Allgemein"}, "group": "network"},
        "network": {"name": {"en": "Network", "de": "Netzwerk"}, "group": "network", "subcategories": {"vpn": "VPN"}},
        "rooms": {"name": {"en": "Rooms", "de": "Räume"}, "group": "office", "notify": "rooms@example.com"},
    },
    "rules": [
        {
            "name": "VPN trouble",
            "when": {"subject": "vpn"},
            "then": {"category": "network/vpn", "priority": "high", "kind": "incident"},
        },
        {"name": "Newsletters", "when": {"from": "*@newsletter.example"}, "then": {"drop": "a newsletter"}},
        {"name": "Odd ones", "when": {"subject": {"is": "hold me"}}, "then": {"hold": "to be looked at"}},
    ],
    "calendars": {"office": {"timezone": "Europe/Berlin", "open": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}}},
}


def merged(base: Json, changes: Json) -> Json:
    """`base` with `changes` laid over it, mapping by mapping."""
    result = dict(base)
    for key, value in changes.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


class World:
    """One desk with its people. Use `with World(tmp_path) as desk`."""

    def __init__(self, folder: Path, changes: Json | None = None) -> None:
        self.folder = folder
        self.clock = SetClock(MONDAY)
        self.relay = Relay()
        self._changes = changes or {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="world", daemon=True)
        self.receipts: list[Receipt] = []

    def __enter__(self) -> World:
        self._thread.start()
        self.relay.__enter__()
        own = {"site": {"state": str(self.folder / "state")}, "delivery": {"relays": [{"url": self.relay.url}]}}
        config = self.folder / "config"
        config.mkdir(parents=True)
        # JSON is YAML 1.2 too
        (config / "mailgate.yaml").write_text(json.dumps(_only(merged(merged(CONFIG, own), self._changes), MAIN)))
        (config / "service.yaml").write_text(json.dumps(_only(merged(CONFIG, self._changes), SERVICE)))
        (config / "people.yaml").write_text(json.dumps(_only(merged(CONFIG, self._changes), PEOPLE)))
        (config / "categories.yaml").write_text(json.dumps(_only(merged(CONFIG, self._changes), CATEGORIES)))
        (config / "routing.yaml").write_text(json.dumps(_only(merged(CONFIG, self._changes), ROUTING)))
        self.settings = load.read(config, os.environ)
        self.store = open_store(self.settings, create=True)
        self.turns = Turns()
        self.journal = Journal(self.store, self.clock)
        self.sender = Sender(self.store, self.settings, self.clock, self.turns, delivery.settled)
        self.listeners: Listeners = self._run(listen(self.settings, self.journal, self.clock, self.receipts.append))
        return self

    def __exit__(self, *wrong: object) -> None:
        self._run(self.listeners.drain(1))
        self._run(self.sender.close())
        self.journal.close()
        self.store.close()
        self.relay.__exit__(None, None, None)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # -- what people do ------------------------------------------------------------------------------------------------

    def mail(self, mail: Mail, *, stranger: bool = False, vouched: bool = True) -> int:
        """Hand a mail in by SMTP, let the desk work, and return the mail's id."""
        known = len(self.receipts)
        self.hand_in(mail, stranger=stranger, vouched=vouched)
        self.work()
        return self.receipts[known].id

    def hand_in(self, mail: Mail, *, stranger: bool = False, vouched: bool = True) -> str:
        """Hand a mail in by SMTP and leave it there; returns what the server said."""
        raw = mail.bytes
        if vouched and not stranger:
            domain = parseaddr(mail.sender)[1].partition("@")[2]
            raw = f"Authentication-Results: mx.example.com; dmarc=pass header.from={domain}\r\n".encode() + raw
        host, port = self.smtp_address
        source = ("127.0.0.2", 0) if stranger else ("127.0.0.1", 0)
        with smtplib.SMTP(host, port, source_address=source) as client:
            client.ehlo("client.example")
            client.mail(mail.return_path)
            for recipient in (parseaddr(mail.to)[1], *mail.also_to):
                code, said = client.rcpt(recipient)
                assert code == 250, said
            code, said = client.data(raw)
            assert code == 250, said
        return said.decode()

    def write(self, sender: str, subject: str, text: str, *, to: str = SUPPORT, **how: Any) -> Json:
        """Somebody writes to us; returns the ticket that came of it."""
        number = self.mail(Mail(sender, to, subject, text), **how)
        found: int = self.mail_state(number)["ticket"]
        return self.ticket(found)

    def answer(self, letter: Received, text: str, *, sender: str, stranger: bool = False, **changed: Any) -> int:
        """Somebody answers a letter of ours."""
        return self.mail(answer(letter, text, sender=sender, **changed), stranger=stranger)

    def work(self) -> None:
        """Handle all mails and send all letters that are due, until nothing is left to do."""
        while True:
            done = shift.batch(self.store, self.settings, self.clock, "story", self.turns.turn, lambda claimed: None)
            sent = self._run(self.sender.send_due())
            if not done.mails and not sent:
                return

    def later(self, **by: float) -> None:
        """Time passes, and what has become due happens."""
        self.clock.advance(timedelta(**by))
        self.work()

    # -- what there is to see --------------------------------------------------------------------------------------------

    @property
    def smtp_address(self) -> tuple[str, int]:
        at = next(each.at for each in self.listeners.addresses if each.source == "smtp")
        assert at.host is not None and at.port is not None
        return at.host, at.port

    def letters(self, to: str, template: str | None = None) -> list[Received]:
        """Letters to an address, oldest first; only those of one template where it is named."""
        found = self.relay.to(to)
        return [each for each in found if template in (None, each.header("X-Mailgate-Letter"))]

    def letter(self, to: str, template: str | None = None) -> Received:
        """The newest of these letters."""
        found = self.letters(to, template)
        assert found, (
            f"no {template or 'letter'} to {to}; there are {[self._named(each) for each in self.relay.letters]}"
        )
        return found[-1]

    def ticket(self, number: int) -> Json:
        """The document of `mailgate ticket N --json`."""
        with self.store.reading(self.settings, self.clock.now()) as tx:
            found = tickets.load(tx, number)
            assert found is not None, f"no ticket {number}"
            return {**views.ticket_in_full(tx, found), "letters": outbox_views.of_ticket(tx, number)}

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

    def mails(self) -> list[Json]:
        """The documents of all mails."""
        with self.store.reading(self.settings, self.clock.now()) as tx:
            return journal.mails(self.store, tx, Asked())

    @contextlib.contextmanager
    def no_letters(self, to: str) -> Iterator[None]:
        """Nothing goes to this address meanwhile."""
        before = len(self.relay.to(to))
        yield
        assert [self._named(each) for each in self.relay.to(to)[before:]] == []

    def _named(self, letter: Received) -> str:
        return f"{letter.header('X-Mailgate-Letter')} to {letter.to}"

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


MAIN = ("site", "storage", "workers", "reload", "tickets", "addresses", "intake", "delivery", "web", "alerts", "limits")
PEOPLE = ("agents", "groups", "customer_groups", "second_level", "commands")
CATEGORIES = (
    "assign_group_of_category",
    "kinds",
    "default_kind",
    "channels",
    "categories",
    "default_category",
)
ROUTING = ("rules", "follow_up_rules")
SERVICE = ("calendars", "acknowledge", "letters", "reminders", "auto_close", "reopen", "answers_take", "notices")


def _only(config: Json, keys: tuple[str, ...]) -> Json:
    return {key: value for key, value in config.items() if key in keys}
