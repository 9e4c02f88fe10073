"""Words and files beside `#yes`, `#drop` or a correction go to nobody, and the agent is told so."""

from __future__ import annotations

from tests.stories.answering import answers, says, text_of
from tests.stories.world import ANNA, World

ANNAS, REPORTER = "anna@example.com", "erika@customer.example"
NOT_SENT = "Your other words were not sent."


def refused(desk: World) -> World:
    says(desk, "#clsoe\nDear Erika, it is out.")
    desk.new_letters()
    return desk


def asked(desk: World) -> World:
    desk.answer(desk.letters(ANNAS, "new_ticket")[0], "Dear Erika, it is out.", sender=ANNA, stranger=True)
    desk.new_letters()
    return desk


def test_beside_drop(mine: World) -> None:
    told = answers(refused(mine), mine.letter(ANNAS, "command_refused"), "#drop\nI shall write to her tomorrow.")
    assert "Your kept mail was thrown away." in told
    assert NOT_SENT in told


def test_beside_yes(mine: World) -> None:
    told = answers(asked(mine), mine.letter(ANNAS, "confirm"), "#yes\nAnd a bucket of sand.")
    assert NOT_SENT in told
    assert mine.new_letters() == ["command_done to anna@example.com", "reply to erika@customer.example"]
    assert "sand" not in text_of(mine, REPORTER, "reply")


def test_a_closing_is_nothing_to_speak_of(mine: World) -> None:
    told = answers(asked(mine), mine.letter(ANNAS, "confirm"), "#yes\n\nThanks and regards\nAnna")
    assert NOT_SENT not in told
    assert mine.letters(REPORTER, "reply")


def test_files_of_a_correction(mine: World) -> None:
    letter = refused(mine).letter(ANNAS, "command_refused")
    mine.answer(letter, "#close", sender=ANNA, files={"plan.pdf": b"%PDF"})
    assert mine.state()[0] == "closed"
    assert "The files of this mail were not sent: plan.pdf." in text_of(mine, ANNA, "command_done")
    assert mine.letter(REPORTER, "reply").files == {}


def test_in_german(bens: World) -> None:
    bens.answer(bens.letters("ben@example.com", "new_ticket")[0], "#schliesen\nEs ist aus.", sender="ben@example.com")
    letter = bens.letter("ben@example.com", "command_refused")
    bens.answer(letter, "#verwerfen\nIch schreibe morgen.", sender="ben@example.com", files={"plan.pdf": b"%PDF"})
    told = text_of(bens, "ben@example.com", "command_done")
    assert "Die übrigen Worte wurden nicht gesendet." in told
    assert "Die Dateien dieser Mail wurden nicht gesendet: plan.pdf." in told


CARD = "Klein GmbH\nHauptstr. 5, 90402 Nürnberg\nTel. +49 911 555"


def test_contact_data_alone_are_taken_for_a_signature_and_shown_to_their_writer(mine: World) -> None:
    told = says(mine, f"#priority high\n\n{CARD}")
    assert mine.ticket()["priority"] == "high"
    assert f"Taken for your signature and sent to nobody: “{' · '.join(CARD.splitlines())}”." in told
    assert not mine.letters(REPORTER, "reply")


def test_with_his_own_name_they_are_his_signature(mine: World) -> None:
    told = says(mine, f"#priority high\n\nDr. Anna Alt, IT\n{CARD}")
    assert "Taken for your signature" not in told
