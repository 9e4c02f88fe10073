"""Tables of letters: what goes out, the tokens in it, what waits for an answer, what budgets count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from mailgate.store.schema import DeskTable, json_column


class Token(DeskTable, table=True):
    """What a token stands for. The token itself is nowhere; `digest` is SHA-256 of its 24 characters."""

    __tablename__ = "token"

    digest: str = Field(primary_key=True)
    ticket: int | None = Field(default=None, index=True)
    role: str
    """reporter, agent, coordinator, statement, informed, reading, admin."""
    person: str
    """An agent id for agents and coordinators, else the address, in lower case."""
    group: str | None = None
    """Set for a letter to a notify address: any member of this group may use it."""
    letter: int | None = None
    kept: int | None = None
    """One of several kept mails that its letter asks about: an answer with this token is about that one alone."""
    template: str
    issued_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    spent_at: datetime | None = None


class Letter(DeskTable, table=True):
    """CONTRACT 3, letter: one recipient each. Headers are fixed here, so that a retry is the same letter."""

    __tablename__ = "letter"

    id: int | None = Field(default=None, primary_key=True)
    ticket: int | None = Field(default=None, index=True)
    template: str
    to: str
    envelope_from: str
    subject: str
    language: str = "en"
    state: str = Field(default="pending", index=True)
    attempts: int = 0
    created_at: datetime
    next_at: datetime | None = Field(default=None, index=True)
    sent_at: datetime | None = None
    answer: str | None = None
    doubtful: int = 0
    """How often no answer came after DATA: it may have been delivered twice."""
    message_id: str
    header: bytes
    """The finished header block but for MIME-Version and Content-*; ends with CRLF."""
    text: str
    html: str
    """Both empty where it is filled into a mould."""
    mould: str | None = None
    filling: list[str] | None = Field(default=None, sa_type=sa.JSON)
    """What stands in each place of its mould."""
    files: list[dict[str, Any]] = json_column()
    """[{name, type, sha256, cid}]: assembled at delivery."""
    message: int | None = None
    mail: int | None = Field(default=None, index=True)
    """The arrival that caused it."""
    owner: str | None = None
    """Agent id told when it can not be delivered; None: by `letters.new_message`."""
    worker: str | None = None
    claimed_until: datetime | None = None


class MouldRow(DeskTable, table=True):
    """What letters of one shape have in common (`outbox/casting.py`). A row never changes, and never goes."""

    __tablename__ = "mould"

    digest: str = Field(primary_key=True)
    """SHA-256 of both."""
    text: str
    html: str


class Kept(DeskTable, table=True):
    """What an agent wrote and was not carried out: refused (kept 14 days) or asked back (24 hours)."""

    __tablename__ = "kept"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    """refused or confirm."""
    mail: int | None = None
    ticket: int | None = None
    agent: str
    letter: int | None = Field(default=None, index=True)
    """The command_refused or confirm letter that an answer names; None while it waits to be asked about."""
    answered: str | None = None
    """Template of the letter the agent had answered: says where the words go."""
    about: int | None = None
    """The message that letter had brought."""
    commands: list[str] = json_column()
    """Command lines as read; empty where the mail was refused because of them."""
    words: str
    files: list[dict[str, Any]] = json_column()
    acts: list[str] = json_column()
    """confirm: what would be done, in the agent's language."""
    why: str = ""
    """confirm: what is known of its proof, in the agent's language."""
    needs_signature: bool = False
    """confirm: an answer that is not signed is not enough for it."""
    concerns: int | None = Field(default=None, index=True)
    """confirm: the ticket it would act on, also where a command names another than `ticket`."""
    seen: datetime | None = None
    """Up to when the agent can know what was said: when the letter was written that he answered or that asks him."""
    draft_edited: bool = False
    """It quotes a `merged_draft` otherwise than that was."""
    uncertain: bool = False
    """It was not certain that the words are his alone: they never leave."""
    to_letter: int | None = None
    """The letter he answered: nothing of its text may leave with his words."""
    asked: bool = False
    """It was asked back: the ticket it concerns shows it until it is done or thrown away."""
    at: datetime
    """When it came."""
    asks_at: datetime | None = Field(default=None, index=True)
    """confirm: when it is asked about, together with others; None: at once."""
    expires_at: datetime
    done_at: datetime | None = None


class Acted(DeskTable, table=True):
    """A proven mail of an agent that was worked on: the same one again does nothing (`desk/once.py`), and neither does
    its signature under another one (`desk/by_hand.py`)."""

    __tablename__ = "acted"

    digest: str = Field(primary_key=True)
    """SHA-256 of agent, token, date, words and files; or of key, time and words of a signature."""
    mail: int
    at: datetime = Field(index=True)


class Sent(DeskTable, table=True):
    """One automatic letter let through the gate: what budgets count."""

    __tablename__ = "sent"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    mailbox: str = Field(index=True)
    """Lower case, without +tag."""
    domain: str
    template: str
    ticket: int | None = Field(default=None, index=True)
    proven: bool


class Suppressed(DeskTable, table=True):
    """One automatic letter the gate stopped, and why."""

    __tablename__ = "suppressed"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    mailbox: str
    template: str
    ticket: int | None = Field(default=None, index=True)
    reason: str
    budget: bool = False


class Paused(DeskTable, table=True):
    """A mailbox behind which a robot answers our letters: the breaker is open until then (`outbox/breaker.py`)."""

    __tablename__ = "paused"

    mailbox: str = Field(primary_key=True)
    """Lower case, without +tag."""
    since: datetime
    until: datetime
    times: int
    """How often in a row; each pause is twice as long."""
    why: str


class Announced(DeskTable, table=True):
    """Who got which announcement, so that nobody gets the same one twice."""

    __tablename__ = "announced"

    digest: str = Field(primary_key=True)
    """SHA-256 of its subject and words."""
    person: int = Field(primary_key=True)
    letter: int
    at: datetime
