"""routing.yaml: rules. `when` says which mail, `then` says what follows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import re2
from pydantic import BeforeValidator, Field, field_validator, model_validator

from mailgate.settings.scalars import Duration, Flag, Name, Section, Trust, Words, listed


class Pattern(Section):
    """A glob (or, for subject and text, words), a regular expression, or the whole value."""

    glob: Name | None = None
    regex: Name | None = None
    is_: Name | None = Field(default=None, alias="is")

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"glob": value} if isinstance(value, str) else value

    @field_validator("regex")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            compile_linear(value)
        return value

    @model_validator(mode="after")
    def _one_of_three(self) -> Pattern:
        if sum(each is not None for each in (self.glob, self.regex, self.is_)) != 1:
            raise ValueError("write a text, or {regex: '…'}, or {is: '…'}")
        return self


def compile_linear(expression: str) -> Any:
    """A case-insensitive expression of linear time (RE2). Raises ValueError with what is wrong in it."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    try:
        return re2.compile(expression, options)
    except re2.error as wrong:
        said = wrong.args[0].decode() if isinstance(wrong.args[0], bytes) else str(wrong)
        if "perl operator" in said:
            said = f"{said}; expressions of linear time know no look-around"
        raise ValueError(f"the regular expression '{expression}' does not work: {said}") from None


Patterns = Annotated[tuple[Pattern, ...], Field(min_length=1), BeforeValidator(listed)]
"""One pattern or several; one of them has to hold."""


class When(Section):
    """All keys have to hold; a list holds when one of its values does."""

    from_: Patterns | None = Field(default=None, alias="from")
    to: Patterns | None = None
    cc: Patterns | None = None
    reply_to: Patterns | None = None
    attachment: Patterns | None = None
    header: dict[str, Patterns] | None = None
    subject: Patterns | None = None
    text: Patterns | None = None
    size: str | None = None
    language: Words | None = None
    customer_group: Words | None = None
    trust: Trust | None = None
    spam: Flag | None = None
    list_: Flag | None = Field(default=None, alias="list")
    auto: Flag | None = None
    has: (
        Annotated[
            tuple[Literal["attachment", "calendar", "encrypted", "signed", "token"], ...], BeforeValidator(listed)
        ]
        | None
    ) = None
    hours: str | None = None
    all_: tuple[When, ...] | None = Field(default=None, alias="all")
    any_: tuple[When, ...] | None = Field(default=None, alias="any")
    not_: When | None = Field(default=None, alias="not")


class Correlate(Section):
    key: str
    within: Duration = Duration(24, "h")
    resolved_by: str | None = None


class Then(Section):
    """What follows. Texts may hold captures of the rule's expressions: `"{1}"`, `"{name}"`."""

    category: str | None = None
    group: str | None = None
    assignee: str | None = None
    coordinator: str | None = None
    priority: str | None = None
    kind: str | None = None
    channel: str | None = None
    language: str | None = None
    tags: Words = ()
    level: Literal[1, 2] | None = None
    visible: Flag | None = None
    wanted_by: str | None = None
    due: str | None = None
    acknowledge: Literal[False] | str | None = None
    reporter: str | None = None
    company: str | None = None
    department: str | None = None
    phone: str | None = None
    notify: Words = ()
    cc: Words = ()
    correlate: Correlate | None = None
    close: Flag | None = None
    hold: str | None = None
    drop: str | None = None
    continue_: Flag = Field(default=False, alias="continue")


class Rule(Section):
    name: Name
    when: When = When()
    then: Then
    active: Flag = True


class Routing(Section):
    rules: tuple[Rule, ...] = ()
    follow_up_rules: tuple[Rule, ...] = ()
