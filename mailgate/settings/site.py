"""mailgate.yaml: the site, our addresses, every way in and out, and the limits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from mailgate.settings.hosts import OnTheWire
from mailgate.settings.scalars import Count, CountOrNone, Duration, Flag, Name, Port, Section, Size


class Site(Section):
    """Who we are."""

    name: Name = "Support"
    language: str = "en"
    timezone: str = "UTC"
    url: str | None = None
    admins: tuple[str, ...] = Field(min_length=1)
    form_of_address: Literal["formal", "informal"] = "formal"
    state: str | None = None
    """Folder of the databases; None: $STATE_DIRECTORY, else `var` beside the configuration folder."""


class Storage(Section):
    database: str = "sqlite"


class Tickets(Section):
    tag: str = "[#{number}]"
    first: Count = 1001
    old_tags: tuple[str, ...] = ()


class OurAddress(Section):
    """One address of ours. `subaddress`: the mail server delivers `local+anything@` here too."""

    address: OnTheWire
    name: str | None = None
    language: str | None = None
    subaddress: Flag = False
    aliases: tuple[OnTheWire, ...] = ()
    category: str | None = None
    group: str | None = None
    priority: Literal["low", "normal", "high", "urgent"] | None = None
    kind: str | None = None
    channel: str | None = None


class Refuse(Section):
    from_: tuple[str, ...] = Field(default=(), alias="from")
    to: tuple[str, ...] = ()


class Spam(Section):
    header: str = "X-Spam-Flag"
    value: str = "YES*"


class Certificate(Section):
    """`implicit`: TLS from the first byte; else STARTTLS is offered."""

    cert_file: str
    key_file: str
    implicit: Flag = False


class Smtp(Section):
    listen: str | None = "127.0.0.1:2525"
    tls: Certificate | None = None
    trusted_relays: tuple[str, ...] = ()
    authserv_id: str | None = None
    resolvers: tuple[str, ...] = ()
    """DNS servers that are asked about strangers, `IP` or `IP:PORT`; without any, those of the machine."""
    arc_sealers: tuple[str, ...] = ()
    """Domains of mailing lists and forwarders: what they say, under their seal (RFC 8617), about the mail that they
    changed is believed."""


class Submission(Section):
    listen: str | None = None
    tls: Certificate | None = None
    trusted_peers: tuple[str, ...] = ()
    users_file: str | None = None


class Lmtp(Section):
    listen: str | None = None
    trusted: Flag = True
    authserv_id: str | None = None


class OAuth(Section):
    """`secret_expires`: as an admin has noted it, so that it is said in time; `same_as`: the login of that mailbox."""

    tenant: str | None = None
    client_id: str | None = None
    secret_file: str | None = None
    secret_expires: date | None = None
    same_as: str | None = None


def _to_archive() -> After:
    return {"move": "Archive"}


After = Literal["delete", "flag", "keep"] | dict[Literal["move"], str]


class ImapDefaults(Section):
    port: Port = 993
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    folder: str = "INBOX"
    after: After = Field(default_factory=_to_archive)
    since: Literal["now", "all"] | date = "now"


class Mailbox(Section):
    name: str
    address: str
    host: str | None = None
    port: Port | None = None
    tls: Literal["implicit", "starttls", "none"] | None = None
    folder: str | None = None
    after: After | None = None
    since: Literal["now", "all"] | date | None = None
    user: str
    password_file: str | None = None
    authserv_id: str | None = None
    provider: Literal["none", "microsoft365", "google"] = "none"
    oauth: OAuth | None = None

    @property
    def speaks_as(self) -> str | None:
        """The authserv-id whose Authentication-Results count; None: nobody's, or those of Exchange Online, which name
        nobody."""
        return self.authserv_id or ("mx.google.com" if self.provider == "google" else None)


class Intake(Section):
    multi_target: Literal["one", "each"] = "one"
    refuse: Refuse = Refuse()
    spam: Spam = Spam()
    smtp: Smtp = Smtp()
    submission: Submission = Submission()
    lmtp: Lmtp = Lmtp()
    imap_defaults: ImapDefaults = ImapDefaults()
    imap: tuple[Mailbox, ...] = ()


class Relay(Section):
    url: str
    user: str | None = None
    password_file: str | None = None
    oauth: OAuth | None = None
    from_: tuple[OnTheWire, ...] = Field(default=("*",), alias="from")
    rate: str | None = None


class Dkim(Section):
    domain: OnTheWire
    selector: str
    key_file: str


AutomaticSender = Annotated[
    Literal["auto", "bounce", "null", "plain"], BeforeValidator(lambda written: "null" if written is None else written)
]
"""CONTRACT 4: an unquoted `null` counts too."""


class Delivery(Section):
    relays: tuple[Relay, ...] = (Relay(url="smtp://127.0.0.1:25"),)
    dkim: tuple[Dkim, ...] = ()
    automatic_sender: AutomaticSender = "auto"
    """`auto`: null where dkim covers the domain, else bounce."""
    hold: Duration = Duration(0, "s")


class ApiToken(Section):
    name: str
    token_file: str
    may: Literal["read", "write"] = "read"


class Web(Section):
    listen: str | None = "127.0.0.1:8080"
    behind_proxy: tuple[str, ...] = ()
    api_tokens: tuple[ApiToken, ...] = ()


class Alerts(Section):
    relay: str | None = None
    repeat: Duration = Duration(4, "h")


class Acknowledgements(Section):
    """How many acknowledgements may leave. `unproven`: the mail is only `claimed`."""

    per_mailbox_day_unproven: CountOrNone = 1
    per_domain_hour_unproven: CountOrNone = 20
    total_per_hour_unproven: CountOrNone = 200
    per_mailbox_minute: CountOrNone = 3
    per_mailbox_day: CountOrNone = 50
    total_per_hour: CountOrNone = 2000


class Limits(Section):
    """CONTRACT 4 and DESIGN 12. Sizes in bytes."""

    message_size: Size = 25 * 2**20
    letter_size: Size = 10 * 2**20
    connections: Count = 100
    connections_per_peer: Count = 10
    recipients: Count = 100
    bytes_in_flight: Size = 64 * 2**20
    mail_cpu: Duration = Duration(5, "s")
    mail_memory: Size = 512 * 2**20
    free_disk: Size = 500 * 2**20
    reopen_per_day: CountOrNone = 3
    commands_per_ticket: Count = 10
    tickets_per_mail: Count = 50
    acknowledgements: Acknowledgements = Acknowledgements()
    headers_size: Size = 256 * 2**10
    field_size: Size = 16 * 2**10
    fields: Count = 1000
    parts: Count = 500
    depth: Count = 20
    encoded_words: Count = 500
    addresses: Count = 100
    attachments: Count = 100
    reply_size: Size = 256 * 2**10
    reply_lines: Count = 5000
    line_size: Size = 64 * 2**10
    hops: Count = 100
    command_timeout: Duration = Duration(5, "m")
    data_timeout: Duration = Duration(60, "s")
    data_rate: Size = 10_000
