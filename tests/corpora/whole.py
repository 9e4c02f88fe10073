"""Whole mails: which raise, and what one costs beside `compat32` of Python parsing it and nothing else, in one run.

Time is told twice: of the sets that are whole mails, and of all, bodies alone with a header of ours above them among
them. Each round goes through all mails, so that none is read while its own words are still in a cache."""

from __future__ import annotations

import email
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import policy

from mailgate.mail.body import new_words
from mailgate.mail.classify import classify
from mailgate.mail.message import Envelope
from mailgate.mail.parse import read
from mailgate.settings.site import Limits
from tests.corpora.sets import samples

_ENVELOPE = Envelope("erika@customer.example", ("support@desk.example",), datetime(2026, 11, 21, tzinfo=UTC))
_LIMITS = Limits()
_ROUNDS = 5


def measured() -> Iterator[str]:
    """One line for robustness, two for speed."""
    known = [(sample.kind, sample.raw("Subject: Re: printer")) for sample in samples()]
    read = [(kind, raw) for kind, raw in known if not _raises(raw)]
    yield f"{'whole mails':24} {len(known):4} mails  raised {len(known) - len(read)}"
    mails = [raw for _, raw in read]
    ours, theirs = _quickest(_understand, mails), _quickest(_compat32, mails)
    whole = [at for at, (kind, _) in enumerate(read) if kind == "message"]
    yield _compared("ms a mail, whole mails", [ours[at] for at in whole], [theirs[at] for at in whole])
    yield _compared("ms a mail, bodies too", ours, theirs)


def _compared(name: str, ours: list[float], theirs: list[float]) -> str:
    one, other = 1000 * statistics.median(ours), 1000 * statistics.median(theirs)
    each = statistics.median(mine / its for mine, its in zip(ours, theirs, strict=True))
    medians = f"median {one:.3f} against {other:.3f} of compat32: {one / other:.2f} ×"
    return f"{name:24} {len(ours):4} mails  {medians}; each mail against itself, median {each:.2f} ×"


def each() -> Iterator[str]:
    """Every mail that raises, by name."""
    for sample in samples():
        try:
            _understand(sample.raw("Subject: Re: printer"))
        except Exception as error:  # noqa: BLE001 - what raises is what is looked for here
            yield f"{sample.set} {sample.name}: {error!r}"


def _understand(raw: bytes) -> None:
    message = read(raw, _LIMITS)
    classify(message, _ENVELOPE, _LIMITS)
    new_words(message, _LIMITS)


def _compat32(raw: bytes) -> None:
    email.message_from_bytes(raw, policy=policy.compat32)


def _raises(raw: bytes) -> bool:
    try:
        _understand(raw)
    except Exception:  # noqa: BLE001 - counted
        return True
    return False


def _quickest(task: Callable[[bytes], None], mails: list[bytes]) -> list[float]:
    """Seconds of each mail, the best of the rounds."""
    best = [float("inf")] * len(mails)
    for _ in range(_ROUNDS):
        for at, raw in enumerate(mails):
            started = time.perf_counter()
            task(raw)
            best[at] = min(best[at], time.perf_counter() - started)
    return best
