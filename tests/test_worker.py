"""The worker's end of the pipe: lines, turns, and the mail that stands on its slate."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from mailgate.slate import Entry, Slate
from mailgate.worker import Pipe


@dataclass
class Parent:
    """The other end."""

    pipe: Pipe
    say: int
    hear: int

    def tell(self, lines: bytes) -> None:
        os.write(self.say, lines)

    def heard(self) -> bytes:
        return os.read(self.hear, 1000)


@pytest.fixture
def parent() -> Iterator[Parent]:
    (incoming, say), (hear, outgoing) = os.pipe(), os.pipe()
    with closing(Slate.new()) as slate:
        yield Parent(Pipe(incoming, outgoing, slate), say, hear)
    for end in (incoming, say, hear, outgoing):
        try:
            os.close(end)
        except OSError:
            pass  # the test has closed it


def test_lines_come_whole_however_they_were_cut(parent: Parent) -> None:
    parent.tell(b"look\nlo")
    assert parent.pipe.lines(1) == ["look"]
    parent.tell(b"ok\ngo\n")
    assert parent.pipe.lines(1) == ["look", "go"]


def test_a_mail_stands_on_the_slate_until_the_worker_is_idle(parent: Parent) -> None:
    parent.pipe.on(17, 5000, 2.5)
    assert parent.pipe.slate.read() == Entry(17, 5000, 2.5)
    parent.pipe.idle()
    assert parent.pipe.slate.read() is None
    assert parent.heard() == b"idle\n"


def test_where_the_database_grants_turns_the_first_mail_shows_that_it_is_ours(parent: Parent) -> None:
    with parent.pipe.asking():
        for mail in (17, 18):
            parent.pipe.on(mail, 5000, 2.5)
    assert parent.heard() == b"asks\nhas\ndone\n"


def test_silence_is_no_line_and_the_end_of_the_pipe_is_an_end(parent: Parent) -> None:
    assert parent.pipe.lines(0.01) == []
    os.close(parent.say)
    with pytest.raises(EOFError):
        parent.pipe.lines(1)


def test_a_turn_begins_with_go_and_ends_with_done(parent: Parent) -> None:
    threading.Timer(0.01, parent.tell, [b"look\nlook\ngo\n"]).start()
    with parent.pipe.turn():
        assert parent.heard() == b"turn\n"
    assert parent.heard() == b"done\n"


def test_a_stop_that_comes_while_it_waits_for_its_turn_is_not_forgotten(parent: Parent) -> None:
    parent.tell(b"stop\ngo\n")
    with parent.pipe.turn():
        assert parent.pipe.is_stopping


def test_a_turn_comes_back_when_the_work_in_it_fails(parent: Parent) -> None:
    parent.tell(b"go\n")
    with pytest.raises(ZeroDivisionError), parent.pipe.turn():
        raise ZeroDivisionError
    assert parent.heard() == b"turn\ndone\n"
