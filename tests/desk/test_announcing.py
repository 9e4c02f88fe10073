"""Announcements as the desk writes them: who hears them, and that nobody hears one twice."""

from __future__ import annotations

from pathlib import Path

from mailgate.desk import announcing, people
from mailgate.desk.announcing import Announcement, Hearers
from mailgate.mail.message import Address
from tests.stories.world import SUPPORT, World

GROUPS = {"customer_groups": {"partners": {"name": "Partners", "match": ["*@partner.example"]}}}
PORTAL = Announcement("partners", "Portal", "The portal is down on Saturday.", SUPPORT)


def hearers(desk: World) -> Hearers:
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        return announcing.hearers(tx, PORTAL)


def announce(desk: World, found: Hearers, announcement: Announcement = PORTAL) -> list[str]:
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        return [each.to for each in announcing.announce(tx, announcement, found.addressees)]


def know(desk: World, *emails: str) -> None:
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        for email in emails:
            people.known_as(tx, Address("", email))


def test_two_admins_at_once_write_each_person_once(tmp_path: Path) -> None:
    with World(tmp_path, GROUPS) as desk:
        know(desk, "a@partner.example", "b@partner.example")
        mine, yours = hearers(desk), hearers(desk)
        assert announce(desk, mine) == ["a@partner.example", "b@partner.example"]
        assert announce(desk, yours) == []
        assert hearers(desk).had_it == ("a@partner.example", "b@partner.example")


def test_who_is_known_no_more_is_passed_over(tmp_path: Path) -> None:
    with World(tmp_path, GROUPS) as desk:
        know(desk, "a@partner.example", "b@partner.example")
        found = hearers(desk)
        with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
            tx.execute(people.PERSON.delete().where(people.PERSON.c.email == "a@partner.example"))
        assert announce(desk, found) == ["b@partner.example"]


def test_another_spelling_of_a_mailbox_that_had_it_has_had_it(tmp_path: Path) -> None:
    with World(tmp_path, GROUPS) as desk:
        know(desk, "a@partner.example")
        announce(desk, hearers(desk))
        know(desk, "a+list@partner.example")
        found = hearers(desk)
        assert (found.addressees, found.had_it) == ((), ("a@partner.example",))
        assert [each.why for each in found.left_out] == ["the mailbox of a@partner.example"]


def test_the_same_words_to_another_group_are_the_same_announcement() -> None:
    assert PORTAL.digest == Announcement("staff", PORTAL.subject, PORTAL.words, SUPPORT).digest
    assert PORTAL.digest != Announcement("partners", "Portal", "The portal is up.", SUPPORT).digest
