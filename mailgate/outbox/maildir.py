"""A Maildir as the target of letters: what the demo writes instead of sending.

The bytes are the letter's own; only the envelope is put on top, as a final delivery does (RFC 5321, 4.4).
"""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

from mailgate.durable import sync_folder


def deliver(folder: Path, envelope_from: str, to: str, raw: bytes, *, seconds: int) -> str:
    """Write one letter durably; returns its file name.

    A reader never sees half a letter: written to `tmp`, flushed to the disk, then renamed into `new`. `seconds` is
    the time (Unix) that begins the name.
    """
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{seconds}.R{secrets.token_hex(8)}.{_host()}"
    written = folder / "tmp" / name
    try:
        _write(written, f"Return-Path: <{envelope_from}>\r\nDelivered-To: {to}\r\n".encode() + raw)
        written.rename(folder / "new" / name)
    except OSError:
        written.unlink(missing_ok=True)
        raise
    sync_folder(folder / "new")
    return name


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _host() -> str:
    # / and : have a meaning in Maildir file names.
    return socket.gethostname().replace("/", "_").replace(":", "_")
