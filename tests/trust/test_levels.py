"""A hundred mails, each by its way in, with the level that it must get and the sentence that says why (CONTRACT 7).

They are judged as `explain` judges them, on a desk where Anna and Erika hold letters with their tokens.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from email.utils import parseaddr
from types import SimpleNamespace

import pytest

from mailgate import arrived, inbound, rehearsal
from mailgate.first_hop import looking
from mailgate.intake.peers import peer_of
from tests.doubles.lookups import Published
from tests.stories.mailer import Mail as Letter
from tests.stories.world import ANNA, ERIKA, SUPPORT, World
from tests.trust.signing import Mail, mail, rsa_record, signed
from tests.trust.test_arc import sealed, through_a_list
from tests.trust.test_own_check import ZONES as OTHERS

HIS_HOST, FAR = "8.8.4.4", "9.9.9.9"
WAYS = {
    "stranger": ("smtp", FAR),
    "his host": ("smtp", HIS_HOST),
    "a host of the house": ("smtp", "10.1.1.1"),
    "relay": ("smtp", "10.0.0.9"),
    "lmtp": ("lmtp", None),
    "mailbox": ("imap:shared", None),
    "submission": ("submission", "10.2.2.2"),
    "somebody at the submission listener": ("submission", "10.3.3.3"),
}
INTAKE = {
    "smtp": {"trusted_relays": ["127.0.0.1", "10.0.0.9"], "arc_sealers": ["lists.example"]},
    "lmtp": {"authserv_id": "lmtp.example.com"},
    "submission": {"trusted_peers": ["10.2.2.2"]},
    "imap": [
        {"name": "shared", "address": "it@example.com", "host": "imap.example.com", "user": "it", "password_file": "p"}
        | {"authserv_id": "imap.example.com"}
    ],
}
ZONES = {
    **{name: [each.replace("192.0.2.1", HIS_HOST) for each in values] for name, values in OTHERS.items()},
    **{f"s1._domainkey.{domain} TXT": [rsa_record()] for domain in ("lists.example", "example.com")},
    "_dmarc.example.com TXT": ["v=DMARC1; p=reject"],
    "_dmarc.several.example TXT": ["v=DMARC1; p=reject", "v=DMARC1; p=none"],
    "several.example TXT": [f"v=spf1 ip4:{HIS_HOST} -all"],
    "s1._domainkey.silent.example TXT": [rsa_record()],
}
SILENT = {"s1._domainkey.silent.example"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("levels")
    (folder / "state").mkdir()
    (folder / "state" / "p").write_text("secret")
    with World(folder, {"intake": INTAKE}) as desk:
        desk.mail(Letter(ERIKA, SUPPORT, "Printer", "It burns."))
        yield desk


def judged(desk: World, way: str, raw: Mail, path: str, to: str) -> tuple[str, list[str]]:
    """Level and evidence, as `explain` says them."""
    source, ip = WAYS[way]
    peer = peer_of(desk.settings, source, ip)
    trusted = source.startswith("imap:") or peer.trusted
    row = SimpleNamespace(envelope_from=path, recipients=[to], received_at=desk.clock.now(), source=source, peer=ip,
                          trusted=trusted, submitted_by=peer.submitted_by)  # fmt: skip
    look = looking(lambda: Published(ZONES, set(SILENT)), desk.settings.intake.smtp.arc_sealers)
    read = inbound.prepare(desk.settings, raw, arrived.envelope_of(desk.settings, row), look=look)
    trust = rehearsal.judge(desk.store, desk.settings, read, desk.clock.now())["trust"]
    return trust["level"], trust["evidence"]


def said(raw: Mail, *results: str, by: str = "mx.example.com") -> Mail:
    """With Authentication-Results above it."""
    return f"Authentication-Results: {by}; {'; '.join(results)}\r\n".encode() + raw


def over(raw: Mail, *hosts: str) -> Mail:
    """Handed on by these hosts, the last one on top."""
    for host in hosts:
        raw = f"Received: from there by {host}; Mon, 23 Nov 2026 09:00:00 +0000\r\n".encode() + raw
    return raw


GOOD = signed(mail())
PASS, FAIL = "dmarc=pass header.from=customer.example", "dmarc=fail header.from=customer.example"
NOT_RELAY = "its Authentication-Results did not come through a trusted relay"
NOT_OURS = "none of its Authentication-Results is one of the trusted relay"
OWN = "our own check: "
BY_DMARC = f"{OWN}dmarc=pass for customer.example"
SAYS = "Authentication-Results of mx.example.com: "
NOBODY = "From does not name one sender"
NOTHING = "nothing vouches for the sender"
SUB, STRICT, BELOW = mail("e@it.customer.example"), mail("e@strict.example"), mail("e@mail.strict.example")
PLAIN, SHOP, EVIL = mail("e@plain.example"), mail("e@shop.co.uk"), mail("e@evil.example")
TYPED = signed(mail("erika@customer.example", "Content-Type: text/plain", "Content-Transfer-Encoding: 7bit"),
               include_headers=[b"from", b"subject", b"content-type", b"content-transfer-encoding"])  # fmt: skip
TWICE = "a field that says how to read it stands there twice"
NOW = b"t=%d" % int(time.time())

SIGNED: list[tuple[str, str, Mail, str, str]] = [
    ("signed", "stranger", GOOD, "aligned", BY_DMARC),
    ("signed by Ed25519", "stranger", signed(mail(), selector="ed", signature_algorithm=b"ed25519-sha256"), "aligned",
     BY_DMARC),
    ("signed by a short key", "stranger", signed(mail(), selector="small", bits=1024), "aligned", BY_DMARC),
    ("every blank counts", "stranger", signed(mail(), canonicalize=(b"simple", b"simple")), "aligned", BY_DMARC),
    ("blanks of the body count", "stranger", signed(mail(), canonicalize=(b"relaxed", b"simple")), "aligned", BY_DMARC),
    ("signed by a part of his organisation", "stranger", signed(mail(), "it.customer.example"), "aligned", BY_DMARC),
    ("signed by the organisation above him", "stranger", signed(SUB), "aligned", f"{OWN}dmarc=pass for it.customer"),
    ("a strict domain that signs itself", "stranger", signed(STRICT, "strict.example"),
     "aligned", "for strict.example"),
    ("signed, without a policy", "stranger", signed(PLAIN, "plain.example"),
     "aligned", f"{OWN}dkim=pass for plain.exa"),
    ("a name below a public suffix", "stranger", signed(SHOP, "shop.co.uk"),
     "aligned", f"{OWN}dkim=pass for shop.co.uk"),
    ("a list has signed too", "stranger", signed(GOOD, "evil.example"), "aligned", BY_DMARC),
    ("one of two signatures is right", "stranger", signed(signed(mail(), selector="gone")), "aligned", BY_DMARC),
    ("fields were put on top", "stranger", over(GOOD, "mx.there.example"), "aligned", BY_DMARC),
    ("a field is spelt otherwise", "stranger", GOOD.replace(b"Subject: P", b"SUBJECT:  P"), "aligned", BY_DMARC),
    ("empty lines at the end", "stranger", GOOD + b"\r\n\r\n", "aligned", BY_DMARC),
    ("replayed as it was", "a host of the house", GOOD, "aligned", BY_DMARC),
    ("replayed with another Reply-To", "stranger", b"Reply-To: x@evil.example\r\n" + GOOD, "aligned", BY_DMARC),
    ("a sender whose name is another address", "stranger",
     signed(EVIL.replace(b"Erika", b'"boss@customer.example"'), "evil.example"),
     "aligned", "dkim=pass for evil.example"),
    ("a domain that begins as another", "stranger", signed(mail("e@customer.example.evil.example"), "evil.example"),
     "aligned", "dkim=pass for evil.example"),
]  # fmt: skip

WORTHLESS: list[tuple[str, str, Mail, str, str]] = [
    (name, "stranger", raw, "claimed", evidence)
    for name, raw, evidence in (
        ("not signed", mail(), f"{OWN}dmarc=fail for customer.example"),
        ("its words were changed", GOOD.replace(b"printer", b"account"), "dkim=fail (the body was changed)"),
        ("its subject was changed", GOOD.replace(b"Subject: P", b"Subject: p"), "dkim=fail (the mail was changed)"),
        ("its sender's name was changed", GOOD.replace(b"Erika", b"Boss"), "dkim=fail (the mail was changed)"),
        ("words were added", GOOD + b"Pay this bill.\r\n", "dkim=fail (the body was changed)"),
        ("signed in part", signed(mail(), length=True), "it covers only a part of the body (l=)"),
        ("signed in part, with more words", signed(mail(), length=True) + b"Pay.\r\n", "only a part of the body (l=)"),
        ("From is not signed", re.sub(rb"h=from : ", b"h=", GOOD), "dkim=fail (the mail was changed)"),
        ("a key for tests", signed(mail(), selector="test"), "its key is only tested with (t=y)"),
        ("a withdrawn key", signed(mail(), selector="gone"), "dkim=permerror"),
        ("a key that is none", signed(mail(), selector="odd"), "its key can not be read"),
        ("a key for something else", signed(mail(), selector="web"), "dkim="),
        ("no key", signed(mail(), selector="missing"), "it has no key in DNS"),
        ("a key of another kind", signed(mail(), selector="ed"), "dkim="),
        ("signed by another key", signed(mail(), bits=1024), "dkim=fail"),
        ("signed by somebody else", signed(mail(), "evil.example"), f"{OWN}dkim=pass for evil.example"),
        ("signed by a public suffix", signed(mail(), "example"), "dkim="),
        ("signed by the suffix above", signed(SHOP, "co.uk"), f"{OWN}dkim=pass for co.uk"),
        ("signed by a neighbour", signed(SHOP, "other.co.uk"), f"{OWN}dkim=pass for other.co.uk"),
        ("a broken algorithm", GOOD.replace(b"rsa-sha256", b"rsa-sha1"), "dkim="),
        ("no algorithm", GOOD.replace(b"a=rsa-sha256", b"a=none"), "dkim="),
        ("another version", GOOD.replace(b"v=1;", b"v=2;"), "dkim="),
        ("expired", GOOD.replace(b"v=1;", b"v=1; x=1600000001;").replace(NOW, b"t=1600000000"), "dkim=fail"),
        ("no domain", GOOD.replace(b"d=customer.example", b"d="), "it names no domain"),
        (
            "two domains",
            GOOD.replace(b"d=customer.example", b"d=customer.example; d=evil.example"),
            "it can not be read",
        ),
        ("a domain that is none", GOOD.replace(b"d=customer", b"d=..customer"), "dkim="),
        ("a digest that is none", GOOD.replace(b"bh=", b"bh=!"), "dkim="),
        ("an empty signature", b"DKIM-Signature: \r\n" + mail(), "dkim=permerror"),
        ("a domain that looks alike", signed(mail("e@custorner.example")), f"{OWN}dkim=pass for customer.example"),
        ("a domain with a foreign letter", signed(mail("e@cu\u0455tomer.example")), "dkim=pass for customer.example"),
        ("a domain that holds another", signed(mail("e@customer-example.example")), "dkim=pass for customer.example"),
        (
            "a strict domain, signed below it",
            signed(STRICT, "mail.strict.example"),
            "dkim=pass for mail.strict.example",
        ),
        ("below a strict domain, signed by it", signed(BELOW, "strict.example"), f"{OWN}dkim=pass for strict.example"),
        (
            "DNS is silent",
            signed(mail("e@silent.example"), "silent.example"),
            "DNS did not answer, so nothing is known",
        ),
        ("a second From above", b"From: Boss <boss@customer.example>\r\n" + GOOD, NOBODY),
        ("a second From below", GOOD.replace(b"\r\nTo:", b"\r\nFrom: boss@evil.example\r\nTo:"), NOBODY),
        ("a second Content-Type above", b"Content-Type: multipart/mixed; boundary=x\r\n" + TYPED, TWICE),
        ("a second encoding above", b"content-transfer-encoding: base64\r\n" + TYPED, TWICE),
        ("a second subject above", b"Subject: Re: [#1001] Printer\r\n" + TYPED, TWICE),
        ("two senders in one From", signed(mail("a@customer.example>, B <b@customer.example")), NOBODY),
        ("no From", GOOD.replace(b"From: ", b"X-From: "), NOBODY),
        ("results of its own", said(mail(), PASS), f"{OWN}dmarc=fail"),
        ("results in our relay's name", over(said(mail(), PASS), "mx.example.com"), f"{OWN}dmarc=fail"),
        ("results above a signature of another", said(signed(mail(), "evil.example"), PASS), f"{OWN}dmarc=fail"),
        ("results told twice", said(said(mail(), PASS), PASS), f"{OWN}dmarc=fail"),
        ("a broken seal", sealed(through_a_list()).replace(b"printer", b"account"), "changed after it was sealed"),
        ("a seal of somebody", sealed(through_a_list(), "evil.example"), "not named in intake.smtp.arc_sealers"),
        (
            "a seal whose results were edited",
            sealed(through_a_list(), said=FAIL).replace(b"=fail", b"=pass"),
            "arc=fail",
        ),
        ("a seal over a failure", sealed(through_a_list(), said=FAIL), "saw nothing that vouches"),
    )
]

SENT: list[tuple[str, str, Mail, str, str, str]] = [
    ("from his host", "his host", mail(), "e@customer.example", "aligned", BY_DMARC),
    ("from his host, by a part of the domain", "his host", mail(), "b+1@it.customer.example", "aligned", BY_DMARC),
    ("from his host, strictly", "his host", STRICT, "e@strict.example",
     "aligned", f"{OWN}dmarc=pass for strict.example"),
    ("from his host, not strictly enough", "his host", STRICT, "e@mail.strict.example", "claimed", "dmarc=fail"),
    ("from another host", "stranger", mail(), "e@customer.example", "claimed", f"{OWN}spf=fail for customer.example"),
    ("from a host that says nothing", "a host of the house", mail(), "e@customer.example", "claimed", NOTHING),
    ("from his host, without a policy", "his host", PLAIN, "e@plain.example",
     "claimed", f"{OWN}spf=pass for plain.exa"),
    ("from another host, softly refused", "stranger", PLAIN, "e@plain.example", "claimed", "spf=softfail"),
    ("from a host of somebody else", "stranger", mail(), "e@evil.example",
     "claimed", f"{OWN}spf=pass for evil.example"),
    ("from his host, without a return path", "his host", mail(), "", "claimed", "dmarc=fail"),
    ("from his host, with two policies", "his host", mail("e@several.example"), "e@several.example", "claimed",
     f"{OWN}spf=pass for several.example"),
    ("too many questions", "his host", mail("e@many.example"), "e@many.example", "claimed", "spf=permerror"),
    ("two records", "his host", mail("e@twice.example"), "e@twice.example", "claimed", "spf=permerror"),
    ("forwarded as it was", "stranger", GOOD, "list@evil.example", "aligned", BY_DMARC),
    ("forwarded by a named list", "stranger", sealed(through_a_list()), "l@lists.example", "aligned",
     f"{OWN}arc=pass (which saw dmarc=pass for customer.example) for lists.example"),
]  # fmt: skip

HANDED_IN: list[tuple[str, str, Mail, str, str]] = [
    ("policy passed", "relay", said(mail(), PASS), "aligned", f"{SAYS}dmarc=pass for customer.example"),
    ("his signature passed", "relay", said(mail(), "dkim=pass header.d=customer.example"),
     "aligned", f"{SAYS}dkim=pass"),
    ("his signature, by its identity", "relay", said(mail(), "dkim=pass header.i=@customer.example"), "aligned", SAYS),
    ("a part of his organisation", "relay", said(mail(), "dkim=pass header.d=it.customer.example"), "aligned", SAYS),
    ("below the relay's own Received", "relay", over(said(mail(), PASS), "mx.example.com"), "aligned", SAYS),
    ("the host alone", "relay", said(mail(), "spf=pass smtp.mailfrom=customer.example"), "claimed", f"{SAYS}spf=pass"),
    ("policy failed", "relay", said(mail(), FAIL), "claimed", f"{SAYS}dmarc=fail for customer.example"),
    ("failed, with a signature", "relay", said(mail(), FAIL, "dkim=pass header.d=customer.example"),
     "claimed", "=fail"),
    ("another sender passed", "relay", said(mail(), "dmarc=pass header.from=evil.example"),
     "claimed", f"{SAYS}dmarc=pass"),
    ("another signature passed", "relay", said(mail(), "dkim=pass header.d=evil.example"),
     "claimed", f"{SAYS}dkim=pass"),
    ("nothing was checked", "relay", said(mail(), "none"), "claimed", NOTHING),
    ("the relay says nothing of a signature", "relay", GOOD, "claimed", NOTHING),
    ("another server's word", "relay", said(mail(), PASS, by="mx.evil.example"), "claimed", NOT_OURS),
    ("a longer name", "relay", said(mail(), PASS, by="mx.example.com.evil.example"), "claimed", NOT_OURS),
    ("a name in quotes", "relay", said(mail(), PASS, by='"mx.example.com"'), "claimed", NOT_OURS),
    ("a name behind a comment", "relay", said(mail(), PASS, by="(x) mx.example.com"), "claimed", NOT_OURS),
    ("a name with a version of its own", "relay", said(mail(), PASS, by="mx.example.com 2"), "claimed", NOT_OURS),
    ("below the relay's own word", "relay", said(said(mail(), PASS), FAIL), "claimed", f"{SAYS}dmarc=fail"),
    ("below what can not be read", "relay", said(said(mail(), PASS), "dmarc=="), "claimed", NOTHING),
    ("below two servers", "relay", over(said(mail(), PASS), "mx.there.example", "mx.example.com"), "claimed", NOT_OURS),
    ("below a server that is not the relay", "relay", over(said(mail(), PASS), "mx.there.example"),
     "claimed", NOT_OURS),
    ("two verdicts", "relay", said(mail(), PASS, "dmarc=pass header.from=evil.example"), "claimed", SAYS),
    ("two ways to read it", "relay", said(b"Content-Type: text/html\r\n" + TYPED, PASS), "claimed", TWICE),
    ("two senders", "relay", said(mail("a@customer.example>, B <b@customer.example"), PASS), "claimed", NOBODY),
    ("by LMTP", "lmtp", said(mail(), PASS, by="lmtp.example.com"), "aligned", "of lmtp.example.com: dmarc=pass"),
    ("by LMTP, the relay's name", "lmtp", said(mail(), PASS), "claimed", NOT_OURS),
    ("in a mailbox", "mailbox", said(mail(), PASS, by="imap.example.com"),
     "aligned", "of imap.example.com: dmarc=pass"),
    ("in a mailbox, the relay's name", "mailbox", said(mail(), PASS), "claimed", NOT_OURS),
    ("in a mailbox, signed", "mailbox", GOOD, "claimed", NOTHING),
    ("by a listed peer", "submission", mail(), "aligned", "handed in at the submission listener by 10.2.2.2"),
    ("by a listed peer, from two", "submission", b"From: x@evil.example\r\n" + mail(), "claimed", NOBODY),
    ("by a peer nobody listed", "somebody at the submission listener", said(mail(), PASS), "claimed", NOT_RELAY),
]  # fmt: skip


def _ids(rows: list[tuple[str, str, Mail, str, str]]) -> list[str]:
    return [row[0] for row in rows]


ROWS = [*SIGNED, *WORTHLESS, *HANDED_IN]


@pytest.mark.parametrize(("name", "way", "raw", "level", "evidence"), ROWS, ids=_ids(ROWS))
def test_a_mail_gets_its_level_and_says_why(
    desk: World, name: str, way: str, raw: Mail, level: str, evidence: str
) -> None:
    found, words = judged(desk, way, raw, "erika@evil.example" if way != "relay" else "e@customer.example", SUPPORT)
    assert (found, any(evidence in each for each in words)) == (level, True), words


@pytest.mark.parametrize(("name", "way", "raw", "path", "level", "evidence"), SENT, ids=[row[0] for row in SENT])
def test_the_host_and_the_return_path_count_where_we_look_ourselves(
    desk: World, name: str, way: str, raw: Mail, path: str, level: str, evidence: str
) -> None:
    found, words = judged(desk, way, raw, path, SUPPORT)
    assert (found, any(evidence in each for each in words)) == (level, True), words


HERS = mail("anna@example.com")
MADE_BY_HER = signed(HERS, "example.com")
HERS_PASS = "dmarc=pass header.from=example.com"


@pytest.mark.parametrize(
    ("whose", "way", "raw", "level", "evidence"),
    [
        (ANNA, "stranger", MADE_BY_HER, "proven", f"{OWN}dmarc=pass for example.com"),
        (ANNA, "relay", said(HERS, HERS_PASS), "proven", f"{SAYS}dmarc=pass for example.com"),
        (ANNA, "lmtp", said(HERS, HERS_PASS, by="lmtp.example.com"), "proven", "of lmtp.example.com"),
        (ANNA, "submission", HERS, "proven", "handed in at the submission listener"),
        (ERIKA, "stranger", GOOD, "proven", BY_DMARC),
        (ANNA, "stranger", HERS, "token", "its own token: agent anna"),
        (ANNA, "stranger", MADE_BY_HER.replace(b"printer", b"account"), "token", "dkim=fail (the body was changed)"),
        (ANNA, "stranger", said(HERS, HERS_PASS), "token", f"{OWN}dmarc=fail for example.com"),
        (ANNA, "relay", said(HERS, HERS_PASS, by="mx.evil.example"), "token", NOT_OURS),
        (ANNA, "stranger", signed(HERS, "evil.example"), "token", "dkim=pass for evil.example"),
        (ANNA, "stranger", signed(EVIL, "evil.example"), "claimed", "somebody else's token: agent anna"),
        (ANNA, "relay", said(EVIL, "dmarc=pass header.from=evil.example"), "claimed", "somebody else's token"),
        ("", "stranger", MADE_BY_HER, "aligned", "no token of ours"),
        ("", "relay", said(HERS, HERS_PASS), "aligned", "no token of ours"),
        ("", "stranger", HERS, "claimed", "no token of ours"),
    ],
)
def test_a_token_and_a_proven_sender_are_two_things(
    desk: World, whose: str, way: str, raw: Mail, level: str, evidence: str
) -> None:
    to = SUPPORT
    if whose:
        letter = desk.letter(parseaddr(whose)[1])
        to = parseaddr(letter.header("Reply-To"))[1]
    found, words = judged(desk, way, raw, "b@evil.example", to)
    assert (found, any(evidence in each for each in words)) == (level, True), words


def test_there_are_enough_of_them() -> None:
    assert len(ROWS) + len(SENT) > 100
    assert len({row[2] for row in ROWS}) > 80
