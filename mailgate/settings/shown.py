"""Values of the configuration as a sentence shows them: short, on one line, as they are written in the files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from mailgate.sentence import Sentence, verbatim
from mailgate.settings.problems import shown
from mailgate.settings.scalars import Duration, Section

MOST = 100
_UNITS = (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10))
_NOTHING = Sentence("nothing", "nichts")
_PASSWORD = re.compile(r"(://[^:/@\s]*):[^@\s]*@")


def in_words(value: Any, *, is_size: bool = False) -> Sentence:
    """A value for people. A password inside a URL is left out."""
    if value is None or value == () or value == {}:
        return _NOTHING
    if is_size and isinstance(value, int):
        return verbatim(_size(value))
    return verbatim(shown(_PASSWORD.sub(r"\1:…@", _flow(value)), MOST)[1:-1])


def _size(bytes_: int) -> str:
    for unit, many in _UNITS:
        if bytes_ >= many and bytes_ % many == 0:
            return f"{bytes_ // many} {unit}"
    return f"{bytes_} B"


def _flow(value: Any) -> str:
    """As YAML in one line; of a section only what is not left at its default."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Section):
        return _flow(_as_written(value))
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (tuple, list)):
        return _flow(value[0]) if len(value) == 1 else "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, (Duration, datetime, date, int, float)):
        return str(value)
    return "nothing" if value is None else str(value)


def _as_written(section: Section) -> Any:
    kept = {
        field.alias or name: getattr(section, name)
        for name, field in type(section).model_fields.items()
        if getattr(section, name) != field.get_default(call_default_factory=True)
    }
    return kept["glob"] if set(kept) == {"glob"} else kept
