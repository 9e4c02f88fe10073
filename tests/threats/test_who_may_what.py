"""Who may what: every sort of mail × proof × role × command, against a table written from the contract by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.rules import access
from mailgate.rules.vocabulary import NAMES
from mailgate.trust.verdict import Level
from tests.rules.example import settings
from tests.stories.example import Json
from tests.stories.world import World
from tests.threats.product import (
    ASKING,
    COMMANDS,
    DATING,
    DESCRIBING_MORE,
    PEOPLE,
    ROLES,
    SHAPES,
    Case,
    everything,
    judged,
    prepared,
)

IN_CHARGE = ("agent", "coordinator")
ONLY_SEEING = ("former", "sees all")
BLIND = ("other agent", "admin")
AGENTS = (*IN_CHARGE, *ONLY_SEEING, *BLIND)
OTHERS = ("outsider", "nobody")
DESCRIBING = ("priority", "category", "kind", *DESCRIBING_MORE, *DATING)
ELSEWHERE = {"accept", "watch", "unwatch", "split", "part", "release", "template", "away", "back", "handover"}
"""Commands that depend on more than sort, proof and role: their stories have a table each."""
ENDING = ("yes", "drop")
ALL = COMMANDS
ANY, VOUCHED, CLAIMED = (True, False), (True,), (False,)

Row = tuple[tuple[str, ...], tuple[bool, ...], tuple[str, ...], tuple[str, ...], str]
EVERYBODY = tuple(ROLES)
TABLE: tuple[Row, ...] = (
    # sorts of mail, vouched for or not, who, commands, what comes of it; the first row that fits counts.
    (("report",), ANY, EVERYBODY, ALL, "an event"),
    (("report without proof", "held"), ANY, EVERYBODY, ALL, "held"),
    # Commands in an agent's name without ticket and proof are shown to people, whatever a rule says.
    (("dropped",), CLAIMED, AGENTS, tuple(each for each in ALL if each != "plain"), "held"),
    (("dropped", "our own"), ANY, EVERYBODY, ALL, "dropped"),
    (("seen before",), ANY, EVERYBODY, ALL, "nothing"),
    (("away",), ANY, EVERYBODY, ALL, "a note"),
    (("program",), ANY, ("reporter",), ALL, "words"),
    (("program",), ANY, EVERYBODY, ALL, "a note"),
    # A reporter may close with his own token; all else that he writes are words.
    (("own letter",), ANY, ("reporter",), ("close",), "done"),
    (("own letter", "names a mail"), ANY, ("reporter",), ALL, "words"),
    # Somebody else's token gives no right, and an agent is told so.
    (("letter of another",), ANY, AGENTS, ALL, "a note, and told"),
    (("letter of another",), ANY, EVERYBODY, ALL, "a note"),
    (("names a mail",), ANY, OTHERS, ALL, "a note"),
    # The subject tag counts for participants whose mail is aligned; else it is a new ticket.
    (("tag",), VOUCHED, ("reporter",), ALL, "words"),
    (("tag", "new", "numbered"), ANY, ("reporter", *OTHERS), ALL, "opened"),
    (("tag", "new", "numbered"), CLAIMED, AGENTS, ("plain",), "opened"),
    (("tag", "new", "numbered"), CLAIMED, AGENTS, ALL, "held"),
    (("new", "numbered"), VOUCHED, AGENTS, ("plain",), "opened"),
    (("tag",), VOUCHED, BLIND, ("plain", *DESCRIBING), "opened"),
    (("new",), VOUCHED, AGENTS, DESCRIBING, "opened"),
    # Help needs one proof and no right; a kept mail is settled only by an answer to the letter about it.
    (("names a mail",), CLAIMED, AGENTS, ("help", *ASKING), "nothing"),
    (SHAPES, ANY, AGENTS, ("help", "list", "report"), "answered"),
    (("new",), ANY, AGENTS, ASKING, "refused"),
    (SHAPES, ANY, (*IN_CHARGE, *ONLY_SEEING), ASKING, "answered"),
    (SHAPES, ANY, AGENTS, ENDING, "refused"),
    # Who may not act on it, and who may not even know of it.
    (("new",), VOUCHED, AGENTS, ALL, "refused"),
    (SHAPES, ANY, (*ONLY_SEEING, *BLIND), ALL, "refused"),
    # Who may: both proofs for everything but a note, and what is impossible is refused.
    (("own letter",), VOUCHED, IN_CHARGE, ("reopen", "link", "same", "merge", "level"), "refused"),
    # There is nothing of his to take back, and nothing that he was asked to do.
    (("own letter",), VOUCHED, ("coordinator",), ("undo", "decline"), "refused"),
    (("own letter",), VOUCHED, IN_CHARGE, ALL, "done"),
    (("own letter",), CLAIMED, IN_CHARGE, ("note",), "done"),
    (("names a mail", "tag", "numbered"), VOUCHED, IN_CHARGE, ("note",), "done"),
    (("own letter", "names a mail", "tag", "numbered"), ANY, IN_CHARGE, ALL, "asked back"),
)
PERSONAL = ("reply", "question", "resolved", "forwarded", "statement_request")


def expected(case: Case) -> str:
    return next(
        row[4]
        for row in TABLE
        if case.shape in row[0] and case.vouched in row[1] and case.role in row[2] and case.command in row[3]
    )


def came_of(found: Json) -> str:
    """One word for what the line did."""
    said, letters = " | ".join(found["effects"]), {each["template"] for each in found["letters"]}
    internal = "seen internal" in said
    for true, word in (
        (found["state"] in ("held", "dropped"), found["state"]),
        (found["sort"] == "bounce", "an event"),
        ("created (" in said, "opened"),
        ("confirm" in letters, "asked back"),
        ("command_refused" in letters, "a note, and told" if internal else "refused"),
        (bool(letters.intersection(("help", "list", "report"))), "answered"),
        (bool(letters.intersection(PERSONAL)) or any(each["ok"] for each in found["commands"]), "done"),
        ("seen public" in said, "words"),
        (internal, "a note"),
    ):
        if true:
            return word
    return "nothing"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Case, Json]]:
    folder: Path = tmp_path_factory.mktemp("product")
    with World(folder, PEOPLE) as desk:
        prepared(desk)
        yield {case: found for case in everything() if (found := judged(desk, case)) is not None}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("shape", SHAPES)
def test_what_comes_of_each_mail_is_what_the_table_says(product: dict[Case, Json], shape: str, role: str) -> None:
    mine = {case: found for case, found in product.items() if (case.shape, case.role) == (shape, role)}
    wrong = {str(case): came_of(found) for case, found in mine.items() if came_of(found) != expected(case)}
    assert wrong == {str(case): expected(case) for case in mine if str(case) in wrong}
    assert mine or shape == "own letter"


def test_the_product_is_whole(product: dict[Case, Json]) -> None:
    assert len(product) > 1500
    assert (set(COMMANDS) - {"plain"}) | ELSEWHERE == NAMES
    assert {found["sort"] for found in product.values()} >= {"loop", "duplicate", "bounce", "auto_reply", "held"}
    assert {found["trust"]["level"] for found in product.values()} == {"claimed", "aligned", "token", "proven"}


def test_a_persons_words_reach_the_reporter_only_with_full_proof(product: dict[Case, Json]) -> None:
    sent = {
        case: found for case, found in product.items() if any(each["template"] in PERSONAL for each in found["letters"])
    }
    assert {found["trust"]["level"] for found in sent.values()} == {"proven"}
    assert {case.role for case in sent} == set(IN_CHARGE)


CHANGING = (
    *("take", "assign", "resolve", "close", "reopen", "priority", "category", "kind", "reporter close"),
    *(*DESCRIBING_MORE, *DATING, "conceal", "reveal", "spam", "undo", "unassign", "coordinator", "wait", "snooze"),
)


def test_the_ticket_changes_only_where_it_is_done(product: dict[Case, Json]) -> None:
    for case, found in product.items():
        changes = [each for each in found["effects"] if each.startswith(tuple(f"#1001: {name} (" for name in CHANGING))]
        assert not changes or expected(case) == "done", str(case)
        assert not changes or found["trust"]["level"] == "proven" or case.role == "reporter", str(case)


def test_nobody_outside_hears_of_it_but_by_words_and_acknowledgements(product: dict[Case, Json]) -> None:
    templates = {
        (each["template"], each["to"])
        for found in product.values()
        for each in found["letters"]
        if not each["to"].endswith("@example.com")
    }
    assert {template for template, _ in templates} <= {*PERSONAL, "acknowledged", "acknowledged_minimal"}
    assert {to for template, to in templates if template in PERSONAL} == {"erika@customer.example", "max@m.example"}


# -- the decision alone, for levels that no mail has yet ---------------------------------------------------------------

ENOUGH = {
    "note": {"aligned", "token", "proven", "signed"},
    **{name: {"aligned", "token", "proven", "signed"} for name in ("help", *ASKING)},
    "drop": {"aligned", "token", "proven", "signed"},
    "yes": {"token", "proven", "signed"},
}


@pytest.mark.parametrize("command", sorted(NAMES))
def test_each_command_is_enough_proven_by_these_levels_and_no_other(command: str) -> None:
    for level in Level:
        wanted = ENOUGH.get(command, {"proven", "signed"})
        assert (level in access.needed(settings(), command)) is (str(level) in wanted)
        describes = wanted | ({"aligned", "token"} if command in DESCRIBING else set())
        assert (level in access.needed(settings(), command, opening=True)) is (str(level) in describes)
