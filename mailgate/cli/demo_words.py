"""What `mailgate demo` says, in both its languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "de"]

SAYS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "listening": "mailgate demo: mail to {smtp} (answers of agents to {submission}); letters lie in {folder}",
        "became": "    M-{mail} is {sort}\n      why: {reason}",
        "letter": "      letter {id} to {to}: {subject} ({template})",
        "skipped": "    (nothing to answer: the letter that this follows did not come)",
        "slow": "    (not handled yet; see `mailgate mails`)",
        "wrong": "the demo could not go on: {wrong}",
        "next": (
            "\nWhat to try next:\n"
            "  - Send a mail with any mail program to support@desk.example by {smtp} (no password, no TLS).\n"
            "  - Read the letters: they lie in {folder}/new, one file each.\n"
            "  - Answer one as anna@desk.example through {submission}: your words go to the reporter.\n"
            "  - Look around in another terminal, for example with `mailgate tickets`, after\n"
            "    export MAILGATE_CONFIG={config} MAILGATE_DEMO={state} MAILGATE_LANGUAGE={language}\n"
            "Ctrl-C ends it; everything stays in {state}."
        ),
    },
    "de": {
        "listening": "mailgate demo: Post an {smtp} (Antworten von uns an {submission}); Briefe in {folder}",
        "became": "    M-{mail} ist {sort}\n      warum: {reason}",
        "letter": "      Brief {id} an {to}: {subject} ({template})",
        "skipped": "    (nichts zu beantworten: der Brief, auf den dies folgt, kam nicht)",
        "slow": "    (noch nicht bearbeitet; siehe `mailgate mails`)",
        "wrong": "die Vorführung kam nicht weiter: {wrong}",
        "next": (
            "\nZum Ausprobieren:\n"
            "  - Mit irgendeinem Mailprogramm an support@desk.example schreiben, über {smtp} (ohne Kennwort).\n"
            "  - Die Briefe lesen: je eine Datei in {folder}/new.\n"
            "  - Einen als anna@desk.example über {submission} beantworten: die Worte gehen an den Melder.\n"
            "  - In einem zweiten Terminal umsehen, etwa mit `mailgate tickets`, nach\n"
            "    export MAILGATE_CONFIG={config} MAILGATE_DEMO={state} MAILGATE_LANGUAGE={language}\n"
            "Strg-C beendet; alles bleibt in {state}."
        ),
    },
}

SORTS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "new_ticket": "a request and opens ticket #{ticket}",
        "agent_reply": "an agent's answer on ticket #{ticket}",
        "statement": "a statement on ticket #{ticket}",
        "command": "an agent's commands on ticket #{ticket}",
        "reply": "a reply on ticket #{ticket}",
        "auto_reply": "an automatic answer; it is noted on ticket #{ticket}, and nobody answers it",
        "bounce": "a delivery report about a letter of ticket #{ticket}",
        "held": "held: a person has to look at it",
        "duplicate": "the same mail again",
        "loop": "our own letter coming back",
    },
    "de": {
        "new_ticket": "eine Anfrage und eröffnet Vorgang #{ticket}",
        "agent_reply": "unsere Antwort zu Vorgang #{ticket}",
        "statement": "eine Stellungnahme zu Vorgang #{ticket}",
        "command": "ein Auftrag von uns zu Vorgang #{ticket}",
        "reply": "eine Antwort zu Vorgang #{ticket}",
        "auto_reply": "eine automatische Antwort; sie wird bei Vorgang #{ticket} vermerkt, und niemand antwortet ihr",
        "bounce": "eine Meldung über einen unzustellbaren Brief aus Vorgang #{ticket}",
        "held": "angehalten: jemand muss sie ansehen",
        "duplicate": "dieselbe Mail noch einmal",
        "loop": "unser eigener Brief, der zurückkommt",
    },
}

_GERMAN_REASONS = (
    (r"^nothing else: a request$", "nichts anderes trifft zu: eine Anfrage"),
    (r"^(\w+) writes on #(\d+)", r"\1 schreibt zu #\2"),
    (r"^belongs to #(\d+)", r"gehört zu #\1"),
    (r"the token in the address", "Kennzeichen in der Adresse"),
    (r"our Message-ID in (In-Reply-To|References)", r"unsere Message-ID in \1"),
    (r"sent to the bounce address of a letter of ours", "gerichtet an die Rückläuferadresse eines Briefs von uns"),
    (r"it names the Message-ID of a letter of ours", "sie nennt die Message-ID eines Briefs von uns"),
)


def reason(language: Language, why: str) -> str:
    """Why a mail is of its sort, in that language as far as there are words for it; headers are quoted as they are."""
    if language == "de":
        for english, german in _GERMAN_REASONS:
            why = re.sub(english, german, why)
    return why
