"""To whom it belongs what we keep: to whoever owns the state folder. `mailgate connect` may be run by root, and the
daemon, a user of its own, has to read what was kept there.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path


def made(folder: Path) -> None:
    """A folder in the state folder, for its owner alone. Raises OSError."""
    folder.mkdir(mode=0o700, exist_ok=True, parents=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        hand_over(handle, folder)
    finally:
        os.close(handle)


def hand_over(handle: int, folder: Path) -> None:
    """What is open belongs to him from now on. `folder`: the one that was made; the state folder is the one above it.
    Nothing changes unless root asks. Raises OSError."""
    if os.geteuid() != 0:
        return
    owner, found = folder.parent.stat(), os.fstat(handle)
    # A second name of a file may be a trap: whoever owns the folder wants a file that is none of his.
    if stat.S_ISREG(found.st_mode) and found.st_nlink != 1:
        return
    if (found.st_uid, found.st_gid) != (owner.st_uid, owner.st_gid):
        with suppress(PermissionError):  # a root that may do little, as in containers: he reads what he has written
            os.fchown(handle, owner.st_uid, owner.st_gid)
