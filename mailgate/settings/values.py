"""Single values that a type alone can not judge, and where each sort of them stands."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Iterator

from mailgate.settings import hosts
from mailgate.settings.links import has_capture
from mailgate.settings.problems import Problem, nearest, shown
from mailgate.settings.routing import compile_linear
from mailgate.settings.tree import CATEGORY, RULE, THEN, WHEN, Node, Pattern, find, pattern, texts


def time_zone(text: str) -> str | None:
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = nearest(text, zoneinfo.available_timezones())
        return f"there is no time zone {shown(text)}; {_meant(near, 'write one such as Europe/Berlin or UTC')}"
    return None


def language(text: str) -> str | None:
    if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
        return None
    return f"{shown(text)} is no language; write its short name, such as en or de"


def tag(text: str) -> str | None:
    if text.count("{number}") != 1 or re.search(r"[{}]", text.replace("{number}", "")):
        return f"{shown(text)} has to hold {{number}} once and no other braces, such as '[#{{number}}]'"
    return "the tag has to fit on one line of 40 characters" if len(text) > 40 or not text.isprintable() else None


def old_tag(text: str) -> str | None:
    wrong = expression(text)
    if wrong is None and (groups := compile_linear(text).groups) != 1:
        return f"{shown(text)} has {groups} groups; put exactly one (…) around the number"
    return wrong


def expression(text: str) -> str | None:
    try:
        compile_linear(text)
    except ValueError as wrong:
        return str(wrong)
    return None


def one_group(text: str) -> str | None:
    wrong = expression(text)
    if wrong is None and not compile_linear(text).groups:
        return f"{shown(text)} has no group; put (…) around the part that is the same in mails that belong together"
    return wrong


def database(text: str) -> str | None:
    if text == "sqlite":
        return None
    if re.match(r"postgres(ql)?(\+psycopg)?://", text):
        return None
    return "there is no such database; write sqlite, or one such as postgresql://mailgate@127.0.0.1/mailgate"


def rate(text: str) -> str | None:
    if re.fullmatch(r"[1-9][0-9]{0,8}/(s|m|h|d)", text):
        return None
    return f"{shown(text)} is no rate; write a number and /s, /m, /h or /d, such as 300/h"


def clock_time(text: str) -> str | None:
    if re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", text):
        return None
    return f"{shown(text)} is no time of day; write one such as '08:00'"


def size_question(text: str) -> str | None:
    if re.fullmatch(r"(<|>|<=|>=)\s*[0-9]{1,12}\s*(B|KiB|MiB|GiB|kB|MB|GB)?", text):
        return None
    return f"{shown(text)} asks nothing about a size; write '>1MiB' or '<500KiB'"


def hours_question(text: str) -> str | None:
    if re.fullmatch(r"(open|closed)(\s+\S+)?", text):
        return None
    return f"{shown(text)} asks nothing about hours; write open or closed, and perhaps a calendar: 'closed office'"


def holiday_region(text: str) -> str | None:
    import holidays  # calendars of all religions, 11 MiB: only where they are asked for

    country, _, region = text.partition("-")
    try:
        holidays.country_holidays(country, subdiv=region or None)
    except NotImplementedError:
        regions = holidays.list_supported_countries().get(country, [])
        known = (
            f"{country} has {', '.join(regions)}" if regions else "write a country or its region, such as DE or DE-BY"
        )
        return f"holidays of {shown(text)} are not known; {known}"
    return None


_CHECKS: tuple[tuple[Callable[[str], str | None], tuple[Pattern, ...]], ...] = (
    (
        hosts.address,
        (
            *map(pattern, ("addresses.*.address", "addresses.*.aliases", "agents.*.email", "agents.*.aliases")),
            *map(pattern, ("site.admins", "intake.imap.*.address")),
            *((*CATEGORY, "notify"), (*THEN, "notify"), (*THEN, "cc")),
        ),
    ),
    (time_zone, tuple(map(pattern, ("site.timezone", "agents.*.timezone", "calendars.*.timezone")))),
    (
        language,
        (
            *map(pattern, ("site.language", "addresses.*.language", "agents.*.language", "customer_groups.*.language")),
            *((*WHEN, "language"), (*THEN, "language")),
        ),
    ),
    (
        hosts.listener,
        tuple(pattern(f"{each}.listen") for each in ("intake.smtp", "intake.submission", "intake.lmtp", "web")),
    ),
    (hosts.resolver, (pattern("intake.smtp.resolvers"),)),
    (hosts.relay, (pattern("delivery.relays.*.url"), pattern("alerts.relay"))),
    (
        hosts.network,
        tuple(map(pattern, ("intake.smtp.trusted_relays", "intake.submission.trusted_peers", "web.behind_proxy"))),
    ),
    (hosts.web_url, (pattern("site.url"),)),
    (tag, (pattern("tickets.tag"),)),
    (old_tag, (pattern("tickets.old_tags"),)),
    (database, (pattern("storage.database"),)),
    (rate, (pattern("delivery.relays.*.rate"),)),
    (hosts.domain, (pattern("delivery.dkim.*.domain"), pattern("intake.smtp.arc_sealers"))),
    (clock_time, (pattern("digest.at"),)),
    (size_question, ((*WHEN, "size"),)),
    (hours_question, ((*WHEN, "hours"),)),
    (one_group, ((*THEN, "correlate", "key"),)),
    (expression, ((*THEN, "correlate", "resolved_by"),)),
    (holiday_region, (pattern("calendars.*.holidays"),)),
)
"""What is asked of which values."""


def wrong_values(root: Node) -> Iterator[Problem]:
    """A problem for each value that can not be what its key says."""
    for check, where in _CHECKS:
        for steps in where:
            in_rule = steps[: len(RULE)] == RULE
            for found in texts(root, steps):
                captured = in_rule and check not in (one_group, expression) and has_capture(found.text or "")
                if not captured and (wrong := check(found.text or "")):
                    yield found.judged(wrong)
    yield from _languages_of_texts(root)


def _languages_of_texts(root: Node) -> Iterator[Problem]:
    """The keys of `name: {en: …, de: …}`."""
    for steps in (
        *map(pattern, ("groups.*.name", "customer_groups.*.name", "kinds.*.name", "channels.*.name", "notices.*.text")),
        (*CATEGORY, "name"),
    ):
        for found in find(root, (*steps, "*")):
            if wrong := language(str(found.path[-1])):
                yield found.key_problem(wrong)


def _meant(near: str | None, otherwise: str) -> str:
    return f"did you mean {near}?" if near else otherwise
