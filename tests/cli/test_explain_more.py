"""`mailgate explain` of many mails, of stored ones, with options that say how they come, and `--save`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from mailgate.vetting import vet
from tests.cli.terminal import Terminal
from tests.cli.test_explain import DOCUMENT, content
from tests.stories.mailer import Mail, answer
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

VPN = Mail(ERIKA, SUPPORT, "VPN is slow", "Since Monday.").bytes


# -- many, and each way to name one ------------------------------------------------------------------------------------


def test_thousands_are_judged_in_order_with_one_document_a_line(look: Terminal, tmp_path: Path) -> None:
    subjects = ["vpn", "hold me", "lamp"] * 40
    for number, subject in enumerate(subjects):
        (tmp_path / f"{number:03}.eml").write_bytes(Mail(ERIKA, SUPPORT, subject).bytes)
    said = look("explain", *map(str, sorted(tmp_path.glob("*.eml"))))
    found = [json.loads(line) for line in said.out.splitlines()]
    assert [one["sort"] for one in found] == ["new_ticket", "held", "new_ticket"] * 40
    assert all(set(one) >= DOCUMENT for one in found)
    assert {one["ticket"]["number"] for one in found if one["ticket"]} == {1006}, "none leaves anything to the next"


def test_one_bad_file_is_named_and_ends_it(look: Terminal, tmp_path: Path) -> None:
    good = tmp_path / "good.eml"
    good.write_bytes(VPN)
    said = look("explain", str(good), str(tmp_path / "gone.eml"), "--jsonl")
    assert (said.code, said.out.count("\n")) == (1, 1)
    assert "gone.eml" in said.err


def test_a_file_with_unix_line_ends_and_a_mail_on_stdin_are_the_same_mail(look: Terminal, tmp_path: Path) -> None:
    unix = tmp_path / "unix.eml"
    unix.write_bytes(b"From erika Mon Nov 23 09:00:00 2026\n" + VPN.replace(b"\r\n", b"\n"))
    by_file, by_stdin = look.json("explain", str(unix)), look("explain", "-", "--json", stdin=VPN).json
    for one in (by_file, by_stdin):
        assert (one["sort"], one["route"]["category"], one["refused"]) == ("new_ticket", "network/vpn", None)
    assert by_file["new_text"] == by_stdin["new_text"] == "Since Monday."


def test_a_stored_mail_is_judged_by_the_rules_of_now(desk: World, run: Terminal) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT, "Lamp"))
    routing = run.config / "routing.yaml"
    rules = [{"name": "Light", "when": {"subject": "lamp"}, "then": {"category": "rooms"}}]
    routing.write_text(json.dumps({"rules": rules}))
    assert run.json("explain", f"M-{number}")["route"]["rule"] == "Light"
    assert run.json("mail", str(number), "--why")["why"]["route"]["rule"] is None


def test_options_say_how_a_stored_mail_would_come(look: Terminal) -> None:
    assert look.json("explain", "M-1", "--to", "it@example.com")["route"]["category"] == "network"
    assert look.json("explain", "M-1", "--peer", "192.0.2.1")["trust"]["level"] == "claimed"
    assert look.json("explain", "M-1")["trust"]["level"] == "aligned"


@pytest.mark.parametrize(
    ("options", "level"),
    [
        (["--peer", "127.0.0.1"], "aligned"),
        (["--peer", "192.0.2.7"], "claimed"),
        ([], "claimed"),
        (["--source", "submission", "--peer", "127.0.0.1"], "claimed"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_peer_and_source_decide_what_is_believed(
    look: Terminal, tmp_path: Path, options: list[str], level: str
) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(b"Authentication-Results: mx.example.com; dmarc=pass header.from=customer.example\r\n" + VPN)
    assert look.json("explain", str(file), *options)["trust"]["level"] == level


def test_submission_by_a_listed_peer_is_aligned(tmp_path: Path) -> None:
    changes = {"intake": {"submission": {"listen": "127.0.0.1:0", "trusted_peers": ["192.0.2.0/24"]}}}
    with World(tmp_path, changes) as desk:
        run = Terminal(desk.folder / "config")
        given = ["--from", "anna@example.com", "--subject", "x", "--source", "submission"]
        assert run.json("explain", *given, "--peer", "192.0.2.9")["trust"]["level"] == "aligned"
        assert run.json("explain", *given, "--peer", "198.51.100.9")["trust"]["level"] == "claimed"


def test_a_mailbox_is_a_way_in_with_what_its_provider_says(tmp_path: Path) -> None:
    box = {"name": "m365", "address": "it@example.com", "user": "it", "oauth": {"client_id": "c"}}
    file = tmp_path / "mail.eml"
    file.write_bytes(
        b"Received: from a.prod.outlook.com by b.prod.outlook.com with mapi id 1; Mon\r\nFrom: anna@example.com\r\n"
        b"To: it@example.com\r\nSubject: x\r\nX-MS-Exchange-Organization-AuthAs: Internal\r\n\r\nx\r\n"
    )
    with World(tmp_path, {"intake": {"imap": [{**box, "provider": "microsoft365"}]}}) as desk:
        run = Terminal(desk.folder / "config")
        said = run.json("explain", str(file), "--source", "imap:m365")
        assert said["trust"]["level"] == "aligned"
        assert "AuthAs: Internal" in said["trust"]["evidence"][0]
        assert run.json("explain", str(file))["trust"]["level"] == "claimed"
        wrong = run("explain", str(file), "--source", "imap:m356")
        assert (wrong.code, "did you mean" in wrong.err) == (2, True)


def test_the_time_it_arrives_decides_when_an_answer_is_promised(look: Terminal) -> None:
    made = ["--subject", "vpn", "--from", "otto@partner.example", "--peer", "127.0.0.1"]

    def promised(at: str) -> str:
        letters = look.json("explain", *made, "--at", at)["letters"]
        return str(next(each["text"] for each in letters if each["template"].startswith("acknowledged")))

    monday, friday = promised("2026-11-23T09:00"), promised("2026-11-27T16:30")
    assert monday != friday


def test_what_never_gets_in_is_said_and_judged_all_the_same(look: Terminal) -> None:
    one = look.json("explain", "--to", "nobody@elsewhere.example", "--subject", "vpn")
    assert (one["refused"], one["sort"]) == ("550 5.1.1 no such address here", "new_ticket")
    words = look("explain", "--to", "nobody@elsewhere.example", "--subject", "vpn").out
    assert words.startswith("refused 550 5.1.1 no such address here\n        It would not get in")


def test_the_very_mail_that_is_here_is_named(look: Terminal, past: World, tmp_path: Path) -> None:
    file = tmp_path / "again.eml"
    file.write_bytes(look("mail", "M-7", "--raw").raw)
    one = look.json("explain", str(file), "--peer", "127.0.0.2")
    assert (one["again"], one["sort"]) == ("M-7", "new_ticket")
    assert look.json("explain", "M-7")["again"] is None


# -- for people --------------------------------------------------------------------------------------------------------


def test_people_read_why_a_mail_became_what_it_is(desk: World, run: Terminal) -> None:
    hops = "from laptop.example by mx.customer.example with ESMTPS; Mon, 23 Nov 2026 09:00:00 +0000"
    mail = Mail(ERIKA, SUPPORT, "VPN", "Slow.", headers={"Received": hops}, files={"a.pdf": b"%PDF"})
    number = desk.mail(mail)
    words = run("mail", str(number), "--why").out
    for part in (
        "sort    new_ticket: ",
        "trust   aligned: Authentication-Results of mx.example.com: dmarc=pass",
        "ticket  #1001, new",
        "hop     1 2026-11-23T09:00:00 by mx.customer.example from laptop.example with ESMTPS",
        "rule    yes VPN trouble (routing.yaml:1)",
        "route   network/vpn, group network, kind incident, priority high: ",
        "file    a.pdf (application/octet-stream, 4 bytes)",
        "words   Slow.",
        "effect  #1001: created",
        "letter  L-3 acknowledged to erika@customer.example: sent ",
    ):
        assert part in words, part
    [hop] = run.json("mail", str(number), "--why")["why"]["hops"]
    assert (hop["by"], hop["from"], hop["at"][:10]) == ("mx.customer.example", "laptop.example", "2026-11-23")


def test_commands_and_machines_are_explained(desk: World, run: Terminal) -> None:
    desk.write(ERIKA, "Lamp", "Dark.")
    letter = desk.letter("anna@example.com", "new_ticket")
    command = desk.answer(letter, "#take\n#priority high", sender=ANNA)
    robot = desk.mail(Mail(ERIKA, SUPPORT, "Cron", headers={"Auto-Submitted": "auto-generated"}))
    said = run("mail", str(command), "--why").out
    assert "command #take: carried out\ncommand #priority high: carried out\n" in said
    assert "may not be answered by a machine: Auto-Submitted: auto-generated" in run("mail", str(robot), "--why").out


# -- cases -------------------------------------------------------------------------------------------------------------


def cases(run: Terminal) -> list[str]:
    return sorted(path.name for path in (run.config / "cases").glob("*")) if (run.config / "cases").exists() else []


def judged(desk: World) -> list[str]:
    """The cases, judged as `check` judges them: what comes out differently."""
    vetted = vet(desk.folder / "config", {}, None)
    assert vetted.cases
    return [str(each) for each in vetted.problems]


def test_a_saved_case_holds_what_decides_and_comes_out_so_again(desk: World, run: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "x.eml"
    file.write_bytes(VPN)
    said = run("explain", str(file), "--save", "vpn-1", "--peer", "127.0.0.1", "--json")
    assert (said.code, said.json["sort"]) == (0, "new_ticket")
    assert cases(run) == ["vpn-1.eml", "vpn-1.yaml"]
    saved = YAML(typ="safe", pure=True).load((run.config / "cases" / "vpn-1.yaml").read_text())
    assert (saved["given"]["from"], saved["given"]["to"], saved["given"]["peer"]) == (
        "erika@customer.example",
        [SUPPORT],
        "127.0.0.1",
    )
    assert (saved["sort"], saved["route"]["category"]) == ("new_ticket", "network/vpn")
    assert {"to": "anna@example.com", "template": "new_ticket", "language": "en"} in saved["letters"]
    assert judged(desk) == []
    assert (run.config / "cases" / "vpn-1.eml").read_bytes() == VPN


def test_a_stored_mail_is_saved_as_it_came_and_judged_on_an_empty_desk(desk: World, run: Terminal) -> None:
    desk.write(ERIKA, "Lamp", "Dark.")
    reply = desk.mail(answer(desk.letter("erika@customer.example"), "Still.", sender=ERIKA))
    said = run("explain", f"M-{reply}", "--save", "reply")
    assert "on an empty desk it is new_ticket" in said.err
    assert judged(desk) == []
    assert (run.config / "cases" / "reply.eml").read_bytes() == run("mail", str(reply), "--raw").raw


@pytest.mark.parametrize("subject", ["hold me", "vpn", "Lamp", ""])
def test_a_mail_made_of_options_is_saved_too(desk: World, run: Terminal, subject: str) -> None:
    assert run("explain", "--subject", subject, "--text", "Hällo", "--save", "made").code == 0
    assert judged(desk) == []


def test_a_case_that_is_there_stays_as_it_is(desk: World, run: Terminal) -> None:
    assert run("explain", "--subject", "vpn", "--save", "one").code == 0
    before = (run.config / "cases" / "one.yaml").read_bytes()
    said = run("explain", "--subject", "lamp", "--save", "one")
    assert (said.code, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert "already" in said.err
    assert (run.config / "cases" / "one.yaml").read_bytes() == before
    (run.config / "cases" / "two.yaml").symlink_to("/nowhere")
    assert run("explain", "--subject", "lamp", "--save", "two").code == 1
    assert "two.eml" not in cases(run)


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "-x", "a b", "x" * 101, "ä", "a\x00b", "a."])
def test_a_name_that_could_lead_anywhere_is_wrong_usage(run: Terminal, name: str) -> None:
    assert run("explain", "--subject", "vpn", f"--save={name}").code == 2
    assert cases(run) == []


def test_only_one_mail_can_be_saved(run: Terminal) -> None:
    assert run("explain", "M-1", "M-2", "--save", "x").code == 2
    assert run("explain", "--jsonl", "--save", "x").code == 2


def test_saving_changes_no_database(desk: World, run: Terminal) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT, "Lamp"))
    before = content(desk)
    assert run("explain", f"M-{number}", "--save", "lamp").code == 0
    assert content(desk) == before


def test_the_sender_may_be_written_with_his_name(look: Terminal) -> None:
    made_up = look.json("explain", "--from", "Erika Krause <erika@customer.example>", "--to", "support@example.com")
    assert made_up["refused"] is None
    assert "acknowledged_minimal" in [letter["template"] for letter in made_up["letters"]]
