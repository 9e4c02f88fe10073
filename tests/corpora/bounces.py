"""Delivery reports: found and false ones, the class and the status of the first recipient; feedback reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mailgate.mail.bounce import Bounce, read_bounce
from mailgate.mail.bounce_shapes import delivery_proof
from mailgate.mail.parse import read
from mailgate.settings.site import Limits
from tests.corpora.sets import Sample, samples

_NEEDS = (("found", "wanted"), ("class", "failures"), ("status", "statuses"))


def measured() -> Iterator[str]:
    """One line for all reports of all sets."""
    total: Counter[str] = Counter()
    for sample in samples():
        if "bounce" in sample.expected or sample.area in ("forward", "reply", "mime", "helpdesk"):
            total.update(outcome(sample))
    wanted, failed, known = total["wanted"] or 1, total["failures"] or 1, total["statuses"] or 1
    shares = {"found": total["found"] / wanted, "class": total["class"] / failed, "status": total["status"] / known}
    told = "  ".join(f"{name} {100 * share:5.1f} %" for name, share in shares.items())
    yield f"{'delivery reports':24} {wanted:4} mails  {told}  false {total['false']}"


def outcome(sample: Sample) -> list[str]:
    """What is to be counted of one mail."""
    message = read(sample.raw("Subject: Re: printer"), Limits())
    found = read_bounce(message)
    # The report of a success or of a relay is found too, though nothing failed.
    is_report = bool(sample.expected.get("bounce")) and not sample.expected.get("arf")
    told = ["wanted"] if is_report else []
    if is_report and (found or delivery_proof(message)):
        told.append("found")
    elif found and not is_report and not _is_delivered(sample):
        told.append("false")
    return told + (_judged(found, sample) if is_report else [])


def _is_delivered(sample: Sample) -> bool:
    return any(item[2] in ("delivered",) for item in sample.expected.get("bounce_items", ()))


def _judged(found: Bounce | None, sample: Sample) -> list[str]:
    statuses = [item[0] for item in sample.expected.get("bounce_items", ()) if item[0]]
    if not statuses:
        return []
    told = ["failures", "statuses"]
    said = (found.status if found else None) or ""
    told += ["class"] if any(said[:1] == status[:1] for status in statuses) else []
    return told + (["status"] if said in statuses else [])


def each() -> Iterator[str]:
    """Every report that is not found or has another status, by name."""
    for sample in samples():
        counted = outcome(sample)
        missing = [key for key, needs in _NEEDS if needs in counted and key not in counted]
        if missing or "false" in counted:
            found = read_bounce(read(sample.raw("Subject: Re: printer"), Limits()))
            items = sample.expected.get("bounce_items")
            told = f"{missing or 'false'} said {found.status if found else None}, wanted {items}"
            yield f"{sample.set} {sample.name}: {told}"
