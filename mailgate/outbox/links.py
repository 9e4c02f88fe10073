"""One-tap links: a `mailto:` that writes a command, with the letter's token in the address or, where the address takes
no +tag, in the subject (CONTRACT 6)."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from mailgate.outbox.draft import Draft
from mailgate.outbox.view import LetterView, Tap
from mailgate.settings.model import Settings


def with_links(settings: Settings, draft: Draft, token: str) -> LetterView:
    """The draft's view with every tap's command turned into a link. Until here `Tap.href` holds the command itself."""
    target = settings.target(draft.from_address)
    tag = settings.tickets.tag.format(number=draft.ticket or 0)
    if target and target.address.subaddress:
        local, _, domain = draft.from_address.rpartition("@")
        address, subject = f"{local}+{token}@{domain}", tag if draft.ticket else ""
    else:
        address, subject = draft.from_address, f"[#{draft.ticket or 0} {token}]"

    def link(tap: Tap) -> Tap:
        return replace(tap, href=f"mailto:{quote(address, safe='@+')}?subject={quote(subject)}&body={quote(tap.href)}")

    mistakes = tuple(replace(each, near=tuple(map(link, each.near))) for each in draft.view.mistakes)
    return replace(draft.view, taps=tuple(map(link, draft.view.taps)), mistakes=mistakes)
