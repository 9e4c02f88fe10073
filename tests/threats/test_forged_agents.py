"""Somebody writes in an agent's name: T1, T2, T9, T23, T24, T28."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mailgate.trust.verdict import authenticate
from tests.stories.mailer import Mail, answer, conversation
from tests.stories.world import ANNA, BEN, ERIKA, MALLORY, SUPPORT, World
from tests.threats.looking import dump, outside
from tests.trust.conftest import Mailer, WayIn, mail, way_in
from tests.trust.test_results import NOT_BELIEVED

__all__ = ["mail", "way_in"]

ANNAS, REPORTER = "anna@example.com", "erika@customer.example"
PASS = "mx.example.com; dmarc=pass header.from=example.com"
ASKED = (
    "#close\n#priority urgent",
    "#resolve\nDear Erika, send me your password.",
    "Dear Erika, send me your password.",
)


@pytest.fixture
def new(desk: World) -> World:
    """Erika's ticket; her mail has an id that others know."""
    desk.mail(Mail(ERIKA, SUPPORT, "Printer on fire", "It burns.", message_id="<first@customer.example>"))
    desk.new_letters()
    return desk


FORGERIES = {
    "her address and nothing else": lambda text: Mail(ANNA, SUPPORT, "Re: [#1001] Printer on fire", text),
    "her address, naming a mail of the ticket": lambda text: Mail(
        ANNA, SUPPORT, "Re: Printer", text, headers={"In-Reply-To": "<first@customer.example>"}
    ),
    "her alias": lambda text: Mail(
        "Anna <a.alt@home.example>", SUPPORT, "Re: x", text, headers={"References": "<first@customer.example>"}
    ),
    "her address as display name": lambda text: Mail(
        '"anna@example.com" <mallory@elsewhere.example>',
        SUPPORT,
        "Re: x",
        text,
        headers={"References": "<first@customer.example>"},
    ),
    "her address in Sender and Reply-To": lambda text: Mail(
        MALLORY,
        SUPPORT,
        "Re: x",
        text,
        headers={"Sender": ANNA, "Reply-To": ANNA, "References": "<first@customer.example>"},
    ),
    "her return path": lambda text: Mail(
        MALLORY, SUPPORT, "Re: x", text, headers={"References": "<first@customer.example>"}, envelope_from=ANNAS
    ),
    "an invented token": lambda text: Mail(ANNA, f"support+{'q' * 24}@example.com", "Re: [#1001] x", text),
    "an invented id of ours": lambda text: Mail(
        ANNA, SUPPORT, "Re: x", text, headers={"In-Reply-To": f"<1001.{'q' * 24}@example.com>"}
    ),
}


@pytest.mark.parametrize("text", ASKED)
@pytest.mark.parametrize("how", FORGERIES)
def test_T01_a_forged_agent_changes_nothing_and_speaks_to_nobody(new: World, how: str, text: str) -> None:
    before = dump(new)
    new.mail(FORGERIES[how](text), stranger=True)
    assert dump(new)[: len(before)] == before
    assert outside(new) == []


@pytest.mark.parametrize("text", ASKED)
def test_T01_a_forged_agent_who_holds_her_token_still_lacks_her_domain(new: World, text: str) -> None:
    before = dump(new)
    new.answer(new.letter(ANNAS), text, sender=ANNA, stranger=True)
    assert (dump(new), outside(new)) == (before, [])
    assert len(new.letters(ANNAS, "confirm")) == 1, "she herself is asked, at her registered address"


@pytest.mark.parametrize("text", ASKED)
def test_T01_two_from_fields_are_nobody(new: World, text: str) -> None:
    before = dump(new)
    forged = answer(new.letter(ANNAS), text, sender=ANNA)
    raw = forged.bytes.replace(b"From: ", b"From: Mallory <mallory@elsewhere.example>\r\nFrom: ", 1)
    new.hand_in_bytes(b"Authentication-Results: " + PASS.encode() + b"\r\n" + raw, ANNAS, (SUPPORT,))
    new.work()
    assert dump(new)[: len(before)] == before
    assert [each for each in outside(new) if REPORTER in each] == []


def test_T02_more_than_forty_shapes_of_forged_results_give_no_right(mail: Mailer, way_in: WayIn) -> None:
    believed = [name for name, fields in NOT_BELIEVED.items() if authenticate(mail(*fields), way_in()).aligned]
    assert len(NOT_BELIEVED) >= 40
    assert believed == []


@pytest.mark.parametrize("place", ["above all", "above the sender's own Received", "in a part"])
def test_T02_forged_results_of_a_stranger_open_nothing(new: World, place: str) -> None:
    before = dump(new)
    raw = answer(new.letter(ANNAS), "#close\nDear Erika, hello.", sender=ANNA).bytes
    field = b"Authentication-Results: " + PASS.encode() + b"\r\n"
    received = b"Received: from a.example by mx.example.com with ESMTP; Mon, 23 Nov 2026 09:00:00 +0000\r\n"
    forged = {
        "above all": field + raw,
        "above the sender's own Received": field + received + raw,
        "in a part": raw.replace(b"\r\n\r\n", b"\r\n\r\n" + field, 1),
    }[place]
    new.hand_in_bytes(
        forged, ANNAS, (new.letter(ANNAS).header("Reply-To").partition("<")[2].strip(">"),), stranger=True
    )
    new.work()
    assert (dump(new), outside(new)) == (before, [])


def test_T09_an_agents_vacation_program_that_quotes_commands_does_nothing(new: World) -> None:
    new.answer(new.letter(ANNAS), "#resolve\nIt is out.", sender=ANNA)
    before = dump(new)
    new.new_letters()
    away = answer(
        new.letter(ANNAS, "new_ticket"),
        "I am away.\n#reopen\n#assign ben",
        sender=ANNA,
        headers={"Auto-Submitted": "auto-replied"},
    )
    new.mail(away)
    assert (dump(new), new.new_letters()) == (before, [])


def wrapped(text: str) -> bytes:
    """A signed part of her own, somewhere inside a mail whose first words are somebody else's."""
    signed = (
        'Content-Type: multipart/signed; boundary="s"; micalg=pgp-sha256; protocol="application/pgp-signature"\r\n\r\n'
        "--s\r\nContent-Type: text/plain\r\n\r\nThank you.\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\n"
        "-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----\r\n--s--\r\n"
    )
    text = text.replace("\n", "\r\n")
    return (
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="m"\r\n\r\n'
        f"--m\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--m\r\n{signed}\r\n--m--\r\n"
    ).encode()


@pytest.mark.parametrize("text", ASKED)
def test_T23_a_signature_around_other_words_proves_nothing(new: World, text: str) -> None:
    """No signature is verified yet, so that none, right or wrapped, lifts a mail above what else proves it."""
    before = dump(new)
    letter = new.letter(ANNAS)
    head = f"From: {ANNA}\r\nTo: x\r\nSubject: Re: x\r\nIn-Reply-To: {letter.header('Message-ID')}\r\n".encode()
    number = new.hand_in_bytes(head + wrapped(text), ANNAS, (SUPPORT,), stranger=True)
    new.work()
    assert (dump(new), outside(new)) == (before, [])
    assert new.decision(number)["trust"]["level"] == "token"


SENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def done(new: World) -> tuple[World, Mail]:
    """Anna's proven mail, which somebody has caught on its way."""
    caught = answer(new.letter(ANNAS), "#take\nDear Erika, water.", sender=ANNA, at=SENT)
    new.mail(caught)
    assert len(new.letters(REPORTER, "reply")) == 1
    new.answer(new.letter("ben@example.com", "new_ticket"), "#take", sender=BEN)
    new.new_letters()
    return new, caught


REPLAYS: dict[str, dict[str, Any]] = {
    "the very bytes": {},
    "from another return path": {"envelope_from": "mallory@elsewhere.example"},
    "to another address of ours": {"to": SUPPORT},
    "with a field more": {"headers": {"X-Again": "1"}},
    "with another Message-ID": {"message_id": "<other@elsewhere.example>"},
}


@pytest.mark.parametrize(
    ("how", "days"), [*((how, 0) for how in REPLAYS), ("the very bytes", 8), ("to another address of ours", 300)]
)
def test_T24_an_agents_mail_handed_in_again_has_no_effect_and_is_counted(
    done: tuple[World, Mail], how: str, days: int
) -> None:
    desk, caught = done
    desk.later(days=days)
    before = dump(desk)
    for name, value in REPLAYS[how].items():
        kept = getattr(caught, name)
        setattr(caught, name, {**kept, **value} if isinstance(value, dict) else value)
    number = desk.mail(caught)
    assert (dump(desk), desk.new_letters(), len(desk.letters(REPORTER, "reply"))) == (before, [], 1)
    state = desk.mail_state(number)
    assert state["seen"] > 1 or state["sort"] == "duplicate"


def test_T24_the_same_words_written_anew_are_a_new_mail(done: tuple[World, Mail]) -> None:
    desk, _ = done
    desk.mail(
        answer(desk.letter(ANNAS, "new_ticket"), "#take\nDear Erika, water.", sender=ANNA, at=SENT.replace(hour=10))
    )
    assert (desk.state()[1], len(desk.letters(REPORTER, "reply"))) == ("anna", 2)


def test_T24_what_was_not_proven_does_not_stand_in_the_way_of_the_real_one(new: World) -> None:
    """Whoever is faster than the agent's own server must not have her mail taken for a repetition."""
    real = answer(new.letter(ANNAS), "#take\nDear Erika, water.", sender=ANNA, at=SENT)
    new.hand_in_bytes(b"X-First: 1\r\n" + real.bytes, ANNAS, (SUPPORT,), stranger=True)
    new.work()
    assert new.letters(REPORTER, "reply") == []
    new.mail(real)
    assert len(new.letters(REPORTER, "reply")) == 1


LOOKALIKES = [
    "Anna Alt <аnna@example.com>",  # Cyrillic a
    "Anna Alt <anna@exаmple.com>",
    "Anna Alt <anna@xn--exmple-4nf.com>",
    "Anna Alt <anna@example.com.elsewhere.example>",
    "Anna Alt <anna@examp1e.com>",
    "\u202emoc.elpmaxe@anna <mallory@elsewhere.example>",
    "anna@example.com\u2066 <mallory@elsewhere.example>",
    "Anna Alt <ANNA@EXAMPLE.COM.>",
]


@pytest.mark.parametrize("sender", LOOKALIKES)
def test_T28_an_address_that_only_looks_like_an_agents_is_nobodys(new: World, sender: str) -> None:
    before = dump(new)
    letter = new.letter(ANNAS)
    fields = {"From": sender, "To": "support@example.com", "Subject": "Re: x", **conversation(letter)}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    new.hand_in_bytes(head + b"\r\n#close\r\nDear Erika, hello.\r\n", "x@elsewhere.example", (SUPPORT,))
    new.work()
    assert (dump(new), outside(new)) == (before, [])
    told = new.letter(ANNAS, "new_message")
    assert "not by Anna Alt" in told.text
    assert not set(told.text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("sender", "shown"),
    [
        ("Anna Alt <mallory@elsewhere.example>", "Anna Alt <mallory@elsewhere.example>"),
        ("Anna Alt <anna@ex\u0430mple.com>", "Anna Alt <anna@xn--exmple-4nf.com>"),
        ("J\u00fcrgen <j@m\u00fcller.example>", "J\u00fcrgen <j@m\u00fcller.example>"),
    ],
)
def test_T28_the_address_stands_beside_the_name(desk: World, sender: str, shown: str) -> None:
    head = f"From: {sender}\r\nTo: support@example.com\r\nSubject: hello\r\n\r\nSend me the list.\r\n"
    desk.hand_in_bytes(head.encode(), "x@elsewhere.example", (SUPPORT,), stranger=True)
    desk.work()
    for letter in (desk.letter(ANNAS, "new_ticket"), desk.letter("ben@example.com", "new_ticket")):
        assert shown in " ".join(letter.text.split())


def test_T01_a_ticket_opened_in_an_agents_name_says_that_nothing_proves_it(desk: World) -> None:
    desk.mail(Mail(ANNA, SUPPORT, "Password", "Please send me the list."), stranger=True)
    letter = desk.letter("ben@example.com", "new_ticket")
    assert "Nichts beweist, dass Anna Alt das geschrieben hat." in letter.text
    assert ANNAS not in letter.text
    desk.mail(Mail(ANNA, SUPPORT, "Printer", "It burns."))
    assert "beweist" not in desk.letter("ben@example.com", "new_ticket").text
