"""What a ticket is about, in a word each: `#tag #channel #time`, and of its reporter `#phone #company #department`."""

from __future__ import annotations

from mailgate.desk import beside
from mailgate.desk.case import Case
from mailgate.desk.people import PERSON
from mailgate.errors import RefusedCommand
from mailgate.outbox import phrases
from mailgate.outbox.sentences import sentence
from mailgate.rules import details
from mailgate.rules.arguments import Unclear, plain
from mailgate.settings.scalars import in_language

MOST_TAGS = 30


def tag(case: Case, args: str) -> None:
    """`+vpn -wifi`: without a sign it comes."""
    tags, back = list(case.ticket.tags), list[str]()
    for each in details.tags(args):
        same = next((known for known in tags if plain(known) == plain(each.word)), None)
        if each.goes:
            tags.remove(same or _not_there(case, each.word))
            back.insert(0, f"+{_quoted(same or each.word)}")
        elif same is None:
            tags.append(each.word)
            back.insert(0, f"-{_quoted(each.word)}")
    if len(tags) > MOST_TAGS:
        raise RefusedCommand(sentence("refused.tags", number=case.ticket.number, most=MOST_TAGS))
    case.apply("tag", tags=tuple(tags))
    undo = f"#tag {' '.join(back)}" if back else None
    case.did("done.tag" if tags else "done.tag.none", undo=undo, value=", ".join(tags))


def _not_there(case: Case, word: str) -> str:
    some, near = ", ".join(case.ticket.tags), [f"-{_quoted(each)}" for each in case.ticket.tags]
    key = "refused.no_tag" if some else "refused.no_tags"
    raise Unclear(sentence(key, number=case.ticket.number, value=word, some=some), near)


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word or "," in word else word


def channel(case: Case, args: str) -> None:
    """How it was reported."""
    settings, before = case.tx.settings, case.ticket.channel
    found = details.channel(settings, args)
    case.apply("channel", channel=found)
    known = settings.channels.get(found)
    name = in_language(known.name, case.language) if known and known.name else found
    case.did("done.channel", undo=f"#channel {before}", value=name)


def time(case: Case, args: str) -> None:
    """So much more time was spent on it; with a minus, so much less."""
    many = details.minutes(args)
    total = case.ticket.handling_minutes + many
    if total < 0:
        spent = phrases.minutes_words(case.ticket.handling_minutes)
        raise RefusedCommand(sentence("refused.time", number=case.ticket.number, value=spent))
    case.apply("time", handling_minutes=total, detail={"minutes": many})
    undo = f"#time {'' if many < 0 else '-'}{abs(many)}m"
    case.did("done.time", undo=undo, value=phrases.minutes_words(total))


def phone(case: Case, args: str) -> None:
    """The reporter's number."""
    _of_reporter(case, "phone", details.phone(args))


def company(case: Case, args: str) -> None:
    """The reporter's company."""
    _of_reporter(case, "company", details.name(args))


def department(case: Case, args: str) -> None:
    """The reporter's department."""
    _of_reporter(case, "department", details.name(args))


def _of_reporter(case: Case, column: str, value: str) -> None:
    reporter = case.reporter
    before = getattr(reporter, column)
    if value != before:
        key, old, new = {"id": reporter.id}, {column: before}, {column: value}
        beside.alter(case.tx, case.ticket.number, case.actor, column, PERSON, key, old, new)
    undo = f"#{column} {before}" if before else "#undo"
    case.did(f"done.{column}", undo=undo if value != before else None, name=reporter.shown, value=value)
