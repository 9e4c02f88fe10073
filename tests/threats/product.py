"""Every sort of mail, from everybody, with every proof and every command: made, and judged on one desk with a past.

Nothing of it is kept: each mail is judged by the line itself and rolled back, so that all meet the same desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr

from mailgate import inbound
from mailgate.desk import change, tickets
from mailgate.mail.message import Envelope
from mailgate.rehearsal import judge
from tests.doubles.relay import Received
from tests.stories.example import Json
from tests.stories.mailer import Mail, answer
from tests.stories.reports import delivery_report
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, MALLORY, SUPPORT, World

HANS, OTTO, CORA, DORA = (f"{name} <{name.lower()}@example.com>" for name in ("Hans", "Otto", "Cora", "Dora"))
PEOPLE: Json = {
    "agents": {
        "hans": {"name": "Hans", "email": "hans@example.com"},
        "otto": {"name": "Otto", "email": "otto@example.com", "admin": True},
        "cora": {"name": "Cora", "email": "cora@example.com"},
        "dora": {"name": "Dora", "email": "dora@example.com", "sees": "all"},
    },
    "rules": [
        {"name": "Held", "when": {"subject": "hold me"}, "then": {"hold": "to be looked at"}},
        {"name": "Dropped", "when": {"subject": "drop me"}, "then": {"drop": "nothing for us"}},
    ],
    "groups": {"network": {"coordinator": "cora"}},
}
ROLES = {
    "reporter": ERIKA,
    "agent": ANNA,
    "coordinator": CORA,
    "former": HANS,
    "sees all": DORA,
    "other agent": CLEO,
    "admin": OTTO,
    "outsider": MALLORY,
    "nobody": None,
}
WORDS = ("answer", "note", "question", "ask", "forward", "decline")
ARGUMENTS = {"assign": " ben", "priority": " high", "category": " network", "kind": " incident"}
ARGUMENTS |= {"tag": " vpn", "channel": " email", "time": " 5m", "phone": " 110", "company": " X", "department": " X"}
ARGUMENTS |= {"from": " mia@else.example", "customer": " Max <max@m.example>", "cc": " max@m.example"}
ARGUMENTS |= dict.fromkeys(("link", "same", "merge"), " 4711")
ARGUMENTS |= {"decline": " no time", "coordinator": " ben", "snooze": " +3d", "due": " +3d", "wanted": " +3d"}
ARGUMENTS |= {"level": " 2", "ask": " max@m.example", "forward": " max@m.example"}
DESCRIBING_MORE = ("tag", "channel", "time", "phone", "company", "department", "from", "customer")
TYING = ("cc", "conceal", "reveal", "link", "same", "merge", "spam", "undo")
WORKING = ("unassign", "decline", "coordinator", "wait", "snooze", "level", "ask", "forward")
DATING = ("due", "wanted")
ASKING = ("list", "show", "history", "report")
COMMANDS = (
    *("plain", "take", "assign", "answer", "note", "question", "resolve", "close", "reopen", "priority", "category"),
    *("kind", "help", "yes", "drop", *DESCRIBING_MORE, *TYING, *WORKING, *DATING, *ASKING),
)
"""`plain`: words without a command."""
IN_SHORT = (*DESCRIBING_MORE, *TYING, *WORKING, *DATING, *ASKING)
"""They go the way of the others, so three sorts of mail are enough for them."""
WITHOUT_COMMANDS = ("plain", "take", "note")
"""Enough for a sort of mail that never looks at its words."""


@dataclass(frozen=True)
class Case:
    """One mail of the product. `vouched`: a relay we believe says that From is true."""

    shape: str
    role: str
    vouched: bool
    command: str

    def __str__(self) -> str:
        return f"{self.shape}, {'vouched' if self.vouched else 'claimed'}, {self.role}, {self.command}"


def prepared(desk: World) -> World:
    """#1001 is Erika's, is at Anna's, and was at Hans' before; Cora coordinates it and had it once too."""
    desk.mail(Mail(ERIKA, SUPPORT, "Printer on fire", "It burns.", message_id="<first@customer.example>"))
    desk.answer(desk.letter("ben@example.com", "new_ticket"), "#assign hans", sender=BEN)
    desk.answer(desk.letter("ben@example.com", "new_ticket"), "#assign cora", sender=BEN)
    desk.answer(desk.letter("anna@example.com", "new_ticket"), "#take\nDear Erika, water.", sender=ANNA)
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        # `#coordinator` is not built.
        change.apply(tx, tickets.loaded(tx, 1001), "admin", "coordinator", coordinator="cora")
    desk.answer(desk.letter("erika@customer.example", "reply"), "It still burns.", sender=ERIKA)
    return desk


LETTER_OF = {
    "reporter": ("erika@customer.example", "reply"),
    "agent": ("anna@example.com", "new_ticket"),
    "coordinator": ("cora@example.com", "assigned"),
    "former": ("hans@example.com", "assigned"),
}
"""Whose token somebody has."""


def own_letter(desk: World, role: str) -> Received | None:
    return desk.letter(*LETTER_OF[role]) if role in LETTER_OF else None


def of_another(desk: World, role: str) -> Received:
    """A letter that was written to somebody else."""
    return desk.letter("ben@example.com" if role == "agent" else "anna@example.com", "new_ticket")


def text_of(case: Case) -> str:
    if case.command == "plain":
        return "Dear Erika, here is some water."
    line = f"#{case.command}{ARGUMENTS.get(case.command, '')}"
    if case.shape == "numbered":
        return f"#1001 {line[1:]}" + (" Here is some water." if case.command in WORDS else "")
    return f"{line}\nDear Erika, here is some water." if case.command in WORDS else line


def written(desk: World, case: Case) -> Mail | None:
    """The mail, or None where nobody can write it so."""
    sender, text = ROLES[case.role] or "Nobody <nobody@example.com>", text_of(case)
    own = own_letter(desk, case.role)
    letter = own or of_another(desk, case.role)
    match case.shape:
        case "own letter":
            return answer(own, text, sender=sender) if own else None
        case "letter of another":
            return answer(of_another(desk, case.role), text, sender=sender)
        case "names a mail":
            return Mail(sender, SUPPORT, "Re: x", text, headers={"In-Reply-To": "<first@customer.example>"})
        case "tag":
            return Mail(sender, SUPPORT, "Re: [#1001] Printer on fire", text)
        case "new" | "numbered":
            return Mail(sender, SUPPORT, "A lamp", text)
        case "held":
            return Mail(sender, SUPPORT, "hold me", text)
        case "dropped":
            return Mail(sender, SUPPORT, "drop me", text)
        case "away":
            return answer(letter, text, sender=sender, headers={"Auto-Submitted": "auto-replied"})
        case "program":
            return answer(letter, text, sender=sender, headers={"Auto-Submitted": "auto-generated"})
        case "seen before":
            return answer(letter, text, sender=sender)
        case "our own":
            return answer(letter, text, sender=SUPPORT, message_id=letter.header("Message-ID"))
    raise AssertionError(case.shape)


def bytes_of(desk: World, case: Case) -> tuple[bytes, str, str] | None:
    """The mail's bytes, its return path and its recipient."""
    if case.shape in ("report", "report without proof"):
        letter = desk.letter("erika@customer.example", "reply")
        if case.shape == "report":
            return delivery_report(letter), "", letter.envelope_from
        return delivery_report(letter, message_id="<made.up@example.com>"), "", SUPPORT
    mail = written(desk, case)
    if mail is None:
        return None
    raw = mail.bytes
    if case.role == "nobody" and case.shape != "our own":
        raw = b"\r\n".join(line for line in raw.split(b"\r\n") if not line.startswith(b"From:"))
    return raw, "" if case.role == "nobody" else mail.return_path, parseaddr(mail.to)[1]


def judged(desk: World, case: Case) -> Json | None:
    """What `explain` says of it."""
    made = bytes_of(desk, case)
    if made is None:
        return None
    raw, sender, to = made
    domain = parseaddr(ROLES[case.role] or "")[1].partition("@")[2]
    if case.vouched:
        raw = f"Authentication-Results: mx.example.com; dmarc=pass header.from={domain}\r\n".encode() + raw
    envelope = Envelope(
        sender=sender,
        recipients=(to,),
        received_at=desk.clock.now(),
        peer="127.0.0.1",
        trusted=case.vouched,
        authserv_id="mx.example.com" if case.vouched else None,
    )
    twin = 1 if case.shape == "seen before" else None
    read = inbound.prepare(desk.settings, raw, envelope, twin=twin)
    return judge(desk.store, desk.settings, read, desk.clock.now())


SHAPES = (
    *("own letter", "letter of another", "names a mail", "tag", "new", "numbered", "away", "program", "report"),
    *("report without proof", "held", "dropped", "seen before", "our own"),
)
LOOKS_AT_WORDS = ("own letter", "letter of another", "names a mail", "tag", "new", "numbered")


def _commands(shape: str) -> tuple[str, ...]:
    if shape not in LOOKS_AT_WORDS:
        return WITHOUT_COMMANDS
    return tuple(each for each in COMMANDS if each not in IN_SHORT or shape in ("own letter", "new", "numbered"))


def everything() -> Iterator[Case]:
    """The whole product."""
    for shape in SHAPES:
        commands = _commands(shape)
        for role in ROLES:
            for vouched in (True, False):
                yield from (Case(shape, role, vouched, command) for command in commands)
