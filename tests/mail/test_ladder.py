"""From bytes to text: as declared, by its looks, by a guess, and marked where it was not as declared."""

from __future__ import annotations

import pytest

from mailgate.mail.words import decode_bytes, decoded
from tests.mail.test_guess import CHINESE, JAPANESE, POLISH, RUSSIAN
from tests.mail.writing import reading

TYPE = "Content-Type: text/plain"


@pytest.mark.parametrize(
    ("charset", "text", "codec"),
    [
        ("cp-850", "größer", "cp850"),
        ("x-mac-ce", "štítek", "mac-latin2"),
        ("x-mac-greek", "Αθήνα", "mac-greek"),
        ("iso-8859-8-i", "שלום", "iso8859-8"),
        ("ks_c_5601-1987", "안녕", "cp949"),
        ("windows-31j", "①髙橋", "cp932"),
        ("gb_2312-80", "你好", "gb18030"),
        ("eucJP-win", "日本", "euc_jp"),
        ("ISO_8859-2:1987", "łódź", "iso8859-2"),
        ("cp28592", "łódź", "iso8859-2"),
        ("koi8-t", "Дуоба", "koi8-t"),
        ("'utf8'", "né", "utf-8"),
        ("utf-8;format=flowed", "né", "utf-8"),
        ("utf-8utf-8", "né", "utf-8"),
        ("windows-1251http-equivcontent-type", "Мир", "cp1251"),
        ("charset=koi8-r", "Мир", "koi8-r"),
        ("unicode-1-1-utf-7", "é", "utf-7"),
    ],
)
def test_odd_spellings_are_understood(charset: str, text: str, codec: str) -> None:
    assert decode_bytes(text.encode(codec), charset) == text


@pytest.mark.parametrize("charset", [None, "us-ascii", "utf-8", "x-unknown", "unknown-8bit"])
def test_enough_text_without_a_useful_charset_is_read_by_its_looks_and_marked(charset: str | None) -> None:
    found = decoded(RUSSIAN.encode("koi8-r"), charset)
    assert found.text == RUSSIAN
    assert found.doubtful


def test_western_is_not_believed_of_a_text_that_is_far_from_it() -> None:
    assert decode_bytes(RUSSIAN.encode("cp1251"), "iso-8859-1") == RUSSIAN
    assert decode_bytes(CHINESE.encode("gb18030"), "windows-1252") == CHINESE
    assert decode_bytes("Ïðèâåò".encode("cp1252"), "iso-8859-1") == "Ïðèâåò"


def test_any_other_charset_that_is_declared_is_believed() -> None:
    found = decoded(RUSSIAN.encode("koi8-r"), "cp1251")
    assert found.text != RUSSIAN
    assert not found.doubtful


def test_what_nobody_can_know_is_western_with_a_mark() -> None:
    found = decoded("Müller".encode("cp1252"), None)
    assert found == ("Müller", "cp1252", True)


@pytest.mark.parametrize("mark", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_without_a_name_is_recognised(mark: str) -> None:
    assert decode_bytes("Drucker defekt\r\n".encode(mark), None).strip("\ufeff\r\n") == "Drucker defekt"


def test_japanese_escapes_need_no_declaration() -> None:
    assert decode_bytes(JAPANESE.encode("iso2022_jp"), None) == JAPANESE


def test_signs_of_windows_in_iso_2022_jp_are_read() -> None:
    raw = b"\x1b$B-!$H-j\x1b(B OK"
    assert decode_bytes(raw, "iso-2022-jp") == "①と㈱ OK"


def test_half_wide_letters_in_iso_2022_jp_are_read() -> None:
    assert decode_bytes(b"\x1b(I6E\x1b(B \x1b$B-!\x1b(B", "iso-2022-jp") == "ｶﾅ ①"


def test_one_damaged_byte_does_not_cost_the_charset() -> None:
    raw = ("Тест " * 60).encode() + b"\xff"
    found = decoded(raw, "utf-8")
    assert found.text.startswith("Тест Тест")
    assert found.doubtful


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ((TYPE,), "a text part names no charset, read as cp1252"),
        ((f"{TYPE}; charset=us-ascii",), "a text part is not in the charset it names (us-ascii), read as cp1252"),
        ((f"{TYPE}; charset=x-none",), "a text part is not in the charset it names (x-none), read as cp1252"),
    ],
)
def test_the_mark_is_a_defect_of_the_mail(fields: tuple[str, ...], said: str) -> None:
    assert said in reading(*fields, body="Müller".encode("cp1252")).defects


def test_html_may_name_its_charset_inside() -> None:
    head = b'<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"></head>'
    raw = head + f"<p>{POLISH[:30]}</p>".encode("iso8859-2")
    message = reading("Content-Type: text/html", body=raw)
    assert message.text == POLISH[:30].rstrip()
    assert message.defects == ()


def test_what_the_header_declares_counts_more_than_what_the_html_says() -> None:
    raw = '<meta charset="utf-8"><p>Łódź</p>'.encode("iso8859-2")
    assert reading("Content-Type: text/html; charset=iso-8859-2", body=raw).text == "Łódź"


@pytest.mark.parametrize(
    ("charset", "subject"),
    [
        ("windows-1251", "Принтер"),
        ("shift_jis", "プリンタ"),
        ("iso-8859-2", "Tiskárna"),
        ("gb2312", "打印机"),
        ("latin1", "Gerät"),
    ],
)
def test_raw_bytes_in_a_header_are_in_the_charset_of_the_body(charset: str, subject: str) -> None:
    raw = f"Subject: {subject}".encode(charset)
    assert reading(raw, f"{TYPE}; charset={charset}", body=subject.encode(charset)).subject == subject


def test_raw_utf_8_in_a_header_is_utf_8_whatever_the_body_is() -> None:
    assert reading("Subject: Grüße", f"{TYPE}; charset=koi8-r", body="x").subject == "Grüße"


def test_japanese_escapes_in_a_subject_are_read_and_in_an_address_never() -> None:
    raw = "プリンタ".encode("iso2022_jp")
    assert reading(b"Subject: " + raw).subject == "プリンタ"
    sender = reading(b"From: \x1b$B<evil@x.example>\x1b(B <anna@desk.example>", sender="").sender
    assert sender is None


def test_a_raw_name_is_read_in_the_charset_of_the_body_too() -> None:
    sender = "From: Иван Петров <ivan@customer.example>".encode("koi8-r")
    message = reading(sender, f"{TYPE}; charset=koi8-r", sender="")
    assert str(message.sender) == "Иван Петров <ivan@customer.example>"


def test_no_charset_hides_the_sign_of_an_address() -> None:
    # In Shift JIS the byte of the @ is the second half of a character, and one address would be left of two.
    sender = b"From: \x83@evil.example <anna@desk.example>"
    assert reading(sender, f"{TYPE}; charset=shift_jis", sender="").sender is None
