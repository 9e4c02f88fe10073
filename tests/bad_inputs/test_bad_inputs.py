"""Every bad mail of the tables is sent twice over real SMTP: by a stranger, and by the relay we trust. Whatever
becomes of it, no more than this: a ticket, or a mail kept aside, or a refusal with its reason; at most one
acknowledgement; no command, no agent's rights, no field of the writer's in our letters; its bytes stay as they came."""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from mailgate.store.journal import raw_of
from mailgate.store.tables import Arrival, table_of
from tests.bad_inputs.addresses import ADDRESSES
from tests.bad_inputs.bad import Bad
from tests.bad_inputs.bombs import BOMBS
from tests.bad_inputs.characters import CHARACTERS
from tests.bad_inputs.headers import HEADERS
from tests.bad_inputs.injection import INJECTION
from tests.bad_inputs.mime import MIME
from tests.bad_inputs.syntax import SYNTAX
from tests.bad_inputs.words import WORDS
from tests.doubles.relay import Received
from tests.stories.world import World

TABLES = {
    "headers": HEADERS,
    "syntax": SYNTAX,
    "words": WORDS,
    "addresses": ADDRESSES,
    "mime": MIME,
    "bombs": BOMBS,
    "injection": INJECTION,
    "characters": CHARACTERS,
}
ALL = [pytest.param(bad, id=f"{table}: {bad.name}") for table, rows in TABLES.items() for bad in rows]
ARRIVAL = table_of(Arrival)
MOST_CPU_SECONDS = 5.0
"""`limits.mail_cpu`, which ends the worker of a running daemon."""
PRODUCT = b"62615533"
"""What the templates in these mails would come to, if anybody computed them."""
ACKNOWLEDGEMENTS = ("acknowledged", "acknowledged_minimal")
OUR_FIELDS = {
    *("from", "to", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "mime-version"),
    *("content-type", "content-transfer-encoding", "content-disposition", "auto-submitted", "x-auto-response-suppress"),
    *("x-mailgate-ticket", "x-mailgate-letter", "x-mailgate-group", "x-mailgate-priority", "x-mailgate-light"),
    *("precedence", "list-unsubscribe", "content-id", "content-language"),
}


@dataclass(frozen=True)
class Came:
    """What came of one mail."""

    outcome: str
    said: str
    mail: dict[str, Any] | None = None
    ticket: dict[str, Any] | None = None
    letters: tuple[Received, ...] = ()
    cpu: float = 0.0


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    unlimited = dict.fromkeys(
        ("per_mailbox_day_unproven", "per_domain_hour_unproven", "total_per_hour_unproven", "total_per_hour"), 10**6
    )
    changes = {"limits": {"acknowledgements": unlimited}, "rules": []}
    with World(tmp_path_factory.mktemp("bad"), changes) as world:
        yield world


@pytest.mark.parametrize("bad", ALL)
@pytest.mark.parametrize("stranger", [True, False], ids=["stranger", "relay"])
def test_it_does_no_harm(world: World, bad: Bad, stranger: bool) -> None:
    world.later(seconds=1)
    domain = f"c{world.clock.now().timestamp():.0f}.example"
    raw = bad.bytes_from(domain)
    raw += b"" if raw.endswith(b"\r\n") else b"\r\n"  # SMTP knows no other end (RFC 5321, 4.1.1.4)
    came = sent(world, bad.sender.format(domain=domain), raw, stranger=stranger)
    assert came.outcome in allowed(bad, stranger=stranger), came
    assert came.cpu < MOST_CPU_SECONDS
    if came.mail is not None:
        assert kept(world, came.said) == raw
        assert came.mail["sort"] not in ("command", "agent_reply")
    outside = [each for each in came.letters if each.header("X-Mailgate-Letter") in ACKNOWLEDGEMENTS]
    assert len(outside) <= 1
    for letter in came.letters:
        assert_is_clean(letter)
    if came.ticket is not None:
        assert came.ticket["status"] == "new"


def allowed(bad: Bad, *, stranger: bool) -> str:
    """A relay that we trust is not refused for bare line ends or NUL: what it sends is ours already."""
    return bad.outcomes if stranger or "R" not in bad.outcomes else bad.outcomes + "TQ"


def sent(world: World, sender: str, raw: bytes, *, stranger: bool) -> Came:
    """Hand it in, let the desk work, and look."""
    before, began = len(world.relay.letters), time.process_time()
    with smtplib.SMTP(*world.address(), source_address=("127.0.0.2" if stranger else "127.0.0.1", 0)) as client:
        client.ehlo("client.example")
        client.mail(sender)
        client.rcpt("support@example.com")
        code, said = client.data(raw)
    if code != 250:
        return Came("R" if code >= 500 else "r", said.decode())
    world.work()
    found = world.mail_state(number(said.decode()))
    letters = tuple(world.relay.letters[before:])
    ticket = world.ticket(found["ticket"]) if found["ticket"] else None
    return Came(_outcome(found, letters), said.decode(), found, ticket, letters, time.process_time() - began)


def _outcome(mail: dict[str, Any], letters: tuple[Received, ...]) -> str:
    if mail["state"] == "dropped":
        return "D"
    if mail["state"] == "held" or mail["ticket"] is None:
        return "Q"
    answered = any(each.header("X-Mailgate-Letter") in ACKNOWLEDGEMENTS for each in letters)
    return "T" if answered else "Q"


def number(said: str) -> int:
    """Of the mail that was taken with these words."""
    return int(said.rpartition("M-")[2])


def kept(world: World, said: str) -> bytes:
    """Its bytes, as the journal has them."""
    with world.store.looking_back() as journal:
        row = journal.execute(ARRIVAL.select().where(ARRIVAL.c.id == number(said))).one()
    return raw_of(world.store, row)


def assert_is_clean(letter: Received) -> None:
    """No byte of the writer's has become structure: only fields of ours, each once, printable."""
    head, _, _ = letter.raw.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0].decode().lower() for line in re.split(rb"\r\n(?![ \t])", head)]
    assert set(names) <= OUR_FIELDS, names
    assert len(names) == len(set(names)), names
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", head), head
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", letter.raw)
    assert PRODUCT not in letter.raw


@pytest.mark.parametrize(
    "head",
    [
        b"From: a@b.example\r\nX-Injected: yes",
        b"From: a@b.example\r\nSubject: one\r\nSubject: two",
        b"From: a@b.example\r\nSubject: a\x1bb",
        b"From: a@b.example\nSubject: a",
    ],
)
def test_a_letter_that_is_not_clean_would_be_seen(head: bytes) -> None:
    with pytest.raises(AssertionError):
        assert_is_clean(Received("", "erika@customer.example", head + b"\r\n\r\ntext\r\n", 1))
