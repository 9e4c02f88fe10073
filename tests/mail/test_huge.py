"""Of a body larger than anybody writes only the beginning is read, and that is said."""

from __future__ import annotations

from mailgate.mail.huge import MOST, shortened, shortened_html
from mailgate.mail.parse import read
from tests.mail.writing import LIMITS, part, reading, with_parts

PICTURE = b'<img src="data:image/png;base64,' + b"iVBORw0K" * 400_000 + b'">'


def test_a_text_ends_with_a_whole_line() -> None:
    assert shortened(b"It burns.\n" * MOST).endswith(b"\nIt burns.")
    assert len(shortened(b"x" * 2 * MOST)) == MOST


def test_the_ticket_says_what_was_not_read() -> None:
    message = reading("Content-Type: text/plain; charset=utf-8", body="Gr\u00fc\u00dfe\r\n" * 400_000)
    assert message.text.startswith("Gr\u00fc\u00dfe\n")
    assert "only the first 2097152 bytes of a text part were read" in message.defects


def test_a_text_as_people_write_it_is_whole() -> None:
    message = reading(body="It burns.\r\n" * 100_000)
    assert message.text.count("burns") == 100_000
    assert message.defects == ()


def test_pictures_in_html_are_whole_and_cost_its_words_nothing() -> None:
    html = b"<p>Gr\xc3\xbc\xc3\x9fe</p>" + PICTURE + b"<p>below</p>" + PICTURE + b"<p>\xf0\x9f\x98\x80</p>"
    short = shortened_html(html, "utf-8")
    assert short.count(PICTURE) == 2
    assert short == html.replace(b"\xc3\xbc\xc3\x9f", b"&#252;&#223;").replace(b"\xf0\x9f\x98\x80", b"&#128512;")


def test_of_html_the_beginning_is_left() -> None:
    assert len(shortened_html(b"<p>x</p>" * MOST, None)) == MOST


def test_of_many_texts_the_first_are_read() -> None:
    texts = [part("Content-Type: text/plain", body="x" * 900_000) for _ in range(5)]
    message = read(with_parts("mixed", *texts), LIMITS)
    assert message.text.count("x") == 3 * 900_000
    assert "only the first 3 of 5 text parts were read" in message.defects
