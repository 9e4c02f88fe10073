"""The configuration of the stories: three agents in two groups, three addresses, and how a story changes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]

CONFIG: Json = {
    "site": {"name": "Example Support", "language": "en", "timezone": "Europe/Berlin", "admins": ["ops@example.com"]},
    "addresses": [
        {
            "address": "support@example.com",
            "name": "Example Support",
            "subaddress": True,
            "aliases": ["help@example.com"],
        },
        {"address": "it@example.com", "name": "IT Desk", "category": "network", "subaddress": True},
        {"address": "plain@example.com", "name": "Plain Desk"},
    ],
    "intake": {
        "smtp": {"listen": "127.0.0.1:0", "trusted_relays": ["127.0.0.1"], "authserv_id": "mx.example.com"},
    },
    "limits": {"free_disk": "1MiB"},
    "web": {"listen": None},
    "agents": {
        "anna": {"name": "Anna Alt", "email": "anna@example.com", "aliases": ["a.alt@home.example"], "language": "en"},
        "ben": {"name": "Ben Beck", "email": "ben@example.com", "language": "de"},
        "cleo": {"name": "Cleo Chen", "email": "cleo@example.com"},
    },
    "groups": {
        "network": {"name": "Network team", "members": ["anna", "ben"]},
        "office": {"name": "Office team", "members": ["cleo"]},
    },
    "kinds": {"incident": {"name": {"en": "Incident", "de": "Störung"}, "response": "2h", "calendar": "office"}},
    "categories": {
        "general": {"name": {"en": "General", "de": "Allgemein"}, "group": "network"},
        "network": {"name": {"en": "Network", "de": "Netzwerk"}, "group": "network", "subcategories": {"vpn": "VPN"}},
        "rooms": {"name": {"en": "Rooms", "de": "Räume"}, "group": "office", "notify": "rooms@example.com"},
    },
    "rules": [
        {
            "name": "VPN trouble",
            "when": {"subject": "vpn"},
            "then": {"category": "network/vpn", "priority": "high", "kind": "incident"},
        },
        {"name": "Newsletters", "when": {"from": "*@newsletter.example"}, "then": {"drop": "a newsletter"}},
        {"name": "Odd ones", "when": {"subject": {"is": "hold me"}}, "then": {"hold": "to be looked at"}},
    ],
    "calendars": {"office": {"timezone": "Europe/Berlin", "open": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}}},
}

FILES = {
    "mailgate": (
        *("site", "storage", "workers", "reload", "tickets", "addresses", "intake", "delivery", "web", "alerts"),
        "limits",
    ),
    "service": (
        *("calendars", "acknowledge", "letters", "reminders", "auto_close", "reopen", "answers_take", "crossing"),
        *("unanswered", "digest"),
        "notices",
    ),
    "people": ("agents", "groups", "customer_groups", "second_level", "commands"),
    "categories": (
        *("assign_group_of_category", "kinds", "default_kind", "channels", "categories", "default_category"),
    ),
    "routing": ("rules", "follow_up_rules"),
}


def merged(base: Json, changes: Json) -> Json:
    """`base` with `changes` laid over it, mapping by mapping."""
    result = dict(base)
    for key, value in changes.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def write_config(folder: Path, *changes: Json) -> Path:
    """The configuration with the changes, as files; JSON is YAML 1.2 too."""
    config = CONFIG
    for each in changes:
        config = merged(config, each)
    folder.mkdir(parents=True)
    for name, keys in FILES.items():
        (folder / f"{name}.yaml").write_text(json.dumps({key: config[key] for key in keys if key in config}))
    return folder
