"""A mail that was to open a ticket, and was refused for a command in it, opens it once the command is right.

Its route and its subject are those that were found when it came.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mailgate.desk import describing, mails, notices, opening, ruled
from mailgate.desk.acts import StoppedAt
from mailgate.desk.agent_writes import AgentMail, Results
from mailgate.desk.describing import DESCRIBING
from mailgate.desk.notices import Words
from mailgate.desk.opening import Request
from mailgate.mail.message import Address
from mailgate.outbox.sentences import say
from mailgate.rules.known import Known, known_agent, known_category, known_channel, known_group, known_kind
from mailgate.rules.route import Route
from mailgate.settings.model import Settings
from mailgate.store.db import Tx
from mailgate.trust import token as tokens
from mailgate.trust.verdict import Authentication, Level

_NAMED: tuple[tuple[str, str, Known], ...] = (
    ("category", "category", known_category),
    ("group", "group", known_group),
    ("assignee", "agent", known_agent),
    ("coordinator", "agent", known_agent),
    ("kind", "kind", known_kind),
    ("channel", "channel", known_channel),
)
"""Names that may have been given up or retired since the mail came."""


def is_meant(mail: AgentMail) -> bool:
    """The kept mail answered nothing, and what its writer says now only describes the ticket that it opens."""
    only_describing = all(each.name in DESCRIBING and each.ticket is None for each in mail.written.commands)
    nothing_answered = mail.thread.ticket is None and mail.thread.token is None
    return mail.kept_from is not None and nothing_answered and only_describing and bool(mail.written.text)


def open_ticket(tx: Tx, mail: AgentMail) -> Results:
    """All of it, or none where a command is wrong again."""
    try:
        with tx.savepoint():
            return _opened(tx, mail)
    except StoppedAt as refused:
        return describing.not_opened(tx, mail, refused)


def _opened(tx: Tx, mail: AgentMail) -> Results:
    request = _request(tx, mail)
    ticket = opening.open_ticket(tx, request)
    believed = mail.level is not Level.claimed
    ticket = ruled.complete(tx, ticket, request.route, request.new_text, believed=believed)
    described = describing.describe(tx, ticket, mail)
    ticket, words = described.case.ticket, Words(request.reporter.name, request.new_text, request.files)
    told = notices.tell_agents(tx, ticket, "new_ticket", actor=request.actor, words=words)
    notices.tell_named(tx, ticket, "new_ticket", request.route.also_notify, words=words, told=told)
    opening.acknowledge(tx, ticket, request)
    return describing.confirm(tx, described, mail)


def _request(tx: Tx, mail: AgentMail) -> Request:
    agent = tx.settings.agents[mail.agent]
    subject, route = mails.subject_and_route(tx, mail.kept_from)
    aligned = mail.level in (Level.aligned, Level.proven, Level.signed)
    return Request(
        reporter=Address(agent.name, agent.email),
        actor=f"agent:{mail.agent}",
        subject=opening.clean_subject(tx.settings, subject) or say("subject.none", tx.settings.site.language),
        text=tokens.strip(mail.text),
        new_text=tokens.strip(mail.written.text),
        route=_route(tx.settings, route),
        source_address=tx.settings.addresses[0].address,
        level=mail.level,
        language=agent.language,
        files=mail.files,
        message_id=None,
        remark=None,
        received_at=tx.now,
        envelope_sender=agent.email,
        authentication=Authentication(aligned, False, ()),
        no_response=None,
        answers_automatic=False,
        known_sender=True,
    )


def _route(settings: Settings, found: dict[str, Any]) -> Route:
    """As `explain` shows it; what rules did to the mail itself, such as holding it, is over. It is
    nobody's alert."""
    now = {column: find(settings, settings.now_called(what, found.get(column) or "")) for column, what, find in _NAMED}
    return Route(
        category=now["category"] or settings.default_category,
        group=now["group"],
        assignee=now["assignee"],
        coordinator=now["coordinator"],
        priority=found.get("priority") or "normal",
        kind=now["kind"] or settings.default_kind,
        channel=now["channel"] or "email",
        language=found.get("language"),
        tags=tuple(found.get("tags") or ()),
        acknowledge=found.get("acknowledge"),
        notify=(),
        drop=None,
        hold=None,
        rule=found.get("rule"),
        rule_place="",
        why=found.get("why") or "",
        remarks=(),
        level=found.get("level") or 1,
        visible=found.get("visible") is not False,
        wanted_by=_time(found.get("wanted_by")),
        due=_time(found.get("due")),
        company=found.get("company"),
        department=found.get("department"),
        phone=found.get("phone"),
        also_notify=tuple(found.get("notify") or ()),
        cc=tuple(found.get("cc") or ()),
    )


def _time(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
