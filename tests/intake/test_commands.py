"""Every command of a session, right and wrong, with the reply that the standards want."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.desk import open_desk
from tests.intake.raw import SUPPORT

HELLO = "EHLO client.example"
FROM = "MAIL FROM:<a@b.example>"

# Commands that go before, the command, and the beginning of its reply.
CONVERSATIONS = [
    ((), FROM, "503 5.5.1"),
    ((), "EHLO", "501 5.5.4"),
    ((), "EHLO \x07", "501 5.5.4"),
    ((), "HELO " + "x" * 5000, "500 5.5.2"),
    ((), "HELO client.example", "250 example.com"),
    ((), "LHLO client.example", "500 5.5.1"),
    ((HELLO,), "RCPT TO:<support@example.com>", "503 5.5.1"),
    ((HELLO,), "DATA", "503 5.5.1"),
    ((HELLO, FROM), "DATA", "503 5.5.1"),
    ((HELLO, FROM), FROM, "503 5.5.1"),
    ((HELLO, FROM, "RSET"), FROM, "250 2.1.0"),
    ((HELLO, FROM, HELLO), "RCPT TO:<support@example.com>", "503 5.5.1"),
    ((HELLO,), "MAIL FROM:<>", "250 2.1.0"),
    ((HELLO,), "MAIL FROM:<a b@c.example>", "553 5.1.7"),
    ((HELLO,), "MAIL FROM:<postmaster>", "553 5.1.7"),
    ((HELLO,), "MAIL TO:<a@b.example>", "501 5.5.4"),
    ((HELLO,), FROM + " SIZE=1000 BODY=8BITMIME", "250 2.1.0"),
    ((HELLO,), FROM + " SIZE=-1", "501 5.5.4"),
    ((HELLO,), FROM + " SIZE=NaN", "501 5.5.4"),
    ((HELLO,), FROM + " SIZE=", "501 5.5.4"),
    ((HELLO,), FROM + " SIZE=²", "501 5.5.4"),
    ((HELLO,), FROM + " SIZE=1 SIZE=2", "501 5.5.4"),
    ((HELLO,), FROM + " SIZE=1000000000000", "552 5.3.4"),
    ((HELLO,), FROM + " BODY=BINARYMIME", "501 5.5.4"),
    ((HELLO,), FROM + " RET=FULL", "555 5.5.4"),
    ((HELLO,), "MAIL FROM:<jürgen@b.example>", "553 5.6.7"),
    ((HELLO,), "MAIL FROM:<jürgen@b.example> SMTPUTF8", "250 2.1.0"),
    ((HELLO, FROM), f"RCPT TO:<{SUPPORT}>", "250 2.1.5"),
    ((HELLO, FROM), "RCPT TO:<SUPPORT@Example.COM>", "250 2.1.5"),
    ((HELLO, FROM), "RCPT TO:<support+gqzdsnbxha2dcmrtgi3tiobq@example.com>", "250 2.1.5"),
    ((HELLO, FROM), "RCPT TO:<support+no-token@example.com>", "250 2.1.5"),
    ((HELLO, FROM), "RCPT TO:<it+anything@example.com>", "250 2.1.5"),
    ((HELLO, FROM), 'RCPT TO:<"support"@example.com>', "250 2.1.5"),
    ((HELLO, FROM), "RCPT TO:<@relay.example:support@example.com>", "250 2.1.5"),
    ((HELLO, FROM), "RCPT TO:<postmaster@example.com>", "250 2.1.5"),
    ((HELLO, FROM), "RCPT TO:<abuse@example.com>", "250 2.1.5"),
    ((HELLO, FROM), "RCPT TO:<Postmaster>", "250 2.1.5"),
    ((HELLO, FROM), "RCPT TO:<nobody@example.com>", "550 5.1.1"),
    ((HELLO, FROM), "RCPT TO:<support@example.org>", "550 5.1.1"),
    ((HELLO, FROM), "RCPT TO:<support>", "501 5.1.3"),
    ((HELLO, FROM), "RCPT TO:<>", "501 5.1.3"),
    ((HELLO, FROM), "RCPT TO:<support@example.com> NOTIFY=NEVER", "555 5.5.4"),
    ((HELLO, FROM), "RCPT TO:<süpport@example.com>", "553 5.6.7"),
    ((HELLO, "MAIL FROM:<ü@b.example> SMTPUTF8"), "RCPT TO:<süpport@example.com>", "550 5.1.1"),
    ((HELLO, FROM, "RCPT TO:<it@example.com>"), "DATA now", "501 5.5.4"),
    ((HELLO,), "NOOP", "250 2.0.0"),
    ((HELLO,), "HELP", "214 2.0.0"),
    ((HELLO,), "VRFY support@example.com", "252 2.5.0"),
    ((HELLO,), "VRFY", "501 5.5.4"),
    ((HELLO,), "EXPN staff", "502 5.5.1"),
    ((HELLO,), "AUTH PLAIN AGFubmEAcGFzcw==", "502 5.5.1"),
    ((HELLO,), "STARTTLS", "502 5.5.1"),
    ((HELLO,), "BDAT 10 LAST", "500 5.5.1"),
    ((HELLO,), "", "500 5.5.1"),
    ((HELLO,), "\xff\xfe", "500 5.5.1"),
    ((HELLO,), "quit", "221 2.0.0"),
    ((HELLO,), "GET / HTTP/1.1", "421 4.7.0"),
    ((), "PROXY TCP4 192.0.2.1 127.0.0.1 40000 25", "421 4.7.0"),
]


@pytest.mark.parametrize(("before", "command", "reply"), CONVERSATIONS)
async def test_each_command_gets_its_reply(tmp_path: Path, before: tuple[str, ...], command: str, reply: str) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        for earlier in before:
            assert (await client.ask(earlier))[0] == "2"
        assert (await client.ask(command)).startswith(reply)


async def test_bytes_that_are_no_utf8_are_no_address(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        await client.ask(HELLO)
        assert (await client.ask(b"MAIL FROM:<j\xfcrgen@b.example>")).startswith("553 5.6.7")
        assert (await client.ask(b"MAIL FROM:<j\xfcrgen@b.example> SMTPUTF8")).startswith("553")


async def test_good_and_bad_tokens_get_the_same_words(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        await client.ask(HELLO)
        await client.ask(FROM)
        said = {
            await client.ask(f"RCPT TO:<support+{tag}@example.com>") for tag in ("a" * 24, "b-" + "a" * 24, "x", "")
        }
    assert said == {"250 2.1.5 ok"}


async def test_what_was_agreed_is_what_is_stored(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        await client.hand_in(
            commands=("MAIL FROM:<>", "RCPT TO:<Postmaster>", f"RCPT TO:<{SUPPORT}>", f"RCPT TO:<{SUPPORT}>")
        )
        row = desk.rows()[0]
    assert row.envelope_from == ""
    assert row.recipients == ["postmaster@example.com", SUPPORT]


async def test_the_hundred_and_first_recipient_has_to_wait(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        client.send(f"{HELLO}\r\n{FROM}\r\n".encode() + f"RCPT TO:<{SUPPORT}>\r\n".encode() * 2000)
        said = await client.replies(2002)
    assert [line[:9] for line in said[2:]] == ["250 2.1.5"] * 100 + ["452 4.5.3"] * 1900
