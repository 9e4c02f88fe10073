"""`mailgate send-test`: a letter by the relay with its answer; to ourselves and back, however the way changes it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailgate.clock import Clock
from tests.cli.terminal import Said, Terminal, terminal_of
from tests.doubles.relay import Received, Relay
from tests.doubles.zones import Zones
from tests.stories.example import write_config
from tests.stories.world import SUPPORT, World
from tests.trust.signing import rsa, rsa_record

RECEIVED = b"Received: from desk.example by mx.example.com; Mon, 23 Nov 2026 10:00:01 +0000\r\n"


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    with World(tmp_path) as desk:
        desk.clock.at = Clock().now()
        yield desk


def looped(desk: World, address: str = SUPPORT, change: Callable[[bytes], bytes] = bytes, *,
           to: str | None = None, more: tuple[str, ...] = (), **how: Any) -> Said:  # fmt: skip
    """The mail server of the house brings back what the relay took; `change`: what it makes of it on the way."""

    def bring_back() -> None:
        [letter] = desk.relay.wait_for(1)
        raw = RECEIVED + change(letter.raw)
        desk.hand_in_bytes(raw, letter.envelope_from, (to or letter.to,), **how)
        desk.work()

    house = threading.Thread(target=bring_back)
    house.start()
    said = terminal_of(desk)("send-test", address, "--loop", "--timeout", "20", *more)
    house.join()
    return said


def sent(desk: World) -> Received:
    return desk.relay.letters[0]


def test_a_letter_goes_out_and_the_relays_answer_is_said(desk: World) -> None:
    said = terminal_of(desk)("send-test", "erika@customer.example")
    assert said.code == 0
    assert said.out == (
        f"{desk.relay.url} took the letter from support@example.com to erika@customer.example, not signed by us:"
        " 250 2.0.0 taken as 1\n"
    )
    assert sent(desk).header("Subject") == "Test letter of Example Support"
    assert sent(desk).header("Auto-Submitted") == "auto-replied"
    assert sent(desk).envelope_from.startswith("support+b-")
    assert "Nobody has to do anything." in sent(desk).text


def test_no_database_is_needed_or_made_for_that(tmp_path: Path) -> None:
    with Relay() as relay:
        state = tmp_path / "state"
        own = {"site": {"state": str(state)}, "delivery": {"relays": [{"url": relay.url}]}}
        write_config(tmp_path / "config", own, {})
        assert Terminal(tmp_path / "config")("send-test", "erika@customer.example").code == 0
        assert not state.exists()
        said = Terminal(tmp_path / "config")("send-test", SUPPORT, "--loop")
        assert (said.code, "running daemon" in said.err) == (1, True)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("550 5.1.1 No such user", "A real letter would have failed for good"),
        ("451 4.7.1 Try again later", "A real letter would be tried again for days"),
    ],
)
def test_a_relay_that_does_not_take_it_is_quoted(desk: World, reply: str, words: str) -> None:
    desk.relay.say("RCPT", reply)
    said = terminal_of(desk)("send-test", "erika@customer.example")
    assert said.code == 1
    assert reply in said.out
    assert words in said.out


def test_a_relay_that_is_away_is_said_and_the_next_one_asked(tmp_path: Path) -> None:
    with Relay() as first, Relay() as second:
        first.go_away()
        own = {"delivery": {"relays": [{"url": first.url}, {"url": second.url}]}}
        write_config(tmp_path / "config", own, {})
        said = Terminal(tmp_path / "config")("send-test", "erika@customer.example")
        assert said.code == 0
        assert f"{first.url} did not take it: no connection" in said.out
        second.go_away()
        assert Terminal(tmp_path / "config")("send-test", "erika@customer.example").code == 1


def test_the_chosen_from_chooses_the_relay(tmp_path: Path) -> None:
    with Relay() as first, Relay() as second:
        relays = [{"url": first.url, "from": ["it@*"]}, {"url": second.url}]
        write_config(tmp_path / "config", {"delivery": {"relays": relays}}, {})
        run = Terminal(tmp_path / "config")
        assert run("send-test", "erika@customer.example", "--from", "it@example.com").code == 0
        assert run("send-test", "erika@customer.example").code == 0
        assert (len(first.letters), len(second.letters)) == (1, 1)
        assert "no address of ours" in run("send-test", "e@x.example", "--from", "boss@example.com").err
        assert "No letter can go there" in run("send-test", "nonsense").err


def test_to_ourselves_and_back_everything_survives_and_nothing_comes_of_it(desk: World) -> None:
    said = looped(desk)
    assert said.code == 0, said.out
    lines = said.out.splitlines()
    assert lines[2].startswith("It came back after ")
    assert lines[2].endswith(" s as M-1, by smtp.")
    assert lines[3].startswith("  address: survives (support+")
    assert lines[4:7] == ["  Message-ID: survives", "  References: survives", "  way: desk.example → mx.example.com"]
    assert lines[7].startswith("  taken for: claimed (")
    assert desk.tickets() == []
    assert len(desk.relay.letters) == 1, "nobody is answered or told"
    assert desk.mails()[0]["state"] == "handled"


def test_what_the_way_takes_away_is_said(desk: World) -> None:
    def change(raw: bytes) -> bytes:
        raw = raw.replace(b"\r\nMessage-ID: <", b"\r\nMessage-ID: <new.").replace(b"\r\nReferences:", b"\r\nX-Old:")
        return raw.replace(b"Subject: ", b"Subject: [EXTERNAL] ")

    said = looped(desk, change=change, to=SUPPORT, more=("--json",))
    assert (said.code, said.json["ok"]) == (1, False)
    assert [each["survives"] for each in said.json["back"]["carriers"]] == [False, False, False]
    assert "the +tag is lost: it came to support@example.com" in said.json["back"]["carriers"][0]["note"]
    assert said.json["back"]["changed"] == ["the subject: [EXTERNAL] Test letter of Example Support"]
    assert said.json["back"]["mail"] == "M-1"
    assert desk.tickets() == []


def test_an_address_without_tags_lives_by_the_two_others(desk: World) -> None:
    said = looped(desk, "plain@example.com")
    assert said.code == 0, said.out
    assert "  address: does not survive (not tried: this address has no +tag (subaddress: false))" in said.out
    assert (sent(desk).to, sent(desk).envelope_from) == ("plain@example.com", "")
    assert desk.tickets() == []


@pytest.mark.parametrize("changed", [False, True])
def test_our_signature_is_looked_at_when_it_comes_back(tmp_path: Path, changed: bool) -> None:
    key = rsa(2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "s1.pem").write_bytes(key)
    with Zones({"s1._domainkey.example.com TXT": [rsa_record()]}) as dns:
        keys = [{"domain": "example.com", "selector": "s1", "key_file": str(tmp_path / "s1.pem")}]
        resolvers = {"smtp": {"resolvers": [f"127.0.0.1:{dns.port}"]}}
        with World(tmp_path, {"delivery": {"dkim": keys}, "intake": resolvers}) as desk:
            desk.clock.at = Clock().now()
            said = looped(desk, change=lambda raw: raw.replace(b"Nobody", b"Everybody") if changed else raw)
    verdict = "dkim=fail (the body was changed)" if changed else "dkim=pass"
    assert f"  our signature: {verdict} for example.com" in said.out, said.out
    assert "signed by s1 of example.com (rsa-sha256)" in said.out


def test_a_letter_that_does_not_come_back_is_waited_for_in_vain_not_for_ever(desk: World) -> None:
    said = terminal_of(desk)("send-test", SUPPORT, "--loop", "--timeout", "1")
    assert said.code == 1
    assert "It did not come back within 1 s." in said.out


def test_a_loop_needs_an_address_of_ours(desk: World) -> None:
    said = terminal_of(desk)("send-test", "erika@customer.example", "--loop")
    assert (said.code, desk.relay.letters) == (1, [])
    assert "--loop needs an address of ours, and erika@customer.example is none; there is: support@" in said.err


def test_other_programs_verify_what_it_signs(tmp_path: Path) -> None:
    key = rsa(2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "s1.pem").write_bytes(key)
    keys = [{"domain": "example.com", "selector": "s1", "key_file": str(tmp_path / "s1.pem")}]
    with Relay() as relay:
        write_config(tmp_path / "config", {"delivery": {"relays": [{"url": relay.url}], "dkim": keys}}, {})
        assert Terminal(tmp_path / "config")("send-test", "erika@customer.example").code == 0
        assert dkim.verify(relay.letters[0].raw, dnsfunc=lambda name, timeout=5: rsa_record().encode())


REPORT = """\
From: Mail Delivery System <mailer-daemon@mx.example.com>
To: {to}
Subject: {subject}
Message-ID: <{action}@mx.example.com>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

About your mail.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {status} {words}

--b
Content-Type: message/rfc822

{letter}
--b--
"""


def report(letter: Received, action: str = "failed", status: str = "5.1.1", words: str = "no such user here") -> bytes:
    values = {"to": letter.envelope_from, "recipient": letter.to, "subject": "Undelivered Mail Returned to Sender"}
    original = letter.raw.decode().replace("\r\n", "\n")
    text = REPORT.format(action=action, status=status, words=words, letter=original, **values)
    return text.replace("\n", "\r\n").encode()


def test_a_report_that_it_was_not_delivered_is_not_taken_for_the_letter(desk: World) -> None:
    def bring_back() -> None:
        [letter] = desk.relay.wait_for(1)
        desk.hand_in_bytes(report(letter), "", (letter.envelope_from,))
        desk.work()

    house = threading.Thread(target=bring_back)
    house.start()
    said = terminal_of(desk)("send-test", SUPPORT, "--loop", "--timeout", "20")
    house.join()
    assert said.code == 1
    assert "It was not delivered: M-1 reports" in said.out, said.out
    assert "no such user here" in said.out or "does not exist" in said.out
    assert "It came back" not in said.out


def test_a_report_of_a_delay_ends_no_waiting(desk: World) -> None:
    def bring_back() -> None:
        [letter] = desk.relay.wait_for(1)
        delay = report(letter, "delayed", "4.4.1", "connection timed out")
        desk.hand_in_bytes(delay, "", (letter.envelope_from,))
        desk.hand_in_bytes(RECEIVED + letter.raw, letter.envelope_from, (letter.to,))
        desk.work()

    house = threading.Thread(target=bring_back)
    house.start()
    said = terminal_of(desk)("send-test", SUPPORT, "--loop", "--timeout", "20")
    house.join()
    assert (said.code, "as M-2, by smtp." in said.out) == (0, True), said.out


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"This is a test letter", b"CAUTION: external mail\r\nThis is a test letter", "CAUTION: external mail"),
        (b"Nobody has to do anything.", b"", "the words: a line is gone: This is a test letter of mailgate"),
        (b"From: Example Support <support@", b"From: Example Support via list <list@", "the sender: list@example.com"),
        (b"text/html", b"application/x-html", "the HTML is gone"),
    ],
)
def test_what_the_way_changed_in_the_mail_itself_is_said(desk: World, before: bytes, after: bytes, said: str) -> None:
    def change(raw: bytes) -> bytes:
        assert before in raw
        return raw.replace(before, after, 1)

    out = looped(desk, change=change).out
    assert "  changed on the way: " in out, out
    assert said in out


def test_a_letter_that_comes_twice_is_said_to(desk: World) -> None:
    def bring_back() -> None:
        [letter] = desk.relay.wait_for(1)
        desk.hand_in_bytes(RECEIVED + letter.raw, letter.envelope_from, (letter.to,))
        by_another_way = RECEIVED.replace(b"desk.example", b"other.example") + letter.raw
        desk.hand_in_bytes(by_another_way, letter.envelope_from, (SUPPORT,))
        desk.work()

    house = threading.Thread(target=bring_back)
    house.start()
    said = terminal_of(desk)("send-test", SUPPORT, "--loop", "--timeout", "20")
    house.join()
    assert "It came more than once, also as M-2: somewhere on the way it is delivered by two ways." in said.out, (
        said.out
    )
