"""The programs that verify signatures: one that hangs is ended, and nothing of it stays."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailgate.trust import gnupg, programs

HANGS = "#!/bin/sh\nsleep 60 &\necho $! > {noted}\necho started >> {counted}\nsleep 60\n"


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `gpg` that forks and never ends; it has no more than a moment. Where it notes what it does."""
    program = tmp_path / "gpg"
    program.write_text(HANGS.format(noted=tmp_path / "child", counted=tmp_path / "starts"))
    program.chmod(0o755)
    monkeypatch.setattr(programs, "found", lambda name: str(program))
    monkeypatch.setattr(programs, "SECONDS", 0.5)
    return tmp_path


def is_alive(process: int) -> bool:
    """Not of one that nobody has asked about yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_one_that_hangs_is_ended_with_all_that_it_started(hanging: Path) -> None:
    assert programs.run(hanging, "gpg", []).code is None
    child = int((hanging / "child").read_text())
    end = time.monotonic() + 5
    while is_alive(child) and time.monotonic() < end:
        os.sched_yield()
    assert not is_alive(child)


def test_it_is_not_asked_again_about_the_same_mail(hanging: Path) -> None:
    found = gnupg.verify((b"key",), b"words", b"signature", datetime(2026, 11, 23, tzinfo=UTC))
    assert "gpg gave no answer" in str(found)
    assert (hanging / "starts").read_text() == "started\n"
