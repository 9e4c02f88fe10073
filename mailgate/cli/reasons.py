"""A decision for people: every step with its reason, one line each, the deciding ones first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailgate.cli.common import say

Json = dict[str, Any]

_WIDTH = 8
_LINES_OF_TEXT = 15
_ROUTE = ("group", "assignee", "coordinator", "kind", "priority", "channel", "language")
_KINDS = {"quote": "what it answers", "ours": "our letter", "signature": "signature", "disclaimer": "disclaimer"}
_CONFIDENCE = {"certain": "certain", "high": "almost certain", "low": "in doubt"}
_ORDINARY = {"priority": "normal", "channel": "email"}


def print_reasons(decision: Json) -> None:
    """The document of `explain`, or of a mail's moment (then with `hops` and letters that have states)."""
    for name, text in lines(decision):
        first, *rest = text.splitlines() or [""]
        say(f"{name:<{_WIDTH}}{first}".rstrip())
        for line in rest:
            say(f"{'':<{_WIDTH}}{line}".rstrip())


def lines(one: Json) -> Iterator[tuple[str, str]]:
    """What is to be said, with the word in front of it."""
    yield from _at_the_door(one)
    yield "sort", f"{one['sort'] or one['state']}: {one['reason']}"
    if one["state"] not in (None, "handled"):
        yield "state", one["state"]
    trust = one["trust"]
    yield "trust", f"{trust['level']}: {'; '.join(trust['evidence'])}"
    yield "ticket", _ticket(one["ticket"])
    yield from _way(one.get("hops") or [])
    yield from _rules(one["rules"])
    yield from _route(one["route"])
    yield from _commands(one["commands"])
    yield from _of_the_mail(one)
    for effect in one["effects"]:
        yield "effect", effect
    for letter in one["letters"]:
        yield "letter", _letter(letter)
    if not one["letters"]:
        yield "letter", "none"


def _at_the_door(one: Json) -> Iterator[tuple[str, str]]:
    if one.get("refused"):
        yield "refused", f"{one['refused']}\nIt would not get in; this is how it would be judged if it did:"
    if one.get("again"):
        yield "again", f"{one['again']} is this very mail: it would be counted there. If it were new:"


def _ticket(ticket: Json | None) -> str:
    if ticket is None:
        return "none"
    how = f", by {ticket['matched_by']}" if ticket["matched_by"] else ", new"
    return f"#{ticket['number']}{how}"


def _way(hops: list[Json]) -> Iterator[tuple[str, str]]:
    """Nothing of this is proof: each server says it of itself."""
    for number, hop in enumerate(hops, 1):
        came = f" from {hop['from']}" if hop["from"] else ""
        how = f" with {hop['protocol']}" if hop["protocol"] else ""
        yield "hop", f"{number} {(hop['at'] or 'no time')[:19]} by {hop['by'] or 'nobody named'}{came}{how}"


def _rules(rules: list[Json]) -> Iterator[tuple[str, str]]:
    for rule in rules:
        mark = "yes" if rule["matched"] else "no "
        yield "rule", f"{mark} {rule['name']} ({rule['file']}:{rule['line']}): {rule['why']}"
    if not rules:
        yield "rule", "none was asked"


def _route(way: Json) -> Iterator[tuple[str, str]]:
    said = [f"{name} {way[name]}" for name in _ROUTE if way[name] and way[name] != _ORDINARY.get(name)]
    group = [] if way["group"] else ["no group"]
    tags = [f"tags {' '.join(way['tags'])}"] if way["tags"] else []
    yield "route", f"{', '.join([str(way['category']), *group, *said, *tags])}: {way['why']}"
    for name in ("drop", "hold"):
        if way.get(name):
            yield name, way[name]
    for remark in way["remarks"]:
        yield "remark", remark


def _commands(commands: list[Json]) -> Iterator[tuple[str, str]]:
    for each in commands:
        said = ["carried out" if each["ok"] else "not carried out", *([each["why"]] if each["why"] else [])]
        yield "command", f"#{each['command']} {each['args'] or ''}".rstrip() + f": {': '.join(said)}"


def _of_the_mail(one: Json) -> Iterator[tuple[str, str]]:
    """What the mail itself says that counts."""
    auto = one["auto"]
    if auto["why"]:
        what = "an automatic answer" if auto["reply"] else "no automatic answer"
        yield "auto", f"{what}; {'may' if auto['respond'] else 'may not'} be answered by a machine: {auto['why']}"
    if found := one["bounce"]:
        yield "bounce", f"{found['class']}, about {found['recipient']}: {found['status'] or ''} {found['reason']}"
    if found := one["forwarded"]:
        yield "forward", f"of {_writer(found)}, {found['date']}: {found['subject']}"
    for each in one["attachments"]:
        hidden = f", kept and not shown: {each['decoration']}" if each.get("decoration") else ""
        yield "file", f"{each['name']} ({each['type']}, {each['size']} bytes){hidden}"
    for defect in one["defects"]:
        yield "defect", defect
    yield from _folds(one.get("folded"))
    words = (one["new_text"] or "").strip().splitlines()
    more = [f"… {len(words) - _LINES_OF_TEXT} lines more"] if len(words) > _LINES_OF_TEXT else []
    if words:
        yield "words", "\n".join([*words[:_LINES_OF_TEXT], *more])


def _folds(folded: Json | None) -> Iterator[tuple[str, str]]:
    """What of the mail is not shown as new, and how that was recognised."""
    if folded is None:
        return
    yield "folded", folded["why"] if folded["parts"] else f"nothing: {folded['why']}"
    for each in folded["parts"]:
        first, last = each["lines"]
        where = f"line {first}" if first == last else f"lines {first} to {last}"
        yield "fold", f"{where}: {_KINDS[each['kind']]}, {_CONFIDENCE[each['confidence']]}: {each['method']}"


def _writer(found: Json) -> str:
    """Inside one company some programs say only the name."""
    return f"{found['name']} <{found['from']}>" if found["name"] and found["from"] else found["name"] or found["from"]


def _letter(letter: Json) -> str:
    about = f"{letter['template']} to {letter['to']}"
    if "state" not in letter:
        return f"{letter['template']} ({letter['language']}) to {letter['to']}: {letter['subject']}"
    answer = f", {letter['answer']}" if letter["answer"] else ""
    return f"{letter['id']} {about}: {letter['state']} {(letter['sent_at'] or '')[:19]}{answer}"
