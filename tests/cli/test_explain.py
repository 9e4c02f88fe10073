"""`mailgate explain`: what the daemon would do, and nothing of it done."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from mailgate.desk import outbox_views
from mailgate.rehearsal import Mail as Said
from mailgate.rehearsal import envelope, rehearse
from mailgate.store.journal import Transmission
from tests.cli.terminal import Terminal, mailgate
from tests.stories.example import write_config
from tests.stories.mailer import Mail
from tests.stories.mailer import answer as answer_to
from tests.stories.world import ANNA, ERIKA, MALLORY, SUPPORT, World

DOCUMENT = {
    *("sort", "reason", "trust", "ticket", "rules", "route", "commands", "new_text", "forwarded", "bounce", "auto"),
    *("attachments", "effects", "letters"),
}
ROUTE = {"category", "group", "assignee", "priority", "kind", "language"}
CORPUS = sorted((Path(__file__).parents[1] / "mails").glob("*.eml"))[::6]
"""Real mails, each sixth of them: every one is judged in `tests/mails`."""


def content(desk: World) -> str:
    """All that stands in both databases."""
    seen = hashlib.sha256()
    for name in ("journal.db", "desk.db"):
        with sqlite3.connect(desk.folder / "state" / name) as database:
            for line in database.iterdump():
                seen.update(line.encode("utf-8", "replace"))
        database.close()
    return seen.hexdigest()


def mails_of(desk: World) -> list[bytes]:
    """Mails of every sort that this desk can get."""
    letter = desk.letter("anna@example.com", "new_ticket")
    ours = desk.letter("erika@customer.example", "acknowledged")
    robot = {"Auto-Submitted": "auto-replied"}
    made = [
        Mail(ERIKA, SUPPORT, "VPN again", "The vpn is away."),
        Mail(ERIKA, SUPPORT, "hold me"),
        Mail("x@newsletter.example", SUPPORT, "Offers"),
        Mail("root@example.com", SUPPORT, "Cron", headers={"Auto-Submitted": "auto-generated"}),
        Mail(ANNA, SUPPORT, "For a colleague", "#priority high\n\nPlease help."),
        Mail(SUPPORT, SUPPORT, "From ourselves"),
        Mail(ERIKA, SUPPORT, "With a file", files={"a.pdf": b"%PDF"}),
        answer_to(letter, "Throw water.", sender=ANNA),
        answer_to(letter, "#take\n#priority urgent", sender=ANNA),
        answer_to(letter, "#asign ben", sender=ANNA),
        answer_to(letter, "I am away.", sender=ANNA, headers=robot),
        answer_to(letter, "Let me in", sender=MALLORY),
        answer_to(ours, "It still burns.", sender=ERIKA),
        answer_to(ours, "Out of office", sender=ERIKA, headers=robot),
    ]
    return [mail.bytes for mail in made]


def same(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what is random: tokens."""
    text = re.sub(r"(?<![a-z2-7])[a-z2-7]{24}(?![a-z2-7])", "TOKEN", json.dumps(document))
    found: dict[str, Any] = json.loads(text)
    return found


def arrive(desk: World, raw: bytes) -> int:
    """These bytes come in by SMTP from a trusted relay, as `explain` takes it; their mail's id."""
    way = envelope(desk.settings, raw, Said(peer="127.0.0.1"), desk.clock.now())
    mail = Transmission(
        received_at=way.received_at,
        source=way.source,
        peer=way.peer,
        helo=None,
        trusted=way.trusted,
        submitted_by=way.submitted_by,
        envelope_from=way.sender,
        recipients=way.recipients,
        raw=raw,
    )
    receipt = desk.journal.receive(mail)
    assert not receipt.again
    return receipt.id


def letters_of(desk: World, mail: int) -> list[dict[str, Any]]:
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        return outbox_views.of_mail(tx, mail)


def shown(letters: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(each["to"], each["template"], each["subject"]) for each in letters]


def test_explain_says_beforehand_what_the_daemon_then_does(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    raws = [*mails_of(desk), *(path.read_bytes() for path in CORPUS)]
    assert len(raws) >= 30
    sorts = set()
    for raw in raws:
        said = rehearse(desk.store, desk.settings, raw, Said(peer="127.0.0.1"), desk.clock)
        letters = said.pop("letters")
        mail = arrive(desk, raw)
        desk.work()
        assert same(desk.decision(mail)) == same(said)
        assert shown(letters_of(desk, mail)) == shown(letters)
        sorts.add(said["sort"])
    assert sorts >= {"new_ticket", "held", "command", "agent_reply", "auto_reply", "reply"}


def test_explaining_writes_nothing(past: World, look: Terminal, tmp_path: Path) -> None:
    for number, raw in enumerate(mails_of(past)):
        (tmp_path / f"{number}.eml").write_bytes(raw)
    before = content(past)
    said = look("explain", *map(str, sorted(tmp_path.glob("*.eml"))), "M-1", "M-2", "M-9")
    assert (said.code, len(said.out.splitlines())) == (0, 17)
    assert content(past) == before


def test_every_key_of_the_document_is_there(look: Terminal) -> None:
    document = look.json("explain", "--from", "otto@partner.example", "--subject", "vpn", "--text", "It is slow.")
    assert set(document) >= DOCUMENT
    assert set(document["route"]) >= ROUTE
    assert (document["sort"], document["ticket"]) == ("new_ticket", {"number": 1006, "matched_by": None})
    assert (document["route"]["category"], document["new_text"]) == ("network/vpn", "It is slow.")
    assert (document["forwarded"], document["bounce"], document["commands"]) == (None, None, [])
    assert document["auto"] == {"reply": False, "respond": True, "why": None}
    [rule] = document["rules"]
    assert (rule["name"], rule["file"], rule["line"], rule["matched"]) == ("VPN trouble", "routing.yaml", 1, True)
    assert {"to", "template", "language", "subject", "text"} <= set(document["letters"][0])


def test_a_stored_mail_is_judged_as_it_came_and_several_are_lines(look: Terminal) -> None:
    one = look.json("explain", "M-2")
    assert (one["sort"], one["ticket"]["number"], one["trust"]["level"]) == ("agent_reply", 1001, "proven")
    lines = look("explain", "M-4", "M-2", "m-6").out.splitlines()
    assert [json.loads(line)["sort"] for line in lines] == ["held", "agent_reply", "new_ticket"]
    assert look("explain", "M-2", "--jsonl").out.count("\n") == 1


def test_the_options_say_how_it_comes_in(look: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    vouched = b"Authentication-Results: mx.example.com; dmarc=pass header.from=customer.example\r\n"
    file.write_bytes(vouched + Mail(ERIKA, SUPPORT, "Lamp").bytes)
    trusted = look.json("explain", str(file), "--peer", "127.0.0.1")
    stranger = look.json("explain", str(file), "--peer", "192.0.2.1")
    assert (trusted["trust"]["level"], stranger["trust"]["level"]) == ("aligned", "claimed")
    assert look.json("explain", str(file), "--to", "it@example.com")["route"]["category"] == "network"
    assert look.json("explain", str(file), "--source", "deliver")["trust"]["level"] == "claimed"  # its own authserv_id


def test_people_read_each_decision_with_its_reason(look: Terminal) -> None:
    words = look("explain", "M-3").out
    for part in (
        "sort    new_ticket",
        "trust   aligned",
        "rule    yes VPN trouble (routing.yaml:1)",
        "letter  new_ticket",
    ):
        assert part in words


def test_without_a_database_it_is_an_empty_desk(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", {"site": {"state": str(tmp_path / "state")}})
    said = mailgate("explain", "--subject", "vpn", "--json", "--config", str(config))
    assert (said.code, said.json["ticket"]["number"]) == (0, 1001)
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("what", ["nowhere.eml", "M-99", "."])
def test_what_can_not_be_read_is_one_sentence(look: Terminal, what: str) -> None:
    said = look("explain", what, "--json")
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    "wrong", [["--at", "noon"], ["--peer", "here"], ["--source", "pigeon"], ["--colour", "red"]], ids=" ".join
)
def test_wrong_usage_is_exit_code_2(look: Terminal, wrong: list[str]) -> None:
    said = look("explain", *wrong)
    assert (said.code, said.out) == (2, "")
