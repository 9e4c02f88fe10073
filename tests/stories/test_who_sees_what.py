"""Who sees which ticket and may act on it, by mail: commands, answers, tags, letters and errors (CONTRACT 7)."""

from __future__ import annotations

import re

import pytest

from tests.doubles.relay import Received
from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT, World

DORA, EGON, OTTO, GIL, HANS = (
    f"{name} <{name.lower()}@example.com>" for name in ("Dora", "Egon", "Otto", "Gil", "Hans")
)
PAULA = "Paula <paula@partner.example>"
DESK: Json = {
    "agents": {
        "ben": {"language": "en"},
        "dora": {"name": "Dora", "email": "dora@example.com", "sees": "all"},
        "egon": {"name": "Egon", "email": "egon@example.com", "sees": "own"},
        "otto": {"name": "Otto", "email": "otto@example.com", "admin": True},
        "gil": {"name": "Gil", "email": "gil@example.com"},
        "hans": {"name": "Hans", "email": "hans@example.com"},
    },
    "groups": {
        "network": {"name": "Network team", "members": ["anna", "ben", "egon"]},
        "special": {"name": "Partner team", "members": ["gil"], "customer_groups": ["partners"]},
    },
    "customer_groups": {"partners": {"name": "Partners", "match": ["*@partner.example"]}},
    "categories": {
        "staff": {"name": "Staff", "group": "office", "readers": ["office"]},
        "partner": {"name": "Partners", "group": "special"},
        "lost": {"name": "Lost"},
    },
    "rules": [
        {"name": name, "when": {"subject": name}, "then": {"category": name}} for name in ("staff", "partner", "lost")
    ],
    "site": {"admins": ["otto@example.com"]},
}
TICKETS = {
    1001: (ERIKA, "Printer", "network's"),
    1002: (ERIKA, "staff", "kept for the readers of its category"),
    1003: (PAULA, "partner", "a partner's"),
    1004: (ERIKA, "partner again", "of somebody whom the partner team does not serve"),
    1005: (ERIKA, "Lamp", "network's, and once Hans', who belongs to no group, and Egon's"),
    1006: (ERIKA, "lost", "no group's"),
}
UNKNOWN = 4711
SEES = {
    ANNA: {1001, 1005},
    BEN: {1001, 1005},
    CLEO: {1002},
    DORA: {1001, 1003, 1004, 1005, 1006},
    EGON: {1005},
    OTTO: {1004, 1006},
    GIL: {1003},
    HANS: {1005},
}
"""#1004 is the admins': its group may not see it."""
ACTS = {ANNA: {1001, 1005}, BEN: {1001, 1005}, CLEO: {1002}, EGON: {1005}, OTTO: {1004, 1006}, GIL: {1003}}
EVERY = pytest.mark.parametrize("agent", SEES, ids=lambda agent: agent.partition(" ")[0])


@pytest.fixture
def town(desk_with: DeskWith) -> World:
    desk = desk_with(DESK)
    for sender, subject, _ in TICKETS.values():
        desk.write(sender, subject, "Please help.")
    for who, sender in (("hans", BEN), ("egon", ANNA), ("ben", BEN)):
        letter = next(each for each in desk.letters("ben@example.com") if "[#1005]" in each.header("Subject"))
        desk.mail(_assigning(letter, who, sender, desk))
    desk.new_letters()
    return desk


def _assigning(letter: Received, who: str, sender: str, desk: World) -> Mail:
    mine = next(each for each in desk.letters(mailbox(sender)) if "[#1005]" in each.header("Subject"))
    return Mail(sender, mine.header("Reply-To"), "Re: [#1005] Lamp", f"#assign {who}")


def mailbox(agent: str) -> str:
    return agent.partition("<")[2].strip(">")


def told(desk: World, agent: str) -> str:
    return " ".join(desk.letter(mailbox(agent)).text.split())


@EVERY
def test_a_command_for_a_ticket_is_done_refused_or_for_nothing_that_exists(town: World, agent: str) -> None:
    for number in (*TICKETS, UNKNOWN):
        town.mail(Mail(agent, SUPPORT, "A note", f"#{number} note I was there."))
        answer = town.letter(mailbox(agent))
        if number in ACTS.get(agent, ()):
            assert answer.header("X-Mailgate-Letter") == "command_done", number
        elif number in SEES[agent]:
            assert f"You may read #{number}, but not act on it" in told(town, agent), number
        else:
            assert f"There is no #{number} for you." in told(town, agent), number


def plain(letter: Received, number: int) -> str:
    """The letter without what is different in every letter, and without this number."""
    text = letter.raw.decode().replace("=\r\n", "")
    text = text.replace(letter.header("In-Reply-To"), "<M>").replace(letter.header("Message-ID"), "<L>")
    text = re.sub(r'boundary="[^"]*"|^--=_[0-9a-f]+', "B", text, flags=re.MULTILINE)
    text = re.sub(r"[a-z2-7]{24}", "T", text)
    return text.replace(str(number), "N")


COMMANDS = ("note Hello.", "take", "close", "assign ben", "priority high", "answer Hello.", "help", "yes", "drop")


@pytest.mark.parametrize(("agent", "hidden"), [(CLEO, 1001), (ANNA, 1002), (EGON, 1001), (GIL, 1004), (DORA, 1002)])
def test_somebody_elses_ticket_answers_exactly_like_an_unknown_number(town: World, agent: str, hidden: int) -> None:
    for command in COMMANDS:
        said = []
        for number in (hidden, UNKNOWN):
            town.mail(Mail(agent, SUPPORT, "A lamp", f"#{number} {command}"))
            said.append(plain(town.letter(mailbox(agent)), number))
        assert said[0] == said[1], command
        assert "Please help" not in said[0], command


@EVERY
def test_the_tag_in_the_subject_lets_only_those_in_who_see_the_ticket(town: World, agent: str) -> None:
    for number in TICKETS:
        mail = town.mail(Mail(agent, SUPPORT, f"Re: [#{number}] x", "#note I was there."))
        assert (town.mail_state(mail)["ticket"] == number) is (number in SEES[agent]), number


@pytest.mark.parametrize(("agent", "hidden"), [(CLEO, 1001), (ANNA, 1002)])
def test_a_tag_of_a_hidden_ticket_answers_like_an_unknown_one(town: World, agent: str, hidden: int) -> None:
    said = []
    for number in (hidden, UNKNOWN):
        town.mail(Mail(agent, SUPPORT, f"Re: [#{number}] A lamp", "It is dark in here."))
        opened = max(each["number"] for each in town.tickets())
        letter = next(each for each in reversed(town.letters(mailbox(agent))) if "acknowledged" in each.raw.decode())
        said.append(plain(letter, number).replace(str(opened), "O"))
    assert said[0] == said[1]


def test_new_tickets_are_told_to_those_who_see_them(town: World) -> None:
    for number in TICKETS:
        letters = [each for each in town.ticket(number)["letters"] if each["template"] == "new_ticket"]
        readers = {agent for agent in SEES if mailbox(agent) in {each["to"] for each in letters}}
        assert readers, number
        assert all(number in SEES[agent] for agent in readers), number


def test_no_letter_names_another_ticket_that_its_reader_may_not_see(town: World) -> None:
    town.write(ERIKA, "Another printer", "It burns too.")
    for agent in (ANNA, BEN):
        named = set(map(int, re.findall(r"^  (\d{4}) ·", town.letter(mailbox(agent)).text, re.MULTILINE)))
        assert named == SEES[agent]


def test_who_was_sent_a_letter_and_has_lost_the_ticket_learns_nothing_new_of_it(town: World) -> None:
    old = next(each for each in town.letters("anna@example.com", "new_ticket") if "[#1001]" in each.header("Subject"))
    own = next(each for each in town.letters("ben@example.com", "new_ticket") if "[#1001]" in each.header("Subject"))
    town.answer(own, "#category staff\n#assign office\n#priority urgent", sender=BEN)
    for text in ("#take", "Dear Erika, hello.", "#tkae", "#help", "#yes", "#take\n#note\nx"):
        town.answer(old, text, sender=ANNA)
        letter = town.letter("anna@example.com")
        assert letter.header("X-Mailgate-Ticket") == "0", text
        assert letter.header("X-Mailgate-Priority") == "", text
        assert "Printer" not in letter.header("Subject"), text
    assert town.state() == ("new", None)


def test_who_only_knows_the_id_of_a_mail_does_not_learn_its_number(desk_with: DeskWith) -> None:
    """Cleo was in Cc of Erika's mail, and answers all."""
    desk = desk_with({})
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "It burns.", message_id="<first@customer.example>"))
    for text in ("#take", "I was there."):
        desk.mail(Mail(CLEO, SUPPORT, "Re: Printer", text, headers={"In-Reply-To": "<first@customer.example>"}))
        assert "1001" not in desk.letter("cleo@example.com").text
    assert desk.state() == ("new", None)


def test_an_agent_who_reported_a_ticket_of_others_reads_it_as_its_reporter_and_commands_nothing(town: World) -> None:
    town.write(CLEO, "Printer of mine", "It burns.")
    number = max(each["number"] for each in town.tickets())
    town.answer(town.letter("cleo@example.com", "acknowledged"), "#priority urgent", sender=CLEO)
    assert town.ticket(number)["priority"] == "normal"
    town.mail(Mail(CLEO, SUPPORT, "x", f"#{number} note Hello."))
    assert f"There is no #{number} for you." in told(town, CLEO)
