"""The letter `entrusted`: what another of us leaves to an agent, with all the tickets it is about."""

from __future__ import annotations

from collections.abc import Sequence

from mailgate.desk import notices, people, rights
from mailgate.desk.audience import of_agent
from mailgate.desk.overview import line
from mailgate.desk.retired import is_at_work
from mailgate.desk.tickets import Ticket
from mailgate.outbox.sentences import say
from mailgate.outbox.view import LetterView
from mailgate.rules import access
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.trust import token as tokens

MOST = 50
"""Tickets that one letter lists."""


def tell(
    tx: Tx,
    agent: str,
    by: str,
    said: Sentence,
    *,
    about: str,
    words: str,
    listed: Sequence[Ticket],
    total: int = 0,
    head: Sentence | None = None,
) -> None:
    """`said`: what has happened; `about`: its title; `words`: what its writer adds; `total`: how many tickets there
    are, where more than those in `listed`; `head`: the head line, where they are not left to him."""
    if not is_at_work(tx.settings, agent):
        return
    reader = of_agent(tx.settings, agent)
    seen = [each for each in listed if not access.is_kept_from(tx.settings, agent, rights.now(tx, each))]
    view = LetterView(
        site=tx.settings.site.name,
        formal=people.is_formal(tx.settings, None),
        reader=reader.name,
        writer=people.agent_name(tx.settings, by),
        words=tokens.strip(words),
        change=said.in_language(reader.language),
        said=head.in_language(reader.language) if head else "",
        rows=tuple(line(tx, reader, each) for each in seen[:MOST]),
        more=max(total, len(seen)) - min(len(seen), MOST),
    )
    subject = say(f"title.{about}", reader.language, name=view.writer)
    notices.tell_without_ticket(tx, "entrusted", reader, view, subject=subject)
