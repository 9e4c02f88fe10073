"""Where a mail goes: the rules from top to bottom, then what its address says, then keywords, then defaults.

Every decision stands with its reason; every rule that was asked stands with why it matched or not (CONTRACT 4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailgate.rules.customers import customer_group_of
from mailgate.rules.known import Known, known_category, known_channel, known_group, known_kind
from mailgate.rules.outcome import Outcome, outcome
from mailgate.rules.route import Asked, FollowUp, Route
from mailgate.rules.ruleset import Ready, RuleSet, rule_set
from mailgate.rules.seen import Mail, Seen
from mailgate.settings.categories import CategoryNode
from mailgate.settings.model import Settings, Target
from mailgate.settings.routing import When
from mailgate.trust.verdict import Level, at_least

__all__ = ["Asked", "FollowUp", "Mail", "Route", "follow_up", "route"]


_NOTHING = Outcome()


@dataclass(frozen=True, slots=True)
class _Matched:
    """The rules that matched, why, and all they set together."""

    outcome: Outcome
    rules: tuple[Ready, ...] = ()
    whys: tuple[str, ...] = ()

    def and_then(self, ready: Ready, why: str, later: Outcome) -> _Matched:
        several = self.rules or ready.rule.then.continue_
        sets = f" and sets {' '.join(later.set_keys) or 'nothing'}" if several else ""
        return _Matched(self.outcome.then(later), (*self.rules, ready), (*self.whys, f"{ready}: {why}{sets}"))

    @property
    def last(self) -> Ready | None:
        return self.rules[-1] if self.rules else None


def route(settings: Settings, mail: Mail, target: Target | None) -> tuple[Route, tuple[Asked, ...]]:
    """Route one mail that belongs to no ticket. `target`: the address of ours it came to."""
    rules = rule_set(settings)
    seen = Seen(mail, rules.tags, settings)
    matched, asked = _ask(settings, rules.rules, seen)
    return _decided(settings, rules, seen, target, _with_spam(matched, seen)), asked


def follow_up(settings: Settings, mail: Mail) -> tuple[FollowUp | None, tuple[Asked, ...]]:
    """What follow_up_rules say about a mail that belongs to a ticket; None where they say nothing."""
    rules = rule_set(settings)
    seen = Seen(mail, rules.tags, settings)
    matched, asked = _ask(settings, rules.follow_ups, seen)
    said, last = _with_spam(matched, seen), matched.last
    if not said.rules and not said.outcome.set_keys:
        return None, asked
    place = f"{last.file}:{last.line}" if last else ""
    return FollowUp(said.outcome, last.rule.name if last else "spam", place, "; ".join(said.whys)), asked


def _ask(settings: Settings, rules: tuple[Ready, ...], seen: Seen) -> tuple[_Matched, tuple[Asked, ...]]:
    """From top to bottom until one matches that does not say `continue`."""
    asked: list[Asked] = []
    matched = _Matched(_NOTHING)
    for ready in rules:
        match = ready.check(seen) if ready.rule.active else None
        why = match.why if match else "it is switched off (active: false) and not asked"
        asked.append(Asked(ready.rule.name, ready.file, ready.line, bool(match and match.ok), why))
        if match and match.ok:
            matched = matched.and_then(ready, why, outcome(settings, ready, match.captures, seen))
            if not ready.rule.then.continue_:
                break
    return matched, tuple(asked)


def _with_spam(matched: _Matched, seen: Seen) -> _Matched:
    """What is marked as spam is held, unless a rule that asks for spam has decided, or its writer uses his own token:
    him we have written to."""
    decided = any(_asks_for_spam(each.rule.when) for each in matched.rules)
    if seen.spam is None or decided or matched.outcome.drop or at_least(seen.mail.level, Level.token):
        return matched
    held = f"it is marked as spam ({seen.spam})"
    return replace(matched, outcome=replace(matched.outcome, hold=held), whys=(*matched.whys, held))


def _asks_for_spam(when: When) -> bool:
    nested = (*(when.all_ or ()), *(when.any_ or ()), *([when.not_] if when.not_ else ()))
    return when.spam is not None or any(map(_asks_for_spam, nested))


def _decided(settings: Settings, rules: RuleSet, seen: Seen, target: Target | None, matched: _Matched) -> Route:
    said, remarks = _of_address(settings, target)
    ruled, last = matched.outcome, matched.last
    category, why = _category(settings, rules, seen, target, ruled.category, said.category)
    node = settings.category_nodes[category]
    level = ruled.level or _level_of_customers(settings, seen, ruled)
    return Route(
        category=category,
        group=ruled.group or _second_level(settings, node, level) or said.group or group_of(settings, node),
        assignee=ruled.assignee,
        coordinator=ruled.coordinator or coordinator_of(settings, node),
        priority=ruled.priority or said.priority or "normal",
        kind=ruled.kind or said.kind or known_kind(settings, settings.default_kind) or "request",
        channel=ruled.channel or said.channel or "email",
        language=ruled.language or said.language,
        tags=ruled.tags,
        acknowledge=ruled.acknowledge,
        notify=(node.notify,) if node.notify else (),
        drop=ruled.drop,
        hold=ruled.hold,
        rule=last.rule.name if last else None,
        rule_place=f"{last.file}:{last.line}" if last else "",
        why="; ".join((*matched.whys, why)),
        remarks=(*ruled.remarks, *remarks),
        level=level,
        visible=ruled.visible is not False,
        wanted_by=ruled.wanted_by,
        due=ruled.due,
        reporter=ruled.reporter,
        company=ruled.company,
        department=ruled.department,
        phone=ruled.phone,
        also_notify=ruled.notify,
        cc=ruled.cc,
        correlate=ruled.correlate,
        close=bool(ruled.close),
    )


_KNOWN_OF_ADDRESS: tuple[tuple[str, Known], ...] = (
    ("category", known_category),
    ("group", known_group),
    ("kind", known_kind),
    ("channel", known_channel),
)


def _of_address(settings: Settings, target: Target | None) -> tuple[Outcome, tuple[str, ...]]:
    """What the address the mail came to says, and remarks on what in it is not known."""
    if target is None or _is_role(target):
        return _NOTHING, ()
    ours = target.address
    written = {key: getattr(ours, key) for key, _ in _KNOWN_OF_ADDRESS if getattr(ours, key)}
    found = {key: known(settings, written[key]) for key, known in _KNOWN_OF_ADDRESS if key in written}
    said = Outcome(
        category=found.get("category"),
        group=found.get("group"),
        kind=found.get("kind"),
        channel=found.get("channel"),
        priority=ours.priority,
        language=ours.language,
    )
    remarks = (f"address {ours.address}: there is no {key} '{written[key]}'" for key in found if not found[key])
    return said, tuple(remarks)


def _is_role(target: Target) -> bool:
    """postmaster@ or abuse@ of a domain of ours, which no address claims: nothing of an address applies to it."""
    ours = target.address
    return target.spelling not in {each.lower() for each in (ours.address, *ours.aliases)}


def _category(
    settings: Settings, rules: RuleSet, seen: Seen, target: Target | None, ruled: str | None, said: str | None
) -> tuple[str, str]:
    """The category, and what says so: rule, else address, else keyword, else default."""
    if ruled:
        return ruled, f"category {ruled} by rule"
    if said and target:
        return said, f"address {target.address.address} has category {said}"
    default = known_category(settings, settings.default_category) or "general"
    if target and _is_role(target):
        return default, f"mail to {target.spelling} goes to the default category {default}"
    by_keyword = _by_keyword(rules, seen)
    if len(by_keyword) == 1:
        ((category, keyword),) = by_keyword.items()
        return category, f"the subject has the keyword {keyword} of category {category}"
    several = f" (keywords of {' and '.join(by_keyword)} contradict each other)" if by_keyword else ""
    return default, f"no rule, address or keyword names a category{several}: default category {default}"


def _by_keyword(rules: RuleSet, seen: Seen) -> dict[str, str]:
    """The categories of which a keyword stands in the subject, each with that keyword."""
    if not rules.keywords:
        return {}
    subject = seen.subject.folded
    return {path: keyword for path, keyword, pattern in rules.keywords if pattern.find(subject) is not None}


def _level_of_customers(settings: Settings, seen: Seen, ruled: Outcome) -> int:
    """Where tickets of the reporter's customer group begin."""
    name = customer_group_of(settings, ruled.reporter.email) if ruled.reporter else seen.customer_group
    return settings.customer_groups[name].level if name else 1


def _second_level(settings: Settings, node: CategoryNode, level: int) -> str | None:
    """The group that gets what is handed to the second level, or begins there."""
    name = node.second_level or (settings.second_level.group if settings.second_level else None)
    return known_group(settings, name) if name and level == 2 else None


def group_of(settings: Settings, node: CategoryNode) -> str | None:
    """The group that gets a ticket of this category at once. Where it is coordinated, the coordinator is told first,
    and the group follows when he accepts."""
    if not settings.assign_group_of_category or coordinator_of(settings, node):
        return None
    return known_group(settings, node.group) if node.group else None


def coordinator_of(settings: Settings, node: CategoryNode) -> str | None:
    """Who coordinates the category; nobody where it is not coordinated or its group has no coordinator at work."""
    group = settings.groups.get(node.group) if node.coordinated and node.group else None
    name = group.coordinator if group and group.active else None
    agent = settings.agents.get(name) if name else None
    return name if agent and agent.active else None
