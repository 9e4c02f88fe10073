"""`python -m tests.bench steps`: CPU microseconds of each step of a mail that needs no database, by kind of mail.

Absolute figures of one machine and one moment: compare them with each other and with the calibration job above them,
and with the same table of the commit before. Takes about ten seconds.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from mailgate import inbound
from mailgate.incoming import Read
from mailgate.mail.body import new_words
from mailgate.mail.bounce import read_bounce
from mailgate.mail.classify import classify
from mailgate.mail.language import language_of
from mailgate.mail.layout import layout_of
from mailgate.mail.message import Envelope
from mailgate.mail.parse import read
from mailgate.outbox.compose import compose
from mailgate.outbox.draft import Draft
from mailgate.outbox.next_steps import next_steps
from mailgate.outbox.render import Renderer, Words
from mailgate.outbox.scribe import Scribe
from mailgate.outbox.view import LetterView, Tap
from mailgate.rules.match import Mail
from mailgate.rules.routing import route
from mailgate.settings.load import read as settings_of
from mailgate.settings.model import Settings
from mailgate.trust import token as tokens
from mailgate.trust.verdict import Level, authenticate
from tests.bench import load
from tests.stories.example import write_config

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TOKEN = "abcdefghijklmnopqrstuvwx"
SUPPORT = "support@example.com"
TURNS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail, and what the steps before made of it."""

    raw: bytes
    envelope: Envelope
    read: Read
    drafts: tuple[Draft, ...]
    words: tuple[Words, ...]


Step = Callable[[Sample], object]
T = TypeVar("T")


def steps(settings: Settings, scribe: Scribe) -> tuple[tuple[str, Step], ...]:
    """Each step by its name; an indented one is a part of the step above it."""
    limits = settings.limits
    return (
        ("prepare", lambda it: inbound.prepare(settings, it.raw, it.envelope)),
        ("  read", lambda it: read(it.raw, limits)),
        ("    language", lambda it: language_of(it.read.message.text)),
        ("  classify", lambda it: classify(it.read.message, it.envelope, limits)),
        ("  bounce", lambda it: read_bounce(it.read.message)),
        ("  authenticate", lambda it: authenticate(it.read.message, it.envelope)),
        ("  lines and frames", lambda it: layout_of(it.read.message, limits)),
        ("  new words", lambda it: new_words(it.read.message, limits, it.read.layout)),
        ("route", lambda it: route(settings, _seen(it), it.read.targets[0])),
        ("three letters", lambda it: _letters(settings, scribe, it)),
        ("  written", lambda it: [scribe.write(each, TOKEN) for each in it.drafts]),
        ("  composed", lambda it: [_composed(settings, *pair) for pair in zip(it.drafts, it.words, strict=True)]),
    )


def _seen(it: Sample) -> Mail:
    made = it.read
    return Mail(made.message, made.envelope, made.words.text, len(made.raw), made.facts, Level.aligned)


def _composed(settings: Settings, draft: Draft, words: Words) -> object:
    return compose(draft, words, token=TOKEN, when=NOW, settings=settings)


def _letters(settings: Settings, scribe: Scribe, it: Sample) -> list[object]:
    return [_composed(settings, each, scribe.write(each, TOKEN)) for each in it.drafts]


# -- the mails ---------------------------------------------------------------------------------------------------------


def kinds() -> dict[str, list[bytes]]:
    """What people send: the more of a kind, the smaller it is."""
    plain = load.text(300)
    return {
        "text": plain,
        "reply": [_reply(each) for each in plain[:200]],
        "html": [_html(each) for each in plain[:60]],
        "150 kB": load.large(20, 150_000),
        "2 MB": load.large(4, 2_000_000),
    }


def _reply(mail: bytes) -> bytes:
    head, _, words = mail.partition(b"\r\n\r\n")
    lines = words.split(b"\r\n")
    quoted = b"\r\n".join(b"> " + line for line in lines[20:])
    said = b"On Mon, Nov 23, 2026 at 9:30 AM Anna Alt via Example Support\r\n<support@example.com> wrote:\r\n\r\n"
    answers = f"In-Reply-To: <1042.{TOKEN}@example.com>\r\n".encode()
    return answers + head + b"\r\n\r\n" + b"\r\n".join(lines[:20]) + b"\r\n\r\n" + said + quoted


def _html(mail: bytes) -> bytes:
    """Outlook's, and nothing beside it."""
    head, _, words = mail.partition(b"\r\n\r\n")
    paragraphs = b"\r\n".join(b'<p class="MsoNormal"><span>%s</span></p>' % each for each in words.split(b"\r\n"))
    return head.replace(b"text/plain", b"text/html") + b"\r\n\r\n<html><body>" + paragraphs + b"</body></html>"


def _sample(settings: Settings, scribe: Scribe, number: int, raw: bytes) -> Sample:
    sender = f"person{number}@reporter{number % 97}.example"
    came = Envelope(sender, (SUPPORT,), NOW, peer="127.0.0.1", trusted=True, authserv_id="mx")
    made = inbound.prepare(settings, raw, came)
    drafts = (
        _draft("acknowledged", sender, "en", ""),
        _draft("new_ticket", "anna@example.com", "en", made.words.text),
        _draft("new_ticket", "ben@example.com", "de", made.words.text),
    )
    return Sample(raw, came, made, drafts, tuple(scribe.write(each, TOKEN) for each in drafts))


def _draft(letter: str, to: str, language: str, words: str) -> Draft:
    view = LetterView(
        site="Example Support",
        number=1042,
        subject="VPN drops",
        status="new",
        category="General",
        group="Network team",
        writer="Erika Krause" if words else "",
        writer_address="erika@customer.example" if words else "",
        words=tokens.strip(words),
        taps=tuple(Tap(*each) for each in next_steps(letter, language)),
    )
    return Draft(
        template=letter,
        to=to,
        language=language,
        view=view,
        role="agent" if words else "reporter",
        person=to,
        from_address=SUPPORT,
        from_name="Example Support",
        subject="Re: [#1042] VPN drops",
        ticket=1042,
    )


# -- the table ---------------------------------------------------------------------------------------------------------


def main() -> None:
    """Print the table."""
    with TemporaryDirectory(prefix="mailgate-bench-") as name:
        settings = settings_of(write_config(Path(name) / "config"), {})
        scribe = Scribe(settings, Renderer(settings))
        samples = {
            kind: [_sample(settings, scribe, number, raw) for number, raw in enumerate(mails)]
            for kind, mails in kinds().items()
        }
        print(f"calibration job {_microseconds(_calibration, [0]) / 1000:.1f} ms CPU; microseconds of CPU per mail:")
        print(f"{'':20}" + "".join(f"{kind:>10}" for kind in samples))
        print(
            f"{'bytes':20}" + "".join(f"{sum(len(s.raw) for s in each) // len(each):10}" for each in samples.values())
        )
        for step, work in steps(settings, scribe):
            row = (_microseconds(work, each) for each in samples.values())
            print(f"{step:20}" + "".join(f"{value:10.0f}" for value in row), flush=True)


def _microseconds(work: Callable[[T], object], items: Sequence[T]) -> float:
    """CPU of one item; the best of several turns, because others use the machine too."""
    best = float("inf")
    for _ in range(TURNS):
        began = time.process_time()
        for each in items:
            work(each)
        best = min(best, time.process_time() - began)
    return best / len(items) * 1e6


def _calibration(_: object) -> None:
    data = b"x" * 65536
    for _ in range(200):
        data = hashlib.sha256(data).digest() * 2048


if __name__ == "__main__":
    main()
