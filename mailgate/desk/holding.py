"""Held mails: why each is held, whom it concerns, and who may decide about it (CONTRACT 6 and 9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk import absence, mails
from mailgate.mail.unlinked import unlinked, unlinked_sender
from mailgate.sentence import Sentence, verbatim
from mailgate.settings.model import Settings
from mailgate.store.db import Tx
from mailgate.store.tables import MailState, Shown, table_of

SHOWN, STATE = table_of(Shown), table_of(MailState)

_HELD = STATE.c.state == "held"
_UNSHOWN = sa.or_(STATE.c.shown_at.is_(None), STATE.c.shown_at < STATE.c.finished_at)
_LINE = (STATE.c.mail, STATE.c.sender, STATE.c.subject, STATE.c.reason, STATE.c.finished_at)


@dataclass(frozen=True, slots=True)
class HeldMail:
    """One mail that waits for a decision; nothing in its words is a link."""

    mail: int
    sender: str
    subject: str
    why: Sentence
    at: datetime
    """When it was held."""
    coordinator: str | None
    """Of the group it would have gone to."""

    @property
    def number(self) -> str:
        """As people write it."""
        return f"M-{self.mail}"


def unshown(tx: Tx, most: int) -> Iterator[HeldMail]:
    """Held mails that stood in no letter since they were held, oldest first."""
    for row in tx.all(sa.select(*_LINE).where(_HELD, _UNSHOWN).order_by(STATE.c.mail).limit(most)):
        yield HeldMail(
            mail=row.mail,
            sender=unlinked_sender(row.sender or ""),
            subject=unlinked(row.subject or ""),
            why=_in_words(row.reason or ""),
            at=row.finished_at,
            coordinator=coordinator_of(tx, row.mail),
        )


def count_unshown(tx: Tx) -> tuple[int, datetime | None]:
    """How many of these there are, and since when the oldest is held."""
    counted = sa.select(sa.func.count().label("many"), sa.func.min(STATE.c.finished_at).label("since"))
    row = tx.first(counted.where(_HELD, _UNSHOWN))
    return (row.many, row.since) if row else (0, None)


def last_shown(tx: Tx) -> datetime | None:
    """When a letter last showed any."""
    at: datetime | None = tx.value(sa.select(sa.func.max(SHOWN.c.at)))
    return at


def note_shown(tx: Tx, mail: int, person: str, letter: int) -> None:
    """This person may decide about the mail from now on, as far as he has the right."""
    tx.execute(sa.delete(SHOWN).where(SHOWN.c.mail == mail, SHOWN.c.person == person))
    tx.execute(sa.insert(SHOWN).values(mail=mail, person=person, at=tx.now, letter=letter))


def set_shown(tx: Tx, numbers: list[int]) -> None:
    """They stood in a letter."""
    tx.execute(sa.update(STATE).where(STATE.c.mail.in_(numbers)).values(shown_at=tx.now))


def waiting_for(tx: Tx, agent: str) -> list[int]:
    """Numbers of the held mails that he may decide about, oldest first."""
    held = sa.select(STATE.c.mail).where(_HELD).order_by(STATE.c.mail)
    if tx.settings.agents[agent].admin:
        return [row.mail for row in tx.all(held)]
    shown = tx.all(held.join(SHOWN, SHOWN.c.mail == STATE.c.mail).where(SHOWN.c.person == agent))
    return [row.mail for row in shown if _coordinates(tx, agent, coordinator_of(tx, row.mail))]


# -- rights ------------------------------------------------------------------------------------------------------------


def may_decide(tx: Tx, agent: str, coordinator: str | None) -> bool:
    """An admin among the agents about every held mail; a coordinator, and who stands in for him, about what would have
    gone to his group."""
    person = tx.settings.agents.get(agent)
    return person is not None and person.active and (person.admin or _coordinates(tx, agent, coordinator))


def _coordinates(tx: Tx, agent: str, coordinator: str | None) -> bool:
    return coordinator is not None and coordinator in (agent, *absence.stands_in_for(tx, agent))


def is_known_to(tx: Tx, agent: str, mail: int) -> bool:
    """Whether the mail is or was held, and he may know: an admin, or a coordinator whom it was shown."""
    shown = sa.select(SHOWN.c.person).where(SHOWN.c.mail == mail)
    persons = {row.person for row in tx.all(shown)}
    person = tx.settings.agents.get(agent)
    if person is None or not person.active:
        return False
    if person.admin:
        return bool(persons) or is_held(tx, mail)
    return agent in persons and _coordinates(tx, agent, coordinator_of(tx, mail))


def is_held(tx: Tx, mail: int) -> bool:
    """Whether it waits for a decision now."""
    return tx.first(sa.select(STATE.c.mail).where(STATE.c.mail == mail, _HELD)) is not None


def coordinator_of(tx: Tx, mail: int) -> str | None:
    """The coordinator of the group the mail would have gone to, by the route it was judged by."""
    _, route = mails.subject_and_route(tx, mail)
    named = route.get("coordinator") or _of_group(tx.settings, route)
    agent = tx.settings.agents.get(named or "")
    return named if agent and agent.active else None


def _of_group(settings: Settings, route: dict[str, Any]) -> str | None:
    node = settings.category_nodes.get(route.get("category") or "")
    group = settings.groups.get(route.get("group") or (node.group if node else None) or "")
    return group.coordinator if group and group.active else None


# -- why, in both languages --------------------------------------------------------------------------------------------

_REASONS: tuple[tuple[re.Pattern[str], Sentence], ...] = (
    (
        re.compile(r"it is marked as spam \((?P<what>.*)\)"),
        Sentence("it is marked as spam ({what})", "sie ist als Spam gekennzeichnet ({what})"),
    ),
    (
        re.compile(r"commands in the name of (?P<what>.*), without ticket and without proof"),
        Sentence(
            "commands in the name of {what}, without ticket and without proof",
            "Befehle im Namen von {what}, ohne Ticket und ohne Beweis",
        ),
    ),
    (
        re.compile(r"(?P<what>.*), but nothing proves that it is about a letter of ours"),
        Sentence(
            "a delivery report ({what}), but nothing proves that it is about a letter of ours",
            "ein Zustellbericht ({what}), aber nichts beweist, dass er eine Mail von uns betrifft",
        ),
    ),
    (
        re.compile(r"From is our own address (?P<what>.*)"),
        Sentence("From is our own address {what}", "als Absender steht unsere eigene Adresse {what} darin"),
    ),
    (
        re.compile(r"reading it ended the worker (?P<what>\d+) times: .*"),
        Sentence("reading it ended the worker {what} times", "sie zu lesen hat {what}-mal zum Absturz geführt"),
    ),
)
"""What the line says of a mail it holds, in English; a rule's own words are its own in every language."""


def _in_words(reason: str) -> Sentence:
    for pattern, said in _REASONS:
        if found := pattern.fullmatch(reason):
            return said.filled(what=unlinked(found["what"]))
    return verbatim(unlinked(reason))
