"""Transfer encodings, as damaged as they come."""

from __future__ import annotations

import base64
import binascii

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.mail.transfer import decode_transfer, from_base64


@given(st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_whatever_was_encoded_comes_back(raw: bytes) -> None:
    assert from_base64(base64.encodebytes(raw)) == raw
    assert decode_transfer(binascii.b2a_qp(raw, istext=False), "quoted-printable") == raw


@given(st.binary(max_size=300), st.binary(max_size=20), st.sampled_from(["base64", "quoted-printable", "7bit"]))
@settings(max_examples=50, deadline=None)
def test_a_part_is_decoded_as_if_nothing_stood_around_it(part: bytes, around: bytes, encoding: str) -> None:
    whole = around + part + around
    assert decode_transfer(whole, encoding, len(around), len(around + part)) == decode_transfer(part, encoding)


@pytest.mark.parametrize(
    ("written", "bytes_meant"),
    [
        (b"SGVs!!bG8=\r\n", b"Hello"),
        (b"SGVsbG8", b"Hello"),
        (b"SGVsbG8=SGVsbG8=", b"HelloHello"),
        (b"SGVsbG8=====", b"Hello"),
        (b"S", b""),
        (b"", b""),
        (b"=", b""),
    ],
)
def test_damaged_base64_gives_what_it_holds(written: bytes, bytes_meant: bytes) -> None:
    assert decode_transfer(written, "base64") == bytes_meant


def test_words_that_are_only_called_base64_stay() -> None:
    assert decode_transfer(b"please help me with the VPN", "base64") == b"please help me with the VPN"
    assert decode_transfer(b"SGVsbG8gSGVs bG8gSGVsbG8=", "base64") == b"Hello Hello Hello"


def test_damaged_quoted_printable_gives_what_it_holds() -> None:
    assert decode_transfer(b"a=ZZb =\r\nc=", "quoted-printable").startswith(b"a=ZZb c")


@pytest.mark.parametrize("encoding", ["", "7bit", "8bit", "binary", "x-uuencode", "nonsense"])
def test_an_unknown_encoding_leaves_the_bytes(encoding: str) -> None:
    assert decode_transfer(b"=41 QQ==", encoding) == b"=41 QQ=="
