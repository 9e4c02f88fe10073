"""What a letter may show: one frozen value with plain texts only, made by the desk, read by templates.

A template can reach nothing else, so what a reader may not see has to be left out here. Texts are in the letter's
language and time zone already; nothing in them is markup.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailgate.outbox.view_lines import FigureLine, HappenedLine, TroubleLine
from mailgate.quickly import born_quickly


@dataclass(frozen=True, slots=True)
class FileLine:
    """One attachment as a letter names it: `size` for people, `attached` False where it was too large to come along."""

    name: str
    size: str
    attached: bool = True
    content_id: str | None = None
    """Of a picture pasted into the words: HTML shows it where the words say `[cid:…]`, else below them."""
    stand_in: str = ""
    """What plain words say in its place: `picture: plan.png`."""
    travels: bool = True
    """Its bytes are in the letter, unless it was too large."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A one-tap link: what it does, and the `mailto:` that writes it."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing a command did, in a sentence, and the command that takes it back (or None)."""

    text: str
    undo: str | None = None


@dataclass(frozen=True, slots=True)
class Mistake:
    """One line that stopped an agent's mail: the line as written, why, and what may have been meant."""

    line: str
    why: str
    near: tuple[Tap, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldLine:
    """One held mail: nothing of its text, and no link but our own taps."""

    number: str
    """M-17"""
    sender: str
    subject: str
    at: str
    why: str
    taps: tuple[Tap, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherTicket:
    """Another open ticket of the same reporter."""

    number: int
    subject: str
    status: str


@dataclass(frozen=True, slots=True)
class TicketLine:
    """`list`: one ticket in a few words."""

    number: int
    subject: str
    reporter: str
    status: str
    whose: str = ""
    """Who handles it, else the group."""
    due: str = ""
    priority: str = ""
    """Empty when normal."""
    light: str = ""
    show: Tap | None = None
    """Asks for all of it."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """`digest`: tickets of which the same is to be said, and how many there are besides its rows."""

    heading: str
    rows: tuple[TicketLine, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class SaidLine:
    """`#show`: one thing that was said on the ticket."""

    writer: str
    at: str
    what: str
    """What sort of words they are, such as "answer", and whether only we read them."""
    words: str
    files: tuple[FileLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Crossed:
    """What a colleague has answered in the meantime."""

    why: str
    """Who, to whom and when; a sentence."""
    writer: str
    words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One of several mails that `confirm` asks about."""

    number: int | None
    subject: str
    """Of its ticket."""
    came: str
    """When, such as "Monday, 23 November 2026, 11:00"."""
    acts: tuple[str, ...]
    """What would be done, a sentence each."""
    why: str
    """What is known of its proof; empty where it is proven."""
    crossed: tuple[Crossed, ...] = ()
    words: str = ""
    files: tuple[FileLine, ...] = ()
    taps: tuple[Tap, ...] = ()
    """For this one alone."""


@born_quickly
@dataclass(frozen=True, kw_only=True)
class LetterView:
    """Everything letters show. What a letter does not need stays at its default."""

    site: str
    """Name of the support desk."""
    formal: bool = True
    """Form of address: German `Sie` or `du`."""
    number: int | None = None
    subject: str = ""
    reader: str = ""
    """Name of the person addressed; empty where we do not know it (or must not repeat it)."""
    status: str = ""
    """Words for people, in the letter's language, such as "in progress"."""
    category: str = ""
    group: str = ""
    assignee: str = ""
    priority: str = ""
    """Empty when normal."""
    kind: str = ""
    deadline: str = ""
    light: str = ""
    """`green`, `yellow`, `red`; empty or `off` where there is none."""
    writer: str = ""
    """Who wrote `words`."""
    writer_address: str = ""
    """For agents, where somebody outside wrote them; an agent's own address never stands here."""
    answer_goes_to: str = ""
    """For agents: name of the person who gets the text of an answer (CONTRACT 6); empty where nobody does."""
    answer_is_note: bool = False
    """For agents: the text of an answer becomes an internal note."""
    words: str = ""
    """The writer's new words, plain text."""
    remark: str = ""
    """What an agent should know of these words, such as "written by X, not by Y"."""
    event: str = ""
    """For agents: what the calendar part of the mail says, such as "Invitation: Move of the printer · Monday, …"."""
    said: str = ""
    """For agents: to whom a colleague's words went, such as "Anna Alt answered the reporter"."""
    same_status: bool = False
    """`status_changed`: something else changed."""
    earlier: str = ""
    """What the words answer, where they answer something."""
    quoted: str = ""
    """For agents: what the mail quotes that we never had."""
    files: tuple[FileLine, ...] = ()
    rule: str = ""
    """Rule that routed it, with file and line."""
    others: tuple[OtherTicket, ...] = ()
    taps: tuple[Tap, ...] = ()
    expected: str = ""
    """When to expect an answer, such as "Monday, 23 November 2026, 11:00"."""
    promised: str = ""
    """By when it is to be done, where that is later than the reporter knew or wished."""
    asked_on: str = ""
    """When the question that is still open was asked; it stands in `earlier`."""
    closes: str = ""
    """When the ticket is closed by itself where nothing comes."""
    reopens: str = ""
    """Until when an answer opens the closed ticket again."""
    overdue: bool = False
    """`statement_reminder`: the date has passed."""
    notice: str = ""
    """Known trouble."""
    missing: tuple[str, ...] = ()
    """For a partner: what he has not said yet of his end customer; of `customer`, `phone`, `number`."""
    change: str = ""
    """What changed and by whom, one sentence."""
    progress: tuple[str, ...] = ()
    """For agents: how far the parts of the ticket are, or what it is a part of."""
    solution: str = ""
    also: tuple[OtherTicket, ...] = ()
    """`resolved`: his other tickets of the same cause, resolved with it."""
    wanted: str = ""
    """By when the reporter wishes it."""
    along: str = ""
    """For agents: the addresses outside that read along, and get their words too."""
    customer: str = ""
    """Of a partner's ticket: for whom he reported it."""
    their_number: str = ""
    """Of a partner's ticket: his own number of the case."""
    effects: tuple[Effect, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    nothing_kept: bool = False
    """`command_refused`: there is nothing of it to be corrected."""
    partly: bool = False
    """`command_refused`: the same mail said more, which is done or not by itself."""
    uncertain: bool = False
    """`command_refused`: it is not certain that the kept words are his alone, so they are not sent on any command."""
    acts: tuple[str, ...] = ()
    """`confirm`: what would be done, a sentence each."""
    asked: tuple[Asked, ...] = ()
    """`confirm` about several mails: each of them."""
    crossed: tuple[Crossed, ...] = ()
    """`confirm`: answers of colleagues that he could not know of."""
    needs_signature: bool = False
    """`confirm`: an answer has to be signed."""
    why: str = ""
    """Why something was refused, asked back, held or not delivered, or is written now; a sentence."""
    recipient: str = ""
    """`delivery_failed`: the address that was not reached."""
    by_us: bool = False
    """`delivery_failed`: nobody wrote the letter, it went out by itself."""
    asks_answer: bool = False
    """The short acknowledgement: nothing proves the address, and an answer would (`acknowledge.unproven: verify`)."""
    owes_number: bool = False
    """For the reporter: he was not acknowledged, so this letter says number and way to add."""
    commands: tuple[tuple[str, str], ...] = ()
    """`help`: (command as written, what it does)."""
    troubles: tuple[TroubleLine, ...] = ()
    """`alert`: what is wrong now."""
    over: tuple[TroubleLine, ...] = ()
    """`alert`: what was told before and is not wrong any more."""
    more: int = 0
    """How many there are besides those that are listed."""
    held: tuple[HeldLine, ...] = ()
    """`held`: mails that wait for a decision."""
    heading: str = ""
    """`list`, `report`: what was asked for."""
    heads: tuple[str, ...] = ()
    """`report`: what stands above each figure."""
    figures: tuple[FigureLine, ...] = ()
    """`report`: the rows."""
    rows: tuple[TicketLine, ...] = ()
    """`list`: the tickets."""
    chapters: tuple[Chapter, ...] = ()
    """`digest`: the tickets by what is up with them, each ticket once."""
    beside: tuple[str, ...] = ()
    """`digest`: what is to be said besides, a sentence each."""
    seal: str = ""
    """`digest`: number of the newest seal of the history, and when it was made."""
    anchor: str = ""
    """`digest`: the hash of that seal."""
    conversation: tuple[SaidLine, ...] = ()
    """`list` of one ticket: what was said, the newest first."""
    happened: tuple[HappenedLine, ...] = ()
    """`list` of one ticket: what happened, the oldest first."""
