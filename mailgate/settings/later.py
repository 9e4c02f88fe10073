"""Keys of later versions: accepted, checked, and said to be without effect, so that nobody waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from mailgate.settings.problems import Problem
from mailgate.settings.tree import (
    CATEGORY,
    RULE,
    THEN,
    WHEN,
    Found,
    Listing,
    Mapping,
    Node,
    Pattern,
    Scalar,
    find,
    pattern,
)

_THEN = frozenset(
    {"coordinator", "level", "visible", "wanted_by", "due", "reporter", "company", "department", "phone", "notify"}
    | {"cc", "correlate", "close"}
)
_WHEN = frozenset(
    {"cc", "reply_to", "attachment", "size", "language", "customer_group", "trust", "spam", "list", "auto", "has"}
    | {"hours"}
)

LATER: tuple[tuple[Pattern, str], ...] = (
    (pattern("reload"), "mailgate reads its configuration when it starts"),
    (pattern("intake.imap"), "mailboxes are not fetched, mail comes in by SMTP and LMTP only"),
    (pattern("intake.imap_defaults"), "mailboxes are not fetched"),
    (pattern("intake.multi_target"), "one mail to several of our addresses is one ticket"),
    (pattern("intake.refuse.from"), "nobody is turned away by address"),
    (pattern("intake.refuse.to"), "nobody is turned away by address"),
    (pattern("intake.spam"), "mail marked as spam is handled like other mail"),
    (pattern("intake.submission.users_file"), "nobody can log in; mail is taken from trusted_peers only"),
    (pattern("delivery.dkim"), "letters are not signed by mailgate; let the relay sign them"),
    (pattern("delivery.hold"), "agents' words leave at once"),
    (pattern("web"), "there are no pages"),
    (pattern("alerts"), "alerts go out like other letters"),
    (pattern("agents.*.keys"), "signatures of mails are not looked at"),
    (pattern("agents.*.mute"), "agents get every letter they are named for"),
    (pattern("customer_groups.*.level"), "there is no second level"),
    (pattern("customer_groups.*.end_customer"), "nobody is asked for the end customer"),
    (pattern("customer_groups.*.promises"), "the promises of the kind of case hold for everybody"),
    (pattern("second_level"), "there is no second level"),
    (pattern("kinds.*.yellow_after"), "tickets have no traffic light"),
    (pattern("kinds.*.red_after"), "tickets have no traffic light"),
    ((*CATEGORY, "second_level"), "there is no second level"),
    ((*CATEGORY, "public"), "there is no public form"),
    (pattern("follow_up_rules"), "rules are asked for new tickets only"),
    ((*WHEN, _WHEN), "a rule that asks for it never matches"),
    ((*THEN, _THEN), "the rest of the rule is carried out without it"),
    (pattern("reminders"), "nobody is reminded"),
    (pattern("auto_close"), "tickets are not closed by themselves"),
    (pattern("crossing"), "answers that cross are sent"),
    (pattern("digest"), "there is no digest"),
    (pattern("notices"), "notices stand in no letter"),
    (pattern("retention"), "nothing is deleted by itself"),
    (pattern("reopen.thanks"), "a mail that only thanks reopens like any other"),
)
"""Where the key stands, and what is so until it is built."""

_LATER_VALUES: tuple[tuple[Pattern, str, str], ...] = (
    (pattern("acknowledge.unproven"), "verify", "unproven senders get the short letter, as with minimal"),
)
"""Single values of keys that otherwise work."""

_IDLE = {
    "reload": "on_signal",
    "multi_target": "one",
    "hold": "0s",
    "level": 1,
    "crossing": "send",
}
"""Values that ask for nothing more than what is so anyway."""


def without_effect(root: Node) -> Iterator[Problem]:
    """A warning for each key that is set and does nothing yet."""
    for steps, until_then in LATER:
        for found in find(root, steps):
            if not _idle(found, in_rule=steps[: len(RULE)] == RULE):
                yield found.key_problem(f"'{found.path[-1]}' has no effect yet: {until_then}")
    for steps, value, until_then in _LATER_VALUES:
        for found in find(root, steps):
            if found.text == value:
                yield found.problem(f"'{value}' has no effect yet: {until_then}")


def _idle(found: Found, in_rule: bool) -> bool:
    node = found.node
    if isinstance(node, Scalar):
        return node.value is None or (not in_rule and node.value == _IDLE.get(str(found.path[-1])))
    return not (node.items if isinstance(node, Listing) else node.entries if isinstance(node, Mapping) else True)
