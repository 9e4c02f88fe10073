"""Pictures that stand in the HTML as data."""

from __future__ import annotations

import base64
import hashlib

import pytest

from mailgate.mail.embedded import taken_out
from tests.growth import assert_linear
from tests.mail.painting import jpeg, png

PICTURE = png(300, 200)
DATA = base64.b64encode(PICTURE).decode()


@pytest.mark.parametrize(
    "source",
    [
        f'"data:image/png;base64,{DATA}"',
        f"'DATA:image/png;BASE64,{DATA}'",
        f'"data:image/jpeg;name=x.png;base64,{DATA}"',
        f'"data:;base64,{DATA}"',
        '"data:image/png;base64,' + "\r\n".join(DATA[at : at + 60] for at in range(0, len(DATA), 60)) + '"',
        f" data:image/png;base64,{DATA}",
    ],
)
def test_a_picture_becomes_a_file_that_the_html_names(source: str) -> None:
    html, (picture,) = taken_out(f"<p>a<img src={source}>b</p>")
    assert (picture.media_type, picture.content) == ("image/png", PICTURE)
    assert picture.sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert f"cid:{picture.content_id}" in html
    assert DATA[:40] not in html


def test_the_same_picture_is_one_file() -> None:
    html, pictures = taken_out(f'<img src="data:image/png;base64,{DATA}">' * 3)
    assert len(pictures) == 1
    assert html.count(f"cid:{pictures[0].content_id}") == 3


@pytest.mark.parametrize(
    "html",
    [
        '<img src="data:image/png;base64,AAAA">',
        f'<p style="background:url(data:image/png;base64,{DATA})">x</p>',
        f'<a href="data:image/png;base64,{DATA}">x</a>',
        '<img src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=">',
        '<img src="data:text/html;base64,PHNjcmlwdD4=">',
    ],
)
def test_other_data_is_taken_out(html: str) -> None:
    left, pictures = taken_out(html)
    assert pictures == ()
    assert "base64" not in left


def test_there_are_no_more_than_are_asked_for() -> None:
    html = "".join(
        f'<img src="data:image/jpeg;base64,{base64.b64encode(jpeg(9, 9) + bytes([number])).decode()}">'
        for number in range(9)
    )
    left, pictures = taken_out(html, 4)
    assert len(pictures) == 4
    assert "base64" not in left


@pytest.mark.parametrize("piece", ['<img src="data:image/png;base64,AAAA">', "data:", "data:a/b;x;base64,", "A" * 50])
def test_time_grows_with_the_size_alone(piece: str) -> None:
    assert_linear(lambda size: taken_out(f'<img src="data:;base64,{piece * (size // len(piece))}"'), 100_000)
