"""A small desk for the tests of `rules`: people, groups, categories and kinds of an imaginary support team."""

from __future__ import annotations

from typing import Any

from mailgate.settings.model import Settings

AGENTS: dict[str, Any] = {
    "anna": {"name": "Anna Alt", "email": "anna@example.com", "aliases": ["A.Alt@example.org"]},
    "ben": {"name": "Ben Beck", "email": "ben@example.com"},
    "juergen": {"name": "Jürgen Müller", "email": "jm@example.com", "was": ["jm"]},
    "rene": {"name": "René Beck", "email": "rene@example.com", "sees": "own"},
    "otto": {"name": "Otto Ops", "email": "ops@example.com", "admin": True},
    "cora": {"name": "Cora Chef", "email": "cora@example.com", "sees": "all"},
    "gone": {"name": "Gustav Gone", "email": "gone@example.com", "active": False},
}
GROUPS: dict[str, Any] = {
    "network": {"name": {"en": "Network team", "de": "Netzwerkteam"}, "members": ["anna", "rene", "gone"]},
    "centre": {"name": "Service centre", "members": ["ben"], "coordinator": "juergen"},
    "partners": {"name": "Partner desk", "members": ["juergen"], "customer_groups": ["partners"]},
    "old": {"name": "Old team", "members": ["ben"], "active": False},
}
CATEGORIES: dict[str, Any] = {
    "network": {
        "name": {"en": "Network", "de": "Netzwerk"},
        "group": "network",
        "subcategories": {"vpn": "VPN", "wifi": {"name": {"en": "Wi-Fi", "de": "WLAN"}}, "other": "Other"},
    },
    "hr": {"name": "Personnel", "group": "centre", "readers": ["centre"], "subcategories": {"other": "Other"}},
    "partners": {"group": "partners", "subcategories": {"retired": {"name": "Fax", "active": False}}},
}


def settings(**changes: Any) -> Settings:
    """The desk above, with these top-level keys changed."""
    written: dict[str, Any] = {
        "site": {"admins": ["ops@example.com"]},
        "addresses": [{"address": "support@example.com"}],
        "agents": AGENTS,
        "groups": GROUPS,
        "categories": CATEGORIES,
        "kinds": {"incident": {"name": {"en": "Incident", "de": "Störung"}}, "fax": {"active": False}},
    }
    return Settings.model_validate({**written, **changes})
