"""How large a picture is, by its first bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.pixels import kind_of, size_of
from tests.growth import assert_linear
from tests.mail.painting import bmp, gif, jpeg, png, webp


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png(640, 48), "image/png"),
        (gif(640, 48), "image/gif"),
        (jpeg(640, 48), "image/jpeg"),
        (jpeg(640, 48, before=b"\xff\xc0\0\x11\x08\0\x01\0\x01" * 2000), "image/jpeg"),
        (webp(640, 48), "image/webp"),
        (bmp(640, 48), "image/bmp"),
        (b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (639 | 47 << 14).to_bytes(4, "little") + bytes(9), "image/webp"),
        (b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + b"\x80\x02\x30\0" + bytes(9), "image/webp"),
        (b"BM" + bytes(12) + b"\x0c\0\0\0\x80\x02\x30\0" + bytes(9), "image/bmp"),
    ],
)
def test_every_format_says_its_size(content: bytes, kind: str) -> None:
    assert (kind_of(content), size_of(content)) == (kind, (640, 48))


@pytest.mark.parametrize(
    "content",
    [
        *(
            b"",
            b"\x89PNG\r\n\x1a\nfire",
            b"GIF89a",
            b"\xff\xd8\xff",
            b"\xff\xd8\xff\xe1\xff\xff",
            b"BM",
            b"RIFF1234WEBP",
        ),
        *(png(640, 48)[:20], jpeg(640, 48)[:8], gif(0, 5), b"<svg width='9' height='9'/>", b"%PDF-1.7"),
    ],
)
def test_what_does_not_say_it_has_none(content: bytes) -> None:
    assert size_of(content) is None


@given(st.binary(max_size=200), st.sampled_from([png(9, 9), gif(9, 9), jpeg(9, 9), webp(9, 9), bmp(9, 9)]))
def test_no_bytes_raise(junk: bytes, picture: bytes) -> None:
    for at in (0, 4, 10, 20):
        size_of(picture[:at] + junk)
        kind_of(junk)


def test_a_picture_of_fillers_costs_little() -> None:
    assert_linear(lambda size: size_of(b"\xff\xd8" + b"\xff" * size), 50_000)
