"""`mailgate announce`: one letter to each known person of a customer group."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.cli.announce import AT_ONCE
from mailgate.clock import Clock
from mailgate.desk import people
from mailgate.mail.message import Address
from mailgate.store.tables import Event, table_of
from tests.cli.terminal import Said, Terminal, terminal_of
from tests.doubles.relay import Received
from tests.stories.example import Json, write_config
from tests.stories.mailer import Mail, answer
from tests.stories.reports import delivery_report
from tests.stories.world import ERIKA, SUPPORT, World

EVENT = table_of(Event)
PARTNERS: Json = {
    "customer_groups": {
        "partners": {"name": "Partners", "match": ["*@partner.example"], "language": "de"},
        "friends": {"name": "Friends", "match": ["*@friend.example"], "form_of_address": "informal", "language": "de"},
        "customers": {"name": {"en": "Customers", "de": "Kunden"}, "match": ["*"]},
    }
}
WORDS = b"The portal is down on Saturday from 8 to 12.\n\nThe team\n"
OTTO, EVA = "Otto Ott <otto@partner.example>", "Eva <eva@partner.example>"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    """A desk that knows three customers, two partners, and a friend."""
    with World(tmp_path, PARTNERS) as desk:
        desk.clock.at = Clock().now() - timedelta(hours=1)
        for sender in (OTTO, EVA, "fritz@friend.example", ERIKA, "Max <max@other.example>"):
            desk.write(sender, "Printer", "It burns.")
        desk.write("Gast <gast@other.example>", "Drucker", "Der Drucker brennt seit heute früh, bitte helfen Sie mir.")
        desk.clock.at = Clock().now()
        desk.new_letters()
        yield desk


@pytest.fixture
def run(desk: World) -> Terminal:
    return terminal_of(desk)


def announced(run: Terminal, *more: str, group: str = "partners", words: bytes = WORDS) -> Said:
    """The command, with the words on its standard input."""
    return run("announce", "--customer-group", group, "--subject", "Portal down on Saturday", "-", *more, stdin=words)


def came(desk: World, to: str = "otto@partner.example") -> Received:
    desk.clock.at = Clock().now()
    desk.work()
    return desk.letter(to, "announcement")


def test_each_known_person_of_the_group_gets_one_letter(desk: World, run: Terminal) -> None:
    said = announced(run)
    assert (said.code, said.out) == (0, "2 letters to Partners on the way: see `mailgate outbox`.\n")
    letter = came(desk)
    assert desk.new_letters() == ["announcement to eva@partner.example", "announcement to otto@partner.example"]
    assert letter.header("Subject") == "Portal down on Saturday"
    assert letter.text.startswith("Guten Tag Otto Ott,\n\nThe portal is down on Saturday from 8 to 12.\n\nThe team\n")
    assert "Haben Sie eine Frage dazu? Antworten Sie einfach auf diese Mail." in letter.text


def test_each_is_spoken_to_in_his_language_and_form_of_address(desk: World, run: Terminal) -> None:
    announced(run, group="friends")
    assert came(desk, "fritz@friend.example").text.startswith("Hallo,\n")
    assert "Hast du eine Frage dazu? Antworte" in desk.letter("fritz@friend.example").text
    announced(run, group="customers")
    assert came(desk, "erika@customer.example").text.startswith("Hello Erika Krause,\n")
    assert came(desk, "gast@other.example").text.startswith("Guten Tag Gast,\n")


def test_they_are_a_persons_words(desk: World, run: Terminal) -> None:
    announced(run)
    letter = came(desk)
    assert (letter.header("Auto-Submitted"), letter.header("X-Auto-Response-Suppress")) == ("", "")
    assert letter.header("From") == "Example Support <support@example.com>"
    assert letter.envelope_from.startswith("support+b-")
    assert letter.to == "otto@partner.example"


def test_a_rehearsal_names_who_would_get_it_and_sends_nothing(desk: World, run: Terminal) -> None:
    said = announced(run, "--dry-run")
    assert [line.split()[0] for line in said.out.splitlines()[1:3]] == ["otto@partner.example", "eva@partner.example"]
    assert said.out.endswith("2 people of Partners would get it. Nothing was sent.\n")
    desk.work()
    assert desk.new_letters() == []


def test_the_document_names_each_letter(run: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes(WORDS)
    document = run.json("announce", "--customer-group", "partners", "--subject", "Portal", str(file))
    assert set(document) == {"customer_group", "subject", "from", "dry_run", "letters", "had_it", "left_out"}
    first = document["letters"][0]
    assert (first["to"], first["language"], first["form_of_address"]) == ("otto@partner.example", "de", "formal")
    assert run.json("letter", first["letter"])["template"] == "announcement"


def test_nobody_gets_the_same_twice_and_who_came_since_gets_it(desk: World, run: Terminal) -> None:
    announced(run)
    desk.write("Nora <nora@partner.example>", "Lamp", "Dark.")
    came(desk)
    desk.new_letters()
    said = announced(run)
    assert said.out == "2 people of Partners had it before.\n1 letter to Partners on the way: see `mailgate outbox`.\n"
    came(desk)
    assert desk.new_letters() == ["announcement to nora@partner.example"]
    assert announced(run).out.endswith("Nobody is left to write to: nothing was sent.\n")


def test_other_words_are_another_announcement(desk: World, run: Terminal) -> None:
    announced(run)
    announced(run, words=b"It is up again.")
    came(desk)
    assert len(desk.letters("otto@partner.example", "announcement")) == 2


def test_a_letter_that_did_not_leave_is_written_again(desk: World, run: Terminal) -> None:
    announced(run)
    [otto] = run.json("outbox", "--to", "otto@partner.example", "--state", "pending")["letters"]
    run("letter", otto["id"], "--cancel")
    assert [each["to"] for each in announced(run, "--json").json["letters"]] == ["otto@partner.example"]
    came(desk)
    assert len(desk.letters("otto@partner.example", "announcement")) == 1


def known(desk: World, *emails: str) -> None:
    """People who come from an import, say."""
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        for email in emails:
            people.known_as(tx, Address("", email))


def test_many_are_written_to_in_small_transactions(desk: World, run: Terminal) -> None:
    known(desk, *(f"nr{number}@partner.example" for number in range(AT_ONCE)))
    announced(run)
    assert [event["letters"] for event in happened(desk)] == [AT_ONCE, 2]
    came(desk)
    assert len(desk.new_letters()) == AT_ONCE + 2


def test_it_waits_for_its_turn_while_others_write(desk: World, run: Terminal) -> None:
    busy = threading.Event()

    def write() -> None:
        with desk.store.transaction(desk.settings, desk.clock.now()):
            busy.set()
            threading.Event().wait(0.3)

    writer = threading.Thread(target=write)
    writer.start()
    busy.wait()
    assert announced(run).code == 0
    writer.join()


def test_who_is_left_out_is_named_with_the_reason(desk: World, run: Terminal) -> None:
    desk.write("Anna <anna@example.com>", "Lamp", "Dark.")
    known(desk, "help@example.com", "noreply@other.example", "rooms@example.com", "max+news@other.example")
    desk.relay.refuse("erika@customer.example", "550 5.1.1 no such user")
    desk.write(ERIKA, "Window", "It is open.")
    assert {each["email"]: each["why"] for each in announced(run, "--json", group="customers").json["left_out"]} == {
        "anna@example.com": "one of our agents",
        "help@example.com": "an address of ours",
        "rooms@example.com": "an address of ours",
        "noreply@other.example": "nobody reads mail to it",
        "erika@customer.example": f"letters to it come back since {desk.clock.now():%Y-%m-%d}",
        "max+news@other.example": "the mailbox of max@other.example",
    }
    assert "left out: help@example.com (an address of ours)\n" in announced(run, group="customers").out
    came(desk, "max@other.example")
    got = [each.removeprefix("announcement to ") for each in desk.new_letters() if each.startswith("announcement")]
    assert got == ["gast@other.example", "max@other.example"]


def test_an_end_customer_is_written_to_by_his_partner_alone(tmp_path: Path) -> None:
    with World(tmp_path, {"customer_groups": {**PARTNERS["customer_groups"], **ASKING}}) as desk:
        desk.write(OTTO, "Printer", "End customer: Kim <kim@shop.example>\nPhone: 12\n\nIt burns.")
        desk.write(ERIKA, "Printer", "It burns.")
        run = terminal_of(desk)
        document = announced(run, "--json", group="customers").json
    assert [each["to"] for each in document["letters"]] == ["erika@customer.example"]
    assert document["left_out"] == [{"email": "kim@shop.example", "why": "known only as somebody's end customer"}]


ASKING = {"partners": {"name": "Partners", "match": ["*@partner.example"], "end_customer": "ask"}}


def test_who_belongs_to_the_group_is_asked_of_the_configuration_now(desk: World, run: Terminal) -> None:
    file = desk.folder / "config" / "people.yaml"
    file.write_text(file.read_text().replace("*@friend.example", "*@customer.example"))
    assert [each["to"] for each in announced(run, "--json", group="friends").json["letters"]] == [
        "erika@customer.example"
    ]


def test_an_answer_opens_a_ticket_of_its_own(desk: World, run: Terminal) -> None:
    announced(run)
    number = desk.answer(came(desk), "Until when exactly?", sender=OTTO)
    ticket = desk.ticket(desk.mail_state(number)["ticket"])
    assert (ticket["number"], ticket["subject"]) == (1007, "Portal down on Saturday")
    assert (ticket["reporter"]["email"], ticket["messages"][0]["trust"]) == ("otto@partner.example", "proven")
    assert (
        desk.letter("otto@partner.example", "acknowledged").header("Subject") == "Re: [#1007] Portal down on Saturday"
    )


def test_what_follows_upon_that_answer_belongs_to_its_ticket(desk: World, run: Terminal) -> None:
    announced(run)
    letter = came(desk)
    first = answer(letter, "Until when exactly?", sender=OTTO)
    desk.mail(first)
    names = {"In-Reply-To": str(first.message_id), "References": f"{letter.header('Message-ID')} {first.message_id}"}
    number = desk.mail(Mail(OTTO, SUPPORT, "Re: Portal down on Saturday", "Please hurry.", headers=names))
    assert desk.mail_state(number)["ticket"] == 1007


def test_the_announcement_of_one_gives_no_right_on_the_ticket_of_another(desk: World, run: Terminal) -> None:
    announced(run)
    printer = Mail(ERIKA, SUPPORT, "Lamp", "Dark.")
    desk.mail(printer)
    names = {"References": f"{came(desk).header('Message-ID')} {printer.message_id}"}
    number = desk.mail(Mail(OTTO, SUPPORT, "Re: Lamp", "Leave it dark.", headers=names))
    assert desk.mail_state(number)["ticket"] == 1007
    assert not desk.message(1007)["public"]


def test_an_absent_reader_opens_nothing_and_a_lost_letter_is_an_event(desk: World, run: Terminal) -> None:
    announced(run)
    letter, before = came(desk), len(desk.tickets())
    away = {"Auto-Submitted": "auto-replied"}
    desk.answer(letter, "I am away.", sender=OTTO, headers=away, envelope_from="")
    desk.hand_in_bytes(delivery_report(letter), "", (letter.envelope_from,))
    desk.work()
    assert len(desk.tickets()) == before
    assert [each["state"] for each in run.json("outbox", "--to", "otto@partner.example")["letters"]][-1] == "failed"
    again = announced(run, "--json", "--dry-run").json
    assert (again["had_it"], again["left_out"][0]["email"]) == (["eva@partner.example"], "otto@partner.example")


def test_it_may_come_from_another_address_of_ours(desk: World, run: Terminal) -> None:
    announced(run, "--from", "it@example.com")
    assert came(desk).header("From") == "IT Desk <it@example.com>"
    assert announced(run, "--from", "otto@partner.example").err.startswith(
        "otto@partner.example is no address of ours."
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ("--customer-group", "partner", "-"),
            1,
            "There is no customer group 'partner' in people.yaml. Did you mean partners?",
        ),
        (("--customer-group", "xyz", "-"), 1, "There are: partners, friends, customers."),
        (("--customer-group", "partners", "nowhere.txt"), 1, "nowhere.txt can not be read: No such file or directory."),
        (("--customer-group", "partners"), 2, "Missing argument 'FILE'"),
    ],
)
def test_mistakes_are_said_in_words(run: Terminal, arguments: tuple[str, ...], code: int, said: str) -> None:
    found = run("announce", "--subject", "x", *arguments, stdin=WORDS)
    assert (found.code, said in found.err) == (code, True), found.err


@pytest.mark.parametrize(
    ("words", "said"), [(b" \n", "There is nothing to announce: the text is empty."), (b"\xe4", "no text in UTF-8")]
)
def test_a_text_that_says_nothing_is_not_sent(run: Terminal, words: bytes, said: str) -> None:
    found = announced(run, words=words)
    assert (found.code, said in found.err) == (1, True)


def test_a_group_of_which_nobody_is_known_is_a_mistake(tmp_path: Path) -> None:
    with World(tmp_path, PARTNERS) as desk:
        found = announced(terminal_of(desk))
    assert (found.code, found.err) == (1, "Nobody of Partners is known whom it could go to.\n")


def test_without_a_database_it_says_so(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", PARTNERS, {"site": {"state": str(tmp_path / "none")}})
    found = announced(Terminal(config))
    assert (found.code, "There is no database at" in found.err) == (1, True)


def happened(desk: World) -> list[dict[str, Any]]:
    """What the history says of announcements."""
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        rows = tx.all(sa.select(EVENT.c.detail).where(EVENT.c.action == "announced").order_by(EVENT.c.seq))
    return [row.detail for row in rows]
