"""What of an HTML body nobody sees, and what only looks like it."""

from __future__ import annotations

import pytest

from mailgate.mail.html import to_text


@pytest.mark.parametrize(
    "style",
    [
        *("display:none", "DISPLAY : NONE !important", "color:red;display:none;mso-hide:all", "visibility:hidden"),
        *("opacity:0", "opacity:0.0", "max-height:0px;overflow:hidden", "height:0;overflow:hidden", "font-size:0"),
        *("font-size:0px;line-height:0", "font-size: 0.0em"),
    ],
)
def test_nobody_sees_it(style: str) -> None:
    assert to_text(f'<p>seen</p><div style="{style}">unseen<p>unseen</p></div><p>seen</p>').split() == ["seen", "seen"]


@pytest.mark.parametrize(
    "style",
    [
        *("mso-hide:all", "color:#ffffff;background:#ffffff", "opacity:0.5", "max-height:0", "height:0", "opacity:1"),
        *(
            "font-size:0.9em",
            "font-size:10px",
            "font-size:1px",
            "display:block",
            "overflow:hidden",
            "display:nonexistent",
        ),
        *("max-height:100px;overflow:hidden", "visibility:visible", "xfont-size:0"),
    ],
)
def test_somebody_sees_it(style: str) -> None:
    assert to_text(f'<p style="{style}">seen</p>') == "seen"


def test_a_cell_of_no_size_holds_words_that_have_one() -> None:
    html = '<td style="font-size:0px">a<div style="font-size:13px">seen<b>too</b></div>b</td>'
    assert to_text(f"<table><tr>{html}</tr></table>") == "seentoo"


def test_where_nothing_is_seen_all_is_shown() -> None:
    assert to_text('<div style="display:none">all there is</div>') == "all there is"


@pytest.mark.parametrize("element", ["style", "script", "title", "template", "xml", "svg", "noframes"])
def test_words_for_programs_are_no_words(element: str) -> None:
    assert to_text(f"<p>seen</p><{element}>unseen</{element}><p>seen</p>").split() == ["seen", "seen"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Preview" + "&zwnj;&nbsp;" * 90 + "<p>Hello</p>", "Preview\n\nHello"),
        ("&#847; &zwnj; &nbsp; &#8199; &#65279; " * 30 + "<p>Hello</p>", "Hello"),
        ("<p>a&#8203;b</p>", "a\u200bb"),
        ("<p>soft&shy;hyphen</p>", "soft\u00adhyphen"),
        ("<p>می\u200cخواهم</p>", "می\u200cخواهم"),
        ("<p>👩\u200d🔧</p>", "👩\u200d🔧"),
        ("<p>a" + "&#8203;" * 50 + "b</p>", "a b"),
    ],
)
def test_padding_goes_and_signs_in_words_stay(html: str, text: str) -> None:
    assert to_text(html).lstrip() == text
