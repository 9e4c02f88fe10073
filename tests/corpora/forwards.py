"""Forwarded mail: every field that the set checks; and plain replies that are taken for forwarded ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from mailgate.mail.forwarded import Forwarded, forwarded
from mailgate.mail.parse import read
from mailgate.settings.site import Limits
from tests.corpora.sets import Sample, samples

_REPLY = ("Subject: Re: printer", "In-Reply-To: <1@desk.example>")


def measured() -> Iterator[str]:
    """Two lines: what was found, and the false alarms."""
    found = Counter(", ".join(sorted(wrong(sample))) or "right" for sample in samples("forward"))
    count = sum(found.values())
    share = 100 * found["right"] / (count or 1)
    wrong_ones = {fields: number for fields, number in found.items() if fields != "right"}
    yield f"{'crisp-forward':24} {count:4} mails  right {share:5.1f} %  wrong {wrong_ones}"
    replies = [sample for sample in samples("reply") if "forward" not in sample.name.lower()]
    alarms = [sample.name for sample in replies if forwarded(read(sample.raw(*_REPLY), Limits()))]
    yield f"{'false alarms':24} {len(replies):4} replies  {len(alarms)}"


def each() -> Iterator[str]:
    """Every mail that is not right in all fields, by name."""
    for sample in samples("forward"):
        if fields := wrong(sample):
            yield f"{sample.set} {sample.name}: {', '.join(sorted(fields))}"


def wrong(sample: Sample) -> set[str]:
    """The checked fields that are not as expected."""
    expected: dict[str, Any] = sample.expected["forward"]
    subject = (sample.expected.get("subject_text") or "Question").strip()
    found = forwarded(read(sample.raw(f"Subject: {subject}"), Limits()))
    if found is None or not expected["forwarded"]:
        return set() if (found is not None) == expected["forwarded"] else {"forwarded"}
    told = _told(found)
    return {field for field, value in expected.items() if field in told and not _is_as(value, told[field])}


def _is_as(expected: Any, told: Any) -> bool:
    """ "?" is not checked, as a name neither; of recipients the set sometimes names the first ones only."""
    if expected == "?":
        return True
    if not isinstance(expected, list):
        return bool(_plain(expected) == told)
    named: Any = _plain(expected)
    if len(told) < len(named) or bool(told) != bool(named):
        return False
    pairs = zip(named, told, strict=False)
    return all(one == other and name in ("?", called) for (one, name), (other, called) in pairs)


def _told(found: Forwarded) -> dict[str, object]:
    told: dict[str, Any] = {
        "subject": found.subject,
        "body": found.text,
        "from_addr": found.sender,
        "from_name": found.name,
    }
    for field in ("to", "cc"):
        told[field] = [[each.email, each.name or None] for each in getattr(found, field, ())]
    told["message"] = getattr(found, "words", "")
    return {field: _plain(value) for field, value in told.items()}


def _plain(value: Any) -> object:
    if isinstance(value, str) or value is None:
        return "\n".join(" ".join(line.split()) for line in (value or "").split("\n") if line.strip())
    return [[address.lower(), name or None] for address, name in value]
