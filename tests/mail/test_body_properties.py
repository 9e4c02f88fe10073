"""What holds for every mail: an answer in any frame comes out whole, nothing of ours leaves, nothing raises."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.mail.body import MARKER, agent_words, new_words
from mailgate.mail.folds import Fold, shown
from mailgate.mail.html import to_text
from mailgate.mail.message import Headers, Message
from mailgate.mail.phrases import phrases
from mailgate.settings.site import Limits
from tests.mail.framing import Framed, filled, frames

LIMITS = Limits()
SECRET = "the customer has not paid for two years"
LETTER = f"1042 · New from Erika Krause · Printer\n\nThe printer is dead.\n{SECRET}\n\nErika"

# What people write, in several scripts; also lists, links, facts with colons, and lines they quote themselves.
_letters = st.sampled_from(
    [
        "abcdefghijklmnopqrstuvwxyzäöüßABCÄÖ0123456789",
        "abcçdefgğhıijklmnoöprsştuüvyzéèàêîôšžčřáíóõåæø",
        "абвгдежзийклмнопрстуфхцчшщъыьэюяґіїє",
        "αβγδεζηθικλμνξοπρστυφχψω",
        "あいうえおカキクケコ日本語型番機械",
        "我的打印机坏了不能用請看一下",
        "가나다라마바사프린터고장",
        "אבגדהוזחטיכלמנסעפצקרשת",
    ]
)
_word = _letters.flatmap(lambda letters: st.text(letters, min_size=1, max_size=12))
_line = st.lists(_word, min_size=1, max_size=8).map(" ".join)
_facts = st.sampled_from(
    [
        "The display says: E-5103",
        "Uhrzeit: 10:00, Datum: 23.11.2026",
        "型番：X200",
        "- first the tray",
        "  * dann die Klappe",
        "1. Позвоните мне в 10:00",
        "https://printers.example/manual?page=12&lang=de",
        "See <https://printers.example/a/very/long/way/to/a/page/that/nobody/reads>.",
        "On Monday the server wrote:",
        "Am Montag schrieb der Server:",
        "Lundi le serveur a écrit :",
        "El lunes el servidor escribió:",
        "W poniedziałek serwer napisał:",
        "В понедельник сервер написал:",
        "周一服务器写道：",
        "From Berlin to Paris: 8 hours",
        "> E-5103 paper jam",
        ">> Fehler 0x80070005",
        "call me, +49 30 1234567 (mobile)",
    ]
)
_paragraph = st.lists(_line | _facts, min_size=1, max_size=3).map("\n".join)
# "See below" has a meaning of its own: see replies/outlook.yaml.
_answer = (
    st.lists(_paragraph, min_size=1, max_size=6)
    .map("\n\n".join)
    .filter(lambda answer: not any(words in answer.casefold() for words in phrases().pointers))
)
_plain_answer = st.lists(_line, min_size=1, max_size=6).map("\n".join)
_frame = st.sampled_from(frames())
_page = st.sampled_from([frame for frame in frames() if frame.page])
_marking = st.sampled_from([frame for frame in frames() if frame.marks])


def mail(text: str, html: str | None = None, subject: str = "Re: Printer") -> Message:
    return Message(headers=Headers(()), sender=None, subject=subject, text=text, html=html)


def paged(html: str) -> Message:
    """A mail with nothing but HTML, as it is read."""
    return mail(to_text(html, links=True), html)


@settings(max_examples=800, deadline=None)
@given(frame=_frame, answer=_answer, wrapped=st.booleans())
def test_a_reporters_answer_comes_out_of_any_frame_whole(frame: Framed, answer: str, wrapped: bool) -> None:
    found = new_words(mail(frame.plain(answer, LETTER, wrapped=wrapped)), LIMITS)
    assert (filled(found.text), found.certain) == (filled(answer), True)
    assert [fold.kind for fold in found.folds] == ["quote"]


@settings(max_examples=400, deadline=None)
@given(frame=_page, answer=_answer)
def test_it_comes_out_of_the_html_of_any_program_whole(frame: Framed, answer: str) -> None:
    page = frame.html(answer, LETTER)
    for message in (paged(page), mail(frame.plain(answer, LETTER), page)):
        found = new_words(message, LIMITS)
        assert (filled(found.text), found.certain) == (filled(answer), True)


@settings(max_examples=200, deadline=None)
@given(frame=_frame, earlier=_frame, answer=_answer, older=_plain_answer)
def test_an_answer_to_an_answer_comes_out_as_well(frame: Framed, earlier: Framed, answer: str, older: str) -> None:
    letter = earlier.plain(older, LETTER)
    assert filled(new_words(mail(frame.plain(answer, letter)), LIMITS).text) == filled(answer)


@settings(max_examples=300, deadline=None)
@given(frame=_marking, answers=st.lists(_plain_answer, min_size=1, max_size=4))
def test_answers_between_the_quoted_lines_come_out_in_order(frame: Framed, answers: list[str]) -> None:
    pieces = [(line, answer) for line, answer in zip(LETTER.split("\n\n") * 2, answers, strict=False)]
    found = new_words(mail(frame.between(pieces)), LIMITS)
    assert (filled(found.text), found.certain) == (filled("\n".join(answers)), True)


@settings(max_examples=400, deadline=None)
@given(frame=_frame, answer=_plain_answer)
def test_an_agents_answer_comes_out_of_any_frame_whole(frame: Framed, answer: str) -> None:
    letter = f"{MARKER}\n\n{LETTER}"
    found = agent_words(mail(frame.plain(answer, letter)), LIMITS, letter)
    assert (found.text, found.certain) == (answer, True), found.why


@settings(max_examples=200, deadline=None)
@given(frame=_frame, answer=_answer)
def test_reading_the_new_words_again_changes_nothing(frame: Framed, answer: str) -> None:
    once = new_words(mail(frame.plain(answer, LETTER)), LIMITS)
    assert filled(new_words(mail(frame.plain(once.text, LETTER)), LIMITS).text) == filled(once.text)


_pieces = st.sampled_from(
    [
        "Please switch it on.",
        "Kind regards",
        "Anna",
        "",
        "> ",
        f"> {MARKER}",
        MARKER,
        "write above this line",
        "> The printer is dead.",
        SECRET,
        f"> {SECRET}",
        SECRET[:25] + "\n" + SECRET[25:],
        "-- ",
        "On Mon, 23 Nov 2026 at 10:00, Erika <e@example.com> wrote:",
        "From: Erika <e@example.com>\nSent: Monday, November 23, 2026 10:00 AM\nSubject: Printer",
        "-----Original Message-----",
        "Þann mán., 23. nóv. 2026 kl. 10:00 skrifaði Erika <e@example.com>:",
        "________________________________",
        "Sent from my iPhone",
        "#resolve",
    ]
)
_mails = st.lists(_pieces, max_size=14).map("\n".join)


@settings(max_examples=600, deadline=None)
@given(text=_mails)
def test_a_secret_of_our_letter_never_leaves_as_certain(text: str) -> None:
    found = agent_words(mail(text), LIMITS, f"{MARKER}\n{LETTER}")
    assert not (found.certain and SECRET in " ".join(found.text.split()))


@settings(max_examples=300, deadline=None)
@given(text=_mails)
def test_certain_words_hold_neither_our_line_nor_marks(text: str) -> None:
    found = agent_words(mail(text), LIMITS)
    if found.certain:
        assert "write above this line" not in found.text
        assert not any(line.startswith(">") for line in found.text.split("\n"))


@settings(max_examples=300, deadline=None)
@given(text=_mails)
def test_all_of_a_reporters_lines_are_shown_or_folded(text: str) -> None:
    found = new_words(mail(text), LIMITS)
    folded = {at for fold in found.folds for at in range(fold.start, fold.end)}
    kept = [line for at, line in enumerate(text.split("\n")) if at not in folded]
    assert "".join(found.text.split()) == "".join("".join(kept).split())
    assert found.text or not text.strip()


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=400), html=st.none() | st.text(max_size=300), subject=st.text(max_size=30))
def test_no_text_raises(text: str, html: str | None, subject: str) -> None:
    new_words(mail(text, html, subject), LIMITS)
    agent_words(mail(text, html, subject), LIMITS, text[:100])


_tags = st.sampled_from(
    [
        "<div>",
        "</div>",
        '<blockquote type="cite">',
        "</blockquote>",
        '<div id="divRplyFwdMsg">',
        "<p>",
        "Please",
        "&#0;",
    ]
)


@settings(max_examples=200, deadline=None)
@given(html=st.lists(_tags, max_size=30).map(" ".join), text=_mails)
def test_no_html_raises(html: str, text: str) -> None:
    new_words(mail(text, html), LIMITS)
    agent_words(mail(text, html), LIMITS)


@given(st.text(st.sampled_from("a \t\n\u00a0\x0b>"), max_size=60))
def test_a_text_without_folds_is_shown_as_if_a_fold_of_nothing_stood_behind_it(text: str) -> None:
    behind = text.count("\n") + 1
    assert shown(text, ()) == shown(text, (Fold("quote", behind, behind, "nothing"),))


def test_who_begins_with_words_of_a_server_is_sure_to_be_read_above_the_frame_of_his_program() -> None:
    own = "Uhrzeit: 10:00, Datum: 23.11.2026\nIt says: E-5103\nOn Monday the server wrote:\n\n> E-5103 paper jam"
    framed = "On Mon, 23 Nov 2026 at 10:00, Desk <desk@desk.example> wrote:\n> It works"
    found = new_words(mail(f"{own}\n\n{framed}"), LIMITS)
    assert (found.text, found.certain) == (own, True)
