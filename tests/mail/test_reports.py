"""What each server's report says of whom: the rows of `reports.yaml`; and that a person who shows one is a person."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mailgate.mail.bounce import Bounce, read_bounce
from mailgate.mail.parse import read
from tests.mail.writing import FROM, LIMITS

ERIKA = "erika@customer.example"
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.relay.example>"
Row = dict[str, Any]


@cache
def rows() -> list[Row]:
    text = (Path(__file__).parent / "reports.yaml").read_text(encoding="utf-8")
    return list(YAML(typ="safe", pure=True).load(text))


def written(row: Row, *, sender: str | None = None, before: str = "") -> bytes:
    """The report of this row; or the same from somebody else, below words of his own."""
    fields = [] if sender else row.get("fields", [])
    head = [
        sender or f"From: {row.get('from', DAEMON)}",
        "To: support@example.com",
        f"Subject: {row['subject']}",
        *fields,
    ]
    text = f"{before}{row['text']}"
    if "machine" not in row or sender:
        return "\r\n".join([*head, "Content-Type: text/plain; charset=utf-8", "", *text.split("\n")]).encode()
    head.append('Content-Type: multipart/report; report-type=delivery-status; boundary="b"')
    parts = [
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        *text.split("\n"),
        "--b",
        "Content-Type: message/delivery-status",
    ]
    return "\r\n".join([*head, *parts, "", *row["machine"].split("\n"), "--b--", ""]).encode()


def bounce_in(raw: bytes) -> Bounce | None:
    return read_bounce(read(raw, LIMITS))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["server"])
def test_what_a_server_reports(row: Row) -> None:
    bounce = bounce_in(written(row))
    assert bounce is not None
    told = (bounce.recipient, bounce.status, bounce.severity)
    assert told == (row.get("recipient", ERIKA), row["status"], row["class"])
    assert row.get("says", "") in str(bounce.reason)
    for email, expected in row.get("of", {}).items():
        own = bounce.about(email)
        assert own is not None
        assert f"{own.status} {own.severity}" == expected


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["server"])
def test_a_person_who_shows_us_a_report_is_a_person(row: Row) -> None:
    for before in ("", "Hello, I get this whenever I write to you. What is wrong?\n\n"):
        assert bounce_in(written(row, sender=FROM, before=before)) is None
