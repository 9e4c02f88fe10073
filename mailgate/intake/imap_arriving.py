"""At the door of a folder: is it new to us, the one that we know, or one whose mails have other UIDs now? The first
time, what lies there already is none of ours, or is imported silently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mailgate import log
from mailgate.intake.imap_answers import Opened, Weighed
from mailgate.intake.imap_desk import Desk
from mailgate.intake.imap_fetching import slot_of, weighed
from mailgate.intake.imap_place import Reading, is_wanted
from mailgate.intake.imap_session import Session
from mailgate.store import ledger, renumbering
from mailgate.store.ledger import Following
from mailgate.store.transmission import Slot

_log = log.get("intake.imap")

_AT_ONCE: Final = 2000
"""Mails noted in one transaction: others wait for the journal meanwhile."""
_COMPARED: Final = 200


async def settle_in(session: Session, opened: Opened, reading: Reading, desk: Desk) -> Following:
    """What we know of the folder, before its mails are looked at."""
    place = reading.ledger
    following = await desk.look(lambda journal: ledger.following(journal, place))
    if following is None:
        slots = await _slots(session, opened, reading, await session.uids())
        if not await _is_moved_here(opened, reading, desk, slots):
            return await _begin(opened, reading, desk, slots)
        following = await desk.look(lambda journal: ledger.following(journal, place))
        assert following is not None, "its ledger was given to this place"
    if following.uidvalidity != opened.uidvalidity:
        return await _renumber(session, opened, reading, desk)
    if await _is_used_again(session, opened, reading, desk):
        _log.warning("the server uses UIDs again", mailbox=reading.mailbox.name)
        return await _renumber(session, opened, reading, desk)
    return following


async def _begin(opened: Opened, reading: Reading, desk: Desk, slots: Sequence[Slot]) -> Following:
    """In steps, the last of which makes it true: after a crash in between they are done again."""
    imported = sum(slot.state == "import" for slot in slots)
    left = len(slots) - imported
    _log.info("mailbox is read", mailbox=reading.mailbox.name, left_alone=left, to_import_silently=imported)
    for at in range(0, len(slots), _AT_ONCE):
        some = slots[at : at + _AT_ONCE]
        await desk.write(lambda journal, some=some: ledger.note(journal, some))  # type: ignore[misc]
    name, now = reading.mailbox.name, desk.clock.now()
    await desk.write(lambda journal: ledger.begin(journal, reading.ledger, name, opened.uidvalidity, now))
    return Following(opened.uidvalidity, now, renumbered=False)


async def _is_moved_here(opened: Opened, reading: Reading, desk: Desk, slots: Sequence[Slot]) -> bool:
    place, name = reading.ledger, reading.mailbox.name
    moved = await desk.write(lambda journal: renumbering.moved_here(journal, place, name, opened.uidvalidity, slots))
    if moved:
        _log.info("mailbox is on another server", mailbox=name)
    return moved


async def _renumber(session: Session, opened: Opened, reading: Reading, desk: Desk) -> Following:
    place, slots = reading.ledger, await _slots(session, opened, reading, await session.uids())
    known = await desk.write(lambda journal: renumbering.renumber(journal, place, opened.uidvalidity, slots))
    _log.warning("mailbox was renumbered", mailbox=reading.mailbox.name, known=known, mails=len(slots))
    following = await desk.look(lambda journal: ledger.following(journal, place))
    assert following is not None, "it was renumbered"
    return following


async def _is_used_again(session: Session, opened: Opened, reading: Reading, desk: Desk) -> bool:
    """No server may (RFC 3501, 2.3.1.1); one that came back from a backup does."""
    place, uidvalidity = reading.ledger, opened.uidvalidity
    highest = await desk.look(lambda journal: renumbering.newest(journal, place, uidvalidity))
    present = await session.uids()
    if opened.uidnext is not None and max((0, *present[-1:])) < opened.uidnext <= highest:
        return True
    newest = [uid for uid in present if uid <= highest][-_COMPARED:]
    # One that has gone since it was listed says nothing.
    slots = [slot for slot in await _slots(session, opened, reading, newest) if slot.arrived]
    return await desk.look(lambda journal: renumbering.is_used_again(journal, place, uidvalidity, slots))


async def _slots(session: Session, opened: Opened, reading: Reading, uids: Sequence[int]) -> list[Slot]:
    """As they are noted where they are not fetched."""
    known, _ = await weighed(session, uids)
    mails = [known.get(uid) or Weighed(uid, 0, "") for uid in uids]
    place = reading.ledger
    return [
        slot_of(place, opened, each, "import" if is_wanted(reading.since, each.arrived) else "old") for each in mails
    ]
