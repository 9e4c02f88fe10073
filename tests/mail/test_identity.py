"""Who From really names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.identity import mailboxes, sole_mailbox
from mailgate.mail.message import Address


@pytest.mark.parametrize(
    ("value", "name", "email"),
    [
        ("a@b.test", "", "a@b.test"),
        ("<a@b.test>", "", "a@b.test"),
        ("  Anna Alt  < a@B.Test > ", "Anna Alt", "a@b.test"),
        ('"Alt, Anna" <a@b.test>', "Alt, Anna", "a@b.test"),
        ("Dr. Anna M. Alt [EXT] <a@b.test>", "Dr. Anna M. Alt [EXT]", "a@b.test"),
        ("=?utf-8?q?J=C3=B6rg?= <j@b.test>", "Jörg", "j@b.test"),
        ("a@b.test (Anna Alt)", "Anna Alt", "a@b.test"),
        ("Anna (office (second floor)) Alt <a@b.test>", "Anna Alt", "a@b.test"),
        ("a@b.test <a@B.test>", "a@b.test", "a@b.test"),
        ('"agent@desk.test" <evil@attacker.test>', "agent@desk.test", "evil@attacker.test"),
        ("=?utf-8?q?agent=40desk=2Etest?= <evil@attacker.test>", "agent@desk.test", "evil@attacker.test"),
        ('"anna alt"@b.test', "", '"anna alt"@b.test'),
        ('"a@b"@c.test', "", '"a@b"@c.test'),
        ("a%b@c.test", "", "a%b@c.test"),
        ("a!b@c.test", "", "a!b@c.test"),
        ("Agent@Desk.Test", "", "Agent@desk.test"),
        ("root@localhost", "", "root@localhost"),
        ("jörg@müller.test", "", "jörg@müller.test"),
        ("аgent@desk.test", "", "аgent@desk.test"),
        ("a@xn--mller-kva.test", "", "a@xn--mller-kva.test"),
        ("Anna\u202e <a@b.test>", "Anna", "a@b.test"),
        ("a@desk.test.evil.test", "", "a@desk.test.evil.test"),
    ],
)
def test_one_mailbox_is_read(value: str, name: str, email: str) -> None:
    assert sole_mailbox([value]) == Address(name, email)


@pytest.mark.parametrize(
    "value",
    [
        "alice@desk.test)evil@attacker.test",
        "<alice@desk.test><evil@attacker.test>",
        "alice@desk.test <evil@attacker.test>",
        "alice@desk.test (<evil@attacker.test>",
        "alice@desk.test, evil@attacker.test",
        "Alice, Evil <evil@attacker.test>",
        "Alice; Evil <evil@attacker.test>",
        "Team: Alice <alice@desk.test>",
        "Alice \\<evil@attacker.test>",
        "evil@attacker.test; alice@desk.test",
        '"alice" <evil@attacker.test> alice@desk.test',
        "alice@desk.test evil@attacker.test",
        "@route.test:alice@desk.test",
        "<@route.test,@b.test:alice@desk.test>",
        "Team: alice@desk.test;",
        "undisclosed-recipients:;",
        "",
        " ",
        "<>",
        "nobody",
        "a@",
        "@b.test",
        "a@b@c.test",
        "a@b.test.",
        "a@.b.test",
        "a..b@c.test",
        ".a@c.test",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@-b.test",
        "a @b.test",
        "a@b. test",
        "al(comment)ice@desk.test",
        "alice@desk\x0b.test",
        "alice@desk.test\ufffd",
        "al\u200bice@desk.test",
        "al\u00adice@desk.test",
        "ａlice@desk.test",
        "alice@desK.test".replace("K", "\u212a"),
        "alıce@desk.test",
        "aliſe@desk.test",
        "alice@deſk.test",
        "alice\u00a0@desk.test",
        "=?utf-8?q?alice=40desk=2Etest?=",
        "=?utf-8?q?alice?=@desk.test",
        '"alice@desk.test',
        "alice\\@desk.test",
        "a@" + "b." * 200 + "test",
        "a" * 65_000 + "@b.test",
        "." * 15_000,
        "(" * 1_000 + ")" * 1_000 + "a@b.test",
        "(a)" * 1_000 + "a@b.test",
        ", ".join(f"a{n}@b.test" for n in range(5_000)),
    ],
)
def test_what_is_not_exactly_one_mailbox_is_nobody(value: str) -> None:
    assert sole_mailbox([value]) is None


@given(st.text(st.sampled_from("ab.@-_=?<> é"), max_size=12))
def test_an_address_is_the_same_at_one_glance_and_token_by_token(value: str) -> None:
    glance, tokens = sole_mailbox([value]), sole_mailbox([f"{value} (a comment)"])
    assert (glance and glance.email) == (tokens and tokens.email)


def test_two_from_fields_name_nobody() -> None:
    assert sole_mailbox(["a@b.test", "a@b.test"]) is None
    assert sole_mailbox([]) is None


@pytest.mark.parametrize(
    ("values", "emails"),
    [
        (["a@b.test, C <c@d.test>"], ["a@b.test", "c@d.test"]),
        (['"Alt, Anna" <a@b.test>; c@d.test'], ["a@b.test", "c@d.test"]),
        (["Team: a@b.test, c@d.test;, e@f.test"], ["a@b.test", "c@d.test", "e@f.test"]),
        (["undisclosed-recipients:;"], []),
        (["Max | [x] <a@b.test>"], ["a@b.test"]),
        (["Anna [mailto:a@b.test]", "x"], ["a@b.test"]),
        (["a@b.test", "A@B.TEST"], ["a@b.test"]),
        (["<@r.test:a@b.test>, nobody, , c@d.test"], ["c@d.test"]),
        (["(", ")", '"', "<", "\\", ",,,,"], []),
    ],
)
def test_lists_of_addresses_are_read_leniently(values: list[str], emails: list[str]) -> None:
    assert [address.email for address in mailboxes(values, 100)] == emails


def test_only_so_many_addresses_are_read() -> None:
    value = ", ".join(f"a{number}@b.test" for number in range(3_000))
    assert len(mailboxes([value], 100)) == 100


def test_a_comma_inside_an_encoded_name_splits_no_address() -> None:
    found = mailboxes(["=?utf-8?q?Alt=2C_Anna?= <a@b.test>"], 10)
    assert found == (Address("Alt, Anna", "a@b.test"),)
