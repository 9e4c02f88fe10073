"""uuencode, yEnc and OpenPGP in the text of a mail: files and words, as a reader expects them."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.mail.blocks import parted
from mailgate.mail.message import Message, Seal
from mailgate.mail.parse import read
from tests.mail.packing import uu, yenc
from tests.mail.writing import LIMITS, part, reading, with_parts

PHOTO = bytes(range(256)) * 3
SIGNED = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

Dear desk,
- - the first point
- --{blank}
Erika
-----BEGIN PGP SIGNATURE-----
Version: GnuPG v2

iQEzBAEBCgAdFiEE
=aBcD
-----END PGP SIGNATURE-----
""".replace("{blank}", " ")
SECRET = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=aBcD\n-----END PGP MESSAGE-----\n"


def files(message: Message) -> list[tuple[str, bytes]]:
    return [(file.name, file.content) for file in message.attachments]


def body(*pieces: bytes | str) -> bytes:
    return b"".join(each if isinstance(each, bytes) else each.encode() for each in pieces).replace(b"\n", b"\r\n")


def test_a_uuencoded_photo_becomes_a_file_and_the_words_stay() -> None:
    message = reading(body=body("See the photo.\n\n", uu("photo.jpg", PHOTO), "\nRegards\n"))
    assert message.text == "See the photo.\n\n[photo.jpg]\n\nRegards"
    assert files(message) == [("photo.jpg", PHOTO)]
    assert message.attachments[0].media_type == "image/jpeg"


def test_several_blocks_are_several_files() -> None:
    message = reading(body=body(uu("a.txt", b"one"), "between\n", uu("b.txt", b"two"), uu("", b"three")))
    assert message.text == "[a.txt]\nbetween\n[b.txt]\n[…]"
    assert files(message) == [("a.txt", b"one"), ("b.txt", b"two"), ("attachment-3.bin", b"three")]


def test_nothing_is_written_where_a_name_points() -> None:
    message = reading(body=body(uu("../../etc/passwd", b"root")))
    assert files(message) == [("passwd", b"root")]


@pytest.mark.parametrize(
    "block",
    [
        uu("a.txt", b"one").removesuffix(b"`\nend\n"),
        uu("a.txt", b"one").replace(b"`\n", b"no line of it\n"),
        b"begin 644 a.txt\n",
        b"We begin 644 times a day.\nend\n",
        b"begin 64 a.txt\n`\nend\n",
        yenc("a.bin", PHOTO).partition(b"=yend")[0],
        b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n",
        SIGNED.partition("-----END")[0].encode(),
    ],
)
def test_a_block_that_is_not_whole_stays_text(block: bytes) -> None:
    assert parted(b"words\n" + block) is None


def test_blanks_that_were_lost_at_the_end_of_a_line_cost_nothing() -> None:
    block = b"begin 644 zeros\n" + b"\n".join((b"M" + b" " * 60).rstrip() for _ in range(2)) + b"\n`\nend\n"
    assert files(reading(body=block)) == [("zeros", bytes(90))]


def test_base64_between_begin_and_equal_signs_is_uuencode_too() -> None:
    assert files(reading(body=body("begin-base64 644 a.txt\nb25l\n====\n"))) == [("a.txt", b"one")]


def test_a_block_inside_an_encoded_body_is_found() -> None:
    raw = base64.encodebytes(body("words\n", uu("a.txt", b"one")))
    message = reading("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", body=raw)
    assert (message.text, files(message)) == ("words\n[a.txt]", [("a.txt", b"one")])


def test_a_text_file_that_holds_a_block_stays_as_it_is() -> None:
    log = part("Content-Type: text/plain; name=x.uue", "Content-Disposition: attachment", body=body(uu("a", b"one")))
    message = read(with_parts("mixed", part(body="words"), log), LIMITS)
    assert [name for name, _ in files(message)] == ["x.uue"]


def test_a_file_in_yenc_keeps_every_byte() -> None:
    message = reading("Content-Transfer-Encoding: 8bit", body=b"words\r\n" + yenc("photo.jpg", PHOTO) + b"bye\r\n")
    assert message.text == "words\n[photo.jpg]\nbye"
    assert files(message) == [("photo.jpg", PHOTO)]


def test_parts_in_yenc_are_put_together_where_all_are_there() -> None:
    raw = yenc("big.bin", b"two", (2, 2)) + yenc("big.bin", b"one", (1, 2))
    assert files(reading(body=raw)) == [("big.bin", b"onetwo")]


def test_one_part_alone_stays_a_part() -> None:
    assert files(reading(body=yenc("big.bin", b"two", (2, 3)))) == [("big.bin.002", b"two")]


def test_a_wrong_check_sum_is_said() -> None:
    message = reading(body=yenc("a.bin", PHOTO, crc=1))
    assert files(message) == [("a.bin", PHOTO)]
    assert "the check sum of a.bin is wrong" in message.defects


def test_a_length_that_is_not_there_is_said() -> None:
    message = reading(body=yenc("a.bin", b"four").replace(b"size=4 crc", b"size=9 crc"))
    assert "a.bin is not whole" in message.defects


def test_clear_signed_words_are_read_without_their_armour() -> None:
    message = reading(body=body("above\n", SIGNED, "footer of a list\n"))
    assert message.text == "above\nDear desk,\n- the first point\n-- \nErika\nfooter of a list"
    assert message.seal == Seal(signed="OpenPGP")
    assert message.attachments == ()


def test_clear_signed_words_survive_a_program_that_ate_the_empty_line() -> None:
    assert reading(body=body(SIGNED.replace("SHA512\n\n", "SHA512\n"))).text.startswith("Dear desk,\n")


def test_a_first_line_with_a_colon_is_no_field_of_the_armour() -> None:
    lost = SIGNED.replace("SHA512\n\n", "SHA512\nComment: signed by hand\n")
    words = "Invoice: 4711 is wrong\nUrgent: please call\n"
    assert reading(body=body(lost.replace("Dear desk,\n", words))).text.startswith(words + "- the first point")


def test_clear_signed_words_may_flow() -> None:
    flowed = SIGNED.replace("Dear desk,\n", "Dear \ndesk,\n")
    assert reading("Content-Type: text/plain; format=flowed", body=body(flowed)).text.startswith("Dear desk,\n")


def test_an_encrypted_block_becomes_a_file_and_the_words_around_it_stay() -> None:
    message = reading(body=body("For you:\n", SECRET, "Erika\n"))
    assert message.text == "For you:\n[message.asc]\nErika"
    assert files(message) == [("message.asc", SECRET.encode())]
    assert message.seal == Seal(encrypted="OpenPGP")


def test_a_key_in_the_text_is_a_file_and_no_seal() -> None:
    message = reading(body=body("My key:\n", SECRET.replace("MESSAGE", "PUBLIC KEY BLOCK")))
    assert [name for name, _ in files(message)] == ["key.asc"]
    assert message.seal is None


def test_a_quoted_armour_is_a_quotation() -> None:
    quoted = "".join(f"> {line}\n" for line in SIGNED.split("\n"))
    assert parted(quoted.encode()) is None


@given(st.binary(max_size=300), st.sampled_from(("a.bin", "ä b.jpg")))
@settings(max_examples=60, deadline=None)
def test_whatever_is_packed_comes_out_as_it_was(content: bytes, name: str) -> None:
    for packed in (uu(name, content), yenc(name, content)):
        found = parted(b"before\n" + packed + b"after\n")
        assert found is not None
        assert [file.content for file in found.files] == [content]
        assert found.text.startswith(b"before\n[")
        assert found.text.strip().endswith(b"]\nafter")


@given(
    st.lists(st.sampled_from((uu("a", b"one"), yenc("b", b"two"), SIGNED.encode(), SECRET.encode(), b"x\n", b"-" * 5)))
)
@settings(max_examples=60, deadline=None)
def test_no_word_between_blocks_is_lost(pieces: list[bytes]) -> None:
    found = parted(b"".join(pieces))
    assert (found.text if found else b"".join(pieces)).count(b"x\n") == pieces.count(b"x\n")
