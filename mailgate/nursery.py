"""The process that workers are born of: it has imported everything, so that another worker is there at once.

A worker is never forked from a daemon that runs: one of its threads may hold a lock at that moment, which nobody would
ever give back in the copy. The nursery has one thread, so a fork of it is whole. It is forked from the daemon before
that has any thread, socket or database, and shares its memory; a later one is started by exec. It does nothing but wait
for orders, and holds no database and no mail.

A worker is its grandchild. The child between the two ends at once, so that the worker becomes the daemon's own: the
daemon hears how it ended and takes it along when it dies, and the nursery may end at any time. Limits are the worker's
own, set after its birth.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import threading
import time
import traceback
from contextlib import suppress

from mailgate import allocation, births, kinship, log, worker
from mailgate.births import Born, Nursery
from mailgate.clock import Clock
from mailgate.mail.classify import classify
from mailgate.mail.message import Envelope
from mailgate.mail.parse import read
from mailgate.mail.phrases import phrases
from mailgate.outbox import render
from mailgate.settings.site import Limits
from mailgate.shift import Ending
from mailgate.slate import Slate
from mailgate.spawning import ordered
from mailgate.trust.organisation import organisation

LONGEST_ORDER_BYTES = 2**16
ADOPTED_SOON_SECONDS = 0.001
MOST_FILES = 2**16


def opened() -> Nursery:
    """Forked from this process, where it is alone in it; else one that is started at its first order."""
    if threading.active_count() > 1 or not kinship.adopts_grandchildren():
        return Nursery()
    gc.collect()
    gc.freeze()  # what is never looked through stays shared
    ours, theirs = births.line()
    daemon = os.getpid()
    pid = os.fork()
    if pid == 0:
        _apart(theirs, daemon)
    theirs.close()
    return Nursery(Born(pid, None, None), ours)


def _apart(orders: socket.socket, daemon: int) -> None:
    """The life of the copy, and of the workers it brings forth. Nothing of the daemon's is gone on with."""
    code = 1
    try:
        os.closerange(3, orders.fileno())
        os.closerange(orders.fileno() + 1, MOST_FILES)
        code = _tend(orders, daemon)
    except BaseException:  # noqa: BLE001  # no error may come back into the copy of what the daemon was at
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def main(line: str, daemon: str) -> int:
    """The life of one that was started by exec. `line`: the number of its socket."""
    log.set_up_as_wished(os.environ)
    allocation.give_back_early()
    return _tend(socket.socket(fileno=int(line)), int(daemon))


def _tend(orders: socket.socket, daemon: int) -> int:
    """Bring forth a worker for each order, until the other end is closed: `daemon` is the pid of who reads there. In
    the worker this returns when its life is over."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the daemon decides
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints goes to the log
    kinship.be_called("mailgate nurse")
    _learn()
    while True:
        order, files = _next(orders)
        if not order:
            return Ending.done
        if _is_the_newborn(orders, daemon):
            orders.close()
            incoming, outgoing, slate = files
            return worker.live(ordered(order), worker.Pipe(incoming, outgoing, Slate(slate)))
        for file in files:
            os.close(file)


def _next(orders: socket.socket) -> tuple[bytes, list[int]]:
    """An order, its two pipes and its slate; nothing once the daemon is gone."""
    try:
        order, files, _, _ = socket.recv_fds(orders, LONGEST_ORDER_BYTES, 3)
    except ConnectionResetError:  # it went without reading our last answer
        return b"", []
    return order, files


def _learn() -> None:
    """What each worker would have to read for its first mail and the letters about it."""
    phrases()
    organisation("example.com")
    message = read(b"From: somebody@example.com\r\nSubject: Hello\r\n\r\nWords.\r\n", Limits())
    classify(message, Envelope("somebody@example.com", (), Clock().now()), Limits())
    render.learn()
    gc.collect()
    gc.freeze()


def _is_the_newborn(orders: socket.socket, daemon: int) -> bool:
    """True in the worker, once it is the daemon's child; False here, when the daemon was told its pid."""
    reading, writing = os.pipe()
    between = os.fork()
    if between == 0:
        parent = os.getpid()
        born = os.fork()
        if born:
            os.write(writing, str(born).encode())
            os._exit(0)
        os.close(reading)
        os.close(writing)
        _be_adopted(parent, daemon)
        return True
    os.close(writing)
    pid = os.read(reading, 20)
    os.close(reading)
    os.waitpid(between, 0)
    with suppress(BrokenPipeError):  # the daemon is gone, which the next look finds
        orders.send(pid or b"not born")
    return False


def _be_adopted(parent: int, daemon: int) -> None:
    """Wait for the end of the parent, and die with the daemon from then on; at once where it is gone already."""
    while os.getppid() == parent:
        time.sleep(ADOPTED_SOON_SECONDS)
    kinship.die_with_parent()
    if os.getppid() != daemon:
        os._exit(Ending.done)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
