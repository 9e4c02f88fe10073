"""Parameters of Content-Type and Content-Disposition."""

from __future__ import annotations

import pytest

from mailgate.mail.parameters import media_type, parameterized


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=a b.pdf", "a b.pdf"),
        ('attachment; filename="a\\"b.pdf"', 'a"b.pdf'),
        ('attachment; FileName="a;b.pdf"; size=3', "a;b.pdf"),
        ('attachment; filename="=?utf-8?Q?Gr=C3=BC=C3=9Fe.pdf?="', "Grüße.pdf"),
        ("attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
        ("attachment; filename*=iso-8859-1'de'Gr%FC%DFe.pdf", "Grüße.pdf"),
        ("attachment; filename*0*=utf-8''Gr%C3; filename*1*=%BC; filename*2=sse.pdf", "Grüsse.pdf"),
        ("attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
        ("attachment; filename=old.pdf; filename*=utf-8''new.pdf", "new.pdf"),
        ("attachment; filename=first.pdf; filename=second.exe", "first.pdf"),
        ('attachment; filename="unclosed.pdf', "unclosed.pdf"),
        ("attachment; filename*=nonsense%ZZ", "nonsense%ZZ"),
        ("attachment; filename", None),
        ("", None),
    ],
)
def test_file_names_are_read_in_every_spelling(value: str, name: str | None) -> None:
    assert parameterized(value).get("filename") == name


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("Text/HTML; charset=x", "text/html"),
        ("text/plain (a comment); charset=x", "text/plain"),
        ("text", "text/plain"),
        ("", "text/plain"),
        ("a/b/c", "text/plain"),
        ("text/<script>", "text/plain"),
    ],
)
def test_what_is_no_media_type_is_plain_text(value: str, kind: str) -> None:
    assert media_type(parameterized(value)) == kind


def test_a_missing_semicolon_hides_neither_type_nor_name() -> None:
    for written in ('application/pdf name="a.pdf"', "application/pdf \t name=a.pdf", 'application/pdf; name="a.pdf"'):
        read = parameterized(written)
        assert media_type(read) == "application/pdf"
        assert read.get("name") == "a.pdf"
    assert media_type(parameterized("no type=at all")) == "text/plain"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('attachment; filename*0="utf-8\'\'Pr%C3%BCf"; filename*1="bericht.pdf"', "Prüfbericht.pdf"),
        ("attachment; filename=\"utf-8''%C3%9Cber.pdf\"", "Über.pdf"),
        ("attachment; filename=%C3%9Cber.pdf", "Über.pdf"),
        ('attachment; filename="100%.pdf"', "100%.pdf"),
        ('attachment; filename="50%20off.pdf"', "50%20off.pdf"),
        ("attachment; filename*=utf-8''Stra%DFe.pdf", "Straße.pdf"),
        ("attachment; filename*=utf-16''%DCber.pdf", "Über.pdf"),
        ('attachment; filename="=?utf-8?B?w5xi?="; filename*0="x"', "Üb"),
        ('attachment; filename="=?iso-8859-1?Q?F=FCr_?=\t=?iso-8859-1?Q?M=E4rz.pdf?="', "Für März.pdf"),
        ("attachment; filename='a b.pdf'", "a b.pdf"),
        ("attachment; filename=a b.pdf", "a b.pdf"),
        ("attachment; filename: a.pdf", "a.pdf"),
        ('filename="a.pdf"', "a.pdf"),
        ('attachment; filename="our "new" plan.pdf"; size=1', 'our "new" plan.pdf'),
        ('attachment; filename="C:\\Users\\new\\a.pdf"', "C:\\Users\\new\\a.pdf"),
        ('attachment; filename="C:\\\\new\\\\a.pdf"', "C:\\new\\a.pdf"),
        ('attachment; filename="report (1).pdf"', "report (1).pdf"),
    ],
)
def test_file_names_are_read_in_wrong_spellings_too(value: str, name: str) -> None:
    assert parameterized(value).get("filename") == name


@pytest.mark.parametrize(
    ("value", "kind", "charset"),
    [
        ("text/html, charset=utf-8", "text/html", "utf-8"),
        ('"text/html"; charset="utf-8', "text/html", "utf-8"),
        ("text / html; charset=utf-8", "text/html", "utf-8"),
        ("text/plain; charset=utf-8 name=x.txt", "text/plain", "utf-8"),
        ('text/plain; charset="utf-8" format="flowed"', "text/plain", "utf-8"),
        ("text/plain; charset=utf-8 (Unicode); format=flowed", "text/plain", "utf-8"),
        ("text/plain; charset: utf-8", "text/plain", "utf-8"),
        ("text/plain; ; charset=utf-8", "text/plain", "utf-8"),
    ],
)
def test_types_and_charsets_are_read_in_wrong_spellings_too(value: str, kind: str, charset: str) -> None:
    read = parameterized(value)
    assert (media_type(read), read.get("charset")) == (kind, charset)


def test_a_boundary_is_never_mended() -> None:
    for boundary in ("=_a (b", "a%C3%9Cb", "'x'", "=_Part name=1"):
        assert parameterized(f'multipart/mixed; boundary="{boundary}"').get("boundary") == boundary
