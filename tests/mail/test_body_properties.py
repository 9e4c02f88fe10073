"""What holds for every mail: an answer in any frame comes out whole, nothing of ours leaves, nothing raises."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mailgate.mail.body import MARKER, agent_words, new_words
from mailgate.mail.folds import Fold, shown
from mailgate.mail.message import Headers, Message
from mailgate.mail.phrases import phrases
from mailgate.settings.site import Limits

LIMITS = Limits()
FRAMES: list[Mapping[str, str]] = YAML(typ="safe", pure=True).load(
    (Path(__file__).parent / "frames.yaml").read_text(encoding="utf-8")
)
CLIENTS = [pytest.param(frame, id=frame["client"]) for frame in FRAMES]
SECRET = "the customer has not paid for two years"
LETTER = f"1042 · New from Erika Krause · Printer\n\nThe printer is dead.\n{SECRET}\n\nErika"

_word = st.text("abcdefghijklmnopqrstuvwxyzäöüßABCÄÖ0123456789", min_size=1, max_size=12)
_line = st.lists(_word, min_size=1, max_size=8).map(" ".join)
# "See below" has a meaning of its own: see replies/outlook.yaml.
_answer = (
    st.lists(_line, min_size=1, max_size=6)
    .map("\n".join)
    .filter(lambda answer: not any(words in answer.casefold() for words in phrases().pointers))
)


def mail(text: str, html: str | None = None, subject: str = "Re: Printer") -> Message:
    return Message(headers=Headers(()), sender=None, subject=subject, text=text, html=html)


def framed(answer: str, frame: Mapping[str, str], letter: str) -> str:
    below = "\n".join((frame["mark"] + line).rstrip() for line in letter.split("\n"))
    return f"{answer}\n\n{frame['head']}\n{below}\n"


@pytest.mark.parametrize("frame", CLIENTS)
@settings(max_examples=25, deadline=None)
@given(answer=_answer)
def test_a_reporters_answer_comes_out_of_any_frame_whole(frame: Mapping[str, str], answer: str) -> None:
    found = new_words(mail(framed(answer, frame, LETTER)), LIMITS)
    assert (found.text, found.certain) == (answer, True)
    assert [fold.kind for fold in found.folds] == ["quote"]


@pytest.mark.parametrize("frame", CLIENTS)
@settings(max_examples=25, deadline=None)
@given(answer=_answer)
def test_an_agents_answer_comes_out_of_any_frame_whole(frame: Mapping[str, str], answer: str) -> None:
    letter = f"{MARKER}\n\n{LETTER}"
    found = agent_words(mail(framed(answer, frame, letter)), LIMITS, letter)
    assert (found.text, found.certain) == (answer, True), found.why


@pytest.mark.parametrize("frame", CLIENTS)
def test_reading_the_new_words_again_changes_nothing(frame: Mapping[str, str]) -> None:
    once = new_words(mail(framed("It prints.\n\nErika", frame, LETTER)), LIMITS)
    assert new_words(mail(once.text), LIMITS).text == once.text


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
