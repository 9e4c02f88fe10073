"""`#away FROM..UNTIL [DEPUTY]` and `#back`: an agent says when he is away, and whoever stands in is told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from mailgate.desk import absence, change, entrusting, tickets
from mailgate.desk.absence import Absence
from mailgate.desk.agent_writes import AgentMail
from mailgate.desk.tickets import OPEN, TICKET
from mailgate.errors import RefusedCommand
from mailgate.outbox import phrases
from mailgate.outbox.sentences import Value, say, sentence
from mailgate.outbox.view import Effect
from mailgate.rules import arguments
from mailgate.rules.arguments import Unclear, spoken
from mailgate.rules.away import read_away
from mailgate.rules.hours import local_in
from mailgate.settings.model import Settings
from mailgate.store.db import Tx


def away(tx: Tx, mail: AgentMail, args: str, words: str) -> tuple[Effect, ...]:
    """From the first day to the last, that included, where the agent is. What it overlaps it takes the place of."""
    today = local_in(absence.zone_of(tx.settings, mail.agent), tx.now)[0]
    days = read_away(args, today)
    deputy = _deputy(tx, mail.agent, args, days.deputy)
    is_on = absence.is_away(tx, mail.agent)
    said, replaced = absence.say(tx, mail.agent, days.first, days.last, deputy)
    before = [[*(day.isoformat() for day in each.days(tx.settings)), each.deputy or ""] for each in replaced]
    about = {"first": days.first.isoformat(), "last": days.last.isoformat(), "deputy": deputy, "before": before or None}
    change.record(tx, change.WITHOUT_TICKET, f"agent:{mail.agent}", "away", **about)
    _tell_deputies(tx, said, replaced, words)
    if deputy and said.begins <= tx.now and absence.deputy_of(tx, mail.agent) == deputy:
        absence.is_told(tx, said.id)  # on the first day the list comes with the letter that says so
    key = "done.away" if deputy else "done.away.nobody"
    name = tx.settings.agents[deputy].name if deputy else None
    text = say(key, mail.language, name=name, **_days(tx.settings, said))
    gone = tuple(Effect(say("done.away.replaced", mail.language, **_days(tx.settings, each))) for each in replaced)
    return Effect(text, _undo(tx, mail, said, replaced, is_on=is_on)), *gone


def back(tx: Tx, mail: AgentMail, args: str, words: str) -> tuple[Effect, ...]:
    """Ends the absence that is on, else takes back what he said last."""
    found = absence.back(tx, mail.agent)
    if found is None:
        raise RefusedCommand(sentence("refused.not_away"))
    return (_ended(tx, mail, found, words),)


def _ended(tx: Tx, mail: AgentMail, found: Absence, words: str) -> Effect:
    begun = found.begins <= tx.now
    first, last = found.days(tx.settings)
    about = {"first": first.isoformat(), "last": last.isoformat(), "deputy": found.deputy}
    change.record(tx, change.WITHOUT_TICKET, f"agent:{mail.agent}", "back", **about)
    key = "absence.back" if begun else "absence.called_off"
    _tell(tx, found, found.deputy, key, words)
    done = "done.back" if begun else "done.back.before"
    text = say(done, mail.language, **_days(tx.settings, found))
    return Effect(text, spoken(_again(found, first, last)).in_language(mail.language))


def take_back(tx: Tx, mail: AgentMail, at: datetime, said: dict[str, Any]) -> tuple[Effect, ...]:
    """The absence that was said then, as its event tells; what it took the place of holds again."""
    found = absence.called_off(tx, mail.agent, at)
    if found is None:
        raise RefusedCommand(sentence("undo.own.away"))
    ended = _ended(tx, mail, found, "")
    today = local_in(absence.zone_of(tx.settings, mail.agent), tx.now)[0].isoformat()
    before = [each for each in said.get("before") or () if each[1] >= today]
    again = (f"{max(first, today)}..{last} {deputy}".rstrip() for first, last, deputy in before)
    return (ended, *(effect for each in again for effect in away(tx, mail, each, "")))


def _deputy(tx: Tx, agent: str, args: str, named: str) -> str | None:
    if not named:
        return None
    try:
        who = arguments.who(tx.settings, named)
    except Unclear as unclear:
        before = args[: args.rindex(named)] if named in args else f"{args} "
        raise Unclear(unclear.why, [f"{before}{each}" for each in unclear.near]) from None
    if who.kind != "agent":
        raise RefusedCommand(sentence("refused.one_agent"))
    if who.value == agent:
        raise RefusedCommand(sentence("refused.own_deputy"))
    return who.value


def _undo(tx: Tx, mail: AgentMail, said: Absence, replaced: list[Absence], *, is_on: bool) -> str | None:
    """`#back`, where that means this absence; what it took the place of is said again."""
    if len(replaced) == 1:
        line = _again(replaced[0], *replaced[0].days(tx.settings))
        return spoken(line).in_language(mail.language)
    means_this = said.begins <= tx.now or not is_on
    return spoken("#back").in_language(mail.language) if means_this and not replaced else None


def _again(one: Absence, first: date, last: date) -> str:
    """The command that says the same."""
    return f"#away {first}..{last} {one.deputy or ''}".rstrip()


def _tell_deputies(tx: Tx, said: Absence, replaced: list[Absence], words: str) -> None:
    for each in replaced:
        if each.deputy != said.deputy:
            _tell(tx, each, each.deputy, "absence.other", "")
    _tell(tx, said, said.deputy, "absence.entrusted", words, with_tickets=True)


def _tell(tx: Tx, one: Absence, deputy: str | None, key: str, words: str, *, with_tickets: bool = False) -> None:
    """Whoever stands in, or was to."""
    if deputy is None:
        return
    said = sentence(key, name=tx.settings.agents[one.agent].name, **_days(tx.settings, one))
    mine = (TICKET.c.assignee == one.agent, TICKET.c.status.in_(OPEN))
    listed = tickets.select(tx, *mine, limit=entrusting.MOST + 1) if with_tickets else []
    entrusting.tell(tx, deputy, one.agent, said, about="deputy", words=words, listed=listed)


def _days(settings: Settings, one: Absence) -> dict[str, Value]:
    first, last = one.days(settings)
    return {"first": phrases.day_sentence(first), "last": phrases.day_sentence(last)}
