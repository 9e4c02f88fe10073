"""What a domain of ours publishes, said in sentences with the record to publish."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa as rsa_keys
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mailgate.clock import Clock
from mailgate.online import hosts, look, signing, spf
from mailgate.online.hosts import Host
from mailgate.online.look import Outside
from mailgate.online.said import Said, problem, unless_silent
from mailgate.outbox.dkim import Signer
from mailgate.outbox.relays import Way
from mailgate.settings.model import Settings
from mailgate.trust.lookups import NoAnswer
from tests.doubles.lookups import Published
from tests.trust.signing import ed25519_record, rsa_record

OURS = "203.0.113.25"
RELAY = Way("smtps://mail.relay.example", "smtps", "mail.relay.example", 465)
HERE = Way("smtp://127.0.0.1:25", "smtp", "127.0.0.1", 25)
GOOD = {
    "example.com MX": ["10 mx1.example.com."],
    "mx1.example.com A": ["198.51.100.1"],
    "example.com TXT": ["v=spf1 a:mail.relay.example -all", "something=else"],
    "mail.relay.example A": ["8.8.4.4"],
    "4.4.8.8.in-addr.arpa PTR": ["mail.relay.example."],
    "s1._domainkey.example.com TXT": [rsa_record()],
    "_dmarc.example.com TXT": ["v=DMARC1; p=reject"],
}
ELEVEN = " ".join(f"include:i{number}.example" for number in range(11))
SIGNER = Signer("example.com", "s1", "rsa-sha256", rsa_record(), lambda text: text)


def said(zones: dict[str, list[str]], *, way: Way = RELAY, signer: Signer | None = SIGNER, own: str = "",
         failing: tuple[str, ...] = (), addresses: Any = None, delivery: Any = None,
         **more: Any) -> list[str]:  # fmt: skip
    """`good: …`, `warning: …`, `problem: …`, as `check --online` finds them in DNS."""
    settings = Settings(
        site={"admins": ["ops@example.com"]},
        addresses=addresses or [{"address": "support@example.com"}],
        delivery=delivery or {"relays": [{"url": way.url}], **more},
    )
    asked = Outside(Published(zones, set(failing)), Clock(), lambda: (own,) if own else ())
    found = look._dns(settings, (way,), (signer,) if signer else (), asked)
    return [f"{each.weight}: {each.words}" for each in found]


def without(*names: str, **changed: list[str]) -> dict[str, list[str]]:
    return {name: values for name, values in GOOD.items() if name not in names}


def wrong(zones: dict[str, list[str]], **how: Any) -> list[str]:
    return [each for each in said(zones, **how) if not each.startswith("good")]


def test_where_all_is_as_it_should_be_nothing_is_to_be_done() -> None:
    assert said(GOOD) == [
        "good: mail to example.com is taken by mx1.example.com; `mailgate send-test --loop` shows whether it comes"
        " here",
        "good: SPF of example.com allows mail.relay.example (8.8.4.4)",
        "good: letters from example.com are proven by DKIM (s1 of example.com); DMARC of example.com asks receivers to"
        " reject mail that fails",
        "good: s1._domainkey.example.com publishes the key that we sign with (rsa)",
        "good: the address 8.8.4.4 of mail.relay.example has the name mail.relay.example, which leads back to it",
    ]


def test_a_signature_by_a_key_that_nobody_finds_proves_nothing() -> None:
    found = said(without("s1._domainkey.example.com TXT"))
    assert not [each for each in found if "proven by DKIM" in each]
    assert [each for each in found if "its key is not published" in each]


@pytest.mark.parametrize(
    ("mx", "words"),
    [
        ([], "problem: example.com has no mail server in DNS (MX), so no answer can reach us: publish one"),
        (["0 ."], "problem: example.com says that it takes no mail"),
        (["10 gone.example.com."], "problem: no mail server of example.com has an address (gone.example.com)"),
        (["0 .", "10 mx1.example.com."], "warning: example.com names servers, and says that it takes no mail"),
        (
            ["10 mx1.example.com.", "20 gone.example.com."],
            "warning: gone.example.com, a mail server of example.com, has",
        ),
    ],
)
def test_mail_has_to_arrive_somewhere(mx: list[str], words: str) -> None:
    assert wrong({**GOOD, "example.com MX": mx})[0].startswith(words)


def test_a_domain_that_is_only_a_host_is_worth_a_look() -> None:
    [line] = wrong({**without("example.com MX"), "example.com A": ["198.51.100.1"]})
    assert line.startswith("warning: example.com has no MX record")


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([], 'publish example.com. IN TXT "v=spf1 mx a:mail.relay.example ~all"'),
        (["v=spf1 mx -all"], 'does not allow mail.relay.example (8.8.4.4), unless it sends from others that only its'
                             ' operator knows: publish example.com. IN TXT "v=spf1 mx a:mail.relay.example -all"'),
        (["v=spf1 -all"], "does not allow mail.relay.example"),
        (["v=spf1 +all"], "everybody may send in its name"),
        (["v=spf1 all"], "everybody may send in its name"),
        (["v=spf1 a:mail.relay.example ?all"], "ends with ?all"),
        (["v=spf1 a:mail.relay.example"], "ends without ~all or -all"),
        (["v=spf1 -all", "v=spf1 mx -all"], "problem: example.com publishes 2 SPF records"),
        (["v=spf1 ip4:999.1.1.1 -all"], "problem: SPF of example.com can not be read"),
        ([f"v=spf1 {ELEVEN} -all"], "problem: SPF of example.com needs 11 lookups"),
        (["v=spf1 include:loop.example -all"], "needs far too many lookups"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_spf_is_said_with_the_record_to_publish(records: list[str], words: str) -> None:
    zones = {**GOOD, "example.com TXT": records, "loop.example TXT": ["v=spf1 include:loop.example -all"]}
    zones |= {f"i{n}.example TXT": ["v=spf1 ip4:198.51.100.9 -all"] for n in range(11)}
    assert any(words in each for each in wrong(zones)), wrong(zones)


BROKEN = [
    ("a:n1.example a:n2.example a:n3.example", "more than two of the names in it do not exist"),
    ("include:gone.example", "No valid SPF record for included domain: gone.example"),
    ("ipv4:198.51.100.1", "ipv4:198.51.100.1"),
]


@pytest.mark.parametrize(("terms", "why"), BROKEN)
def test_of_a_record_that_can_not_be_read_it_is_said_why_and_never_to_publish_it_again(terms: str, why: str) -> None:
    [line] = wrong({**GOOD, "example.com TXT": [f"v=spf1 {terms} a:mail.relay.example -all"]})
    assert line.startswith("problem: SPF of example.com can not be read: ")
    assert why in line
    assert "IN TXT" not in line


def test_a_record_of_too_many_lookups_is_not_to_be_made_longer() -> None:
    zones = {**GOOD, "example.com TXT": [f"v=spf1 {ELEVEN} -all"]}
    zones |= {f"i{n}.example TXT": ["v=spf1 ip4:198.51.100.9 -all"] for n in range(11)}
    [line] = wrong(zones)
    assert "needs 11 lookups" in line


def test_where_dns_does_not_answer_about_a_name_in_a_record_no_other_record_is_asked_for() -> None:
    [line] = wrong({**GOOD, "example.com TXT": ["v=spf1 a:sick.example -all"]}, failing=("sick.example",))
    assert line == "warning: DNS did not answer about SPF of example.com, so nobody could look; ask again later"


MICROSOFT = Way("smtp+starttls://smtp.office365.com", "smtp+starttls", "smtp.office365.com", 587)
OF_MICROSOFT = {
    "smtp.office365.com A": ["52.97.1.1"],
    "spf.protection.outlook.com TXT": ["v=spf1 ip4:40.92.0.0/15 -all"],
    "_spf.example.com TXT": ["v=spf1 include:spf.protection.outlook.com -all"],
}


@pytest.mark.parametrize(
    "record", ["v=spf1 include:spf.protection.outlook.com -all", "v=spf1 redirect=_spf.example.com"]
)
def test_a_provider_sends_by_other_hosts_than_take_our_letters(record: str) -> None:
    line = said({**GOOD, **OF_MICROSOFT, "example.com TXT": [record]}, way=MICROSOFT)[1]
    assert line.startswith("good: SPF of example.com allows the hosts that smtp.office365.com sends by (include:spf.p")


@pytest.mark.parametrize("record", [["v=spf1 mx -all"], []])
def test_the_record_to_publish_names_what_the_provider_publishes(record: list[str]) -> None:
    [line] = wrong({**GOOD, **OF_MICROSOFT, "example.com TXT": record}, way=MICROSOFT)
    assert ' IN TXT "v=spf1 mx include:spf.protection.outlook.com ' in line
    assert "a:smtp.office365.com" not in line


def test_letters_are_from_aliases_too() -> None:
    zones = {**GOOD, "old.example MX": ["10 mx1.example.com."]}
    ours = [{"address": "support@example.com", "aliases": ["support@old.example"]}]
    lines = wrong(zones, addresses=ours)
    assert [each.partition(",")[0] for each in lines] == [
        "warning: old.example publishes no SPF record",
        "warning: old.example publishes no DMARC policy",
        "warning: letters from old.example are not signed by us",
    ]


def test_of_a_relay_in_the_house_it_is_said_what_can_not_be_known() -> None:
    lines = said({**GOOD, "mail.relay.example A": ["10.0.0.7"]})
    assert lines[1] == (
        "good: whether SPF of example.com allows mail.relay.example can not be known from here: mail.relay.example has"
        " no address of the internet"
    )
    assert any("this machine can not be known from here" in each for each in said(GOOD, way=HERE))


def test_where_we_deliver_from_this_machine_its_address_needs_a_name_and_the_leave_of_spf() -> None:
    lines = wrong(GOOD, way=HERE, own="8.8.8.8")
    assert lines == [
        "warning: SPF of example.com does not allow this machine (8.8.8.8): publish example.com. IN TXT"
        ' "v=spf1 a:mail.relay.example ip4:8.8.8.8 -all"',
        "warning: the address 8.8.8.8 of this machine has no name by reverse lookup, and many receivers refuse such"
        " hosts: ask its provider for one",
    ]
    named = {**GOOD, "8.8.8.8.in-addr.arpa PTR": ["desk.example.com."]}
    assert "desk.example.com does not lead back" in wrong(named, way=HERE, own="8.8.8.8")[1]
    assert len(wrong({**named, "desk.example.com A": ["8.8.8.8"]}, way=HERE, own="8.8.8.8")) == 1


def test_a_folder_leaves_nothing_to_ask_of_spf() -> None:
    folder = Way("maildir:out", "maildir")
    assert not any("SPF" in each for each in wrong(GOOD, way=folder))


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([], "because its key is not published: publish s1._domainkey.example.com. IN TXT"),
        (["v=DKIM1; k=rsa; p="], "the key published there is withdrawn"),
        ([ed25519_record()], "a key of another kind is published (k=ed25519)"),
        ([rsa_record(1024)], "another key is published than the one in key_file"),
        ([rsa_record(more="h=sha1; ")], "it allows only sha1"),
        ([rsa_record(more="s=tlsrpt; ")], "it is not for mail"),
        (["hello"], "what is published there is no key"),
        ([rsa_record().replace(";", "\\;")], 'it has \\ or " in it, which stand there as text'),
        ([f'"{rsa_record()}"'], 'it has \\ or " in it, which stand there as text'),
        ([rsa_record(), rsa_record()], "publishes 2 keys"),
    ],
)
def test_a_key_that_receivers_do_not_find_is_a_problem_with_the_record_to_publish(
    records: list[str], words: str
) -> None:
    [line] = wrong({**GOOD, "s1._domainkey.example.com TXT": records})
    assert line.startswith("problem: ")
    assert words in line
    assert SIGNER.record[:40] in line


def test_a_key_that_is_only_tested_with_or_short_is_worth_a_look() -> None:
    tested = wrong({**GOOD, "s1._domainkey.example.com TXT": [rsa_record(more="t=y:s; ")]})
    assert "only tested with (t=y)" in tested[0]
    public = rsa_keys.generate_private_key(65537, 1024).public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    record = f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"
    short = Signer("example.com", "s1", "rsa-sha256", record, lambda text: text)
    assert "has 1024 bits" in wrong({**GOOD, "s1._domainkey.example.com TXT": [record]}, signer=short)[0]


def test_blanks_and_strings_of_a_published_key_do_not_matter() -> None:
    spread = rsa_record().replace("; ", " ;  ").replace("p=", "p= ")
    assert wrong({**GOOD, "s1._domainkey.example.com TXT": [spread]}) == []


def test_a_long_record_is_written_as_several_strings() -> None:
    [line] = wrong(without("s1._domainkey.example.com TXT"))
    strings = line.split('"')[1::2]
    assert ("".join(strings), max(map(len, strings))) == (SIGNER.record, 255)
    assert signing.tags_of("".join(strings))["k"] == "rsa"


def test_without_a_policy_the_first_one_to_publish_is_named() -> None:
    [line] = wrong(without("_dmarc.example.com TXT"))
    assert line.endswith('publish _dmarc.example.com. IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@example.com"')


@pytest.mark.parametrize(
    ("records", "words"),
    [
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "problem: example.com publishes 2 DMARC records"),
        (["v=DMARC1; p=sometimes"], "warning: example.com publishes a DMARC record that can not be read"),
    ],
)
def test_a_policy_that_is_none_is_said(records: list[str], words: str) -> None:
    assert wrong({**GOOD, "_dmarc.example.com TXT": records})[0].startswith(words)


def test_letters_that_nothing_will_prove_are_said() -> None:
    unsigned = wrong(GOOD, signer=None)
    assert unsigned == [
        "warning: letters from example.com are not signed by us, so only SPF proves them, which no forwarding survives;"
        " DMARC of example.com asks receivers to reject mail that fails: add a key to delivery.dkim, unless the relay"
        " signs (`mailgate send-test` shows it)"
    ]
    [null] = wrong(GOOD, signer=None, automatic_sender="null")
    assert "nothing proves automatic letters from example.com: their return path is empty" in null
    above = Signer("com", "s1", "rsa-sha256", rsa_record(), lambda text: text)
    zones = {**GOOD, "s1._domainkey.com TXT": [rsa_record()], "_dmarc.example.com TXT": ["v=DMARC1; p=none; adkim=s"]}
    assert any("wants signatures of example.com itself (adkim=s)" in each for each in wrong(zones, signer=above))


def test_a_silent_dns_is_said_and_nothing_is_concluded_from_it() -> None:
    lines = wrong(GOOD, failing=("example.com", "s1._domainkey.example.com", "_dmarc.example.com"))
    assert len(lines) == 4
    assert all(each.startswith("warning: DNS did not answer about ") for each in lines)


def test_a_host_is_put_into_a_record_before_what_it_says_of_all_others() -> None:
    host = Host("here", (OURS,), f"ip4:{OURS}")
    assert spf.with_hosts("v=spf1 mx -all", [host]) == f"v=spf1 mx ip4:{OURS} -all"
    assert spf.with_hosts("v=spf1 redirect=x.example", [host]) == f"v=spf1 ip4:{OURS} redirect=x.example"
    assert spf.with_hosts(f"v=spf1 ip4:{OURS}", [host]) == f"v=spf1 ip4:{OURS} ~all"


def test_our_own_addresses_are_learned_without_a_word_to_anybody() -> None:
    assert all("." in each or ":" in each for each in hosts.own_addresses())


def test_what_was_found_before_dns_fell_silent_is_said() -> None:
    def look() -> Iterator[Said]:
        yield problem((), "two records")
        raise NoAnswer

    assert [each.words for each in unless_silent((), "SPF", look)] == [
        "two records",
        "DNS did not answer about SPF, so nobody could look any further; ask again later",
    ]


OTHER = Way("smtps://other.relay.example", "smtps", "other.relay.example", 465)


def test_the_record_to_publish_lets_all_our_relays_in_at_once() -> None:
    zones = {**GOOD, "other.relay.example A": ["8.8.4.5"], "example.com TXT": ["v=spf1 mx -all"]}
    urls = [{"url": RELAY.url}, {"url": OTHER.url}]
    lines = [each for each in wrong(zones, delivery={"relays": urls}) if "SPF" in each]
    assert len(lines) == 2
    assert all('"v=spf1 mx a:mail.relay.example a:other.relay.example -all"' in each for each in lines)


def test_each_relay_that_carries_an_address_of_a_domain_is_looked_for_in_its_record() -> None:
    zones = {**GOOD, "other.relay.example A": ["8.8.4.5"]}
    urls = [{"url": RELAY.url, "from": ["support@*"]}, {"url": OTHER.url, "from": ["it@*"]}]
    ours = [{"address": "support@example.com"}, {"address": "it@example.com"}]
    [line] = [each for each in wrong(zones, addresses=ours, delivery={"relays": urls}) if "SPF" in each]
    assert "does not allow other.relay.example (8.8.4.5)" in line


def test_what_a_record_has_already_is_not_added_again() -> None:
    host = Host("here", ("8.8.8.8", "2a00::1"), "ip4:8.8.8.8 ip6:2a00::1")
    assert spf.with_hosts("v=spf1 ip4:8.8.8.8 -all", [host, host]) == "v=spf1 ip4:8.8.8.8 ip6:2a00::1 -all"


def test_a_relay_beyond_ascii_is_named_as_dns_knows_it() -> None:
    way = Way("smtps://mail.bücher.example", "smtps", "mail.bücher.example", 465)
    zones = {**GOOD, "mail.xn--bcher-kva.example A": ["8.8.4.6"], "example.com TXT": ["v=spf1 mx -all"]}
    [line] = wrong(zones, way=way)
    assert '"v=spf1 mx a:mail.xn--bcher-kva.example -all"' in line
