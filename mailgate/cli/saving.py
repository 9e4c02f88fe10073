"""`explain --save NAME`: a mail and what becomes of it as a routing test, `cases/NAME.eml` and `cases/NAME.yaml`.

Only what decides is written down: a case that holds every word of every letter breaks at the
first change of a template.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from ruamel.yaml import YAML

from mailgate.errors import MailgateError
from mailgate.mail.message import Envelope
from mailgate.settings.model import Settings

Json = dict[str, Any]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_ROUTE = ("category", "group", "assignee", "coordinator", "priority", "kind", "channel", "tags")
_SAID_WHERE_SET = ("coordinator", "tags")
_HEAD = """\
# A routing test: {name}.eml, as if it came in like this on an empty desk, has to come out like that.
# {why}
# `mailgate check` runs it. Take out what need not stay so; add any part of `mailgate explain --json`.
# Of a list, what is named has to be there; nothing_else: no more than that.
"""


def files_for(settings: Settings, name: str) -> tuple[Path, Path]:
    """The two files of a case that is not there yet. Raises MailgateError where it is."""
    if not _NAME.fullmatch(name) or name.endswith("."):
        raise typer.BadParameter(f"'{name}' is no name for a case: letters, digits, dots, - and _, a letter first.")
    folder = settings.folder / "cases"
    mail, expected = folder / f"{name}.eml", folder / f"{name}.yaml"
    for path in (mail, expected):
        if path.exists() or path.is_symlink():
            raise MailgateError(f"There is a case {path} already: choose another name, or delete it first.")
    return mail, expected


def save(files: tuple[Path, Path], raw: bytes, came: Envelope, document: Json) -> None:
    """Write both, or neither. `document`: what comes out on an empty desk. Raises MailgateError."""
    mail, expected = files
    text = written(mail.stem, came, document)
    try:
        mail.parent.mkdir(exist_ok=True)
        with mail.open("xb") as file:
            file.write(raw)
        try:
            with expected.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError:
            mail.unlink(missing_ok=True)
            raise
    except OSError as wrong:
        raise MailgateError(f"The case can not be written: {wrong.filename}: {wrong.strerror}.") from wrong


def written(name: str, came: Envelope, document: Json) -> str:
    """The YAML of a case."""
    why = " ".join(str(document["route"]["why"] or document["reason"]).split())
    yaml, text = YAML(), io.StringIO()
    yaml.default_flow_style = None
    yaml.width = 120
    yaml.dump({"given": _given(came), **dict(_deciding(document))}, text)
    return _HEAD.format(name=name, why=why[:200]) + text.getvalue()


def _given(came: Envelope) -> Json:
    given: Json = {"from": came.sender, "to": list(came.recipients)}
    if came.peer:
        given["peer"] = came.peer
    if came.source != "smtp":
        given["source"] = came.source
    return {**given, "at": _time(came.received_at)}


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _deciding(one: Json) -> Iterator[tuple[str, Any]]:
    """The parts of the document that a change of the configuration must not change unnoticed."""
    yield "sort", one["sort"]
    if one["refused"]:
        yield "refused", one["refused"]
    if one["state"] != "handled":
        yield "state", one["state"]
    yield "trust", {"level": one["trust"]["level"]}
    way = one["route"]
    if one["sort"] == "new_ticket":
        yield "route", {name: way[name] for name in _ROUTE if way[name] or name not in _SAID_WHERE_SET}
    if one["commands"]:
        yield "commands", [{name: each[name] for name in ("command", "args", "ok")} for each in one["commands"]]
    if one["bounce"]:
        yield "bounce", {name: one["bounce"][name] for name in ("recipient", "status", "class")}
    yield "auto", {name: one["auto"][name] for name in ("reply", "respond")}
    yield "letters", [{name: each[name] for name in ("to", "template", "language")} for each in one["letters"]]
    if lists := [name for name in ("commands", "letters") if one[name]]:
        yield "nothing_else", lists
