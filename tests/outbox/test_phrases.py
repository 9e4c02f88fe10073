"""Words as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailgate.outbox.phrases import light_words, priority_words, size_words, status_words, when_words


def test_a_date_reads_as_people_write_it_in_their_own_zone() -> None:
    at = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    assert when_words(at, "en", "Europe/Berlin") == "Monday, 23 November 2026, 11:00"
    assert when_words(at, "de", "Europe/Berlin") == "Montag, 23. November 2026, 11:00 Uhr"
    assert when_words(at, "en", "Pacific/Auckland") == "Monday, 23 November 2026, 23:00"


def test_march_and_saturday_are_german_words() -> None:
    at = datetime(2026, 3, 7, 23, 30, tzinfo=UTC)
    assert when_words(at, "de", "UTC") == "Samstag, 7. März 2026, 23:30 Uhr"
    assert when_words(at, "de", "Europe/Berlin") == "Sonntag, 8. März 2026, 00:30 Uhr"


@pytest.mark.parametrize(
    ("size", "english", "german"),
    [
        (0, "0 bytes", "0 Byte"),
        (1, "1 byte", "1 Byte"),
        (999, "999 bytes", "999 Byte"),
        (1200, "1.2 kB", "1,2 kB"),
        (310_000, "310 kB", "310 kB"),
        (999_499, "999 kB", "999 kB"),
        (999_600, "1 MB", "1 MB"),
        (1_250_000, "1.2 MB", "1,2 MB"),
        (25 * 2**20, "26 MB", "26 MB"),
        (3 * 10**9, "3 GB", "3 GB"),
    ],
)
def test_a_size_is_a_short_number(size: int, english: str, german: str) -> None:
    assert size_words(size, "en") == english
    assert size_words(size, "de") == german


def test_statuses_and_priorities_are_words_in_both_languages() -> None:
    assert status_words("in_progress", "en") == "in progress"
    assert status_words("in_progress", "de-AT") == "in Bearbeitung"
    assert status_words("waiting", "de", waiting_for="reporter") == "wartet auf den Melder"
    assert priority_words("urgent", "de") == "dringend"


def test_another_language_reads_english_and_an_unlit_light_says_nothing() -> None:
    assert status_words("closed", "fr") == "closed"
    assert light_words("red", "fr") == "red, overdue"
    assert light_words("", "en") == light_words("off", "de") == ""
