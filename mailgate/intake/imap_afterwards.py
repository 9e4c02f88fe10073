"""What the configuration wants to be done (`after`) with mails that are durable here, and what of it is done. A folder
that takes nothing stops no mail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from mailgate import log
from mailgate.intake import imap_copying
from mailgate.intake.imap_answers import Opened, runs
from mailgate.intake.imap_desk import Desk
from mailgate.intake.imap_place import Reading
from mailgate.intake.imap_session import Refused, Session
from mailgate.store import ledger
from mailgate.store.ledger import Outstanding

_log = log.get("intake.imap")
_READ_ONLY: Final = "the folder can only be read, and after wants more; write after: keep"
_TWICE: Final = (
    "twice the connection broke while {mails} mails were copied to {folder}, and they are not found there; move them by"
    " hand"
)

_Into = Callable[[Sequence[int], str], Awaitable[None]]


@dataclass(slots=True)
class Afterwards:
    """Puts mails of one mailbox away. `patience`: seconds in which a server ends what it was told, out of our sight."""

    reading: Reading
    desk: Desk
    patience: float = 5 * 60.0
    stuck: str | None = None
    """Why mails can not be put away."""
    lost_sight: str | None = None
    """Why a person has to look after mails."""
    _not_found: dict[tuple[int, int], float] = field(default_factory=dict)
    """UIDVALIDITY and UID of mails whose copies were looked for, and when for the first time, by the loop's clock."""

    @property
    def trouble(self) -> str | None:
        """What a person has to know."""
        return self.stuck or self.lost_sight

    async def do(self, session: Session, opened: Opened, mails: Outstanding) -> None:
        """Raises Lost and StoreUnavailable; what is not done then is outstanding."""
        try:
            await self._do(session, opened, mails)
        except Refused as wrong:
            self.stuck = self._stay(mails, str(wrong))
        else:
            self.stuck = None if mails.kept or mails.copied else self.stuck

    async def do_doubtful(self, session: Session, opened: Opened, mails: Outstanding) -> None:
        """All of which nobody has told us whether they were copied. Raises Lost and StoreUnavailable."""
        after, doubtful = self.reading.after, sorted((*mails.copying, *mails.copying_again))
        if not isinstance(after, dict):  # another configuration: it does not matter any more
            await self.do(session, opened, Outstanding(doubtful))
            return
        try:
            left = await self._do_doubtful(session, opened, mails, after["move"])
        except Refused as wrong:
            self.lost_sight = self._stay(mails, str(wrong))
        else:
            self.lost_sight = self._stay(mails, _TWICE.format(mails=left, folder=after["move"])) if left else None

    def _stay(self, mails: Outstanding, why: str) -> str:
        _log.warning("mails stay in the folder", mailbox=self.reading.mailbox.name, mails=len(mails), why=why)
        return f"mails are kept here and stay in the folder: {why}"

    async def settle(self, opened: Opened, uids: Sequence[int], state: str = "done") -> None:
        """That is done with these."""
        if uids:
            place = self.reading.ledger
            await self.desk.write(lambda journal: ledger.settle(journal, place, opened.uidvalidity, uids, state))

    async def _do(self, session: Session, opened: Opened, mails: Outstanding) -> None:
        after = self.reading.after
        if (mails.kept or mails.copied) and opened.read_only and after != "keep":
            raise Refused(_READ_ONLY)
        await self._delete(session, opened, mails.copied)
        for some in runs(mails.kept):
            if after == "delete":
                await session.delete(some)
            elif after == "flag":
                await session.flag(some)
            elif isinstance(after, dict):
                await self._move(session, opened, some, after["move"])
            await self.settle(opened, some)

    async def _delete(self, session: Session, opened: Opened, uids: Sequence[int]) -> None:
        for some in runs(uids):
            await session.delete(some)
            await self.settle(opened, some)

    # -- into another folder -------------------------------------------------------------------------------------------

    async def _move(self, session: Session, opened: Opened, uids: Sequence[int], folder: str) -> None:
        if "MOVE" in session.capabilities:
            await _into(session, session.move, uids, folder)
        else:
            await self._copy(session, opened, uids, folder, before="kept", state="copying")

    async def _copy(
        self, session: Session, opened: Opened, uids: Sequence[int], folder: str, *, before: str, state: str
    ) -> None:
        """Noted first: where the answer is lost, it may have been done."""
        await self.settle(opened, uids, state)
        try:
            await _into(session, session.copy, uids, folder)
        except Refused:
            await self.settle(opened, uids, before)
            raise
        await self.settle(opened, uids, "copied")
        await self._delete(session, opened, uids)

    async def _do_doubtful(self, session: Session, opened: Opened, mails: Outstanding, folder: str) -> int:
        """What is not found is copied once more, and never a third time. Returns how many have to stay."""
        missing: list[int] = []
        for some in runs([*mails.copying, *mails.copying_again]):
            found = await imap_copying.found(self.reading, self.desk, opened, some, folder)
            _log.info("copies were looked for", mailbox=self.reading.mailbox.name, mails=len(some), found=len(found))
            await self.settle(opened, sorted(found), "copied")
            await self._delete(session, opened, sorted(found))
            missing += [uid for uid in some if uid not in found]
        once = [uid for uid in missing if uid in mails.copying]
        for some in runs([uid for uid in once if self._is_over(opened, uid)]):
            await self._copy(session, opened, some, folder, before="copying", state="copying again")
        return len(missing) - len(once)

    def _is_over(self, opened: Opened, uid: int) -> bool:
        """Whatever the server was at when it was last heard of."""
        now = asyncio.get_running_loop().time()
        return now - self._not_found.setdefault((opened.uidvalidity, uid), now) >= self.patience


async def _into(session: Session, into: _Into, uids: Sequence[int], folder: str) -> None:
    try:
        await into(uids, folder)
    except Refused as wrong:
        try:
            await session.create(folder)  # there may be none yet
        except Refused:
            raise wrong from None
        await into(uids, folder)
