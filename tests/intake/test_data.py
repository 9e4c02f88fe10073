"""Reading a message in chunks: whatever the size of the pieces it comes in, the bytes are the same."""

from __future__ import annotations

import random
import tracemalloc

import pytest

from mailgate.intake import replies
from mailgate.intake.caps import BytesInFlight, Load
from mailgate.intake.data import Collected, Message, refused_content
from mailgate.settings.site import Limits

LIMIT = 64 * 2**10


def load(most: int = 2**26) -> Load:
    return Load(BytesInFlight(), most)


def read(pieces: list[bytes], *, most: int = 2**25, share: Load | None = None) -> tuple[Message, bytes]:
    """The message, and what came behind it with the piece that ended it."""
    collected = Collected(share or load(), most)
    *before, last = pieces
    assert [collected.add(piece) for piece in before] == [None] * len(before)
    behind = collected.add(last)
    assert behind is not None
    return collected.message(), behind


STUFFED = [
    (b".\r\n", b""),
    (b"\r\n.\r\n", b"\r\n"),
    (b"a\r\n.\r\n", b"a\r\n"),
    (b"..\r\n.\r\n", b".\r\n"),
    (b"...\r\n..a\r\n.\r\n", b"..\r\n.a\r\n"),
    (b".a\r\n.\r\n", b"a\r\n"),
    (b"a\r\n.b\r\n.\r\n", b"a\r\nb\r\n"),
    (b"a\r\n\r\n..\r\n\r\n.\r\n", b"a\r\n\r\n.\r\n\r\n"),
    (b"a.\r\n.\r\n", b"a.\r\n"),
    (b"a\n.\r\n\r\n.\r\n", b"a\n.\r\n\r\n"),
]


@pytest.mark.parametrize(("sent", "meant"), STUFFED)
def test_dots_are_unstuffed_and_the_rest_is_left_alone(sent: bytes, meant: bytes) -> None:
    assert read([sent + b"NEXT"]) == (Message(meant, len(meant)), b"NEXT")
    assert read([bytes([byte]) for byte in sent]) == (Message(meant, len(meant)), b"")


@pytest.mark.parametrize("size", [LIMIT - 3, LIMIT, LIMIT + 1, 2 * LIMIT, 3 * LIMIT + 5, 1_000_000])
def test_the_borders_of_chunks_do_not_show(size: int) -> None:
    dice = random.Random(size)
    meant = b"".join(dice.choice((b"\r\n", b".", b"\r\n.", b"x", b"\r\n..\r\n", b"x" * 70)) for _ in range(size // 12))
    meant = meant.replace(b"\r\n.\r\n", b"\r\n_\r\n") + b"\r\n"
    stuffed = meant.replace(b"\r\n.", b"\r\n..")
    sent = (b"." if stuffed.startswith(b".") else b"") + stuffed + b".\r\n"
    pieces = []
    while sent:
        cut = dice.choice((1, 2, 3, 1000, LIMIT, 4 * LIMIT))
        pieces.append(sent[:cut])
        sent = sent[cut:]
    assert read(pieces)[0].raw == meant


def test_what_is_too_big_is_read_to_its_end_and_not_kept() -> None:
    share = load()
    message, left = read([b"x" * 999 + b"\r\n"] * 1200 + [b".\r\nQUIT\r\n"], most=100_000, share=share)
    assert (message.raw, message.refusal, left) == (b"", replies.TOO_BIG, b"QUIT\r\n")
    assert share.flight.taken == 0


def test_a_large_message_is_in_memory_once() -> None:
    line = b"x" * 76 + b"\r\n"
    pieces = [line * 1000 for _ in range(64)]
    tracemalloc.start()
    try:
        message, _ = read([*pieces, b".\r\n"])
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert message.raw == line * 64_000
    assert most < 1.5 * len(message.raw)


def test_the_limit_is_exact_and_stuffed_dots_do_not_count() -> None:
    sent = b"..\r\n" * 25
    assert read([sent + b".\r\n"], most=75)[0].refusal is replies.TOO_BIG
    sent = b"x" * 73 + b"\r\n"
    assert read([sent + b".\r\n"], most=75)[0].raw == sent
    assert read([sent + b".\r\n"], most=74)[0].refusal is replies.TOO_BIG


def test_without_room_it_is_read_and_refused_for_now() -> None:
    share = load(most=100_000)
    message, _ = read([b"x" * 998 + b"\r\n"] * 500 + [b".\r\n"], share=share)
    assert message.refusal == replies.NO_ROOM
    assert share.flight.taken == 0


CONTENT = [
    (b"a\r\nb\r\n", None, None),
    (b"", replies.EMPTY_MAIL, replies.EMPTY_MAIL),
    (b"\r\n\r\n", replies.EMPTY_MAIL, replies.EMPTY_MAIL),
    (b"a\nb\r\n", replies.BARE_LINE_END, None),
    (b"a\rb\r\n", replies.BARE_LINE_END, None),
    (b"a\r\r\n", replies.BARE_LINE_END, None),
    (b"a\n\rb\r\n", replies.BARE_LINE_END, None),
    (b"x" * 70_000 + b"\r\n", replies.LONG_LINE, replies.LONG_LINE),
    (b"a\r\n" * 30_000 + b"x" * 65_537 + b"\r\n" + b"a\r\n" * 30_000, replies.LONG_LINE, replies.LONG_LINE),
    (b"a\r\n" * 30_000 + b"x" * 65_536 + b"\r\n" + b"a\r\n" * 30_000, None, None),
    (b"x" * 1000 + b"\r\n", None, None),
]


@pytest.mark.parametrize(("raw", "stranger", "trusted"), CONTENT)
def test_content_is_refused_for_what_it_is(raw: bytes, stranger: str | None, trusted: str | None) -> None:
    assert refused_content(raw, Limits(), bare_line_ends=False) == stranger
    assert refused_content(raw, Limits(), bare_line_ends=True) == trusted
