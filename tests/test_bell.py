"""A worker is woken once for many mails, and never misses one."""

from __future__ import annotations

from mailgate.bell import Bell


class Worker:
    """What it was told."""

    def __init__(self, *, hears: bool = True) -> None:
        self.told: list[bytes] = []
        self.hears = hears

    def tell(self, line: bytes) -> bool:
        if self.hears:
            self.told.append(line)
        return self.hears


def test_many_mails_are_one_word() -> None:
    worker, bell = Worker(), Bell()
    for _ in range(5):
        bell.ring(worker.tell)
    assert worker.told == [b"look\n"]


def test_what_arrives_after_the_word_is_said_again_when_it_has_looked() -> None:
    worker, bell = Worker(), Bell()
    bell.ring(worker.tell)
    bell.ring(worker.tell)
    bell.looked(worker.tell)
    assert worker.told == [b"look\n"] * 2
    bell.looked(worker.tell)
    assert worker.told == [b"look\n"] * 2


def test_who_has_looked_is_told_of_the_next_mail_at_once() -> None:
    worker, bell = Worker(), Bell()
    for _ in range(3):
        bell.ring(worker.tell)
        bell.looked(worker.tell)
    assert worker.told == [b"look\n"] * 3


def test_a_word_that_did_not_get_through_is_said_again() -> None:
    worker, bell = Worker(hears=False), Bell()
    bell.ring(worker.tell)
    worker.hears = True
    bell.ring(worker.tell)
    assert worker.told == [b"look\n"]
