"""What the HTML of a mail says about its lines."""

from __future__ import annotations

import pytest

from mailgate.mail.markup import Origin, origins

CITED = """<div>Yes, it works.</div>
<blockquote type="cite"><p>Is it switched on now?</p><p>Or not?</p></blockquote><p>Bye.</p>"""


def test_lines_are_placed_in_or_outside_a_quotation() -> None:
    found = origins(CITED, ["Yes, it works.", "", "Is it switched on now?", "Or not?", "Bye."], 10_000)
    assert found == [Origin.FRESH, Origin.UNKNOWN, Origin.CITED, Origin.CITED, Origin.FRESH]


def test_wrapping_does_not_matter() -> None:
    found = origins(CITED, ["Yes, it", "works.", "Is it switched", "on now?", "Or not?"], 10_000)
    assert found == [Origin.FRESH] * 2 + [Origin.CITED] * 3


def test_a_line_that_is_not_there_is_unknown_and_moves_nothing() -> None:
    found = origins(CITED, ["[a picture of a cat]", "Yes, it works.", "Is it switched on now?"], 10_000)
    assert found == [Origin.UNKNOWN, Origin.FRESH, Origin.CITED]


@pytest.mark.parametrize(
    "frame",
    [
        '<div id="divRplyFwdMsg">',
        '<div id="appendonsend"></div><div>',
        '<div class="yahoo_quoted">',
        '<div name="quote">',
        '<div id="x_divRplyFwdMsg">',
        '<div class="OutlookMessageHeader">',
        '<div id="mail-editor-reference-message-container">',
        '<div class="ydp5dd0c1f1yahoo_quoted" id="ydp5dd0c1f1yahoo_quoted_4716">',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">',
        '<div style="border-width: 1pt medium medium; border-top: 1pt solid rgb(181, 196, 223)">',
        '<hr id="zwchr"><div>',
        '<div data-marker="__HEADERS__">',
        '<div class="ntes-mailmaster-quote">',
        "<includetail>",
    ],
)
def test_below_the_frame_of_a_program_begins_the_rest(frame: str) -> None:
    found = origins(f"<p>Yes, it works.</p>{frame}From: support</div>", ["Yes, it works.", "From: support"], 10_000)
    assert found == [Origin.FRESH, Origin.REST]


def test_a_quotation_of_his_own_is_only_indented() -> None:
    assert origins("<blockquote>The manual says</blockquote>", ["The manual says"], 10_000) == [Origin.INDENTED]


@pytest.mark.parametrize("html", ["", "<", "<!-- x", "\x00", "<div " * 500, "<blockquote type=cite>" * 3000 + "x"])
def test_hopeless_markup_says_nothing_bad(html: str) -> None:
    assert len(origins(html, ["x"], 100_000)) == 1


def test_markup_above_the_limit_is_ignored() -> None:
    assert origins(CITED, ["Or not?"], 10) == [Origin.UNKNOWN]


def placed(html: str, *lines: str) -> list[Origin]:
    return origins(html, lines, 10_000)


def test_the_line_of_a_program_that_gives_it_no_name_stands_above_its_quotation() -> None:
    html = (
        "<div>Yes.</div><div class=gmail_quote>Support wrote<br><blockquote>Is it on?</blockquote><p>It is.</p></div>"
    )
    assert placed(html, "Yes.", "Support wrote", "Is it on?", "It is.") == [
        *(Origin.FRESH, Origin.ATTRIBUTION, Origin.CITED, Origin.FRESH)
    ]


def test_what_gmail_passes_on_is_not_taken_for_the_line_above_a_quotation() -> None:
    passed_on = "<p>A whole mail of somebody else. </p>" * 40
    html = f"<div class=gmail_quote>{passed_on}<blockquote>Written earlier</blockquote></div>"
    assert placed(html, "A whole mail of somebody else.", "Written earlier") == [Origin.FRESH, Origin.INDENTED]


def test_the_frame_of_another_program_inside_a_quotation_does_not_reach_the_answer_below() -> None:
    html = "<blockquote type=cite><p>Hello</p><div id=divRplyFwdMsg>From: x</div></blockquote><p>It is on.</p>"
    assert placed(html, "Hello", "From: x", "It is on.") == [Origin.CITED, Origin.CITED, Origin.FRESH]


def test_a_line_in_the_colour_of_outlook_without_a_label_below_it_is_somebodys_own() -> None:
    html = '<p>Yes.</p><div style="border-top:solid #E1E1E1 1.0pt">My figures: 12</div><p class="gmail_signature">E</p>'
    assert placed(html, "Yes.", "My figures: 12") == [Origin.FRESH, Origin.FRESH]


def test_a_header_block_below_that_line_is_one_in_any_language() -> None:
    block = "<p>Nork: E &lt;e@x.example&gt;</p><p>Bidalia: 10:00</p><p>Gaia: Printer</p>"
    html = f'<p>Yes.</p><div style="border-top:solid #B5C4DF 1.0pt">{block}</div><p>Is it switched on?</p>'
    assert placed(html, "Yes.", "Is it switched on?") == [Origin.FRESH, Origin.REST]


def test_zimbra_ends_what_it_quotes() -> None:
    html = '<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__QUOTED_TEXT__">Is it on?</div><p>It is.</p>'
    assert placed(html, "Is it on?", "It is.") == [Origin.REST, Origin.FRESH]


@pytest.mark.parametrize("name", ["k9mail-signature", "protonmail_signature_block", "ntes-signature"])
def test_programs_mark_their_signatures(name: str) -> None:
    assert placed(f"<p>It is on.</p><div class={name}>Sent by it</div>", "Sent by it") == [Origin.SIGNATURE]
