"""Encoded words, charsets and cleaning."""

from __future__ import annotations

import base64

import pytest

from mailgate.mail.charsets import codec_of
from mailgate.mail.words import clean_body, clean_line, decode_bytes, decode_words


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?ISO-8859-1?B?R3L8337=?=", "Grüß~"),
        ("Re: =?utf-8?q?a_b?= c", "Re: a b c"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\t =?iso-8859-1?q?=E4?= x", "aä x"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
        ("=?utf-8*de?q?a?=", "a"),
        ("=?utf-8?q?two words?=", "two words"),
        ("=?no-such-charset?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?unterminated", "=?utf-8?q?unterminated"),
        ("=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=", "=?utf-8?q?x?="),
        ("plain", "plain"),
    ],
)
def test_encoded_words_are_decoded_once(written: str, meant: str) -> None:
    assert decode_words(written) == meant


def test_a_word_of_damaged_base64_gives_what_it_holds() -> None:
    assert decode_words("=?utf-8?b?SG Vsb-G8?=") == "Hello"


@pytest.mark.parametrize("word", ["=?utf-8?q?x=0D=0ABcc:_v@inject.test?=", "=?utf-8?b?eA0KQmNjOiB2QGluamVjdC50ZXN0?="])
def test_an_encoded_line_end_never_survives(word: str) -> None:
    assert decode_words(word) == "x Bcc: v@inject.test"


@pytest.mark.parametrize(
    "codec", ["rot13", "rot-13", "zlib", "hex", "bz2", "base64", "unicode_escape", "raw_unicode_escape"]
)
def test_what_python_calls_a_codec_is_no_charset(codec: str) -> None:
    assert codec_of(codec) is None
    assert decode_bytes(b"\\x41 68656c6c6f", codec) == "\\x41 68656c6c6f"


@pytest.mark.parametrize(
    "codec", ["idna", "punycode", "undefined", "../../etc/passwd", "utf-8\0", "x" * 5000, "", None, "?"]
)
def test_hostile_names_are_no_charset(codec: str | None) -> None:
    assert decode_bytes("Grüße".encode(), codec) == "Grüße"


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("cp-850", "cp850", "für"),
        ("ISO-8859-8-i", "iso8859-8", "שלום"),
        ("ks_c_5601-1987", "cp949", "안녕"),
        ("gb2312", "gb18030", "镕"),
        ("x-gbk", "gb18030", "你好"),
        ("Shift_JIS", "cp932", "①日本"),
        ("iso-2022-jp", "iso2022_jp", "日本語"),
        ("windows-1252", "cp1252", "„für“"),
        ("iso-8859-1", "cp1252", "für"),
        ("ISO-8859-15", "iso8859-15", "5 €"),
        ("koi8-r", "koi8-r", "привет"),
        ("utf-16", "utf-16", "für"),
    ],
)
def test_charset_names_of_real_mail_are_known(charset: str, codec: str, text: str) -> None:
    assert decode_bytes(text.encode(codec), charset) == text


def test_a_wrong_charset_is_seen_through() -> None:
    assert decode_bytes("Grüße".encode(), "iso-8859-1") == "Grüße"
    assert decode_bytes("Grüße".encode(), "us-ascii") == "Grüße"
    assert decode_bytes("Grüße".encode("cp1252"), "utf-8") == "Grüße"
    assert decode_bytes(b"plain text", "utf-16") == "plain text"
    assert decode_bytes(b"\x81\x8d", None) == "\x81\x8d"


def test_one_damaged_character_does_not_cost_a_long_text() -> None:
    text = "Größe und Übung. " * 50
    assert decode_bytes(text.encode() + b"\xc3", "utf-8") == text + "\ufffd"


def test_a_line_holds_nothing_that_is_not_seen() -> None:
    hostile = "a\x00b\x1b[31m\u202ec\u200bd\u00ade\x85f\u2028g\r\nh\ti\u2066j\ufeff\U000e0041"
    assert clean_line(hostile) == "ab[31mcde f g h ij"


def test_a_lone_surrogate_is_replaced() -> None:
    assert clean_line("a\ud800b") == "a\ufffdb"
    assert decode_bytes(b"+2AA-", "utf-7") == "\ufffd"


def test_a_long_line_is_cut_and_says_so() -> None:
    assert clean_line("word " * 100, 20) == "word word word word…"
    assert len(clean_line("x" * 300)) == 200


def test_a_body_keeps_what_writers_need() -> None:
    assert clean_body("a\r\nb\rc\x00\x1b\t👩\u200d👧\u200f\u202e\n\n \n") == "a\nb\nc\t👩\u200d👧\u200f"


def test_base64_words_of_any_length_cost_no_memory() -> None:
    word = f"=?utf-8?b?{base64.b64encode(b'x' * 10_000).decode()}?="
    assert decode_words(word) == "x" * 10_000
