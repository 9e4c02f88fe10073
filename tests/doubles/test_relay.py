"""The relay double keeps its promises: a story that trusts a wrong sink shows nothing."""

from __future__ import annotations

import smtplib
import ssl

import pytest

from tests.doubles.certificate import Certificate, self_signed
from tests.doubles.relay import Relay

MAIL = (
    b"From: Us <us@example.com>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n.dot\r\nHall\xc3\xb6chen\r\n"
)


def client(relay: Relay) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", relay.port, timeout=5)


def test_a_letter_is_kept_byte_for_byte_with_its_envelope() -> None:
    with Relay() as relay, client(relay) as smtp:
        smtp.sendmail("us@example.com", ["erika@x.example", "otto@x.example"], MAIL, ["BODY=8BITMIME"])
        first, second = relay.wait_for(2)
        assert (first.envelope_from, first.to, second.to) == ("us@example.com", "erika@x.example", "otto@x.example")
        assert first.raw == MAIL
        assert first.header("Subject") == "Grüße"
        assert "Hallöchen" in first.text
        assert "BODY=8BITMIME" in first.options
        assert relay.to("OTTO@x.example") == [second]


def test_the_null_sender_is_empty() -> None:
    with Relay() as relay, client(relay) as smtp:
        smtp.sendmail("", ["erika@x.example"], MAIL)
        assert relay.wait_for(1)[0].envelope_from == ""


def test_it_refuses_and_defers_as_told() -> None:
    with Relay() as relay, client(relay) as smtp:
        relay.refuse("gone@x.example")
        relay.defer("busy@x.example", times=1)
        refused = smtp.sendmail("us@example.com", ["gone@x.example", "busy@x.example", "erika@x.example"], MAIL)
        assert {address: code for address, (code, _) in refused.items()} == {
            "gone@x.example": 550,
            "busy@x.example": 451,
        }
        assert smtp.sendmail("us@example.com", ["busy@x.example"], MAIL) == {}


def test_it_takes_a_letter_and_hangs_up_before_the_answer() -> None:
    with Relay() as relay:
        relay.lose_answers(times=1)
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
            client(relay).sendmail("us@example.com", ["erika@x.example"], MAIL)
        assert len(relay.wait_for(1)) == 1
        with client(relay) as smtp:
            smtp.sendmail("us@example.com", ["erika@x.example"], MAIL)
        assert relay.connections == 2


def test_it_goes_away_and_comes_back_at_the_same_port() -> None:
    with Relay() as relay:
        relay.go_away()
        with pytest.raises(ConnectionRefusedError):
            client(relay)
        relay.come_back()
        with client(relay) as smtp:
            assert smtp.noop()[0] == 250


def test_it_asks_for_a_password() -> None:
    with Relay(users={"anna": "secret"}) as relay, client(relay) as smtp:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login("anna", "wrong")
        smtp.login("anna", "secret")
        smtp.sendmail("us@example.com", ["erika@x.example"], MAIL)
        assert relay.wait_for(1)[0].user == "anna"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("tls"))


def test_it_speaks_tls(certificate: Certificate) -> None:
    with Relay(tls=certificate.server()) as relay, client(relay) as smtp:
        smtp.starttls(context=ssl.create_default_context(cafile=str(certificate.file)))
        smtp.sendmail("us@example.com", ["erika@x.example"], MAIL)
        assert relay.wait_for(1)[0].encrypted


def test_waiting_in_vain_says_what_is_there() -> None:
    with Relay() as relay, pytest.raises(AssertionError, match="0 letters instead of 1"):
        relay.wait_for(1, timeout=0.01)
