"""The twelve rules that stand beside the table of commands, each by what it promises."""

from __future__ import annotations

import smtplib

import pytest

from mailgate.mail.parse import read
from mailgate.trust.verdict import authenticate
from tests.cli.terminal import terminal_of
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail, answer
from tests.stories.world import ANNA, BEN, ERIKA, MALLORY, SUPPORT, World
from tests.threats.looking import dump, outside
from tests.trust.conftest import Mailer, WayIn, mail, way_in

__all__ = ["mail", "way_in"]

ANNAS, BENS, REPORTER = "anna@example.com", "ben@example.com", "erika@customer.example"


@pytest.fixture
def new(desk: World) -> World:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.new_letters()
    return desk


def test_rule_01_proof_is_of_the_person_and_rights_are_asked_when_it_is_done(new: World) -> None:
    old = new.letter(ANNAS, "new_ticket")
    new.answer(new.letter(BENS, "new_ticket"), "#category rooms\n#assign office", sender=BEN)
    before = dump(new)
    new.answer(old, "#close\nDear Erika, hello.", sender=ANNA)
    assert (dump(new), outside(new)) == (before, [])
    assert "There is no #1001 for you." in new.letter(ANNAS, "command_refused").text


def test_rule_02_commands_are_read_in_ones_own_words_alone(new: World) -> None:
    letter = new.letter(ANNAS, "new_ticket")
    forwarded = "#note\nFor the record.\n\nOn Mon, 23 Nov 2026 at 10:00, Mallory wrote:\n> #close\n> #assign cleo"
    new.answer(letter, forwarded, sender=ANNA, quoted=False)
    assert new.state() == ("new", None)


@pytest.mark.parametrize(
    "text", ["#close\n#tkae", "#close\n\nDear Erika,\n#priority high\nhello.", "#close\n＃take ben"]
)
def test_rule_02_one_line_that_is_no_command_stops_the_whole_mail(new: World, text: str) -> None:
    new.answer(new.letter(ANNAS, "new_ticket"), text, sender=ANNA)
    if "＃" not in text:
        assert new.state() == ("new", None)
        assert new.new_letters() == ["command_refused to anna@example.com"]
    assert new.letters(REPORTER, "reply") == []


def test_rule_02_too_many_commands_are_none(new: World) -> None:
    commands = "\n".join(f"#priority {each}" for each in ("low", "normal", "high", "urgent") * 3)
    many = "\n".join(f"#kind incident\n#category network\n{commands}".split("\n")[:14])
    new.answer(new.letter(ANNAS, "new_ticket"), f"{many}\n#take\n#assign ben\n#close\n#resolve\n#reopen", sender=ANNA)
    assert new.state() == ("new", None)
    assert "more than 10 commands" in " ".join(new.letter(ANNAS, "command_refused").text.split())


MARKS = {"Auto-Submitted": "auto-generated", "Precedence": "bulk", "X-Autoreply": "yes", "X-Autorespond": "yes"}


@pytest.mark.parametrize("mark", MARKS)
def test_rule_03_automatic_mail_carries_no_commands_however_well_it_is_proven(new: World, mark: str) -> None:
    before = dump(new)
    new.mail(
        answer(new.letter(ANNAS, "new_ticket"), "#close\nDear Erika, hello.", sender=ANNA, headers={mark: MARKS[mark]})
    )
    assert (dump(new), outside(new)) == (before, [])


def test_rule_04_a_yes_works_once_in_the_transaction_that_does_it(new: World) -> None:
    new.answer(new.letter(ANNAS, "new_ticket"), "Dear Erika, water.", sender=ANNA, stranger=True)
    for _ in range(3):
        new.answer(new.letter(ANNAS, "confirm"), "#yes", sender=ANNA)
    assert len(new.letters(REPORTER, "reply")) == 1


def test_rule_05_a_token_from_another_address_is_a_leak_that_its_agent_is_told_of(new: World) -> None:
    before = dump(new)
    new.answer(new.letter(ANNAS, "new_ticket"), "#close", sender=MALLORY)
    assert dump(new) == before
    assert "new_message to anna@example.com" in new.new_letters()
    assert "Written by mallory@elsewhere.example, not by Anna Alt." in " ".join(new.letter(ANNAS).text.split())


def test_rule_06_what_a_stranger_says_of_himself_is_no_verdict_and_the_verdict_says_why(new: World) -> None:
    forged = {"Authentication-Results": "mx.example.com; dmarc=pass header.from=example.com"}
    number = new.mail(answer(new.letter(ANNAS, "new_ticket"), "#take", sender=ANNA, headers=forged), stranger=True)
    said = new.decision(number)["trust"]
    assert said["level"] == "token"
    assert "did not come through a trusted relay" in said["evidence"][0]
    proven = new.answer(new.letter(ANNAS, "new_ticket"), "#take", sender=ANNA)
    assert new.decision(proven)["trust"]["evidence"][0] == (
        "Authentication-Results of mx.example.com: dmarc=pass for example.com"
    )


@pytest.mark.parametrize("smtp", [{"trusted_relays": []}, {"authserv_id": "mx.elsewhere.example"}])
def test_rule_07_without_a_source_that_we_believe_nobody_commands_and_check_says_so(
    desk_with: DeskWith, smtp: dict[str, object]
) -> None:
    desk = desk_with({"intake": {"smtp": smtp}})
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#take\nDear Erika, water.", sender=ANNA)
    assert desk.state() == ("new", None)
    assert desk.letters(REPORTER, "reply") == []
    if "trusted_relays" in smtp:
        assert "an agent's answer leaves only where his mail carries a DKIM signature" in terminal_of(desk)("check").out


@pytest.mark.parametrize("verdict", ["temperror", "permerror", "none", "neutral", "policy", "fail", "softfail"])
def test_rule_08_only_a_pass_is_a_pass(mail: Mailer, way_in: WayIn, verdict: str) -> None:
    """What the relay could not look up stays unproven: we ask no DNS after it, and never take it for a pass."""
    for method in ("dmarc", "dkim"):
        field = f"mx.example.com; {method}={verdict} header.from=example.com header.d=example.com"
        assert not authenticate(mail(("Authentication-Results", field)), way_in()).aligned


def test_rule_09_fields_of_exchange_without_our_authserv_id_are_not_believed(mail: Mailer, way_in: WayIn) -> None:
    """Only a mailbox that is configured as one of Microsoft 365 may say so, and none can be configured yet."""
    fields = (
        ("Authentication-Results", "spf=pass smtp.mailfrom=example.com; dkim=pass header.d=example.com; dmarc=pass"),
        ("X-MS-Exchange-Organization-AuthAs", "Internal"),
    )
    assert not authenticate(mail(*fields), way_in()).aligned


def test_rule_10_the_session_says_the_same_whatever_is_thought_of_the_mail(new: World) -> None:
    letter = new.letter(ANNAS, "new_ticket")
    token = letter.header("Reply-To").partition("<")[2].strip(">")
    mails = [
        answer(letter, "#close", sender=ANNA),
        answer(letter, "#close", sender=MALLORY),
        Mail(ANNA, f"support+{'q' * 24}@example.com", "Re: [#1001] x", "#close"),
        Mail(MALLORY, SUPPORT, "Re: [#9999] x", "#close"),
    ]
    said = set()
    for each in mails:
        with smtplib.SMTP(*new.address(), source_address=("127.0.0.2", 0)) as client:
            client.ehlo("client.example")
            client.mail(each.return_path)
            client.rcpt(token)
            said.add(client.data(each.bytes)[1].rpartition(b"M-")[0])
    assert len(said) == 1


AMBIGUOUS = {
    "two fields": "From: Anna Alt <anna@example.com>\r\nFrom: mallory@elsewhere.example",
    "two addresses": "From: anna@example.com, mallory@elsewhere.example",
    "a group": "From: Us: anna@example.com;",
    "a folded second": "From: mallory@elsewhere.example,\r\n Anna Alt <anna@example.com>",
    "an address in front of the address": "From: anna@example.com <mallory@elsewhere.example> <anna@example.com>",
    "nothing": "X-From: anna@example.com",
}


@pytest.mark.parametrize("how", AMBIGUOUS)
def test_rule_11_a_from_that_names_no_one_mailbox_is_nobodys(new: World, way_in: WayIn, how: str) -> None:
    raw = f"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\r\n{AMBIGUOUS[how]}\r\n\r\nx\r\n"
    message = read(raw.encode(), new.settings.limits)
    assert message.sender is None
    assert not authenticate(message, way_in()).aligned


def test_rule_12_check_says_when_nothing_could_ever_vouch_for_an_agent(desk_with: DeskWith) -> None:
    """Nobody is asked whether an agent's domain enforces DMARC: no DNS is asked yet. What can be known from the
    configuration alone is a warning, and with `--strict` an error."""
    said = terminal_of(desk_with({"intake": {"smtp": {"trusted_relays": []}}}))
    assert said("check").code == 0
    assert said("check", "--strict").code == 1
    assert terminal_of(desk_with({}))("check", "--strict").code == 0
