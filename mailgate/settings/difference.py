"""What changes from one configuration to another, in words an admin understands.

Nothing changes without a sentence, and no value that came from the environment stands in one. The words for things and
keys are tables; which values are compared is no table at all (`compared.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from mailgate.sentence import Sentence, verbatim
from mailgate.settings import former
from mailgate.settings.compared import Change, Kind, Path, changes
from mailgate.settings.model import Settings
from mailgate.settings.shown import in_words

THINGS: dict[Path, Sentence] = {
    ("agents",): Sentence("Agent {name}", "Agent {name}"),
    ("groups",): Sentence("Group {name}", "Gruppe {name}"),
    ("customer_groups",): Sentence("Customer group {name}", "Kundengruppe {name}"),
    ("categories",): Sentence("Category {name}", "Kategorie {name}"),
    ("kinds",): Sentence("Kind {name}", "Vorgangsart {name}"),
    ("channels",): Sentence("Channel {name}", "Meldeweg {name}"),
    ("rules",): Sentence('Rule "{name}"', "Regel „{name}“"),
    ("follow_up_rules",): Sentence('Follow-up rule "{name}"', "Folgeregel „{name}“"),
    ("calendars",): Sentence("Calendar {name}", "Kalender {name}"),
    ("addresses",): Sentence("Our address {name}", "Unsere Adresse {name}"),
    ("intake", "imap"): Sentence("Mailbox {name}", "Postfach {name}"),
    ("delivery", "relays"): Sentence("Relay {name}", "Relay {name}"),
    ("delivery", "dkim"): Sentence("DKIM key {name}", "DKIM-Schlüssel {name}"),
    ("web", "api_tokens"): Sentence("API token {name}", "API-Kennzeichen {name}"),
}
"""What has a name of its own: where it stands, and what people call it."""

ORDERS: dict[Path, Sentence] = {
    ("rules",): Sentence("Rules are asked in another order: {names}", "Regeln stehen anders gereiht: {names}"),
    ("follow_up_rules",): Sentence(
        "Follow-up rules are asked in another order: {names}", "Folgeregeln stehen anders gereiht: {names}"
    ),
    ("customer_groups",): Sentence(
        "Customer groups are asked in another order: {names}", "Kundengruppen stehen anders gereiht: {names}"
    ),
    ("delivery", "relays"): Sentence(
        "Relays are tried in another order: {names}", "Relays werden in anderer Folge versucht: {names}"
    ),
}

ENTRIES: dict[str, Sentence] = {
    "members": Sentence("member {value}", "Mitglied {value}"),
    "aliases": Sentence("alias {value}", "weitere Adresse {value}"),
    "keywords": Sentence("keyword {value}", "Stichwort {value}"),
    "readers": Sentence("reader {value}", "Leserecht für {value}"),
    "admins": Sentence("admin {value}", "{value} als Admin"),
    "reminders": Sentence("reminder {value}", "Erinnerung {value}"),
    "notices": Sentence("notice {value}", "Hinweis {value}"),
}
"""What one entry of a list is called, where that is more than its key says."""

RETIRED: dict[str, Sentence] = {
    "agents": Sentence(
        "{thing} is no longer active: open tickets go back to the group",
        "{thing} ist nicht mehr aktiv: Offene Tickets gehen an die Gruppe zurück",
    ),
    "groups": Sentence(
        "{thing} is no longer active: open tickets go to the group of their category",
        "{thing} ist nicht mehr aktiv: Offene Tickets gehen an die Gruppe ihrer Kategorie",
    ),
}

FOLDERS: dict[str, tuple[Sentence, Sentence, Sentence]] = {
    # new, another text, gone
    "templates": (
        Sentence("Letter template {name} is overridden now", "Die Vorlage {name} ersetzt jetzt die eingebaute"),
        Sentence("Letter template {name} is another one", "Die Vorlage {name} ist geändert"),
        Sentence(
            "Letter template {name} is no longer overridden", "Die Vorlage {name} ersetzt die eingebaute nicht mehr"
        ),
    ),
    "answers": (
        Sentence("Text for agents {name} is new", "Der Textbaustein {name} ist neu"),
        Sentence("Text for agents {name} is another one", "Der Textbaustein {name} ist geändert"),
        Sentence("Text for agents {name} is gone", "Der Textbaustein {name} entfällt"),
    ),
    "cases": (
        Sentence("Routing test {name} is new", "Der Regeltest {name} ist neu"),
        Sentence("Routing test {name} is another one", "Der Regeltest {name} ist geändert"),
        Sentence("Routing test {name} is gone", "Der Regeltest {name} entfällt"),
    ),
    "keys": (
        Sentence("Key {name} is new", "Der Schlüssel {name} ist neu"),
        Sentence("Key {name} is another one", "Der Schlüssel {name} ist ein anderer"),
        Sentence("Key {name} is gone", "Der Schlüssel {name} entfällt"),
    ),
}
"""The texts beside the files, by their folder."""

_NEW = Sentence("{thing} is new", "{thing} ist neu")
_GONE = Sentence("{thing} is gone", "{thing} entfällt")
_RENAMED = Sentence("{thing} is called {after} now", "{thing} heißt jetzt {after}")
_TAKES_OVER = Sentence("{thing} takes over what was called {value}", "{thing} übernimmt, was {value} hieß")
_LEAVES = Sentence(
    "{thing} no longer takes over what was called {value}", "{thing} übernimmt nicht mehr, was {value} hieß"
)
_NO_LONGER_ACTIVE = Sentence("{thing} is no longer active", "{thing} ist nicht mehr aktiv")
_ACTIVE_AGAIN = Sentence("{thing} is active again", "{thing} ist wieder aktiv")
_ADDED = Sentence("{thing}: {entry} added", "{thing}: {entry} kommt dazu")
_REMOVED = Sentence("{thing}: {entry} removed", "{thing}: {entry} entfällt")
_KEY = Sentence("{thing}: {key}", "{thing}: {key}")
_ENTRY = Sentence("{key} {value}", "{key} {value}")
_CHANGED = Sentence(
    "{thing}: {key} changes from {before} to {after}", "{thing}: {key} wechselt von {before} zu {after}"
)
_CHANGED_ALONE = Sentence("{thing}: {before} → {after}", "{thing}: {before} → {after}")
_SECRET = Sentence(
    "{thing} changes; what is secret of it is not shown", "{thing} ändert sich; Geheimes daran steht hier nicht"
)
_ORDER = Sentence("{thing} in another order: {names}", "{thing} in anderer Reihenfolge: {names}")
_PLACED = Sentence("{said} ({place})", "{said} ({place})")
_RESTART = Sentence("{said}: only after a restart", "{said}: erst nach einem Neustart")


def differences(old: Settings, new: Settings) -> tuple[Sentence, ...]:
    """Every change that a running daemon takes over, a sentence each without a full stop; the others stand in
    `needs_restart`."""
    found = list(changes(old, new))
    renamed = {(each.path, each.before) for each in found if each.kind is Kind.renamed}
    told = (each for each in found if _takes_over(each) not in renamed and not is_fixed(each.path))
    return tuple(dict.fromkeys((*(_said(new, each) for each in told), *_texts(old.files, new.files))))


def _takes_over(change: Change) -> tuple[Path, str] | None:
    """Who takes over which name by it, as a change of the name says it already."""
    if change.path[-1] != "was" or change.kind is not Kind.added:
        return None
    owner, old = change.path[:-1], str(change.after)
    return owner, former.meant(owner[-1], old) if owner[0] == "categories" else old


def needs_restart(old: Settings, new: Settings) -> tuple[Sentence, ...]:
    """What of it a running daemon can not take over: the database, where it lies, and what is listened on."""
    fixed = (each for each in changes(old, new) if is_fixed(each.path))
    return tuple(_RESTART.filled(said=_said(new, each)) for each in fixed)


def is_fixed(path: Path) -> bool:
    """A daemon keeps this as long as it runs; certificates it reads again, but TLS is on or off."""
    if path[:2] in (("intake", "smtp"), ("intake", "submission")) and path[2:] in (("tls",), ("tls", "implicit")):
        return True
    return path[0] == "storage" or path[-1] == "listen" or path == ("site", "state")


def _said(settings: Settings, change: Change) -> Sentence:
    owner = next((where for where in THINGS if change.path[: len(where)] == where), ())
    names = change.path[len(owner) :] if owner else ()
    if change.kind is Kind.order and change.path in ORDERS:
        return ORDERS[change.path].filled(names=_listed(change))
    if not names:
        return _of_value(verbatim(".".join(change.path)), "", change)
    thing = THINGS[owner].filled(name=names[0])
    if len(names) == 1 and change.kind is not Kind.changed:
        return _of_thing(settings, thing, change)
    return _of_value(_placed(settings, thing, change.path), ".".join(names[1:]), change)


def _of_thing(settings: Settings, thing: Sentence, change: Change) -> Sentence:
    if change.kind is Kind.renamed:
        owner = change.path[:-1]
        return _RENAMED.filled(thing=THINGS[owner].filled(name=change.before), after=change.after)
    said = (_GONE if change.kind is Kind.gone else _NEW).filled(thing=thing)
    return _placed(settings, said, change.path) if change.kind is Kind.new else said


def _placed(settings: Settings, said: Sentence, path: Path) -> Sentence:
    """With file and line, of a rule that stands there."""
    file, line = settings.place_of_rule(path[1]) if path[0] in ("rules", "follow_up_rules") else ("", 0)
    return _PLACED.filled(said=said, place=f"{file}:{line}") if line else said


def _of_value(thing: Sentence, key: str, change: Change) -> Sentence:
    """Of something that has no name of its own. `key`: which one of the thing; empty where it is the thing."""
    if key == "active" and not change.is_secret:
        retired = RETIRED.get(change.path[0], _NO_LONGER_ACTIVE)
        return (_ACTIVE_AGAIN if change.after else retired).filled(thing=thing)
    before, after = in_words(change.before, is_size=change.is_size), in_words(change.after, is_size=change.is_size)
    if change.is_secret or (before == after and change.kind is not Kind.order):
        return _SECRET.filled(thing=_KEY.filled(thing=thing, key=key) if key else thing)
    if change.kind is Kind.order:
        return _ORDER.filled(thing=_KEY.filled(thing=thing, key=key) if key else thing, names=_listed(change))
    if change.kind in (Kind.added, Kind.removed):
        return _of_entry(thing, key or change.path[-1], change)
    if not key:
        return _CHANGED_ALONE.filled(thing=thing, before=before, after=after)
    return _CHANGED.filled(thing=thing, key=key, before=before, after=after)


def _listed(change: Change) -> str:
    return str(in_words(tuple(change.after))).strip("[]")


def _of_entry(thing: Sentence, key: str, change: Change) -> Sentence:
    value = in_words(change.after if change.kind is Kind.added else change.before)
    if change.path[-1] == "was":
        return (_TAKES_OVER if change.kind is Kind.added else _LEAVES).filled(thing=thing, value=value)
    entry = ENTRIES.get(change.path[-1], _ENTRY).filled(key=key, value=value)
    return (_ADDED if change.kind is Kind.added else _REMOVED).filled(thing=thing, entry=entry)


def _texts(old: dict[str, str], new: dict[str, str]) -> Iterator[Sentence]:
    """Templates, texts for agents and routing tests; the two files of a test are one."""
    for name in sorted({*old, *new}):
        folder, _, file = name.partition("/")
        called = file.rpartition(".")[0] if folder == "cases" else file
        if old.get(name) != new.get(name) and folder in FOLDERS:
            at = 0 if name not in old else 2 if name not in new else 1
            yield FOLDERS[folder][at].filled(name=called)
