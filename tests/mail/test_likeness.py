"""A program repeats itself apart from numbers and quotes; people seldom do."""

from __future__ import annotations

from mailgate.mail.likeness import alike, prints

AWAY = "Thank you for your mail. We have received it and will answer within two working days."


def test_numbers_tags_addresses_and_prefixes_make_no_difference() -> None:
    one = prints("Re: [#1001] Your mail", f"{AWAY} Your number is 17, see jim@x.example.")
    other = prints("AW: Re: [#1002] Your mail", f"{AWAY} Your number is 18, see kim@y.example.")
    assert alike(one, other)


def test_an_answer_that_grows_by_what_it_quotes_is_alike() -> None:
    assert alike(prints("Auto", AWAY), prints("Auto: Auto", f"{AWAY}\n{AWAY} The rest was quoted below, line by line."))


def test_two_mails_of_a_person_are_not() -> None:
    one = prints("Printer", "Since this morning the printer on our floor has been burning. Could you please help us?")
    other = prints("Printer again", "Now the one on the second floor burns as well, and the lift is stuck.")
    assert not alike(one, other)
    assert not alike(prints("Help", "please"), prints("Help", "please open the door of room twelve, it is locked"))


def test_two_empty_mails_are_alike_by_their_subject_alone() -> None:
    assert alike(prints("Backup done", ""), prints("Backup done", ""))
    assert not alike(prints("Backup done", ""), prints("Disk full", ""))
