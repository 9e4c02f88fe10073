"""`mailgate demo`: ends by itself when asked, says what became of each mail, in both languages."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mailgate.cli.demo_words import SAYS, SORTS, reason
from mailgate.rules.sort import Sort


def demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    ports = [] if "--port" in arguments else ["--port", "0", "--submission-port", "0"]
    command = [sys.executable, "-m", "mailgate", "demo", *ports, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "M-1 is a request and opens ticket #1001",
                "M-2 is an agent's answer on ticket #1001",
                "M-3 is an automatic answer; it is noted on ticket #1001, and nobody answers it",
                "M-4 is a delivery report about a letter of ticket #1001",
            ],
        ),
        (
            "de",
            [
                "M-1 ist eine Anfrage und eröffnet Vorgang #1001",
                "M-2 ist unsere Antwort zu Vorgang #1001",
                "M-3 ist eine automatische Antwort; sie wird bei Vorgang #1001 vermerkt, und niemand antwortet ihr",
                "M-4 ist eine Meldung über einen unzustellbaren Brief aus Vorgang #1001",
            ],
        ),
    ],
)
def test_it_ends_by_itself_and_says_what_became_of_each_mail(tmp_path: Path, language: str, lines: list[str]) -> None:
    said = demo(tmp_path, "--once", "--lang", language)
    assert said.returncode == 0, said.stderr
    assert [line.strip() for line in said.stdout.splitlines() if line.startswith("    M-")] == lines
    assert "acknowledged" in said.stdout
    assert len(list((tmp_path / "var" / "demo" / "outgoing" / "new").iterdir())) == 5


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = demo(tmp_path, "--once", "--port", str(port))
    assert (said.returncode, said.stdout) == (1, "")
    assert f"127.0.0.1:{port} can not be used" in said.stderr
    assert said.stderr.endswith("Choose others: mailgate demo --port N --submission-port N.\n")


def test_a_language_it_does_not_speak_is_wrong_usage(tmp_path: Path) -> None:
    assert demo(tmp_path, "--lang", "fr").returncode == 2


def test_both_languages_have_words_for_everything() -> None:
    assert set(SAYS["en"]) == set(SAYS["de"])
    assert set(SORTS["en"]) == set(SORTS["de"]) == {str(sort) for sort in Sort}
    assert (
        reason("de", "ben writes on #7 (the token in the address)") == "ben schreibt zu #7 (Kennzeichen in der Adresse)"
    )
    assert reason("de", "Auto-Submitted: auto-replied") == "Auto-Submitted: auto-replied"
