"""Authentication-Results: what is believed, and the shapes of forgery that are not (threat T2)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.message import Address, Envelope, Headers, Message
from mailgate.trust.results import findings
from mailgate.trust.verdict import authenticate
from tests.trust.conftest import Mailer, WayIn

AR = "Authentication-Results"
PASS = "mx.example.com; dmarc=pass header.from=example.com"
OURS = ("Received", "from a.example ([192.0.2.1]) by mx.example.com (Postfix) with ESMTPS id 1; Fri, 20 Nov 2026")
THEIRS = ("Received", "from laptop by evil.example with ESMTP id 2; Fri, 20 Nov 2026 08:00:00 +0000")


def _value(text: str) -> tuple[tuple[str, str], ...]:
    return ((AR, text),)


BELIEVED = {
    "dmarc pass of the very domain": _value(PASS),
    "dmarc pass of a domain above": _value("mx.example.com; dmarc=pass header.from=mail.example.com"),
    "case does not matter": _value("MX.Example.COM; DMARC=PASS header.FROM=Example.Com"),
    "version 1 of the field": _value("mx.example.com 1; dmarc=pass header.from=example.com"),
    "version 1 of the method": _value("mx.example.com; dmarc/1=pass header.from=example.com"),
    "a comment that stands apart": _value("mx.example.com (amavis 2.13); dkim=pass header.d=example.com"),
    "comments inside": _value("mx.example.com; dmarc=pass (p=NONE (sp=x) dis=NONE) header.from=example.com"),
    "a quoted value": _value('mx.example.com; dmarc=pass header.from="example.com"'),
    "reason and folded white space": _value(
        'mx.example.com;\tspf=pass smtp.mailfrom=example.com;  dmarc=pass reason="of; course"  header.from=example.com'
    ),
    "an extra word of Microsoft": _value("mx.example.com; dmarc=pass action=none header.from=example.com"),
    "header.from with a mailbox": _value("mx.example.com; dmarc=pass header.from=anna@example.com"),
    "dkim by header.d": _value("mx.example.com; dkim=pass header.d=example.com header.s=s1"),
    "dkim by header.i": _value("mx.example.com; dkim=pass header.i=@mail.example.com"),
    "dkim by both": _value("mx.example.com; dkim=pass header.d=example.com header.i=anna@mail.example.com"),
    "one signature of two": _value(
        "mx.example.com; dkim=fail header.d=list.example; dkim=pass header.d=example.com; dmarc=none"
    ),
    "two filters, two fields": (
        (AR, "mx.example.com; dmarc=none header.from=example.com"),
        (AR, "mx.example.com; dkim=pass header.d=example.com"),
    ),
    "another server's field above": ((AR, "outer.example; dmarc=fail header.from=example.com"), (AR, PASS)),
    "above the relay's Received": ((AR, PASS), OURS, THEIRS),
    "directly below the relay's Received": (OURS, ("Received-SPF", "pass"), (AR, PASS), THEIRS),
    "as Gmail writes it": (
        ("Received", "by 2002:a05:7110:a0a6:b0:11b:be8b:591e with SMTP id o6csp4217866gee; Fri, 20 Nov 2026"),
        ("ARC-Authentication-Results", "i=1; mx.example.com; dkim=none"),
        OURS,
        (AR, PASS),
        THEIRS,
    ),
    "below the Received of a sister host": (
        ("Received", "from x (by evil.example) by mx2.example.com with ESMTP"),
        (AR, PASS),
    ),
}

NOT_BELIEVED = {
    "no field at all": (),
    "an id that begins like ours": _value("mx.example.com.evil.example; dmarc=pass header.from=example.com"),
    "an id that ends like ours": _value("evil-mx.example.com; dmarc=pass header.from=example.com"),
    "our id only in a comment": _value("evil.example (mx.example.com); dmarc=pass header.from=example.com"),
    "a comment before the id": _value("(mx.example.com) evil.example; dmarc=pass header.from=example.com"),
    "a comment before our id": _value("(x) mx.example.com; dmarc=pass header.from=example.com"),
    "a comment inside the id": _value("mx(.evil).example.com; dmarc=pass header.from=example.com"),
    "a comment joined to the id": _value("mx.example.com(.evil); dmarc=pass header.from=example.com"),
    "a quoted id": _value('"mx.example.com"; dmarc=pass header.from=example.com'),
    "version 2 of the field": _value("mx.example.com 2; dmarc=pass header.from=example.com"),
    "version 2 of the method": _value("mx.example.com; dmarc/2=pass header.from=example.com"),
    "no id": _value("dmarc=pass header.from=example.com"),
    "none": _value("mx.example.com; none"),
    "none, then a forgery": ((AR, "mx.example.com; none"), (AR, PASS)),
    "none beside a result": _value("mx.example.com; dmarc=pass header.from=example.com; none"),
    "nothing behind the id": _value("mx.example.com;"),
    "another domain": _value("mx.example.com; dmarc=pass header.from=evil.example"),
    "a domain that ends like ours": _value("mx.example.com; dmarc=pass header.from=evilexample.com"),
    "a public suffix": _value("mx.example.com; dmarc=pass header.from=com"),
    "no header.from": _value("mx.example.com; dmarc=pass"),
    "header.from twice": _value("mx.example.com; dmarc=pass header.from=example.com header.from=evil.example"),
    "our domain as a local part": _value("mx.example.com; dmarc=pass header.from=example.com@evil.example"),
    "our domain in a comment": _value("mx.example.com; dmarc=pass header.from=evil.example (example.com)"),
    "our verdict inside a quoted value": _value(
        'mx.example.com; spf=pass smtp.mailfrom="; dmarc=pass header.from=example.com"@evil.example'
    ),
    "a verdict smuggled in by a mailbox name": _value(
        "mx.example.com; spf=pass smtp.mailfrom=x; dmarc=pass header.from=example.com; dmarc=none"
    ),
    "spf alone": _value("mx.example.com; spf=pass smtp.mailfrom=anna@example.com"),
    "a guess": _value("mx.example.com; dmarc=bestguesspass header.from=example.com"),
    "a temporary error": _value("mx.example.com; dmarc=temperror header.from=example.com"),
    "another method": _value(
        "mx.example.com; x-dkim=pass header.d=example.com; sender-id=pass header.from=example.com"
    ),
    "the signature of somebody else": _value("mx.example.com; dkim=pass header.d=evil.example"),
    "an identity outside its domain": _value("mx.example.com; dkim=pass header.d=example.com header.i=@evil.example"),
    "dmarc passed for another, dkim for us": _value(
        "mx.example.com; dmarc=pass header.from=evil.example; dkim=pass header.d=example.com"
    ),
    "malformed at the end": _value("mx.example.com; dmarc=pass header.from=example.com; dkim"),
    "malformed on top of a forgery": ((AR, "mx.example.com; spf=pass smtp.mailfrom=\x80"), (AR, PASS)),
    "nested comments without end": _value("mx.example.com; dmarc=pass " + "(" * 3000),
    "a field without end": _value(PASS + " x.y=z" * 2000),
    "letters beyond ASCII": _value("mx.example.com; dmarc=pass header.from=exämple.com"),
    "the field of a sealer": (
        ("ARC-Authentication-Results", "i=1; mx.example.com; dmarc=pass header.from=example.com"),
    ),
    "below a Received of somebody else": (THEIRS, (AR, PASS)),
    "below the second Received": (OURS, THEIRS, (AR, PASS)),
    "below a second Received that claims to be ours": (OURS, OURS, (AR, PASS)),
    "below a hand-over by a named host": (("Received", "by abc.de with SMTP id 1; Fri, 20 Nov 2026"), (AR, PASS)),
    "below a hand-over that came with the mail": (OURS, ("Received", "by 192.0.2.9 with SMTP id 1"), (AR, PASS)),
    "by our name only in a comment": (("Received", "from x (by mx.example.com) by evil.example"), (AR, PASS)),
    "below, while the relay's own stands above": (
        (AR, "mx.example.com; spf=none"),
        OURS,
        (AR, PASS),
    ),
    "lower than the relay's own verdict": (
        OURS,
        (AR, "mx.example.com; dmarc=none header.from=example.com; dkim=none"),
        (AR, PASS),
        (AR, "mx.example.com; dkim=pass header.d=example.com"),
    ),
}


@pytest.mark.parametrize("shape", BELIEVED)
def test_what_the_trusted_relay_says_of_the_sender_counts(shape: str, mail: Mailer, way_in: WayIn) -> None:
    assert authenticate(mail(*BELIEVED[shape]), way_in()).aligned


@pytest.mark.parametrize("shape", NOT_BELIEVED)
def test_anything_else_vouches_for_nobody(shape: str, mail: Mailer, way_in: WayIn) -> None:
    found = authenticate(mail(*NOT_BELIEVED[shape]), way_in())
    assert not found.aligned
    assert not found.failed
    assert str(found.evidence[-1]).startswith("nothing vouches for the sender")


@pytest.mark.parametrize(
    "way",
    [
        {"trusted": False},
        {"authserv_id": None},
        {"authserv_id": ""},
        {"authserv_id": "mx"},
        {"authserv_id": "mx.example.com.evil.example"},
        {"authserv_id": "mxXexample.com"},
    ],
)
def test_nothing_is_believed_of_a_peer_that_is_not_trusted_or_has_another_id(
    way: dict[str, object], mail: Mailer, way_in: WayIn
) -> None:
    assert findings(mail((AR, PASS)), way_in(**way)) == ()


@pytest.mark.parametrize(
    "fields",
    [
        _value("mx.example.com; dmarc=fail header.from=example.com"),
        _value("mx.example.com; dmarc=fail (p=REJECT) header.from=example.com; dkim=pass header.d=example.com"),
        _value("mx.example.com; dmarc=pass header.from=example.com; dmarc=fail header.from=example.com"),
        ((AR, "mx.example.com; dmarc=fail header.from=example.com"), (AR, PASS)),
    ],
)
def test_an_explicit_failure_outweighs_everything(
    fields: tuple[tuple[str, str], ...], mail: Mailer, way_in: WayIn
) -> None:
    found = authenticate(mail(*fields), way_in())
    assert (found.aligned, found.failed) == (False, True)


@given(st.text(alphabet=st.sampled_from(list('mx.example.com;dkim=pass header.d=(")\\/@ 1\t\x00é')), max_size=200))
def test_no_field_whatever_makes_reading_fail_or_a_stranger_aligned(text: str) -> None:
    mail = Message(headers=Headers(((AR, "mx.example.com; " + text),)), sender=Address("", "anna@other.example"))
    way = Envelope("", (), datetime(2026, 11, 20, tzinfo=UTC), trusted=True, authserv_id="mx.example.com")
    assert not any(each.aligned for each in findings(mail, way))
