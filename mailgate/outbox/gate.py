"""The gate: the only place that decides whether an automatic letter may go, and to which address.

Every question stands in one table, asked in order; the first that has an answer stops the letter, and its words are
the reason (RFC 3834, 2; RFC 5230, 4.5 and 4.6). What the gate lets through is counted in `sent`, what it stops in
`suppressed`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from mailgate.mail.message import Address
from mailgate.outbox import breaker
from mailgate.outbox.budgets import SENT, is_minute_full, mailbox_of, spend
from mailgate.outbox.budgets import asked as asked_of_budgets
from mailgate.outbox.letters import LETTERS
from mailgate.settings.scalars import lower_ascii
from mailgate.store.db import Tx
from mailgate.store.lookup import KEYS, Lookup, Questions, as_row
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Person, Suppressed, table_of
from mailgate.trust.organisation import same_organisation

SUPPRESSED, PERSON = table_of(Suppressed), table_of(Person)

SPARED = timedelta(days=30)
"""So long no automatic letter goes to an address that a letter came back from, unless it answers before."""

ACKNOWLEDGEMENTS = ("acknowledged", "acknowledged_minimal")

_ROBOTS = re.compile(
    r"""
      (?:mailer|mail|delivery)?[-_.]?daemon | list(?:serv|proc) | majordomo | mailman | sympa | ezmlm   # RFC 5230, 4.6
    | .+-(?:request|bounces?|relay|owner|errors|return) | owner-.+ | bounces?(?:[-_.=].+)? | .+[-_.]bounces?
    | (?:.+[-_.])?(?:no|do[-_.]?not|dont|never|nicht|keine)[-_.]?(?:reply|replies|response|antworten?)(?:[-_.]?.*)?
    | auto[-_.]?(?:reply|responder|response|mailer|notify|mail) | (?:.+[-_.])?unmonitored(?:[-_.].+)?
    | postmaster | hostmaster | abuse | root | nobody | null | devnull | prvs=.+ | msprvs1=.+
    """,
    re.VERBOSE,
)
"""Local parts (without +tag) behind which nobody reads: programs, lists, and role addresses that robots write as."""


_SUPPRESSED = Prepared(sa.insert(SUPPRESSED))
_FAILING = Lookup(
    sa.select(PERSON.c.email, PERSON.c.failing_since).where(
        PERSON.c.email.in_(KEYS), PERSON.c.failing_since.is_not(None)
    ),
    PERSON.c.email,
    as_row,
    only=PERSON.c.failing_since,
)
_PASSED = Prepared(
    sa.select(SENT.c.template)
    .where(SENT.c.ticket == sa.bindparam("ticket"), SENT.c.template.in_(ACKNOWLEDGEMENTS))
    .distinct()
)
_REASONS = Prepared(
    sa.select(SUPPRESSED.c.reason).where(SUPPRESSED.c.ticket == sa.bindparam("ticket")).order_by(SUPPRESSED.c.id)
)


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether the letter may go, and why. `budget`: a budget or the breaker stopped it, so it is made good later."""

    ok: bool
    why: str
    budget: bool = False
    begun: breaker.Pause | None = None
    """The breaker opened with this letter."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One letter before the gate."""

    template: str
    to: str
    no_response: str | None
    null_sender: str | None
    sender_is_ours: bool
    answers_automatic: bool
    ticket: int | None
    verified: bool


def may_send(
    tx: Tx,
    template: str,
    to: str | None,
    *,
    no_response: str | None,
    proven: bool,
    ticket: int | None,
    null_sender: str | None = None,
    sender_is_ours: bool = False,
    answers_automatic: bool = False,
    verified: bool = False,
    is_paced: bool = False,
) -> Gate:
    """Decide about one letter, and remember the decision.

    `to` comes from `where_to`. `no_response` and `null_sender` are the proofs of `mail.classify` about the mail that
    causes the letter. `proven`: that mail is more than claimed. `sender_is_ours`: it came from an address of ours.
    `answers_automatic`: it answers an automatic letter of ours, such as an acknowledgement. `verified`: it answers the
    short acknowledgement, which asked for that, and the full one follows. `is_paced`: it answers no mail, but comes
    after a time that somebody has set, and a minute's budget would only let it come too late.
    """
    if not LETTERS[template].gated:
        return Gate(True, "a letter that needs no gate")
    asking = Asking(template, to or "", no_response, null_sender, sender_is_ours, answers_automatic, ticket, verified)
    for question in QUESTIONS:
        if why := question(tx, asking):
            return _stop(tx, asking, Gate(False, why))
    opens = ticket if template in ACKNOWLEDGEMENTS else None
    if pause := breaker.speaks_against(tx, mailbox_of(asking.to), opens):
        return _stop(tx, asking, Gate(False, str(pause), budget=True, begun=pause if pause.begun else None))
    if why := spend(tx, asking.to, template, ticket, proven=proven, is_paced=is_paced):
        return _stop(tx, asking, Gate(False, why, budget=True))
    if opens is not None:
        tx.once(_passed, opens).add(template)
    return Gate(True, "nothing speaks against it")


def is_a_moment_too_early(tx: Tx, to: str) -> bool:
    """Whether this minute has no room for a letter to this address: what can wait a little had better."""
    return is_minute_full(tx, to)


def asked(sender: Address | None, envelope_sender: str) -> Questions:
    """What is asked of the desk before an automatic letter answers a mail of these."""
    addresses = _addresses(sender, envelope_sender)
    mailboxes = tuple(map(mailbox_of, addresses))
    return {_FAILING: tuple(map(lower_ascii, addresses)), **breaker.asked(mailboxes), **asked_of_budgets(mailboxes)}


def asked_then(tx: Tx, sender: Address | None, envelope_sender: str) -> Questions:
    """What is asked when that is known."""
    return breaker.asked_then(tx, tuple(map(mailbox_of, _addresses(sender, envelope_sender))))


def _addresses(sender: Address | None, envelope_sender: str) -> tuple[str, ...]:
    """Where the letter may go."""
    return tuple(dict.fromkeys(filter(None, (sender.email if sender else "", envelope_sender))))


def is_acknowledged(tx: Tx, ticket: int, *, in_full: bool = False) -> bool:
    """Whether an acknowledgement of this ticket has passed the gate; `in_full`: the short one does not count."""
    templates = ACKNOWLEDGEMENTS[:1] if in_full else ACKNOWLEDGEMENTS
    return not tx.once(_passed, ticket).isdisjoint(templates)


def last_reason(tx: Tx, ticket: int) -> str | None:
    """Why the gate last stopped a letter about this ticket, or None."""
    return next(reversed(tx.once(_reasons, ticket)), None)


def _passed(tx: Tx, ticket: int) -> set[str]:
    """Acknowledgements of this ticket."""
    return set() if ticket in tx.opened else {row.template for row in tx.all(_PASSED, {"ticket": ticket})}


def _reasons(tx: Tx, ticket: int) -> list[str]:
    """Why letters about this ticket were stopped, the last one last."""
    return [] if ticket in tx.opened else [row.reason for row in tx.all(_REASONS, {"ticket": ticket})]


def is_owed(tx: Tx, ticket: int) -> bool:
    """Whether a budget or the breaker stopped the acknowledgement of this ticket."""
    stopped = SUPPRESSED.c.budget & SUPPRESSED.c.template.in_(ACKNOWLEDGEMENTS) & (SUPPRESSED.c.ticket == ticket)
    return tx.first(sa.select(SUPPRESSED.c.id).where(stopped).limit(1)) is not None


def is_robots(address: str) -> bool:
    """Whether nobody reads mail to this address, as its local part says."""
    local = address.rpartition("@")[0].lower().strip('"').partition("+")[0]
    # RFC 5321, 4.5.3.1.1: no local part is longer, and the expression need not look at more.
    return len(local) > 64 or _ROBOTS.fullmatch(local) is not None


def where_to(envelope_sender: str, message_sender: Address | None, aligned: bool) -> str | None:
    """Where an automatic letter about a reporter's mail goes (CONTRACT 9); None: nowhere. Never Reply-To.

    RFC 3834, 4: to the return path. But that one only where it and From are of one organisation: else anybody could
    have us write to anybody.
    """
    if not envelope_sender or message_sender is None:
        return None
    if envelope_sender.lower() == message_sender.email.lower():
        return message_sender.email
    if same_organisation(envelope_sender.rpartition("@")[2], message_sender.domain):
        return envelope_sender
    return message_sender.email if aligned else None


# -- the questions: each returns why the letter may not go, or None ---------------------------------------------------


def _nowhere(tx: Tx, asking: Asking) -> str | None:
    local, at, domain = asking.to.rpartition("@")
    return None if local and at and domain else "there is no address that it may be sent to"


def _to_ourselves(tx: Tx, asking: Asking) -> str | None:
    if asking.sender_is_ours or tx.settings.target(asking.to):
        return "the mail came from an address of ours"
    return None


def _null_sender(tx: Tx, asking: Asking) -> str | None:
    return f"no answer to the null sender: {asking.null_sender}" if asking.null_sender else None


def _not_wanted(tx: Tx, asking: Asking) -> str | None:
    return f"no automatic answer to this mail: {asking.no_response}" if asking.no_response else None


def _to_a_robot(tx: Tx, asking: Asking) -> str | None:
    return f"nobody reads mail to {asking.to}" if is_robots(asking.to) else None


def _failing(tx: Tx, asking: Asking) -> str | None:
    """A letter came back for good, or was complained about: spared until the address answers, or the time is over."""
    found = tx.found(_FAILING, lower_ascii(asking.to))
    if not found or found[0].failing_since + SPARED <= tx.now:
        return None
    return f"letters to {asking.to} come back since {found[0].failing_since:%Y-%m-%d}, and it has not answered"


def _pair_of_robots(tx: Tx, asking: Asking) -> str | None:
    return "the mail answers an automatic letter of ours" if asking.answers_automatic else None


def _acknowledged(tx: Tx, asking: Asking) -> str | None:
    if asking.template not in ACKNOWLEDGEMENTS or asking.ticket is None:
        return None
    before = is_acknowledged(tx, asking.ticket, in_full=asking.verified)
    return "this ticket is acknowledged already" if before else None


QUESTIONS: tuple[Callable[[Tx, Asking], str | None], ...] = (
    _null_sender,
    _not_wanted,
    _nowhere,
    _to_ourselves,
    _to_a_robot,
    _failing,
    _pair_of_robots,
    _acknowledged,
)


def _stop(tx: Tx, asking: Asking, gate: Gate) -> Gate:
    row = {
        "at": tx.now,
        "mailbox": mailbox_of(asking.to) if asking.to else "",
        "template": asking.template,
        "ticket": asking.ticket,
        "reason": gate.why,
        "budget": gate.budget,
    }
    if asking.ticket is not None:
        tx.once(_reasons, asking.ticket).append(gate.why)
    tx.later(_SUPPRESSED, row)
    return gate
