"""`mailgate explain`: every decision about a mail with its reason, and the letters that would go. Writes nothing."""

from __future__ import annotations

import ipaddress
import re
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from mailgate.cli import saving
from mailgate.cli.common import AsJson, Config, json_text, print_json, settings_of, time_of
from mailgate.cli.printable import safe
from mailgate.cli.reasons import print_reasons
from mailgate.clock import Clock, SetClock
from mailgate.errors import MailgateError, NoDatabase
from mailgate.first_hop import Look, look_of
from mailgate.intake.submit import as_mail
from mailgate.rehearsal import Mail, arrival, at_the_door, envelope, rehearse, stored
from mailgate.settings.cases import SOURCES
from mailgate.settings.model import Settings
from mailgate.settings.problems import suggestion
from mailgate.store import arrivals
from mailgate.store.db import Store, in_memory, open_store
from mailgate.store.snapshot import aside

Text = Annotated[str | None, typer.Option(help="Of a mail made of the options.")]
STDIN = "-"
MANY = 20
"""More mails are judged on a copy of the desk."""


def explain(
    what: Annotated[list[str] | None, typer.Argument(metavar="[FILE…|M-ID…]", help="`-` is stdin.")] = None,
    config: Config = None,
    from_: Annotated[str | None, typer.Option("--from", help="Envelope sender (and From of a made-up mail).")] = None,
    to: Annotated[list[str] | None, typer.Option("--to", help="Envelope recipient.")] = None,
    subject: Text = None,
    text: Text = None,
    source: Annotated[
        str | None, typer.Option(help="The way it comes in: smtp (default), submission, lmtp, deliver, imap:NAME.")
    ] = None,
    peer: Annotated[str | None, typer.Option(help="IP address of the client.")] = None,
    at: Annotated[str | None, typer.Option(help="When it arrives: 2026-12-24T14:00.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON document a line.")] = False,
    save: Annotated[str | None, typer.Option(metavar="NAME", help="Save as cases/NAME.eml and .yaml.")] = None,
    as_json: AsJson = False,
) -> None:
    """Judge mails as the daemon would, and write nothing."""
    if save is not None and (len(what or ()) > 1 or jsonl):
        raise typer.BadParameter("--save takes one mail")
    at_that_time = time_of(at, "2026-12-24T14:00") if at else None
    settings = settings_of(config)
    given = Mail(from_, tuple(to or ()), subject, text, _way_in(settings, source), _ip(peer), at_that_time)
    files = saving.files_for(settings, save) if save is not None else None
    store = _store(settings, what or [])
    try:
        if jsonl or len(what or ()) > 1:
            _print_lines(store, settings, given, what or [None])
            return
        judges = _Judge(store, settings, given, look_of(settings, Clock()))
        one = what[0] if what else None
        document = judges.document(one)
        print_json(document) if as_json else print_reasons(document)
        if files:
            _save(judges, one, files)
    finally:
        store.close()


def _way_in(settings: Settings, source: str | None) -> str | None:
    known = (*SOURCES, *(f"imap:{each.name}" for each in settings.intake.imap))
    if source is None or source in known:
        return source
    raise typer.BadParameter(f"there is no way in '{source}'; {suggestion(source, known)}")


def _print_lines(store: Store, settings: Settings, given: Mail, what: list[str] | list[None]) -> None:
    with aside(store) if len(what) > MANY else nullcontext(store) as desk:
        judges = _Judge(desk, settings, given, look_of(settings, Clock()))
        for each in _shown(what):
            typer.echo(json_text(judges.document(each)))


@dataclass(frozen=True, slots=True)
class _Judge:
    """One store, one configuration, and what the options say of every mail."""

    store: Store
    settings: Settings
    given: Mail
    look: Look | None
    """One for all: it remembers what DNS has said."""

    def document(self, what: str | None) -> dict[str, Any]:
        number = _mail_id(what)
        if number and self.given == Mail(at=self.given.at):
            return {
                **stored(self.store, self.settings, number, self._clock(), self.look),
                "refused": None,
                "again": None,
            }
        raw, said = self.mail(what)
        door = at_the_door(self.store, self.settings, raw, said, self._clock())
        door |= {"again": None} if number else {}
        return {**rehearse(self.store, self.settings, raw, said, self._clock(), self.look), **door}

    def mail(self, what: str | None) -> tuple[bytes, Mail]:
        """The bytes as they go over the wire, and what the options, else the journal, say about them."""
        if what is None:
            return self.given.made_up(self.settings), self.given
        if number := _mail_id(what):
            row = arrival(self.store, number)
            at = self.given.at or row.received_at
            to, login = tuple(row.recipients), row.submitted_by if row.submitted_by != row.peer else None
            as_it_came = Mail(row.envelope_from, to, source=row.source, peer=row.peer, at=at, login=login)
            return arrivals.raw(self.store, row), _over(as_it_came, self.given)
        return as_mail(_read(what)), self.given

    def _clock(self) -> Clock:
        return SetClock(self.given.at) if self.given.at else Clock()


def _over(mail: Mail, given: Mail) -> Mail:
    """What the options say about a mail goes before what is known of it."""
    said = {name: getattr(given, name) for name in ("sender", "to", "source", "peer", "at")}
    return replace(mail, **{name: value for name, value in said.items() if value not in (None, ())})


def _save(judges: _Judge, what: str | None, files: tuple[Path, Path]) -> None:
    """A case is judged on an empty desk, so what is expected of it comes from there too."""
    raw, said = judges.mail(what)
    said = replace(said, at=(said.at or Clock().now()).replace(microsecond=0))
    empty = in_memory()
    try:
        door = at_the_door(empty, judges.settings, raw, said, Clock())
        document = {**rehearse(empty, judges.settings, raw, said, Clock()), **door}
    finally:
        empty.close()
    assert said.at is not None, "set two lines above"
    saving.save(files, raw, envelope(judges.settings, raw, said, said.at), document)
    typer.echo(safe(f"Saved as {files[0]} and {files[1].name}: on an empty desk it is {document['sort']}."), err=True)
    typer.echo("It is the mail as it came, with the names and addresses that stand in it.", err=True)


def _read(file: str) -> bytes:
    if file == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as wrong:
        raise MailgateError(f"{file} can not be read: {wrong.strerror}.") from wrong


def _ip(text: str | None) -> str | None:
    try:
        return str(ipaddress.ip_address(text)) if text else None
    except ValueError as wrong:
        raise typer.BadParameter(f"'{text}' is no IP address.") from wrong


def _shown(what: list[str] | list[None]) -> Iterable[str | None]:
    """With a progress bar where a person waits for a file to fill."""
    waits = sys.stderr.isatty() and not sys.stdout.isatty() and len(what) > 1
    return track(what, "explaining", console=Console(stderr=True), disable=not waits)


def _store(settings: Settings, what: list[str]) -> Store:
    """The desk, or an empty one where there is none; stored mails need the real one."""
    try:
        return open_store(settings)
    except NoDatabase:
        if any(_mail_id(each) for each in what):
            raise
        return in_memory()


def _mail_id(text: str | None) -> int | None:
    match = re.fullmatch(r"M-(\d{1,18})", text or "", re.IGNORECASE)
    return int(match[1]) if match else None
