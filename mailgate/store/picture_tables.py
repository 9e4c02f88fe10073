"""Table of pictures that came with mails: what comes again and again from one domain is decoration."""

from __future__ import annotations

from sqlmodel import Field

from mailgate.store.schema import DeskTable


class PictureSeen(DeskTable, table=True):
    """A picture that the HTML of a mail showed. No more rows of it than it takes to know that it repeats."""

    __tablename__ = "picture_seen"

    sha256: str = Field(primary_key=True)
    domain: str = Field(primary_key=True)
    """Of the mail's From, in lower case."""
    ticket: int = Field(primary_key=True)
