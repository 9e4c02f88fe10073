"""Every frame of `frames.yaml`, one by one: what its program makes of an answer, and the answer found in it again."""

from __future__ import annotations

import pytest

from mailgate.mail.body import MARKER, NewWords, agent_words, new_words
from mailgate.mail.html import to_text
from mailgate.mail.message import Headers, Message
from mailgate.settings.site import Limits
from tests.mail.framing import Framed, each_frame, filled, frames

LIMITS = Limits()
LETTER = "1042 · New from Erika Krause · Printer\n\nThe printer is dead.\nPlease come soon.\n\nErika"
ANSWER = "Guten Tag,\n\ner druckt wieder: alle Seiten.\n- erste\n- zweite\n\nПривет, 你好"
LANGUAGES = "en de fr es it nl pl pt-br cs da sv no fi hu ro tr ru uk ja zh-hans zh-hant ko"

# Nobody answers these; with a date of its own, one may still be in somebody's words.
PROSE = (
    "On Monday the server wrote:",
    "On 23.11.2026 at 10:00 the server wrote:",
    "Am Montag schrieb der Server:",
    "Am 23.11.2026 um 10:00 schrieb der Server:",
    "Lundi à 10 h le serveur a écrit :",
    "Le 23 novembre 2026 le serveur a écrit :",
    "El lunes el servidor escribió:",
    "Il lunedì il server ha scritto:",
    "Op maandag schreef de server:",
    "W dniu awarii serwer napisał:",
    "Em casa o servidor escreveu:",
    "Dne havárie server napsal:",
    "Den mandag skrev serveren:",
    "I måndags skrev servern:",
    "På mandag skrev serveren:",
    "Maanantaina palvelin kirjoitti:",
    "Hétfőn a szerver ezt írta:",
    "Luni serverul a scris:",
    "Pazartesi günü sunucu şunu yazdı:",
    "В понедельник сервер написал:",
    "У понеділок сервер пише:",
    "月曜日にサーバーが書きました：",
    "周一服务器写道：",
    "週一伺服器寫道：",
    "월요일에 서버가 쓴 글:",
)


def read(text: str, html: str | None = None) -> NewWords:
    return new_words(Message(headers=Headers(()), sender=None, subject="Re: Printer", text=text, html=html), LIMITS)


@pytest.mark.parametrize("frame", each_frame())
def test_the_answer_is_whole_and_nothing_else_is_left(frame: Framed) -> None:
    for wrapped in (False, True):
        found = read(frame.plain(ANSWER, LETTER, wrapped=wrapped))
        assert (found.text, found.certain, [fold.kind for fold in found.folds]) == (ANSWER, True, ["quote"])


@pytest.mark.parametrize("frame", each_frame())
def test_words_right_above_the_frame_are_no_part_of_it(frame: Framed) -> None:
    for last in ("Erika", "and all of the pages came out of it at once without any trouble"):
        tight = frame.plain("@", LETTER).replace("@\n\n", f"It prints again\n{last}\n")
        assert filled(read(tight).text) == ["It prints again", last]


@pytest.mark.parametrize("frame", each_frame())
def test_words_on_the_first_line_of_the_frame_are_never_folded(frame: Framed) -> None:
    found = read(frame.plain("@", LETTER).replace("@\n\n", "Hello,\n\nit prints again, thanks. "))
    assert "it prints again, thanks." in found.text


@pytest.mark.parametrize("sentence", PROSE)
def test_prose_that_reads_like_an_attribution_stays_with_what_it_quotes(sentence: str) -> None:
    for quoted in ("> no paper", ">> E-5103"):
        words = f"It is not over.\n\n{sentence}\n{quoted}\n\nWhat is that?"
        for frame in frames()[::20]:
            assert filled(read(frame.plain(words, LETTER)).text) == filled(words)


@pytest.mark.parametrize("sentence", PROSE)
def test_prose_in_an_answer_that_quotes_nothing_stays(sentence: str) -> None:
    words = f"{sentence}\nno paper\n\nWhat is that?"
    assert read(words).text == words


@pytest.mark.parametrize("frame", each_frame(html=True))
def test_its_html_gives_the_same_answer(frame: Framed) -> None:
    page = frame.html(ANSWER, LETTER)
    alone, both = read(to_text(page, links=True), page), read(frame.plain(ANSWER, LETTER), page)
    assert filled(alone.text) == filled(both.text) == filled(ANSWER)
    assert [fold.kind for fold in alone.folds] == ["quote"]


@pytest.mark.parametrize("frame", each_frame(marks=True))
def test_an_answer_below_the_letter_stays(frame: Framed) -> None:
    found = read(frame.between([(LETTER, ANSWER)]))
    assert (filled(found.text), found.certain) == (filled(ANSWER), True)


@pytest.mark.parametrize("frame", each_frame(marks=True))
def test_answers_between_the_lines_come_out_in_order(frame: Framed) -> None:
    found = read(frame.between([("The printer is dead.", "Since when?"), ("Please come soon.", "Today at 10:00.")]))
    assert filled(found.text) == ["Since when?", "Today at 10:00."]


@pytest.mark.parametrize("frame", [each for each in each_frame(html=True) if each.values[0].closes_quotations])
def test_an_answer_below_the_quotation_of_the_html_stays(frame: Framed) -> None:
    page = frame.html_between([(LETTER, ANSWER)])
    assert filled(read(to_text(page, links=True), page).text) == filled(ANSWER)


@pytest.mark.parametrize("frame", [each for each in each_frame(html=True) if each.values[0].names_quotations])
def test_answers_between_the_quotations_of_the_html_come_out_in_order(frame: Framed) -> None:
    page = frame.html_between([("The printer is dead.", "Since when?"), ("Please come soon.", "Today at 10:00.")])
    assert filled(read(to_text(page, links=True), page).text) == ["Since when?", "Today at 10:00."]


@pytest.mark.parametrize("frame", each_frame())
def test_an_agents_answer_leaves_and_nothing_of_ours(frame: Framed) -> None:
    letter = f"{MARKER}\n\n{LETTER}"
    message = Message(headers=Headers(()), sender=None, subject="Re: Printer", text=frame.plain(ANSWER, letter))
    found = agent_words(message, LIMITS, letter)
    assert (found.text, found.certain) == (ANSWER, True), found.why


def test_there_is_a_frame_of_every_program_in_every_language_it_speaks() -> None:
    assert len(frames()) >= 300
    spoken = {
        language: {frame.program for frame in frames() if frame.language == language} for language in LANGUAGES.split()
    }
    assert all(len(programs) >= 7 for programs in spoken.values()), spoken
