"""Mails, folders and servers that stand in the way: nothing of it keeps another mail from coming, nothing is lost, and
what a person has to know is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailgate.store import ledger
from tests.doubles.dovecot import USER, Dovecot
from tests.doubles.imap_server import CLOSE, MUTE, POLITE, OddServer, Reply
from tests.doubles.proxy import Proxy
from tests.intake.test_imap import Begin, Fetching, begin, mail, put, scanned, server

__all__ = ["begin", "server"]  # fixtures

ONE, POISON, TWO = 1, 2, 3
LISTED = b"* SEARCH 1 2 3\r\n{tag} OK\r\n"


def poisoned(reply: bytes, header: bytes | None = None) -> Callable[[str, str], bytes]:
    """Three mails, of which one is not to be had; `header`: what is said where that alone is asked for."""

    def fetched(tag: str, args: str) -> bytes:
        polite = POLITE["UID FETCH"]
        assert callable(polite)
        uid = args.split()[0]
        if "BODY" not in args:
            sizes = (polite(f"x{each}", f"{each} RFC822.SIZE").partition(b"\r\nx")[0] for each in range(1, 4))
            return b"\r\n".join(sizes) + f"\r\n{tag} OK\r\n".encode()
        if uid != str(POISON):
            return polite(tag, args).replace(b"Subject: mail", f"Subject: mail {uid}".encode())
        if "HEADER" in args:
            return (header or reply).replace(b"{tag}", tag.encode())
        return reply.replace(b"{tag}", tag.encode())

    return fetched


def odd(fetch: Callable[[str, str], bytes], **more: Reply) -> Mapping[str, Reply]:
    return {"UID SEARCH": LISTED, "UID FETCH": fetch, **more}


async def visited(folder: Path, replies: Mapping[str, Reply], until: Callable[[Fetching], bool]) -> Fetching:
    async with OddServer(replies) as odd_server:
        desk = Fetching(folder, odd_server, since="all", after="keep")  # type: ignore[arg-type]  # its port is what counts
        desk.reader = replace(desk.reader, compared_every=0.05, silence=0.5)
        async with desk.running():
            await desk.until(lambda: until(desk))
    return desk


WORDS = b"From: a@x.example\r\nSubject: s"
HEADER = b"* 2 FETCH (UID 2 BODY[HEADER] {%d}\r\n%s)\r\n{tag} OK\r\n" % (len(WORDS), WORDS)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (b"{tag} NO could not be converted to an RFC-822 format\r\n", "could not be converted"),
        (b"* 2 FETCH (UID 2 BODY[] NIL)\r\n{tag} OK\r\n", "the server does not give it"),
        (b"* BYE I crashed\r\n" + CLOSE, "I crashed"),
        (b"* 2 FETCH (UID 2 BODY[] {99999999}\r\n", "octets at once"),
    ],
)
async def test_a_mail_that_can_not_be_fetched_becomes_a_stub_behind_all_others(
    tmp_path: Path, reply: bytes, why: str
) -> None:
    desk = await visited(tmp_path, odd(poisoned(reply, HEADER)), lambda desk: len(desk.arrived) == 3)
    assert desk.subjects() == ["mail 1", "mail 3", "s"]
    stub = desk.rows()[-1].raw
    assert b"can not be fetched (" in stub
    assert why.encode() in stub
    assert b"It stays in the mailbox shared (INBOX)" in stub
    desk.close()


async def test_of_a_mail_of_which_not_even_the_header_is_to_be_had_an_admin_hears(tmp_path: Path) -> None:
    refused = poisoned(b"{tag} NO broken on disk\r\n")
    desk = await visited(tmp_path, odd(refused), lambda desk: "broken on disk" in (desk.reader.condition.trouble or ""))
    assert desk.subjects() == ["mail 1", "mail 3"]
    assert "the mail with UID 2 can not be fetched: UID FETCH: broken on disk" in (desk.reader.condition.trouble or "")
    desk.close()


async def test_a_mail_is_durable_while_the_next_one_takes_its_time(tmp_path: Path) -> None:
    slow = poisoned(b"* 2 FETCH (UID 2 BODY[] {900}\r\nFrom: a" + MUTE)
    async with OddServer(odd(slow)) as odd_server:
        desk = Fetching(tmp_path, odd_server, since="all", after="keep")  # type: ignore[arg-type]  # its port is what counts
        desk.reader = replace(desk.reader, silence=20)
        async with asyncio.timeout(10):
            reading = asyncio.create_task(desk.reader.run(desk.stop))
            await desk.until(lambda: desk.subjects() == ["mail 1"] and desk.arrived == [1])
        reading.cancel()
        await asyncio.wait([reading])
    desk.close()


async def test_trouble_of_the_store_is_not_held_against_a_mail(begin: Begin, server: Dovecot) -> None:
    desk = begin()
    async with desk.running() as reader:
        await scanned(desk)
        with desk.store.journal.begin() as journal:
            journal.execute(sa.text("ALTER TABLE arrival RENAME TO elsewhere"))
        await put(server, 1)
        for _ in range(5):
            await asyncio.to_thread(server.kick)
            await desk.until(lambda: "journal could not be written" in (reader.condition.trouble or ""))
        with desk.store.journal.begin() as journal:
            journal.execute(sa.text("ALTER TABLE elsewhere RENAME TO arrival"))
        await desk.until(lambda: server.subjects("Archive") == ["mail 1"])
    assert desk.subjects() == ["mail 1"]


async def test_another_folder_under_the_same_name_has_a_ledger_of_its_own(begin: Begin, server: Dovecot) -> None:
    await asyncio.to_thread(server.doveadm, "mailbox", "create", "-u", USER, "Other")
    await asyncio.to_thread(server.put, mail(7), folder="Other")
    desk = begin(after="keep")
    async with desk.running():
        await scanned(desk)
        await put(server, 1)
        await desk.until(lambda: len(desk.arrived) == 1)
    other = replace(desk.reader.reading, folder="Other")
    desk.reader = replace(desk.reader, reading=other)
    async with desk.running():
        await scanned(desk)
        await asyncio.to_thread(server.put, mail(8), folder="Other")
        await desk.until(lambda: len(desk.arrived) == 2)
    assert desk.subjects() == ["mail 1", "mail 8"]


async def test_the_same_folder_under_another_host_is_known(begin: Begin, server: Dovecot) -> None:
    desk = begin(after="keep")
    async with desk.running():
        await scanned(desk)
        await put(server, 1)
        await desk.until(lambda: len(desk.arrived) == 1)
    await put(server, 2)
    reading = desk.reader.reading
    desk.reader = replace(desk.reader, reading=replace(reading, place=replace(reading.place, host="localhost")))
    async with desk.running():
        await desk.until(lambda: len(desk.arrived) == 2)
    assert desk.subjects() == ["mail 1", "mail 2"]
    assert desk.states() == {"done": 2}


async def test_a_renumbering_that_was_interrupted_makes_no_old_mail_new(begin: Begin, server: Dovecot) -> None:
    desk = begin(after="keep")
    async with desk.running():
        await scanned(desk)
        await put(server, 1, 2)
        await desk.until(lambda: len(desk.arrived) == 2)
    with desk.store.journal.begin() as journal:  # killed behind the first step; and it is long ago
        journal.execute(sa.text("UPDATE mailbox SET renumbered = true"))
        journal.execute(sa.text("UPDATE mailbox_mail SET uidvalidity = -1"))
        journal.execute(sa.text("UPDATE arrival SET received_at = '2020-01-01 00:00:00'"))
    async with desk.running():
        await scanned(desk)
    assert desk.subjects() == ["mail 1", "mail 2"]


async def test_a_backup_that_uses_uids_again_hides_no_mail(begin: Begin, server: Dovecot) -> None:
    desk = begin(after="keep")
    async with desk.running():
        await scanned(desk)
        await put(server, 1)
        await desk.until(lambda: len(desk.arrived) == 1)
    with desk.store.journal.begin() as journal:  # as we know it from before the backup was put back
        journal.execute(sa.update(ledger.SEEN).values(size=4711, arrived="2020-01-01T00:00:00+00:00"))
    await put(server, 2)
    async with desk.running():
        await desk.until(lambda: len(desk.arrived) == 2)
        await scanned(desk)
    assert desk.subjects() == ["mail 1", "mail 2"]


async def test_who_died_between_copying_and_deleting_does_not_copy_twice(begin: Begin, server: Dovecot) -> None:
    desk = begin()
    async with desk.running():
        await scanned(desk)
        await put(server, 1)
        await desk.until(lambda: server.subjects("Archive") == ["mail 1"])
        await put(server, 2)
        await desk.until(lambda: server.subjects("Archive") == ["mail 1", "mail 2"])
    await asyncio.to_thread(server.doveadm, "copy", "-u", USER, "INBOX", "mailbox", "Archive", "all")
    uids = await asyncio.to_thread(server.doveadm, "-f", "tab", "fetch", "-u", USER, "uid", "mailbox", "INBOX", "all")
    with desk.store.journal.begin() as journal:
        for uid, was in zip(uids.decode().split()[1:], (1, 2), strict=True):
            journal.execute(sa.update(ledger.SEEN).where(ledger.SEEN.c.uid == was).values(uid=int(uid), state="copied"))
    async with desk.running():
        await desk.until(lambda: server.subjects() == [])
    assert server.subjects("Archive") == ["mail 1", "mail 2"]


async def test_a_full_archive_is_told_in_the_servers_words(tmp_path: Path) -> None:
    full: Mapping[str, Reply] = {
        "UID MOVE": b"{tag} NO [OVERQUOTA] Quota exceeded\r\n",
        "CREATE": b"{tag} NO [ALREADYEXISTS] it is there\r\n",
    }
    async with OddServer(full) as odd_server:
        desk = Fetching(tmp_path, odd_server, since="all")  # type: ignore[arg-type]  # its port is what counts
        async with desk.running() as reader:
            await desk.until(lambda: "[OVERQUOTA] Quota exceeded" in (reader.condition.trouble or ""))
    assert (len(desk.arrived), desk.states()) == (1, {"kept": 1})
    desk.close()


async def test_a_folder_that_is_only_for_reading_is_told(tmp_path: Path) -> None:
    select = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n{tag} OK [READ-ONLY] done\r\n"
    async with OddServer({"SELECT": select}) as odd_server:
        desk = Fetching(tmp_path, odd_server, since="all")  # type: ignore[arg-type]  # its port is what counts
        async with desk.running() as reader:
            await desk.until(lambda: "write after: keep" in (reader.condition.trouble or ""))
    assert desk.states() == {"kept": 1}
    desk.close()


async def test_a_folder_that_is_deleted_under_us_and_comes_back_is_read_on(begin: Begin, server: Dovecot) -> None:
    await asyncio.to_thread(server.doveadm, "mailbox", "create", "-u", USER, "Other")
    desk = begin(folder="Other", after="keep")
    async with desk.running() as reader:
        await scanned(desk)
        await asyncio.to_thread(server.doveadm, "mailbox", "delete", "-u", USER, "Other")
        await desk.until(lambda: "doesn't exist" in (reader.condition.trouble or ""))
        await asyncio.sleep(1.1)  # its UIDVALIDITY is the time in seconds
        await asyncio.to_thread(server.doveadm, "mailbox", "create", "-u", USER, "Other")
        await asyncio.to_thread(server.put, mail(1), folder="Other")
        await desk.until(lambda: len(desk.arrived) == 1)
    assert desk.rows()[0].source == "imap:shared"


async def test_a_line_that_has_forgotten_us_costs_no_mail(begin: Begin, server: Dovecot) -> None:
    with Proxy(server.port) as line:
        desk = begin(port=line.port)
        desk.reader = replace(desk.reader, silence=0.7, compared_every=1.0)
        async with desk.running() as reader:
            await scanned(desk)
            await asyncio.to_thread(line.forget)
            await put(server, 1)
            await desk.until(lambda: server.subjects("Archive") == ["mail 1"])
            assert reader.condition.unaccounted == 0
            await asyncio.to_thread(line.slow, 2000)
            await put(server, 2)
            await desk.until(lambda: server.subjects("Archive") == ["mail 1", "mail 2"])
    assert desk.subjects() == ["mail 1", "mail 2"]


async def test_a_server_that_refuses_all_mails_for_a_while_makes_no_stubs(tmp_path: Path) -> None:
    refused = {"UID SEARCH": LISTED, "UID FETCH": b"{tag} NO [UNAVAILABLE] come back later\r\n"}
    async with OddServer(refused) as odd_server:
        desk = Fetching(tmp_path, odd_server, since="all", after="keep")  # type: ignore[arg-type]  # as above
        desk.reader = replace(desk.reader, compared_every=0.05)
        async with desk.running() as reader:
            for _ in range(8):
                await desk.until(lambda: "come back later" in (reader.condition.trouble or ""))
                reader.condition.trouble = None
            odd_server.odd = {**odd_server.odd, "UID FETCH": poisoned(b"{tag} NO never\r\n", HEADER)}
            await desk.until(lambda: len(desk.arrived) >= 2)
    assert desk.subjects()[:2] == ["mail 1", "mail 3"]
    assert not any(b"can not be fetched" in row.raw for row in desk.rows()[:2])
    desk.close()
