"""`mailgate send-test`: one letter through the relay with its answer; with `--loop` to ourselves and back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from mailgate.cli.common import AsJson, Config, print_json, say, settings_of
from mailgate.clock import Clock
from mailgate.desk.views import when
from mailgate.errors import MailgateError, NoDatabase
from mailgate.online import letter as letters
from mailgate.online import returned
from mailgate.online.letter import Handed, Trial
from mailgate.online.look import outside
from mailgate.online.returned import Arrived, Returned
from mailgate.outbox.answers import FOLLOWS
from mailgate.settings.model import Settings
from mailgate.store.db import Store, open_store
from mailgate.trust.token import mint

SECONDS = 30.0
"""For each command of a relay."""
_JUDGED_SECONDS = 15.0

Tell = Callable[[Iterable[str]], None]
Decision = dict[str, Any] | None


def send_test(
    address: Annotated[str, typer.Argument(metavar="ADDR", help="Who gets it; with --loop an address of ours.")],
    loop: Annotated[bool, typer.Option("--loop", help="To ourselves and back: what survives the way.")] = False,
    from_: Annotated[str | None, typer.Option("--from", help="The address of ours it is from [the first].")] = None,
    timeout: Annotated[int, typer.Option(min=1, max=3600, help="Seconds to wait for it to come back.")] = 120,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Send one test letter through the relay, and say what it answers. No ticket comes of it, and no answer."""
    settings, clock = settings_of(config), Clock()
    store = _desk(settings, address) if loop else None
    try:
        document, ok = _document(
            settings, store, _written(settings, address, from_, loop, clock), timeout, clock, as_json
        )
    finally:
        if store:
            store.close()
    if as_json:
        print_json({"ok": ok, **document})
    raise typer.Exit(0 if ok else 1)


def _document(
    settings: Settings, store: Store | None, letter: Trial, timeout: int, clock: Clock, as_json: bool
) -> tuple[dict[str, Any], bool]:
    """What came of it, said as it happens unless it is for a program."""
    tell: Tell = _nothing if as_json else _each
    after, began = returned.newest(store) if store else 0, clock.monotonic()
    handed = asyncio.run(letters.send(settings, letter, clock, SECONDS))
    last = letters.last_word(handed)
    tell(_of_relays(letter, handed, last))
    document: dict[str, Any] = {
        "from": letter.sender,
        "to": letter.to,
        "envelope_from": letter.envelope_from,
        "relay": last.url,
        "taken": last.taken,
        "answer": last.answer.text,
        "signed_by": [f"{each.selector}._domainkey.{each.domain}" for each in letter.signers],
        "back": None,
        "report": None,
    }
    if store is None or not last.taken:
        return document, last.taken
    tell([f"Waiting up to {timeout} s for it to come back …"])
    arrived = returned.wait(store, letter, after, clock, timeout, time.sleep)
    if arrived is None:
        tell(_lost(timeout))
        return document, False
    if arrived.report:
        tell(_undelivered(arrived))
        return {**document, "report": {"mail": f"M-{arrived.row.id}", "reason": str(arrived.report.reason)}}, False
    seconds = clock.monotonic() - began
    back, decision = _back(settings, store, letter, arrived.row, clock)
    back = replace(back, again=returned.again(store, letter, after, back.mail))
    tell(_of_return(back, seconds, decision))
    return {**document, "back": _as_document(back, seconds, decision)}, back.is_known_again


def _back(settings: Settings, store: Store, letter: Trial, row: Any, clock: Clock) -> tuple[Returned, Decision]:
    asked = outside(settings, clock)
    back = returned.compared(store, settings, letter, row, asked.lookups if asked else None)
    return back, returned.judged(store, settings, row.id, clock, _JUDGED_SECONDS, time.sleep)


def _as_document(back: Returned, seconds: float, decision: Decision) -> dict[str, Any]:
    own: dict[str, Any] = {"mail": f"M-{back.mail}", "again": [f"M-{each}" for each in back.again]}
    own |= {"received_at": when(back.received_at), "seconds": round(seconds, 1)}
    return {**asdict(back), **own, "trust": decision["trust"] if decision else None}


def _each(lines: Iterable[str]) -> None:
    for line in lines:
        say(line)


def _nothing(lines: Iterable[str]) -> None:
    """A program reads the document."""


def _written(settings: Settings, address: str, sender: str | None, loop: bool, clock: Clock) -> Trial:
    target = settings.target(address)
    ours = sender or (target.address.address if loop and target else settings.addresses[0].address)
    if settings.target(ours) is None:
        raise MailgateError(f"{ours} is no address of ours; there is: {_ours(settings)}.")
    token = mint()
    tagged = loop and target is not None and target.address.subaddress
    local, _, domain = address.rpartition("@")
    to = f"{local.partition('+')[0]}+{token}@{domain}" if tagged else address
    return letters.written(settings, ours, to, token, clock)


def _desk(settings: Settings, address: str) -> Store:
    if settings.target(address) is None:
        raise MailgateError(f"--loop needs an address of ours, and {address} is none; there is: {_ours(settings)}.")
    try:
        return open_store(settings)
    except NoDatabase as wrong:
        raise MailgateError(f"--loop waits for the letter at the running daemon, but {wrong}") from wrong


def _ours(settings: Settings) -> str:
    return ", ".join(each.address for each in settings.addresses)


# -- in words ----------------------------------------------------------------------------------------------------------


def _of_relays(letter: Trial, handed: tuple[Handed, ...], last: Handed) -> Iterator[str]:
    for each in handed:
        if each is not last:
            yield f"{each.url} did not take it: {each.answer.text}"
    keys = ", ".join(f"{each.selector} of {each.domain} ({each.algorithm})" for each in letter.signers)
    about = f"from {letter.sender} to {letter.to}, {f'signed by {keys}' if keys else 'not signed by us'}"
    if last.taken:
        yield f"{last.url} took the letter {about}: {last.answer.text}"
        return
    yield f"{last.url} did not take the letter {about}: {last.answer.text}"
    later = FOLLOWS[last.answer.kind].state == "pending"
    yield (
        "A real letter would be tried again for days; try again in some minutes."
        if later
        else ("A real letter would have failed for good, and the agent who wrote it been told.")
    )


def _lost(timeout: int) -> Iterator[str]:
    yield f"It did not come back within {timeout} s."
    yield "Is `mailgate run` running? Do the MX record and the mail server lead here (`mailgate check --online`)?"
    yield "`mailgate mails --refused` shows what was turned away; some servers hold first letters back for minutes."


def _undelivered(arrived: Arrived) -> Iterator[str]:
    assert arrived.report, "somebody reported it"
    to, status = arrived.report.recipient or "it", arrived.report.status or "no code"
    yield f"It was not delivered: M-{arrived.row.id} reports of {to}: {arrived.report.reason} ({status})."
    yield f"`mailgate mail M-{arrived.row.id} --raw` shows the report of that mail server."


def _of_return(back: Returned, seconds: float, decision: Decision) -> Iterator[str]:
    yield f"It came back after {seconds:.1f} s as M-{back.mail}, by {back.source}."
    for each in back.carriers:
        note = f" ({each.note})" if each.note else ""
        yield f"  {each.name}: {'survives' if each.survives else 'does not survive'}{note}"
    for said in back.signatures:
        yield f"  our signature: {said}"
    for what in back.changed:
        yield f"  changed on the way: {what}"
    if back.again:
        also = ", ".join(f"M-{each}" for each in back.again)
        yield f"It came more than once, also as {also}: somewhere on the way it is delivered by two ways."
    for hop in back.hops:
        yield f"  way: {hop}"
    if decision:
        yield f"  taken for: {decision['trust']['level']} ({'; '.join(decision['trust']['evidence'])})"
    else:
        yield "  nobody has handled it yet: does `mailgate run` run with the role worker?"
    if not back.is_known_again:
        yield "No carrier survives: answers to our letters would open new tickets."
