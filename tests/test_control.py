"""The control socket: for one user alone, on any path, and never in the daemon's way."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from mailgate import control
from mailgate.control import Answer, answering, ask
from mailgate.errors import MailgateError
from mailgate.settings.problems import Problem

ANSWER = Answer(
    dry_run=True,
    version="0123456789ab",
    changes=("Rule “größer” is new",),
    problems=(Problem("routing.yaml", 3, 7, "rules.0", "wrong"),),
    why_not="nothing works",
)


async def answer(folder: Path, dry_run: bool) -> Answer:
    assert (folder, dry_run) == (Path("/etc/mailgate"), True)
    return ANSWER


async def asked(state: Path) -> Answer:
    return await asyncio.to_thread(ask, state, Path("/etc/mailgate"), dry_run=True)


@pytest.mark.parametrize("deep", [0, 120], ids=["short", "longer than a socket's path may be"])
async def test_an_answer_arrives_as_it_was_given(tmp_path: Path, deep: int) -> None:
    state = tmp_path / ("d" * deep)
    state.mkdir(exist_ok=True)
    async with answering(state, answer):
        assert await asked(state) == ANSWER
        assert (state / control.FILE).stat().st_mode & 0o777 == 0o600
    assert not (state / control.FILE).exists()


async def test_a_refusal_has_all_its_reasons() -> None:
    assert not ANSWER.ok
    assert ANSWER.reasons == ("routing.yaml:3:7: rules.0: wrong", "nothing works")


async def test_the_socket_that_a_killed_daemon_left_is_no_hindrance(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / control.FILE))
    with pytest.raises(MailgateError, match="No mailgate runs on"):
        await asked(tmp_path)
    async with answering(tmp_path, answer):
        assert await asked(tmp_path) == ANSWER


@pytest.mark.parametrize("deep", [0, 120])
def test_where_no_daemon_runs_one_sentence_says_so(tmp_path: Path, deep: int) -> None:
    with pytest.raises(MailgateError, match=r"^No mailgate runs on .*: start it with `mailgate run`\.$"):
        ask(tmp_path / ("x" * deep), tmp_path, dry_run=False)


@pytest.mark.parametrize("question", [b"", b"\n", b"nonsense\n", b"[]\n", b'{"dry_run": true}\n', b"x" * 100_000])
async def test_nonsense_gets_no_answer_and_harms_nobody(tmp_path: Path, question: bytes) -> None:
    async with answering(tmp_path, answer):
        reader, writer = await asyncio.open_unix_connection(tmp_path / control.FILE)
        writer.write(question)
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
        assert await asked(tmp_path) == ANSWER


async def test_a_daemon_that_ends_before_it_answers(tmp_path: Path) -> None:
    async def fails(folder: Path, dry_run: bool) -> Answer:
        raise OSError("gone")

    async with answering(tmp_path, fails):
        with pytest.raises(MailgateError, match="The daemon has ended before it answered"):
            await asked(tmp_path)
