"""What is sent to a server while it is away reaches no other test's."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest

from tests.doubles.ports import Port


def test_whoever_asks_for_any_port_is_not_given_one_that_is_held() -> None:
    with ExitStack() as opened:
        held = {opened.enter_context(Port()).number for _ in range(500)}
        given = {opened.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1] for _ in range(1000)}
    assert len(given) == 1000
    assert not held & given


def test_servers_come_and_go_at_a_port_that_is_held() -> None:
    with Port() as at:
        for _ in range(2):
            with socket.create_server(("127.0.0.1", at.number)), socket.create_connection(("127.0.0.1", at.number)):
                pass
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", at.number))
