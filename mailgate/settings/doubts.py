"""Warnings about a configuration that is right but will disappoint: answers that can not leave, mail nobody handles."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib.util import find_spec
from urllib.parse import urlsplit

from mailgate.settings import reach, thresholds
from mailgate.settings.model import Settings
from mailgate.settings.problems import Place, Problem
from mailgate.settings.tree import CATEGORY, Found, Mapping, Node, Scalar, find, pattern, texts

_WAYS = (
    " Set smtp.trusted_relays with smtp.authserv_id, or lmtp.listen with lmtp.authserv_id, or a mailbox with its"
    " authserv_id or provider, or submission.listen with users_file or trusted_peers; until then {what} stay notes on"
    " the ticket"
)
_NOTHING_PROVES = "no agent's answer can leave: nothing here proves who wrote a mail." + _WAYS.format(what="answers")
_ONLY_SIGNED = (
    "an agent's answer leaves only where his mail carries a DKIM signature of its own domain: nothing else here proves"
    " who wrote it." + _WAYS.format(what="all others")
)


def doubts(settings: Settings, root: Mapping) -> Iterator[Problem]:
    """Every warning of this page; only of a configuration without problems."""
    yield from _dead_ends(settings, root)
    yield from _addresses_that_no_relay_carries(settings, root)
    yield from _answers_that_stay(settings, root)
    yield from _groups_without_members(settings, root)
    yield from _categories_nobody_handles(settings, root)
    yield from _two_meanings(settings, root)
    yield from reach.unreachable(root, "rules", settings.rules)
    yield from reach.unreachable(root, "follow_up_rules", settings.follow_up_rules)
    yield from _keys_without_sense(root)
    yield from thresholds.in_vain(settings, root)
    yield from _links_to_ourselves(settings, root)
    yield from _audiences_without_sense(root)
    yield from _reminders_after_the_end(settings, root)
    yield from _deputies_never_asked(settings, root)


def _at(root: Node, *path: str | int) -> Found:
    """The key at this path, or the nearest above it that is written."""
    for length in range(len(path), 0, -1):
        found = next(find(root, tuple(str(step) for step in path[:length])), None)
        if found:
            return Found(tuple(path), found.key, found.node)
    return Found(tuple(path), root.place, root)


def _dead_ends(settings: Settings, root: Node) -> Iterator[Problem]:
    intake = settings.intake
    if not (intake.smtp.listen or intake.lmtp.listen or intake.submission.listen or intake.imap):
        message = "nothing listens and no mailbox is read, so only `mailgate deliver` brings mail in"
        yield _at(root, "intake", "smtp", "listen").key_problem(message)
    if not settings.delivery.relays:
        yield _at(root, "delivery", "relays").key_problem("there is no relay, so no letter can leave")
    submission = intake.submission
    if submission.listen and not (submission.users_file or submission.trusted_peers):
        message = "nobody may hand in mail here: write users_file or trusted_peers"
        yield _at(root, "intake", "submission", "listen").problem(message)


def _addresses_that_no_relay_carries(settings: Settings, root: Node) -> Iterator[Problem]:
    """A letter that no relay may carry fails at once."""
    globs = [glob.lower() for relay in settings.delivery.relays for glob in relay.from_]
    for number, each in enumerate(settings.addresses if settings.delivery.relays else ()):
        if not any(fnmatchcase(each.address.lower(), glob) for glob in globs):
            message = f"no relay carries letters from {each.address}: see `from` of delivery.relays"
            yield _at(root, "addresses", number, "address").problem(message)


def _audiences_without_sense(root: Node) -> Iterator[Problem]:
    """`letters:` has one letter to the reporter, `closed`; all others go to us, and so do reminders of the light."""
    for found in texts(root, pattern("letters.*")):
        letter, to_reporter = str(found.path[1]), found.text == "reporter"
        if letter == "closed" and not to_reporter:
            yield found.problem(f"'{found.written}' has no effect here: closed goes to the reporter or to nobody")
        elif letter != "closed" and to_reporter:
            yield found.problem(f"'reporter' has no effect here: {letter} is a letter to us, not to the reporter")
    for found in find(root, pattern("reminders.*")):
        when = found.below("when")
        of_light = isinstance(when.node if when else None, Scalar)
        for each in texts(found, ("to",)) if of_light else ():
            if each.text == "reporter":
                yield each.problem("'reporter' has no effect here: of the light only we are told, not the reporter")


def _reminders_after_the_end(settings: Settings, root: Node) -> Iterator[Problem]:
    """A ticket that waits for its reporter is closed before he would be reminded."""
    closed = settings.auto_close.waiting_for_reporter
    for rule, found in zip(settings.reminders, find(root, pattern("reminders.*")), strict=False):
        if closed and rule.after and rule.after.plain >= closed.plain:
            message = f"this reminder never comes: the ticket is closed after {closed} (auto_close)"
            yield (found.below("when") or found).problem(message)


def _deputies_never_asked(settings: Settings, root: Node) -> Iterator[Problem]:
    """The ticket is taken back before."""
    deputy, back = settings.unanswered.deputy, settings.unanswered.coordinator
    if deputy and back and deputy.plain >= back.plain:
        message = f"the deputy is never asked: the ticket is taken back after {back}"
        yield _at(root, "unanswered", "deputy").problem(message)


def _answers_that_stay(settings: Settings, root: Node) -> Iterator[Problem]:
    """CONTRACT 7: words to a reporter need `proven`, a token and a sender that somebody we trust has checked."""
    intake = settings.intake
    by_relay = intake.smtp.listen and intake.smtp.trusted_relays and intake.smtp.authserv_id
    by_lmtp = intake.lmtp.listen and intake.lmtp.trusted and intake.lmtp.authserv_id
    by_hand = intake.submission.listen and (intake.submission.trusted_peers or intake.submission.users_file)
    if intake.smtp.trusted_relays and not intake.smtp.authserv_id:
        message = "trusted_relays without authserv_id: nothing the relay says about a sender is believed"
        yield _at(root, "intake", "smtp", "trusted_relays").key_problem(message)
    by_mailbox = any(each.speaks_as or each.provider == "microsoft365" for each in intake.imap)
    by_keys = all(agent.keys for agent in settings.agents.values() if agent.active)
    if settings.agents and not (by_relay or by_lmtp or by_hand or by_mailbox or by_keys):
        yield _at(root, "intake").key_problem(_ONLY_SIGNED if _looks_itself(settings) else _NOTHING_PROVES)


def _looks_itself(settings: Settings) -> bool:
    """Strangers' mail comes in, and what looks at their signatures is installed (`first_hop.py`)."""
    return bool(settings.intake.smtp.listen) and all(find_spec(each) for each in ("dkim", "spf", "dns"))


def _groups_without_members(settings: Settings, root: Node) -> Iterator[Problem]:
    for name, group in settings.groups.items():
        if group.active and not any(settings.agents[member].active for member in group.members):
            what = "no active member" if group.members else "no members"
            message = f"group '{name}' has {what}: its letters go to nobody"
            yield _at(root, "groups", name).key_problem(message)


def _categories_nobody_handles(settings: Settings, root: Mapping) -> Iterator[Problem]:
    handled = {path for path, node in settings.category_nodes.items() if node.group or node.notify}
    for found in find(root, CATEGORY):
        path = "/".join(map(str, found.path[1::2]))
        if path not in handled and settings.category_nodes[path].active:
            message = f"nobody handles category '{path}': give it a group or notify; until then the admins are told"
            yield found.key_problem(message)
    default = settings.default_category
    caught = all(each.group or each.category in handled for each in settings.addresses)
    if default == "general" and not settings.categories.get("general") and not caught:
        message = "mail that no rule sorts goes to category 'general', which nobody handles: give it a group"
        written = root.entries.get("default_category")
        yield Problem.at(written.key if written else Place("categories.yaml"), ("default_category",), message)


def _two_meanings(settings: Settings, root: Node) -> Iterator[Problem]:
    for name in settings.groups:
        if name in settings.agents:
            message = f"'{name}' is an agent and a group: `#assign {name}` can not say which"
            yield _at(root, "groups", name).key_problem(message)


def _keys_without_sense(root: Node) -> Iterator[Problem]:
    """What a rule for a ticket that exists can not do."""
    for key, why in _ONLY_FOR_NEW.items():
        for found in find(root, ("follow_up_rules", "*", "then", key)):
            yield found.key_problem(f"'{key}' has no effect here: {why}")


_ONLY_FOR_NEW = {
    "reporter": "the ticket has its reporter already",
    "acknowledge": "only the mail that opens a ticket is acknowledged",
}


def _links_to_ourselves(settings: Settings, root: Node) -> Iterator[Problem]:
    host = urlsplit(settings.site.url or "").hostname or ""
    if host in ("localhost", "::1") or host.startswith("127."):
        message = f"links in letters would point to {host}, which is every reader's own computer"
        yield next(find(root, pattern("site.url"))).problem(message)
