"""No arrangement of CR, LF, NUL and dots but CRLF.CRLF ends a message (CVE-2023-51764, -51765, -51766, CVE-2024-27305):
what a relay before us takes for one mail is one mail here, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgate.store.journal import raw_of
from tests.intake.desk import open_desk
from tests.intake.raw import ENVELOPE

BARE = {
    "LF.LF": b"\n.\n",
    "LF.CRLF": b"\n.\r\n",
    "CR.CR": b"\r.\r",
    "CR.CRLF": b"\r.\r\n",
    "LF.CR": b"\n.\r",
    "CRLF.LF": b"\r\n.\n",
    "CRLF.CR": b"\r\n.\r",
    "LFLF.LFLF": b"\n\n.\n\n",
    "CRCRLF": b"\r\r\n.\r\r\n",
}
NOT_BARE = {"CRLF.NUL": b"\r\n.\0\r\n", "NUL.CRLF": b"\0.\r\n", "CRLF.SP": b"\r\n. \r\n"}
HIDDEN = (
    b"MAIL FROM:<ceo@example.com>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n"
    b"From: ceo@example.com\r\n\r\nPay.\r\n.\r\n"
)


@pytest.mark.parametrize("name", BARE)
async def test_a_bare_line_end_ends_nothing_and_strangers_are_refused(tmp_path: Path, name: str) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        await client.ready_for_data()
        client.send(b"Subject: x\r\n\r\ntext" + BARE[name] + HIDDEN + b"QUIT\r\n")
        assert await client.rest() == ["550 5.6.11 bare CR or LF in message", "221 2.0.0 bye"]
        assert desk.rows() == []


@pytest.mark.parametrize("name", [*BARE, *NOT_BARE])
async def test_from_a_trusted_relay_it_is_one_mail_stored_as_it_came(tmp_path: Path, name: str) -> None:
    message = b"Subject: x\r\n\r\ntext" + (BARE | NOT_BARE)[name] + HIDDEN[:-3]
    smtp = {"listen": "127.0.0.1:0", "trusted_relays": ["127.0.0.0/8"]}
    async with open_desk(tmp_path, intake={"smtp": smtp}) as desk:
        client = await desk.call()
        await client.ready_for_data()
        client.send(message + b".\r\nQUIT\r\n")
        assert await client.rest() == ["250 2.0.0 kept as M-1", "221 2.0.0 bye"]
        stored = [raw_of(desk.store, row) for row in desk.rows()]
    # RFC 5321, 4.5.2: a dot that begins a line (of CRLF) is transparency, whatever follows it.
    assert stored == [message.replace(b"\r\n.", b"\r\n")]


@pytest.mark.parametrize("name", NOT_BARE)
async def test_strange_bytes_around_a_dot_are_one_mail(tmp_path: Path, name: str) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        await client.ready_for_data(ENVELOPE)
        client.send(b"Subject: x\r\n\r\ntext" + NOT_BARE[name] + HIDDEN + b"QUIT\r\n")
        assert await client.rest() == ["250 2.0.0 kept as M-1", "221 2.0.0 bye"]
        assert len(desk.rows()) == 1
