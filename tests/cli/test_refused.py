"""`mailgate mails --refused` and `--follow`: what was turned away with our words, and mails as they come."""

from __future__ import annotations

import json
import signal
import smtplib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from mailgate.cli.follow import arriving, refusals
from mailgate.desk.journal import Asked
from mailgate.store import journal
from tests.cli.terminal import Terminal
from tests.cli.test_mails import MAIL
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, SUPPORT, World

STRANGER = ("127.0.0.2", 0)


@pytest.fixture(autouse=True)
def _written_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is: what is said in one test is of one moment."""
    monkeypatch.setattr(journal, "REFUSALS_WAIT_SECONDS", 600)


def says(desk: World, *commands: str, data: bytes | None = None) -> list[int]:
    """A stranger says this; the codes he hears."""
    with smtplib.SMTP(*desk.address(), source_address=STRANGER) as client:
        client.ehlo("client.example")
        codes = [client.docmd(command)[0] for command in commands]
        if data is not None:
            client.docmd("DATA")
            client.send(data)
            codes.append(client.getreply()[0])
    return codes


def refuse_some(desk: World) -> None:
    says(desk, "MAIL FROM:<otto@partner.example>", "RCPT TO:<nobody@example.com>", "RCPT TO:<other@elsewhere.example>")
    bare = b"From: otto@partner.example\r\nMessage-ID: <bare@partner.example>\r\n\r\nbare\nline\r\n.\r\n"
    says(desk, "MAIL FROM:<otto@partner.example>", f"RCPT TO:<{SUPPORT}>", data=bare)
    says(
        desk,
        "MAIL FROM:<not an address>",
        "MAIL FROM:<>",
        "RCPT TO:<nobody@example.com>",
        "RCPT TO:<nobody@example.com>",
    )
    desk.journal.close()  # writes what waits


def test_what_was_turned_away_is_shown_with_our_words(desk: World, run: Terminal) -> None:
    refuse_some(desk)
    found = run.json("mails", "--refused")
    assert found["total"] == len(found["mails"]) == 5
    assert all(set(one) >= MAIL for one in found["mails"])
    assert [(one["envelope_from"], one["recipients"], one["reply"][:9]) for one in found["mails"]] == [
        ("otto@partner.example", ["nobody@example.com"], "550 5.1.1"),
        ("otto@partner.example", ["other@elsewhere.example"], "550 5.1.1"),
        ("otto@partner.example", [SUPPORT], "550 5.6.1"),
        ("<not an address>", [], "553 5.1.7"),
        ("", ["nobody@example.com"], "550 5.1.1"),
    ]
    first, bare, twice = found["mails"][0], found["mails"][2], found["mails"][4]
    assert (first["peer"], first["helo"], first["state"]) == ("127.0.0.2", "client.example", "refused")
    assert (bare["message_id"], bare["size"]) == ("<bare@partner.example>", 77)
    assert twice["seen"] == 2
    assert run.json("mails") == {"total": 0, "mails": []}


def test_people_read_who_wanted_what_and_what_we_said(desk: World, run: Terminal) -> None:
    refuse_some(desk)
    words = run("mails", "--refused").out
    assert "550 5.1.1 no such address here" in words
    assert "550 5.6.11 bare CR or LF in message" in words
    assert "otto@partner.example" in words
    assert run("mails", "--refused", "--from", "nobody").out == "Nothing was turned away.\n"


@pytest.mark.parametrize(
    ("filters", "many"),
    [
        (["--from", "otto@*"], 3),
        (["--to", "elsewhere"], 1),
        (["--message-id", "<bare@partner.example>"], 1),
        (["--since", "1h"], 5),
        (["--since", "2100-01-01"], 0),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else str(value),
)
def test_filters_find_what_they_say(desk: World, run: Terminal, filters: list[str], many: int) -> None:
    refuse_some(desk)
    assert run.json("mails", "--refused", *filters)["total"] == many


def test_a_session_that_is_sent_away_for_its_errors_is_one_too(desk: World, run: Terminal) -> None:
    says(desk, *["NONSENSE"] * 19)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        says(desk, *["NONSENSE"] * 22)
    desk.journal.close()
    [one] = run.json("mails", "--refused")["mails"]
    assert (one["reply"], one["envelope_from"], one["recipients"]) == ("421 4.7.0 too many errors", None, [])


def test_an_accepted_mail_is_no_refusal(desk: World, run: Terminal) -> None:
    desk.mail(Mail(ERIKA, SUPPORT))
    desk.journal.close()
    assert run.json("mails", "--refused")["total"] == 0


@pytest.mark.parametrize("wrong", [["--state", "held"], ["--sort", "reply"], ["--subject", "x"]], ids=" ".join)
def test_what_was_refused_has_no_state_sort_or_subject(run: Terminal, wrong: list[str]) -> None:
    assert run("mails", "--refused", *wrong).code == 2


# -- as they come ------------------------------------------------------------------------------------------------------


def then(*steps: Callable[[], object]) -> Callable[[], None]:
    """What happens at each pause; after the last the user has seen enough."""
    rest = iter(steps)

    def pause() -> None:
        step = next(rest, None)
        if step is None:
            raise StopFollowing
        step()

    return pause


class StopFollowing(Exception):
    """Ctrl-C."""


def follow(found: Iterator[dict[str, str]]) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    with suppress(StopFollowing):
        for each in found:
            lines.append((each["id"] or "refused", each["state"]))
    return lines


def test_a_mail_is_shown_when_it_comes_and_when_it_is_handled(desk: World) -> None:
    desk.mail(Mail(ERIKA, SUPPORT, "old"))
    pause = then(
        lambda: desk.hand_in(Mail(ERIKA, SUPPORT, "hold me")),
        lambda: desk.hand_in(Mail(ERIKA, SUPPORT, "new")),
        desk.work,
        lambda: None,
    )
    assert follow(arriving(desk.store, desk.settings, Asked(), pause)) == [
        ("M-1", "handled"),
        ("M-2", "pending"),
        ("M-3", "pending"),
        ("M-2", "held"),
        ("M-3", "handled"),
    ]


def test_filters_hold_while_following_too(desk: World) -> None:
    for subject in ("a", "hold me"):
        desk.hand_in(Mail(ERIKA, SUPPORT, subject))
    held = arriving(desk.store, desk.settings, Asked(state="held"), then(desk.work, lambda: None))
    assert follow(held) == [("M-2", "held")]


def test_it_begins_with_the_last_ten_or_since_a_time(desk: World) -> None:
    for number in range(12):
        desk.hand_in(Mail(ERIKA, SUPPORT, str(number)))
    desk.work()
    assert len(follow(arriving(desk.store, desk.settings, Asked(), then()))) == 10
    early = replace(Asked(), since=desk.clock.now().replace(year=2020))
    assert len(follow(arriving(desk.store, desk.settings, early, then()))) == 12


def test_refusals_are_followed_too(desk: World) -> None:
    def come_later() -> None:
        refuse_some(desk)

    assert follow(refusals(desk.store, Asked(), then(come_later, lambda: None))) == [("refused", "refused")] * 5


def test_ctrl_c_ends_a_real_process_well(desk: World, run: Terminal) -> None:
    desk.mail(Mail(ERIKA, SUPPORT, "Lamp"))
    command = [sys.executable, "-m", "mailgate", "mails", "--follow", "--json", "--config", str(run.config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["id"] == "M-1"
        desk.mail(Mail(ERIKA, SUPPORT, "Tunnel"))
        assert json.loads(process.stdout.readline())["id"] == "M-2"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
