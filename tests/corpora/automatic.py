"""Automatic mail: what must not be answered; and mail of people that would get no answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from mailgate.mail.classify import classify
from mailgate.mail.message import Envelope
from mailgate.mail.parse import read
from mailgate.settings.site import Limits
from tests.corpora.sets import Sample, samples

_ENVELOPE = Envelope("erika@customer.example", ("support@desk.example",), datetime(2026, 11, 21, tzinfo=UTC))


def measured() -> Iterator[str]:
    """One line."""
    robots = [sample for sample in samples() if sample.expected.get("auto")]
    missed = sum(not _is_silent(sample) for sample in robots)
    yield f"{'automatic mail':24} {len(robots):4} mails  would be answered {missed}"


def each() -> Iterator[str]:
    """Every robot that would be answered, by name."""
    for sample in samples():
        if sample.expected.get("auto") and not _is_silent(sample):
            yield f"{sample.set} {sample.name}"


def _is_silent(sample: Sample) -> bool:
    return classify(read(sample.raw(), Limits()), _ENVELOPE, Limits()).no_response is not None
