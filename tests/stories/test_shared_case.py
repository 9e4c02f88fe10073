"""One long case: a coordinator splits it, its parts are answered, one answer goes to the reporter, all by mail."""

from __future__ import annotations

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.sharing import COORDINATED, REPORTER, SPLIT, progress, request, said, shared_out
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT


def test_from_the_first_mail_to_the_closed_case(desk_with: DeskWith) -> None:
    desk = request(desk_with(COORDINATED))

    desk.answer(desk.letter("anna@example.com"), SPLIT, sender=ANNA)
    assert desk.new_letters() == [
        "assigned to ben@example.com",
        "assigned to cleo@example.com",
        "command_done to anna@example.com",
    ]
    whole, bens, cleos = (desk.ticket(number) for number in (1001, 1002, 1003))
    assert (whole["status"], whole["parts"], whole["children"]) == ("new", [1002, 1003], [1002, 1003])
    assert (bens["status"], bens["assignee"], bens["parent"], bens["visible"]) == ("assigned", "ben", 1001, True)
    assert (cleos["status"], cleos["assignee"], cleos["parent"], cleos["visible"]) == ("assigned", "cleo", 1001, False)
    assert (bens["due_at"], cleos["due_at"]) == ("2026-11-27T16:00:00.000000Z", None)
    assert bens["links"] == [{"kind": "part", "number": 1001}]

    asked = desk.letter("ben@example.com", "assigned")
    assert asked.header("Subject") == "Re: [#1002] The office moves"
    assert asked.header("Reply-To").startswith("Antwort an Anna Alt")
    assert "Is the cable long enough?\n\nPlease answer by noon." in asked.text
    assert "> We move on Friday." in asked.text
    assert "rooms free" not in asked.text + asked.html
    assert "Frist        Freitag, 27. November 2026, 17:00 Uhr" in asked.text

    desk.answer(asked, "#annehmen", sender=BEN)
    assert desk.state(1002) == ("in_progress", "ben")
    desk.new_letters()

    desk.answer(asked, "Yes, by two metres.\n\nBen", sender=BEN, files={"plan.pdf": b"%PDF plan"})
    assert desk.new_letters() == ["new_message to anna@example.com"]
    report = desk.letter("anna@example.com")
    assert report.text.splitlines()[2] == "1002 · Ben Beck answered the coordinator · The office moves"
    assert progress(report) == "Parts: 1 of 2, missing: Cleo Chen (1003)."
    assert report.files == {"plan.pdf": b"%PDF plan"}
    assert desk.state(1002) == ("answered", "ben")

    desk.mail(Mail(ERIKA, SUPPORT, "Re: [#1001] The office moves", "Is there any news?"))
    assert progress(desk.letter("anna@example.com", "new_message")) == "Parts: 1 of 2, missing: Cleo Chen (1003)"
    desk.answer(desk.letter("anna@example.com", "new_message"), "Soon, dear Erika.", sender=ANNA)
    assert desk.letter(REPORTER, "reply").text.startswith("Soon, dear Erika.")
    desk.new_letters()

    desk.answer(desk.letter("cleo@example.com"), "All are free.\n\nCleo", sender=CLEO, files={"list.txt": b"1, 2"})
    assert desk.new_letters() == ["merged_draft to anna@example.com"]
    draft = desk.letter("anna@example.com", "merged_draft")
    assert "Yes, by two metres.\n\nBen\n\nAll are free.\n\nCleo\n" in draft.text
    assert "1002 · Ben Beck · answered\n1003 · Cleo Chen · answered · hidden\n" in draft.text
    assert list(draft.files) == ["plan.pdf", "list.txt"]
    assert draft.header("Reply-To").startswith("Internal note")
    before = desk.ticket()["status"]

    desk.answer(draft, "#release", sender=ANNA)
    assert desk.new_letters() == ["command_done to anna@example.com", "reply to erika@customer.example"]
    answer = desk.letter(REPORTER, "reply")
    assert answer.text == "Yes, by two metres.\n\nBen\n\nAll are free.\n\nCleo\n\n-- \nExample Support · 1001\n"
    assert answer.files == {"plan.pdf": b"%PDF plan", "list.txt": b"1, 2"}
    assert answer.header("From") == '"Anna Alt (Example Support)" <support@example.com>'
    assert desk.ticket()["status"] == before

    desk.answer(answer, "Thank you all, we can close this.", sender=ERIKA)
    desk.answer(desk.letter("anna@example.com", "new_message"), "#close", sender=ANNA)
    assert [desk.state(number)[0] for number in (1001, 1002, 1003)] == ["closed", "closed", "closed"]
    assert desk.ticket()["messages"][-2]["purpose"] == "answer"
    assert [each for each in desk.actions() if each not in ("message", "first_response")] == [
        *("created", "split", "part_answered", "answer", "part_answered", "merged", "release", "close"),
    ]
    history = [(each["action"], each["actor"]) for each in desk.ticket(1002)["events"]]
    assert [each for each in history if each[0] not in ("letter", "sent", "message")] == [
        ("created", "agent:anna"),
        ("accept", "agent:ben"),
        ("answer_part", "agent:ben"),
        ("close", "agent:anna"),
    ]


def test_the_reporter_gets_nothing_but_what_was_released_or_written_to_her(desk_with: DeskWith) -> None:
    desk = shared_out(request(desk_with(COORDINATED)))
    desk.answer(desk.letter("ben@example.com", "assigned"), "Too short, but do not tell her.", sender=BEN)
    desk.answer(desk.letter("cleo@example.com"), "No rooms.", sender=CLEO)
    draft = desk.letter("anna@example.com", "merged_draft")
    desk.answer(draft, "#release\nDear Erika, it will work out.", sender=ANNA)
    got = [each.text for each in desk.letters(REPORTER)]
    assert len(got) == 2
    assert got[1].startswith("Dear Erika, it will work out.\n")
    assert not any("Too short" in each or "No rooms" in each or "1002" in each for each in got)
    assert said(desk, 1002)[1] == ("answer", "Too short, but do not tell her.", False)


def test_a_coordinated_category_is_accepted_shared_out_and_answered_in_two_steps(desk_with: DeskWith) -> None:
    coordinated = {"categories": {"general": {"coordinated": True}}}
    desk = desk_with({**COORDINATED, **coordinated, "letters": {"reminder": []}})
    desk.write(ERIKA, "The office moves", "Cable and rooms?")
    assert desk.new_letters() == ["acknowledged to erika@customer.example", "new_ticket to anna@example.com"]
    desk.answer(desk.letter("anna@example.com"), "#accept", sender=ANNA)
    shared_out(desk)
    assert desk.state() == ("accepted", None)
    desk.answer(desk.letter("ben@example.com", "assigned"), "Long enough.", sender=BEN)
    desk.answer(desk.letter("anna@example.com", "new_ticket"), "#note\nFirst the cable.", sender=ANNA)
    desk.answer(desk.letter("cleo@example.com", "assigned"), "#gelöst\nAll free.", sender=CLEO)
    assert desk.state(1003) == ("resolved", "cleo")
    draft = desk.letter("anna@example.com", "merged_draft")
    assert "Long enough.\n\nAll free.\n" in draft.text
    assert "First the cable" not in draft.text
    desk.answer(draft, "#release", sender=ANNA)
    assert desk.state() == ("accepted", None)
    assert desk.letter(REPORTER, "reply").text.startswith("Long enough.\n\nAll free.\n")
    assert desk.letters(REPORTER, "resolved") == []
