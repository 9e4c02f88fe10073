"""A letter with an agent's words to somebody who is neither the reporter nor, here, one of us: a question to an expert,
or a ticket passed on for information. What else it holds comes from public words alone."""

from __future__ import annotations

from dataclasses import replace

from mailgate.desk import confidential, people, showing, speaking
from mailgate.desk.case import Case
from mailgate.desk.notices import subject_of, tag_of
from mailgate.desk.posting import post
from mailgate.mail.language import language_of
from mailgate.outbox import sentences, tongues
from mailgate.outbox.draft import Draft, Enclosure
from mailgate.outbox.queue import sent_to
from mailgate.outbox.view import LetterView
from mailgate.rules.recipients import Recipient
from mailgate.trust import token as tokens


def language_for(case: Case, to: Recipient, letter: str) -> str:
    """The person's, else that of the agent's words where it is sure and we have it, else the address's, else the
    site's."""
    settings, known = case.tx.settings, people.by_email(case.tx, to.address)
    agent = settings.agents[to.agent].language if to.agent else None
    own = agent or (known.language if known else None)
    of_address = speaking.of_address(settings, case.ticket.source_address)
    return tongues.spoken(settings, letter, (own, language_of(case.words), of_address))


def send(
    case: Case,
    letter: str,
    role: str,
    to: Recipient,
    *,
    original: str,
    files: tuple[Enclosure, ...],
    deadline: str,
    message: int,
) -> int:
    """Post it; returns the letter's id. `original`: public words that go with the agent's own, or nothing."""
    tx, ticket, language = case.tx, case.ticket, language_for(case, to, letter)
    known = people.by_email(tx, to.address)
    attached = showing.that_fit(tx.settings, files)
    site = showing.site_name(tx.settings, ticket.source_address)
    view = LetterView(
        site=site,
        formal=people.is_formal(tx.settings, known),
        number=ticket.number,
        subject=ticket.subject if original or letter == "forwarded" else "",
        reader=to.name or (known.name if known and known.name else ""),
        writer=case.agent_name,
        words=tokens.strip(case.words),
        earlier=tokens.strip(original),
        files=showing.file_lines(files, attached, language),
        deadline=deadline,
    )
    before = sent_to(tx, ticket.number, to.address)
    draft = Draft(
        template=letter,
        to=to.address,
        to_name=view.reader,
        language=language,
        view=view,
        role=role,
        person=to.address,
        from_address=ticket.source_address,
        from_name=f"{case.agent_name} ({site})",
        reply_name=site,
        subject=_subject(case, letter, view, language),
        ticket=ticket.number,
        in_reply_to=before[-1] if before else None,
        references=tuple(before[:1]),
        enclosures=attached,
        owner=case.agent,
        message=message,
    )
    draft = replace(draft, secrets=confidential.of(tx, ticket, but=message))
    return post(tx, draft, case.actor)


def _subject(case: Case, letter: str, view: LetterView, language: str) -> str:
    """The ticket's subject is the reporter's words: it stands there only where those go along."""
    if view.subject:
        return subject_of(case.tx, case.ticket)
    return f"Re: {tag_of(case.tx, case.ticket)} {sentences.title(letter, language)}"
