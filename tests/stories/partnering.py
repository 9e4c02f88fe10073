"""Two partners with an agent each in our desk, and the centre that is their second level."""

from __future__ import annotations

from tests.stories.example import CONFIG, Json

PAULA, PETER = "Paula Partner <paula@partner.example>", "Peter Partner <peter@partner.example>"
RIVAL, PIA, RIA = "Rita Rival <rita@rival.example>", "Pia Pohl <pia@partner.example>", "Ria Rot <ria@rival.example>"
PAULAS, PIAS, CLEOS, MAX = "paula@partner.example", "pia@partner.example", "cleo@example.com", "max@kunde.example"
LINES = f"End customer: Max Muster <{MAX}>\nPhone: 089 1\nYour number: INC-1\n\nThe line is dead."
PARTNERS: Json = {
    "customer_groups": {
        "partners": {"name": "Partners", "match": ["*@partner.example"], "end_customer": "ask"},
        "rivals": {"name": "Rivals", "match": ["*@rival.example"], "end_customer": "ask"},
    },
    "agents": {
        "pia": {"name": "Pia Pohl", "email": PIAS, "sees": "own"},
        "ria": {"name": "Ria Rot", "email": "ria@rival.example"},
    },
    "groups": {
        **CONFIG["groups"],
        "centre": {"name": "Service centre", "members": ["cleo"]},
        "pohl": {"name": "Pohl Ltd", "members": ["pia"], "customer_groups": ["partners"]},
        "rot": {"name": "Rot Ltd", "members": ["ria"], "customer_groups": ["rivals"]},
    },
    "second_level": {"group": "centre"},
}
"""Two partners; each has an agent of his own in our desk, who serves his tickets alone."""
