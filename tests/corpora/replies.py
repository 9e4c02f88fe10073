"""The new words of replies: what was lost of them (the bad kind), what was shown too much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from mailgate.mail.body import new_words
from mailgate.mail.parse import read
from mailgate.settings.site import Limits
from tests.corpora.sets import Sample, samples

_REPLY = ("Subject: Re: printer", "In-Reply-To: <1@desk.example>")


def measured() -> Iterator[str]:
    """One line per set and one for all."""
    total: Counter[str] = Counter()
    for name, group in groupby(_asked(), key=lambda sample: sample.set):
        found = Counter(outcome(sample) for sample in group)
        total += found
        yield _line(name, found)
    yield _line("all reply sets", total)
    yield _signatures()


def outcome(sample: Sample) -> str:
    """`passed`, `lost` or `leaked`."""
    text = _folded(new_words(read(sample.raw(*_REPLY), Limits()), Limits()).text)
    wanted = sample.expected["reply"]
    if "exact" in wanted:
        exact = _folded(wanted["exact"])
        if text == exact:
            return "passed"
        return "lost" if any(line not in text for line in exact.split("\n")) else "leaked"
    if any(_folded(each) not in text for each in wanted.get("contains", ())):
        return "lost"
    return "leaked" if any(_folded(each) in text for each in wanted.get("excludes", ())) else "passed"


def each() -> Iterator[str]:
    """Every mail that does not pass, by name."""
    for sample in _asked():
        if (found := outcome(sample)) != "passed":
            yield f"{sample.set} {sample.name}: {found}"


def _asked() -> Iterator[Sample]:
    return (sample for sample in samples("reply") if "reply" in sample.expected)


def _signatures() -> str:
    """For information: where a set names the signature, how many of its lines are folded as one, and how many other
    lines are. Upstreams count greeting and name too, which stay with the words here."""
    asked = [sample for sample in samples("reply") if sample.expected.get("signature")]
    wanted = found = other = 0
    for sample in asked:
        lines = set(_folded(sample.expected["signature"].replace("#sig#", "")).split("\n"))
        signed = set(_folded("\n".join(new_words(read(sample.raw(*_REPLY), Limits()), Limits()).signed)).split("\n"))
        wanted += len(lines)
        found += len(lines & signed)
        other += len(signed - lines - {""})
    return f"{'signatures':24} {len(asked):4} mails  {found} of {wanted} lines folded, {other} others"


def _folded(text: str) -> str:
    """White space, blank lines and lines that are only drawn are no words."""
    return "\n".join(" ".join(line.split()) for line in text.split("\n") if any(map(str.isalnum, line)))


def _line(name: str, found: Counter[str]) -> str:
    count = sum(found.values())
    share = 100 * found["passed"] / (count or 1)
    return f"{name:24} {count:4} mails  passed {share:5.1f} %  lost {found['lost']:3}  leaked {found['leaked']:3}"
