"""Files and words on their way through the desk: whole, under their names, and nothing but files and words."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail, answer
from tests.stories.world import ANNA, BEN, ERIKA, SUPPORT, World

ANNAS = "anna@example.com"
REPORTER = "erika@customer.example"
BYTES = bytes(range(256)) * 40


def test_a_reporters_files_reach_the_agents_with_names_and_bytes(desk: World) -> None:
    files = {"Übersicht März.pdf": BYTES, "log.txt": b"one\ntwo\n"}
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "See the files.", files=files))
    letter = desk.letter(ANNAS)
    assert letter.files == files
    assert "Übersicht März.pdf (10 kB)" in letter.text
    assert [(each["name"], each["size"]) for each in desk.message()["attachments"]] == [
        ("Übersicht März.pdf", len(BYTES)),
        ("log.txt", 8),
    ]


def test_an_agents_files_reach_the_reporter_with_names_and_bytes(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "Dear Erika, see the plan.", sender=ANNA, files={"Plan für Büro.pdf": BYTES})
    assert desk.letter(REPORTER, "reply").files == {"Plan für Büro.pdf": BYTES}
    assert [each["name"] for each in desk.message()["attachments"]] == ["Plan für Büro.pdf"]


def test_files_alone_are_an_answer_too(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "", sender=ANNA, files={"plan.pdf": BYTES})
    assert desk.letter(REPORTER, "reply").files == {"plan.pdf": BYTES}


def test_words_that_are_all_new_are_stored_once_and_shown_twice(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    first = desk.message()
    desk.answer(desk.letter(REPORTER), "It still burns.", sender=ERIKA)
    assert first["text"] == first["new_text"] == "It burns."
    assert desk.message()["text"].startswith("It still burns.\n\n")
    assert desk.message()["new_text"] == "It still burns."
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        stored = tx.all(sa.text("SELECT text FROM message ORDER BY id"))
    assert [bool(row.text) for row in stored] == [False, True]


def test_the_acknowledgement_sends_nothing_back(desk: World) -> None:
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "See the file.", files={"virus.exe": BYTES}))
    assert desk.letter(REPORTER).files == {}


def test_what_is_too_large_for_a_letter_is_named_there(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"letter_size": "5KiB"}})
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "See.", files={"small.txt": b"x" * 100, "large.bin": BYTES}))
    letter = desk.letter(ANNAS)
    assert list(letter.files) == ["small.txt"]
    assert "large.bin (10 kB, too large to come along)" in letter.text
    desk.answer(letter, "Dear Erika, this one.", sender=ANNA, files={"plan.bin": BYTES})
    reply = desk.letter(REPORTER, "reply")
    assert reply.files == {}
    assert "Too large to send along: plan.bin (10 kB)" in reply.text
    assert len(desk.message()["attachments"]) == 1


@pytest.mark.parametrize("language", ["en", "de"])
def test_words_too_many_for_a_letter_travel_along_as_a_file(desk_with: DeskWith, language: str) -> None:
    desk = desk_with({"site": {"language": language}, "agents": {"anna": {"language": language}}})
    words = "".join(f"2026-11-23 line {number} of my log\n" for number in range(10_000))
    desk.mail(Mail(ERIKA, SUPPORT, "Log", words))
    letter = desk.letter(ANNAS, "new_ticket")
    name = {"en": "whole-text.txt", "de": "ganzer-text.txt"}[language]
    assert letter.files == {name: words.strip().encode()}
    assert "line 3000 of my log" in letter.text
    assert "line 9000 of my log" not in letter.text
    said = " ".join(letter.text.split())
    assert {"en": "only the beginning", "de": "nur der Anfang"}[language] in said
    assert desk.message()["new_text"] == words.strip(), "the ticket has them all"
    desk.answer(letter, "Dear Erika, I see.", sender=ANNA)
    assert desk.letter(REPORTER, "reply").files == {}


def test_words_too_many_even_for_a_file_stand_on_the_ticket(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"letter_size": "100KiB"}})
    words = "x" * 200_000
    desk.mail(Mail(ERIKA, SUPPORT, "Log", words))
    letter = desk.letter(ANNAS, "new_ticket")
    assert letter.files == {}
    assert "too long for a mail; it stands on the ticket" in " ".join(letter.text.split())
    assert desk.message()["new_text"] == words


def test_a_picture_in_the_text_travels_both_ways(desk: World) -> None:
    html = '<p>Look:</p><p><img src="cid:fire@x"></p><p>Erika</p>'
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "", html=html, pictures={"fire@x": b"\x89PNG\r\n\x1a\nfire"}))
    letter = desk.letter(ANNAS)
    assert list(letter.files.values()) == [b"\x89PNG\r\n\x1a\nfire"]
    assert "cid:" in letter.html
    mail = answer(letter, "Dear Erika, like this:\n[cid:plan@x]\nAnna", sender=ANNA, quoted=False)
    mail.html = '<p>Dear Erika, like this:</p><p><img src="cid:plan@x"></p><p>Anna</p>'
    mail.pictures = {"plan@x": b"\x89PNG\r\n\x1a\nplan"}
    desk.mail(mail)
    assert list(desk.letter(REPORTER, "reply").files.values()) == [b"\x89PNG\r\n\x1a\nplan"]


def test_the_logo_of_a_signature_stays_behind(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    text = "Dear Erika, like this:\n[cid:plan@x]\n\n-- \nAnna Alt\n[cid:logo@x]"
    mail = answer(desk.letter(ANNAS), text, sender=ANNA)
    mail.html = (
        f'<p>Dear Erika, like this:</p><img src="cid:plan@x"><p>-- </p><img src="cid:logo@x"><div>{mail.text}</div>'
    )
    mail.pictures = {"plan@x": b"\x89PNG\r\n\x1a\nplan", "logo@x": b"\x89PNG\r\n\x1a\nlogo"}
    desk.mail(mail)
    assert list(desk.letter(REPORTER, "reply").files.values()) == [b"\x89PNG\r\n\x1a\nplan"]


def test_a_mail_of_html_alone_is_read_as_text(desk: World) -> None:
    html = "<html><body><p>Hello,</p><p>it <b>burns</b> &amp; smokes.</p><ul><li>printer</li></ul></body></html>"
    ticket = desk.mail_state(desk.mail(Mail(ERIKA, SUPPORT, "Printer", "", html=html)))["ticket"]
    words = desk.ticket(ticket)["messages"][0]["new_text"]
    assert "it burns & smokes." in words
    assert "<b>" not in words
    assert "it burns & smokes." in desk.letter(ANNAS).text


def test_what_a_reporter_writes_is_text_and_neither_code_nor_command(desk: World) -> None:
    text = "Dear team,\n#take\n#resolve\n{{7*7}} {% raw %} {{ site }}\n<script>alert(1)</script>\nErika"
    ticket = desk.write(ERIKA, "{{7*7}} <b>Printer</b>", text)
    assert (ticket["status"], ticket["assignee"], ticket["subject"]) == ("new", None, "{{7*7}} <b>Printer</b>")
    assert ticket["messages"][0]["new_text"] == text
    letter = desk.letter(ANNAS)
    assert "{{7*7}} {% raw %} {{ site }}" in letter.text
    assert "<script>" not in letter.html
    assert "49" not in letter.text.partition("[#")[0]


def test_a_reporters_command_line_is_no_command_when_an_agent_quotes_it(desk: World) -> None:
    desk.write(ERIKA, "Printer", "#take\n#close\nDo it.")
    desk.answer(desk.letter(ANNAS), "Dear Erika, no.", sender=ANNA)
    assert desk.state() == ("in_progress", "anna")
    assert "Dear Erika, no." in desk.letter(REPORTER, "reply").text
    assert "Do it." not in desk.letter(REPORTER, "reply").text


def test_nothing_of_our_letter_and_no_signature_reaches_the_reporter(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(BEN.partition("<")[2].strip(">")), "#note\nShe is a friend of the director.", sender=BEN)
    told = desk.letter(ANNAS, "new_message")
    signature = "-- \nAnna Alt\nExample Ltd · Phone 1234\nThis mail is confidential."
    desk.answer(told, f"#answer\nDear Erika, water.\n\nBest wishes\nAnna\n\n{signature}", sender=ANNA)
    reply = desk.letter(REPORTER, "reply")
    for hidden in ("director", "Phone 1234", "confidential", "write above", "mailto:", "Ben Beck", "example.com>"):
        assert hidden not in reply.text
        assert hidden not in reply.html
    assert reply.text.startswith("Dear Erika, water.\n\nBest wishes\nAnna\n\n-- \nExample Support")


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_an_agent_quotes_below_our_line_stays_with_us(desk: World, language: str) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "Dear Erika, water.", sender=ANNA, language=language)
    assert desk.letter(REPORTER, "reply").text == "Dear Erika, water.\n\n-- \nExample Support · 1001\n"


def test_a_reporters_quote_of_our_letter_is_folded_and_kept(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(REPORTER), "It is out now.", sender=ERIKA)
    message = desk.message()
    assert message["new_text"] == "It is out now."
    assert "Your message has arrived" in message["text"]


def test_text_and_simple_html_say_the_same(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "Dear Erika,\n1 < 2 & 3 > 2\n\nAnna", sender=ANNA)
    reply = desk.letter(REPORTER, "reply")
    assert "1 < 2 & 3 > 2" in reply.text
    assert "1 &lt; 2 &amp; 3 &gt; 2" in reply.html


def test_an_agent_reads_the_rule_and_the_other_tickets_of_the_reporter(desk: World) -> None:
    desk.write(ERIKA, "Window", "Cold.")
    desk.write(ERIKA, "VPN is slow", "It takes an hour.")
    letter = desk.letter(ANNAS)
    assert "VPN trouble, routing.yaml:1" in letter.text
    assert "1001 · Window · new" in letter.text
    assert letter.header("X-Mailgate-Priority") == "high"


def test_the_acknowledgement_says_number_reader_and_when_to_expect_an_answer(desk: World) -> None:
    desk.write(ERIKA, "VPN is slow", "It takes an hour.")
    text = desk.letter(REPORTER).text
    assert "has the number 1001" in text
    assert "Network team" in text
    # Two hours of the office from 10:00 in Berlin: the break at noon does not count.
    assert "Monday, 23 November 2026, 12:00" in text or "13:00" in text
