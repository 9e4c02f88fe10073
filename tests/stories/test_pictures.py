"""Pictures on their way through the desk: each stands where its writer put it, and logos stand nowhere."""

from __future__ import annotations

import base64
import json

import pytest

from tests.mail.painting import gif, png
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail, answer
from tests.stories.world import ANNA, BEN, ERIKA, SUPPORT, World

ANNAS = "anna@example.com"
REPORTER = "erika@customer.example"
SCREEN, LOGO = png(800, 500), png(180, 60, shade=9)


def signed(number: int, writer: str = "max") -> Mail:
    """A mail with the logo of the company among the words: nothing else says that it is one."""
    html = f'<p>Printer {number} burns.</p><p><img src="cid:l{number}@x"></p><p>Please send somebody soon.</p>'
    sender = f"{writer} <{writer}@customer.example>"
    return Mail(sender, SUPPORT, f"Printer {number}", "", html=html, pictures={f"l{number}@x": LOGO})


@pytest.mark.parametrize(("language", "named"), [("en", "[picture: fire@x.png]"), ("de", "[Bild: fire@x.png]")])
def test_a_pasted_screenshot_stands_where_it_was_put(desk_with: DeskWith, language: str, named: str) -> None:
    desk = desk_with({"agents": {"anna": {"language": language}}})
    html = '<p>Look:</p><p><img src="cid:fire@x"></p><p>What can I do?</p>'
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "", html=html, pictures={"fire@x": SCREEN}))
    letter = desk.letter(ANNAS)
    assert f"Look:\n\n{named}\n\nWhat can I do?" in letter.text
    assert '<img src="cid:fire@x" alt="fire@x.png"' in letter.html
    assert list(letter.files.values()) == [SCREEN]
    (file,) = desk.message()["attachments"]
    assert (file["cid"], file["decoration"]) == ("fire@x", None)
    assert "[cid:fire@x]" in desk.message()["new_text"]


def test_a_program_that_says_nothing_of_its_pictures_in_plain_text(desk: World) -> None:
    html = '<div>Look:<div><img src="cid:fire@x"></div><div>What can I do?</div></div>'
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "Look:\n\n\nWhat can I do?", html=html, pictures={"fire@x": SCREEN}))
    assert "Look:\n\n[picture: fire@x.png]\n\nWhat can I do?" in desk.letter(ANNAS).text


def test_a_screenshot_inside_the_html_is_a_file_like_any_other(desk: World) -> None:
    data = base64.b64encode(SCREEN).decode()
    html = f'<p>Look:</p><img src="data:image/png;base64,{data}"><p>What can I do?</p>'
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "", html=html))
    letter = desk.letter(ANNAS)
    assert letter.files == {"image-1.png": SCREEN}
    assert "[picture: image-1.png]" in letter.text
    assert "cid:" in letter.html


def test_a_picture_in_an_agents_answer_stands_in_the_letter_to_the_reporter(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    mail = answer(desk.letter(ANNAS), "Dear Erika, the lever:\n\nPull it.", sender=ANNA)
    own = f'Dear Erika, the lever:<div><img src="cid:plan@x"></div><div>Pull it.</div><div>{mail.text[40:]}</div>'
    mail.html, mail.pictures = own, {"plan@x": SCREEN}
    desk.mail(mail)
    reply = desk.letter(REPORTER, "reply")
    assert "the lever:\n[picture: plan@x.png]\n\nPull it." in reply.text
    assert reply.html.index("the lever") < reply.html.index('src="cid:plan@x"') < reply.html.index("Pull it")
    assert list(reply.files.values()) == [SCREEN]


def test_the_logo_below_an_agents_name_stays_behind_though_his_program_does_not_mark_it(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    mail = answer(desk.letter(ANNAS), "Dear Erika, water.\n\nKind regards\nAnna Alt", sender=ANNA)
    mail.html = f'<p>Dear Erika, water.</p><p>Kind regards<br>Anna Alt</p><img src="cid:l@x"><p>{mail.text[40:]}</p>'
    mail.pictures = {"l@x": LOGO}
    desk.mail(mail)
    reply = desk.letter(REPORTER, "reply")
    assert reply.files == {}
    assert "cid:" not in reply.text + reply.html


def test_the_third_mail_of_a_domain_with_the_same_picture_hides_it(desk: World) -> None:
    for number, writer in ((1, "max"), (2, "mia")):
        desk.mail(signed(number, writer))
        assert list(desk.letter(ANNAS).files.values()) == [LOGO]
    third = desk.mail(signed(3, "moritz"))
    letter = desk.letter(ANNAS)
    assert letter.files == {}
    assert "cid:" not in letter.text + letter.html
    assert "Printer 3 burns.\n\nPlease send somebody soon." in letter.text
    ticket = desk.ticket(desk.mail_state(third)["ticket"])
    (file,) = ticket["messages"][0]["attachments"]
    assert (file["name"], file["decoration"]) == (
        "l3@x.png",
        "the same picture came in 3 mails from customer.example",
    )
    assert "the same picture came in 3 mails" in json.dumps(desk.decision(third))


def test_other_companies_and_answers_on_one_ticket_do_not_count(desk: World) -> None:
    first = desk.mail(signed(1))
    ticket = desk.mail_state(first)["ticket"]
    for _ in range(2):
        again = answer(desk.letter("max@customer.example"), "And again.", sender="max <max@customer.example>")
        again.html, again.pictures = '<p>And again.</p><img src="cid:l1@x"><p>Max says so.</p>', {"l1@x": LOGO}
        desk.mail(again)
    assert len(desk.ticket(ticket)["messages"]) >= 3
    assert list(desk.letter(ANNAS, "new_message").files.values()) == [LOGO]
    other = signed(4)
    other.sender = "Otto <otto@elsewhere.example>"
    desk.mail(other)
    assert list(desk.letter(ANNAS).files.values()) == [LOGO]


def test_a_screenshot_is_shown_however_often_it_comes(desk: World) -> None:
    for number in range(4):
        mail = signed(number)
        mail.pictures = {f"l{number}@x": SCREEN}
        desk.mail(mail)
        assert list(desk.letter(ANNAS).files.values()) == [SCREEN]


def test_a_logo_that_somebody_attaches_is_a_file(desk: World) -> None:
    for number in range(4):
        desk.mail(Mail(ERIKA, SUPPORT, f"Logo {number}", "Here is our new logo.", files={"logo.png": LOGO}))
        assert desk.letter(ANNAS).files == {"logo.png": LOGO}


def test_pixels_and_spacers_are_kept_and_not_sent_along(desk: World) -> None:
    html = (
        '<p>It burns.</p><img src="cid:a@x" width="1" height="1"><img src="cid:b@x" style="display:none">'
        '<table><tr><td><img src="cid:c@x" width=600 height=2></td></tr></table><p>Please come.</p>'
    )
    pictures = {"a@x": gif(1, 1), "b@x": LOGO, "c@x": png(10, 10)}
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "", html=html, pictures=pictures))
    letter = desk.letter(ANNAS)
    assert letter.files == {}
    assert "cid:" not in letter.text
    assert [bool(each["decoration"]) for each in desk.message()["attachments"]] == [True, True, True]


def test_a_picture_that_is_quoted_does_not_come_twice(desk: World) -> None:
    html = '<p>Look:</p><p><img src="cid:fire@x"></p>'
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "", html=html, pictures={"fire@x": SCREEN}))
    ticket = desk.message()["attachments"]
    assert ticket[0]["decoration"] is None
    mail = answer(desk.letter(REPORTER), "Still.", sender=ERIKA)
    mail.html = f'<p>Still.</p><blockquote type="cite"><p>{mail.text[10:]}</p><img src="cid:f2@x"></blockquote>'
    mail.pictures = {"f2@x": SCREEN}
    desk.mail(mail)
    assert desk.letter(ANNAS, "new_message").files == {}
    assert "has it already" in desk.message()["attachments"][0]["decoration"]


def test_a_picture_is_no_answer_where_only_a_logo_came(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    mail = answer(desk.letter(ANNAS), "#take", sender=BEN)
    mail.html, mail.pictures = f'<p>#take</p><p>{mail.text[5:]}</p><img src="cid:l@x">', {"l@x": LOGO}
    desk.mail(mail)
    assert [each.header("X-Mailgate-Letter") for each in desk.letters(REPORTER)] == ["acknowledged"]


def test_two_mails_that_call_their_pictures_the_same_show_each_its_own(desk: World) -> None:
    html = '<p>Look:</p><p><img src="cid:image1"></p>'
    first, second = png(640, 400, shade=1), png(640, 400, shade=2)
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "", html=html, pictures={"image1": first}))
    again = answer(desk.letter(REPORTER), "", sender=ERIKA, quoted=False)
    again.text, again.html, again.pictures = "", "<p>And now:</p><p><img src='cid:image1'></p>", {"image1": second}
    desk.mail(again)
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#assign ben", sender=ANNA)
    letter = desk.letter("ben@example.com", "assigned")
    assert letter.text.count("[Bild: image1.png]") == 2
    shown = [piece.partition('"')[0] for piece in letter.html.split('src="cid:')[1:]]
    assert len(set(shown)) == 2


def test_words_that_an_agent_reads_again_name_the_picture(desk: World) -> None:
    html = '<p>Look:</p><p><img src="cid:fire@x"></p>'
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "", html=html, pictures={"fire@x": SCREEN}))
    desk.answer(desk.letter(ANNAS), "#show", sender=ANNA)
    shown = desk.letter(ANNAS, "list")
    assert "[picture: fire@x.png]" in shown.text
    assert "cid:" not in shown.text + shown.html


def test_an_answer_on_a_ticket_that_has_the_picture_is_not_its_third_mail(desk: World) -> None:
    first = desk.mail_state(desk.mail(signed(1)))["ticket"]
    desk.mail(signed(2, "mia"))
    again = answer(desk.letters("max@customer.example")[0], "", sender="max <max@customer.example>", quoted=False)
    again.text, again.html, again.pictures = "", signed(1).html, {"l1@x": LOGO}
    desk.mail(again)
    assert [each["decoration"] for each in desk.message(first)["attachments"]] == [None]


def test_an_agents_pixel_stays_behind_wherever_it_stands(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    mail = answer(desk.letter(ANNAS), "Dear Erika, water.", sender=ANNA)
    mail.html = (
        f'<p>Other words.</p><img src="cid:t@x" width="1" height="1"><p>Dear Erika, water.</p><p>{mail.text}</p>'
    )
    mail.pictures = {"t@x": png(5, 5)}
    desk.mail(mail)
    assert desk.letter(REPORTER, "reply").files == {}


def test_the_same_error_in_the_words_is_shown_each_time(desk: World) -> None:
    error = png(300, 200)
    for number in (1, 2, 3, 4):
        html = f'<p>It shows this again:</p><p><img src="cid:e{number}@x"></p><p>Please help.</p>'
        desk.mail(Mail(ERIKA, SUPPORT, f"Printer {number}", "", html=html, pictures={f"e{number}@x": error}))
        assert list(desk.letter(ANNAS).files.values()) == [error]
