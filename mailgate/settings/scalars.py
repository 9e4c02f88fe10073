"""The small values of the configuration: durations, sizes, texts by language, and the strict base of every section."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetPydanticSchema, model_validator
from pydantic_core import core_schema


class Section(BaseModel):
    """A mapping of the configuration: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_means_defaults(cls, value: Any) -> Any:
        """`phone:` with nothing behind it is short for `phone: {}`."""
        return {} if value is None else value


def _truth(value: Any) -> Any:
    """An environment variable is text, so `true` may come as text; `yes` and `on` are no truth values in YAML 1.2."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


Flag = Annotated[bool, Field(strict=True), BeforeValidator(_truth)]
"""true or false, nothing else."""


def _no_truth(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(f"{str(value).lower()} is no number; write a whole number")
    return value


Count = Annotated[int, Field(ge=1), BeforeValidator(_no_truth)]
"""A whole number from 1 on."""

CountOrNone = Annotated[int, Field(ge=0), BeforeValidator(_no_truth)]
"""A whole number from 0 on; 0 lets nothing pass."""

Port = Annotated[int, Field(ge=1, le=65535), BeforeValidator(_no_truth)]
"""A TCP port."""

Name = Annotated[str, Field(min_length=1)]
"""A text that is not empty."""

Trust = Literal["claimed", "aligned", "token", "proven", "signed"]
"""How well proven a mail is (CONTRACT 7)."""
ENOUGH_TRUST: dict[str, tuple[str, ...]] = {
    "claimed": ("claimed", "aligned", "token", "proven", "signed"),
    "aligned": ("aligned", "proven", "signed"),
    "token": ("token", "proven", "signed"),
    "proven": ("proven", "signed"),
    "signed": ("signed",),
}
"""Minimum → the levels that fulfil it: `aligned` and `token` are independent, `proven` has both."""


# Six digits are 2,700 years of days; more would overflow a timedelta.
_DURATION = re.compile(r"([0-9]{1,6})\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Duration:
    """`30m`, `4h`, `2d`: in a calendar, hours are open time and days are working days; elsewhere plain time."""

    amount: int
    unit: str

    @property
    def plain(self) -> timedelta:
        """The plain time, outside any calendar."""
        return timedelta(seconds=self.amount * _SECONDS[self.unit])

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(_duration)


def duration_of(text: str) -> Duration:
    """`7d` as a duration. Raises ValueError with a sentence where it is none."""
    return _duration(text)


def _duration(value: Any) -> Duration:
    if isinstance(value, Duration):
        return value
    match = _DURATION.fullmatch(str(value).strip())
    if not match:
        raise ValueError(f"'{value}' is no duration; write a number and s, m, h or d, such as 30m, 4h or 2d")
    return Duration(int(match[1]), match[2])


_SIZE = re.compile(r"([0-9]{1,12})\s*(B|KiB|MiB|GiB|kB|MB|GB)?")
_BYTES = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "kB": 10**3, "MB": 10**6, "GB": 10**9, None: 1}


def in_bytes(text: str) -> int:
    """`25MiB` as bytes. Raises ValueError with a sentence where it is no size."""
    return _size(text)


def _size(value: Any) -> int:
    match = _SIZE.fullmatch(str(value).strip())
    if not match:
        raise ValueError(f"'{value}' is no size; write a number and KiB, MiB or GiB, such as 25MiB")
    return int(match[1]) * _BYTES[match[2]]


Size = Annotated[int, GetPydanticSchema(lambda source, handler: core_schema.no_info_plain_validator_function(_size))]
"""Bytes, written `25MiB`."""


def lower_ascii(text: str) -> str:
    """Lower case without folding any other letter into ASCII: the Kelvin sign is no k in an address."""
    return text.lower() if text.isascii() else "".join(each.lower() if each.isascii() else each for each in text)


def listed(value: Any) -> Any:
    """One value is a list of one."""
    return value if isinstance(value, (list, tuple)) else [value]


Words = Annotated[tuple[str, ...], BeforeValidator(listed)]
"""One text or a list of texts; always a tuple here."""

Text = str | dict[str, str]
"""A text, or one for each language: `{en: Network, de: Netzwerk}`."""

Title = Name | Annotated[dict[str, Name], Field(min_length=1)]
"""A name, or one for each language."""


def in_language(text: Text, language: str, fallback: str = "en") -> str:
    """The text in that language, else in the fallback, else in any."""
    if isinstance(text, str):
        return text
    return text.get(language) or text.get(fallback) or next(iter(text.values()), "")


def any_language(text: Text) -> tuple[str, ...]:
    """The text in every language it has: people may use each of them."""
    return (text,) if isinstance(text, str) else tuple(text.values())
