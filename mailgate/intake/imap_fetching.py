"""Mails of a folder into the journal, one after the other. What can not be fetched, or is too large, becomes a stub and
stays in the folder; no mail keeps another from coming."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from mailgate import log
from mailgate.errors import NotStorable
from mailgate.intake import imap_mail
from mailgate.intake.imap_answers import Opened, Weighed
from mailgate.intake.imap_desk import Desk
from mailgate.intake.imap_place import Reading
from mailgate.intake.imap_session import Refused, Session
from mailgate.intake.imap_wire import Lost
from mailgate.store import ledger, renumbering
from mailgate.store.journal import Receipt
from mailgate.store.transmission import Slot, Transmission, digests

_log = log.get("intake.imap")

_HANDED_IN: Final = 50
_BYTES_HANDED_IN: Final = 4 * 2**20
_BROKEN_OFF, _NOT_GIVEN = 1, 2
"""What counts against a mail: a connection that ended while it came may have ended anyway."""
_STUB_FROM, _HOPELESS_FROM = 6, 10
_ALL: Final = 3
"""So many mails are never all broken."""

Waiting = list[tuple[Transmission, asyncio.Future[Receipt]]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some new mails of a folder: `states` of those that the ledger knows. `doubtful`: we read this folder since then,
    its mails have other UIDs now, and what looks new may be old."""

    opened: Opened
    uids: Sequence[int]
    states: dict[int, str]
    doubtful: datetime | None = None


@dataclass(slots=True)
class Fetching:
    """Fetches for one mailbox; remembers what mails have cost."""

    reading: Reading
    desk: Desk
    against: Counter[int] = field(default_factory=Counter)
    """By UID: what counts against a mail."""
    reasons: dict[int, str] = field(default_factory=dict)

    def is_hopeless(self, uid: int) -> bool:
        """Neither the mail nor its header is to be had."""
        return self.against[uid] >= _HOPELESS_FROM

    def in_order(self, uids: Sequence[int]) -> list[int]:
        """What is worth trying; mails that went wrong before come behind all others."""
        return sorted((uid for uid in uids if not self.is_hopeless(uid)), key=lambda uid: (self.against[uid], uid))

    def hopeless(self, uids: Sequence[int]) -> str | None:
        """In words, where one of these can not be had."""
        found = next((uid for uid in uids if self.is_hopeless(uid)), None)
        why = f": {self.reasons[found]}" if found in self.reasons else ""
        return f"the mail with UID {found} can not be fetched{why}" if found is not None else None

    async def keep(self, session: Session, batch: Batch, stop: asyncio.Event) -> list[int]:
        """Those that are durable now, and that `after` is about. Raises Lost and StoreUnavailable."""
        waiting: Waiting = []
        fetched: list[Transmission] = []
        kept: list[int] = []
        before_all = Counter(self.against)
        try:
            for weighed in await self._weighed(session, batch.uids):
                mail = None if stop.is_set() else await self._mail(session, batch, weighed)
                if mail is None:
                    continue
                if batch.doubtful and await self._is_known(mail):
                    kept += _to_put_away(mail)
                    continue
                fetched.append(mail)
                if len(fetched) >= _HANDED_IN or sum(len(each.raw) for each in fetched) > _BYTES_HANDED_IN:
                    before, waiting, fetched = waiting, self._hand_in(fetched), []
                    kept += await self._durable(before)
        finally:
            kept += await self._durable(waiting + self._hand_in(fetched))
        self._forgive(batch.uids, before_all)
        return kept

    def _forgive(self, uids: Sequence[int], before: Counter[int]) -> None:
        """Where a server refuses every mail, it is not the mails. Raises Refused."""
        if len(uids) >= _ALL and all(self.against[uid] > before[uid] for uid in uids):
            self.against = before
            raise Refused(f"no mail can be fetched: {self.reasons[uids[0]]}")

    def _hand_in(self, mails: Sequence[Transmission]) -> Waiting:
        """Many at once, which costs one commit; while they are written the next ones are fetched."""
        return [(mail, asyncio.wrap_future(self.desk.journal.submit(mail))) for mail in mails]

    async def _weighed(self, session: Session, uids: Sequence[int]) -> list[Weighed]:
        found, refused = await weighed(session, uids)
        for uid in uids:
            if uid not in found:
                self._counts(uid, _NOT_GIVEN, refused.get(uid, "the server tells nothing of it"))
        return [found[uid] for uid in uids if uid in found]

    # -- one mail ------------------------------------------------------------------------------------------------------

    async def _mail(self, session: Session, batch: Batch, weighed: Weighed) -> Transmission | None:
        """As the journal takes it; None where it is not to be had now."""
        settings, mailbox, now = self.desk.settings(), self.reading.mailbox, self.desk.clock.now()
        is_whole = weighed.size <= settings.limits.message_size and self.against[weighed.uid] < _STUB_FROM
        raw = await self._part(session, weighed.uid, "" if is_whole else "HEADER")
        if raw is None:
            return None
        stays = not is_whole or self.reading.after == "keep"
        slot = slot_of(self.reading, batch.opened, weighed, "done" if stays else "kept")
        why = self._why(weighed)

        def made() -> Transmission:
            is_old = batch.states.get(weighed.uid) == "import"
            if batch.doubtful:
                is_old = is_old or imap_mail.is_older(raw, weighed.arrived, batch.doubtful)
            taken = raw if is_whole else imap_mail.stub(settings, mailbox, self.reading.folder, raw, weighed.size, why)
            return imap_mail.transmission(settings, mailbox, taken, slot, now, source="import" if is_old else None)

        # The sessions of others must not wait for a header that somebody has made to be slow.
        return await asyncio.to_thread(made) if imap_mail.has_long_header(raw) else made()

    async def _part(self, session: Session, uid: int, part: str) -> bytes | None:
        try:
            raw = await session.fetch(uid, part)
        except Refused as wrong:
            self._counts(uid, _NOT_GIVEN, str(wrong))
            return None
        except Lost as wrong:
            self._counts(uid, _BROKEN_OFF, str(wrong))
            raise
        if raw is None:
            # Gone since it was listed: whoever took it has it. Where it is listed again, it counts.
            self._counts(uid, _NOT_GIVEN, "the server does not give it")
        return raw

    def _why(self, weighed: Weighed) -> str | None:
        too_large = weighed.size > self.desk.settings().limits.message_size
        return None if too_large else self.reasons.get(weighed.uid, "")

    def _counts(self, uid: int, weight: int, why: str) -> None:
        self.against[uid] += weight
        self.reasons[uid] = why
        _log.warning("a mail was not fetched", mailbox=self.reading.mailbox.name, uid=uid, why=why)

    # -- the journal ---------------------------------------------------------------------------------------------------

    async def _durable(self, waiting: Waiting) -> list[int]:
        """One that can not be stored keeps no other from being. Raises StoreUnavailable where none can."""
        kept: list[int] = []
        failures: list[BaseException] = []
        receipts = await asyncio.gather(*(receipt for _, receipt in waiting), return_exceptions=True)
        for (mail, _), receipt in zip(waiting, receipts, strict=True):
            assert mail.slot is not None, "it comes from a mailbox"
            if isinstance(receipt, Receipt):
                kept += _to_put_away(mail)
                self.desk.arrived(receipt)
            elif isinstance(receipt, NotStorable):
                self._counts(mail.slot.uid, _NOT_GIVEN, str(receipt))
            else:
                failures.append(receipt)
        if failures:
            raise failures[0]
        return kept

    async def _is_known(self, mail: Transmission) -> bool:
        """A mail with another UID is known by its bytes."""
        known_by, slot = digests(mail), mail.slot
        assert slot is not None, "it comes from a mailbox"

        def enter(journal: sa.Connection) -> bool:
            arrival = renumbering.fetched_before(journal, slot.mailbox, known_by)
            if arrival is not None:
                ledger.keep(journal, [(slot, arrival)])
            return arrival is not None

        return await self.desk.write(enter)


async def weighed(session: Session, uids: Sequence[int]) -> tuple[dict[int, Weighed], dict[int, str]]:
    """Size and date by UID, and why there are none. One that the server can not weigh is no reason not to know the
    others."""
    try:
        return {each.uid: each for each in await session.weigh(uids)}, {}
    except Refused as wrong:
        if len(uids) == 1:
            return {}, {uids[0]: str(wrong)}
    alone = [await weighed(session, [uid]) for uid in uids]
    found = {uid: each for one, _ in alone for uid, each in one.items()}
    return found, {uid: why for _, one in alone for uid, why in one.items()}


def slot_of(reading: Reading, opened: Opened, weighed: Weighed, state: str) -> Slot:
    """Its place in the ledger."""
    return Slot(reading.ledger, opened.uidvalidity, weighed.uid, weighed.size, weighed.arrived, state)


def _to_put_away(mail: Transmission) -> list[int]:
    return [mail.slot.uid] if mail.slot and mail.slot.state == "kept" else []
