"""Delivery reports: found and false ones, the class and the status of the first recipient; feedback reports.

False are only reports found in mails that somebody says are none, or that people wrote: what a set about MIME has from
a mail server is a report that nobody has labelled. Codes such as 5.0.9xx are made up by the set itself, where no server
gave one: the status is told over all codes and over those of servers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from mailgate.mail.bounce import Bounce, read_bounce
from mailgate.mail.bounce_shapes import delivery_proof
from mailgate.mail.message import Message
from mailgate.mail.parse import read
from mailgate.settings.site import Limits
from tests.corpora.sets import Sample, samples

_NEEDS = (("found", "wanted"), ("class", "failures"), ("status", "statuses"))
_PEOPLE = ("forward", "reply", "helpdesk")
_MADE_UP = re.compile(r"[45]\.0\.9\d\d")
_MAIL_SERVER = re.compile(r"mailer-daemon|postmaster@|mail delivery|mail administrator", re.IGNORECASE)


def measured() -> Iterator[str]:
    """One line for all reports of all sets."""
    total: Counter[str] = Counter()
    for sample in samples():
        total.update(outcome(sample))
    wanted, failed, known = total["wanted"] or 1, total["failures"] or 1, total["statuses"] or 1
    shares = {
        "found": total["found"] / wanted,
        "class": total["class"] / failed,
        "status": total["status"] / known,
        "of real codes": total["real status"] / (total["real"] or 1),
    }
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
    elif found and not is_report and _is_none(sample, message):
        told.append("false")
    return told + (_judged(found, sample) if is_report else [])


def _is_none(sample: Sample, message: Message) -> bool:
    """Somebody says that this is no report, or a person wrote it."""
    if "bounce" in sample.expected or "bounce_items" in sample.expected:
        return not any(item[2] == "delivered" for item in sample.expected.get("bounce_items", ()))
    return sample.area in _PEOPLE or not _MAIL_SERVER.search(message.headers.get("from"))


def _judged(found: Bounce | None, sample: Sample) -> list[str]:
    statuses = [item[0] for item in sample.expected.get("bounce_items", ()) if item[0]]
    if not statuses:
        return []
    told = ["failures", "statuses"]
    said = (found.status if found else None) or ""
    told += ["class"] if any(said[:1] == status[:1] for status in statuses) else []
    if not all(_MADE_UP.fullmatch(status) for status in statuses):
        told += ["real", "real status"] if said in statuses else ["real"]
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
