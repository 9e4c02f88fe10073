"""`mailgate audit verify`, and what `mailgate status` says of a history that is not whole."""

from __future__ import annotations

import sqlite3

from mailgate import jobs
from mailgate.desk import audit, seals
from tests.cli.terminal import Terminal
from tests.stories.world import ERIKA, World


def written_to(desk: World) -> None:
    """One ticket, sealed."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        seals.seal(tx)


def tamper(desk: World) -> None:
    with sqlite3.connect(desk.folder / "state" / "desk.db") as file:
        file.execute("UPDATE event SET actor = 'agent:ben' WHERE ticket = 1001 AND seq = 2")
    file.close()


def test_a_whole_history_is_proven_and_its_anchor_told(desk: World, run: Terminal) -> None:
    written_to(desk)
    document = run.json("audit", "verify")
    assert (document["ok"], document["findings"], document["events"]) == (True, [], len(desk.ticket()["events"]))
    assert (document["chains"], document["mails"], document["seals"]) == (1, 1, 1)
    said = run("audit", "verify", "--anchor", document["anchor"])
    assert said.code == 0
    assert said.out.startswith("The history is complete and unchanged: 8 events of 1 chain, 1 mail, 1 seal.\n")
    assert document["anchor"] in said.out


def test_before_the_first_seal_there_is_no_anchor(run: Terminal) -> None:
    assert run.json("audit", "verify")["anchor"] is None
    assert "There is no seal yet" in run("audit", "verify").out


def test_tampering_is_named_and_exits_1(desk: World, run: Terminal) -> None:
    written_to(desk)
    tamper(desk)
    said = run("audit", "verify")
    assert (said.code, said.out.splitlines()[0][:31]) == (1, "Event 2 of #1001 was changed or")
    document = run("audit", "verify", "--json")
    assert document.code == 1
    assert document.json["ok"] is False
    finding = document.json["findings"][0]
    assert (finding["kind"], finding["ticket"], finding["seq"]) == ("changed", 1001, 2)


def test_an_anchor_that_is_not_found_exits_1(desk: World, run: Terminal) -> None:
    written_to(desk)
    said = run("audit", "verify", "--anchor", "f" * 64, "--json")
    assert (said.code, [each["kind"] for each in said.json["findings"]]) == (1, ["anchor"])


def test_what_is_no_hash_says_nothing_about_the_history(run: Terminal) -> None:
    said = run("audit", "verify", "--anchor", "xyz")
    assert said.code == 2
    assert "'xyz' is no hash of a seal" in said.err


def test_verify_is_asked_for_by_name(run: Terminal) -> None:
    assert run("audit", "prove").code == 2


def test_status_says_that_the_history_is_not_whole(desk: World, run: Terminal) -> None:
    written_to(desk)
    tamper(desk)
    [job] = [each for each in jobs.JOBS if each.look is audit.look]
    job.run(desk.store, lambda: desk.settings, desk.clock, desk.turns)
    said = run("status", "--json")
    assert said.code == 1
    assert said.json["problems"][-1].startswith("The history is not whole: Event 2 of #1001 was changed")


def test_the_events_of_a_ticket_show_their_hashes(desk: World, run: Terminal) -> None:
    written_to(desk)
    hashes = [each["hash"] for each in run.json("ticket", "1001")["events"]]
    assert len(set(hashes)) == len(hashes) == 8
    assert all(len(each) == 64 for each in hashes)


def test_a_mistake_in_the_configuration_does_not_hide_the_history(desk: World, run: Terminal) -> None:
    written_to(desk)
    (desk.folder / "config" / "service.yaml").write_text("remindres: []\n")
    assert run("tickets").code == 1
    assert run.json("audit", "verify")["ok"] is True
