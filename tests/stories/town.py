"""A small town of desks and robots: a post office brings what the one sends to the other, while its clocks go on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email.utils import parseaddr

from tests.doubles.relay import Received
from tests.stories.mailer import Mail
from tests.stories.world import World

STEP = timedelta(seconds=5)
Robot = Callable[[Received], Mail]

_MARKS = re.compile(
    rb"^(?:auto-submitted|x-auto-response-suppress|x-mailgate-[a-z-]+|in-reply-to|references|message-id|precedence):"
    rb".*\r\n(?:[ \t].*\r\n)*",
    re.IGNORECASE | re.MULTILINE,
)


class Town:
    """`desks` by domain, `robots` by address. `vouched`: a relay in front of each desk vouches for every sender;
    `stripped`: it takes away every mark and every name of another mail. `delay`: how long a robot takes, long enough to
    stay within the budget of a minute."""

    def __init__(
        self,
        desks: dict[str, World],
        robots: dict[str, Robot] | None = None,
        *,
        vouched: bool = True,
        stripped: bool = False,
        delay: timedelta = timedelta(seconds=30),
    ) -> None:
        self.desks, self.robots = desks, robots or {}
        self.vouched, self.stripped, self.delay = vouched, stripped, delay
        self._passed = timedelta()
        self._on_its_way: list[tuple[timedelta, Mail]] = []
        self.letters: Counter[tuple[str, str]] = Counter()
        """How many letters went from a domain to a mailbox."""
        self._brought = dict.fromkeys(desks, 0)

    def write(self, mail: Mail) -> None:
        """A mail on its way to the desk it names."""
        self._bring(mail.bytes, mail.return_path, parseaddr(mail.to)[1])

    def live(self, minutes: float = 10) -> None:
        """So many simulated minutes of work and post."""
        for desk in self.desks.values():
            desk.work()
        for _ in range(int(timedelta(minutes=minutes) / STEP)):
            self._passed += STEP
            for desk in self.desks.values():
                desk.clock.advance(STEP)
            for domain in self._round():
                self.desks[domain].work()

    def _round(self) -> set[str]:
        """Bring what lies in the letter boxes; returns the domains that got something."""
        due = [mail for at, mail in self._on_its_way if at <= self._passed]
        self._on_its_way = [(at, mail) for at, mail in self._on_its_way if at > self._passed]
        reached = {parseaddr(mail.to)[1].rpartition("@")[2] for mail in due}
        for mail in due:
            self.write(mail)
        for domain, desk in self.desks.items():
            new = desk.relay.letters[self._brought[domain] :]
            self._brought[domain] += len(new)
            for letter in new:
                reached.add(self._deliver(domain, letter))
        return reached & set(self.desks)

    def _deliver(self, domain: str, letter: Received) -> str:
        local, _, there = letter.to.lower().rpartition("@")
        mailbox = f"{local.partition('+')[0]}@{there}"
        self.letters[domain, mailbox] += 1
        if there in self.desks and self.desks[there].settings.target(letter.to):
            self._bring(letter.raw, letter.envelope_from, letter.to)
            return there
        if mailbox in self.robots:
            self._on_its_way.append((self._passed + self.delay, self.robots[mailbox](letter)))
        return ""

    def _bring(self, raw: bytes, sender: str, to: str) -> None:
        domain = to.rpartition("@")[2]
        if self.stripped:
            raw = _MARKS.sub(b"", raw)
        if self.vouched:
            head = re.search(rb"^From:.*?@([a-z.]+)>?\r$", raw, re.IGNORECASE | re.MULTILINE)
            assert head
            raw = b"Authentication-Results: mx.example.com; dmarc=pass header.from=" + head[1] + b"\r\n" + raw
        self.desks[domain].hand_in_bytes(raw, sender, (to,), stranger=not self.vouched)
