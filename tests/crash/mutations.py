"""What can be taken out of mailgate, so that the rig proves that it would notice: changes to a module of the product,
made inside its processes right after the import (`inside/sitecustomize.py`). No file of the product is touched.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

Change = tuple[str, Callable[[ModuleType], None]]


@dataclass(frozen=True, slots=True)
class Mutation:
    """`red`: the experiment that has to fail with it."""

    what: str
    red: str
    changes: tuple[Change, ...]


def _synchronous(mode: str) -> Callable[[ModuleType], None]:
    def change(module: Any) -> None:
        prepare = module._prepare

        def prepared(connection: Any, record: Any) -> None:
            prepare(connection, record)
            connection.execute(f"PRAGMA synchronous={mode}")

        module._prepare = prepared

    return change


def _no_fsync_of_files(module: Any) -> None:
    nothing = ModuleType("os without fsync")
    nothing.__dict__.update({name: value for name, value in vars(os).items() if name != "__name__"})
    nothing.fsync = lambda handle: None  # type: ignore[attr-defined]
    module.os = nothing


def _no_fsync_of_the_folder(module: Any) -> None:
    assert module.sync_folder
    module.sync_folder = lambda folder: None


def _only_for_who_is_there(module: Any) -> None:
    """The journal's thread believes that whoever has handed in a mail waits for it still."""
    hear = module.Expected.set_result

    def hears(self: Any, receipt: Any) -> None:
        assert not self.commit.cancelled()
        hear(self, receipt)

    module.Expected.set_result = hears


def _commit_of_the_session(module: Any) -> None:
    """The commit belongs to the session, and ends with it: aiosmtpd cancels what it believes to be its task."""
    wait = module.Wire.wait_until

    def waits(self: Any, done: Any, told: Any) -> None:
        wait(self, done, told)
        self._handler_coroutine = done

    module.Wire.wait_until = waits


def _nothing_is_known_again(module: Any) -> None:
    module._known = lambda connection, batch: {}


def _no_copies(module: Any) -> None:
    nothing = module.Copies()
    module._copies = lambda journal, settings, row: nothing


def _finish_whatever_the_fence(module: Any) -> None:
    state, sa = module.STATE, module.sa

    def finish(tx: Any, claimed: Any, **values: Any) -> bool:
        tx.execute(sa.update(state).where(state.c.mail == claimed.arrival.id).values(worker=None, **values))
        return True

    module.finish = finish
    assert module.lost
    module.lost = lambda tx, claimed: []


def _answer_250_before_the_commit(module: Any) -> None:
    commit, receipt = module.Journal._commit, module.Receipt

    def settle(self: Any, batch: Any) -> None:
        for number, waiting in enumerate(batch):
            waiting.receipt.set_result(receipt(number + 1, False))
        commit(self, batch)

    module.Journal._settle = settle


def _letters_forget_who_has_them(module: Any) -> None:
    """After a restart letters get a new Message-ID: whoever is sent twice can not be recognised."""
    signed, number = module.Finishing._signed, [0]

    def _signed(self: Any, mail: bytes, letter: Any) -> Any:
        number[0] += 1
        new_id = f"Message-ID: <{os.getpid()}.{number[0]}.".encode()
        return signed(self, mail.replace(b"Message-ID: <", new_id, 1), letter)

    module.Finishing._signed = _signed


MUTATIONS = {
    "synchronous-off": Mutation(
        "SQLite does not wait for the disk", "power", (("mailgate.store.sqlite", _synchronous("OFF")),)
    ),
    "synchronous-normal": Mutation(
        "SQLite waits for the disk at checkpoints only", "power", (("mailgate.store.sqlite", _synchronous("NORMAL")),)
    ),
    "files-not-durable": Mutation(
        "large mails are not fsynced", "power", (("mailgate.store.blobs", _no_fsync_of_files),)
    ),
    "folder-not-durable": Mutation(
        "the folder of large mails is not fsynced", "power", (("mailgate.store.blobs", _no_fsync_of_the_folder),)
    ),
    "no-shield": Mutation(
        "a client that goes away cancels the commit",
        "hasty",
        (
            ("mailgate.intake.commits", _only_for_who_is_there),
            ("mailgate.intake.wire", _commit_of_the_session),
        ),
    ),
    "250-too-early": Mutation(
        "250 is said before the commit", "daemon", (("mailgate.store.journal", _answer_250_before_the_commit),)
    ),
    "no-deduplication": Mutation(
        "the same transmission is not known again",
        "daemon",
        (("mailgate.store.append", _nothing_is_known_again), ("mailgate.store.arrivals", _no_copies)),
    ),
    "no-fence": Mutation(
        "a worker that comes back late writes all the same",
        "late",
        (("mailgate.store.claim", _finish_whatever_the_fence),),
    ),
    "new-message-ids": Mutation(
        "a letter that goes again is another letter",
        "sender",
        (("mailgate.outbox.finishing", _letters_forget_who_has_them),),
    ),
}
