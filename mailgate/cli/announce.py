"""`mailgate announce`: one letter to each known person of a customer group, around the words of a file."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from mailgate.cli.common import AsJson, Config, print_json, print_table, say, settings_of
from mailgate.clock import Clock
from mailgate.desk import announcing
from mailgate.desk.announcing import Addressee, Announcement, Hearers, Written
from mailgate.errors import MailgateError
from mailgate.mail.words import clean_line
from mailgate.rules.near import nearest
from mailgate.sentence import many
from mailgate.settings.model import Settings
from mailgate.settings.scalars import in_language
from mailgate.store.db import Store, open_store

AT_ONCE = 25
"""Letters in one transaction: about a turn of the daemon's writers (`store/turns.py`)."""
REST_SECONDS = 0.05
"""Between two of them, so that the daemon gets its turns meanwhile."""


def announce(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The words, without a greeting; - reads them from stdin.")
    ],
    customer_group: Annotated[str, typer.Option("--customer-group", metavar="G", help="To whose people.")],
    subject: Annotated[str, typer.Option("--subject", metavar="S")],
    from_: Annotated[str | None, typer.Option("--from", metavar="ADDR", help="Which of our addresses writes.")] = None,
    config: Config = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say who would get it; send nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """One letter to each known person of a customer group. Run again, it goes only to those who have not had it."""
    settings = settings_of(config)
    announcement = Announcement(
        _group(settings, customer_group), _line(subject), _words(file), _address(settings, from_)
    )
    store, written = open_store(settings), tuple[Written, ...]()
    try:
        with store.reading(settings, Clock().now()) as tx:
            hearers = announcing.hearers(tx, announcement)
        if not dry_run:
            written = tuple(_send(store, settings, announcement, hearers.addressees))
    finally:
        store.close()
    if as_json:
        print_json(_document(announcement, hearers, written, dry_run=dry_run))
    else:
        _for_people(settings, announcement, hearers, written, dry_run=dry_run)
    _complain(settings, announcement, hearers, written)


# -- what is asked for -------------------------------------------------------------------------------------------------


def _group(settings: Settings, wanted: str) -> str:
    if wanted in settings.customer_groups:
        return wanted
    near = nearest(wanted, settings.customer_groups)
    there = ", ".join(settings.customer_groups) or "none"
    meant = f" Did you mean {' or '.join(near)}?" if near else f" There are: {there}."
    raise MailgateError(f"There is no customer group '{wanted}' in people.yaml.{meant}")


def _address(settings: Settings, wanted: str | None) -> str:
    if wanted is None:
        return settings.addresses[0].address
    if target := settings.target(wanted):
        return target.spelling
    ours = ", ".join(each.address for each in settings.addresses)
    raise MailgateError(f"{wanted} is no address of ours. There are: {ours}.")


def _line(subject: str) -> str:
    if line := clean_line(subject):
        return line
    raise typer.BadParameter("it needs words", param_hint="--subject")


def _words(file: str) -> str:
    """The text, ends of lines and of the text made plain."""
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        words = "\n".join(line.rstrip() for line in raw.decode("utf-8-sig").splitlines()).strip("\n")
    except OSError as wrong:
        raise MailgateError(f"{file} can not be read: {wrong.strerror}.") from wrong
    except UnicodeDecodeError as wrong:
        raise MailgateError(f"{file} is no text in UTF-8: save it as UTF-8 and try again.") from wrong
    if not words.strip():
        raise MailgateError("There is nothing to announce: the text is empty.")
    return words


# -- doing it ----------------------------------------------------------------------------------------------------------


def _send(
    store: Store, settings: Settings, announcement: Announcement, addressees: tuple[Addressee, ...]
) -> Iterator[Written]:
    """A few letters a transaction: when it is interrupted, those written leave, and a second run writes the others."""
    parts = [addressees[start : start + AT_ONCE] for start in range(0, len(addressees), AT_ONCE)]
    for part in _shown(parts):
        with store.transaction(settings, Clock().now()) as tx:
            written = announcing.announce(tx, announcement, part)
        yield from written
        if part is not parts[-1]:
            time.sleep(REST_SECONDS)


def _shown(parts: list[tuple[Addressee, ...]]) -> Iterable[tuple[Addressee, ...]]:
    """With a progress bar where a person waits."""
    idle = not sys.stderr.isatty() or len(parts) < 2
    return track(parts, "writing", console=Console(stderr=True), transient=True, disable=idle)


def _document(
    announcement: Announcement, hearers: Hearers, written: tuple[Written, ...], *, dry_run: bool
) -> dict[str, Any]:
    """Who would get it, or what was written, by whether it is a rehearsal."""
    done = {each.to: each for each in written}
    return {
        "customer_group": announcement.customer_group,
        "subject": announcement.subject,
        "from": announcement.from_address,
        "dry_run": dry_run,
        "letters": [
            {
                "to": each.email,
                "name": each.name or None,
                "language": each.language,
                "form_of_address": "formal" if each.formal else "informal",
                "letter": f"L-{done[each.email].letter}" if each.email in done else None,
                "state": done[each.email].state if each.email in done else None,
            }
            for each in hearers.addressees
            if dry_run or each.email in done
        ],
        "had_it": list(hearers.had_it),
        "left_out": [asdict(each) for each in hearers.left_out],
    }


def _for_people(
    settings: Settings, announcement: Announcement, hearers: Hearers, written: tuple[Written, ...], *, dry_run: bool
) -> None:
    name = in_language(settings.customer_groups[announcement.customer_group].name, "en")
    if dry_run and hearers.addressees:
        rows = [(e.email, e.name, e.language, "formal" if e.formal else "informal") for e in hearers.addressees]
        print_table(("address", "name", "language", "form of address"), rows, "")
    for each in hearers.left_out:
        say(f"left out: {each.email} ({each.why})")
    if hearers.had_it:
        say(f"{_people(len(hearers.had_it))} of {name} had it before.")
    if dry_run:
        say(f"{_people(len(hearers.addressees))} of {name} would get it. Nothing was sent.")
    elif hearers.addressees:
        leaving = sum(each.state == "pending" for each in written)
        say(f"{many(leaving, 'letter')} to {name} on the way: see `mailgate outbox`.")
    else:
        say("Nobody is left to write to: nothing was sent.")


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"


def _complain(settings: Settings, announcement: Announcement, hearers: Hearers, written: tuple[Written, ...]) -> None:
    """What makes the command fail: nobody to write to, and letters that may not leave."""
    if stopped := [each.to for each in written if each.state == "failed"]:
        raise MailgateError(f"{', '.join(stopped)}: not written, see `mailgate outbox --state failed` for the reason.")
    if not hearers.addressees and not hearers.had_it:
        name = in_language(settings.customer_groups[announcement.customer_group].name, "en")
        raise MailgateError(f"Nobody of {name} is known whom it could go to.")
