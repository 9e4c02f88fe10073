"""Where an agent's words go: every letter he can get × every command, written by hand from CONTRACT 6, as the product's
own function says it, and, for the letters this version writes, what really becomes of a mail.

R the reporter · N an internal note (or, by `#ask #forward #split`, whom the command names) · C the coordinator of the
part · . nobody: what is written there comes back, or is no text at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from mailgate.outbox.letters import LETTERS
from mailgate.rules.destination import Destination, answering, destination
from mailgate.rules.vocabulary import VOCABULARY
from mailgate.rules.written import Command, Written
from tests.doubles.relay import Received
from tests.stories import mornings
from tests.stories.clockwork import strike, tick
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.sharing import COORDINATED, shared_out
from tests.stories.test_alerts import relay_fails
from tests.stories.test_undelivered import report
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT, World

ANNAS, BENS, CLEOS, REPORTER = "anna@example.com", "ben@example.com", "cleo@example.com", "erika@customer.example"

COLUMNS = {
    "words": (
        "take unassign accept close reopen wait priority kind category tag due wanted part same link conceal reveal"
        " from customer phone company department channel time cc watch unwatch template away back undo yes drop list"
        " show history report help"
    ),
    "answer": "answer",
    "question": "question",
    "resolve": "resolve",
    "release": "release",
    "inward": "note ask forward split",
    "next": "assign coordinator handover level decline merge snooze spam",
}
"""Every command once, by what it says of the text; those of the first column say nothing, like none at all."""

TABLE = {
    #                            words answer question resolve release inward next next+answer
    "new_ticket":                "R     R      R        R       R       N      N    R",
    "assigned":                  "R     R      R        R       R       N      N    R",
    "new_message":               "R     R      R        R       R       N      N    R",
    "reminder":                  "R     R      R        R       R       N      N    R",
    "escalated":                 "R     R      R        R       R       N      N    R",
    "status_changed":            "R     R      R        R       R       N      N    R",
    "new_message of a note":     "N     R      R        R       R       N      N    R",
    "new_message of a statement": "N   R      R        R       R       N      N    R",
    "new_message of a forward":  "N     R      R        R       R       N      N    R",
    "merged_draft":              "N     R      R        R       R       N      N    R",
    "new_ticket on a part":      "C     C      R        C       R       N      N    C",
    "assigned on a part":        "C     C      R        C       R       N      N    C",
    "new_message on a part":     "C     C      R        C       R       N      N    C",
    "status_changed on a part":  "C     C      R        C       R       N      N    C",
    "new_message of a note on a part": "N C    R        C       R       N      N    C",
    "entrusted":                 ".     R      R        R       R       N      N    R",
    "delivery_failed":           ".     R      R        R       R       N      N    R",
    "digest":                    ".     R      R        R       R       N      N    R",
    "list":                      ".     R      R        R       R       N      N    R",
    "report":                    ".     R      R        R       R       N      N    R",
    "help":                      ".     R      R        R       R       N      N    R",
    "command_done":              ".     R      R        R       R       N      N    R",
    "command_refused":           ".     R      R        R       R       N      N    R",
    "confirm":                   ".     R      R        R       R       N      N    R",
    "alert":                     ".     R      R        R       R       N      N    R",
    "held":                      ".     R      R        R       R       N      N    R",
}  # fmt: skip
"""Letters that take commands only: what a command that says where the words go makes of words for its ticket. On a part
`#release` is refused; an answer to `confirm` and `command_refused` brings no words of its own (`SETTLED`)."""

CELL = {
    "R": Destination.reporter,
    "N": Destination.note,
    "C": Destination.coordinator,
    ".": Destination.nobody,
}
PURPOSE = {"a note": "note", "a statement": "statement", "a forward": "forward"}


def test_the_table_has_every_letter_and_every_command() -> None:
    commands = [name for column in COLUMNS.values() for name in column.split()]
    assert sorted(commands) == sorted(each.name for each in VOCABULARY)
    assert {row.partition(" ")[0] for row in TABLE} == {
        name for name, letter in LETTERS.items() if letter.to == "agent"
    }
    assert {len(row.split()) for row in TABLE.values()} == {len(COLUMNS) + 1}


@pytest.mark.parametrize("row", TABLE)
def test_the_product_says_what_the_table_says(row: str) -> None:
    letter, part = row.partition(" ")[0], row.endswith("on a part")
    about = row.partition(" of ")[2].removesuffix(" on a part")
    usual = answering(letter, about=PURPOSE.get(about, "reply"), part=part)
    assert usual is CELL[TABLE[row].split()[0]]
    for (column, names), cell in zip(
        [*COLUMNS.items(), ("next+answer", COLUMNS["next"])], TABLE[row].split(), strict=True
    ):
        for name in names.split():
            said = (name, "answer") if column == "next+answer" else (name,)
            commands = tuple(Command(each, "", f"#{each}") for each in said)
            assert destination(Written(commands, "words", ()), usual, part=part) is CELL[cell], name


# -- the same by the line ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A letter to Anna or Ben, as it comes to be."""

    of: Callable[[World], Received]
    named: str
    """Display name of its Reply-To."""
    writes: str
    """Which of the mails below are written in answer to it."""
    becomes: str
    """And what becomes of their words, in that order."""
    sender: str = ANNA


ON_TICKET = (
    "{words}",
    "#priority high\n{words}",
    "#answer\n{words}",
    "#question {words}",
    "#note {words}",
    "#ask eva@lab.example\n{words}",
    "#forward boss@customer.example\n{words}",
    "#assign ben\n{words}",
    "#assign ben\n#answer\n{words}",
    "#snooze +3d\n{words}",
    "#coordinator ben; answer\n{words}",
    "#resolve\n{words}",
)
WITHOUT_TICKET = (
    "{words}",
    "#1001 take\n{words}",
    "#1001 answer {words}",
    "#1001 question {words}",
    "#1001 note {words}",
    "#1001 resolve {words}",
)
MAILS = {"on a ticket": ON_TICKET, "without a ticket": WITHOUT_TICKET}
SETTLED = "...R........"
"""Only commands bring a kept mail back; words on its line belong to it. Then nothing is kept any more."""
TO_ERIKA, NOTE, NOBODY = "Answer to Erika Krause", "Internal note", "Commands only"


def new_ticket(desk: World) -> Received:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    return desk.letter(ANNAS, "new_ticket")


def bens(desk: World, text: str, template: str) -> Received:
    """Ben does something; the letter that Anna gets of it."""
    new_ticket(desk)
    desk.answer(desk.letter(BENS, "new_ticket"), text, sender=BEN)
    return desk.letter(ANNAS, template)


def new_message(desk: World) -> Received:
    new_ticket(desk)
    desk.answer(desk.letter(REPORTER), "It still burns.", sender=ERIKA)
    return desk.letter(ANNAS, "new_message")


def status_changed(desk: World) -> Received:
    desk.answer(new_ticket(desk), "#take", sender=ANNA)
    desk.answer(desk.letter(BENS, "new_ticket"), "#take", sender=BEN)
    return desk.letter(ANNAS, "status_changed")


def statement(desk: World) -> Received:
    desk.answer(new_ticket(desk), "#ask eva@lab.example\nIs it dangerous?", sender=ANNA)
    desk.answer(desk.letter("eva@lab.example"), "Yes.", sender="Eva <eva@lab.example>")
    return desk.letter(ANNAS, "new_message")


def forwarded(desk: World) -> Received:
    desk.answer(new_ticket(desk), "#forward boss@customer.example\nFor information.", sender=ANNA)
    desk.answer(desk.letter("boss@customer.example"), "Oh.", sender="Boss <boss@customer.example>")
    return desk.letter(ANNAS, "new_message")


def part(desk: World) -> Received:
    new_ticket(desk)
    shared_out(desk)
    return desk.letter(BENS, "assigned")


def merged_draft(desk: World) -> Received:
    desk.answer(part(desk), "It is long enough.", sender=BEN)
    desk.answer(desk.letter(CLEOS, "assigned"), "They are free.", sender=CLEO)
    return desk.letter(ANNAS, "merged_draft")


def answered_with(text: str, template: str, *, stranger: bool = False) -> Callable[[World], Received]:
    def made(desk: World) -> Received:
        desk.answer(new_ticket(desk), text, sender=ANNA, stranger=stranger)
        return desk.letter(ANNAS, template)

    return made


def delivery_failed(desk: World) -> Received:
    desk.answer(new_ticket(desk), "Dear Erika, water.", sender=ANNA)
    report(desk, desk.letter(REPORTER, "reply"))
    return desk.letter(ANNAS, "delivery_failed")


def entrusted(desk: World) -> Received:
    new_ticket(desk)
    desk.answer(desk.letter(BENS, "new_ticket"), "#take", sender=BEN)
    desk.answer(desk.letter(BENS), "#handover anna", sender=BEN)
    return desk.letter(ANNAS, "entrusted")


def digest(desk: World) -> Received:
    desk.answer(new_ticket(desk), "#take", sender=ANNA)
    mornings.strike(desk, days=1)
    return desk.letter(ANNAS, "digest")


def by_the_clock(template: str, hours: float) -> Callable[[World], Received]:
    def made(desk: World) -> Received:
        desk.write(ERIKA, "VPN down", "Nothing works.")
        desk.answer(desk.letter(ANNAS, "new_ticket"), "#take", sender=ANNA)
        tick(desk, hours=hours)
        return desk.letter(ANNAS, template)

    return made


def alert(desk: World) -> Received:
    new_ticket(desk)
    relay_fails(desk)
    strike(desk, seconds=20)
    return desk.letter(ANNAS, "alert")


def held(desk: World) -> Received:
    new_ticket(desk)
    desk.mail(Mail(ERIKA, SUPPORT, "hold me", "Now."))
    strike(desk, seconds=20)
    return desk.letter(ANNAS, "held")


ROWS = {
    "new_ticket": Row(new_ticket, TO_ERIKA, "on a ticket", "RRRRNNNNRNRR"),
    "assigned": Row(
        lambda desk: bens(desk, "#assign anna\nYours.", "assigned"), TO_ERIKA, "on a ticket", "RRRRNNNNRNRR"
    ),
    "new_message": Row(new_message, TO_ERIKA, "on a ticket", "RRRRNNNNRNRR"),
    "reminder": Row(by_the_clock("reminder", 1.5), TO_ERIKA, "on a ticket", "RRRRNNNNRNRR"),
    "escalated": Row(by_the_clock("escalated", 5), TO_ERIKA, "on a ticket", "RRRRNNNNRNRR"),
    "status_changed": Row(status_changed, TO_ERIKA, "on a ticket", "RRRRNNNNRNRR"),
    "note": Row(lambda desk: bens(desk, "#note\nOh.", "new_message"), NOTE, "on a ticket", "NNRRNNNNRNRR"),
    "statement": Row(statement, NOTE, "on a ticket", "NNRRNNNNRNRR"),
    "forward": Row(forwarded, NOTE, "on a ticket", "NNRRNNNNRNRR"),
    "merged_draft": Row(merged_draft, NOTE, "on a ticket", "NNRRNNNNRNRR"),
    "part": Row(part, "Antwort an Anna Alt", "on a ticket", "CCCRNNNNCNCC", BEN),
    "delivery_failed": Row(delivery_failed, NOBODY, "on a ticket", "..RRNNNNRNRR"),
    "command_done": Row(answered_with("#take", "command_done"), NOBODY, "on a ticket", "..RRNNNNRNRR"),
    "command_refused": Row(answered_with("#tkae", "command_refused"), NOBODY, "on a ticket", SETTLED),
    "confirm": Row(answered_with("Water.", "confirm", stranger=True), NOBODY, "on a ticket", SETTLED),
    "list": Row(answered_with("#list", "list"), NOBODY, "without a ticket", "..RRNR"),
    "report": Row(answered_with("#report", "report"), NOBODY, "without a ticket", "..RRNR"),
    "digest": Row(digest, NOBODY, "without a ticket", "..RRNR"),
    "help": Row(answered_with("#help", "help"), NOBODY, "without a ticket", "..RRNR"),
    "entrusted": Row(entrusted, NOBODY, "without a ticket", "..RRNR"),
    "alert": Row(alert, NOBODY, "without a ticket", "..RRNR"),
    "held": Row(held, NOBODY, "without a ticket", "..RRNR"),
}
TIMED = {"kinds": {"incident": {"yellow_after": "90m", "red_after": "4h", "response": None, "solution": "4h"}}}
CONFIG = {**COORDINATED, **TIMED, "site": {"admins": [ANNAS]}, "agents": {"anna": {"admin": True}}}


def test_every_letter_of_this_version_is_written_to() -> None:
    named = {"note": "new_message", "statement": "new_message", "forward": "new_message", "part": "assigned"}
    to_us = {name for name, letter in LETTERS.items() if letter.to == "agent"}
    to_us -= {"alert"}  # the same as `held`, which admins get too
    assert to_us <= {named.get(name, name) for name in ROWS}
    assert sum(len(row.becomes) for row in ROWS.values()) >= 60


@pytest.mark.parametrize("name", ROWS)
def test_the_words_go_where_the_table_and_the_letter_say(name: str, desk_with: DeskWith) -> None:
    row, desk = ROWS[name], desk_with(CONFIG)
    letter = row.of(desk)
    assert letter.header("Reply-To").partition(" <")[0].strip('"') == row.named
    assert "".join(outcomes(desk, letter, row)) == row.becomes


def outcomes(desk: World, letter: Received, row: Row) -> Iterator[str]:
    for number, text in enumerate(MAILS[row.writes]):
        words = f"These are the words number {number}."
        desk.answer(letter, text.format(words=words), sender=row.sender)
        yield outcome(desk, words)


def outcome(desk: World, words: str) -> str:
    """What became of them, by what was said and what has left."""
    reached_reporter = any(words in each.text for each in desk.letters(REPORTER))
    numbers = sorted(each["number"] for each in desk.tickets())
    said = [one for number in numbers for one in desk.ticket(number)["messages"] if words in one["new_text"]]
    if reached_reporter:
        assert [one["public"] for one in said] == [True]
        return "R"
    if not said:
        return "."
    assert [one["public"] for one in said] == [False]
    return "C" if said[0]["purpose"] in ("answer", "solution") else "N"
