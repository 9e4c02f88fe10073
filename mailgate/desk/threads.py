"""Which ticket a mail belongs to, and which of its marks said so (CONTRACT 5, "a mail joins a ticket").

Asked in this order: a token in the address; our Message-ID in In-Reply-To or References; the Message-ID of a mail
received for a ticket; our subject tag, only from a participant whose mail is at least aligned. A token in the subject
counts like one in the address: one-tap links write it there where an address takes no +tag.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from mailgate.desk import absence, parts, people, rights, tickets
from mailgate.desk.tickets import Ticket
from mailgate.mail.message import Address, Message
from mailgate.mail.references import base_subject
from mailgate.rules.patterns import sane
from mailgate.rules.ruleset import rule_set
from mailgate.settings.model import Settings, Target
from mailgate.settings.scalars import lower_ascii
from mailgate.store.db import Tx
from mailgate.store.lookup import KEYS, Lookup, Questions, as_row
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Participant, Reference, table_of
from mailgate.store.tables import Token as TokenRow
from mailgate.trust import token as tokens

TOKEN = table_of(TokenRow)
REFERENCE = table_of(Reference)
PARTICIPANT = table_of(Participant)
_MOST_NAMED = 20

_TOKENS = Lookup(sa.select(TOKEN).where(TOKEN.c.digest.in_(KEYS)), TOKEN.c.digest, as_row)
_REFERENCES = sa.select(REFERENCE).where(REFERENCE.c.digest.in_(KEYS))
_RECEIVED = Lookup(_REFERENCES.where(sa.not_(REFERENCE.c.named)), REFERENCE.c.digest, as_row)
_NAMED_BY = Lookup(_REFERENCES.where(REFERENCE.c.named), REFERENCE.c.digest, as_row)
_READING = Prepared(
    sa.select(PARTICIPANT.c.who).where(PARTICIPANT.c.ticket == sa.bindparam("ticket"), PARTICIPANT.c.role == "cc")
)


OUTSIDERS = ("statement", "informed")
"""Roles of those who were asked or informed: whatever they write, and however late, belongs to that."""


@dataclass(frozen=True, slots=True)
class TokenUse:
    """A valid token that a mail carries: what it stands for, and whether its person wrote the mail."""

    role: str
    person: str
    """Agent id for agents, else the address in lower case."""
    template: str
    ticket: int | None = None
    letter: int | None = None
    group: str | None = None
    kept: int | None = None
    """One of several kept mails that the letter asks about."""
    in_address: bool = False
    by_person: bool = False
    """The sender is the person the token was made for, his deputy while he is away, or a member of the group it was
    made for."""

    @property
    def is_agents(self) -> bool:
        """A token of the desk's own people."""
        return self.role in ("agent", "coordinator", "admin")


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a mail belongs."""

    ticket: Ticket | None = None
    matched_by: str = ""
    token: TokenUse | None = None
    bounce: TokenUse | None = None
    """The token of the bounce address the mail was sent to."""
    mentions: int | None = None
    """An existing ticket whose number stands in the subject, without right to join it."""
    follows: int | None = None
    """A ticket the mail continues without joining it: long quiet and about something else, or closed too long ago."""
    reopens: bool = False
    """`follows` was closed longer ago than `reopen.within`."""
    merged: Ticket | None = None
    """The ticket that its marks name, where that lives on in `ticket`."""

    @property
    def is_announcements(self) -> bool:
        """Its token is of a letter to somebody outside that belongs to no ticket."""
        return self.token is not None and self.token.template == "announcement"


def find(tx: Tx, message: Message, targets: tuple[Target, ...], *, aligned: bool) -> Thread:
    """Where this mail belongs. `targets`: the addresses of ours it was sent to."""
    bounce = _first(_bounce_tokens(tx, message, targets))
    by_token = _by_token(tx, message, targets)
    if by_token and by_token.is_announcements:
        # It belongs to no ticket, but what the mail names besides may; its token then gives no right there.
        by_token = _by_reference(tx, message, targets) or by_token
    found = by_token or _by_reference(tx, message, targets) or _by_tag(tx, message, aligned)
    return replace(_where_it_lives_on(tx, found), bounce=bounce) if found else Thread(bounce=bounce)


def _where_it_lives_on(tx: Tx, thread: Thread) -> Thread:
    """What comes for a merged ticket goes to the one it was merged into."""
    merged = thread.ticket
    if merged is None or merged.status != "merged":
        return thread
    ticket = tickets.living(tx, merged)
    how = f"{thread.matched_by}; #{merged.number} is merged into #{ticket.number}"
    return replace(thread, ticket=ticket, merged=merged, matched_by=how)


def asked(settings: Settings, message: Message, targets: tuple[Target, ...]) -> Questions:
    """What `find`, and whoever looks for our own letters, asks of the desk as far as the mail alone shows it."""
    in_addresses = (tokens.in_address(target)[0] for target in targets)
    named = (*message.in_reply_to, *message.references)
    own = own_ids(settings, (message.message_id or "", *named))
    found = (*(each for each in in_addresses if each), *_in_subject(message), *own)
    return {
        _TOKENS: tuple(map(tokens.digest, found[-_MOST_NAMED:])),
        _RECEIVED: tuple(map(digest_of_id, (*named[-_MOST_NAMED:], *message.entry))),
        _NAMED_BY: (digest_of_id(message.message_id),) if message.message_id else (),
    }


def own_ids(settings: Settings, ids: Iterable[str]) -> list[str]:
    """The tokens in Message-IDs of ours."""
    return [token for _, token in tokens.in_message_ids(ids, settings.domains)]


def letter_of_ours(tx: Tx, message: Message) -> TokenUse | None:
    """Set when this mail is a letter of ours coming back: its own Message-ID carries a token we made."""
    return _first(lookup(tx, own_ids(tx.settings, [message.message_id or ""]), message, in_address=False))


def letter_reported(tx: Tx, ids: tuple[str, ...], message: Message) -> TokenUse | None:
    """The letter of ours that a delivery report is about, by the Message-IDs it names."""
    return _first(lookup(tx, own_ids(tx.settings, ids), message, in_address=False))


def digest_of_id(message_id: str) -> str:
    """How a Message-ID is remembered."""
    return hashlib.sha256(message_id.strip().encode("utf-8", "replace")).hexdigest()


def is_participant(tx: Tx, ticket: Ticket, sender: Address | None) -> bool:
    """Reporter, end customer, somebody reading along, or an agent with rights (CONTRACT 5)."""
    if sender is None:
        return False
    email = lower_ascii(sender.email)
    agent = tx.settings.agent_at(email)
    if parts.is_hidden(tx, ticket):
        return agent is not None and rights.sees(tx, agent, ticket)
    if people.is_of(tx, people.by_id(tx, ticket.reporter), email) or (agent and rights.sees(tx, agent, ticket)):
        return True
    if ticket.end_customer and people.by_id(tx, ticket.end_customer).email == email:
        return True
    return email in {row.who for row in tx.all(_READING, {"ticket": ticket.number})}


# -- by token --------------------------------------------------------------------------------------------------------


def _by_token(tx: Tx, message: Message, targets: tuple[Target, ...]) -> Thread | None:
    in_address = [
        token for target in targets for token, kind in [tokens.in_address(target)] if kind == "reply" and token
    ]
    use = _first(lookup(tx, in_address, message, in_address=True))
    how = "the token in the address"
    if use is None:
        use = _first(lookup(tx, _in_subject(message), message, in_address=False))
        how = "the token in the subject"
    if use is None:
        named = (*message.in_reply_to, *reversed(message.references))
        use = _first(lookup(tx, own_ids(tx.settings, named), message, in_address=False))
        how = "our Message-ID in In-Reply-To or References"
    if use is None:
        return None
    ticket = tickets.load(tx, use.ticket) if use.ticket else None
    if ticket and _is_about_something_else(tx, use, ticket, message):
        return Thread(follows=ticket.number, token=replace(use, ticket=None))
    return Thread(ticket=ticket, matched_by=how if ticket else "", token=use)


def _in_subject(message: Message) -> list[str]:
    """One-tap links of an address without subaddresses carry the token there (CONTRACT 6)."""
    found = tokens.in_subject(message.subject)
    return [found[1]] if found else []


def _bounce_tokens(tx: Tx, message: Message, targets: tuple[Target, ...]) -> list[TokenUse]:
    found = [token for target in targets for token, kind in [tokens.in_address(target)] if kind == "bounce" and token]
    return lookup(tx, found, message, in_address=True)


def lookup(tx: Tx, found: list[str], message: Message, *, in_address: bool) -> list[TokenUse]:
    """What the tokens stand for, in the order given; unknown, revoked and expired ones are left out."""
    digests = [tokens.digest(token) for token in dict.fromkeys(found)][:_MOST_NAMED]
    if not digests:
        return []
    return [
        _use(tx, row, message.sender, in_address)
        for row in tx.found(_TOKENS, *digests)
        if row.revoked_at is None and (row.expires_at is None or row.expires_at > tx.now)
    ]


def _use(tx: Tx, row: sa.Row[tuple[object, ...]], sender: Address | None, in_address: bool) -> TokenUse:
    settings = tx.settings
    use = TokenUse(row.role, row.person, row.template, row.ticket, row.letter, row.group, row.kept, in_address)
    if sender is None:
        return use
    agent, groups = settings.agent_at(sender.email), settings.groups
    if use.is_agents:
        members = groups[use.group].members if use.group in groups else ()
        own = agent is not None and (agent == use.person or agent in members)
        return replace(use, by_person=own or (agent is not None and absence.deputy_of(tx, use.person) == agent))
    return replace(use, by_person=lower_ascii(sender.email) == use.person or _is_other_address(tx, sender, use.person))


def _is_other_address(tx: Tx, sender: Address, email: str) -> bool:
    """An agent has said that this person writes from here too."""
    person = people.other_address_of(tx, sender.email)
    return person is not None and people.by_id(tx, person).email == email


def _is_about_something_else(tx: Tx, use: TokenUse, ticket: Ticket, message: Message) -> bool:
    """An old address out of the address book: no reference, another subject, and the ticket long quiet."""
    if not use.in_address or use.role in OUTSIDERS or message.in_reply_to or message.references:
        return False
    quiet = tx.now - ticket.updated_at > tx.settings.reopen.quiet.plain
    return quiet and _plain_subject(tx.settings, message.subject) != _plain_subject(tx.settings, ticket.subject)


# -- by the ids of mails received, and by subject tag ------------------------------------------------------------------


def _by_reference(tx: Tx, message: Message, targets: tuple[Target, ...]) -> Thread | None:
    ids = (*message.in_reply_to, *reversed(message.references))[:_MOST_NAMED]
    named = {digest_of_id(each): "the Message-ID of a mail received for it" for each in ids}
    named |= {digest_of_id(each): "the calendar entry of a mail received for it" for each in message.entry}
    rows = tx.found(_RECEIVED, *named) if named else []
    for digest, how in named.items():
        if known := [row.ticket for row in rows if row.digest == digest]:
            return Thread(_at_these(tx, known, targets), how)
    return _overtaken_parent(tx, message)


def _at_these(tx: Tx, numbers: list[int], targets: tuple[Target, ...]) -> Ticket | None:
    """Of several tickets of one mail (`multi_target: each`) the one that came in by an address of these."""
    boxes = {tx.settings.box_of(target.spelling) for target in targets}
    found = [ticket for number in sorted(numbers) if (ticket := tickets.load(tx, number))]
    at_them = (each for each in found if tx.settings.box_of(each.source_address) in boxes)
    return next(at_them, found[0] if found else None)


def _overtaken_parent(tx: Tx, message: Message) -> Thread | None:
    """The reply was faster: this mail's own id is what the same sender's earlier mail answered."""
    if not (message.message_id and message.sender):
        return None
    rows = tx.found(_NAMED_BY, digest_of_id(message.message_id))
    ticket = tickets.load(tx, rows[0].ticket) if rows else None
    if ticket and people.by_id(tx, ticket.reporter).email == lower_ascii(message.sender.email):
        return Thread(ticket, "a mail received earlier answers it")
    return None


def _by_tag(tx: Tx, message: Message, aligned: bool) -> Thread | None:
    tag = re.escape(tx.settings.tickets.tag).replace(r"\{number\}", r"(\d{1,12})")
    match = re.search(tag, message.subject)
    ticket, how = tickets.load(tx, int(match[1])) if match else None, "our tag in the subject"
    if ticket is None:
        ticket, how = _by_old_tag(tx, message), "an old tag in the subject"
    if ticket is None:
        return None
    if aligned and is_participant(tx, ticket, message.sender):
        return Thread(ticket, how)
    return Thread(mentions=ticket.number)


def _by_old_tag(tx: Tx, message: Message) -> Ticket | None:
    """The ticket that an earlier system knew by the number in the subject."""
    found = (tag.search(sane(message.subject)) for tag in rule_set(tx.settings).old_tags)
    numbers = [match[1].strip() for match in found if match and match[1]]
    return next((ticket for number in numbers if (ticket := tickets.by_old_number(tx, number))), None)


def _plain_subject(settings: Settings, subject: str) -> str:
    tag = re.escape(settings.tickets.tag).replace(r"\{number\}", r"\d{1,12}")
    return base_subject(re.sub(tag, "", base_subject(subject))).casefold().strip()


def _first(uses: list[TokenUse]) -> TokenUse | None:
    return uses[0] if uses else None
