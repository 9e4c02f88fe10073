"""SMTP sessions by raw sockets: what is offered, when 250 is said, and what our own faults look like."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import structlog

from mailgate.errors import StoreUnavailable
from mailgate.store.journal import raw_of
from tests.intake.desk import HeldJournal, failing, open_desk
from tests.intake.raw import ENVELOPE, MAIL

SCRIPT = b"EHLO client.example\r\n" + "\r\n".join(ENVELOPE).encode() + b"\r\nDATA\r\n" + MAIL + b".\r\n"


async def test_what_is_offered_is_exactly_what_is_kept(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        offered = (await client.ask("EHLO client.example")).splitlines()
    assert offered[0] == "250-example.com"
    assert {line[4:] for line in offered[1:]} == {
        "PIPELINING",
        "SIZE 26214400",
        "8BITMIME",
        "SMTPUTF8",
        "ENHANCEDSTATUSCODES",
    }


async def test_the_greeting_names_no_software(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call(greeted=False)
        assert await client.reply() == "220 example.com ESMTP ready"


async def test_a_mail_is_stored_exactly_as_it_came_and_answered_with_its_id(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        assert await client.hand_in(MAIL + b"..hidden dot\r\n") == "250 2.0.0 kept as M-1"
        row = desk.rows()[0]
        assert raw_of(desk.store, row) == MAIL + b".hidden dot\r\n"
        assert (row.source, row.peer, row.helo) == ("smtp", "127.0.0.1", "client.example")
        assert (row.envelope_from, row.recipients) == ("erika@customer.example", ["support@example.com"])
        assert (row.trusted, row.submitted_by, row.message_id) == (False, None, "1@customer.example")
        assert [receipt.id for receipt in desk.receipts] == [1]


async def test_250_waits_for_the_commit(tmp_path: Path) -> None:
    async with open_desk(tmp_path, HeldJournal) as desk:
        assert isinstance(desk.journal, HeldJournal)
        client = await desk.call()
        await client.ready_for_data()
        client.send(MAIL + b".\r\n")
        await desk.journal.came.wait()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.reader.readline(), 0.05)
        desk.journal.let_go()


async def test_a_client_that_leaves_does_not_undo_the_commit(tmp_path: Path) -> None:
    async with open_desk(tmp_path, HeldJournal) as desk:
        assert isinstance(desk.journal, HeldJournal)
        client = await desk.call()
        await client.ready_for_data()
        client.send(MAIL + b".\r\n")
        await desk.journal.came.wait()
        client.reset()
        assert await desk.reception.is_deserted_within(1)
        for _ in range(10):
            await asyncio.sleep(0)  # whatever would be cancelled is cancelled now
        (commit,) = desk.reception.commits
        desk.journal.let_go()
        assert (await asyncio.wait_for(commit, 1)).id == 1
        assert [row.id for row in desk.rows()] == [1]
        assert desk.reception.flight.taken == 0


async def test_the_same_transmission_again_is_counted_and_gets_the_same_id(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        for _ in range(2):
            client = await desk.call()
            assert await client.hand_in() == "250 2.0.0 kept as M-1"
        assert len(desk.rows()) == 1
        assert [receipt.again for receipt in desk.receipts] == [False, True]


async def test_two_mails_in_one_write_are_two_mails(tmp_path: Path) -> None:
    second = SCRIPT.replace(b"<1@customer", b"<2@customer").partition(b"\r\n")[2]
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        client.send(SCRIPT + second + b"QUIT\r\n")
        said = await client.rest()
    assert [line for line in said if "kept" in line] == ["250 2.0.0 kept as M-1", "250 2.0.0 kept as M-2"]
    assert said[-1] == "221 2.0.0 bye"


async def test_who_talks_before_the_greeting_and_closes_after_the_last_word_is_served(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call(greeted=False)
        client.send(SCRIPT)
        client.writer.write_eof()
        assert (await client.rest())[-1] == "250 2.0.0 kept as M-1"


async def test_a_message_without_its_final_dot_is_nothing(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        await client.ready_for_data()
        client.send(MAIL + b".")
        await client.close()
        assert await desk.reception.is_deserted_within(1)
        assert desk.rows() == []
        assert desk.reception.flight.taken == 0


@pytest.mark.parametrize(
    ("wrong", "reply"),
    [
        (RuntimeError("db secret dsn=postgres://u:p@h"), "451 4.3.0 try again later"),
        (StoreUnavailable("disk full on /secret"), "451 4.3.1 try again later"),
        (OSError(5, "EIO"), "451 4.3.0 try again later"),
    ],
)
async def test_a_fault_of_ours_is_temporary_and_says_nothing(tmp_path: Path, wrong: Exception, reply: str) -> None:
    async with open_desk(tmp_path, failing(wrong)) as desk:
        client = await desk.call()
        assert await client.hand_in() == reply
        assert (await client.ask("MAIL FROM:<>")).startswith("250")
        assert desk.reception.flight.taken == 0


async def test_a_fault_in_a_command_is_temporary_too(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        await client.ask("EHLO client.example")
        desk.listeners._reception.settings = None  # type: ignore[assignment]  # a bug, made by hand
        assert await client.ask("MAIL FROM:<a@b.example>") == "451 4.3.0 try again later"
        desk.listeners._reception.settings = desk.settings


async def test_the_log_names_id_peer_and_size_and_never_a_token_or_content(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as lines:
        async with open_desk(tmp_path) as desk:
            client = await desk.call()
            await client.hand_in()
            await client.ask("MAIL FROM:<a@b.example>")
            await client.ask("RCPT TO:<nobody+secrettoken@example.com>")
    kept = next(line for line in lines if line["event"] == "kept")
    assert (kept["mail"], kept["peer"], kept["size"]) == ("M-1", "127.0.0.1", len(MAIL))
    assert any(line["event"] == "refused" and line["reply"].startswith("550 5.1.1") for line in lines)
    assert "secrettoken" not in str(lines)
    assert "fire" not in str(lines)


async def test_two_hundred_senders_at_once_are_all_served(tmp_path: Path) -> None:
    async with open_desk(tmp_path, connections=300, connections_per_peer=300) as desk:

        async def one(number: int) -> str:
            client = await desk.call()
            return await client.hand_in(MAIL.replace(b"<1@", b"<%d@" % number))

        said = await asyncio.gather(*(one(number) for number in range(200)))
        assert sorted(int(line.rpartition("-")[2]) for line in said) == list(range(1, 201))
        assert len(desk.rows()) == 200
