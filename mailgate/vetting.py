"""Is a configuration fit to be used here? Beyond its own syntax: its mailboxes, its letter templates, its routing tests
(`cases/`), and what the database of this desk needs of it. Nothing is changed, and everything is said at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from mailgate import credentials, mailboxes, translations
from mailgate.clock import Clock, SetClock
from mailgate.desk import names_in_use
from mailgate.desk.names_in_use import Missing
from mailgate.errors import NoDatabase, StoreUnavailable
from mailgate.intake.submit import as_mail
from mailgate.mail.parse import read
from mailgate.outbox.answer_texts import check_answers
from mailgate.outbox.overrides import check_templates
from mailgate.rehearsal import Mail, at_the_door, rehearse
from mailgate.settings import expected, load
from mailgate.settings.cases import Case, Cases, read_cases
from mailgate.settings.former import FILES, SORTS, name_of
from mailgate.settings.load import in_order
from mailgate.settings.model import Settings
from mailgate.settings.problems import Place, Problem, nearest
from mailgate.settings.tree import Node, find, pattern
from mailgate.store.db import Store, in_memory, open_store


@dataclass(frozen=True, slots=True)
class Vetted:
    """What came of it. `settings` is None where there is any problem; warnings keep nothing from working."""

    settings: Settings | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    cases: int = 0
    """How many routing tests there are."""


def vet(folder: Path, environ: Mapping[str, str], store: Store | None, state: Path | None = None) -> Vetted:
    """All that is wrong with a folder, and all that is doubtful about it. `store`: the desk it is to work on, where
    there is one; `state` as in `load.examine`. Raises StoreUnavailable where the desk can not be read."""
    examined, tests = load.examine(folder, environ, state), read_cases(folder)
    problems = [*examined.problems, *tests.problems]
    for case in tests.cases:
        problems.extend(expected.unknown_keys(case))
    if settings := examined.settings:
        problems.extend(credentials.problems(settings, examined.root))
        problems.extend(_unreadable(settings, examined.root))
        problems.extend(_templates(settings))
        problems.extend(_broken(settings, tests))
        problems.extend(_vanished(settings, store, examined.root) if store else ())
    warnings = (*examined.warnings, *(_doubts(settings, examined.root) if settings else ()))
    return Vetted(None if problems else settings, in_order(problems), in_order(warnings), len(tests.cases))


def vet_in_place(folder: Path, environ: Mapping[str, str]) -> Vetted:
    """The same with the database that this configuration names; where there is none or it can not be read, without."""
    settings = load.examine(folder, environ).settings
    try:
        with closing(open_store(settings)) if settings else nullcontext() as store:
            return vet(folder, environ, store)
    except NoDatabase:
        return vet(folder, environ, None)
    except StoreUnavailable as wrong:
        vetted = vet(folder, environ, None)
        message = f"nobody could look whether tickets need names that are gone: {wrong}"
        warning = Problem.at(Place("mailgate.yaml"), (), message)
        return replace(vetted, warnings=(*vetted.warnings, warning))


def _doubts(settings: Settings, root: Node) -> Iterator[Problem]:
    yield from credentials.doubts(settings, root)
    yield from translations.missing(settings, root)


def _unreadable(settings: Settings, root: Node) -> Iterator[Problem]:
    """Mailboxes that nobody would start with."""
    written = list(find(root, pattern("intake.imap.*")))
    for number, why in mailboxes.unreadable(settings):
        yield written[number].problem(why.rstrip("."))


def _templates(settings: Settings) -> Iterator[Problem]:
    for file, line, message in (*check_templates(settings), *check_answers(settings)):
        yield Problem(file, line, 1, "", message)


# -- routing tests -----------------------------------------------------------------------------------------------------


def _broken(settings: Settings, tests: Cases) -> Iterator[Problem]:
    """Each expectation that does not come true. One empty desk for all: nothing of a rehearsal stays on it."""
    if not tests.cases:
        return
    desk = in_memory()
    try:
        for case in tests.cases:
            yield from expected.differences(case, judged(desk, settings, case))
    finally:
        desk.close()


def judged(desk: Store, settings: Settings, case: Case) -> expected.Document:
    """The document of `explain` for the mail of a case. Where the case names no time, it comes when it was written: a
    test that holds by day holds at night."""
    raw, given = as_mail(case.raw), case.given
    at = given.at or read(raw, settings.limits).date or Clock().now()
    mail = Mail(given.sender, given.to, source=given.source, peer=given.peer, at=at)
    door = at_the_door(desk, settings, raw, mail, SetClock(at))
    return {**rehearse(desk, settings, raw, mail, SetClock(at)), **door}


# -- the database ------------------------------------------------------------------------------------------------------


def _vanished(settings: Settings, store: Store, root: Node) -> Iterator[Problem]:
    with store.reading(settings, Clock().now()) as tx:
        found = names_in_use.missing(tx)
    for each in found:
        place, path = _nearest_place(root, each)
        yield Problem.at(place, path, _advice(each))


def _nearest_place(root: Node, gone: Missing) -> tuple[Place, tuple[str, ...]]:
    """Where it would stand: the category above it, else the key of all of its sort, else the beginning of the file."""
    part = SORTS[gone.what][0]
    assert isinstance(part, str), "every sort has a key of its own"
    above = {name_of(gone.what, found): found for found in find(root, SORTS[gone.what])}
    name = gone.name
    while name := name.rpartition("/")[0]:
        if found := above.get(name):
            return found.key, tuple(map(str, found.path))
    top = next(find(root, (part,)), None)
    return (top.key if top else Place(f"{FILES[gone.what]}.yaml")), (part,)


def _advice(gone: Missing) -> str:
    what, who = gone.what, "him" if gone.what == "agent" else "it"
    parent = gone.name.rpartition("/")[0]
    beside = [name for name in gone.free if parent and name.rpartition("/")[0] == parent]
    heir = beside[0] if len(beside) == 1 else nearest(gone.name, beside or gone.free)
    hint = f" (is it '{heir}'?)" if heir else ""
    return (
        f"there is no {what} '{gone.name}' any more, but {gone.used}: write `was: [{gone.name}]` at the {what} that"
        f" takes over{hint}, or keep {who} with `active: false`"
    )
