"""The desk that a mail of the corpus comes to: empty, or as other mails of the corpus left it."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mailgate.clock import SetClock
from mailgate.desk import people, tickets
from mailgate.outbox.moulds import text_of, words_of
from mailgate.rehearsal import envelope, rehearse, stored
from mailgate.settings.model import Settings
from mailgate.shift import Shift
from mailgate.store.db import Store, Tx, in_memory, open_store
from mailgate.store.journal import Journal, Transmission
from mailgate.store.tables import Letter, MailState, table_of
from tests.mails.pairs import Pair, pair

LETTER = table_of(Letter)
STATE = table_of(MailState)


@dataclass(frozen=True, slots=True)
class Answered:
    """A letter of ours: what its quotation is made of, its text, and the names that may stand in an answer."""

    values: dict[str, str]
    text: str
    names: tuple[str, ...]
    id: int = 0


@dataclass
class Desks:
    """One desk for each past, kept: a rehearsal leaves nothing behind."""

    settings: Settings
    folder: Path
    _stores: dict[str | None, Store] = field(default_factory=dict)

    def judge(self, one: Pair) -> dict[str, Any]:
        """What `explain` says of this mail on the desk it comes to."""
        store = self._store(one.after)
        if one.again:
            return stored(store, self.settings, self._arrive(store, one), SetClock(one.at))
        values = self._letter(store, one)
        return rehearse(store, self.settings, one.bytes(values), one.said(values), SetClock(one.at))

    def letter(self, after: str, answers: str, at: datetime) -> Answered:
        """A letter of that desk, as the line knows it when it is answered."""
        with self._store(after).reading(self.settings, at) as tx:
            row = _row(tx, answers)
            values = _placeholders(tx, row)
            ticket = tickets.load(tx, int(values["number"]))
            names = people.names(tx, ticket.reporter if ticket else None)
            return Answered(values, text_of(tx, row), names, row.id)

    @contextmanager
    def looking(self, after: str, at: datetime) -> Iterator[Tx]:
        """That desk, to be read."""
        with self._store(after).reading(self.settings, at) as tx:
            yield tx

    def close(self) -> None:
        """Give the databases back."""
        for store in self._stores.values():
            store.close()

    def _store(self, after: str | None) -> Store:
        if after not in self._stores:
            self._stores[after] = self._lived_through(after) if after else in_memory()
        return self._stores[after]

    def _lived_through(self, last: str) -> Store:
        """A new desk on which the mail `last`, and all that it comes after, was really handled."""
        state = self.settings.site.model_copy(update={"state": str(self.folder / last)})
        store = open_store(self.settings.model_copy(update={"site": state}), create=True)
        for each in _line_of(last):
            number = self._arrive(store, each)
            Shift(store, self.settings, SetClock(each.at), "corpus", _turn, lambda claimed: None).batch()
            with store.reading(self.settings, each.at) as tx:
                state_of = tx.value(sa.select(STATE.c.state).where(STATE.c.mail == number))
                assert state_of == "handled", f"{each.name}, which is needed here, is {state_of}"
        return store

    def _arrive(self, store: Store, one: Pair) -> int:
        """Into the journal, as a session would put it there."""
        values = self._letter(store, one)
        raw = one.bytes(values)
        how = envelope(self.settings, raw, one.said(values), one.at)
        journal = Journal(store, SetClock(one.at))
        try:
            return journal.receive(
                Transmission(
                    received_at=one.at,
                    source=how.source,
                    peer=how.peer,
                    helo=None,
                    trusted=how.trusted,
                    submitted_by=how.submitted_by,
                    envelope_from=how.sender,
                    recipients=how.recipients,
                    raw=raw,
                )
            ).id
        finally:
            journal.close()

    def _letter(self, store: Store, one: Pair) -> dict[str, str]:
        """The letter that this mail answers (`TEMPLATE to ADDRESS`, the newest such), as placeholders."""
        if one.answers is None:
            return {}
        with store.reading(self.settings, one.at) as tx:
            return _placeholders(tx, _row(tx, one.answers))


def _row(tx: Tx, answers: str) -> Any:
    template, _, to = answers.partition(" to ")
    mine = sa.select(LETTER).where(LETTER.c.template == template, LETTER.c.to == to)
    row = tx.first(mine.order_by(LETTER.c.id.desc()))
    there = [f"{each.template} to {each.to}" for each in tx.all(sa.select(LETTER))]
    assert row, f"there is no letter {answers}, but {there}"
    return row


def _line_of(last: str) -> list[Pair]:
    line: list[Pair] = []
    name: str | None = last
    while name:
        line.append(pair(name))
        name = line[-1].after
    return line[::-1]


@contextmanager
def _turn() -> Iterator[None]:
    yield


def _pieces(text: str, html: str) -> dict[str, str]:
    """A list of tickets taken apart, so that something may stand between its rows."""
    above, *rows, last = re.split(r"^(?=  \d+ · )", text, flags=re.MULTILINE)
    row, _, below = last.partition("\n\n")
    shown = [each.rstrip() for each in (above, *rows, row, below)]
    marked = re.split(r"(?=<tr>)|(?<=</tr>)\s*(?=</table>)", html)
    names = ("above", *(f"row{number}" for number in range(1, len(shown) - 1)), "below")
    return dict(zip(names, shown, strict=True)) | {
        f"html_{name}": piece.strip() for name, piece in zip(names, marked, strict=True)
    }


def _placeholders(tx: Tx, row: Any) -> dict[str, str]:
    header = email.message_from_bytes(row.header)
    fields = {name: " ".join(str(header[name] or "").split()) for name in ("References", "Reply-To", "From")}
    ticket, _, token = row.message_id.partition("@")[0].partition(".")
    words = words_of(tx, row)
    assert words is not None
    text = words.text.rstrip()
    html = words.html.partition("<body")[2].partition(">")[2].partition("</body>")[0].strip()
    return {
        **(_pieces(text, html) if row.template == "list" and "  1" in text else {}),
        "number": ticket,
        "token": token,
        "message_id": row.message_id,
        "references": fields["References"],
        "reply_to": fields["Reply-To"].rpartition("<")[2].rstrip(">"),
        "from": str(make_header(decode_header(fields["From"]))),
        "bounce": row.envelope_from,
        "subject": row.subject,
        "subject_field": str(header["Subject"]).replace("\r\n", ""),
        "header": row.header.decode().replace("\r\n", "\n").rstrip(),
        "text": text,
        "html": html,
    }
