"""What is believed of mails in mailboxes of Microsoft 365 and Google: each mail with the level it gets, and why.

The mails have the fields of real ones, in their order; each goes the whole line of `explain`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailgate import rehearsal
from mailgate.clock import SetClock
from mailgate.rehearsal import Mail
from mailgate.settings.model import Settings
from mailgate.store.db import Store, in_memory
from tests.oauth.conftest import MORNING
from tests.stories.example import Json

Fields = tuple[str, ...]

# -- what Exchange Online writes, from top to bottom -------------------------------------------------------------------
TO_THE_BOX = (
    "Received: from AM0PR02MB5555.eurprd02.prod.outlook.com (2603:10a6:208:1::22)\r\n by"
    " DB8PR02MB4444.eurprd02.prod.outlook.com with HTTPS; Fri, 20 Nov 2026 08:00:03 +0000"
)
INSIDE = (
    "Received: from DB5EUR03FT012.eop-EUR03.prod.protection.outlook.com\r\n (2603:10a6:10:2e:cafe::5d) by"
    " DB7PR05CA0050.outlook.office365.com\r\n (2603:10a6:10:2e::27) with Microsoft SMTP Server (version=TLS1_2) id"
    " 15.20.1 via Frontend\r\n Transport; Fri, 20 Nov 2026 08:00:02 +0000"
)
BORDER = (
    "Received: from {helo} (209.85.208.54) by\r\n DB5EUR03FT012.mail.protection.outlook.com (10.152.20.89) with"
    " Microsoft SMTP\r\n Server (version=TLS1_3) id 15.20.1 via Frontend Transport; Fri, 20 Nov 2026 08:00:01 +0000"
)
FROM_OUTSIDE = BORDER.format(helo="mail-ed1-f54.example.com")
MAPI = (
    "Received: from AM9PR04MB1234.eurprd04.prod.outlook.com\r\n ([fe80::1]) by AM9PR04MB1234.eurprd04.prod.outlook.com"
    "\r\n ([fe80::1%6]) with mapi id 15.20.1; Fri, 20 Nov 2026 08:00:00 +0000"
)
SMTP_AUTH = (
    "Received: from laptop (198.51.100.7) by AM9PR04MB1234.eurprd04.prod.outlook.com\r\n (2603:10a6:20b:4::1) with"
    " Microsoft SMTP Server (version=TLS1_3) id 15.20.1; Fri, 20 Nov 2026 08:00:00 +0000"
)
OTHERS = "Received: from laptop by mail-ed1-f54.example.com with ESMTPSA id 1; Fri, 20 Nov 2026 08:00:00 +0000"

SPF = "spf=pass (sender IP is 209.85.208.54)\r\n smtp.mailfrom=example.com; "
PASS = (
    f"Authentication-Results: {SPF}dkim=pass (signature was verified)\r\n header.d=example.com;dmarc=pass action=none"
    "\r\n header.from=example.com;compauth=pass reason=100"
)
FAIL = (
    "Authentication-Results: spf=fail (sender IP is 203.0.113.9)\r\n smtp.mailfrom=example.com; dkim=none (message not"
    " signed)\r\n header.d=none;dmarc=fail action=oreject\r\n header.from=example.com;compauth=fail reason=000"
)
GUESS = (
    "Authentication-Results: spf=pass smtp.mailfrom=example.com; dkim=none\r\n (message not signed) header.d=none;"
    "dmarc=bestguesspass action=none\r\n header.from=example.com;compauth=pass reason=109"
)
DKIM_ALONE = (
    f"Authentication-Results: {SPF}dkim=pass (signature was verified)\r\n header.d=example.com;dmarc=none action=none"
    "\r\n header.from=example.com;compauth=pass reason=130"
)
ANOTHERS = (
    f"Authentication-Results: {SPF}dkim=pass (signature was verified)\r\n header.d=evil.example;dmarc=pass action=none"
    "\r\n header.from=evil.example;compauth=pass reason=100"
)
COMPAUTH_ALONE = "Authentication-Results: spf=none smtp.mailfrom=example.com; dkim=none;\r\n compauth=pass reason=116"
UNSIGNED = "Authentication-Results: dkim=none (message not signed)\r\n header.d=none;dmarc=none action=none"
NAMED = "Authentication-Results: mx.example.com; dmarc=pass header.from=example.com"
INTERNAL = "X-MS-Exchange-Organization-AuthAs: Internal"
ANONYMOUS = "X-MS-Exchange-Organization-AuthAs: Anonymous"
CROSS = "X-MS-Exchange-CrossTenant-AuthAs: Internal"

# -- what Google writes ------------------------------------------------------------------------------------------------
GMAIL_BOX = "Received: by 2002:a05:7110:a0a6:b0:11b:be8b:591e with SMTP id o6csp42gee; Fri, 20 Nov 2026 00:00:02 -0800"
GMAIL_MX = (
    "Received: from mail.example.com (mail.example.com. [192.0.2.1])\r\n by mx.google.com with ESMTPS id a1;"
    " Fri, 20 Nov 2026 00:00:01 -0800"
)
GMAIL_PASS = (
    "Authentication-Results: mx.google.com;\r\n dkim=pass header.i=@example.com header.s=s1 header.b=Kq3v9x;\r\n"
    " spf=pass (google.com: domain of a@example.com designates 192.0.2.1 as permitted sender)\r\n"
    " smtp.mailfrom=a@example.com;\r\n dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.com"
)
GMAIL_FAIL = (
    "Authentication-Results: mx.google.com;\r\n spf=softfail smtp.mailfrom=a@example.com;\r\n dmarc=fail (p=NONE"
    " sp=NONE dis=NONE) header.from=example.com"
)

GMAIL_SPF_ALONE = "Authentication-Results: mx.google.com;\r\n spf=pass smtp.mailfrom=a@evil.example"
"""Of a mail without a signature, from a domain without a policy, it says no more."""

ARRIVED = (TO_THE_BOX, INSIDE)
INWARD = "x-ms-exchange-organization-MessageDirectionality: Originating"
MARKS = (INTERNAL, INWARD, CROSS)
"""A rule looks at each."""

TABLE: dict[str, tuple[str, Fields, str, str]] = {
    # what it is: (mailbox, fields above From, level, words of the evidence)
    "365: from outside, DMARC passes": (
        "m365", (*ARRIVED, PASS, FROM_OUTSIDE, OTHERS), "aligned", "of Exchange Online: dmarc=pass for example.com"),
    "365: from outside, DMARC fails": (
        "m365", (*ARRIVED, FAIL, FROM_OUTSIDE, OTHERS), "claimed", "of Exchange Online: dmarc=fail for example.com"),
    "365: its signature alone": (
        "m365", (*ARRIVED, DKIM_ALONE, FROM_OUTSIDE), "aligned", "dkim=pass for example.com"),
    "365: a guess is none": ("m365", (*ARRIVED, GUESS, FROM_OUTSIDE), "claimed", "nothing vouches"),
    "365: somebody else's domain": ("m365", (*ARRIVED, ANOTHERS, FROM_OUTSIDE), "claimed", "nothing vouches"),
    "365: compauth alone says nothing of From": (
        "m365", (*ARRIVED, COMPAUTH_ALONE, FROM_OUTSIDE), "claimed", "nothing vouches"),
    "365: a forged copy below the border": (
        "m365", (*ARRIVED, FAIL, FROM_OUTSIDE, PASS), "claimed", "dmarc=fail"),
    "365: a forged copy, and Exchange said nothing": (
        "m365", (*ARRIVED, FROM_OUTSIDE, PASS), "claimed", "nothing vouches"),
    "365: a forged copy behind a forged host": (
        "m365", (*ARRIVED, FAIL, FROM_OUTSIDE, TO_THE_BOX, INSIDE, PASS, FROM_OUTSIDE), "claimed", "dmarc=fail"),
    "365: somebody who greets as Exchange": (
        "m365", (*ARRIVED, FAIL, BORDER.format(helo="AM0.prod.outlook.com"), PASS, FROM_OUTSIDE), "claimed",
        "dmarc=fail"),
    "365: a second copy directly below the first": (
        "m365", (*ARRIVED, FAIL, PASS, FROM_OUTSIDE), "claimed", "dmarc=fail"),
    "365: a named field is nobody's here": ("m365", (*ARRIVED, NAMED, FROM_OUTSIDE), "claimed", "nothing vouches"),
    "365: a named field above the right one": (
        "m365", (*ARRIVED, NAMED, PASS, FROM_OUTSIDE), "aligned", "of Exchange Online: dmarc=pass"),
    "365: put into the folder by somebody": ("m365", (PASS,), "claimed", "nothing vouches"),
    "365: put there with another server's fields": ("m365", (PASS, OTHERS), "claimed", "nothing vouches"),
    "365: a host that only sounds like it": (
        "m365", (PASS, FROM_OUTSIDE.replace("protection.outlook.com", "protection.outlook.com.evil.example")),
        "claimed", "nothing vouches"),
    "365: its name only in a comment": (
        "m365", (PASS, "Received: from x (as by a.mail.protection.outlook.com) by evil.example; Fri"), "claimed",
        "nothing vouches"),
    "365: put there with another host on top": (
        "m365", (OTHERS, PASS, FROM_OUTSIDE), "claimed", "nothing vouches"),
    "365: put there with another host in between": (
        "m365", (TO_THE_BOX, PASS, OTHERS, FROM_OUTSIDE), "claimed", "nothing vouches"),
    "365 behind a server of ours, which says that From is forged": (
        "named", (NAMED.replace("pass", "fail"), TO_THE_BOX, MAPI, INTERNAL), "claimed", "mx.example.com: dmarc=fail"),
    "365 behind a server of ours, which vouches": (
        "named", (NAMED, *ARRIVED, FROM_OUTSIDE), "aligned", "of mx.example.com: dmarc=pass"),
    "365: from a colleague": (
        "m365", (TO_THE_BOX, MAPI, INTERNAL), "aligned", "from an account of the own organisation"),
    "365: from a colleague, unsigned as always": (
        "m365", (TO_THE_BOX, UNSIGNED, MAPI, INTERNAL), "aligned", "AuthAs: Internal"),
    "365: from a colleague's other program": (
        "m365", (TO_THE_BOX, SMTP_AUTH, INTERNAL), "aligned", "AuthAs: Internal"),
    "365: anonymous": ("m365", (TO_THE_BOX, MAPI, ANONYMOUS), "claimed", "nothing vouches"),
    "365: a forged mark on mail from outside": (
        "m365", (*ARRIVED, FROM_OUTSIDE, INTERNAL), "claimed", "nothing vouches"),
    "365: a forged mark beside the real one": (
        "m365", (TO_THE_BOX, MAPI, INTERNAL, ANONYMOUS), "claimed", "nothing vouches"),
    "365: a mark below another host's Received": (
        "m365", (TO_THE_BOX, MAPI, OTHERS, INTERNAL), "claimed", "nothing vouches"),
    "365: the mark of another tenant": ("m365", (TO_THE_BOX, MAPI, CROSS), "claimed", "nothing vouches"),
    "365: a mark without any Received": ("m365", (INTERNAL,), "claimed", "nothing vouches"),
    "365: a mark, and DMARC failed": (
        "m365", (*ARRIVED, FAIL, FROM_OUTSIDE, INTERNAL), "claimed", "dmarc=fail"),
    "Google: DMARC passes": (
        "gmail", (GMAIL_BOX, GMAIL_PASS, GMAIL_MX, OTHERS), "aligned", "of mx.google.com: dmarc=pass for example.com"),
    "Google: directly below its Received": (
        "gmail", (GMAIL_BOX, GMAIL_MX, "Received-SPF: pass", GMAIL_PASS, OTHERS), "aligned", "dmarc=pass"),
    "Google: DMARC fails": ("gmail", (GMAIL_BOX, GMAIL_FAIL, GMAIL_MX), "claimed", "dmarc=fail for example.com"),
    "Google: forged in its name, of what it says nothing": (
        "gmail", (GMAIL_BOX, GMAIL_MX, GMAIL_SPF_ALONE, GMAIL_PASS), "claimed", "spf=pass for evil.example"),
    "Google: a forged copy below another host": (
        "gmail", (GMAIL_BOX, GMAIL_MX, OTHERS, GMAIL_PASS), "claimed", "nothing vouches"),
    "Google: its mark says nothing there": ("gmail", (GMAIL_BOX, GMAIL_MX, INTERNAL), "claimed", "nothing vouches"),
    "Google: what Exchange writes says nothing there": (
        "gmail", (*ARRIVED, PASS, FROM_OUTSIDE), "claimed", "nothing vouches"),
    "another mailbox: the mark of Exchange": (
        "plain", (TO_THE_BOX, MAPI, INTERNAL), "claimed", "nothing vouches"),
    "another mailbox: the results of Exchange": (
        "plain", (*ARRIVED, PASS, FROM_OUTSIDE), "claimed", "nothing vouches"),
    "another mailbox: Google's results": ("plain", (GMAIL_BOX, GMAIL_PASS, GMAIL_MX), "claimed", "nothing vouches"),
    "another mailbox: its own server": ("plain", (NAMED,), "aligned", "of mx.example.com: dmarc=pass"),
    "a mailbox that is gone": ("gone", (TO_THE_BOX, MAPI, INTERNAL), "claimed", "nothing vouches"),
}  # fmt: skip

BY_OTHER_WAYS = {
    "by SMTP, the mark": ("smtp", (TO_THE_BOX, MAPI, INTERNAL)),
    "by SMTP from a trusted relay, the mark": ("smtp from 192.0.2.1", (TO_THE_BOX, MAPI, INTERNAL)),
    "by SMTP from a trusted relay, the results": ("smtp from 192.0.2.1", (*ARRIVED, PASS, FROM_OUTSIDE)),
    "by LMTP, the mark": ("lmtp", (TO_THE_BOX, MAPI, INTERNAL)),
    "imported as old mail, the mark": ("import", (TO_THE_BOX, MAPI, INTERNAL)),
    "imported as old mail, the results": ("import", (*ARRIVED, PASS, FROM_OUTSIDE)),
}


@pytest.fixture(scope="module")
def settings() -> Settings:
    box = {"address": "it@example.com", "user": "it@example.com", "password_file": "p", "host": "mail.example.com"}
    return Settings(
        site={"admins": ["ops@example.com"]},
        addresses=[{"address": "it@example.com"}],
        agents={"anna": {"name": "Anna Alt", "email": "anna@example.com"}},
        rules=[
            {"name": name, "when": {"header": {name: value}}, "then": {"tags": [name], "continue": True}}
            for name, value in (each.split(": ") for each in MARKS)
        ],
        intake={
            "smtp": {"trusted_relays": ["192.0.2.1"], "authserv_id": "mx.example.com"},
            "lmtp": {"listen": "unix:l.sock", "authserv_id": "mx.example.com"},
            "imap": [
                {**box, "name": "m365", "provider": "microsoft365"},
                {**box, "name": "named", "provider": "microsoft365", "authserv_id": "mx.example.com"},
                {**box, "name": "gmail", "provider": "google"},
                {**box, "name": "plain", "authserv_id": "mx.example.com"},
            ],
        },
    )


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    store = in_memory()
    yield store
    store.close()


def judged(store: Store, settings: Settings, source: str, fields: Fields) -> tuple[str, str]:
    """Level and evidence."""
    said = explained(store, settings, source, fields)
    return said["trust"]["level"], "; ".join(said["trust"]["evidence"])


def explained(store: Store, settings: Settings, source: str, fields: Fields) -> Json:
    """The marks of Exchange stand behind the mail's own fields, as Exchange puts them."""
    way, _, peer = source.partition(" from ")
    marks = [each for each in fields if each.startswith("X-MS-")]
    top = [each for each in fields if each not in marks]
    own = ["From: Anna Alt <anna@example.com>", "To: it@example.com", "Subject: Hello", "Message-ID: <1@example.com>"]
    raw = ("\r\n".join((*top, *own, *marks)) + "\r\n\r\nHello\r\n").encode()
    return rehearsal.rehearse(store, settings, raw, Mail(source=way, peer=peer or None), SetClock(MORNING))


@pytest.mark.parametrize("what", TABLE)
def test_each_mail_of_a_mailbox_gets_its_level(store: Store, settings: Settings, what: str) -> None:
    mailbox, fields, level, words = TABLE[what]
    got, evidence = judged(store, settings, f"imap:{mailbox}", fields)
    assert got == level, evidence
    assert words in evidence


@pytest.mark.parametrize("what", BY_OTHER_WAYS)
def test_what_exchange_writes_counts_in_its_own_mailboxes_alone(store: Store, settings: Settings, what: str) -> None:
    source, fields = BY_OTHER_WAYS[what]
    assert judged(store, settings, source, fields)[0] == "claimed"


@pytest.mark.parametrize(
    ("source", "fields", "seen"),
    [
        ("imap:m365", (TO_THE_BOX, MAPI, *MARKS), MARKS),
        ("imap:m365", (*ARRIVED, FROM_OUTSIDE, *MARKS), (INWARD, CROSS)),
        ("imap:m365", (TO_THE_BOX, MAPI, ANONYMOUS, *MARKS), (INWARD, CROSS)),
        *((f"imap:{box}", (TO_THE_BOX, MAPI, *MARKS), (CROSS,)) for box in ("gmail", "plain", "gone")),
        *((way, (*fields, *MARKS[1:]), (CROSS,)) for way, fields in BY_OTHER_WAYS.values()),
    ],
)
def test_a_rule_sees_no_mark_of_exchange_that_exchange_did_not_write(
    store: Store, settings: Settings, source: str, fields: Fields, seen: Fields
) -> None:
    rules = explained(store, settings, source, fields)["rules"]
    marked = [each for each, rule in zip(MARKS, rules, strict=True) if rule["matched"]]
    assert marked == [each for each in seen if each in fields]
