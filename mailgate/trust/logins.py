"""Whose words somebody who has logged in may hand in: his own. A login is an agent's id, or one of his addresses, and
writes as that agent; or it is the address of somebody or something else, and writes from that address alone."""

from __future__ import annotations

import ipaddress

from mailgate.mail.message import Envelope, Message
from mailgate.settings.model import Settings
from mailgate.settings.scalars import lower_ascii


def is_login(submitted_by: str | None) -> bool:
    """Somebody has logged in; else it is a host of `trusted_peers`, known by its IP address."""
    if submitted_by is None:
        return False
    try:
        ipaddress.ip_address(submitted_by)
    except ValueError:
        return True
    return False


def agent_of(settings: Settings, login: str) -> str | None:
    """The id of the active agent who goes by this login."""
    agent = settings.agents.get(login) or next(
        (each for name, each in settings.agents.items() if name.lower() == login), None
    )
    return settings.agent_at(agent.email) if agent else settings.agent_at(login)


def is_retired(settings: Settings, login: str) -> bool:
    """The login of an agent who is none any more: he may not log in."""
    if agent_of(settings, login):
        return False
    return any(login == name.lower() or login in agent.addresses for name, agent in settings.agents.items())


def is_known(settings: Settings, login: str) -> bool:
    """Somebody goes by this login: an agent, or whoever has this address."""
    return agent_of(settings, login) is not None or "@" in login


def is_his(settings: Settings, message: Message, envelope: Envelope) -> bool:
    """Is From an address of whoever handed the mail in? A host of `trusted_peers` answers for itself."""
    login = envelope.submitted_by
    if login is None or not is_login(login):
        return True
    return message.sender is not None and may_write(settings, login, message.sender.email)


def may_write(settings: Settings, login: str, author: str) -> bool:
    """May this login hand in what this address writes?"""
    author = lower_ascii(author)
    if agent := agent_of(settings, login):
        return settings.agent_at(author) == agent
    return login == author
