"""One-tap links: a `mailto:` that writes a command, with the letter's token in the address or, where the address takes
no +tag, in the subject (CONTRACT 6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import quote

from mailgate.outbox.draft import Draft
from mailgate.outbox.view import LetterView, Tap
from mailgate.settings.model import Settings

Link = Callable[[Tap], Tap]


def with_links(settings: Settings, draft: Draft, token: str, own: Sequence[str] = ()) -> LetterView:
    """The draft's view with every tap's command turned into a link. Until here `Tap.href` holds the command itself.
    `own`: the token of each of `draft.parts`."""
    link, view = _link(settings, draft.from_address, draft.ticket, token), draft.view
    mistakes = tuple(replace(each, near=tuple(map(link, each.near))) for each in view.mistakes)
    several = zip(draft.parts, own, strict=True)
    links = (_link(settings, draft.from_address, part.ticket, each) for part, each in several)
    asked = tuple(replace(each, taps=tuple(map(to, each.taps))) for each, to in zip(view.asked, links, strict=True))
    held = tuple(replace(each, taps=tuple(map(link, each.taps))) for each in view.held)
    return replace(view, taps=tuple(map(link, view.taps)), mistakes=mistakes, asked=asked, held=held)


def _link(settings: Settings, ours: str, ticket: int | None, token: str) -> Link:
    target = settings.target(ours)
    if target and target.address.subaddress:
        local, _, domain = ours.rpartition("@")
        address, subject = f"{local}+{token}@{domain}", settings.tickets.tag.format(number=ticket) if ticket else ""
    else:
        address, subject = ours, f"[#{ticket or 0} {token}]"

    def link(tap: Tap) -> Tap:
        return replace(tap, href=f"mailto:{quote(address, safe='@+')}?subject={quote(subject)}&body={quote(tap.href)}")

    return link
