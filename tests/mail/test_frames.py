"""What is taken for a frame of a mail program, with what proof, and what is not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.frames import Frame, find_frames, frame_at, inside_quotation, is_ruler, resembles_frame
from mailgate.mail.lines import Line, read_lines
from mailgate.mail.message import Headers, Message
from mailgate.settings.site import Limits


def lines(text: str) -> tuple[Line, ...]:
    return read_lines(Message(headers=Headers(()), sender=None, text=text), Limits())


def test_what_is_indented_like_code_is_no_quotation() -> None:
    assert [line.depth for line in lines("> a\n   > > a\n    > a")] == [1, 2, 0]


def test_a_mark_of_the_html_is_a_frame_whatever_the_words_are() -> None:
    html = '<p>Yes, it works.</p><div class="yahoo_quoted">Support a écrit le lundi</div><div>Is it on now?</div>'
    message = Message(headers=Headers(()), sender=None, text="Yes, it works.\n\nSupport a écrit le lundi", html=html)
    (frame,) = find_frames(read_lines(message, Limits()))
    assert (frame.kind, frame.start, frame.believed) == ("structure", 2, True)


@pytest.mark.parametrize(
    "text",
    [
        "On Mon, 23 Nov 2026 at 10:00, Erika <e@example.com> wrote:",
        "On Mon, 23 Nov 2026 at 10:00, Erika <\ne@example.com> wrote:",
        "On 23/11/2026 10:00, Erika wrote:\n> hi",
        "Am 23.11.2026 um 10:00 schrieb Erika:\n> hi",
        "Am 23.11.2026 um 10:00\nschrieb Erika Krause\n<e@example.com>:",
        "Erika <e@example.com> schrieb am 23.11.2026 um 10:00:",
        "Am 23.11.2026 hat Erika <e@example.com> geschrieben:",
        "Le lun. 23 nov. 2026 à 10:00, Erika <e@example.com> a écrit :",
        "2026-11-23 10:00 GMT+01:00 Erika <e@example.com>:\n> hi",
    ],
)
def test_an_attribution_with_proof_is_believed(text: str) -> None:
    (frame,) = find_frames(lines(text))
    assert (frame.kind, frame.start, frame.believed) == ("attribution", 0, True)


@pytest.mark.parametrize(
    "text",
    [
        "On Monday the server wrote:",
        "On 23 November 2026 the server wrote:\nno disk",
        "Am Montag schrieb der Server:\n> kein Platz",
        "Ontario wrote:\n> hi",
        "From: Berlin\nTo: Paris",
        "From: Berlin\nTo: Paris\nDate: 24.12.2026 14:00",
        "Von: Berlin\nAn: Paris\nDatum: 24.12.2026 14:00",
        "Subject: how to print\nDate: today",
        "--- Solution ---",
    ],
)
def test_without_proof_nothing_is_believed(text: str) -> None:
    assert not any(frame.believed for frame in find_frames(lines(text)))


def test_a_header_block_gives_its_fields() -> None:
    (frame,) = find_frames(
        lines("______________________\n*Von:* Erika <e@x.example>\n*Gesendet:* 23.11.2026\n*An:* b\n*Betreff:* Hi")
    )
    assert (frame.kind, frame.start, frame.end) == ("header block", 0, 5)
    assert (frame.field("from"), frame.field("subject"), frame.field("cc")) == ("Erika <e@x.example>", "Hi", "")
    assert frame.addresses == ("e@x.example",)


def test_a_frame_inside_a_quotation_is_none_of_its_own() -> None:
    text = "> Hello\n> On 23/11/2026 10:00, Erika wrote:\n> > hi"
    assert find_frames(lines(text)) == ()


def test_prose_above_an_attribution_stays_outside() -> None:
    (frame,) = find_frames(lines("On this day\nOn Mon, 23 Nov 2026 at 10:00, Erika <e@example.com> wrote:"))
    assert frame.start == 1


def test_a_long_line_above_a_whole_attribution_may_be_words_or_a_name_and_is_never_folded_with_it() -> None:
    whole = "Support <e@example.com> schrieb am 23.11.2026 um 10:00:"
    for above in (
        "Erika Krause of the purchasing department via Example",
        "It prints, and all pages came out of it at once",
    ):
        (frame,) = find_frames(lines(f"{above}\n{whole}"))
        assert (frame.start, frame.end, frame.doubtful) == (1, 2, len(above) > 50)


def test_the_date_or_the_address_above_the_rest_of_an_attribution_is_its_own() -> None:
    for above, rest in (
        ("2026. november 23., hétfő 10:00:00 CET időpontban Erika via Example", "Support <e@example.com> ezt írta:"),
        ("Erika Krause via Example Support <e@example.com> 於 2026年11月23日 星期一", "上午10:00:00 [GMT+8] 寫道："),
    ):
        (frame,) = find_frames(lines(f"{above}\n{rest}\n> hi"))
        assert (frame.start, frame.end) == (0, 2)


@pytest.mark.parametrize(
    ("line", "believed"),
    [
        ("-----Original Message-----", True),
        ("---- Ursprüngliche Nachricht ----", True),
        ("------------------ 原始邮件 ------------------", True),
        ("-- Original message --", False),
        ("----- Original -----", False),
        ("----- Forwarded message -----", False),
    ],
)
def test_a_divider_alone_is_believed_where_nobody_draws_it_himself(line: str, believed: bool) -> None:
    (frame,) = find_frames(lines(f"It prints.\n\n{line}\nIs it on?"))
    assert (frame.kind, frame.start, frame.believed) == ("divider", 2, believed)


def test_words_before_an_attribution_on_its_line_stay() -> None:
    text = "Thanks, it prints. On Mon, 23 Nov 2026 at 10:00, Erika <e@example.com> wrote:\n> hi"
    (frame,) = find_frames(lines(text))
    assert (frame.start, frame.believed) == (1, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Þann 23. nóv. 2026 kl. 10:00 skrifaði Erika <e@example.com>:", True),
        ("Erika Krause <e@example.com> 2026-11-23 10:00", True),
        ("Frá: Erika\nDags: 23.11.2026 10:00\nEfni: Hi", True),
        ("---- Upprunaleg skilaboð ----", True),
        ("Kind regards\nAnna", False),
        ("Server: mail.example.com\nPort: 993\nUser: erika", False),
        ("Please call 0123 456789.", False),
        ("", False),
    ],
)
def test_the_unknown_frame_is_suspected_and_ordinary_words_are_not(text: str, expected: bool) -> None:
    found = lines(text)
    assert resembles_frame(found, len(found)) is expected


def test_a_ruler_is_drawn_of_signs_alone() -> None:
    assert is_ruler("_" * 32)
    assert not is_ruler("-" * 9)
    assert not is_ruler("----- x -----")


PIECES = (
    *(
        "On Monday the server wrote:",
        "On Mon, 23 Nov 2026 at 10:00, Anna",
        "<anna@example.com> wrote:",
        "schrieb Anna：",
        "",
    ),
    *(
        "-----Original Message-----",
        "__________",
        "From: Anna <a@example.com>",
        "Sent: Monday 10:00",
        "Subject: x",
        "words",
    ),
    *(
        "> On 23.11.2026 Anna <a@example.com> wrote:",
        "> quoted",
        "Begin forwarded message:",
        "---- On 23.11.26 x wrote ----",
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_no_frame_is_overlooked_by_the_first_glance(pieces: list[str]) -> None:
    found = lines("\n".join(pieces))
    assert find_frames(found) == _found_line_by_line(found)


def _found_line_by_line(found: Sequence[Line]) -> tuple[Frame, ...]:
    """Without the glance: each line is asked everything."""
    frames: list[Frame] = []
    for at, line in enumerate(found):
        behind = frames[-1].end if frames else 0
        if at >= behind and line.bare and not inside_quotation(found, at):
            frames += [frame] if (frame := frame_at(found, at)) else []
    return tuple(frames)
