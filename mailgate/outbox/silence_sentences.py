"""Sentences about people outside who do not answer; rows of the table in `sentences.py`."""

from __future__ import annotations

OF_SILENCE: dict[str, tuple[str, str]] = {
    "closed.unanswered": (
        "No answer came to our question, so it closed by itself.",
        "Auf unsere Rückfrage kam keine Antwort, darum wurde die Anfrage von selbst geschlossen.",
    ),
    "closed.resolved": (
        "It was resolved, and nothing more came, so it closed by itself.",
        "Die Anfrage war gelöst, und es kam nichts mehr, darum wurde sie von selbst geschlossen.",
    ),
    "silence.reporter": (
        "{name} was asked on {date} and has not answered.",
        "{name} wurde gefragt am {date}; eine Antwort fehlt.",
    ),
    "silence.closed": (
        "{name} was asked on {date} and has not answered: #{number} closed by itself.",
        "{name} wurde gefragt am {date}; eine Antwort fehlt. #{number} ist von selbst geschlossen.",
    ),
    "silence.statement": (
        "The statement of {name} was asked for by {date} and has not come.",
        "Die Stellungnahme von {name} war erbeten bis {date} und fehlt.",
    ),
    "change.statements.overdue": ("overdue: {names}", "überfällig: {names}"),
}
