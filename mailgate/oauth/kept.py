"""Tokens on the disk: one small file for each login, which only its owner can read (0600).

A file is replaced as a whole and is durable when `save` returns, so that a crash leaves the old tokens or the new ones.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from mailgate.durable import sync_folder
from mailgate.errors import StoreUnavailable
from mailgate.oauth import owner

EARLY: Final = 0.25
"""This part of its life before it expires a token is renewed: for so long a provider may be away."""
_JITTER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider has handed out."""

    access: str
    obtained_at: datetime
    expires_at: datetime
    refresh: str | None = None
    """What renews it; where it is handed out anew each time, only the last one counts."""
    refresh_since: datetime | None = None
    refresh_expires_at: datetime | None = None

    def is_fresh(self, now: datetime) -> bool:
        """It opens doors for a while."""
        early = EARLY * (self.expires_at - self.obtained_at)
        return self.is_valid(now) and now < self.expires_at - early

    def is_valid(self, now: datetime) -> bool:
        """It has not expired. A clock that was set back knows nothing of that."""
        return self.obtained_at - _JITTER <= now < self.expires_at

    def __repr__(self) -> str:
        return f"Tokens(until {self.expires_at:%Y-%m-%d %H:%M})"  # what is logged must not open doors


def load(file: Path) -> Tokens | None:
    """None where there are none, or none that can be understood. Raises StoreUnavailable."""
    try:
        said = json.loads(file.read_text("utf-8"))
        return Tokens(**{each.name: _read(each.name, said.get(each.name)) for each in fields(Tokens)})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, AttributeError):
        return None
    except OSError as wrong:
        raise StoreUnavailable(f"The tokens in {file} can not be read: {wrong.strerror}.") from wrong


def save(file: Path, tokens: Tokens) -> None:
    """Durable when it returns. Raises StoreUnavailable, and leaves the old ones then."""
    said = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(tokens).items()}
    unfinished: str | None = None
    try:
        owner.made(file.parent)
        handle, unfinished = tempfile.mkstemp(prefix=".unfinished-", dir=file.parent)  # 0600
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            owner.hand_over(written.fileno(), file.parent)
            json.dump(said, written)
            written.flush()
            os.fsync(written.fileno())
        os.replace(unfinished, file)
        sync_folder(file.parent)
    except OSError as wrong:
        if unfinished:
            with suppress(OSError):
                os.unlink(unfinished)
        raise StoreUnavailable(f"The tokens in {file} can not be written: {wrong.strerror}.") from wrong


def _read(name: str, value: Any) -> Any:
    if value is None and name in ("access", "obtained_at", "expires_at"):
        raise ValueError("no token")
    if name.endswith(("_at", "_since")):
        return datetime.fromisoformat(value).astimezone(UTC) if value else None
    return value
