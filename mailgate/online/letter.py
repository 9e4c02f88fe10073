"""One letter that is none of the desk, over the relays that real ones take: signed as they are, with the answer."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Final

from mailgate.clock import Clock
from mailgate.errors import MailgateError
from mailgate.outbox.answers import FOLLOWS, Answer, Kind, best_of
from mailgate.outbox.assemble import assemble
from mailgate.outbox.compose import bounce_address_of
from mailgate.outbox.connections import Connections, Unreachable
from mailgate.outbox.dkim import Signer, read_signers, signed
from mailgate.outbox.fields import ids_field, mailbox_field, raw_field, text_field
from mailgate.outbox.handover import into_folder, over_line
from mailgate.outbox.patience import Patience
from mailgate.outbox.relays import Way, read_relays, ways_for
from mailgate.outbox.wire import our_name, unfit, wire_form
from mailgate.sentence import Sentence
from mailgate.settings.model import Settings
from mailgate.store.db import state_folder
from mailgate.trust.token import carrier_id, message_id

_SUBJECT: Final = Sentence("Test letter of {site}", "Testmail von {site}")
_TEXT: Final = Sentence(
    "This is a test letter of mailgate at {site}. Nobody has to do anything.\n\nIts mark: {token}\n",
    "Das ist eine Testmail von mailgate bei {site}. Niemand muss etwas tun.\n\nKennzeichen: {token}\n",
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What is sent, and by what it is known again."""

    sender: str
    to: str
    envelope_from: str
    token: str
    raw: bytes
    signers: tuple[Signer, ...]

    @property
    def subject(self) -> str:
        """As it stands in its header."""
        return self.raw.partition(b"\r\nSubject: ")[2].partition(b"\r\n")[0].decode("ascii", "replace")

    @property
    def carriers(self) -> tuple[tuple[str, str], ...]:
        """Message-ID and the last of References, as every letter has them (CONTRACT 5)."""
        domain = self.sender.rpartition("@")[2].lower()
        return ("Message-ID", message_id(None, self.token, domain)), ("References", carrier_id(self.token, domain))


@dataclass(frozen=True, slots=True)
class Handed:
    """What came of handing it over."""

    url: str
    answer: Answer

    @property
    def taken(self) -> bool:
        return self.answer.kind is Kind.TAKEN


def written(settings: Settings, sender: str, to: str, token: str, clock: Clock) -> Trial:
    """`sender` is an address of ours. Raises MailgateError where a letter can not go there, ConfigurationError where a
    key can not sign."""
    if why := unfit(to):
        raise MailgateError(f"No letter can go there: {why}.")
    site, language, domain = settings.site.name, settings.site.language, sender.rpartition("@")[2].lower()
    text = _TEXT.filled(site=site, token=token).in_language(language)
    fields = (
        mailbox_field("From", site, sender),
        mailbox_field("To", "", to),
        text_field("Subject", _SUBJECT.filled(site=site).in_language(language)),
        raw_field("Date", format_datetime(clock.now())),
        raw_field("Message-ID", f"<{message_id(None, token, domain)}>"),
        ids_field("References", (carrier_id(token, domain),)),
        # RFC 3834, 5: neither people's programs nor our own desk answer what is an answer itself.
        raw_field("Auto-Submitted", "auto-replied"),
        raw_field("X-Auto-Response-Suppress", "All"),
        raw_field("X-Mailgate-Letter", "test"),
    )
    signers = read_signers(settings.delivery.dkim, state_folder(settings))
    mine = tuple(each for each in signers if each.covers(sender))
    plain = assemble(b"".join(fields), text, f"<p>{html.escape(text)}</p>")
    raw = signed(plain, mine, sender, clock.now())
    # What comes back goes where only reports are taken; where there is no such address, nothing comes back.
    bounce = bounce_address_of(settings, sender, token)
    return Trial(sender, to, bounce if bounce != sender else "", token, raw, mine)


async def send(settings: Settings, letter: Trial, clock: Clock, seconds: float) -> tuple[Handed, ...]:
    """Over the first relay that takes it, in their order; each that was asked, the last one with the word that counts.
    Raises ConfigurationError, and MailgateError where no relay carries it."""
    chosen = ways_for(read_relays(settings), letter.sender)
    if not chosen:
        raise MailgateError(f"No relay of delivery.relays carries letters from {letter.sender}.")
    handed: list[Handed] = []
    for way in chosen:
        handed.append(Handed(way.url, await _by(way, letter, clock, seconds)))
        if not FOLLOWS[handed[-1].answer.kind].next_relay:
            break
    return tuple(handed)


def last_word(handed: Iterable[Handed]) -> Handed:
    """The answer by which it is to be judged."""
    every = list(handed)
    best = every[-1].answer if every[-1].taken else best_of(each.answer for each in every)
    return next(each for each in every if each.answer is best)


async def _by(way: Way, letter: Trial, clock: Clock, seconds: float) -> Answer:
    if way.scheme == "maildir":
        return await into_folder(way, letter.envelope_from, letter.to, letter.raw, clock)
    to, envelope_from = wire_form(letter.to), wire_form(letter.envelope_from) if letter.envelope_from else ""
    connections = Connections(way, clock, Patience(command=seconds, data=seconds * 5), our_name())
    try:
        async with connections.lend() as connection:
            return await over_line(connection, envelope_from, to, letter.raw, lambda: True, way.url)
    except Unreachable as wrong:
        return Answer(Kind.UNREACHABLE, str(wrong))
    finally:
        await connections.close()
