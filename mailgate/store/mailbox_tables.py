"""Tables of mailboxes that are fetched: the ledger, a row for each mail that was ever seen in one, and how each is."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from mailgate.store.schema import DeskTable, JournalTable

OPEN = sa.text("state IN ('import', 'kept', 'copied', 'copying', 'copying again')")
"""Asked in just these words, or SQLite does not see that the index is meant."""


class Followed(JournalTable, table=True):
    """A folder that we read. No row: we have never been there."""

    __tablename__ = "mailbox"

    place: str = Field(primary_key=True)
    """Server, user and folder: the same mailbox may get another name, and the same name another mailbox."""
    name: str
    """That of the mailbox in the configuration when it was last begun."""
    uidvalidity: int
    """That of the ledger's rows that count; other rows are only asked whether a mail is known."""
    since: datetime
    """When we came there for the first time."""
    renumbered: bool = False
    """The server has given all mails other UIDs, and not all that look new were compared with what we have."""


class Seen(JournalTable, table=True):
    """One mail of a folder (RFC 3501, 2.3.1.1: a UID means something under its UIDVALIDITY only)."""

    __tablename__ = "mailbox_mail"
    __table_args__ = (
        # Few mails are neither old nor done; the others are many, and for ever.
        sa.Index("mailbox_mail_open", "mailbox", "uidvalidity", "uid", sqlite_where=OPEN, postgresql_where=OPEN),
        sa.Index("mailbox_mail_arrival", "arrival"),
    )

    mailbox: str = Field(primary_key=True)
    """The place of the folder."""
    uidvalidity: int = Field(primary_key=True)
    """Below 0: what the server has used again for other mails."""
    uid: int = Field(primary_key=True)
    arrival: int | None = None
    """Its row in the journal; None where it was never fetched."""
    size: int = 0
    arrived: str = ""
    """INTERNALDATE, in UTC where it can be read: by it and by the size an old mail is known under another UIDVALIDITY.
    """
    state: str = "kept"
    """`old`: it was there before we were. `import`: it was too, and becomes a ticket silently. `kept`: in the journal;
    what is to be done with it there is not done yet. `copying`, `copying again`: whether it is in the other folder is
    not known; `copied`: it is, and still in this one. `done`: that is done."""


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
