"""Into a mailbox: with its password, or with a token (XOAUTH2). One that is refused is renewed once: it may have been
taken back before it expired. In a shared mailbox the user is the mailbox, whoever the token belongs to."""

from __future__ import annotations

from mailgate.clock import Clock
from mailgate.errors import StoreUnavailable
from mailgate.intake.imap_place import Reading, password_of
from mailgate.intake.imap_session import NotLetIn, Session
from mailgate.oauth.access import NoToken, access_of
from mailgate.oauth.login import Login
from mailgate.oauth.words import not_let_in


async def enter(session: Session, reading: Reading, clock: Clock) -> None:
    """Raises NotLetIn in words that say what to do, Lost and ConfigurationError."""
    user = reading.mailbox.user
    if reading.login is None:
        await session.log_in(user, password_of(reading))
        return
    try:
        await _by_token(session, user, reading.login, clock)
    except (NoToken, StoreUnavailable) as wrong:
        raise NotLetIn(str(wrong)) from wrong


async def _by_token(session: Session, user: str, login: Login, clock: Clock) -> None:
    if "AUTH=XOAUTH2" not in session.capabilities:
        raise NotLetIn("the server takes no tokens: it does not offer XOAUTH2")
    access = access_of(login)
    token = await access.token(clock)
    try:
        await session.log_in_by_token(user, token)
    except NotLetIn as refused:
        another = await access.another(token, clock)
        if another is None:
            raise NotLetIn(not_let_in(login, user, str(refused), "IMAP")) from refused
        try:
            await session.log_in_by_token(user, another)
        except NotLetIn as again:
            raise NotLetIn(not_let_in(login, user, str(again), "IMAP")) from again


def explained(reading: Reading, wrong: Exception) -> str:
    """What went wrong there, with what to do where it is the login that is to blame: Exchange lets in whoever has a
    token, and says only at the folder that it is not for this mailbox."""
    said = str(wrong)
    if reading.login and "authenticated but not connected" in said.lower():
        return not_let_in(reading.login, reading.mailbox.user, said, "IMAP")
    return said
