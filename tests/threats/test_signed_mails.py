"""Signed mails of agents, and what people do to such mails: the level each gets on a desk with two tickets. From is
vouched for by nobody and no header carries a token, so that the signature alone decides."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailgate.clock import Clock
from mailgate.rehearsal import Mail as Said
from mailgate.rehearsal import rehearse
from tests.doubles.signers import BOUNDARY, entity, multipart
from tests.mail.packing import SIGNED_DATA, der, values
from tests.stories.beginnings import Databases
from tests.stories.example import Json
from tests.stories.mailer import token_of
from tests.stories.world import ANNA, BEN, ERIKA, SUPPORT, World
from tests.threats.conftest import Keys

HELLO = "About #1001:\n\nPlease turn it off.\n"
NOT_HIS, CHANGED, PART = "not made with a key", "does not fit the words", "only a part of the mail is signed"
ODD, OUTSIDE, UNNAMED = "is not built as", "words stand outside", "neither name the ticket (#1001)"


def with_keys(keys: Keys) -> Json:
    """anna has both kinds of keys, ben has his own."""
    anna = ["anna.asc", "anna.pem", "late.asc", "gone.asc"]
    return {"agents": {"anna": {"keys": anna}, "ben": {"keys": ["ben.asc", "ben.pem"]}}}


def put_keys(folder: Path, keys: Keys) -> None:
    """Into the configuration of a desk."""
    (folder / "keys").mkdir(exist_ok=True)
    for name, content in keys.files.items():
        (folder / "keys" / name).write_bytes(content)


@dataclass
class Bench:
    """A desk at the time at which certificates were made, and whoever signs on it."""

    desk: World
    keys: Keys
    now: datetime
    token: str = ""
    sent: list[bytes] = field(default_factory=list)

    def head(self, *more: str, sender: str = ANNA, to: str = SUPPORT, subject: str = "Re: [#1001] Printer") -> bytes:
        fields = (f"From: {sender}", f"To: {to}", f"Subject: {subject}", "Message-ID: <1@example.com>", *more)
        return ("\r\n".join((*fields, "MIME-Version: 1.0")) + "\r\n").encode()

    def pgp(self, content: bytes, who: str = "anna", *more: str, ago: float = 0) -> bytes:
        return self.keys.gnupg.sign(who, content, self.now - timedelta(hours=ago), *more)

    def cms(self, content: bytes, who: str = "anna", *more: str, detached: bool = True) -> bytes:
        return self.keys.certificates[who].sign(content, *more, detached=detached)

    def clear(self, text: str = HELLO, who: str = "anna") -> str:
        return self.keys.gnupg.clear(who, text, self.now)

    def text(self, body: str, *more: str, kind: str = "text/plain; charset=utf-8", **how: str) -> bytes:
        """A mail of one plain part."""
        return self.head(f"Content-Type: {kind}", *more, **how) + b"\r\n" + body.replace("\n", "\r\n").encode()

    def signed(self, text: str = HELLO, who: str = "anna", *more: str, **how: str) -> bytes:
        """A right PGP/MIME mail."""
        content = entity(text)
        return self.head(*more, **how) + multipart(content, self.pgp(content, who))

    def judged(self, raw: bytes, peer: str = "127.0.0.2") -> Json:
        return rehearse(self.desk.store, self.desk.settings, raw, Said(peer=peer, at=self.now), self.desk.clock)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("signed")
    databases = Databases(folder / "databases")
    (folder / "databases").mkdir()
    with databases.lent() as store, World(folder, with_keys(keys), store) as desk:
        put_keys(desk.settings.folder, keys)
        desk.clock.at = Clock().now() + timedelta(minutes=1)
        desk.write(ERIKA, "Printer on fire", "It burns.")
        desk.write(ERIKA, "Screen is dark", "I see nothing.")
        letter = next(each for each in desk.letters("anna@example.com") if "#1001" in each.header("Subject"))
        yield Bench(desk, keys, desk.clock.now(), token_of(letter))
    databases.close()


Make = Callable[[Bench], bytes]


def wrapped(it: Bench) -> bytes:
    """As a mailing list puts its footer below: the signed part is not the root any more."""
    inner = entity(HELLO)
    part = multipart(inner, it.pgp(inner))
    footer = b"--list\r\nContent-Type: text/plain\r\n\r\n#close\r\n--list--\r\n"
    return it.head('Content-Type: multipart/mixed; boundary="list"') + b"\r\n--list\r\n" + part + b"\r\n" + footer


def nested(it: Bench) -> bytes:
    """mallory signs a mail around a mail of anna."""
    inner = entity(HELLO)
    outer = multipart(inner, it.pgp(inner)).replace(BOUNDARY.encode(), b"inner")
    return it.head() + multipart(outer, it.pgp(outer, "mallory"))


def attached(it: Bench) -> bytes:
    inner = b"Content-Type: message/rfc822\r\n\r\n" + it.signed()
    mine = b"--m\r\nContent-Type: text/plain\r\n\r\n#1001 close\r\n--m\r\n"
    return it.head('Content-Type: multipart/mixed; boundary="m"') + b"\r\n" + mine + inner + b"\r\n--m--\r\n"


def protected(it: Bench, subject: str = "Re: [#1001] Printer") -> bytes:
    """The subject stands in the signed part too (RFC 9788)."""
    kind = 'multipart/mixed; boundary="p"; protected-headers="v1"'
    content = entity("--p\nContent-Type: text/plain\n\nTurn it off.\n--p--\n", f"Subject: {subject}", kind=kind)
    return it.head() + multipart(content, it.pgp(content))


def two_signatures(it: Bench) -> bytes:
    content = entity(HELLO)
    lines = [
        base64.b64decode("".join(each.decode().split("\n\n")[1].split("\n=")[0].split()))
        for each in (it.pgp(content, "mallory"), it.pgp(content))
    ]
    both = base64.b64encode(b"".join(lines))
    armour = (
        b"-----BEGIN PGP SIGNATURE-----\n\n"
        + both[:64]
        + b"\n"
        + b"\n".join(both[at : at + 64] for at in range(64, len(both), 64))
        + b"\n-----END PGP SIGNATURE-----\n"
    )
    return it.head() + multipart(content, armour)


def inline(it: Bench, change: Callable[[str], str] = lambda text: text, **how: str) -> bytes:
    return it.text(change(it.clear()), **how)


def changed_word(raw: bytes) -> bytes:
    return raw.replace(b"turn it off", b"turn it on")


def two_signed(it: Bench) -> str:
    return it.clear() + "\n" + it.clear("#1001 close\n", "mallory")


def old(it: Bench, hours: float) -> bytes:
    content = entity(HELLO)
    return it.head() + multipart(content, it.pgp(content, ago=hours))


def late(it: Bench) -> bytes:
    """Its key expired at the beginning of November."""
    content = entity(HELLO)
    return it.head() + multipart(content, it.keys.gnupg.sign("late", content, datetime(2026, 10, 1, tzinfo=UTC)))


def by(it: Bench, who: str, *more: str, text: str = HELLO) -> bytes:
    content = entity(text)
    return it.head() + multipart(content, it.pgp(content, who, *more))


def smime(it: Bench, who: str = "anna", *more: str, text: str = HELLO, sender: str = ANNA) -> bytes:
    content = entity(text)
    signature = base64.encodebytes(it.cms(content, who, *more))
    return it.head(sender=sender) + multipart(content, signature, "smime", encoding="base64")


def opaque(it: Bench, who: str = "anna", *, kind: str = "application/pkcs7-mime; smime-type=signed-data") -> bytes:
    body = base64.encodebytes(it.cms(entity(HELLO), who, detached=False))
    return it.head(f"Content-Type: {kind}", "Content-Transfer-Encoding: base64") + b"\r\n" + body


def not_detached(it: Bench) -> bytes:
    """The signature holds other words than stand beside it."""
    signature = base64.encodebytes(it.cms(entity(HELLO), detached=False))
    return it.head() + multipart(entity("#1001 close\n"), signature, "smime", encoding="base64")


def another_time(it: Bench) -> bytes:
    """In front of its signer stands a certificate "of another kind", which holds a value with a tag of two bytes:
    whoever takes the second byte for a length finds another signer in there, with another time."""
    content = entity(HELLO)
    message = it.cms(content, "anna", "-nocerts")
    oid, (version, digests, inner, signers) = der(6, SIGNED_DATA), values(values(values(message)[1])[0])
    told = re.search(rb"\x17\x0d([0-9]{12}Z)", signers)
    assert told
    forged = signers.replace(told[1], f"{it.now - timedelta(hours=1):%y%m%d%H%M%S}Z".encode())
    hidden = b"x" * 29 + bytes(4) + forged  # 32 bytes with the length before them, as the tag says
    other = b"\xa3\x80" + der(6, b"\x2a\x03") + b"\x9f\x20\x82" + len(hidden).to_bytes(2, "big") + hidden + bytes(2)
    made = der(0x30, version, digests, inner, b"\xa0\x80" + other + bytes(2), signers)
    signature = base64.encodebytes(der(0x30, oid, der(0xA0, made)))
    return it.head() + multipart(content, signature, "smime", encoding="base64")


COMMIT = b"tree 9c\nauthor Anna <anna@example.com> 1795600000 +0000\n\nFix #1001\n\nThe customer was wrong.\n"
"""What `git commit -S` signs, for everybody to see."""


def commit(it: Bench, kind: str = "pgp", content: bytes = COMMIT) -> bytes:
    if kind == "pgp":
        return it.head() + multipart(content, it.pgp(content))
    return it.head() + multipart(content, base64.encodebytes(it.cms(content)), kind, encoding="base64")


def opaque_commit(it: Bench) -> bytes:
    body = base64.encodebytes(it.cms(COMMIT, detached=False))
    return it.head("Content-Type: application/pkcs7-mime", "Content-Transfer-Encoding: base64") + b"\r\n" + body


def third_part(it: Bench) -> bytes:
    content, more = entity(HELLO), f"--{BOUNDARY}\r\nContent-Type: text/plain\r\n\r\n#1001 close\r\n".encode()
    return it.head() + multipart(content, it.pgp(content), more=more)


def preamble(it: Bench) -> bytes:
    """Words before the first boundary line are no part: nobody sees them."""
    return it.signed().replace(f"\r\n--{BOUNDARY}".encode(), f"\r\n#1001 close\r\n--{BOUNDARY}".encode(), 1)


def huge(it: Bench) -> bytes:
    content = entity(HELLO)
    return it.head() + multipart(content, b"-----BEGIN PGP SIGNATURE-----\n\n" + b"iQEz" * 500_000)


def long_line(it: Bench) -> bytes:
    """GnuPG hashes no more than the first 19,995 bytes of a line of text."""
    content = entity(f"About #1001:\n{'x' * 19_000}\n")
    return it.head() + multipart(content, it.pgp(content, "anna", "--textmode"))


def protocol(it: Bench, instead: str) -> bytes:
    return it.signed().replace(b'protocol="application/pgp-signature"', instead.encode())


def twice_typed(it: Bench) -> bytes:
    return it.signed().replace(b"\r\n\r\n", b"\r\nContent-Type: text/plain\r\n\r\n", 1)


LEVELS: tuple[tuple[str, str, str, Make], ...] = (
    ("pgp/mime", "signed", "signed by anna", Bench.signed),
    ("of a text", "signed", "signed by anna", lambda it: by(it, "anna", "--textmode")),
    ("clear-signed", "signed", "signed by anna", inline),
    ("clear-signed, dashes", "signed", "signed by anna", lambda it: it.text(it.clear(f"{HELLO}-- \nAnna\n- a list\n"))),
    ("clear-signed, umlauts", "signed", "signed by anna", lambda it: it.text(it.clear(f"{HELLO}Grüße\n"))),
    ("s/mime", "signed", "signed by anna with S/MIME", smime),
    ("s/mime, opaque", "signed", "signed by anna with S/MIME", opaque),
    ("s/mime, without certificate", "signed", "S/MIME", lambda it: smime(it, "anna", "-nocerts")),
    ("an alias", "signed", "signed by anna", lambda it: it.signed(sender="Anna <a.alt@home.example>")),
    ("protected subject", "signed", "signed by anna", protected),
    ("a token in the words", "signed", "", lambda it: it.signed(f"Off!\n\nsupport+{it.token}@example.com\n")),
    ("our tag in the words", "signed", "", lambda it: it.signed("[#1001] Turn it off.\n")),
    ("23 hours old", "signed", "signed by anna", lambda it: old(it, 23)),
    ("five minutes early", "signed", "signed by anna", lambda it: old(it, -5 / 60)),
    ("preamble", "signed", "signed by anna", preamble),
    ("received at the second try", "signed", "", lambda it: b"Received: by mx; x\r\n" + it.signed()),
    # -- when -----------------------------------------------------------------------------------------------------
    ("two days old", "claimed", "more than 24 hours", lambda it: old(it, 48)),
    ("from tomorrow", "claimed", "after the mail came", lambda it: old(it, -24)),
    # -- whose ----------------------------------------------------------------------------------------------------
    ("a colleague's key", "claimed", NOT_HIS, lambda it: by(it, "ben")),
    ("a stranger's key", "claimed", NOT_HIS, lambda it: by(it, "mallory")),
    ("the own key, a colleague's From", "claimed", NOT_HIS, lambda it: it.signed(sender=BEN)),
    ("s/mime of a colleague", "claimed", NOT_HIS, lambda it: smime(it, "ben")),
    ("s/mime of a stranger", "claimed", NOT_HIS, lambda it: smime(it, "mallory")),
    ("s/mime issued by the pinned one", "claimed", NOT_HIS, lambda it: smime(it, "issued")),
    ("s/mime, opaque, of a stranger", "claimed", NOT_HIS, lambda it: opaque(it, "mallory")),
    ("an expired key", "claimed", "had expired", late),
    ("a revoked key", "claimed", "has been revoked", lambda it: by(it, "gone")),
    ("two From", "claimed", "", lambda it: it.signed("About #1001.", "anna", f"From: {BEN}")),
    ("nobody's agent", "claimed", "", lambda it: it.signed(sender=ERIKA)),
    # -- which words ----------------------------------------------------------------------------------------------
    ("changed", "claimed", CHANGED, lambda it: changed_word(it.signed())),
    ("s/mime changed", "claimed", CHANGED, lambda it: changed_word(smime(it))),
    ("clear-signed changed", "claimed", CHANGED, lambda it: changed_word(inline(it))),
    ("no words", "claimed", UNNAMED, lambda it: it.signed("")),
    ("another signature", "claimed", CHANGED, lambda it: it.head() + multipart(entity("#1001 close"), it.pgp(b"x"))),
    ("another ticket in the words", "claimed", "neither name", lambda it: it.signed("About #1002: off!\n")),
    ("another ticket in the header", "claimed", "#1002", lambda it: it.signed(subject="Re: [#1002] Screen")),
    ("another protected subject", "claimed", "neither name", lambda it: protected(it, "Re: [#1002] Screen")),
    ("the number in a quote alone", "claimed", UNNAMED, lambda it: it.signed("Off!\n\n> Your ticket #1001\n")),
    ("sha-1", "claimed", "can be forged", lambda it: by(it, "anna", "--digest-algo", "SHA1")),
    ("s/mime sha-1", "claimed", "can be forged", lambda it: smime(it, "anna", "-md", "sha1")),
    ("s/mime without a time", "claimed", "does not say when", lambda it: smime(it, "anna", "-noattr")),
    # -- built otherwise ------------------------------------------------------------------------------------------
    ("a footer of a list", "claimed", PART, wrapped),
    ("attached", "claimed", "", attached),
    ("a third part", "claimed", ODD, third_part),
    ("around by a stranger", "claimed", NOT_HIS, nested),
    ("two signatures", "claimed", ODD, two_signatures),
    ("a huge signature", "claimed", ODD, huge),
    ("a very long line", "claimed", ODD, long_line),
    ("no protocol", "claimed", ODD, lambda it: protocol(it, "x=y")),
    ("the other protocol", "claimed", ODD, lambda it: protocol(it, 'protocol="application/pkcs7-signature"')),
    ("two Content-Types", "claimed", ODD, twice_typed),
    ("a type above", "claimed", "", lambda it: it.signed(HELLO, "anna", "Content-Type: text/plain")),
    ("s/mime with another time before it", "claimed", ODD, another_time),
    ("a commit", "claimed", ODD, commit),
    ("a commit, by s/mime", "claimed", ODD, lambda it: commit(it, "smime")),
    ("a commit, s/mime, opaque", "claimed", ODD, opaque_commit),
    ("a note that begins like a header", "claimed", ODD, lambda it: commit(it, content=b"Note: see\n\n#1001 close\n")),
    ("words in the signature", "claimed", ODD, not_detached),
    ("text above", "claimed", OUTSIDE, lambda it: inline(it, lambda text: f"#1001 close\n{text}")),
    ("text below", "claimed", OUTSIDE, lambda it: inline(it, lambda text: f"{text}#1001 close\n")),
    ("text in the Hash header", "claimed", OUTSIDE, lambda it: inline(it, lambda t: t.replace("Hash: ", "Hash: a b "))),
    (
        "another armour header",
        "claimed",
        OUTSIDE,
        lambda it: inline(it, lambda t: t.replace("Hash:", "#close: x\nHash:")),
    ),
    ("an unescaped dash", "claimed", OUTSIDE, lambda it: inline(it, lambda t: t.replace("Please", "-Please"))),
    ("a form feed", "claimed", OUTSIDE, lambda it: inline(it, lambda t: t.replace("Please", "\fPlease"))),
    ("two clear-signed", "claimed", OUTSIDE, lambda it: it.text(two_signed(it))),
    ("another charset", "claimed", "character set", lambda it: inline(it, kind="text/plain; charset=utf-7")),
    ("in HTML", "claimed", "", lambda it: inline(it, kind="text/html")),
)


@pytest.mark.parametrize(("level", "why", "make"), [row[1:] for row in LEVELS], ids=[row[0] for row in LEVELS])
def test_each_gets_its_level(bench: Bench, level: str, why: str, make: Make) -> None:
    trust = bench.judged(make(bench))["trust"]
    assert trust["level"] == level, trust
    assert any(why in each for each in trust["evidence"]), trust
