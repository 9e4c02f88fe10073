"""Opaque signed mail shows what was signed; encrypted mail says that it is; nothing else of CMS is read."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from mailgate.mail.cms import Cms, Signer, read_cms, signer_of
from mailgate.mail.message import Message, Seal
from mailgate.mail.parse import read
from tests.mail.packing import SIGNED_DATA, cms, der
from tests.mail.writing import LIMITS, container, mail, part, with_parts

PART = part("Content-Type: text/plain; charset=utf-8", body="Der Drucker im Erdgeschoß druckt weiße Seiten.\r\n" * 5)
TEXT = ("Der Drucker im Erdgeschoß druckt weiße Seiten.\n" * 5).strip()
SIGNED, ENVELOPED = 2, 3
SAID = "smime-type=signed-data; "


def smime(packed: bytes, said: str = SAID, kind: str = "application/pkcs7-mime") -> bytes:
    fields = (f"Content-Type: {kind}; {said}name=smime.p7m", "Content-Transfer-Encoding: base64")
    return mail(*fields, "Content-Disposition: attachment; filename=smime.p7m", body=base64.encodebytes(packed))


def reading_smime(
    packed: bytes, said: str = "smime-type=signed-data; ", kind: str = "application/pkcs7-mime"
) -> Message:
    return read(smime(packed, said, kind), LIMITS)


@pytest.mark.parametrize("endless", [False, True], ids=["definite", "indefinite"])
def test_signed_words_are_shown_and_the_envelope_is_no_file(endless: bool) -> None:
    message = reading_smime(cms(SIGNED, PART, endless))
    assert message.text == TEXT
    assert message.attachments == ()
    assert message.seal == Seal(signed="S/MIME")


def test_files_inside_signed_mail_are_files() -> None:
    whole = container("mixed", PART, part('Content-Type: application/pdf; name="a.pdf"', body="%PDF"))
    message = reading_smime(cms(SIGNED, whole))
    assert message.text == TEXT
    assert [(file.name, file.content) for file in message.attachments] == [("a.pdf", b"%PDF")]


@pytest.mark.parametrize(("said", "kind"), [("", "application/x-pkcs7-mime"), ("", "application/octet-stream")])
def test_what_it_is_stands_in_it_and_need_not_be_said(said: str, kind: str) -> None:
    assert reading_smime(cms(SIGNED, PART), said, kind).text == TEXT
    assert reading_smime(cms(ENVELOPED, PART), said, kind).seal == Seal(encrypted="S/MIME")


def test_signed_within_signed_is_opened_a_few_times() -> None:
    packed = PART
    for _ in range(3):
        kind = "Content-Type: application/pkcs7-mime; smime-type=signed-data"
        packed = part(kind, "Content-Transfer-Encoding: binary", body=cms(SIGNED, packed))
    assert read(mail(*(), body=b"", sender="From: a@b.test")[:-4] + b"\r\n" + packed, LIMITS).text == TEXT


def test_a_signed_file_is_a_file() -> None:
    packed = cms(SIGNED, b"%PDF-1.4 invoice")
    invoice = part("Content-Type: application/pkcs7-mime; name=invoice.pdf.p7m", body=packed)
    message = read(with_parts("mixed", PART, invoice), LIMITS)
    assert [(file.name, file.content) for file in message.attachments] == [("invoice.pdf.p7m", packed)]


def test_encrypted_mail_is_kept_as_it_is_and_says_so() -> None:
    packed = cms(ENVELOPED, b"secret")
    message = reading_smime(packed, "smime-type=enveloped-data; ")
    assert message.text == ""
    assert [(file.name, file.content) for file in message.attachments] == [("smime.p7m", packed)]
    assert message.seal == Seal(encrypted="S/MIME")


@pytest.mark.parametrize("cut", range(0, 700, 7))
def test_what_is_cut_off_never_raises(cut: int) -> None:
    whole = cms(SIGNED, PART, endless=True)
    read_cms(whole[:cut])
    assert reading_smime(whole[:cut]).readable


def test_what_is_no_cms_is_none() -> None:
    assert read_cms(b"") is None
    assert read_cms(b"\x30\x80\x06\x01") is None
    assert read_cms(b"\x30\x03\x02\x01\x01") is None


def test_certificates_alone_are_no_signed_mail() -> None:
    message = reading_smime(cms(SIGNED, b""), "smime-type=certs-only; ")
    assert message.seal is None
    assert [file.name for file in message.attachments] == ["smime.p7m"]


def test_only_the_kind_is_known_where_the_content_can_not_be_reached() -> None:
    assert read_cms(cms(SIGNED, PART)[:30]) == Cms("signed")


SHA_256 = der(0x30, der(6, bytes.fromhex("608648016503040201")))
TIME = (der(6, bytes.fromhex("2a864886f70d010905")), der(0x31, der(0x17, b"261123080000Z")))
WITHOUT_CONTENT = der(0x30, der(6, bytes.fromhex("2a864886f70d010701")))


def signed_by(*signer: bytes, before: bytes = b"") -> bytes:
    """CMS with this signer, whose signature nobody looks at; `before`: certificates."""
    data = der(0x30, der(2, b"\x01"), der(0x31), WITHOUT_CONTENT, before, der(0x31, der(0x30, *signer)))
    return der(0x30, der(6, SIGNED_DATA), der(0xA0, data))


HEAD = (der(2, b"\x01"), der(0x30), SHA_256)


def test_the_signer_says_when_he_signed() -> None:
    made_at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert signer_of(signed_by(*HEAD, der(0xA0, der(0x30, *TIME)))) == Signer(made_at, strong=True, detached=True)


@pytest.mark.parametrize(
    "message",
    [
        signed_by(),
        signed_by(*HEAD[:2]),
        signed_by(HEAD[0], HEAD[1], der(2)),
        signed_by(*HEAD, before=b"\xa0\x80\x9f\x20\x01x\0\0"),
        signed_by(*HEAD, *[der(0x30)] * 1000),
        signed_by(*HEAD, before=b"\xa0\x80" + b"\x05\x00" * 250_000 + b"\0\0"),
    ],
)
def test_what_names_no_signer_or_could_be_read_in_two_ways_has_none(message: bytes) -> None:
    assert signer_of(message) is None


@pytest.mark.parametrize("values", [TIME[:1], (*TIME, TIME[1]), (TIME[0], der(0x31)), (TIME[0], der(0x17))])
def test_a_time_that_is_not_written_as_one_is_none(values: tuple[bytes, ...]) -> None:
    assert signer_of(signed_by(*HEAD, der(0xA0, der(0x30, *values)))) == Signer(None, strong=True, detached=True)
