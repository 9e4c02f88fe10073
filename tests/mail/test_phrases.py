"""The data files of mail programs' words hold together."""

from __future__ import annotations

from mailgate.mail.phrases import phrases


def test_every_known_client_language_can_be_read() -> None:
    known = phrases()
    assert {"on", "am"} <= {pattern.words[0] for pattern in known.attributions}
    assert known.labels["gesendet"] == known.labels["sent"] == "date"
    assert {"ursprüngliche nachricht", "original message"} <= known.dividers


def test_every_label_means_one_field() -> None:
    assert set(phrases().labels.values()) == {"from", "date", "to", "cc", "bcc", "subject", "other"}


def test_attributions_end_in_a_colon_and_the_ones_with_a_beginning_come_first() -> None:
    patterns = phrases().attributions
    assert all(pattern.words[-1].endswith(":") for pattern in patterns)
    opens = [pattern.opens for pattern in patterns]
    assert opens == sorted(opens, reverse=True)


def test_a_prefix_does_not_mean_both_answer_and_forward() -> None:
    assert not phrases().reply_prefixes & phrases().forward_prefixes


def test_footers_have_one_gap() -> None:
    assert all(len(pattern.words) == 2 for pattern in phrases().footers)
