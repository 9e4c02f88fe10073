"""Why something was done, refused or left, as an event keeps it, in the language of whoever reads the history.

What is found out as a `Sentence` is kept in both languages. What logs, counters and filters know by its English words
alone is said in German here: an ordered table, the first row that fits counts.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

_GERMAN: Final = tuple(
    (re.compile(english, re.DOTALL), german)
    for english, german in (
        ("not accepted in time", "nicht rechtzeitig angenommen"),
        ("switched off", "ausgeschaltet"),
        (r"(?:rule .*)?says so", "so sagt es die Regel"),
        ("it is a part of another ticket", "es ist ein Teil eines anderen Tickets"),
        (r"a part of (#\d+)", r"ein Teil von \1"),
        (r"(#\d+) is closed", r"\1 ist geschlossen"),
        (r"group (\S+) is no longer active", r"die Gruppe \1 gibt es nicht mehr"),
        (r"(?:agent )?(\S+) is no longer active", r"\1 ist nicht mehr dabei"),
        (r"(\S+) has left", r"\1 ist nicht mehr dabei"),
        ("what was kept of a mail is not to be done", "was von einer Mail aufgehoben war, soll nicht geschehen"),
        (r"(\d+) read along already", r"es lesen schon \1 mit"),
        (
            "the end customer is written to by the partner alone",
            "dem Endkunden schreibt nur der Partner",
        ),
        (
            "opened in somebody's name, who is not written to before an agent answers",
            "für jemanden eröffnet; dorthin geht nichts, bevor hier jemand antwortet",
        ),
        ("reopened too often within a day", "an einem Tag zu oft wieder geöffnet"),
        (r"only thanks: (.*)", r"nur ein Dank: \1"),
        (r"a reaction(: .*)?", r"nur eine Reaktion\1"),
        ("DMARC of the sender's domain failed", "die Domain des Absenders erklärt die Mail für nicht von ihr (DMARC)"),
        ("there is no address that it may be sent to", "es gibt keine Adresse, an die sie gehen darf"),
        ("the mail came from an address of ours", "die Mail kam von einer eigenen Adresse"),
        (r"no answer to the null sender: (.*)", r"ohne Absender (Null-Absender) kommt keine Antwort an: \1"),
        (r"no automatic answer to this mail: (.*)", r"auf diese Mail geht keine automatische Antwort: \1"),
        (r"nobody reads mail to (\S+)", r"Mail an \1 liest niemand"),
        (
            r"letters to (\S+) come back since (\S+), and it has not answered",
            r"Mails an \1 kommen seit \2 zurück, und von dort kam keine Antwort",
        ),
        ("the mail answers an automatic letter of ours", "die Mail antwortet auf eine automatische Mail von hier"),
        ("this ticket is acknowledged already", "der Eingang ist schon bestätigt"),
        (r"budget used up: (.*)", r"die Obergrenze ist erreicht: \1"),
        (
            r"a robot answers our letters: .*; silent until (.*) UTC",
            r"ein Programm antwortet auf unsere Mails; Ruhe bis \1 UTC",
        ),
        (
            r"(\d+) mails that say the same, each at once after a letter of ours",
            r"\1 gleiche Mails, jede sofort auf eine von hier",
        ),
        (r"(\d+) mails that say the same, as regular as a clock", r"\1 gleiche Mails, regelmäßig wie eine Uhr"),
    )
)


def reason(detail: dict[str, Any], name: str, language: str) -> str:
    """What an event says under that name."""
    said = detail[name]
    if not isinstance(said, str) or not language.lower().startswith("de"):
        return ", ".join(map(str, said)) if isinstance(said, list) else str(said)
    kept = detail.get(f"{name}_de")
    return str(kept) if kept else _in_german(said) if name == "why" else said


@lru_cache(maxsize=256)
def _in_german(said: str) -> str:
    for english, german in _GERMAN:
        if found := english.fullmatch(said):
            return found.expand(german) if "\\1" not in german or found[1] is not None else german.replace(r"\1", "")
    return said
