"""Relays that are away, chosen, limited, kept connected, logged in to; and those that make no sense."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailgate.clock import Clock
from mailgate.errors import ConfigurationError
from mailgate.outbox.connections import Connections
from mailgate.outbox.deliver import Sender
from mailgate.outbox.patience import Patience
from mailgate.outbox.relays import Way
from tests.doubles.certificate import self_signed
from tests.doubles.relay import Relay
from tests.outbox.letters_due import HASTE, MORNING, Outbox

SOON = timedelta(minutes=10)


def test_a_relay_that_is_away_costs_no_attempt_and_is_left_in_peace(outbox: Outbox, relay: Relay) -> None:
    relay.go_away()
    numbers = [outbox.put(f"r{each}@x.example") for each in range(6)]
    outbox.rounds(timedelta(seconds=1))
    assert {outbox[number].attempts for number in numbers} == {0}
    rests = [outbox[number].next_at - MORNING for number in numbers]
    assert all(timedelta(seconds=3) < rest < timedelta(seconds=8) for rest in rests)
    relay.come_back()
    outbox.rounds(SOON)
    assert set(outbox.states()) == {"sent"}
    assert relay.commands["MAIL"] == 6


def test_the_rest_of_a_relay_grows_and_ends_with_the_first_letter_it_takes(outbox: Outbox, relay: Relay) -> None:
    number = outbox.put("erika@x.example")
    rests = []

    async def story(sender: Sender) -> None:
        relay.go_away()
        for _ in range(4):
            await sender.send_due()
            rests.append((outbox[number].next_at - outbox.clock.now()).total_seconds())
            outbox.clock.advance(timedelta(minutes=6))
        assert "no connection" in sender.troubles[relay.url]
        relay.come_back()
        await sender.send_due()
        assert sender.troubles == {}

    outbox.with_sender(story)
    assert rests == sorted(rests)
    assert rests[3] > 4 * rests[0]
    assert (outbox[number].state, outbox[number].attempts) == ("sent", 1)


def test_a_relay_that_rests_is_not_asked_for_new_letters_either(outbox: Outbox, relay: Relay) -> None:
    relay.hold("MAIL")
    outbox.put("erika@x.example")

    def meanwhile() -> None:
        relay.release()
        outbox.put("otto@x.example")

    outbox.rounds(meanwhile, patience=HASTE)
    assert (relay.commands["MAIL"], outbox[2].attempts) == (1, 0)
    assert outbox[2].next_at > outbox.clock.now()
    assert outbox[2].answer == f"waiting for {relay.url}: no answer in time"


def test_the_next_relay_is_tried_in_order(tmp_path: Path, relay: Relay) -> None:
    with Relay() as first:
        outbox = Outbox(tmp_path, [{"url": first.url}, {"url": relay.url}])
        outbox.put("erika@x.example")
        outbox.rounds()
        first.go_away()
        outbox.put("otto@x.example")
        outbox.rounds()
        assert [letter.to for letter in first.letters] == ["erika@x.example"]
        assert [letter.to for letter in relay.letters] == ["otto@x.example"]


def test_the_from_address_chooses_the_relay(tmp_path: Path, relay: Relay) -> None:
    with Relay() as other:
        outbox = Outbox(
            tmp_path, [{"url": other.url, "from": ["*@it.example"]}, {"url": relay.url, "from": ["*@example.com"]}]
        )
        outbox.put("erika@x.example", sender="Support@Example.com")
        outbox.put("otto@x.example", sender="desk@it.example")
        lost = outbox.put("rita@x.example", sender="info@else.example")
        outbox.rounds()
        assert (relay.letters[0].to, other.letters[0].to) == ("erika@x.example", "otto@x.example")
        assert outbox[lost].state == "failed"
        assert "info@else.example" in outbox[lost].answer


def test_a_letter_larger_than_a_relay_takes_goes_to_the_next_one_that_takes_it(tmp_path: Path, relay: Relay) -> None:
    with Relay(size=20_000) as small:
        outbox = Outbox(tmp_path, [{"url": small.url}, {"url": relay.url}])
        outbox.put("erika@x.example")
        outbox.put("otto@x.example", text="A long story.\n" * 2000)
        outbox.rounds()
        assert outbox.states() == ["sent", "sent"]
        assert [letter.to for letter in small.letters] == ["erika@x.example"]
        assert [letter.to for letter in relay.letters] == ["otto@x.example"]
        assert small.commands["MAIL"] == 1, "what is too large is not even begun"


def test_a_letter_larger_than_any_relay_takes_fails_at_once_and_says_by_how_much(tmp_path: Path) -> None:
    with Relay(size=1_000_000) as small:
        outbox = Outbox(tmp_path, [{"url": small.url}])
        number = outbox.put("otto@x.example", text="A long story.\n" * 100_000)
        outbox.put("erika@x.example")
        outbox.rounds()
        assert (outbox[number].state, outbox[number].attempts, outbox[2].state) == ("failed", 0, "sent")
        said = f"too large for every relay, .*: the letter has 3.00 MB, and {small.url} takes at most 1.00 MB"
        assert re.match(said, outbox[number].answer)


def test_a_letter_too_large_for_one_waits_for_the_other_that_is_away(tmp_path: Path, relay: Relay) -> None:
    relay.go_away()
    with Relay(size=20_000) as small:
        outbox = Outbox(tmp_path, [{"url": small.url}, {"url": relay.url}])
        number = outbox.put("otto@x.example", text="A long story.\n" * 2000)
        outbox.rounds()
        assert outbox[number].state == "pending"
        relay.come_back()
        outbox.rounds(SOON)
        assert outbox[number].state == "sent"


def test_a_relay_that_says_only_afterwards_that_it_is_too_much_is_no_end_either(tmp_path: Path, relay: Relay) -> None:
    with Relay() as first:
        first.say("MAIL", "552 5.3.4 Message size exceeds fixed limit")
        outbox = Outbox(tmp_path, [{"url": first.url}, {"url": relay.url}])
        outbox.put("otto@x.example")
        outbox.rounds()
        assert (outbox.states(), len(relay.letters)) == (["sent"], 1)
        first.say("MAIL", "552 5.2.2 Mailbox full")
        full = outbox.put("otto@x.example")
        outbox.rounds()
        assert (outbox[full].state, outbox[full].answer) == ("failed", "552 5.2.2 Mailbox full")


def test_lines_that_begin_with_a_dot_and_letters_beyond_ascii_arrive_as_they_were(outbox: Outbox, relay: Relay) -> None:
    text = ".\n..\n.hidden\nGrüße aus Köln\n"
    outbox.put("erika@x.example", text=text)
    outbox.rounds()
    assert relay.letters[0].text == text


def test_a_rate_is_never_exceeded(tmp_path: Path, relay: Relay) -> None:
    outbox = Outbox(tmp_path, [{"url": relay.url, "rate": "2/m"}])
    for each in range(5):
        outbox.put(f"r{each}@x.example")
    outbox.rounds()
    assert len(relay.letters) == 2
    assert outbox[3].next_at == MORNING + timedelta(minutes=1)
    assert (outbox[3].attempts, "rate" in outbox[3].answer) == (0, True)
    outbox.with_sender(lambda sender: _with_minutes_between(outbox, sender))
    assert outbox.states() == ["sent"] * 5


def test_hundreds_of_letters_share_few_connections(outbox: Outbox, relay: Relay) -> None:
    for each in range(300):
        outbox.put(f"r{each}@x.example")
    outbox.rounds(*[timedelta(0)] * 5)
    assert outbox.states() == ["sent"] * 300
    assert sorted(letter.to for letter in relay.letters) == sorted(f"r{each}@x.example" for each in range(300))
    per_connection = [sum(letter.connection == number for letter in relay.letters) for number in range(1, 20)]
    assert max(per_connection) <= 50
    assert relay.connections <= 12


def test_a_kept_connection_that_died_meanwhile_is_no_attempt(outbox: Outbox, relay: Relay) -> None:
    outbox.put("erika@x.example")

    def meanwhile() -> None:
        relay.hang_up()
        outbox.put("otto@x.example")

    outbox.rounds(meanwhile)
    assert outbox.states() == ["sent", "sent"]
    assert (outbox[2].attempts, outbox[2].doubtful) == (1, 0)


def test_a_relay_that_ends_a_kept_connection_gets_the_letter_over_a_new_one(outbox: Outbox, relay: Relay) -> None:
    outbox.put("erika@x.example")

    def meanwhile() -> None:
        relay.say("MAIL", "421 4.4.2 Enough for one connection", times=1)
        outbox.put("otto@x.example")

    outbox.rounds(meanwhile)
    assert (outbox[2].state, outbox[2].attempts, relay.connections) == ("sent", 1, 2)


def test_a_connection_is_not_kept_longer_than_a_minute(outbox: Outbox, relay: Relay) -> None:
    outbox.put("erika@x.example")
    outbox.rounds(timedelta(seconds=61), lambda: outbox.put("otto@x.example"))
    assert relay.connections == 2


async def _with_minutes_between(outbox: Outbox, sender: Sender) -> None:
    for _ in range(3):
        outbox.clock.advance(timedelta(seconds=61))
        await sender.send_due()


def test_user_and_password_log_in(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    with Relay(users={"desk": "secret"}) as relay:
        outbox = Outbox(tmp_path, [{"url": relay.url, "user": "desk", "password_file": "password"}])
        outbox.put("erika@x.example")
        outbox.rounds()
        assert relay.letters[0].user == "desk"


def test_a_wrong_password_rests_the_relay_and_fails_no_letter(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("wrong")
    with Relay(users={"desk": "secret"}) as relay:
        outbox = Outbox(tmp_path, [{"url": relay.url, "user": "desk", "password_file": "password"}])
        number = outbox.put("erika@x.example")
        outbox.rounds()
        assert (outbox[number].state, outbox[number].attempts) == ("pending", 0)
        assert "535" in outbox[number].answer
        outbox = Outbox(tmp_path, [{"url": relay.url}])
        outbox.rounds(SOON)
        assert "530" in outbox[number].answer


@pytest.mark.parametrize("implicit", [True, False], ids=["smtps", "smtp+starttls"])
def test_tls_is_used_and_the_certificate_checked(
    tmp_path: Path, implicit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    with Relay(tls=certificate.server(), implicit=implicit) as relay:
        outbox = Outbox(tmp_path, [{"url": relay.url}])
        number = outbox.put("erika@x.example")
        outbox.rounds()
        assert "certificate" in outbox[number].answer.lower()
        assert relay.letters == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
        outbox.rounds(SOON)
        assert relay.letters[0].encrypted


async def test_a_relay_that_is_slow_to_end_tls_keeps_no_socket_of_ours_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ours_is_closed = asyncio.create_task(asyncio.to_thread(_says_goodbye_and_waits, server, certificate.server()))
        connections = Connections(Way("", "smtps", "127.0.0.1", port), Clock(), Patience(), "desk.example")
        async with connections.lend():
            pass
        await connections.close()
        assert await ours_is_closed


def _says_goodbye_and_waits(server: socket.socket, context: ssl.SSLContext) -> bool:
    """A relay that answers QUIT, and does not end TLS (RFC 8446, 6.1) before the other side has closed the socket."""
    with context.wrap_socket(server.accept()[0], server_side=True) as session:
        session.settimeout(5)
        session.sendall(b"220 slow\r\n")
        for answer in (b"250 slow\r\n", b"221 bye\r\n"):
            session.recv(1000)
            session.sendall(answer)
        with contextlib.suppress(ConnectionResetError), socket.socket(fileno=os.dup(session.fileno())) as below:
            below.settimeout(5)
            while below.recv(1000):
                pass
    return True


def test_starttls_is_not_given_up_when_the_relay_has_none(tmp_path: Path, relay: Relay) -> None:
    outbox = Outbox(tmp_path, [{"url": relay.url.replace("smtp:", "smtp+starttls:")}])
    number = outbox.put("erika@x.example")
    outbox.rounds()
    assert "STARTTLS" in outbox[number].answer
    assert relay.letters == []


def test_lmtp_over_a_port_and_over_a_socket(tmp_path: Path) -> None:
    with Relay(lmtp=True) as port, Relay(socket=tmp_path / "lmtp.sock") as file:
        for relay in (port, file):
            outbox = Outbox(tmp_path, [{"url": relay.url}])
            outbox.put("erika@x.example")
            outbox.rounds()
            assert [letter.to for letter in relay.letters] == ["erika@x.example"]
    outbox = Outbox(tmp_path, [{"url": "lmtp:lmtp.sock"}])
    number = outbox.put("otto@x.example")
    outbox.rounds()
    assert outbox[number].state == "pending"


def test_smtputf8_only_where_an_address_needs_it(outbox: Outbox, relay: Relay) -> None:
    for to in ("erika@x.example", "jörg@x.example", "otto@bücher.example"):
        outbox.put(to, header=b"From: <support@example.com>\r\n")
    outbox.rounds()
    utf8 = {letter.to: "SMTPUTF8" in letter.options for letter in relay.letters}
    assert utf8 == {"erika@x.example": False, "jörg@x.example": True, "otto@xn--bcher-kva.example": False}


def test_a_relay_without_smtputf8_leaves_such_a_letter_to_the_next_one(tmp_path: Path, relay: Relay) -> None:
    with Relay(smtputf8=False) as plain:
        outbox = Outbox(tmp_path, [{"url": plain.url}, {"url": relay.url}])
        outbox.put("jörg@x.example")
        outbox.rounds()
        assert (plain.letters, [each.to for each in relay.letters], outbox.states()) == (
            [],
            ["jörg@x.example"],
            ["sent"],
        )


def test_a_relay_without_smtputf8_fails_that_letter_with_a_reason(tmp_path: Path) -> None:
    with Relay(smtputf8=False) as relay:
        outbox = Outbox(tmp_path, [{"url": relay.url}])
        number = outbox.put("jörg@x.example")
        outbox.rounds()
        assert outbox[number].state == "failed"
        assert "SMTPUTF8" in outbox[number].answer


@pytest.mark.parametrize(
    ("relay", "says"),
    [
        ({"url": "smtp://mail.example.com", "user": "u", "password_file": "p"}, "over TLS"),
        ({"url": "lmtp://mail.example.com:24", "user": "u", "password_file": "p"}, "over TLS"),
        ({"url": "smtps://mail.example.com", "user": "u"}, "belong together"),
        ({"url": "http://mail.example.com"}, "allowed are"),
        ({"url": "smtp:mail.example.com"}, "allowed are"),
        ({"url": "smtp://mail.example.com:port"}, "not be cast"),
        ({"url": "smtp://user:secret@mail.example.com"}, "keys of their own"),
        ({"url": "smtp://mail.example.com", "rate": "often"}, "300/h"),
    ],
)
def test_a_relay_that_makes_no_sense_is_a_sentence(tmp_path: Path, relay: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as told:
        Outbox(tmp_path, [relay]).sender()
    assert "secret" not in str(told.value)
