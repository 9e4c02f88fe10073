"""Parts that hold other parts, sealed mail, and structures that are not quite what they say."""

from __future__ import annotations

import base64
import quopri
import struct

import pytest

from mailgate.mail.message import Message, Seal
from mailgate.mail.parse import read
from mailgate.settings.site import Limits
from tests.mail.packing import cms, uu
from tests.mail.writing import LIMITS, container, mail, part, reading, with_parts

PLAIN = part("Content-Type: text/plain; charset=utf-8", body="Plain words")
PDF = part('Content-Type: application/pdf; name="a.pdf"', body="%PDF")
BOUND = 'Content-Type: multipart/mixed; boundary="b1"'
PARTS = container("mixed", PLAIN, PDF).partition(b"\r\n\r\n")[2]


def names(message: Message) -> list[str]:
    return [file.name for file in message.attachments]


def test_an_encrypted_mail_is_a_file_for_whoever_has_the_key() -> None:
    control = part("Content-Type: application/pgp-encrypted", body="Version: 1")
    message = read(
        with_parts("encrypted", control, part("Content-Type: application/octet-stream", body="-----BEG")), LIMITS
    )
    assert names(message) == ["encrypted.asc"]
    assert message.seal == Seal(encrypted="OpenPGP")


def test_an_encrypted_mail_that_exchange_has_taken_apart_is_still_one() -> None:
    control = part("Content-Type: application/pgp-encrypted; name=version.asc", body="Version: 1")
    message = read(with_parts("mixed", control, part("Content-Type: application/octet-stream; name=m.asc")), LIMITS)
    assert message.seal == Seal(encrypted="OpenPGP")
    assert "m.asc" in names(message)


def test_an_encrypted_block_in_html_is_seen() -> None:
    html = "<pre>-----BEGIN PGP MESSAGE-----\nhQEMA\n-----END PGP MESSAGE-----</pre>"
    message = reading("Content-Type: text/html", body=html)
    assert message.seal == Seal(encrypted="OpenPGP")
    assert "hQEMA" in message.text


def test_a_signed_mail_in_the_frame_of_a_list_is_signed() -> None:
    signature = part("Content-Type: application/pgp-signature; name=signature.asc", body="sig")
    signed = container("signed", PLAIN, signature, boundary="b2")
    message = read(with_parts("mixed", signed, part(body="footer of the list")), LIMITS)
    assert message.text == "Plain words\n\nfooter of the list"
    assert (message.seal, names(message)) == (Seal(signed="OpenPGP"), [])


def test_which_kind_of_signature_it_is_stands_in_the_header() -> None:
    signed = with_parts("signed", PLAIN, part("Content-Type: application/pkcs7-signature; name=smime.p7s"))
    signed = signed.replace(b"multipart/signed;", b'multipart/signed; protocol="application/pkcs7-signature";')
    assert read(signed, LIMITS).seal == Seal(signed="S/MIME")


def test_a_plain_mail_has_no_seal() -> None:
    assert reading(body="words").seal is None


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_container_that_is_encoded_against_the_rule_is_opened(encoding: str) -> None:
    coded = base64.encodebytes(PARTS) if encoding == "base64" else quopri.encodestring(PARTS)
    message = reading(BOUND, f"Content-Transfer-Encoding: {encoding}", body=coded)
    assert (message.text, names(message)) == ("Plain words", ["a.pdf"])


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-none"])
def test_a_container_that_only_says_that_it_is_encoded_is_read_as_it_is(encoding: str) -> None:
    message = reading(BOUND, f"Content-Transfer-Encoding: {encoding}", body=PARTS)
    assert (message.text, names(message)) == ("Plain words", ["a.pdf"])


@pytest.mark.parametrize(
    "kind", ["multipart/mixed", 'multipart/mixed; boundary="other"', "multipart/alternative; boundary="]
)
def test_a_container_is_cut_at_the_boundary_it_really_uses(kind: str) -> None:
    message = reading(f"Content-Type: {kind}", body=PARTS)
    assert (message.text, names(message)) == ("Plain words", ["a.pdf"])


def test_dashes_are_no_boundary() -> None:
    body = "--\r\nErika Krause\r\n--\r\nmore\r\n--\r\n"
    assert reading("Content-Type: multipart/mixed", body=body).text.startswith("--\nErika Krause")


def test_a_container_without_a_part_shows_what_stands_around() -> None:
    message = reading(BOUND, body="Preamble\r\n--b1\r\n--b1--\r\nEpilogue")
    assert message.text == "Preamble\nEpilogue"


def test_a_missing_last_boundary_costs_nothing() -> None:
    cut = with_parts("mixed", PLAIN, PDF).removesuffix(b"\r\n--b1--\r\n")
    assert names(read(cut, LIMITS)) == ["a.pdf"]


def test_a_part_without_a_header_is_text() -> None:
    raw = with_parts("mixed", PLAIN).replace(b"--b1--", b"--b1\r\nno header at all\r\n--b1--")
    assert read(raw, LIMITS).text == "Plain words\n\nno header at all"


def test_a_file_of_an_old_mac_is_only_its_data() -> None:
    resource = part("Content-Type: application/applefile; name=%x.doc", body="\0\5\x16\7")
    data = part("Content-Type: application/msword; name=x.doc", body="DOC")
    double = container("appledouble", resource, data, boundary="b2")
    assert names(read(with_parts("mixed", PLAIN, double), LIMITS)) == ["x.doc"]


def test_a_file_packed_in_one_by_an_old_mac_is_unpacked() -> None:
    head = b"\x00\x05\x16\x00\x00\x02\x00\x00" + b"\0" * 16 + struct.pack(">H", 2)
    packed = head + struct.pack(">III", 3, 50, 5) + struct.pack(">III", 1, 55, 4) + b"x.docDATA"
    fields = ("Content-Type: application/applefile", "Content-Transfer-Encoding: base64")
    message = read(with_parts("mixed", PLAIN, part(*fields, body=base64.encodebytes(packed))), LIMITS)
    assert [(file.name, file.content) for file in message.attachments] == [("x.doc", b"DATA")]


def test_a_piece_of_a_mail_says_which() -> None:
    message = reading('Content-Type: message/partial; id="x"; number=2; total=3', body="half")
    assert "this is piece 2 of 3 of a mail that was sent in pieces" in message.defects


def test_what_lies_elsewhere_is_said_and_not_fetched() -> None:
    link = part('Content-Type: message/external-body; access-type=URL; URL="http://127.0.0.1:1/x"')
    assert "a part lies elsewhere and was not fetched" in read(with_parts("mixed", PLAIN, link), LIMITS).defects


def test_enriched_text_is_read_without_its_marks() -> None:
    body = "<bold>Now</bold> is the\r\ntime for <color><param>red</param>all</color>\r\n\r\n<<men>"
    assert reading("Content-Type: text/enriched", body=body).text == "Now is the time for all\n<men>"


def test_its_forerunner_ends_lines_by_a_mark() -> None:
    assert reading("Content-Type: text/richtext", body="one<nl>two <lt>three").text == "one\ntwo <three"


def test_a_report_whose_only_words_stand_in_its_machine_part_shows_them() -> None:
    status = part("Content-Type: message/delivery-status", body="Your mail could not be delivered.")
    assert read(with_parts("report", status), LIMITS).text == "Your mail could not be delivered."


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("Quoted_Printable", "Gr=C3=BC=C3=9Fe", "Grüße"),
        ("quoted-printable;", "Gr=C3=BC=C3=9Fe", "Grüße"),
        ('"quoted-printable"', "Gr=C3=BC=C3=9Fe", "Grüße"),
        ("quoted-printable", "soft =  \r\nbreak", "soft break"),
        (
            "quoted-printable",
            base64.encodebytes("Der Drucker im Büro ist seit heute früh defekt.".encode() * 2),
            "Der Drucker",
        ),
        ("base 64", "R3LDvMOfZQ==", "Grüße"),
        ("base64", "R3LDvMOfZQ==\r\n-- \r\nfooter of a list", "Grüße\n-- \nfooter of a list"),
        ("base64", "R3LD!vMO*fZQ", "Grüße"),
        ("7-bit", "Grüße", "Grüße"),
        ("x-none", "Grüße", "Grüße"),
        ("x-uuencode", uu("x", "Grüße".encode()), "Grüße"),
    ],
)
def test_encodings_that_are_not_what_they_say(encoding: str, body: str | bytes, text: str) -> None:
    message = reading("Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}", body=body)
    assert message.text.startswith(text)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("text/html charset=utf-8", "Grüße"),
        ("text/html, charset=utf-8", "Grüße"),
        ('"text/html"; charset="utf-8', "Grüße"),
        ("text / html; charset=utf-8", "Grüße"),
        ("text/html; charset=utf-8 format=flowed", "Grüße"),
        ("text", "<p>Grüße</p>"),
        ("text/plain;", "<p>Grüße</p>"),
        ('text/html; charset="', "Grüße"),
    ],
)
def test_broken_content_types_mean_what_they_look_like(field: str, text: str) -> None:
    assert reading(f"Content-Type: {field}", body="<p>Grüße</p>").text == text


def test_a_byte_order_mark_before_the_header_is_none_of_it() -> None:
    message = read(b"\xef\xbb\xbf" + mail(body="words"), LIMITS)
    assert (message.sender is not None, message.text) == (True, "words")


def test_opened_parts_count_as_the_mails_own() -> None:
    whole = container("mixed", *[part(body="x")] * 40, boundary="b2")
    packed = part("Content-Type: application/pkcs7-mime; smime-type=signed-data", body=cms(2, whole))
    message = read(with_parts("mixed", *[packed] * 4), Limits(parts=100))
    assert message.readable
    assert "more than 100 parts" in message.defects
    assert names(message) == ["smime.p7m", "smime-2.p7m"]
