"""Whatever people write to each other over one desk, in whatever order: no letter to somebody outside holds a word or a
file of an internal entry that the mail which caused it did not itself hold or release."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

import pytest

from tests.doubles.relay import Received
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail, answer
from tests.stories.sharing import COORDINATED
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, MALLORY, SUPPORT, World

EXPERT, BOSS, FRIEND = "eva@lab.example", "boss@other.example", "fritz@friend.example"
AGENTS = {"anna@example.com": ANNA, "ben@example.com": BEN, "cleo@example.com": CLEO}
MARK = re.compile(r"mark\d{4}x")
COMMANDS = (
    *("", "", "#note", "#answer", "#question", "#resolve", "#take", "#assign ben", "#accept", "#decline {mark} no"),
    *(f"#ask {EXPERT}", f"#ask {EXPERT} cleo by fri with original", f"#forward {BOSS}", f"#forward {FRIEND} {BOSS}"),
    *("#release", "#release", "#close", "#reopen", "#conceal", "#reveal", f"#cc +{FRIEND}", "#wait", "#undo"),
    "#split\n{mark} all\n#part ben by fri\n{mark} ben\n#part cleo hidden\n{mark} cleo\n#part anna\n{mark} anna",
)
SEEDS = range(5)
STEPS = 30


class Writers:
    """People who answer whatever letters they get, with words and files that are known again."""

    def __init__(self, desk: World, seed: int) -> None:
        self.desk, self.dice = desk, random.Random(seed)
        self.marks = 0
        self.seen = 0
        self.acting = ""
        self.in_files = ""
        self.settled: set[str] = set()
        """What a letter about his own mail keeps for him: an answer to it may carry that out."""

    def mark(self) -> str:
        self.marks += 1
        return f"mark{self.marks:04d}x"

    def step(self) -> list[Received]:
        """One mail of somebody; returns the letters it caused."""
        kinds: tuple[Callable[[], Mail | None], ...] = (
            self._agent,
            self._agent,
            self._agent,
            self._outsider,
            self._reporter,
        )
        self.in_files, self.settled = "", set[str]()
        mail = self.dice.choice(kinds)() or self._reporter()
        self.acting = mail.text
        self.desk.mail(mail, stranger=self.dice.random() < 0.1)
        new, self.seen = self.desk.relay.letters[self.seen :], len(self.desk.relay.letters)
        return new

    def _agent(self) -> Mail | None:
        letters = [each for each in self.desk.relay.letters if each.to in AGENTS][-25:]
        if not letters:
            return None
        letter, command = self.dice.choice(letters), self.dice.choice(COMMANDS)
        while "{mark}" in command:
            command = command.replace("{mark}", self.mark(), 1)
        words = (
            f"{self.mark()} is what I say.\n{self.mark()} and one more line of it." if self.dice.random() < 0.8 else ""
        )
        if letter.header("X-Mailgate-Letter") in ("command_refused", "confirm"):
            self.settled = shown(letter)
        mail = answer(letter, f"{command}\n\n{words}", sender=AGENTS[letter.to])
        return self._with_file(mail)

    def _outsider(self) -> Mail | None:
        letters = [each for each in self.desk.relay.letters if not each.to.endswith("@example.com")]
        if not letters:
            return None
        letter = self.dice.choice(letters)
        sender = letter.to if self.dice.random() < 0.7 else self.dice.choice((EXPERT, BOSS, MALLORY, CLEO, FRIEND))
        return self._with_file(answer(letter, f"{self.mark()} is my answer.", sender=sender))

    def _reporter(self) -> Mail:
        subject = self.dice.choice(("A question", "Re: [#1001] A question", "Re: [#1003] A question"))
        return self._with_file(Mail(ERIKA, SUPPORT, subject, f"{self.mark()} I want to know."))

    def _with_file(self, mail: Mail) -> Mail:
        if self.dice.random() < 0.3:
            name = self.mark()
            mail.files = {f"{name}.txt": f"{name} in a file".encode()}
            self.in_files = name
        return mail


def shown(letter: Received) -> set[str]:
    """Every known word in a letter and its files."""
    files = " ".join(f"{name} {content!r}" for name, content in letter.files.items())
    return set(MARK.findall(f"{letter.text} {letter.html} {letter.header('Subject')} {files}"))


def public(desk: World) -> set[str]:
    """What the reporter may read anyhow: words and names of files."""
    entries = (
        each for ticket in desk.tickets() for each in desk.ticket(ticket["number"])["messages"] if each["public"]
    )
    return {found for each in entries for found in MARK.findall(f"{each['new_text']} {each['attachments']}")}


def released(desk: World) -> set[str]:
    """What handlers answered on parts: a `#release` may send it."""
    entries = (
        each
        for ticket in desk.tickets()
        if ticket["parent"]
        for each in desk.ticket(ticket["number"])["messages"]
        if each["purpose"] == "answer"
    )
    return {found for each in entries for found in MARK.findall(f"{each['new_text']} {each['attachments']}")}


def internal(desk: World) -> Iterator[str]:
    for ticket in desk.tickets():
        for each in desk.ticket(ticket["number"])["messages"]:
            if not each["public"]:
                yield from MARK.findall(each["new_text"])


@pytest.mark.parametrize("seed", SEEDS)
def test_no_letter_to_somebody_outside_holds_what_is_internal(desk_with: DeskWith, seed: int) -> None:
    desk = desk_with(COORDINATED)
    writers = Writers(desk, seed)
    desk.write(ERIKA, "A question", f"{writers.mark()} How do we move?")
    outside = 0
    for _ in range(STEPS):
        known = public(desk)
        for letter in writers.step():
            if letter.to.endswith("@example.com"):
                continue
            outside += 1
            own = set(MARK.findall(writers.acting.partition("wrote:")[0])) | {writers.in_files} | writers.settled
            may = known | own | (released(desk) if "#release" in writers.acting else set())
            assert shown(letter) <= may, (letter.to, letter.header("X-Mailgate-Letter"), writers.acting)
            assert not any(agent in letter.raw.decode() for agent in AGENTS if agent != letter.to)
    assert outside > 2
    assert len(set(internal(desk))) > 2
