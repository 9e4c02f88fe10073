"""Whole mails: which raise, and what one costs beside `compat32` of Python parsing it and nothing else, in one run."""

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
_ROUNDS = 5


def measured() -> Iterator[str]:
    """One line for robustness, one for speed."""
    mails = [sample.raw("Subject: Re: printer") for sample in samples()]
    raised = sum(_raises(raw) for raw in mails)
    yield f"{'whole mails':24} {len(mails):4} mails  raised {raised}"
    ours = [_quickest(_understand, raw) for raw in mails]
    theirs = [_quickest(_compat32, raw) for raw in mails]
    one, other = 1000 * statistics.median(ours), 1000 * statistics.median(theirs)
    yield f"{'milliseconds a mail':24} {one:7.3f} against {other:.3f} of compat32: {one / (other or 1):.2f} ×"


def each() -> Iterator[str]:
    """Every mail that raises, by name."""
    for sample in samples():
        try:
            _understand(sample.raw("Subject: Re: printer"))
        except Exception as error:  # noqa: BLE001 - what raises is what is looked for here
            yield f"{sample.set} {sample.name}: {error!r}"


def _understand(raw: bytes) -> None:
    message = read(raw, Limits())
    classify(message, _ENVELOPE, Limits())
    new_words(message, Limits())


def _compat32(raw: bytes) -> None:
    email.message_from_bytes(raw, policy=policy.compat32)


def _raises(raw: bytes) -> bool:
    try:
        _understand(raw)
    except Exception:  # noqa: BLE001 - counted
        return True
    return False


def _quickest(task: Callable[[bytes], None], raw: bytes) -> float:
    times: list[float] = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        task(raw)
        times.append(time.perf_counter() - started)
    return min(times)
