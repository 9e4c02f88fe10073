"""Letters into a Maildir: what the demo shows instead of sending."""

from __future__ import annotations

import mailbox
from datetime import timedelta
from pathlib import Path

from mailgate.outbox import maildir
from tests.outbox.letters_due import Outbox

RAW = b"From: <support@example.com>\r\nSubject: Hi\r\n\r\n.\r\nline\r\n"


def test_a_letter_is_the_same_bytes_below_its_envelope(tmp_path: Path) -> None:
    name = maildir.deliver(tmp_path / "out", "support+b-x@example.com", "erika@x.example", RAW, seconds=1_700_000_000)
    written = tmp_path / "out" / "new" / name
    envelope = b"Return-Path: <support+b-x@example.com>\r\nDelivered-To: erika@x.example\r\n"
    assert written.read_bytes() == envelope + RAW
    assert written.stat().st_mode & 0o777 == 0o600
    assert list((tmp_path / "out" / "tmp").iterdir()) == []


def test_the_null_sender_is_an_empty_path(tmp_path: Path) -> None:
    name = maildir.deliver(tmp_path, "", "erika@x.example", RAW, seconds=0)
    assert (tmp_path / "new" / name).read_bytes().startswith(b"Return-Path: <>\r\n")


def test_other_programs_read_it(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, [{"url": "maildir:outgoing"}])
    for each in range(20):
        outbox.put(f"r{each}@x.example")
    outbox.rounds()
    box = mailbox.Maildir(tmp_path / "outgoing", create=False)
    assert sorted(str(mail["Delivered-To"]) for mail in box) == sorted(f"r{each}@x.example" for each in range(20))
    assert outbox.states() == ["sent"] * 20
    assert outbox[1].answer.startswith("written to 1795")


def test_a_folder_that_can_not_be_written_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "outgoing").write_text("in the way")
    outbox = Outbox(tmp_path, [{"url": "maildir:outgoing"}])
    number = outbox.put("erika@x.example")
    outbox.rounds()
    assert (outbox[number].state, outbox[number].attempts) == ("pending", 0)
    assert "folder" in outbox[number].answer
    (tmp_path / "outgoing").unlink()
    outbox.rounds(timedelta(minutes=5))
    assert outbox[number].state == "sent"
