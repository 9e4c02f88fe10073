"""Turns: one at a time, first come first served."""

from __future__ import annotations

import threading

import pytest

from mailgate.store.turns import Turns


def waiting(turns: Turns, name: str, order: list[str]) -> threading.Thread:
    """Somebody who stands in line before this returns."""

    def take() -> None:
        with turns.turn():
            order.append(name)

    thread = threading.Thread(target=take)
    standing = len(turns._waiting)
    thread.start()
    while len(turns._waiting) == standing:
        pass
    return thread


def test_who_came_first_is_served_first() -> None:
    turns, order = Turns(), list[str]()
    with turns.turn():
        threads = [waiting(turns, name, order) for name in "abcde"]
        assert order == []
    for thread in threads:
        thread.join(5)
    assert order == list("abcde")


def test_a_turn_comes_back_when_its_holder_fails() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        pass


def test_nobody_is_in_together_with_another() -> None:
    turns, inside, most = Turns(), list[int](), list[int]()

    def work() -> None:
        for _ in range(300):
            with turns.turn():
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (max(most), len(most)) == (1, 1200)
