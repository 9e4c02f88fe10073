"""Enhanced status codes (RFC 3463): the reason in plain words, and the code that words without one mean."""

from __future__ import annotations

import re

# RFC 3463, 3 and later registrations (IANA). Subject and detail of the code, in our own words.
_REASONS: dict[str, str] = {
    "1.0": "the address is not accepted",
    "1.1": "the address does not exist",
    "1.2": "the domain of the address does not exist or takes no mail",
    "1.3": "the address is written wrongly",
    "1.4": "the address fits several people",
    "1.5": "the address is valid, but was not accepted",
    "1.6": "the mailbox has moved, and no new address is known",
    "1.7": "our sender address is written wrongly for their server",
    "1.8": "their server does not know our sender address",
    "1.9": "the letter reached a server that does not know the address",
    "1.10": "the domain of the address takes no mail at all",
    "2.0": "the mailbox does not take mail",
    "2.1": "the mailbox is disabled or takes no mail",
    "2.2": "the mailbox is full",
    "2.3": "the letter is too large for this mailbox",
    "2.4": "the mailing list behind the address could not be reached",
    "3.0": "their mail server has a problem",
    "3.1": "their mail server has no space left",
    "3.2": "their mail server takes no mail at the moment",
    "3.3": "their mail server can not do what the letter needs",
    "3.4": "the letter is too large",
    "3.5": "their mail server is set up wrongly",
    "4.0": "the mail could not be brought to their server",
    "4.1": "their mail server does not answer",
    "4.2": "the connection to their mail server broke",
    "4.3": "the name service could not be asked",
    "4.4": "no mail server was found for the domain",
    "4.5": "their mail server is overloaded",
    "4.6": "the letter went round in circles",
    "4.7": "it could not be delivered in the time allowed",
    "5.0": "the mail servers did not understand each other",
    "5.1": "the mail servers did not understand each other",
    "5.2": "the mail servers did not understand each other",
    "5.3": "the letter has too many recipients",
    "5.4": "the mail servers did not understand each other",
    "6.0": "the contents of the letter are not accepted",
    "6.1": "the contents of the letter are not accepted",
    "7.0": "their server refused it for reasons of security or policy",
    "7.1": "their server refused it by its rules",
    "7.2": "the mailing list does not take mail from us",
    "7.8": "their server asked for a login",
    "7.20": "our signature (DKIM) was not accepted",
    "7.23": "our server is not allowed to send for our domain (SPF)",
    "7.25": "the name of our server can not be looked up",
    "7.26": "our mail was not accepted as genuine (SPF, DKIM, DMARC)",
    "7.27": "the domain of our sender address takes no mail",
    "7.28": "we send too much mail for their server",
}
_BY_SUBJECT = {code.partition(".")[0]: words for code, words in _REASONS.items() if code.endswith(".0")}
_UNKNOWN = "the letter could not be delivered"

# Dots and digits around a code make it part of an IP address or a version.
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d\.\d{1,3})(?![\d.]\d)")
_REPLY = re.compile(r"(?<![\d.])([45])\d\d(?= |-|$)")

# What servers write instead of a code; the first that is found counts.
_PHRASES: tuple[tuple[str, str], ...] = (
    (r"user (?:is )?unknown|unknown (?:user|recipient|local)|no such (?:user|mailbox|recipient|person)", "5.1.1"),
    (r"(?:address|user|recipient|account).{0,60}(?:does ?n[o']t exist|not (?:be )?(?:found|known))", "5.1.1"),
    (r"no mailbox here|unrout(?:e)?able address|invalid (?:recipient|mailbox)|address rejected", "5.1.1"),
    (r"unbekannt(?:er)? (?:empf[äa]nger|benutzer)|existiert nicht", "5.1.1"),
    (r"(?:over|exceed\w{0,3}|out of).{0,20}quota|quota.{0,20}exceed", "5.2.2"),
    (r"(?:mailbox|inbox|postfach).{0,20}(?:full|voll)", "5.2.2"),
    (r"(?:host|domain)s?.{0,40}(?:not found|unknown|does not exist|lookup fail)", "5.1.2"),
    (r"(?:unknown|no such) (?:host|domain)|couldn't find any host|all relevant mx records|bad destination", "5.1.2"),
    (r"(?:mailbox|account|user).{0,30}(?:disabled|inactive|suspended|not active|deactivated)", "5.2.1"),
    (r"(?:message|mail).{0,30}(?:too large|too big|exceeds.{0,20}size)|size limit", "5.3.4"),
    (r"spam|block(?:ed|list)|blacklist|rejected.{0,40}polic|relay.{0,20}(?:denied|access)|access denied", "5.7.1"),
    (r"retry time.{0,20}exceeded|been in the queue too long|for \d{1,3} (?:hours?|days?)", "4.4.7"),
    (r"expired|gave up|time limit", "4.4.7"),
    (r"timed? ?out|connection refused|couldn't establish|wasn't able to establish|no route", "4.4.1"),
)
_KNOWN = tuple((re.compile(phrase, re.IGNORECASE), status) for phrase, status in _PHRASES)


def reason_of(status: str | None) -> str:
    """What a status means, in our own plain words; the subject of the code where the detail is unknown."""
    code = (status or "").partition(".")[2]
    return _REASONS.get(code) or _BY_SUBJECT.get(code.partition(".")[0]) or _UNKNOWN


def status_in(text: str) -> str | None:
    """The status that a server's words give: an enhanced code that says something, else what the words mean, else the
    class of an SMTP reply."""
    enhanced: list[str] = [code for code in _ENHANCED.findall(text) if not code.endswith(".0.0")]
    if enhanced:
        return max(enhanced, key=_class)
    meant = next((status for phrase, status in _KNOWN if phrase.search(text)), None)
    reply = _REPLY.search(text)
    if meant and reply and meant[0] != reply[1]:
        # The phrase says what, the reply says for how long (a full mailbox is answered with 452 or 552).
        return f"{reply[1]}{meant[1:]}"
    return meant or (f"{reply[1]}.0.0" if reply else None)


def _class(code: str) -> str:
    return code[0]
