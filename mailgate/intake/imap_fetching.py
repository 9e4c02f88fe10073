"""Mails of a folder into the journal, one after the other. What can not be fetched, or is too large, becomes a stub and
stays in the folder; no mail keeps another from coming."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa

from mailgate import log
from mailgate.intake import imap_mail
from mailgate.intake.imap_answers import Opened, Weighed
from mailgate.intake.imap_desk import Condition, Desk
from mailgate.intake.imap_handing_in import HandingIn, to_put_away
from mailgate.intake.imap_place import Reading
from mailgate.intake.imap_session import Coming, Refused, Session
from mailgate.intake.imap_wire import Lost
from mailgate.store import ledger, renumbering
from mailgate.store.transmission import Slot, Transmission, digests

_log = log.get("intake.imap")

_AT_ONCE: Final = 500
_BROKEN_OFF, _NOT_GIVEN = 1, 2
"""What counts against a mail: a connection that ended while it came may have ended anyway."""
_STUB_FROM, _HOPELESS_FROM = 6, 10
_ALL: Final = 3
"""So many mails are never all broken."""

PutAway = Callable[[list[int]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some new mails of a folder, `place` as the ledger calls it: `states` of those that the ledger knows. `doubtful`:
    we read this folder since then, its mails have other UIDs now, and what looks new may be old."""

    place: str
    opened: Opened
    uids: Sequence[int]
    states: dict[int, str]
    doubtful: datetime | None = None


class _Asked(NamedTuple):
    """A mail, or its header alone, that is on its way."""

    weighed: Weighed
    is_whole: bool
    coming: Coming


@dataclass(slots=True)
class Fetching:
    """Fetches for one mailbox; remembers what mails have cost."""

    reading: Reading
    desk: Desk
    condition: Condition
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

    async def keep(self, session: Session, batch: Batch, goes_on: Callable[[], bool], put_away: PutAway) -> None:
        """All of them; those that `after` is about are put away once they are durable, many at a time. Raises Lost,
        Refused and StoreUnavailable."""
        before, handing_in = Counter(self.against), HandingIn(self.desk, self._not_storable)
        wanted, kept = self._in_slices(session, batch.uids), list[int]()
        try:
            asked = await self._ask_for(session, wanted, goes_on)
            while asked is not None:
                # While one mail is looked at, and others are committed, the next is on its way.
                given, raw = asked, await self._given(session, asked)
                asked = await self._ask_for(session, wanted, goes_on)
                if raw is not None:
                    kept += await self._take(batch, given, raw, handing_in)
                if len(kept) >= _AT_ONCE:
                    await put_away(kept)
                    kept = []
        finally:
            kept += await handing_in.end()
        await put_away(kept)
        self._forgive(batch.uids, before)

    async def _take(self, batch: Batch, asked: _Asked, raw: bytes, handing_in: HandingIn) -> list[int]:
        """Returns the UIDs of those that are durable now."""
        mail = await self._mail(batch, asked, raw)
        if batch.doubtful and await self._is_known(mail):
            return to_put_away(mail)
        return await handing_in.add(mail)

    def _forgive(self, uids: Sequence[int], before: Counter[int]) -> None:
        """Where a server refuses every mail, it is not the mails. Raises Refused."""
        if len(uids) >= _ALL and all(self.against[uid] > before[uid] for uid in uids):
            self.against = before
            raise Refused(f"no mail can be fetched: {self.reasons[uids[0]]}")

    async def _in_slices(self, session: Session, uids: Sequence[int]) -> AsyncIterator[Weighed]:
        for at in range(0, len(uids), _AT_ONCE):
            some, before = uids[at : at + _AT_ONCE], Counter(self.against)
            for each in await self._weighed(session, some):
                yield each
            self.condition.waiting = max(0, self.condition.waiting - len(some))
            self._forgive(some, before)

    async def _weighed(self, session: Session, uids: Sequence[int]) -> list[Weighed]:
        found, refused = await weighed(session, uids)
        for uid in uids:
            if uid not in found:
                self._counts(uid, _NOT_GIVEN, refused.get(uid, "the server tells nothing of it"))
        return [found[uid] for uid in uids if uid in found]

    # -- one mail ------------------------------------------------------------------------------------------------------

    async def _ask_for(
        self, session: Session, wanted: AsyncIterator[Weighed], goes_on: Callable[[], bool]
    ) -> _Asked | None:
        """The next one; None where there is none any more."""
        weighed = await anext(wanted, None) if goes_on() else None
        if weighed is None:
            return None
        is_whole = weighed.size <= self.desk.settings().limits.message_size and self.against[weighed.uid] < _STUB_FROM
        return _Asked(weighed, is_whole, session.ask_for(weighed.uid, "" if is_whole else "HEADER"))

    async def _mail(self, batch: Batch, asked: _Asked, raw: bytes) -> Transmission:
        """As the journal takes it."""
        settings, mailbox, now = self.desk.settings(), self.reading.mailbox, self.desk.clock.now()
        weighed, is_whole = asked.weighed, asked.is_whole
        stays = not is_whole or self.reading.after == "keep"
        slot = slot_of(batch.place, batch.opened, weighed, "done" if stays else "kept")
        why = self._why(weighed)

        def made() -> Transmission:
            is_old = batch.states.get(weighed.uid) == "import"
            if batch.doubtful:
                is_old = is_old or imap_mail.is_older(raw, weighed.arrived, batch.doubtful)
            taken = raw if is_whole else imap_mail.stub(settings, mailbox, self.reading.folder, raw, weighed.size, why)
            return imap_mail.transmission(settings, mailbox, taken, slot, now, source="import" if is_old else None)

        # The sessions of others must not wait for a header that somebody has made to be slow.
        return await asyncio.to_thread(made) if imap_mail.has_long_header(raw) else made()

    async def _given(self, session: Session, asked: _Asked) -> bytes | None:
        """None where it is not to be had now."""
        uid = asked.weighed.uid
        try:
            raw = await session.fetched(asked.coming)
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

    def _not_storable(self, uid: int, why: str) -> None:
        self._counts(uid, _NOT_GIVEN, why)

    def _counts(self, uid: int, weight: int, why: str) -> None:
        self.against[uid] += weight
        self.reasons[uid] = why
        _log.warning("a mail was not fetched", mailbox=self.reading.mailbox.name, uid=uid, why=why)

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


def slot_of(place: str, opened: Opened, weighed: Weighed, state: str) -> Slot:
    """Its place in the ledger."""
    return Slot(place, opened.uidvalidity, weighed.uid, weighed.size, weighed.arrived, state)
