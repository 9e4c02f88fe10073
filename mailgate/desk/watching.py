"""What can be seen to be wrong from the rows alone: one look for each kind of trouble, for the clock and for `status`.

What only the daemon knows (a relay that rests, a worker that does not start, a refused reload) is told to `troubles.py`
by its own part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from mailgate.desk import clockwork, journal, outbox_views, silences
from mailgate.desk.troubles import Seen, are_now, is_news
from mailgate.errors import ConfigurationError
from mailgate.mail.unlinked import unlinked
from mailgate.mail.words import clean_line
from mailgate.oauth import expiry, login
from mailgate.outbox import breaker
from mailgate.sentence import Sentence
from mailgate.settings.model import Settings
from mailgate.store import arrivals, blobs, claim
from mailgate.store.db import Store, Tx
from mailgate.store.tables import Arrival, Letter, MailState, Proof, table_of

ARRIVAL, LETTER, PROOF, STATE = table_of(Arrival), table_of(Letter), table_of(Proof), table_of(MailState)

OLD_LETTER = timedelta(hours=1)
OLD_MAIL = timedelta(minutes=15)
"""Longer than a reply waits for the mail it answers."""
OLD_DECISION = timedelta(days=1)
"""A held mail may wait so long before that is a trouble of its own."""
CLOCKS_DIFFER = timedelta(minutes=5)
MOST = 50
"""Of one kind; more would be told as well when these are over."""

Found = dict[str, Seen]
Look = Callable[[Store, Tx], Found]
Job = Callable[[Store, Tx], Callable[[Tx], int] | None]
Troubled = Mapping[str, str]

_FAILED = Sentence("{mail} could not be handled: {why}", "{mail} ließ sich nicht bearbeiten: {why}")
_CRASHED = Sentence("{mail} is held: {why}", "{mail} wird zurückgehalten: {why}")
_WAITING = Sentence(
    "a mail has been waiting to be handled for more than a quarter of an hour",
    "eine Mail wartet seit mehr als einer Viertelstunde auf ihre Bearbeitung",
)
_UNDECIDED = Sentence(
    "{mail} has been held for more than a day, and nobody has decided about it",
    "{mail} wird seit mehr als einem Tag zurückgehalten, und niemand hat darüber entschieden",
)
_UNDECIDED_MORE = Sentence(
    "{many} mails have been held for more than a day, and nobody has decided about them",
    "{many} Mails werden seit mehr als einem Tag zurückgehalten, und niemand hat darüber entschieden",
)
_OLD_LETTER = Sentence(
    "a letter has been waiting to leave for more than an hour: {letter} to {to}; last answer: {answer}",
    "eine Mail von uns wartet seit mehr als einer Stunde: {letter} an {to}; letzte Antwort: {answer}",
)
_NOT_WHOLE = Sentence("the history is not whole: {first}", "der Verlauf ist nicht unversehrt: {first}")
_NOT_WHOLE_BY_MORE = Sentence(
    "the history is not whole: {first}, and {others} more",
    "der Verlauf ist nicht unversehrt: {first}, und {others} weitere",
)
_FULL = Sentence(
    "the disk has {free} MiB left, less than limits.free_disk ({reserve} MiB)",
    "auf der Platte sind nur noch {free} MiB frei, weniger als limits.free_disk ({reserve} MiB)",
)
_ROBOT = Sentence(
    "the mailbox {mailbox} looks like a robot that answers our letters, and gets none until {until} UTC: {why}",
    "die Adresse {mailbox} scheint ein Automat zu sein, der unsere Mails beantwortet; bis {until} UTC bekommt sie keine"
    " automatischen: {why}",
)
_HELD_BACK = Sentence(
    "acknowledgements were held back in the last hour, because a limit for all mail is used up",
    "in der letzten Stunde blieben Eingangsbestätigungen aus, weil eine Grenze für alle Mails erreicht ist",
)
_UNREACHED = Sentence(
    "letters to {email}, who is one of us, do not arrive", "Mails an {email} (eine Person von uns) kommen nicht an"
)
_TOO_LARGE = Sentence("{letter} to {to} has not left: {answer}", "{letter} an {to} ging nicht hinaus: {answer}")
_MORE_TOO_LARGE = Sentence(
    "{letter} to {to} has not left, and {others} more: {answer}",
    "{letter} an {to} ging nicht hinaus, und {others} weitere: {answer}",
)
_CLOCK = Sentence(
    "the clock says {now} UTC, but {mail} came in at {at} UTC",
    "die Uhr zeigt {now} UTC, aber {mail} kam schon um {at} UTC",
)
_RELAY = Sentence("the relay {relay} takes no letters: {why}", "das Relay {relay} nimmt keine Mails an: {why}")
_WORKER = Sentence(
    "{worker} does not come to work: {why}", "{worker} (bearbeitet die Mails) kommt nicht zum Arbeiten: {why}"
)
_MAILBOX = Sentence(
    "the mailbox {mailbox} can not be read: {why}", "das Postfach {mailbox} lässt sich nicht lesen: {why}"
)
_NO_ANSWER = Sentence("none", "keine")


def found(store: Store, tx: Tx) -> Iterator[tuple[str, Found]]:
    """What is wrong now, by kind; also kinds of which nothing is."""
    for kind, look in LOOKS:
        yield kind, look(store, tx)


def look(store: Store, tx: Tx) -> Callable[[Tx], int] | None:
    """A job: look outside of any turn; what was seen anew is to be written down in one."""
    return _to_write(tx, found(store, tx))


def of_parts(relays: Callable[[], Troubled], workers: Callable[[], Troubled], mailboxes: Callable[[], Troubled]) -> Job:
    """A job like `look` for what only the daemon knows: relays that rest, by URL, workers that do not come to work and
    mailboxes that can not be read, by name, each with the reason. Where several nodes share a database, each speaks for
    itself."""

    def look(store: Store, tx: Tx) -> Callable[[Tx], int] | None:
        under = f"{store.node}: " if store.node else ""
        now = (
            ("relay", {under + url: Seen(_filled(tx, _RELAY, relay=url, why=why)) for url, why in relays().items()}),
            (
                "worker",
                {under + name: Seen(_filled(tx, _WORKER, worker=name, why=why)) for name, why in workers().items()},
            ),
            (
                "mailbox",
                {under + name: Seen(_filled(tx, _MAILBOX, mailbox=name, why=why)) for name, why in mailboxes().items()},
            ),
        )
        return _to_write(tx, now, under)

    return look


def _to_write(tx: Tx, now: Iterable[tuple[str, Found]], under: str = "") -> Callable[[Tx], int] | None:
    """What was seen anew, to be written down; None where all of it is known."""
    seen = [(kind, each) for kind, each in now if is_news(tx, kind, each, under)]
    return (lambda tx: sum(are_now(tx, kind, each, under) for kind, each in seen)) if seen else None


# -- the looks ---------------------------------------------------------------------------------------------------------


def _failed_mails(store: Store, tx: Tx) -> Found:
    return _mails(tx, _FAILED, STATE.c.state == "failed")


def _crashes(store: Store, tx: Tx) -> Found:
    return _mails(tx, _CRASHED, (STATE.c.state == "held") & (STATE.c.strikes >= claim.STRIKES_TO_HOLD))


def _mails(tx: Tx, said: Sentence, those: sa.ColumnElement[bool]) -> Found:
    columns = (STATE.c.mail, STATE.c.reason, STATE.c.finished_at)
    rows = tx.all(sa.select(*columns).where(those).order_by(STATE.c.mail.desc()).limit(MOST))
    return {
        f"M-{row.mail}": Seen(_filled(tx, said, mail=f"M-{row.mail}", why=row.reason), row.finished_at) for row in rows
    }


def _waiting_mails(store: Store, tx: Tx) -> Found:
    since = journal.waiting_since(store, tx)
    return {"": Seen(_WAITING, since)} if _is_older(tx, since, OLD_MAIL) else {}


def _undecided(store: Store, tx: Tx) -> Found:
    old = (STATE.c.state == "held") & (STATE.c.finished_at < tx.now - OLD_DECISION)
    columns = (
        sa.func.count().label("many"),
        sa.func.min(STATE.c.finished_at).label("since"),
        sa.func.min(STATE.c.mail).label("oldest"),
    )
    row = tx.first(sa.select(*columns).where(old))
    if row is None or not row.many:
        return {}
    said = _UNDECIDED if row.many == 1 else _UNDECIDED_MORE
    return {"": Seen(said.filled(mail=f"M-{row.oldest}", many=row.many), row.since)}


def _old_letters(store: Store, tx: Tx) -> Found:
    """Only the oldest: where one waits, many do. An alert itself is not told of by one more."""
    pending = outbox_views.wants_to_leave(tx) & (LETTER.c.template != "alert")
    row = tx.first(sa.select(LETTER).where(pending).order_by(LETTER.c.created_at).limit(1))
    if row is None or not _is_older(tx, row.created_at, OLD_LETTER):
        return {}
    said = _filled(tx, _OLD_LETTER, letter=f"L-{row.id}", to=row.to, answer=row.answer or _NO_ANSWER)
    return {"": Seen(said, row.created_at)}


def _history(store: Store, tx: Tx) -> Found:
    row = tx.first(sa.select(PROOF).where(PROOF.c.findings > 0))
    if row is None:
        return {}
    said = _NOT_WHOLE if row.findings == 1 else _NOT_WHOLE_BY_MORE
    return {"": Seen(_filled(tx, said, first=(row.first or "").rstrip("."), others=row.findings - 1), row.at)}


def _disk(store: Store, tx: Tx) -> Found:
    free, reserve = blobs.free_beside(store.blobs), tx.settings.limits.free_disk
    if free is None or free >= reserve:
        return {}
    return {"": Seen(_FULL.filled(free=free // 2**20, reserve=reserve // 2**20))}


def _robots(store: Store, tx: Tx) -> Found:
    """As long as the breaker remembers a mailbox it is one trouble, however often it opens and closes."""
    return {
        row.mailbox: Seen(_filled(tx, _ROBOT, mailbox=row.mailbox, until=_minute(row.until), why=row.why), row.since)
        for row in breaker.remembered(tx)
    }


def _budget(store: Store, tx: Tx) -> Found:
    many, since = silences.out_of_budget(tx)
    return {"": Seen(_HELD_BACK, since)} if many else {}


def _unreached(store: Store, tx: Tx) -> Found:
    failing = list(silences.unreached(tx).items())[:MOST]
    return {email: Seen(_filled(tx, _UNREACHED, email=email), since) for email, since in failing}


def _too_large(store: Store, tx: Tx) -> Found:
    """The newest stands for all: what is wrong is the relay, or the limit."""
    failed = silences.too_large(tx)
    if not failed:
        return {}
    last, said = failed[0], _TOO_LARGE if len(failed) == 1 else _MORE_TOO_LARGE
    words = _filled(tx, said, letter=f"L-{last.id}", to=last.to, answer=last.answer, others=len(failed) - 1)
    return {"": Seen(words, failed[-1].created_at)}


def _clock(store: Store, tx: Tx) -> Found:
    """A clock that was wrong, or is now: mail that came in later than now."""
    newest = sa.select(ARRIVAL.c.id, ARRIVAL.c.received_at).order_by(ARRIVAL.c.id.desc()).limit(1)
    rows = arrivals.select(store, newest)
    if not rows or rows[0].received_at <= tx.now + CLOCKS_DIFFER:
        return {}
    at = _minute(rows[0].received_at)
    return {"": Seen(_CLOCK.filled(now=_minute(tx.now), mail=f"M-{rows[0].id}", at=at))}


def _expiring(store: Store, tx: Tx) -> Found:
    """Secrets and logins of OAuth that end soon: where a mailbox is read, and its letters are sent, by them."""
    try:
        logins = login.all_of(tx.settings)
    except ConfigurationError:
        return {}  # it is said where the mailbox can not be read
    said = {str(end.what): end.said(tx.now) for each in logins for end in expiry.ends(each)}
    return {about: Seen(words) for about, words in said.items() if words}


LOOKS: tuple[tuple[str, Look], ...] = (
    ("mail", _failed_mails),
    ("crash", _crashes),
    (clockwork.TROUBLE, clockwork.still_failing),
    ("waiting", _waiting_mails),
    ("held", _undecided),
    ("letter", _old_letters),
    ("history", _history),
    ("disk", _disk),
    ("robot", _robots),
    ("budget", _budget),
    ("unreached", _unreached),
    ("too_large", _too_large),
    ("clock", _clock),
    ("expiring", _expiring),
)


def _is_older(tx: Tx, since: datetime | None, than: timedelta) -> bool:
    return since is not None and since + than < tx.now


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _filled(tx: Tx, said: Sentence, **values: Any) -> Sentence:
    """With what others said on one line, without links and without a full stop of its own."""
    ours = _names_of_ours(tx.settings)
    return said.filled(**{name: _tamed(name, value, ours) for name, value in values.items()})


def _names_of_ours(settings: Settings) -> frozenset[str]:
    """What a sentence about this configuration may name: its servers, and the limits that end a worker."""
    relays = (urlsplit(each.url).hostname for each in settings.delivery.relays)
    mailboxes = (each.host for each in settings.intake.imap)
    limits = (f"limits.{name}" for name in type(settings.limits).model_fields)
    return frozenset(name for name in (*relays, *mailboxes, *limits) if name)


def _tamed(name: str, value: Any, ours: frozenset[str]) -> Any:
    if not isinstance(value, str):
        return value
    line = clean_line(value, 300).rstrip(".")
    return unlinked(line, ours) if name in ("why", "answer", "first") else line
