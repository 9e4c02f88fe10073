"""What a relay answers, and what becomes of the letter; letters that can not go at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.outbox import due
from mailgate.outbox.deliver import Sender
from mailgate.outbox.relays import from_address, read_rate
from mailgate.outbox.wire import unfit, wire_form
from tests.doubles.relay import Relay
from tests.outbox.letters_due import HASTE, MORNING, Outbox

SOON = timedelta(minutes=10)


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
    outbox.with_sender(_one_round_then_troubles({relay.url: "no answer in time"}), HASTE)
    assert (outbox[number].state, outbox[number].doubtful) == ("pending", 1)
    relay.release()
    outbox.rounds(SOON)
    assert outbox[number].state == "sent"


def test_a_relay_that_stalls_before_data_leaves_no_doubt(outbox: Outbox, relay: Relay) -> None:
    relay.hold("MAIL")
    number = outbox.put("erika@x.example")
    outbox.rounds(patience=HASTE)
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


def test_silence_after_a_refusal_does_not_hide_the_refusal(outbox: Outbox, relay: Relay) -> None:
    relay.refuse("gone@x.example")
    relay.hold("RSET")
    number = outbox.put("gone@x.example")
    outbox.rounds(patience=HASTE)
    relay.release()
    assert (outbox[number].state, outbox[number].answer) == ("failed", "550 5.1.1 No such user")


def test_letters_with_large_files_go_one_after_the_other(outbox: Outbox, relay: Relay) -> None:
    file = outbox.file(b"x" * (2**20 + 1))
    for each in range(3):
        outbox.put(f"r{each}@x.example", files=[{**file, "size": 2**20 + 1}])
    outbox.rounds()
    assert outbox.states() == ["sent"] * 3
    assert relay.connections == 1


def _one_round_then_troubles(troubles: dict[str, str]) -> Any:
    async def story(sender: Sender) -> None:
        await sender.send_due()
        assert sender.troubles == troubles

    return story


def test_a_letter_whose_file_is_gone_fails_and_the_others_go(outbox: Outbox, relay: Relay) -> None:
    kept, gone = (
        outbox.file(b"\x00\x01" * 500),
        {"name": "a.pdf", "type": "application/pdf", "sha256": "0" * 64, "cid": None},
    )
    numbers = [outbox.put(f"r{each}@x.example", files=[file]) for each, file in enumerate((kept, gone, kept))]
    outbox.rounds()
    assert outbox.states() == ["sent", "failed", "sent"]
    assert "a.pdf" in outbox[numbers[1]].answer
    assert (numbers[1], "failed") in [(number, outcome.state) for number, outcome in outbox.told]
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
