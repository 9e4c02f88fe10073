"""Servers that do what no server should: each ends in words, in time, and without a wrong mail."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from mailgate.intake.imap_session import NotLetIn, Place, Refused, Session
from mailgate.intake.imap_wire import Cutter, Lost
from tests.doubles.imap_server import CLOSE, MAIL, MUTE, OddServer, Reply

Odd = Mapping[str, Reply]
SILENCE, PATIENCE = 2, 20


async def entered(server: OddServer) -> Session:
    is_mute = any(isinstance(reply, bytes) and MUTE in reply for reply in server.odd.values())
    session = await Session.begun(Place("127.0.0.1", server.port, "none"), 2**20, SILENCE if is_mute else PATIENCE)
    await session.log_in("support", "geheim")
    await session.open("INBOX")
    return session


async def read_all(odd: Odd) -> tuple[list[int], bytes | None]:
    """What a reader does: enter, list, fetch the first."""
    async with OddServer(odd) as server:
        session = await entered(server)
        uids = await session.uids()
        return uids, await session.fetch(uids[0]) if uids else None


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"GREETING": MUTE}, "does not greet us"),
        ({"GREETING": b"* BYE too many\r\n"}, "does not let us in.*too many"),
        ({"GREETING": b"220 smtp.example ESMTP\r\n"}, "does not let us in"),
        ({"GREETING": CLOSE}, "closed the connection"),
        ({"CAPABILITY": MUTE}, "nothing for 2 seconds"),
        ({"LOGIN": b"* BYE going down\r\n" + CLOSE}, "going down"),
        ({"LOGIN": MUTE}, "nothing for 2 seconds"),
        ({"SELECT": CLOSE}, "closed the connection"),
        ({"UID SEARCH": b"* SEARCH 1 2" + MUTE}, "nothing for 2 seconds"),
        ({"UID SEARCH": b"x" * 17 * 2**20}, "a line without an end"),
        ({"UID FETCH": b"* 1 FETCH (UID 1 BODY[] {900}\r\nFrom: a" + CLOSE}, "closed the connection"),
        ({"UID FETCH": b"* 1 FETCH (UID 1 BODY[] {900}\r\nFrom: a" + MUTE}, "nothing for 2 seconds"),
        ({"UID FETCH": b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n"}, "at most 1048576"),
    ],
)
async def test_a_server_that_breaks_off_is_lost_in_words_and_in_time(odd: Odd, words: str) -> None:
    async with asyncio.timeout(15):
        with pytest.raises(Lost, match=words):
            await read_all(odd)


@pytest.mark.parametrize(
    ("odd", "kind", "words"),
    [
        ({"LOGIN": b"{tag} NO [AUTHENTICATIONFAILED] wrong\r\n"}, NotLetIn, "LOGIN: .AUTHENTICATIONFAILED. wrong"),
        ({"LOGIN": b"{tag} BAD what\r\n"}, NotLetIn, "LOGIN: what"),
        ({"CAPABILITY": b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n{tag} OK\r\n"}, NotLetIn, "takes no passwords"),
        ({"SELECT": b"{tag} NO no such folder\r\n"}, Refused, "SELECT: no such folder"),
        ({"SELECT": b"* 1 EXISTS\r\n{tag} OK\r\n"}, Refused, "has no UIDVALIDITY"),
        ({"UID SEARCH": b"{tag} NO busy\r\n"}, Refused, "UID SEARCH: busy"),
    ],
)
async def test_a_refusal_is_told_in_the_servers_words(odd: Odd, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        await read_all(odd)


WHOLE = b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)\r\n{tag} OK\r\n" % (len(MAIL), MAIL)
OTHERS = b"* 1 FETCH (UID 9 BODY[] {5}\r\nwrong)\r\n"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (WHOLE, MAIL),
        (b"* 1 FETCH (FLAGS (\\Seen))\r\n* 3 EXPUNGE\r\n* 9 EXISTS\r\n" + WHOLE, MAIL),
        (OTHERS + WHOLE, MAIL),
        (b"* 1 FETCH (BODY[] {%d}\r\n%s UID 1)\r\n{tag} OK\r\n" % (len(MAIL), MAIL), MAIL),
        (b"* 1 fetch (uid 1 body[] {0}\r\n)\r\n{tag} OK\r\n", b""),
        (b"* 1 FETCH (UID 1 BODY[] {0}\r\n)\r\n{tag} OK\r\n", b""),
        (b"* 1 FETCH (UID 1 BODY[] NIL)\r\n{tag} OK\r\n", None),
        (b"* OK still here\r\nZZ9 OK not yours\r\n\r\n" + WHOLE, MAIL),
        (OTHERS + b"{tag} OK\r\n", None),
        (b"{tag} OK\r\n", None),
    ],
)
async def test_only_the_mail_that_was_asked_for_is_taken(reply: bytes, expected: bytes | None) -> None:
    assert (await read_all({"UID FETCH": reply}))[1] == expected


@pytest.mark.parametrize(
    ("reply", "uids"),
    [
        (b"* SEARCH\r\n{tag} OK\r\n", []),
        (b"{tag} OK\r\n", []),
        (b"* SEARCH 3 1 2\r\n* SEARCH 7\r\n{tag} OK\r\n", [1, 2, 3, 7]),
        (b"* 5 EXISTS\r\n* SEARCH 4 x 5\r\n{tag} OK\r\n", [4, 5]),
        (
            b"* SEARCH " + b" ".join(b"%d" % each for each in range(1, 50_001)) + b"\r\n{tag} OK\r\n",
            list(range(1, 50_001)),
        ),
    ],
)
async def test_a_list_is_read_however_it_is_written(reply: bytes, uids: list[int]) -> None:
    assert (await read_all({"UID SEARCH": reply}))[0] == uids


async def test_thousands_of_lines_at_once_are_no_trouble() -> None:
    lines = b"".join(b"* %d EXPUNGE\r\n" % each for each in range(5000, 0, -1))
    async with OddServer({"IDLE": b"+ idling\r\n" + lines}) as server:
        session = await entered(server)
        async with asyncio.timeout(10):
            assert not await session.wait_for_news(0.5)  # nothing has come
            assert await session.uids() == [1]


@pytest.mark.parametrize("reply", [b"{tag} NO not today\r\n", b"{tag} BAD what\r\n"])
async def test_who_promises_idle_and_refuses_it_is_asked_instead(reply: bytes) -> None:
    async with OddServer({"IDLE": reply}) as server:
        session = await entered(server)
        await session.wait_for_news(0.2)
        await session.wait_for_news(0.2)
        assert server.asked[-1] == "NOOP"


@pytest.mark.parametrize("reply", [b"* BYE too long\r\n" + CLOSE, MUTE])
async def test_an_idle_that_goes_wrong_ends(reply: bytes) -> None:
    async with OddServer({"IDLE": reply}) as server:
        session = await entered(server)
        async with asyncio.timeout(10):
            with pytest.raises(Lost):
                await _waited_and_asked(session)


async def _waited_and_asked(session: Session) -> None:
    await session.wait_for_news(0.2)
    await session.uids()


async def test_a_refused_token_is_answered_and_told() -> None:
    challenge = b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"
    async with OddServer({"AUTHENTICATE": challenge, "": b"{tag} NO expired\r\n"}) as server:
        session = await Session.begun(Place("127.0.0.1", server.port, "none"), 2**20, 2)
        with pytest.raises((NotLetIn, Lost)):
            await asyncio.wait_for(session.log_in_by_token("support", "token"), 5)


async def test_without_move_and_uidplus_nothing_but_our_own_is_touched() -> None:
    async with OddServer({"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n"}) as server:
        session = await entered(server)
        await session.copy([1, 2, 3, 7], "Archive")
        await session.delete([1, 2, 3, 7])
        assert server.asked[-2:] == ['UID COPY 1:3,7 "Archive"', r"UID STORE 1:3,7 +FLAGS.SILENT (\Deleted)"]


def test_bytes_may_come_one_by_one() -> None:
    cutter = Cutter(1000)
    found = [each for at in range(len(WHOLE)) for each in cutter.feed(WHOLE[at : at + 1])]
    assert found == [(b"* 1 FETCH (UID 1 BODY[] {%d}" % len(MAIL), MAIL, b")"), (b"{tag} OK",)]
    assert not cutter.has_rest


async def test_who_was_cut_off_before_it_waits_does_not_wait() -> None:
    async with OddServer({"UID SEARCH": b"* SEARCH 1\r\n{tag} OK\r\n" + CLOSE}) as server:
        session = await entered(server)
        await session.uids()
        await asyncio.sleep(0.2)
        async with asyncio.timeout(10):
            with pytest.raises(Lost, match="closed the connection"):
                await session.wait_for_news(60)
