"""Two mailgates pointed at each other fall silent after at most three letters, whatever is between them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, World

OTHER = {
    "site": {"name": "Other Desk", "admins": ["ops@other.example"]},
    "addresses": [{"address": "desk@other.example", "name": "Other Desk", "subaddress": True}],
    "agents": {
        "anna": {"name": "Ada", "email": "ada@other.example", "aliases": []},
        "ben": {"name": "Bob", "email": "bob@other.example"},
        "cleo": {"name": "Cid", "email": "cid@other.example"},
    },
    "categories": {"rooms": {"notify": "rooms@other.example"}},
}
ROUNDS = 10


def as_it_is(raw: bytes) -> bytes:
    return raw


MARKS = re.compile(
    rb"^(?:auto-submitted|x-auto-response-suppress|x-mailgate-\S+|message-id|references|in-reply-to):.*\r\n"
    rb"(?:[ \t].*\r\n)*",
    re.MULTILINE | re.IGNORECASE,
)


def without_marks(raw: bytes) -> bytes:
    """A relay between the two takes out what says that no person wrote this, and gives the mail a new Message-ID."""
    head, _, body = raw.partition(b"\r\n\r\n")
    return MARKS.sub(b"", head + b"\r\n") + b"\r\n" + body


def exchange(one: World, other: World, between: Callable[[bytes], bytes]) -> list[str]:
    """Carry letters to and fro until none is left, at most ten rounds; returns what was carried."""
    carried: list[str] = []
    seen = {one: 0, other: 0}
    for _ in range(ROUNDS):
        moved = 0
        for here, there in ((one, other), (other, one)):
            new, seen[here] = here.relay.letters[seen[here] :], len(here.relay.letters)
            for letter in new:
                if there.settings.target(letter.to):
                    domain = letter.header("From").rpartition("@")[2].strip(">")
                    vouched = f"Authentication-Results: mx.example.com; dmarc=pass header.from={domain}\r\n".encode()
                    there.hand_in_bytes(vouched + between(letter.raw), letter.envelope_from, (letter.to,))
                    carried.append(f"{letter.header('X-Mailgate-Letter')} to {letter.to.partition('+')[0]}")
                    moved += 1
            there.work()
        if not moved:
            return carried
    return carried


@pytest.mark.parametrize("between", [as_it_is, without_marks])
def test_they_fall_silent_after_at_most_three_letters(desk_with: DeskWith, between: Callable[[bytes], bytes]) -> None:
    one, other = desk_with({}), desk_with(OTHER)
    one.mail(Mail("Other Desk <desk@other.example>", "support@example.com", "Hello", "Is anybody there?"))
    assert 1 <= len(exchange(one, other, between)) <= 3


def test_they_fall_silent_when_the_sender_is_null(desk_with: DeskWith) -> None:
    one, other = (
        desk_with({"delivery": {"automatic_sender": "null"}}),
        desk_with({**OTHER, "delivery": {"automatic_sender": "null"}}),
    )
    one.mail(Mail("Other Desk <desk@other.example>", "support@example.com", "Hello", "Is anybody there?"))
    assert len(exchange(one, other, as_it_is)) <= 3


def test_an_agent_of_the_one_who_answers_the_other_is_heard(desk_with: DeskWith) -> None:
    """The other desk's address reports at ours: people's words go through, robots' do not."""
    one, other = desk_with({}), desk_with(OTHER)
    one.mail(Mail("Other Desk <desk@other.example>", "support@example.com", "Hello", "Is anybody there?"))
    exchange(one, other, as_it_is)
    one.answer(one.letter("anna@example.com", "new_ticket"), "Yes, we are.", sender="Anna Alt <anna@example.com>")
    exchange(one, other, as_it_is)
    assert "Yes, we are." in str(
        [each["text"] for ticket in other.tickets() for each in other.ticket(ticket["number"])["messages"]]
    )


def test_forwarding_one_address_of_ours_to_another_makes_no_circle(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    letter = desk.letter("anna@example.com")
    for _ in range(3):
        desk.hand_in_bytes(
            b"Received: from a by b; Mon, 23 Nov 2026 10:00:00 +0100\r\n" + letter.raw,
            letter.envelope_from,
            ("it@example.com",),
        )
        desk.work()
    assert len(desk.tickets()) == 1
    assert len(desk.relay.letters) == 3
