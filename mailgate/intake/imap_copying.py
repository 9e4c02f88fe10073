"""A server without MOVE (RFC 6851): mails are copied into another folder, and then deleted.

A COPY is done wholly or not at all (RFC 3501, 6.4.7), but where its answer is lost nobody knows which. Then the other
folder is looked into, over a login of its own: a mail of which it holds the same bytes is there, whoever put it there.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

from mailgate.intake.imap_answers import Opened
from mailgate.intake.imap_desk import Desk
from mailgate.intake.imap_login import enter
from mailgate.intake.imap_place import Reading
from mailgate.intake.imap_session import Refused, Session
from mailgate.intake.imap_wire import Lost
from mailgate.store import ledger

_OF_OTHERS: Final = 20
"""Newer mails of the same size that somebody else may have put there meanwhile."""


async def found(reading: Reading, desk: Desk, opened: Opened, uids: Sequence[int], folder: str) -> set[int]:
    """Those of these mails that are in the other folder. Raises Refused where it can not be looked into."""
    place, uidvalidity = reading.ledger, opened.uidvalidity
    known = await desk.look(lambda journal: ledger.known_by(journal, place, uidvalidity, uids))
    sizes = Counter(each.size for each in known.values())
    try:
        digests = await _digests(reading, desk, sizes, folder)
    except Lost as wrong:
        raise Refused(f"the folder {folder} can not be looked into: {wrong}") from wrong
    return {uid for uid, each in known.items() if each.sha256 in digests}


async def _digests(reading: Reading, desk: Desk, sizes: Counter[int], folder: str) -> set[str]:
    """SHA-256 in hex of the newest mails that have one of these sizes."""
    session = await Session.begun(reading.place, desk.longest)
    try:
        await enter(session, reading, desk.clock)
        if not await _is_there(session, folder):
            return set()
        uids = [uid for size, many in sizes.items() for uid in (await session.sized(size))[-many - _OF_OTHERS :]]
        return {hashlib.sha256(raw).hexdigest() for uid in uids if (raw := await session.fetch(uid)) is not None}
    finally:
        await session.leave()


async def _is_there(session: Session, folder: str) -> bool:
    """A folder that can be made was not there. Raises Refused where it is there, and is not shown."""
    try:
        await session.open(folder, only_look=True)
    except Refused as wrong:
        try:
            await session.create(folder)
        except Refused:
            raise wrong from None
        return False
    return True
