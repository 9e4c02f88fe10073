"""Parts of a ticket: how they are written, who reads what, and what becomes of them."""

from __future__ import annotations

import pytest

from tests.stories.asking import tap
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.sharing import COORDINATED, REPORTER, SPLIT, progress, request, said, shared_out
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT, World


@pytest.fixture
def asked(desk_with: DeskWith) -> World:
    """A request that Anna coordinates."""
    return request(desk_with(COORDINATED))


@pytest.fixture
def shared(asked: World) -> World:
    """Split: 1002 is Ben's, 1003 is Cleo's and hidden."""
    return shared_out(asked)


def both_answered(desk: World) -> World:
    desk.answer(desk.letter("ben@example.com", "assigned"), "It is long enough.", sender=BEN)
    desk.answer(desk.letter("cleo@example.com", "assigned"), "They are free.", sender=CLEO)
    desk.new_letters()
    return desk


# -- how a split is written --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "#split\nFor all.\n#part ben\nFor Ben.\n#part cleo\nFor Cleo.",
        "Hello,\n\n#aufteilen\nFor all.\n\n#teil Ben Beck\nFor Ben.\n\n#Teil cleo@example.com\nFor Cleo.\n\nAnna",
        "For all.\n\n#split\n#part ben\nFor Ben.\n-- Cleo Chen\nFor Cleo.\n",
        "#split\nFor all.\n\N{EM DASH} ben\nFor Ben.\n\N{EN DASH} cleo\nFor Cleo.\n\n-- \nAnna Alt\nPhone 1",
        "#Split:\nFor all.\n--ben\nFor Ben.\n\n> not quoted\n--cleo\nFor Cleo.",
    ],
)
def test_a_split_is_written_in_many_ways(asked: World, text: str) -> None:
    asked.answer(asked.letter("anna@example.com"), text, sender=ANNA)
    assert [asked.state(number) for number in (1002, 1003)] == [("assigned", "ben"), ("assigned", "cleo")]
    bens, cleos = (asked.ticket(number)["messages"][0]["new_text"] for number in (1002, 1003))
    assert "For Ben." in bens
    assert "For all." in bens
    assert "Cleo" not in bens
    assert "For Cleo." in cleos
    assert "For Ben." not in cleos
    assert "Phone" not in cleos


def test_a_split_out_of_outlook_in_html_with_its_dashes(asked: World) -> None:
    lines = ("Hallo zusammen,", "#aufteilen", "Für alle.", "– Ben Beck bis freitag verborgen")
    more = ("Kabel?", "—cleo", "Räume?", "Gruß", "Anna", "", "Von meinem iPhone gesendet")
    html = "".join(f'<p class="MsoNormal"><span lang="DE">{line}</span></p>' for line in (*lines, *more))
    letter = asked.letter("anna@example.com")
    asked.answer(letter, "", sender=ANNA, html=f"<html><body>{html}</body></html>", quoted=False)
    bens, cleos = asked.ticket(1002), asked.ticket(1003)
    assert (bens["assignee"], bens["visible"], bens["due_at"]) == ("ben", False, "2026-11-27T16:00:00.000000Z")
    assert (cleos["assignee"], cleos["visible"]) == ("cleo", True)
    assert "Von meinem" not in cleos["messages"][0]["new_text"]


def test_a_split_that_nobody_has_answered_can_be_undone(shared: World) -> None:
    shared.answer(shared.letter("anna@example.com", "command_done"), "#undo", sender=ANNA)
    assert shared.ticket()["parts"] == []
    assert [shared.state(number)[0] for number in (1002, 1003)] == ["closed", "closed"]
    assert "status_changed to cleo@example.com" in shared.new_letters()


@pytest.mark.parametrize("letter", ["assigned", "status_changed"])
@pytest.mark.parametrize("text", ["They are free.", "#answer They are free.", "#resolve They are free."])
def test_what_is_written_to_a_part_that_was_taken_back_goes_to_nobody(shared: World, letter: str, text: str) -> None:
    shared.answer(shared.letter("anna@example.com", "command_done"), "#undo", sender=ANNA)
    shared.new_letters()
    shared.answer(shared.letter("cleo@example.com", letter), text, sender=CLEO)
    assert shared.new_letters() == ["command_refused to cleo@example.com"]
    refused = shared.letter("cleo@example.com", "command_refused").text
    assert "The part #1003 was taken back" in " ".join(refused.split())
    assert "They are free." in refused


def test_taking_a_split_back_tells_nobody_of_a_hidden_part(shared: World) -> None:
    shared.answer(shared.letter("anna@example.com", "command_done"), "#undo", sender=ANNA)
    told = [each for each in shared.relay.letters if each.header("X-Mailgate-Letter") == "status_changed"]
    assert told
    assert not any("cleo" in each.text.casefold() for each in told if each.to == "ben@example.com")


def test_no_automatic_letter_about_a_part_reaches_the_reporter(desk_with: DeskWith) -> None:
    desk = shared_out(request(desk_with({**COORDINATED, "letters": {"closed": ["reporter"]}})))
    desk.answer(desk.letter("ben@example.com", "assigned"), "#schließen", sender=BEN)
    desk.answer(desk.letter("ben@example.com", "assigned"), "#wiedereröffnen", sender=BEN)
    assert [each for each in desk.new_letters() if REPORTER in each] == []


def test_dashes_before_anything_else_are_words(asked: World) -> None:
    text = "#split\n#part ben\nPlease check:\n-- the cable\n-- the plug\n#part cleo\nRooms?"
    asked.answer(asked.letter("anna@example.com"), text, sender=ANNA)
    assert asked.ticket()["parts"] == [1002, 1003]
    assert "-- the cable\n-- the plug" in asked.letter("ben@example.com", "assigned").text


def test_a_part_may_go_to_a_group_whose_members_take_it(asked: World) -> None:
    text = "#split\n#part office\nRooms?\n#part ben\nCable?"
    asked.answer(asked.letter("anna@example.com"), text, sender=ANNA)
    assert "new_ticket to cleo@example.com" in asked.new_letters()
    asked.answer(asked.letter("cleo@example.com"), "Two rooms.", sender=CLEO)
    assert asked.state(1002) == ("answered", "cleo")
    assert progress(asked.letter("anna@example.com")) == "Parts: 1 of 2, missing: Ben Beck (1003)."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("#split\nFor all, without parts.", "#split needs a line #part WHO for each part."),
        ("#split\n#part ben\nAlone.", "One part alone is no split"),
        ("#part ben\nWithout split.", "#part stands below #split only."),
        ("#split\n#part ben\n#part cleo", "There are no words for this part"),
        ("#split\nx\n#part erika@customer.example\n#part ben", "A part goes to an agent or a group"),
        ("#split\nx\n#part office hidden\n#part ben", "A hidden part goes to one agent"),
        ("#split\nx\n#part ben by yesterday\n#part cleo", "is no date"),
        ("#split\n#take\nx\n#part ben\n#close\ny\n#part cleo", "Commands stand at the start or the end"),
    ],
)
def test_what_can_not_be_split_changes_nothing(asked: World, text: str, why: str) -> None:
    asked.answer(asked.letter("anna@example.com"), text, sender=ANNA)
    assert asked.new_letters() == ["command_refused to anna@example.com"]
    assert why in " ".join(asked.letter("anna@example.com").text.split())
    assert asked.ticket()["parts"] == []


@pytest.mark.parametrize("wrong", ["#part clo hidden", "#prat cleo hidden", "-- clo hidden"])
def test_a_mistyped_part_is_corrected_by_one_tap_and_keeps_its_place(asked: World, wrong: str) -> None:
    text = f"#split\nFor all.\n#part ben by fri\nFor Ben.\n{wrong}\nFor Cleo.\n#part anna\nFor me."
    asked.answer(asked.letter("anna@example.com"), text, sender=ANNA)
    refused = asked.letter("anna@example.com", "command_refused")
    assert asked.new_letters() == ["command_refused to anna@example.com"]
    assert "For Cleo." in refused.text
    tap(asked, refused, "#part cleo hidden", 0, sender=ANNA)
    assert [asked.state(number)[1] for number in (1002, 1003, 1004)] == ["ben", "cleo", "anna"]
    assert [asked.ticket(number)["messages"][0]["new_text"] for number in (1002, 1003, 1004)] == [
        "For Ben.\n\nFor all.",
        "For Cleo.\n\nFor all.",
        "For me.\n\nFor all.",
    ]
    assert asked.ticket(1003)["visible"] is False


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("#part cleo hiden", "#part cleo hidden"),
        ("#teil cleo verborgn", "#teil cleo verborgen"),
        ("#part cleo bye fri", "#part cleo by fri"),
        ("#part cleo by fri hiddn", "#part cleo by fri hidden"),
        ("-- cleo hiden", "#part cleo hidden"),
    ],
)
def test_a_mistyped_word_behind_a_part_is_corrected_by_one_tap(asked: World, wrong: str, right: str) -> None:
    asked.answer(asked.letter("anna@example.com"), f"#split\n#part ben\nFor Ben.\n{wrong}\nFor Cleo.", sender=ANNA)
    assert asked.new_letters() == ["command_refused to anna@example.com"]
    tap(asked, asked.letter("anna@example.com"), right, 0, sender=ANNA)
    cleos = asked.ticket(1003)
    assert (cleos["assignee"], cleos["visible"]) == ("cleo", "hid" not in right and "verb" not in right)
    assert (cleos["due_at"] is not None) == ("by fri" in right)


def test_an_unproven_split_is_asked_back_and_done_as_it_was_written(asked: World) -> None:
    asked.answer(asked.letter("anna@example.com"), SPLIT, sender=ANNA, stranger=True)
    assert asked.new_letters() == ["confirm to anna@example.com"]
    assert not any("Are the rooms free?" in words for _, words, _ in said(asked))
    asked.answer(asked.letter("anna@example.com", "confirm"), "#yes", sender=ANNA)
    assert asked.ticket(1002)["messages"][0]["new_text"] == "Is the cable long enough?\n\nPlease answer by noon."
    assert asked.ticket(1003)["messages"][0]["new_text"] == "Are the rooms free?\n\nPlease answer by noon."


def test_a_part_is_not_split_again_and_a_ticket_may_be(shared: World) -> None:
    shared.answer(shared.letter("ben@example.com", "assigned"), "#split\nx\n#part anna\n#part cleo", sender=BEN)
    assert "1002 ist selbst ein Teil" in shared.letter("ben@example.com", "command_refused").text
    shared.mail(Mail(ERIKA, SUPPORT, "Re: [#1001] x", "And the lamps?"))
    shared.answer(shared.letter("anna@example.com", "new_message"), "#split\n#part ben\nLamps?", sender=ANNA)
    assert shared.ticket()["parts"] == [1002, 1003, 1004]


# -- who reads what ----------------------------------------------------------------------------------------------------


def test_a_hidden_part_is_known_to_its_handler_and_the_coordinator_alone(shared: World) -> None:
    cleos = shared.letter("cleo@example.com", "assigned").text
    assert "only Anna Alt knows of it" in cleos
    assert "1001" not in cleos
    assert "Ben" not in cleos
    shared.mail(Mail(ERIKA, SUPPORT, "Re: [#1001] x", "Any news?"))
    assert progress(shared.letter("anna@example.com", "new_message")) == (
        "Parts: 0 of 2, missing: Ben Beck (1002), Cleo Chen (1003)"
    )
    assert progress(shared.letter("ben@example.com", "new_message")) == "Teile: 0 von 1, es fehlt: Ben Beck (1002)"
    shared.mail(Mail(BEN, SUPPORT, "x", "#1003 note Let me see."))
    assert "Ein Ticket #1003 gibt es hier nicht." in shared.letter("ben@example.com", "command_refused").text
    shared.mail(Mail(CLEO, SUPPORT, "x", "#1001 note Let me see."))
    assert "There is no #1001 for you." in shared.letter("cleo@example.com", "command_refused").text


def test_whoever_has_an_open_part_sees_the_whole_and_may_not_change_it(asked: World) -> None:
    shared_out(asked, "#split\nx\n#part ben\n#part cleo")
    asked.mail(Mail(CLEO, SUPPORT, "x", "#1001 close"))
    assert "You may read #1001, but not act on it" in " ".join(asked.letter("cleo@example.com").text.split())


def test_the_reporter_does_not_reach_a_part_by_its_number(shared: World) -> None:
    shared.mail(Mail(ERIKA, SUPPORT, "Re: [#1003] rooms", "Who is that?"))
    assert len(shared.ticket(1003)["messages"]) == 1


@pytest.mark.parametrize("words", ["#question\nWhich floor?", "#answer\nDone.", "#resolve\nDone.", "Done."])
def test_nothing_said_on_a_hidden_part_reaches_the_reporter(shared: World, words: str) -> None:
    shared.answer(shared.letter("cleo@example.com", "assigned"), words, sender=CLEO)
    assert [each for each in shared.new_letters() if REPORTER in each] == []


def test_a_question_on_an_open_part_goes_to_the_reporter_and_comes_back_to_the_handler(shared: World) -> None:
    shared.answer(shared.letter("ben@example.com", "assigned"), "#rückfrage\nWhich floor?", sender=BEN)
    assert shared.ticket(1002)["waiting_for"] == "reporter"
    shared.new_letters()
    shared.answer(shared.letter(REPORTER, "question"), "The third.", sender=ERIKA)
    assert "new_message to ben@example.com" in shared.new_letters()
    assert shared.state(1002) == ("in_progress", "ben")


def test_the_coordinator_writes_back_to_the_handler_who_answers_again(shared: World) -> None:
    shared.answer(shared.letter("ben@example.com", "assigned"), "It is long enough.", sender=BEN)
    report = shared.letter("anna@example.com", "new_message")
    assert report.header("Reply-To").startswith("Answer to Ben Beck")
    shared.new_letters()
    shared.answer(report, "Are you sure?", sender=ANNA)
    assert shared.new_letters() == ["new_message to ben@example.com"]
    assert shared.state(1002) == ("answered", "ben")
    shared.answer(shared.letter("ben@example.com", "new_message"), "Quite sure.", sender=BEN)
    shared.answer(shared.letter("cleo@example.com", "assigned"), "Free.", sender=CLEO)
    assert "It is long enough.\n\nQuite sure.\n\nFree.\n" in shared.letter("anna@example.com", "merged_draft").text


# -- what becomes of parts ---------------------------------------------------------------------------------------------


def test_a_declined_part_shows_in_the_draft_and_its_reason_does_not_leave(shared: World) -> None:
    shared.answer(shared.letter("ben@example.com", "assigned"), "It is long enough.", sender=BEN)
    shared.new_letters()
    shared.answer(shared.letter("cleo@example.com", "assigned"), "#decline I am not the caretaker", sender=CLEO)
    assert [each for each in shared.new_letters() if "anna" in each] == ["merged_draft to anna@example.com"]
    draft = shared.letter("anna@example.com", "merged_draft")
    assert "1003 · Cleo Chen · declined: I am not the caretaker · hidden" in " ".join(draft.text.split())
    shared.answer(draft, "#release", sender=ANNA)
    assert shared.letter(REPORTER, "reply").text == "It is long enough.\n\n-- \nExample Support · 1001\n"


def test_a_part_given_to_somebody_else_is_missing_again_and_makes_a_new_draft(shared: World) -> None:
    shared.answer(shared.letter("ben@example.com", "assigned"), "It is long enough.", sender=BEN)
    shared.answer(shared.letter("cleo@example.com", "assigned"), "#decline no", sender=CLEO)
    first = shared.letter("anna@example.com", "merged_draft")
    shared.answer(first, "#1003 take", sender=ANNA)
    shared.answer(first, "#1003 answer They are free.", sender=ANNA)
    second = shared.letter("anna@example.com", "merged_draft")
    assert "It is long enough.\n\nThey are free.\n" in second.text
    shared.answer(first, "#release", sender=ANNA)
    assert "answer the newest one" in shared.letter("anna@example.com", "command_refused").text
    shared.answer(second, "#release", sender=ANNA)
    assert "They are free." in shared.letter(REPORTER, "reply").text


def test_an_overdue_part_does_not_keep_the_draft_back(shared: World) -> None:
    shared.later(days=5)
    shared.answer(shared.letter("cleo@example.com", "assigned"), "They are free.", sender=CLEO)
    draft = shared.letter("anna@example.com", "merged_draft")
    assert "1002 · Ben Beck · overdue" in draft.text
    shared.answer(shared.letter("ben@example.com", "assigned"), "Long enough.", sender=BEN)
    assert "Long enough.\n\nThey are free." in shared.letter("anna@example.com", "merged_draft").text


def test_closing_the_whole_closes_its_parts_and_tells_who_is_at_work(shared: World) -> None:
    shared.answer(shared.letter("ben@example.com", "assigned"), "It is long enough.", sender=BEN)
    shared.new_letters()
    shared.answer(shared.letter("anna@example.com", "new_ticket"), "#close", sender=ANNA)
    assert [shared.state(number)[0] for number in (1001, 1002, 1003)] == ["closed"] * 3
    assert "status_changed to cleo@example.com" in shared.new_letters()


def test_the_reporter_closes_all_of_it_too(shared: World) -> None:
    shared.answer(shared.letter(REPORTER), "#close", sender=ERIKA)
    assert [shared.state(number)[0] for number in (1001, 1002, 1003)] == ["closed"] * 3
    assert "status_changed to ben@example.com" in shared.new_letters()


def test_a_ticket_that_waits_for_its_parts_goes_on_with_the_last(asked: World) -> None:
    asked.answer(asked.letter("anna@example.com"), "#split\nx\n#part ben\n#part cleo\n\n#wait", sender=ANNA)
    assert (asked.ticket()["status"], asked.ticket()["waiting_for"]) == ("waiting", "part")
    both_answered(asked)
    assert asked.ticket()["status"] == "new"


# -- releasing ---------------------------------------------------------------------------------------------------------


def test_nothing_is_released_before_all_is_there_but_own_words(shared: World) -> None:
    shared.answer(shared.letter("anna@example.com", "new_ticket"), "#release", sender=ANNA)
    refused = " ".join(shared.letter("anna@example.com", "command_refused").text.split())
    assert "Not all is there yet. Parts: 0 of 2, missing: Ben Beck (1002), Cleo Chen (1003)." in refused
    shared.answer(shared.letter("anna@example.com", "new_ticket"), "#release\nIt will do.", sender=ANNA)
    assert shared.letter(REPORTER, "reply").text.startswith("It will do.\n")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_reply_whose_quoted_draft_was_edited_is_sent_in_neither_form(shared: World, language: str) -> None:
    both_answered(shared)
    draft = shared.letter("anna@example.com", "merged_draft")
    for before, after in (("long enough", "too short"), ("They are free.", "They are free. Nearly."), ("free.", "")):
        text = "\n".join(f"> {line}" for line in draft.text.replace(before, after).splitlines())
        quote = f"#release\n\nOn Mon, 23 Nov 2026 at 10:00, Example Support wrote:\n{text}\n"
        shared.answer(draft, quote, sender=ANNA, quoted=False)
        assert shared.new_letters() == ["command_refused to anna@example.com"]
        assert "The draft quoted in your mail was changed" in shared.letter("anna@example.com").text
    shared.answer(draft, "#release", sender=ANNA, language=language)
    assert "They are free." in shared.letter(REPORTER, "reply").text


def test_an_edited_draft_does_not_leave_by_a_correction_either(shared: World) -> None:
    both_answered(shared)
    draft = shared.letter("anna@example.com", "merged_draft")
    text = "\n".join(f"> {line}" for line in draft.text.replace("long enough", "too short").splitlines())
    shared.answer(draft, f"#relase\n\n{text}\n", sender=ANNA, quoted=False)
    tap(shared, shared.letter("anna@example.com", "command_refused"), "#release", 0, sender=ANNA)
    assert "was changed" in shared.letter("anna@example.com", "command_refused").text
    assert len(shared.letters(REPORTER)) == 1


def test_one_tap_releases_and_a_second_one_does_not(shared: World) -> None:
    both_answered(shared)
    draft = shared.letter("anna@example.com", "merged_draft")
    tap(shared, draft, "Send it as it stands", 0, sender=ANNA)
    assert "They are free." in shared.letter(REPORTER, "reply").text
    assert shared.state() == ("new", None)
    shared.later(minutes=5)
    tap(shared, draft, "Send it as it stands", 0, sender=ANNA)
    assert "has no answers of parts to release" in shared.letter("anna@example.com", "command_refused").text
    assert len(shared.letters(REPORTER, "reply")) == 1


def test_what_is_released_can_be_the_solution(shared: World) -> None:
    both_answered(shared)
    shared.answer(shared.letter("anna@example.com", "merged_draft"), "#resolve; release", sender=ANNA)
    assert shared.ticket()["solution"] == "It is long enough.\n\nThey are free."
    assert "They are free." in shared.letter(REPORTER, "resolved").text
    assert shared.letters(REPORTER, "reply") == []


def test_words_beside_the_draft_are_a_note(shared: World) -> None:
    both_answered(shared)
    shared.answer(shared.letter("anna@example.com", "merged_draft"), "I would rather wait.", sender=ANNA)
    assert said(shared)[-1] == ("note", "I would rather wait.", False)
    shared.answer(shared.letter("anna@example.com", "merged_draft"), "#release; note\nWell.", sender=ANNA)
    assert "one text with one destination" in " ".join(
        shared.letter("anna@example.com", "command_refused").text.split()
    )


def test_the_next_split_has_a_draft_of_its_own(shared: World) -> None:
    both_answered(shared)
    shared.answer(shared.letter("anna@example.com", "merged_draft"), "#release", sender=ANNA)
    shared.answer(shared.letter("anna@example.com", "new_ticket"), "#split\nLamps?\n#part ben\n#part cleo", sender=ANNA)
    shared.answer(shared.letter("ben@example.com", "assigned"), "Ten lamps.", sender=BEN)
    assert progress(shared.letter("anna@example.com")) == "Parts: 1 of 2, missing: Cleo Chen (1005)."
    shared.answer(shared.letter("cleo@example.com", "assigned"), "No lamps.", sender=CLEO)
    draft = shared.letter("anna@example.com", "merged_draft").text
    assert "Ten lamps.\n\nNo lamps." in draft
    assert "long enough" not in draft
