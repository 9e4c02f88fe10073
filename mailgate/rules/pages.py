"""Where a link in a mail leads, as it stands behind its words (`mail/hyperlinks.py`): no part of a name or command."""

from __future__ import annotations

import re

_LEADS_TO = re.compile(r"\s*<https?://[^\s<>]{1,1000}>")


def without_pages(text: str) -> str:
    """The words alone."""
    return _LEADS_TO.sub("", text) if "<" in text else text
