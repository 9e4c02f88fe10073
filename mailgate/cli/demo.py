"""`mailgate demo`: the real daemon on an embedded default, with a few real mails to watch."""

from __future__ import annotations

import os
import smtplib
import threading
import time
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from mailgate import log
from mailgate.cli.common import say
from mailgate.cli.demo_words import SAYS, SORTS, Language, reason
from mailgate.clock import Clock
from mailgate.daemon import Daemon
from mailgate.desk import journal, outbox_views
from mailgate.errors import ConfigurationError, MailgateError
from mailgate.intake.smtp import Listeners
from mailgate.settings import demo as desk
from mailgate.settings.model import Settings
from mailgate.store.db import Store, open_store, state_folder
from mailgate.visitors import SCENES, Outgoing, hand_in

WAIT_SECONDS = 20.0
PORT = Annotated[int, typer.Option(min=0, max=65535, help="Where it takes mail; 0: any free port.")]
SUBMISSION_PORT = Annotated[int, typer.Option(min=0, max=65535, help="Where it takes agents' mail.")]


def demo(
    once: Annotated[bool, typer.Option("--once", help="End when the mails are through.")] = False,
    lang: Annotated[Language, typer.Option(help="Its language.")] = "en",
    port: PORT = 2525,
    submission_port: SUBMISSION_PORT = 2587,
) -> None:
    """Try it: the real daemon below var/demo, with a few real mails."""
    settings = _at(desk.settings(language=lang), port, submission_port)
    # the workers are processes of their own and read the same configuration
    os.environ |= {"MAILGATE_DEMO": str(state_folder(settings)), "MAILGATE_LANGUAGE": lang}
    os.environ.setdefault(log.WISH, "error")  # what happens is said in words here, not in logs
    log.set_up_as_wished(os.environ)
    show = _Show(Daemon(settings), settings, lang, once)
    try:
        code = show.run()
    except ConfigurationError as wrong:  # a port is taken: the demo's configuration itself is known to be good
        raise MailgateError(f"{wrong}. Choose others: mailgate demo --port N --submission-port N.") from wrong
    raise typer.Exit(code)


def _at(settings: Settings, port: int, submission_port: int) -> Settings:
    intake = settings.intake
    smtp = intake.smtp.model_copy(update={"listen": f"127.0.0.1:{port}"})
    submission = intake.submission.model_copy(update={"listen": f"127.0.0.1:{submission_port}"})
    return settings.model_copy(update={"intake": intake.model_copy(update={"smtp": smtp, "submission": submission})})


@dataclass
class _Show:
    """The mails, one after the other, and what becomes of each."""

    daemon: Daemon
    settings: Settings
    language: Language
    once: bool
    failed: bool = False
    _visitors: threading.Thread | None = None

    def run(self) -> int:
        """Until Ctrl-C, or until the mails are through; the exit code."""
        self.daemon.started = self._begin
        code = self.daemon.run()
        if self._visitors:
            self._visitors.join(WAIT_SECONDS)
        return code or int(self.failed)

    def _begin(self, listeners: Listeners) -> None:
        """Called in the daemon's loop; the visitors have a thread of their own."""
        at = {each.source: each.at for each in listeners.addresses}
        self._visitors = threading.Thread(target=self._play, args=(at,), name="visitors", daemon=True)
        self._visitors.start()

    def _play(self, at: dict[str, Any]) -> None:
        says, state = SAYS[self.language], state_folder(self.settings)
        known = {"smtp": at["smtp"], "submission": at["submission"], "folder": state / "outgoing", "state": state}
        known |= {"config": self.settings.folder, "language": self.language}
        typer.echo(says["listening"].format(**known))
        try:
            self._scenes(at["smtp"].host, at["smtp"].port)
        except (OSError, smtplib.SMTPException, MailgateError) as wrong:
            if not self.daemon.stop.is_set():  # else it was Ctrl-C
                self.failed = True
                typer.echo(says["wrong"].format(wrong=wrong), err=True)
        if self.once:
            self.daemon.end()
        else:
            typer.echo(says["next"].format(**known))

    def _scenes(self, host: str, port: int) -> None:
        outgoing, store = Outgoing(state_folder(self.settings) / "outgoing"), open_store(self.settings)
        try:
            for scene in SCENES:
                typer.echo(f"\n» {scene.title[self.language]}")
                self._tell(store, hand_in(scene, outgoing, self.language, host, port))
        finally:
            store.close()

    def _tell(self, store: Store, mail: int | None) -> None:
        says = SAYS[self.language]
        found = self._when_handled(store, mail) if mail is not None else None
        if found is None:
            self.failed = True
            typer.echo(says["skipped" if mail is None else "slow"])
            return
        one, letters = found
        sort = SORTS[self.language].get(one["sort"], one["state"]).format(ticket=one["ticket"])
        say(says["became"].format(mail=mail, sort=sort, reason=reason(self.language, one["reason"] or "-")))
        for letter in letters:
            say(says["letter"].format(**letter))

    def _when_handled(self, store: Store, mail: int) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
        """The mail once it is handled and its letters have left, with these letters; None where it takes too long."""
        clock = Clock()
        until = clock.monotonic() + WAIT_SECONDS
        while clock.monotonic() < until and not self.daemon.stop.is_set():
            with store.reading(self.settings, clock.now()) as tx:
                found, letters = journal.one_mail(store, tx, mail), outbox_views.of_mail(tx, mail)
            if found and found[1]["state"] != "pending" and all(each["state"] != "pending" for each in letters):
                return found[1], letters
            time.sleep(0.05)
        return None
