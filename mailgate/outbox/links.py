"""One-tap links: a `mailto:` that writes a command, with the letter's token in the address or, where the address takes
no +tag, in the subject (CONTRACT 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote

from mailgate.outbox.draft import Draft
from mailgate.outbox.view import LetterView, Tap, TicketLine
from mailgate.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Link:
    """Where the links of a letter go, as it stands in a `mailto:`."""

    address: str
    subject: str

    def __call__(self, tap: Tap) -> Tap:
        """The tap with its command turned into a link."""
        return Tap(tap.label, f"mailto:{self.address}?subject={self.subject}&body={_quoted(tap.href)}")


def with_links(settings: Settings, draft: Draft, token: str, own: Sequence[str] = ()) -> LetterView:
    """The draft's view with every tap's command turned into a link. Until here `Tap.href` holds the command itself.
    `own`: the token of each of `draft.parts`."""
    view = draft.view
    link = link_of(settings, draft.from_address, draft.ticket, token)
    mistakes = tuple(replace(each, near=tuple(map(link, each.near))) for each in view.mistakes)
    several = zip(draft.parts, own, strict=True)
    links = (link_of(settings, draft.from_address, part.ticket, each) for part, each in several)
    asked = tuple(replace(each, taps=tuple(map(to, each.taps))) for each, to in zip(view.asked, links, strict=True))
    held = tuple(replace(each, taps=tuple(map(link, each.taps))) for each in view.held)
    chapters = tuple(replace(each, rows=_linked(each.rows, link)) for each in view.chapters)
    view = replace(view, rows=_linked(view.rows, link), chapters=chapters)
    return replace(view, taps=tuple(map(link, view.taps)), mistakes=mistakes, asked=asked, held=held)


def _linked(rows: Sequence[TicketLine], link: Link) -> tuple[TicketLine, ...]:
    return tuple(replace(each, show=link(each.show) if each.show else None) for each in rows)


def link_of(settings: Settings, ours: str, ticket: int | None, token: str) -> Link:
    """The links of a letter from this address of ours, about this ticket, with this token."""
    target = settings.target(ours)
    if target and target.address.subaddress:
        local, _, domain = ours.rpartition("@")
        tag = settings.tickets.tag.format(number=ticket) if ticket else ""
        return Link(f"{_quoted(local, '@+')}+{token}@{_quoted(domain, '@+')}", _quoted(tag))
    return Link(_quoted(ours, "@+"), quote(f"[#{ticket or 0} {token}]"))


@lru_cache(maxsize=256)  # the same few commands, addresses and tags
def _quoted(text: str, safe: str = "/") -> str:
    return quote(text, safe=safe)
