"""The letter `held` to the admins and to the coordinator whose group a mail would have gone to: collected, never one a
mail. The first are told after a moment of collecting, what is held within the hour after that in one letter at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from mailgate.desk import absence, audience, deputies, holding, notices, people, showing
from mailgate.desk.audience import Reader
from mailgate.desk.holding import HeldMail
from mailgate.outbox.sentences import say
from mailgate.outbox.view import HeldLine, LetterView, Tap
from mailgate.store.db import Store, Tx

COLLECTING = timedelta(seconds=20)
"""The first ones wait so long for each other."""
APART = timedelta(hours=1)
"""Between two letters."""
MOST = 50
"""Mails in one letter; the others stand in the next."""

_TAPS = (("keep", "keep", "behalten"), ("drop_held", "drop", "verwerfen"), ("spam", "spam", "spam"))


def look(store: Store, tx: Tx) -> Callable[[Tx], int] | None:
    """A job: see without a turn whether there is something to show."""
    return tell if _is_time(tx, *holding.count_unshown(tx)) else None


def tell(tx: Tx) -> int:
    """Show what is held, each reader what concerns him. Returns how many letters."""
    many, since = holding.count_unshown(tx)
    if not _is_time(tx, many, since):
        return 0
    held = list(holding.unshown(tx, MOST))
    letters = 0
    for reader, mails in _readers(tx, held):
        letter = _post(tx, reader, mails, more=many - len(held) if len(mails) == len(held) else 0)
        for each in mails:
            holding.note_shown(tx, each.mail, reader.person, letter)
        letters += 1
    holding.set_shown(tx, [each.mail for each in held])
    return letters


def _is_time(tx: Tx, many: int, since: datetime | None) -> bool:
    if not many or since is None or since + COLLECTING > tx.now:
        return False
    last = holding.last_shown(tx)
    return last is None or last + APART <= tx.now


def _readers(tx: Tx, held: Sequence[HeldMail]) -> Iterator[tuple[Reader, Sequence[HeldMail]]]:
    """All of it to the admins; to each coordinator, and to who stands in for one, what would have gone to his group.
    Nobody gets two."""
    settings, admins = tx.settings, audience.admins(tx.settings)
    for reader in admins:
        if audience.wants(settings, reader, "held"):
            yield reader, held
    own = {each.person for each in admins}
    for agent, duties in sorted(_duties(tx, {each.coordinator for each in held if each.coordinator}).items()):
        absent = next(iter(sorted(duties - {agent})), None)
        reader = replace(audience.of_agent(settings, agent), stands_in_for=absent)
        if agent not in own and audience.wants(settings, reader, "held"):
            yield reader, [each for each in held if each.coordinator in duties]


def _duties(tx: Tx, coordinators: Iterable[str]) -> dict[str, set[str]]:
    """For whom each agent decides: for himself, and for those whose deputy he is while they are away."""
    found: dict[str, set[str]] = {}
    for agent in coordinators:
        for each in {agent, absence.present(tx, agent) or agent}:
            found.setdefault(each, set()).add(agent)
    return found


def _post(tx: Tx, reader: Reader, mails: Sequence[HeldMail], more: int) -> int:
    language = reader.language
    view = LetterView(
        site=tx.settings.site.name,
        formal=people.is_formal(tx.settings, None),
        reader=reader.name,
        change=why.in_language(language) if (why := deputies.explained(tx, reader)) else "",
        held=tuple(_line(tx, reader, each) for each in mails),
        more=more,
    )
    key, site = "held.one" if len(mails) == 1 else "held.several", tx.settings.site.name
    subject = say(key, language, site=site, number=len(mails), mails=mails[0].number)
    return notices.tell_without_ticket(tx, "held", reader, view, subject=subject)


def _line(tx: Tx, reader: Reader, mail: HeldMail) -> HeldLine:
    language = reader.language
    decides = holding.may_decide(tx, reader.person, mail.coordinator)
    return HeldLine(
        number=mail.number,
        sender=mail.sender,
        subject=mail.subject,
        at=showing.when(tx.settings, mail.at, language),
        why=mail.why.whole.in_language(language),
        taps=_taps(mail, language) if decides else (),
    )


def _taps(mail: HeldMail, language: str) -> tuple[Tap, ...]:
    german = language.startswith("de")
    return tuple(
        Tap(say(f"tap.{tap}", language, mail=mail.number), f"#{mail.number} {word_german if german else word}")
        for tap, word, word_german in _TAPS
    )
