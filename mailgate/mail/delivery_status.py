"""Enhanced status codes (RFC 3463): the reason in plain words, and the code that words without one mean."""

from __future__ import annotations

import re

from mailgate.sentence import Sentence

# RFC 3463, 3 and later registrations (IANA). Subject and detail of the code, in our own words.
_REASONS: dict[str, Sentence] = {
    "1.0": Sentence("the address is not accepted", "die Adresse wird nicht angenommen"),
    "1.1": Sentence("the address does not exist", "die Adresse gibt es nicht"),
    "1.2": Sentence(
        "the domain of the address does not exist or takes no mail",
        "die Domain der Adresse gibt es nicht, oder sie nimmt keine Mail an",
    ),
    "1.3": Sentence("the address is written wrongly", "die Adresse ist falsch geschrieben"),
    "1.4": Sentence("the address fits several people", "die Adresse passt auf mehrere Personen"),
    "1.5": Sentence(
        "the address is valid, but was not accepted", "die Adresse ist gültig, wurde aber nicht angenommen"
    ),
    "1.6": Sentence(
        "the mailbox has moved, and no new address is known",
        "das Postfach ist umgezogen, und eine neue Adresse ist nicht bekannt",
    ),
    "1.7": Sentence(
        "our sender address is written wrongly for their server",
        "unsere Absenderadresse ist für den fremden Server falsch geschrieben",
    ),
    "1.8": Sentence(
        "their server does not know our sender address", "der fremde Server kennt unsere Absenderadresse nicht"
    ),
    "1.9": Sentence(
        "the letter reached a server that does not know the address",
        "die Mail kam bei einem Server an, der die Adresse nicht kennt",
    ),
    "1.10": Sentence(
        "the domain of the address takes no mail at all", "die Domain der Adresse nimmt überhaupt keine Mail an"
    ),
    "2.0": Sentence("the mailbox does not take mail", "das Postfach nimmt keine Mail an"),
    "2.1": Sentence("the mailbox is disabled or takes no mail", "das Postfach ist gesperrt oder nimmt keine Mail an"),
    "2.2": Sentence("the mailbox is full", "das Postfach ist voll"),
    "2.3": Sentence("the letter is too large for this mailbox", "die Mail ist zu groß für dieses Postfach"),
    "2.4": Sentence(
        "the mailing list behind the address could not be reached",
        "der Verteiler hinter der Adresse war nicht zu erreichen",
    ),
    "3.0": Sentence("their mail server has a problem", "der fremde Mailserver hat eine Störung"),
    "3.1": Sentence("their mail server has no space left", "der fremde Mailserver hat keinen Platz mehr"),
    "3.2": Sentence(
        "their mail server takes no mail at the moment", "der fremde Mailserver nimmt zurzeit keine Mail an"
    ),
    "3.3": Sentence(
        "their mail server can not do what the letter needs", "der fremde Mailserver kann nicht, was die Mail braucht"
    ),
    "3.4": Sentence("the letter is too large", "die Mail ist zu groß"),
    "3.5": Sentence("their mail server is set up wrongly", "der fremde Mailserver ist falsch eingerichtet"),
    "4.0": Sentence(
        "the mail could not be brought to their server", "die Mail war nicht bis zum fremden Server zu bringen"
    ),
    "4.1": Sentence("their mail server does not answer", "der fremde Mailserver antwortet nicht"),
    "4.2": Sentence("the connection to their mail server broke", "die Verbindung zum fremden Mailserver brach ab"),
    "4.3": Sentence("the name service could not be asked", "der Namensdienst (DNS) war nicht zu erreichen"),
    "4.4": Sentence("no mail server was found for the domain", "für die Domain wurde kein Mailserver gefunden"),
    "4.5": Sentence("their mail server is overloaded", "der fremde Mailserver ist überlastet"),
    "4.6": Sentence("the letter went round in circles", "die Mail lief im Kreis"),
    "4.7": Sentence(
        "it could not be delivered in the time allowed", "die Mail war in der vorgesehenen Zeit nicht zuzustellen"
    ),
    "5.0": Sentence("the mail servers did not understand each other", "die Mailserver haben einander nicht verstanden"),
    "5.1": Sentence("the mail servers did not understand each other", "die Mailserver haben einander nicht verstanden"),
    "5.2": Sentence("the mail servers did not understand each other", "die Mailserver haben einander nicht verstanden"),
    "5.3": Sentence("the letter has too many recipients", "die Mail hat zu viele Empfänger"),
    "5.4": Sentence("the mail servers did not understand each other", "die Mailserver haben einander nicht verstanden"),
    "6.0": Sentence("the contents of the letter are not accepted", "der Inhalt der Mail wird nicht angenommen"),
    "6.1": Sentence("the contents of the letter are not accepted", "der Inhalt der Mail wird nicht angenommen"),
    "7.0": Sentence(
        "their server refused it for reasons of security or policy",
        "der fremde Server hat die Mail aus Gründen der Sicherheit oder nach seinen Regeln abgelehnt",
    ),
    "7.1": Sentence("their server refused it by its rules", "der fremde Server lehnt die Mail nach seinen Regeln ab"),
    "7.2": Sentence("the mailing list does not take mail from us", "der Verteiler nimmt keine Mail von uns an"),
    "7.8": Sentence("their server asked for a login", "der fremde Server verlangte eine Anmeldung"),
    "7.20": Sentence("our signature (DKIM) was not accepted", "unsere Signatur (DKIM) wurde nicht anerkannt"),
    "7.23": Sentence(
        "our server is not allowed to send for our domain (SPF)",
        "unser Server darf nicht für unsere Domain senden (SPF)",
    ),
    "7.25": Sentence(
        "the name of our server can not be looked up", "der Name unseres Servers lässt sich nicht nachschlagen"
    ),
    "7.26": Sentence(
        "our mail was not accepted as genuine (SPF, DKIM, DMARC)",
        "unsere Mail wurde nicht als echt anerkannt (SPF, DKIM, DMARC)",
    ),
    "7.27": Sentence(
        "the domain of our sender address takes no mail", "die Domain unserer Absenderadresse nimmt keine Mail an"
    ),
    "7.28": Sentence("we send too much mail for their server", "wir senden zu viel Mail für den fremden Server"),
}
_BY_SUBJECT = {code.partition(".")[0]: words for code, words in _REASONS.items() if code.endswith(".0")}
_NOT_THE_ADDRESS = ("1.7", "1.8", "2.3")
_UNKNOWN = Sentence("the letter could not be delivered", "die Mail war nicht zuzustellen")

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


def reason_of(status: str | None) -> Sentence:
    """What a status means, in our own plain words; the subject of the code where the detail is unknown."""
    code = (status or "").partition(".")[2]
    return _REASONS.get(code) or _BY_SUBJECT.get(code.partition(".")[0]) or _UNKNOWN


def blames_address(status: str | None) -> bool:
    """Whether a permanent failure lies with the address, and not with the letter, our server or its reputation."""
    code = (status or "").partition(".")[2]
    return code not in _NOT_THE_ADDRESS and not code.startswith(("3.", "5.", "6.", "7."))


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
