"""Reply tokens: made, carried, mangled on the way, found again, and taken out of words that travel on."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mailgate.settings.model import Settings, Target
from mailgate.trust import token as tokens
from mailgate.trust.token import REMOVED
from tests.growth import assert_linear

SETTINGS = Settings.model_validate(
    {"site": {"admins": ["ops@example.com"]}, "addresses": [{"address": "support@example.com", "subaddress": True}]}
)
DOMAINS = SETTINGS.domains
TOKEN = "abcdefghijklmnopqrstuv27"
OTHER = "zyxwvutsrqponmlkjihgfe72"
TOKENS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=24, max_size=24)
MANGLINGS = st.sampled_from(
    [str.upper, str.title, lambda text: _folded(text, " \t"), lambda text: _folded(text, ">>  ")]
)


def _folded(text: str, filling: str) -> str:
    """As a field folded, or a line wrapped and quoted, in its middle."""
    middle = len(text) // 2
    return f"<{text[:middle]}\r\n{filling}{text[middle:]}>"


def _target(address: str) -> Target:
    target = SETTINGS.target(address)
    assert target is not None
    return target


def test_a_token_is_24_characters_that_any_mail_program_leaves_alone() -> None:
    minted = {tokens.mint() for _ in range(200)}
    assert len(minted) == 200
    assert all(re.fullmatch("[a-z2-7]{24}", each) for each in minted)


def test_only_a_digest_is_stored_and_case_does_not_change_it() -> None:
    assert tokens.digest(TOKEN) == tokens.digest(TOKEN.upper())
    assert re.fullmatch("[0-9a-f]{64}", tokens.digest(TOKEN))
    assert tokens.digest(TOKEN) != tokens.digest(OTHER)


@given(TOKENS)
def test_the_token_in_a_reply_address_is_found_again_in_any_case(token: str) -> None:
    for address in (f"support+{token}@example.com", f"SUPPORT+{token.upper()}@Example.COM"):
        assert tokens.in_address(_target(address)) == (token, "reply")


@given(TOKENS)
def test_the_token_in_a_bounce_address_is_known_as_such(token: str) -> None:
    for address in (f"support+b-{token}@example.com", f"support+B-{token.upper()}@example.com"):
        assert tokens.in_address(_target(address)) == (token, "bounce")


@pytest.mark.parametrize(
    "tag", ["", "news", TOKEN[:-1], TOKEN + "a", "b-" + TOKEN[:-1], "c-" + TOKEN, TOKEN + "+x", "1" * 24]
)
def test_any_other_tag_is_no_token(tag: str) -> None:
    assert tokens.in_address(_target(f"support+{tag}@example.com")) == (None, None)


@given(TOKENS, st.integers(1, 10**12), MANGLINGS)
def test_the_token_in_our_message_id_is_found_again_however_mangled(token: str, number: int, mangle) -> None:  # type: ignore[no-untyped-def]
    sent = tokens.message_id(number, token, "example.com")
    assert tokens.in_message_ids([mangle(sent)], DOMAINS) == ((number, token),)


@given(TOKENS, MANGLINGS)
def test_the_carrier_at_the_end_of_references_is_found_again_however_mangled(token: str, mangle) -> None:  # type: ignore[no-untyped-def]
    sent = tokens.carrier_id(token, "example.com")
    assert tokens.in_message_ids([mangle(sent)], DOMAINS) == ((None, token),)


def test_a_letter_without_ticket_says_number_0() -> None:
    sent = tokens.message_id(None, TOKEN, "example.com")
    assert sent == f"0.{TOKEN}@example.com"
    assert tokens.in_message_ids([sent], DOMAINS) == ((None, TOKEN),)


def test_several_ids_come_in_their_order_and_once() -> None:
    ids = (
        f"1042.{OTHER}@example.com",
        "foreign@else.example",
        f"1042.{TOKEN}@example.com",
        f"1042.{OTHER}@example.com",
    )
    assert tokens.in_message_ids(ids, DOMAINS) == ((1042, OTHER), (1042, TOKEN))


@pytest.mark.parametrize(
    "forged",
    [
        f"1042.{TOKEN}@evil.example",
        f"1042.{TOKEN}@example.com.evil.example",
        f"1042.{TOKEN}@mail.example.com",
        f"1042.{TOKEN}@evil@example.com",
        f"1042.{TOKEN}",
        f"1042{TOKEN}@example.com",
        f".{TOKEN}@example.com",
        f"x1042.{TOKEN}@example.com",
        f"-1.{TOKEN}@example.com",
        f"١٠٤٢.{TOKEN}@example.com",
        f"{'9' * 40}.{TOKEN}@example.com",
        f"1042.{TOKEN}x@example.com",
        f"1042.{TOKEN[:-1]}@example.com",
        f"1042.{TOKEN[:-1]}1@example.com",
        f"1042.{TOKEN}@example.com.",
        f"{TOKEN}@example.com",
        f"{TOKEN}.mailgatex@example.com",
        f"x{TOKEN}.mailgate@example.com",
        "",
        "@",
    ],
)
def test_an_id_that_is_not_exactly_ours_is_not_believed(forged: str) -> None:
    assert tokens.in_message_ids([forged], DOMAINS) == ()


def test_the_token_of_a_one_tap_link_stands_in_the_subject() -> None:
    assert tokens.in_subject(f"Re: [#1042 {TOKEN.upper()}] #take") == (1042, TOKEN)
    assert tokens.in_subject("Re: [#1042] Printer") is None


CARRIERS = [
    "support+{}@example.com",
    "SUPPORT+B-{}@EXAMPLE.COM",
    "mailto:support%2B{}%40example.com?subject=x",
    "1042.{}@example.com",
    "{}.mailgate@example.com",
    "[#1042 {}]",
    "mailto:support@example.com?subject=%5B%231042%20{}%5D",
    "https://tickets.example.com/t/{}",
    "https://tickets.example.com/t/{}?page=2#top",
]


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_token_in_words_that_travel_on_is_removed_with_its_carrier(carrier: str) -> None:
    for token in (TOKEN, TOKEN.upper(), f"{TOKEN[:9]}\n> {TOKEN[9:]}", f"{TOKEN[:9]}=\r\n{TOKEN[9:]}"):
        assert tokens.strip(f"See <{carrier.format(token)}>, please.") == f"See <{REMOVED}>, please."


@given(st.sampled_from(CARRIERS), TOKENS, st.text(max_size=60), st.text(max_size=60))
def test_no_token_survives_in_any_carrier_between_any_words(carrier: str, token: str, before: str, after: str) -> None:
    assume(token not in before + after)
    left = tokens.strip(f"{before} {carrier.format(token)} {after}")
    assert token not in left
    assert REMOVED in left


def test_tokens_that_are_not_ours_stay_where_we_are_asked() -> None:
    text = f"me+{OTHER}@list.example and support+{TOKEN.upper()}@example.com"
    assert tokens.strip(text, lambda token: token == TOKEN) == f"me+{OTHER}@list.example and {REMOVED}"


@pytest.mark.parametrize(
    "harmless",
    [
        "",
        "An ordinary text about +49 30 123456 and support+news@example.com.",
        "Internationalisierungsprobleme@example.com",
        TOKEN,
        f"path/t/{TOKEN}a",
        "Pi is 3.141592653589793238462643@home",
        "[#1042] Re: [#1043]",
    ],
)
def test_ordinary_words_are_left_alone(harmless: str) -> None:
    assert tokens.strip(harmless) == harmless


def test_the_words_around_several_tokens_are_kept() -> None:
    text = f"a support+{TOKEN}@example.com b\nc https://x.example/t/{OTHER} d"
    assert tokens.strip(text) == f"a {REMOVED} b\nc {REMOVED} d"


@pytest.mark.parametrize(
    "hostile", ["a" * 60_000, "1." * 30_000, "+a\n" * 20_000, "[" * 60_000, "[#1 " * 15_000, "/t/a" * 15_000]
)
@pytest.mark.timeout(3)
def test_a_long_text_of_half_carriers_costs_little(hostile: str) -> None:
    assert tokens.strip(hostile) == hostile


@pytest.mark.parametrize("piece", ["abcdefgh", "+abcdefghijklmnopqrstuvwx", "a=\r\n> ", "[#1 a"])
def test_words_without_a_token_cost_no_more_than_their_length(piece: str) -> None:
    assert_linear(lambda n: tokens.strip(piece * n), 4_000)


@pytest.mark.parametrize("before", [0, 2**18 - 30, 2**18 - 1, 2**18, 2**19 + 7])
def test_a_token_is_found_wherever_it_stands_in_a_large_text(before: int) -> None:
    text = "." * before + " support+" + "a" * 12 + "\r\n> " + "b" * 12 + "@example.com " + "." * 1000
    assert tokens.strip(text) == "." * before + " [link removed] " + "." * 1000


def test_a_status_link_inside_another_link_is_removed_too() -> None:
    wrapped = f"https://safelinks.example/?url=https%3A%2F%2Ftickets.example.com%2Ft%2F{TOKEN}"
    assert TOKEN not in tokens.strip(f"see {wrapped} please")
