"""Lines of the log look as structlog writes them."""

from __future__ import annotations

import io
import re
import sys

import pytest
import structlog

from mailgate import log


def said(monkeypatch: pytest.MonkeyPatch, renderer: structlog.dev.ConsoleRenderer | None) -> str:
    """What is written of the same events, by our renderer or by another."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    log.set_up()
    if renderer:
        structlog.configure(processors=[*structlog.get_config()["processors"][:-1], renderer])
    events = log.get("intake.smtp")
    events.info("kept", mail="M-17", peer=None, size=3, two="two words", odd="a\nb", equal="x=y", quote="it's", none="")
    events.warning("an event whose words are longer than thirty")
    try:
        raise ValueError("bad")
    except ValueError:
        events.exception("it failed", worker="worker-1")
    return re.sub(r"^\S+Z", "TIME", written.getvalue(), flags=re.MULTILINE)


def test_our_lines_are_those_of_structlog(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    assert said(monkeypatch, None) == said(monkeypatch, theirs)
