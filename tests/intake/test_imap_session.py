"""The commands of a mailbox against real servers, Dovecot and pymap: what is there, fetched whole, moved, and what
breaks in between."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from mailgate.intake.imap_session import NotLetIn, Place, Refused, Session
from mailgate.intake.imap_wire import Lost
from tests.doubles.dovecot import PASSWORD, USER, Dovecot
from tests.doubles.pymap_server import Pymap

Server = Dovecot | Pymap
MIB = 2**20


def mail(number: int, body: str = "words\r\n") -> bytes:
    return f"From: erika@customer.example\r\nSubject: mail {number}\r\n\r\n{body}".encode()


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def fresh() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture(params=[Dovecot, Pymap])
def either(request: pytest.FixtureRequest) -> Iterator[Server]:
    with request.param() as server:
        yield server


async def entered(server: Server, *, tls: str = "none", silence: float = 5) -> Session:
    place = Place("127.0.0.1", server.port, "none")
    if tls != "none":
        assert isinstance(server, Dovecot), "the other one has no certificate"
        context = ssl.create_default_context(cafile=str(server.certificate.file))
        place = Place("localhost", server.tls_port if tls == "implicit" else server.port, tls, context)
    session = await Session.begun(place, 30 * MIB, silence)
    await session.log_in(USER, PASSWORD)
    return session


@pytest_asyncio.fixture
async def session(dovecot: Dovecot) -> AsyncIterator[Session]:
    session = await entered(dovecot)
    yield session
    await session.leave()


async def test_every_mail_is_listed_weighed_and_fetched_whole(either: Server) -> None:
    session = await entered(either)
    mails = [mail(1), mail(2, "* OK) ( {5}\r\n)\r\na1 BAD\r\n" * 3), mail(3, "x" * 998 + "\r\n")]
    either.put(*mails)
    opened = await session.open("INBOX")
    uids = await session.uids()
    assert (opened.exists, len(uids), opened.read_only) == (3, 3, False)
    assert [each.size for each in await session.weigh(uids)] == [len(each) for each in mails]
    assert [await session.fetch(uid) for uid in uids] == mails
    assert await session.fetch(uids[-1] + 100) is None
    assert await session.uids(above=uids[0]) == uids[1:]
    assert await session.uids(above=uids[-1]) == []
    await session.leave()
    assert all("Seen" not in each for each in either.flags())


async def test_a_large_mail_comes_whole(either: Server) -> None:
    large = mail(1, ("y" * 76 + "\r\n") * 150_000)
    either.put(large)
    session = await entered(either)
    await session.open("INBOX")
    [uid] = await session.uids()
    assert await session.fetch(uid) == large
    await session.leave()


async def test_a_mail_larger_than_allowed_is_never_read_into_memory(either: Server) -> None:
    either.put(mail(1, ("y" * 76 + "\r\n") * 30_000))
    place = Place("127.0.0.1", either.port, "none")
    session = await Session.begun(place, MIB, 5)
    await session.log_in(USER, PASSWORD)
    await session.open("INBOX")
    [uid] = await session.uids()
    with pytest.raises(Lost, match="at most 1048576 were asked for"):
        await session.fetch(uid)


async def test_mails_are_moved_flagged_and_deleted_and_nothing_else_is(either: Server) -> None:
    either.put(*(mail(each) for each in range(1, 7)))
    session = await entered(either)
    await session.open("INBOX")
    one, two, three, four, five, six = await session.uids()
    with pytest.raises(Refused, match="MOVE"):
        await session.move([one, two], "Früher & später")
    await session.create("Früher & später")
    await session.move([one, two, four], "Früher & später")
    await session.flag([three])
    await session.delete([five])
    assert await session.uids() == [three, six]
    assert either.subjects("Früher & später") == ["mail 1", "mail 2", "mail 4"]
    assert [r"\Seen" in each for each in either.flags()] == [True, False]
    await session.leave()


async def test_without_move_mails_are_copied_and_deleted(either: Server) -> None:
    either.put(mail(1), mail(2))
    session = await entered(either)
    await session.open("INBOX")
    await session.create("Archive")
    first, second = await session.uids()
    await session.copy([first], "Archive")
    await session.delete([first])
    assert (await session.uids(), either.subjects("Archive")) == ([second], ["mail 1"])
    await session.leave()


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
async def test_encrypted_with_a_certificate_that_is_checked(dovecot: Dovecot, tls: str) -> None:
    session = await entered(dovecot, tls=tls)
    assert (await session.open("INBOX")).uidvalidity > 0
    await session.leave()
    untrusted = Place("127.0.0.1", dovecot.tls_port if tls == "implicit" else dovecot.port, tls)
    with pytest.raises(Lost, match="certificate is not trusted"):
        await Session.begun(untrusted, MIB, 5)


async def test_a_wrong_password_is_refused_in_the_servers_words(dovecot: Dovecot) -> None:
    session = await Session.begun(Place("127.0.0.1", dovecot.port, "none"), MIB, 10)
    with pytest.raises(NotLetIn, match=r"LOGIN: .*Authentication failed"):
        await session.log_in(USER, 'wrong\\" pass')
    await session.leave()


async def test_a_new_mail_ends_the_waiting(either: Server) -> None:
    session = await entered(either, silence=20)
    await session.open("INBOX")
    waiting = asyncio.create_task(session.wait_for_news(15))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(either.put, mail(1))
    assert await asyncio.wait_for(waiting, 10)
    assert len(await session.uids()) == 1
    await session.leave()


async def test_waiting_ends_by_itself_and_when_we_stop(dovecot: Dovecot, session: Session) -> None:
    await session.open("INBOX")
    await asyncio.wait_for(session.wait_for_news(0.5), 5)
    stop = asyncio.Event()
    stop.set()
    await asyncio.wait_for(session.wait_for_news(60, stop), 5)
    session.capabilities -= {"IDLE"}
    await asyncio.wait_for(session.wait_for_news(0.2), 5)


async def test_whoever_is_kicked_knows_at_once(fresh: Dovecot) -> None:
    session = await entered(fresh, silence=20)
    await session.open("INBOX")
    waiting = asyncio.create_task(session.wait_for_news(60))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(fresh.kick)
    with pytest.raises(Lost):
        await asyncio.wait_for(waiting, 5)
    with pytest.raises(Lost):
        await session.uids()


async def test_other_uids_after_a_restore_are_another_uidvalidity(fresh: Dovecot) -> None:
    fresh.put(mail(1))
    session = await entered(fresh)
    before = (await session.open("INBOX")).uidvalidity
    await session.leave()
    await asyncio.to_thread(fresh.renumber)
    session = await entered(fresh)
    assert (await session.open("INBOX")).uidvalidity != before
    await session.leave()
