"""Letters to us: which goes to whom, and what it shows. Letters to reporters: `correspondence.py`.

Nobody is told about what he did himself. Tokens of others in anybody's words are taken out before they travel on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache

from mailgate.desk import deputies, head_lines, long_words, parts, people, quoting, rights, showing, watchers
from mailgate.desk.audience import Reader, is_actor, named, of_agent, told, wants
from mailgate.desk.posting import post
from mailgate.desk.tickets import Ticket
from mailgate.mail.unmistakable import unmistakable
from mailgate.outbox import sentences
from mailgate.outbox.draft import Draft, Enclosure, Part
from mailgate.outbox.next_steps import next_steps
from mailgate.outbox.queue import sent_to
from mailgate.outbox.view import LetterView, Tap
from mailgate.rules.light import light
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.trust import token as tokens


@dataclass(frozen=True, slots=True)
class Words:
    """Somebody's words on their way to a reader: who wrote them, the files, what to know of them."""

    writer: str = ""
    text: str = ""
    files: tuple[Enclosure, ...] = ()
    remark: Sentence | None = None
    message: int | None = None
    """The message they stand in."""
    earlier: str = ""
    """What they are about, for a reader who has not seen it yet."""
    is_note: bool = False
    """Internal words: an answer to them is internal too."""
    said: Sentence | None = None
    """Of a colleague's words: to whom they went."""
    why: Sentence | None = None
    """Why they are shown now, where they are older."""
    address: str = ""
    """Of a writer outside: a name alone can be anybody's."""
    event: Sentence | None = None
    """What the calendar part of his mail says."""
    quoted: str = ""
    """What his mail quotes that we never had: for agents only."""


NO_WORDS = Words()


# -- to us -----------------------------------------------------------------------------------------------------------


def tell_agents(
    tx: Tx,
    ticket: Ticket,
    letter: str,
    *,
    actor: str,
    words: Words = NO_WORDS,
    changes: tuple[Sentence, ...] = (),
    skip: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """Send `letter` to whom `letters:` names for it. Returns whom it went to (persons); those in `skip` and those who
    have muted it are left out."""
    view = rights.now(tx, ticket)
    audience = (*told(tx.settings, letter, ticket, view, actor=actor), *watchers.readers(tx, ticket, letter))
    everybody = deputies.with_deputies(tx, audience, ticket, view)
    others = [each for each in everybody if each.person not in skip and not is_actor(tx.settings, each, actor)]
    readers = [each for each in others if wants(tx.settings, each, letter)]
    for reader in readers:
        _tell_one(tx, ticket, letter, reader, words, changes)
    return frozenset(reader.person for reader in readers)


def tell_named(
    tx: Tx, ticket: Ticket, letter: str, addresses: tuple[str, ...], *, words: Words, told: frozenset[str]
) -> None:
    """Send `letter` to the addresses that a rule names, but for those who were told already."""
    for reader in named(tx.settings, addresses, ticket, rights.view_of(tx, ticket)) if addresses else ():
        if reader.person not in told:
            tell_agent(tx, ticket, letter, reader, words=words)


def tell_agent(
    tx: Tx,
    ticket: Ticket,
    letter: str,
    reader: Reader,
    *,
    words: Words = NO_WORDS,
    changes: tuple[Sentence, ...] = (),
    skip: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """One letter about a ticket to one of us, and to his deputy where he is away, unless they have muted it. Returns
    whom it went to, as `tell_agents` does."""
    everybody = deputies.with_deputies(tx, (reader,), ticket, rights.now(tx, ticket))
    readers = [each for each in everybody if each.person not in skip and wants(tx.settings, each, letter)]
    for each in readers:
        _tell_one(tx, ticket, letter, each, words, changes)
    return frozenset(each.person for each in readers)


def _tell_one(tx: Tx, ticket: Ticket, letter: str, reader: Reader, words: Words, changes: tuple[Sentence, ...]) -> None:
    why = deputies.explained(tx, reader)
    changes = (why, *changes) if why else changes
    whole, language = long_words.file_of(tx, words.text), reader.language
    files = (*whole, *words.files)
    attached = showing.that_fit(tx.settings, files)
    remark = long_words.remark(words.remark, whole, attached)
    acts = reader.role == "agent"  # an admin who is no agent can not answer for us
    is_note = not acts or letter == "merged_draft" or (words.is_note and letter == "new_message")
    is_note = is_note or parts.takes_notes(tx, ticket, reader.stands_in_for or reader.person)
    view = showing.for_agent(
        tx,
        ticket,
        reader,
        writer=words.writer,
        writer_address=_address(tx, words),
        words=on_their_way(words.text),
        said=words.said.in_language(language) if words.said else "",
        same_status=letter == "status_changed" and not head_lines.is_new_status(tx, ticket.number),
        why=words.why.in_language(language) if words.why else "",
        remark=remark.in_language(language) if remark else "",
        event=words.event.in_language(language) if words.event else "",
        files=showing.file_lines(files, attached, language),
        change=" ".join(each.in_language(language) for each in changes),
        earlier=on_their_way(words.earlier),
        quoted=on_their_way(quoting.as_shown(words.quoted, language)) if acts else "",
        answer_goes_to="" if is_note else _addressee(tx, ticket, reader),
        answer_is_note=is_note,
        taps=_taps(letter, language, ticket.assignee is not None, _is_asked(ticket, reader), ticket.status)
        if acts
        else (),
    )
    if letter == "merged_draft":  # how far each part is, a line each
        lines = tuple(each.in_language(language) for each in changes)
        view = replace(view, change="", progress=(*view.progress, *lines))
    draft = about(tx, ticket, letter, reader, view, writer=words.writer, enclosures=attached, message=words.message)
    if view.answer_is_note:
        draft = replace(draft, reply_name=sentences.say("goes.note", language))
    post(tx, draft)


@lru_cache(maxsize=4)  # the same for each who is told
def on_their_way(words: str) -> str:
    """Somebody's words as a letter may show them to another reader: not endless, and without tokens."""
    return tokens.strip(long_words.beginning(words))


def _addressee(tx: Tx, ticket: Ticket, reader: Reader) -> str:
    """Who gets the words of his answer: the reporter; of a part the coordinator, and the coordinator's its handler."""
    if not parts.is_part(ticket):
        return people.by_id(tx, ticket.reporter).shown
    agent = reader.stands_in_for or reader.person
    name = parts.whose(tx.settings, ticket) if parts.is_for_handler(tx, ticket, agent) else parts.addressee(tx, ticket)
    return name if isinstance(name, str) else name.in_language(reader.language)


def _address(tx: Tx, words: Words) -> str:
    """Where it says more than the name; never one of an agent's own (CONTRACT 5)."""
    shown = unmistakable(words.address)
    return "" if shown == words.writer or tx.settings.agent_at(words.address) else shown


def tell_person(
    tx: Tx,
    agent: str,
    letter: str,
    view: LetterView,
    *,
    ticket: Ticket | None,
    answers: str | None,
    message: int | None = None,
    parts: tuple[Part, ...] = (),
) -> int:
    """A letter to one agent about his own doing, such as command_done. `answers`: Message-ID of his mail."""
    reader = of_agent(tx.settings, agent)
    view = replace(view, reader=reader.name, formal=people.is_formal(tx.settings, None))
    if ticket:
        draft = about(tx, ticket, letter, reader, view, writer="")
    else:
        address = tx.settings.addresses[0].address
        draft = _without_ticket(tx, letter, reader, view, address)
    thread = (answers,) if answers else ()
    draft = replace(draft, references=(*draft.references, *thread), in_reply_to=answers or draft.in_reply_to)
    return post(tx, replace(draft, message=message, parts=parts))


def tell_without_ticket(tx: Tx, letter: str, reader: Reader, view: LetterView, *, subject: str) -> int:
    """A letter to one of us that is about no ticket, such as alert and held."""
    draft = _without_ticket(tx, letter, reader, view, tx.settings.addresses[0].address)
    return post(tx, replace(draft, subject=subject))


def about(
    tx: Tx,
    ticket: Ticket,
    letter: str,
    reader: Reader,
    view: LetterView,
    *,
    writer: str,
    enclosures: tuple[Enclosure, ...] = (),
    message: int | None = None,
) -> Draft:
    """The draft of a letter about a ticket to one of us."""
    site = showing.site_name(tx.settings, ticket.source_address)
    before = sent_to(tx, ticket.number, reader.email)
    return Draft(
        template=letter,
        to=reader.email,
        to_name=reader.name,
        language=reader.language,
        view=view,
        role=reader.role,
        person=reader.person,
        group=reader.group,
        from_address=ticket.source_address,
        from_name=f"{writer} via {site}" if writer else site,
        reply_name=sentences.answer_goes_to(letter, _addressee(tx, ticket, reader), reader.language),
        subject=subject_of(tx, ticket),
        ticket=ticket.number,
        in_reply_to=before[0] if before else None,
        references=tuple(before[:1]),
        enclosures=enclosures,
        message=message,
        extra_headers=(
            ("X-Mailgate-Group", ticket.group or "none"),
            ("X-Mailgate-Priority", ticket.priority),
            ("X-Mailgate-Light", light(ticket, tx.now)),
        ),
    )


def _without_ticket(tx: Tx, letter: str, reader: Reader, view: LetterView, address: str) -> Draft:
    return Draft(
        template=letter,
        to=reader.email,
        to_name=reader.name,
        language=reader.language,
        view=view,
        role=reader.role,
        person=reader.person,
        from_address=address,
        from_name=showing.site_name(tx.settings, address),
        reply_name=sentences.answer_goes_to(letter, "", reader.language),
        subject=sentences.title(letter, reader.language),
    )


def _is_asked(ticket: Ticket, reader: Reader) -> bool:
    """It waits for him to accept it: as the handler, or as the coordinator of what nobody has yet."""
    him = (reader.person, reader.stands_in_for)
    if ticket.assignee is not None:
        return ticket.status == "assigned" and ticket.assignee in him
    return ticket.coordinator in him and ticket.coordinator is not None and ticket.coordinator_accepted_at is None


@cache
def _taps(letter: str, language: str, taken: bool, asked: bool, status: str) -> tuple[Tap, ...]:
    """The commands an agent most likely wants next."""
    steps = next_steps(letter, language, taken=taken, asked=asked, status=status)
    return tuple(Tap(label, command) for label, command in steps)


# -- what all letters share --------------------------------------------------------------------------------------------


def tag_of(tx: Tx, ticket: Ticket) -> str:
    return tx.settings.tickets.tag.format(number=ticket.number)


def subject_of(tx: Tx, ticket: Ticket) -> str:
    """The same for the life of the ticket (CONTRACT 5)."""
    return f"Re: {tag_of(tx, ticket)} {ticket.subject}".rstrip()
