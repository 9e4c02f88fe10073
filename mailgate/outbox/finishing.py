"""The bytes of a letter as they leave: its files in it, our signatures above it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mailgate.clock import Clock
from mailgate.outbox.content import mail_at_hand, whole_mail
from mailgate.outbox.dkim import Signer, signed
from mailgate.outbox.relays import from_address
from mailgate.settings.model import Settings
from mailgate.store.db import Store


@dataclass(frozen=True, slots=True)
class Finishing:
    """How letters are finished by one configuration."""

    store: Store
    settings: Settings
    clock: Clock
    signers: tuple[Signer, ...]

    async def mail(self, letter: sa.Row[Any]) -> bytes:
        """The whole mail of a row of table `letter`. Raises FileGone, WordsGone and what the database raises."""
        mail = mail_at_hand(letter)
        if mail is None:  # to be looked up; many megabytes may be read, put together and digested
            return await asyncio.to_thread(self._looked_up, letter)
        return self._signed(mail, letter)

    def _looked_up(self, letter: sa.Row[Any]) -> bytes:
        with self.store.reading(self.settings, self.clock.now()) as tx:
            mail = whole_mail(tx, letter)
        return self._signed(mail, letter)

    def _signed(self, mail: bytes, letter: sa.Row[Any]) -> bytes:
        return signed(mail, self.signers, from_address(letter.header), self.clock.now())
