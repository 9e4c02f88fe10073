"""Who a mail says has written it, by its header alone: for whoever has to know before the mail is read."""

from __future__ import annotations

from mailgate.mail.fields import head_in
from mailgate.mail.identity import sole_mailbox
from mailgate.mail.message import Address
from mailgate.mail.prescan import header_problems, top_section, usual_top
from mailgate.settings.site import Limits


def author_of(raw: bytes, limits: Limits) -> Address | None:
    """The one mailbox that From names, as `parse.read` finds it; None where there is none, or the header breaks a
    limit."""
    head = usual_top(raw, limits)
    if head is None:
        top = top_section(raw, limits)
        if header_problems(raw, top, limits):
            return None
        head = head_in(raw, top)
    return sole_mailbox(head.headers.all("from"))
