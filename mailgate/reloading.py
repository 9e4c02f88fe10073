"""The configuration in force, and how another one takes its place: everywhere, or nowhere.

The folder is copied, the copy is checked, and the daemon works with that copy: what was checked is what runs. Read
`_swap` first: whatever can fail comes before the old workers end, and what fails later brings the old ones back.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, replace
from pathlib import Path

from mailgate import crew, log
from mailgate.clock import Clock
from mailgate.control import Answer
from mailgate.crew import Crew, Foremen
from mailgate.desk import names_in_use, succession, troubles
from mailgate.errors import ConfigurationError, MailgateError, StoreUnavailable
from mailgate.intake.smtp import Listeners
from mailgate.mailboxes import Mailboxes
from mailgate.noticing import Noticing
from mailgate.outbox.deliver import Sender
from mailgate.outbox.ways import Ways
from mailgate.sentence import Sentence
from mailgate.settings import copies, difference
from mailgate.settings.files import digest
from mailgate.settings.model import Settings
from mailgate.settings.problems import Problem
from mailgate.store.db import Store, state_folder
from mailgate.store.running import Refusal, Running, Tenure
from mailgate.store.turns import Turns
from mailgate.vetting import Vetted, vet

LOG = log.get("reload")
BATCH_SECONDS = 15.0
READY_SECONDS = 30.0
"""A worker reads the configuration in about one; a busy machine may need longer."""
MOST_REASONS = 20
"""So many are kept for `status`; `check` has them all."""

_REFUSED = Sentence(
    "the configuration in {folder} was not loaded: {first}",
    "die Konfiguration in {folder} wurde nicht geladen: {first}",
)
_REFUSED_FOR_MORE = Sentence(
    "the configuration in {folder} was not loaded: {first}, and {number} more",
    "die Konfiguration in {folder} wurde nicht geladen: {first}, und {number} weitere",
)
_ABOUT_TO_STOP = "mailgate is about to stop."


@dataclass(frozen=True, slots=True)
class Followers:
    """What goes by the configuration."""

    store: Store
    turns: Turns
    crew: Crew
    sender: Sender
    listeners: Listeners
    mailboxes: Mailboxes


class InForce:
    """The configuration of a running daemon. `settings` are those of this moment: ask anew each time."""

    def __init__(self, settings: Settings, clock: Clock, tenure: Tenure) -> None:
        """Raises ConfigurationError where the files are no longer those that were read, StoreUnavailable where they can
        not be copied."""
        self.folder = settings.folder.absolute()
        self.clock = clock
        self._state = state_folder(settings)
        self._tenure = tenure
        self._noticing = Noticing(self.folder, clock)
        self._copies = copies.Copies(self._state / "running")
        self._one_at_a_time = asyncio.Lock()
        self._closing = False
        self._parts: Followers | None = None
        self._hired: Foremen = ()
        self.settings = self._started = self._as_started(settings)

    def running(self) -> Running:
        """What everybody may know of it."""
        return self._tenure.now

    def followed_by(self, parts: Followers) -> None:
        """These follow from now on, and it can be reloaded."""
        self._parts = parts

    async def reload(self, dry_run: bool = False) -> Answer:
        """Load the folder anew, or say what that would change. Never raises; one at a time."""
        async with self._one_at_a_time:
            if self._closing:
                return Answer(dry_run, self.settings.version, why_not=_ABOUT_TO_STOP)
            if not dry_run:
                self._noticing.known()
            answer = await self._attempt(dry_run)
            if not dry_run and not self._closing:
                await asyncio.to_thread(self._make_known, answer)
            return answer

    async def reload_that(self, folder: Path, dry_run: bool) -> Answer:
        """The same for somebody who means this folder."""
        if folder.resolve() == self.folder.resolve():
            return await self.reload(dry_run)
        why = f"This mailgate was started with --config {self.folder}: reload that one."
        return Answer(dry_run, self.settings.version, why_not=why)

    async def reload_on_change(self) -> None:
        """Look whether files were saved and rest since: then reload."""
        if self.settings.reload == "on_change" and await asyncio.to_thread(self._noticing.is_due):
            await self.reload()

    async def close(self) -> None:
        """No other one takes its place from now on; returns when what has begun is done."""
        self._closing = True
        for foreman in self._hired:
            foreman.kill()  # nobody waits for them any more
        async with self._one_at_a_time:
            pass

    # -- the copy ------------------------------------------------------------------------------------------------------

    def _as_started(self, settings: Settings) -> Settings:
        try:
            self._copies.keep_only(None)
            taken = copies.take(self.folder)
            copy = self._copies.write(taken)
        except OSError as wrong:
            raise StoreUnavailable(f"The configuration can not be copied to {self._state}: {wrong}.") from wrong
        if taken.problems:
            raise ConfigurationError("\n".join(map(str, taken.problems)))
        if digest(copy) != settings.version:
            raise ConfigurationError(f"The files in {self.folder} were changed while mailgate started: start it again.")
        moved = settings.moved_to(copy)
        moved.belong_to(self._state)
        return moved

    def _checked(self, taken: copies.Taken, copy: Path) -> Vetted:
        """The copy, with problems in the words and places of the folder it was made of."""
        assert self._parts
        vetted = vet(copy, os.environ, self._parts.store, self._state)
        found = (each for each in vetted.problems if not copies.is_left_out(copy, each.file))
        problems = (*taken.problems, *(self._of_the_folder(each, copy) for each in found))
        return replace(vetted, settings=None if problems else vetted.settings, problems=problems)

    def _of_the_folder(self, problem: Problem, copy: Path) -> Problem:
        return replace(problem, message=problem.message.replace(str(copy), str(self.folder)))

    # -- one attempt ---------------------------------------------------------------------------------------------------

    async def _attempt(self, dry_run: bool) -> Answer:
        answer = Answer(dry_run, self.settings.version)
        copy = None
        try:
            taken = await asyncio.to_thread(copies.take, self.folder)
            copy = await asyncio.to_thread(self._copies.write, taken)
            vetted = await asyncio.to_thread(self._checked, taken, copy)
            answer = replace(answer, problems=vetted.problems, warnings=vetted.warnings)
            if vetted.settings is None:
                return answer
            answer = self._in_words(answer, vetted.settings)
            if not dry_run:
                await self._swap(self._on_the_same_store(vetted.settings))
        except MailgateError as wrong:
            return replace(answer, why_not=str(wrong))
        except OSError as wrong:
            return replace(answer, why_not=f"The configuration can not be copied to {self._state}: {wrong}.")
        except Exception as wrong:  # the last resort of a reload: whatever it is, the old one stays, and it is said
            LOG.exception("reload failed")
            return replace(answer, why_not=f"It failed by a fault of mailgate: {type(wrong).__name__}: {wrong}.")
        finally:
            if copy and copy != self.settings.folder:
                self._copies.drop(copy)
        return replace(answer, version=self.settings.version)

    def _in_words(self, answer: Answer, new: Settings) -> Answer:
        changes = difference.differences(self.settings, new)
        restart = difference.needs_restart(self._started, new)
        return replace(answer, changes=tuple(map(str, changes)), after_restart=tuple(map(str, restart)))

    def _on_the_same_store(self, new: Settings) -> Settings:
        return new.model_copy(update={"storage": self._started.storage})

    # -- the swap ------------------------------------------------------------------------------------------------------

    async def _swap(self, new: Settings) -> None:
        assert self._parts
        parts = self._parts
        ways = parts.sender.ways(new)
        parts.listeners.prove(new)
        parts.mailboxes.prove(new)
        self._hired = await asyncio.to_thread(parts.crew.hire, new)
        try:
            await asyncio.to_thread(_all_ready, self._hired)
            if self._closing:
                raise MailgateError(_ABOUT_TO_STOP)
            await self._change_over(new, ways)
            parts.crew.begin(self._hired)
        except BaseException:
            await asyncio.to_thread(crew.stop, self._hired, BATCH_SECONDS)
            raise
        finally:
            self._hired = ()
        self._follow(new)

    async def _change_over(self, new: Settings, ways: Ways) -> None:
        """The old workers end their batch first: a mail is judged by exactly one configuration, and none of them finds
        names on the desk that it does not know. Where the new one can not take over then, they come back."""
        assert self._parts
        try:
            await asyncio.to_thread(self._parts.crew.rest, BATCH_SECONDS)
            await asyncio.to_thread(self._take_over, new, ways)
        except BaseException:
            self._parts.crew.begin(self._parts.crew.hire(self.settings))
            raise

    def _take_over(self, new: Settings, ways: Ways) -> None:
        """Within one turn: nobody else writes between the last word of the old configuration and the first of the
        new one."""
        assert self._parts
        with self._parts.turns.turn():
            with self._parts.store.transaction(new, self.clock.now()) as tx:
                succession.take_over(tx, self.settings)
                if missing := names_in_use.missing(tx):  # since the check, mail has come in
                    gone = missing[0]
                    raise ConfigurationError(f"There is no {gone.what} '{gone.name}' any more, but {gone.used}.")
                troubles.ends(tx, "reload", "")
            self._parts.sender.go_by(ways)
            self.settings = new

    def _follow(self, new: Settings) -> None:
        """What can not fail any more, or need not stop the rest."""
        assert self._parts
        try:
            self._parts.listeners.settings = new
        except ConfigurationError as wrong:
            LOG.error("a certificate vanished while it was loaded; sessions go on as before", why=str(wrong))
        self._parts.mailboxes.go_by(new)
        self._parts.sender.wake()
        self._copies.keep_only(new.folder)

    # -- what is said --------------------------------------------------------------------------------------------------

    def _make_known(self, answer: Answer) -> None:
        """In the log, for `mailgate status`, and to the admins."""
        now = self.clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
        if answer.ok:
            LOG.info("reloaded", version=answer.version, changes=list(answer.changes) or "none")
            for each in answer.after_restart:
                LOG.warning("in force after a restart only", what=each)
            told = replace(self._tenure.now, version=answer.version, loaded_at=now, refused=None)
            told = replace(told, after_restart=answer.after_restart)
        else:
            LOG.error("reload refused: the configuration stays as it was", version=answer.version)
            for each in answer.reasons[:MOST_REASONS]:
                LOG.error("refused because of", reason=each)
            self._alarm(answer)
            told = replace(self._tenure.now, refused=Refusal(now, answer.reasons[:MOST_REASONS]))
        try:
            self._tenure.tell(told)
        except OSError as wrong:
            LOG.error("status can not be told of it", why=str(wrong))

    def _alarm(self, answer: Answer) -> None:
        assert self._parts
        first, *others = answer.reasons
        words = _REFUSED_FOR_MORE if others else _REFUSED
        said = words.filled(folder=self.folder, first=first.rstrip("."), number=len(others))
        try:
            with self._parts.turns.turn(), self._parts.store.transaction(self.settings, self.clock.now()) as tx:
                troubles.begins(tx, "reload", "", said)
        except Exception:  # the last resort of a reload: refused it is all the same
            LOG.exception("the admins can not be told")


def _all_ready(hired: Foremen) -> None:
    for foreman in hired:
        if why := foreman.why_not_ready(READY_SECONDS):
            raise MailgateError(f"A worker can not start with it: {why}.")
