"""Tables of mailboxes that are fetched: the ledger, a row for each mail that was ever seen in one, and how each is."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from mailgate.store.schema import DeskTable, JournalTable


class Followed(JournalTable, table=True):
    """A folder that we read. No row: we have never been there."""

    __tablename__ = "mailbox"

    name: str = Field(primary_key=True)
    uidvalidity: int
    """That of the ledger's rows that count; other rows are only asked whether a mail is known."""
    since: datetime
    """When we came there for the first time."""


class Seen(JournalTable, table=True):
    """One mail of a folder (RFC 3501, 2.3.1.1: a UID means something under its UIDVALIDITY only)."""

    __tablename__ = "mailbox_mail"

    mailbox: str = Field(primary_key=True)
    uidvalidity: int = Field(primary_key=True)
    uid: int = Field(primary_key=True)
    arrival: int | None = None
    """Its row in the journal; None where it was never fetched."""
    size: int = 0
    arrived: str = ""
    """INTERNALDATE as the server writes it: with the size, a mail is known by it under another UIDVALIDITY."""
    state: str = "kept"
    """`old`: it was there before we were. `import`: it was too, and becomes a ticket silently. `kept`: in the journal;
    what is to be done with it there is not done yet. `done`: that is done."""


class MailboxState(DeskTable, table=True):
    """How a mailbox is, as its reader last wrote it down."""

    __tablename__ = "mailbox_state"

    name: str = Field(primary_key=True)
    connected: bool = False
    last_scan: datetime | None = None
    """When its list of UIDs was last compared with the ledger."""
    waiting: int = 0
    """Mails that are in the folder and not fetched."""
    oldest: datetime | None = None
    """Since when the first of them waits, as far as we know."""
    unaccounted: int = 0
    """Mails that a comparison found though nobody had told us of them; they were fetched then."""
    trouble: str | None = None
    """Why it can not be read."""
