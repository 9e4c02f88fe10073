"""What a provider's refusals mean and what to do about them, in sentences: one table for the numbers of Microsoft, one
for the codes of the standard (RFC 6749, 5.2; OpenID Connect Core, 3.1.2.6)."""

from __future__ import annotations

import re
from typing import Final

from mailgate.mail.words import clean_line
from mailgate.oauth.endpoint import Denied
from mailgate.oauth.login import Login

_AGAIN: Final = "log in again: `mailgate connect {name}`"
_NUMBER: Final = re.compile(r"\bAADSTS(\d{4,8})\b")
_MOST: Final = 300

_MICROSOFT: Final = {
    "7000215": "the secret in {secret} is wrong; what counts is the value of the secret, not its id",
    "7000222": "the secret in {secret} has expired; make a new one for the application and put it there",
    "7000218": "the application wants a secret; write secret_file, or allow public client flows for it",
    "700025": "the application takes no secret; leave secret_file out, or make it a confidential client",
    "700016": "the application {client} is not known in the tenant {tenant}; look at client_id and tenant",
    "700011": "the application {client} is not known in the tenant {tenant}; look at client_id and tenant",
    "7000112": "the application {client} is switched off in the tenant",
    "7000229": "the application has no service principal in the tenant {tenant}; an admin has to agree to it there",
    "90002": "there is no tenant {tenant}; look at oauth.tenant",
    "900023": "{tenant} is no tenant; write its id or one of its domains",
    "90019": "the tenant is missing; write its id or one of its domains",
    "500011": "Exchange Online is unknown in the tenant; an admin has to agree to the application's permissions",
    "65001": f"nobody has agreed that the application may read and send mail; {_AGAIN}, or let an admin agree",
    "65004": f"whoever logged in did not agree; {_AGAIN}",
    "70011": "the application may not ask for mail; give it IMAP and SMTP permissions of Exchange Online",
    "70008": f"the login has expired; {_AGAIN}",
    "700082": f"the login has expired, because it was not used for too long; {_AGAIN}",
    "700084": f"the login has expired; {_AGAIN}",
    "70043": f"the login has expired by a rule of the organisation; {_AGAIN}",
    "50089": f"the login has expired; {_AGAIN}",
    "50173": f"the password was changed, or the login was taken back; {_AGAIN}",
    "50133": f"the password was changed; {_AGAIN}",
    "54005": f"this login was used already; {_AGAIN}",
    "50076": f"the organisation wants a second factor; {_AGAIN}",
    "50078": f"the organisation wants a second factor; {_AGAIN}",
    "50079": f"the organisation wants a second factor to be set up; {_AGAIN}",
    "50158": f"the organisation wants more to be proven; {_AGAIN}",
    "50055": f"the password of the account has expired; change it, then {_AGAIN}",
    "50057": "the account is switched off",
    "50034": "there is no such account in the tenant {tenant}",
    "50053": "the account is locked after too many wrong passwords",
    "53000": "a rule of the organisation (conditional access) wants another device; an admin has to make an exception",
    "53003": "a rule of the organisation (conditional access) forbids it; an admin has to make an exception",
    "530003": "a rule of the organisation (conditional access) wants another device; an admin has to make an exception",
    "700024": "the clock of this machine and that of Microsoft differ; set the clock, best by NTP",
    "500133": "the clock of this machine and that of Microsoft differ; set the clock, best by NTP",
    "50196": "it was asked too often for the same thing; it is tried again later",
}

_STANDARD: Final = {
    "invalid_grant": f"the login is not valid any more; {_AGAIN}",
    "interaction_required": f"a person has to log in; {_AGAIN}",
    "login_required": f"a person has to log in; {_AGAIN}",
    "consent_required": f"a person has to agree; {_AGAIN}",
    "invalid_client": "the application is not known, or its secret is wrong; look at client_id and secret_file",
    "deleted_client": "the application was deleted; look at client_id",
    "disabled_client": "the application is switched off",
    "unauthorized_client": "the application may not log in this way; look at its settings",
    "invalid_scope": "the application may not ask for mail; look at its permissions",
    "org_internal": "only accounts of the application's own organisation may use it",
    "admin_policy_enforced": "a rule of the organisation forbids this application; an admin has to allow it",
    "access_denied": "whoever was asked did not agree",
    "authorization_declined": "whoever was asked did not agree",
    "expired_token": "nobody has typed the code in time",
    "code_expired": "nobody has typed the code in time",
    "bad_verification_code": "the code is not the one that was given",
}


def in_words(denied: Denied, login: Login) -> str:
    """Who says no, why, and what to do; without a full stop. The provider's own words stand behind it."""
    told = _clean(denied)
    number = _NUMBER.search(denied.description)
    meant = (_MICROSOFT.get(number[1]) if number else None) or _STANDARD.get(denied.code)
    if not meant:
        return f"{login.of.title} gives no token: {told}"
    values = {"name": login.name, "secret": login.secret, "client": login.client_id, "tenant": login.tenant}
    return f"{login.of.title}: {meant.format(**values)}{_skewed(denied)} ({told})"


def _skewed(denied: Denied) -> str:
    minutes = round(denied.skew.total_seconds() / 60)
    if not minutes:
        return ""
    return f"; the clock of this machine is {abs(minutes)} minutes {'ahead of' if minutes > 0 else 'behind'} theirs"


def _clean(denied: Denied) -> str:
    """On one line, without the ids that change with each try: a trouble that stays the same is told once."""
    words = re.sub(r"\s*(?:Trace|Correlation) ID:.*", "", denied.description, flags=re.DOTALL)
    return clean_line(f"{denied.code}: {words}" if words else denied.code, _MOST).rstrip(". ")


_DOORS: Final = {
    ("microsoft365", "secret", "IMAP"): "the application needs the permission IMAP.AccessAsApp, and its service"
    " principal full access to this mailbox (Add-MailboxPermission)",
    ("microsoft365", "secret", "SMTP"): "the application needs the permission SMTP.SendAsApp and full access to this"
    " mailbox, and SMTP AUTH has to be on for it (Set-CASMailbox)",
    (
        "microsoft365",
        "code",
        "IMAP",
    ): "whoever logged in needs full access to this mailbox, and IMAP has to be on for it",
    ("microsoft365", "code", "SMTP"): "whoever logged in may need the right to send as this mailbox, and SMTP AUTH has"
    " to be on for it (Set-CASMailbox)",
    ("google", "browser", "IMAP"): "whoever logged in has to be this account, and IMAP has to be on in its settings",
    ("google", "browser", "SMTP"): "whoever logged in has to be this account, or one that may send as it",
}


def not_let_in(login: Login, user: str, answer: str, what: str) -> str:
    """A server takes no token of this login, not even a new one. `what`: IMAP or SMTP; `answer`: its words."""
    door = _DOORS[login.provider, login.grant, what]
    return f"the server takes no token for {user} ({clean_line(answer, _MOST).rstrip('. ')}); {door}"
