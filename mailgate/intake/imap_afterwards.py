"""What the configuration wants to be done (`after`) with mails that are durable here, and what of it is done. A folder
that takes nothing stops no mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailgate import log
from mailgate.intake.imap_answers import Opened, runs
from mailgate.intake.imap_desk import Desk
from mailgate.intake.imap_place import Reading
from mailgate.intake.imap_session import Refused, Session
from mailgate.store import ledger
from mailgate.store.ledger import Outstanding

_log = log.get("intake.imap")
_READ_ONLY = "the folder can only be read, and after wants more; write after: keep"


@dataclass(slots=True)
class Afterwards:
    """Puts mails of one mailbox away."""

    reading: Reading
    desk: Desk
    stuck: str | None = None
    """Why mails can not be put away."""

    async def do(self, session: Session, opened: Opened, mails: Outstanding) -> None:
        """Raises Lost and StoreUnavailable; what is not done then is outstanding."""
        try:
            await self._do(session, opened, mails)
        except Refused as wrong:
            many = len(mails.kept) + len(mails.copied)
            self.stuck = f"mails are kept here and stay in the folder: {wrong}"
            _log.warning("mails stay in the folder", mailbox=self.reading.mailbox.name, mails=many, why=str(wrong))
        else:
            self.stuck = None if mails.kept or mails.copied else self.stuck

    async def settle(self, opened: Opened, uids: Sequence[int], state: str = "done") -> None:
        """That is done with these."""
        if uids:
            place = self.reading.ledger
            await self.desk.write(lambda journal: ledger.settle(journal, place, opened.uidvalidity, uids, state))

    async def _do(self, session: Session, opened: Opened, mails: Outstanding) -> None:
        after = self.reading.after
        if (mails.kept or mails.copied) and opened.read_only and after != "keep":
            raise Refused(_READ_ONLY)
        if mails.copied:
            await session.delete(mails.copied)
            await self.settle(opened, mails.copied)
        for some in runs(mails.kept):
            if after == "delete":
                await session.delete(some)
            elif after == "flag":
                await session.flag(some)
            elif isinstance(after, dict):
                await self._move(session, opened, some, after["move"])
            await self.settle(opened, some)

    async def _move(self, session: Session, opened: Opened, uids: Sequence[int], folder: str) -> None:
        """Without MOVE in two steps, the first of which must not be done twice."""
        into = session.move if "MOVE" in session.capabilities else session.copy
        try:
            await into(uids, folder)
        except Refused as wrong:
            try:
                await session.create(folder)  # there may be none yet
            except Refused:
                raise wrong from None
            await into(uids, folder)
        if "MOVE" not in session.capabilities:
            await self.settle(opened, uids, "copied")
            await session.delete(uids)
