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
