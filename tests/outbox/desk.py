"""What the letter tests share: a configuration without files, a draft, and a mail as the standard library reads it."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from mailgate.outbox.compose import Composed, compose
from mailgate.outbox.draft import Draft
from mailgate.outbox.render import Renderer
from mailgate.outbox.sample import SAMPLE
from mailgate.outbox.view import LetterView
from mailgate.settings.model import Settings

TOKEN = "abcdefghijklmnopqrstuvw2"
NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def settings_in(folder: Path | None = None, **changes: Any) -> Settings:
    """A small desk; `folder` is the configuration folder with its `templates/`."""
    keys: dict[str, Any] = {
        "site": {"admins": ["ops@example.com"], "name": "Example Support", "timezone": "Europe/Berlin"},
        "addresses": [
            {"address": "support@example.com", "name": "Example Support", "subaddress": True},
            {"address": "it@example.com"},
        ],
        "agents": {"anna": {"name": "Anna Alt", "email": "anna@example.com", "aliases": ["a.alt@example.org"]}},
    }
    settings = Settings.model_validate({**keys, **changes})
    settings._folder = folder or Path("/nowhere")
    return settings


def draft_of(template: str = "reply", **changes: Any) -> Draft:
    values: dict[str, Any] = {
        "template": template,
        "to": "erika@partner.example",
        "to_name": "Erika Krause",
        "language": "en",
        "view": SAMPLE,
        "role": "reporter",
        "person": "erika@partner.example",
        "from_address": "support@example.com",
        "from_name": "Anna Alt (Example Support)",
        "subject": "Re: [#1042] VPN is down",
        "ticket": 1042,
    }
    return Draft(**{**values, **changes})


SETTINGS = settings_in()
OURS = Renderer(SETTINGS)


def composed(settings: Settings = SETTINGS, /, **changes: Any) -> Composed:
    """A draft with these changes, rendered and composed."""
    draft = draft_of(**changes)
    rendered = OURS.render(draft.template, draft.language, draft.view)
    return compose(draft, rendered, token=TOKEN, when=NOON, settings=settings)


def changed(view: LetterView, **values: Any) -> LetterView:
    """`replace` for field names that a test makes up."""
    return replace(view, **values)


def read(raw: bytes) -> EmailMessage:
    """The mail as the standard library understands it."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message
