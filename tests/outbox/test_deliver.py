"""Letters leave: over a real relay that answers, refuses, stalls, hangs up and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from mailgate.errors import ConfigurationError, NotBuiltYet
from mailgate.outbox import due
from mailgate.outbox.answers import Outcome
from mailgate.outbox.deliver import Sender
from mailgate.outbox.patience import Patience
from mailgate.outbox.relays import from_address, read_rate
from mailgate.outbox.wire import unfit, wire_form
from mailgate.store.db import Tx

from tests.doubles.certificate import self_signed
from tests.doubles.relay import Relay
from tests.outbox.letters_due import HASTE, MORNING, Outbox

SOON = timedelta(minutes=10)


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as relay:
        yield relay


@pytest.fixture
def outbox(tmp_path: Path, relay: Relay) -> Iterator[Outbox]:
    outbox = Outbox(tmp_path, [{"url": relay.url}])
    yield outbox
    outbox.store.close()


# -- what a relay answers ----------------------------------------------------------


def test_a_letter_leaves_with_its_envelope_and_its_own_bytes(outbox: Outbox, relay: Relay) -> None:
    number = outbox.put("erika@x.example", text="Grüße\n.\nfrom the desk\n")
    outbox.rounds()
    [letter] = relay.letters
    assert (letter.envelope_from, letter.to) == ("support+b-x@example.com", "erika@x.example")
    assert letter.raw.startswith(outbox[number].header)
    assert "Grüße\n.\nfrom the desk" in letter.text.replace("\r\n", "\n")
    assert letter.header("Message-ID") == f"<{outbox[number].message_id}>"
    row = outbox[number]
    assert (row.state, row.answer, row.sent_at, row.worker) == ("sent", "250 2.0.0 taken as 1", MORNING, None)
    assert [(number, outcome.state) for number, outcome in outbox.told] == [(number, "sent")]


def test_of_three_recipients_the_refused_one_alone_fails_at_once(outbox: Outbox, relay: Relay) -> None:
    relay.refuse("gone@x.example", "550 5.1.1 No such\tuser")
    numbers = [outbox.put(f"{name}@x.example") for name in ("erika", "gone", "otto")]
    outbox.rounds(timedelta(days=1))
    assert outbox.states() == ["sent", "failed", "sent"]
    assert outbox[numbers[1]].answer == "550 5.1.1 No such user"
    assert outbox[numbers[1]].attempts == 1
    assert (numbers[1], "failed") in [(number, outcome.state) for number, outcome in outbox.told]
    assert relay.commands["RCPT"] == 3


def test_a_letter_put_off_goes_later_and_is_the_same_letter(outbox: Outbox, relay: Relay) -> None:
    relay.defer("erika@x.example", times=1)
    number = outbox.put("erika@x.example")
    outbox.rounds()
    row = outbox[number]
    assert (row.state, row.attempts, row.answer) == ("pending", 1, "451 4.7.1 Try again later")
    assert row.next_at > outbox.clock.now()
    assert outbox.told == []
    outbox.rounds(row.next_at - outbox.clock.now())
    assert (outbox[number].state, outbox[number].attempts, len(relay.letters)) == ("sent", 2, 1)


def test_a_letter_put_off_for_weeks_is_given_up_and_told(outbox: Outbox, relay: Relay) -> None:
    relay.defer("erika@x.example")
    number = outbox.put("erika@x.example", attempts=9)
    outbox.clock.advance(timedelta(days=21))
    outbox.rounds()
    assert outbox[number].state == "failed"
    assert outbox[number].answer == "given up after 10 attempts; last: 451 4.7.1 Try again later"
    assert [(number, outcome.state) for number, outcome in outbox.told] == [(number, "failed")]


def test_no_answer_after_data_sends_the_same_bytes_again_and_counts_the_doubt(outbox: Outbox, relay: Relay) -> None:
    relay.lose_answers(times=1)
    number = outbox.put("erika@x.example")
    outbox.rounds(SOON)
    first, second = relay.letters
    assert first.raw == second.raw
    assert (outbox[number].state, outbox[number].doubtful, outbox[number].attempts) == ("sent", 1, 2)


def test_a_relay_that_stalls_after_data_leaves_a_doubt_and_rests(outbox: Outbox, relay: Relay) -> None:
    relay.hold("DATA")
    number = outbox.put("erika@x.example")
    outbox.with_sender(_one_round_then_troubles(f"{relay.url}: no answer in time"))
    assert (outbox[number].state, outbox[number].doubtful) == ("pending", 1)
    relay.release()
    outbox.rounds(SOON)
    assert outbox[number].state == "sent"


def test_a_relay_that_stalls_before_data_leaves_no_doubt(outbox: Outbox, relay: Relay) -> None:
    relay.hold("MAIL")
    number = outbox.put("erika@x.example")
    outbox.rounds()
    relay.release()
    row = outbox[number]
    assert (row.state, row.doubtful, row.attempts, row.answer) == ("pending", 0, 1, "no answer in time")


def test_421_ends_the_connection_and_the_letter_goes_later(outbox: Outbox, relay: Relay) -> None:
    relay.say("RCPT", "421 4.3.2 Closing", times=1)
    number = outbox.put("erika@x.example")
    outbox.rounds(SOON)
    assert (outbox[number].state, outbox[number].attempts, relay.connections) == ("sent", 2, 2)


def test_an_answer_of_odd_bytes_is_kept_as_one_clean_line(outbox: Outbox, relay: Relay) -> None:
    relay.say("DATA", "554 5.7.1 \x1b[31mno\x07 thanks")
    number = outbox.put("erika@x.example")
    outbox.rounds()
    assert outbox[number].state == "failed"
    assert outbox[number].answer.isprintable()


def test_the_null_sender_stays_null(outbox: Outbox, relay: Relay) -> None:
    outbox.put("erika@x.example", envelope_from="")
    outbox.rounds()
    assert relay.letters[0].envelope_from == ""


# -- relays ----------------------------------------------------------


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
        assert "no connection" in sender.troubles[0]
        relay.come_back()
        await sender.send_due()
        assert sender.troubles == ()

    outbox.with_sender(story)
    assert rests == sorted(rests)
    assert rests[3] > 4 * rests[0]
    assert (outbox[number].state, outbox[number].attempts) == ("sent", 1)


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


def test_a_connection_is_not_kept_longer_than_a_minute(outbox: Outbox, relay: Relay) -> None:
    outbox.put("erika@x.example")
    outbox.rounds(timedelta(seconds=61), lambda: outbox.put("otto@x.example"))
    assert relay.connections == 2


# -- ways to log in ----------------------------------------------------------


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


def test_starttls_is_not_given_up_when_the_relay_has_none(tmp_path: Path, relay: Relay) -> None:
    outbox = Outbox(tmp_path, [{"url": relay.url.replace("smtp:", "smtp+starttls:")}])
    number = outbox.put("erika@x.example")
    outbox.rounds()
    assert "STARTTLS" in outbox[number].answer
    assert relay.letters == []


def test_lmtp_over_a_port_and_over_a_socket(tmp_path: Path) -> None:
    with Relay(lmtp=True) as port, Relay(socket=tmp_path / "lmtp.sock") as socket:
        for relay in (port, socket):
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


def test_oauth_says_that_it_is_not_built_yet(tmp_path: Path) -> None:
    with pytest.raises(NotBuiltYet, match="OAuth is not built yet"):
        Outbox(tmp_path, [{"url": "smtps://mail.example.com", "oauth": {"same_as": "m365"}}]).sender()


# -- letters that can not go ----------------------------------------------------------


def test_a_letter_whose_file_is_gone_fails_and_the_others_go(outbox: Outbox, relay: Relay) -> None:
    kept, gone = (
        outbox.file(b"\x00\x01" * 500),
        {"name": "a.pdf", "type": "application/pdf", "sha256": "0" * 64, "cid": None},
    )
    numbers = [outbox.put(f"r{each}@x.example", files=[file]) for each, file in enumerate((kept, gone, kept))]
    outbox.rounds()
    assert outbox.states() == ["sent", "failed", "sent"]
    assert "a.pdf" in outbox[numbers[1]].answer
    assert outbox.told[0][0] == numbers[1] or (numbers[1], "failed") in [(n, o.state) for n, o in outbox.told]
    assert relay.letters[0].files["log.bin"] == b"\x00\x01" * 500


@pytest.mark.parametrize("address", ["", "erika", "a@b.example>\r\nRCPT TO:<c@d.example", "a@x.example, b@x.example"])
def test_what_is_not_one_address_is_never_put_on_a_command_line(outbox: Outbox, relay: Relay, address: str) -> None:
    number = outbox.put("x@x.example")
    with outbox.store.transaction(outbox.settings, MORNING) as tx:
        tx.execute(sa.update(due.LETTER).values(to=address))
    outbox.rounds()
    assert outbox[number].state == "failed"
    assert relay.commands["RCPT"] == 0


def test_addresses_that_a_lenient_parser_reads_differently_are_unfit() -> None:
    assert unfit("alice@desk.example)evil@x.example")
    assert unfit("o'brien+x@x.example") is None
    assert wire_form("otto@straße.example") == "otto@straße.example"


def test_the_from_field_of_our_letters_is_read_folded_or_not() -> None:
    assert (
        from_address(b"To: <a@b>\r\nFrom: =?utf-8?q?Anna?= (Example\r\n\tSupport)\r\n <Support@Example.com>\r\n")
        == "support@example.com"
    )
    assert from_address(b"from: it@example.com\r\nX-From: <no@no>\r\n") == "it@example.com"
    assert read_rate("5 / s").period == timedelta(seconds=1)


# -- crashes, rivals, the end ----------------------------------------------------------


def test_two_senders_never_carry_the_same_letter(outbox: Outbox, relay: Relay) -> None:
    for each in range(40):
        outbox.put(f"r{each}@x.example")

    async def story(one: Sender) -> None:
        other = outbox.sender()
        await asyncio.gather(one.send_due(), other.send_due(), one.send_due())
        await other.close()

    outbox.with_sender(story)
    assert len(relay.letters) == 40
    assert set(outbox.states()) == {"sent"}


def test_a_claim_is_respected_until_it_runs_out_and_then_the_letter_goes_again(outbox: Outbox, relay: Relay) -> None:
    number = outbox.put("erika@x.example")
    with outbox.store.transaction(outbox.settings, MORNING) as tx:
        due.claim(tx, [number], "a sender that dies", MORNING + timedelta(minutes=2))
    outbox.rounds(timedelta(minutes=1))
    assert relay.letters == []
    outbox.rounds(timedelta(minutes=2))
    assert (outbox[number].state, outbox[number].doubtful) == ("sent", 1)
    assert relay.letters[0].header("Message-ID") == f"<{outbox[number].message_id}>"


def test_a_late_result_does_not_overwrite_what_another_sender_wrote(outbox: Outbox) -> None:
    number = outbox.put("erika@x.example")
    with outbox.store.transaction(outbox.settings, MORNING) as tx:
        [late] = due.claim(tx, [number], "slow", MORNING + timedelta(minutes=2))
    outbox.clock.advance(timedelta(minutes=3))
    outbox.rounds()
    with outbox.store.transaction(outbox.settings, MORNING) as tx:
        assert not due.write(tx, late, Outcome("failed", "late", 1, 0, None))
    assert outbox[number].state == "sent"


def test_a_claim_is_renewed_while_the_letter_is_under_way(outbox: Outbox, relay: Relay) -> None:
    relay.hold("DATA")
    number = outbox.put("erika@x.example")

    async def story(sender: Sender) -> None:
        sending = asyncio.create_task(sender.send_due())
        await asyncio.to_thread(relay.wait_until_held)
        before = outbox[number].claimed_until
        outbox.clock.advance(timedelta(seconds=40))
        while outbox[number].claimed_until == before:
            await asyncio.sleep(0.01)
        relay.release()
        await sending

    outbox.with_sender(story, Patience(gather=0.05))
    assert outbox[number].state == "sent"


def test_when_nobody_can_be_told_the_result_stands(outbox: Outbox, relay: Relay) -> None:
    def fails(tx: Tx, letter: sa.Row[Any], outcome: Outcome) -> None:
        tx.execute(sa.update(due.LETTER).values(subject="half done"))
        raise RuntimeError("the desk is broken")

    outbox._settled = fails  # type: ignore[method-assign]
    number = outbox.put("erika@x.example")
    outbox.rounds()
    assert (outbox[number].state, outbox[number].subject) == ("sent", "[#1001] Hello")


async def _running(sender: Sender, stop: asyncio.Event, story: Any) -> None:
    run = asyncio.create_task(sender.run(stop))
    try:
        await story()
    finally:
        stop.set()
        await run


def test_the_running_sender_is_woken_from_another_thread(outbox: Outbox, relay: Relay) -> None:
    async def story() -> None:
        sender, stop = outbox.sender(Patience(poll=600)), asyncio.Event()

        async def wakes() -> None:
            outbox.put("erika@x.example")
            await asyncio.to_thread(sender.wake)
            await relay.arrived(1)

        await _running(sender, stop, wakes)

    asyncio.run(story())
    assert outbox.states() == ["sent"]


def test_stopping_finishes_the_letter_in_data_and_gives_the_others_back(outbox: Outbox, relay: Relay) -> None:
    relay.hold("DATA")
    for each in range(10):
        outbox.put(f"r{each}@x.example")

    async def story() -> None:
        stop = asyncio.Event()
        run = asyncio.create_task(outbox.sender(Patience()).run(stop))
        await asyncio.to_thread(relay.wait_until_held, 4)
        stop.set()
        await asyncio.sleep(0)
        relay.release()
        await run

    asyncio.run(story())
    assert sorted(outbox.states()) == ["pending"] * 6 + ["sent"] * 4
    waiting = [outbox[number] for number in range(1, 11) if outbox[number].state == "pending"]
    assert {(row.attempts, row.doubtful, row.claimed_until) for row in waiting} == {(0, 0, None)}


def test_stopping_does_not_wait_for_a_relay_that_never_answers(outbox: Outbox, relay: Relay) -> None:
    relay.hold("DATA")
    number = outbox.put("erika@x.example")

    async def story() -> None:
        run = asyncio.create_task(outbox.sender(Patience(drain=0.2)).run(asyncio.Event()))
        await asyncio.to_thread(relay.wait_until_held)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)

    asyncio.run(story())
    row = outbox[number]
    assert (row.state, row.doubtful, row.claimed_until) == ("pending", 1, None)


def test_a_stalled_relay_does_not_stop_letters_to_another(tmp_path: Path, relay: Relay) -> None:
    with Relay() as stalled:
        outbox = Outbox(
            tmp_path, [{"url": stalled.url, "from": ["*@it.example"]}, {"url": relay.url, "from": ["*@example.com"]}]
        )
        stalled.hold("DATA")
        for each in range(60):
            outbox.put(f"r{each}@x.example", sender="desk@it.example")
        outbox.put("erika@x.example")

        async def story() -> None:
            sender, stop = outbox.sender(Patience(turn=0.1, gather=0.05, drain=0.1)), asyncio.Event()

            async def arrives() -> None:
                await relay.arrived(1)

            await _running(sender, stop, arrives)

        asyncio.run(story())
        assert outbox[61].state == "sent"


def _one_round_then_troubles(trouble: str) -> Any:
    async def story(sender: Sender) -> None:
        await sender.send_due()
        assert sender.troubles == (trouble,)

    return story


async def _with_minutes_between(outbox: Outbox, sender: Sender) -> None:
    for _ in range(3):
        outbox.clock.advance(timedelta(seconds=61))
        await sender.send_due()


def test_the_deadlines_of_these_stories_are_short() -> None:
    assert HASTE.data < Patience().data
