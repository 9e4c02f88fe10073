"""Names of attachments."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.mail.filenames import default_name, distinct, safe_name
from mailgate.mail.parse import read
from tests.mail.writing import LIMITS, part, with_parts


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("Grüße 2026.pdf", "Grüße 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\new.txt", "new.txt"),
        ("/etc/passwd", "passwd"),
        ("..／..／etc／passwd", "passwd"),
        (".htaccess", "htaccess"),
        ("...", ""),
        ("", ""),
        ("a/", ""),
        ("  .x. ", "x"),
        ("-rf", "rf"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("COM1.log", "_COM1.log"),
        ("console.log", "console.log"),
        ("a:b*c?.txt", "a_b_c_.txt"),
        ("a\r\nX-Injected: 1.txt", "a X-Injected_ 1.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("photo.\u200bphp", "photo.php"),
        ("a\x00b.txt", "ab.txt"),
        ("ﬁle.txt", "file.txt"),
        ("file.txt.", "file.txt"),
        ("日本語.pdf", "日本語.pdf"),
    ],
)
def test_a_name_is_safe_to_show_and_to_save(written: str, name: str) -> None:
    assert safe_name(written) == name


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("ü" * 500 + ".pdf")
    assert name.endswith("ü.pdf")
    assert len(name.encode()) <= 200
    assert len(safe_name("x." + "y" * 500).encode()) <= 200


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_name_leaves_its_folder(written: str) -> None:
    name = safe_name(written)
    assert not set(name) & set('/\\:*?"<>|\0\r\n')
    assert not name.startswith((".", "-", " "))
    assert len(name.encode()) <= 200
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("text/calendar", "invite.ics"),
        ("message/rfc822", "message-3.eml"),
        ("image/jpeg", "image-3.jpg"),
        ("application/pdf", "attachment-3.pdf"),
        ("application/x-anything", "attachment-3.bin"),
        ("nonsense", "attachment-3.bin"),
    ],
)
def test_a_file_without_a_name_gets_a_useful_one(media_type: str, name: str) -> None:
    assert default_name(media_type, 3) == name


def test_names_of_one_mail_differ() -> None:
    taken: set[str] = set()
    names = [
        distinct(name, taken) for name in ("a.pdf", "A.PDF", "a.pdf", "a-2.pdf", "x" * 196 + ".pdf", "x" * 196 + ".pdf")
    ]
    assert names[:4] == ["a.pdf", "A-2.PDF", "a-3.pdf", "a-2-2.pdf"]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name.encode()) <= 200 for name in names)


def test_attachments_of_a_mail_are_named_so() -> None:
    unnamed = part("Content-Type: application/octet-stream", "Content-Disposition: attachment", body="x")
    evil = part(
        "Content-Type: a/b; name=ignored", 'Content-Disposition: attachment; filename="../../etc/passwd"', body="x"
    )
    message = read(with_parts("mixed", unnamed, evil, evil), LIMITS)
    assert [file.name for file in message.attachments] == ["attachment-1.bin", "passwd", "passwd-2"]
