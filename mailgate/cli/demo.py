"""`mailgate demo`: the real daemon on an embedded default, with a few real mails to watch."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from mailgate.cli.common import safe
from mailgate.clock import Clock
from mailgate.daemon import Daemon
from mailgate.desk import journal, outbox_views
from mailgate.intake.smtp import Listeners
from mailgate.settings import demo as desk
from mailgate.settings.model import Settings
from mailgate.store.db import Store, open_store, state_folder
from mailgate.visitors import SCENES, Outgoing, hand_in

WAIT_SECONDS = 20.0
SAYS = {
    "en": {
        "listening": "mailgate demo: mail to {smtp} (answers of agents to {submission}); letters lie in {folder}",
        "became": "    M-{mail} is a {sort}: {reason}",
        "ticket": "    ticket #{ticket}",
        "letter": "    letter {template} to {to}",
        "next": (
            "\nWhat to try next:\n"
            "  - Send a mail with any mail program to support@desk.example by {smtp} (no password, no TLS).\n"
            "  - Read the letters: they lie in {folder}/new, one file each.\n"
            "  - Answer one as anna@desk.example through {submission}: your words go to the reporter.\n"
            "  - Look around in another terminal, for example with `mailgate tickets`, after\n"
            "    export MAILGATE_CONFIG={config} MAILGATE_DEMO={state} MAILGATE_LANGUAGE={language}\n"
            "Ctrl-C ends it; everything stays in {state}."
        ),
        "slow": "    (not handled yet; see `mailgate mails`)",
    },
    "de": {
        "listening": "mailgate demo: Post an {smtp} (Antworten von uns an {submission}); Briefe in {folder}",
        "became": "    M-{mail} ist {sort}: {reason}",
        "ticket": "    Vorgang #{ticket}",
        "letter": "    Brief {template} an {to}",
        "next": (
            "\nZum Ausprobieren:\n"
            "  - Mit irgendeinem Mailprogramm an support@desk.example schreiben, über {smtp} (ohne Kennwort).\n"
            "  - Die Briefe lesen: je eine Datei in {folder}/new.\n"
            "  - Einen als anna@desk.example über {submission} beantworten: die Worte gehen an den Melder.\n"
            "  - In einem zweiten Terminal umsehen, etwa mit `mailgate tickets`, nach\n"
            "    export MAILGATE_CONFIG={config} MAILGATE_DEMO={state} MAILGATE_LANGUAGE={language}\n"
            "Strg-C beendet; alles bleibt in {state}."
        ),
        "slow": "    (noch nicht bearbeitet; siehe `mailgate mails`)",
    },
}


def demo(
    once: Annotated[bool, typer.Option("--once", help="End when the mails are through.")] = False,
    lang: Annotated[str, typer.Option(help="en or de.")] = "en",
) -> None:
    """Try it: the real daemon below var/demo, with a few real mails."""
    settings = desk.settings(language=lang)
    # the workers are processes of their own and read the same configuration
    os.environ |= {"MAILGATE_DEMO": str(state_folder(settings)), "MAILGATE_LANGUAGE": lang}
    daemon = Daemon(settings)
    show = _Show(daemon, settings, lang, once)
    daemon.started = show.begin
    raise typer.Exit(daemon.run())


@dataclass
class _Show:
    """The mails, one after the other, and what becomes of each."""

    daemon: Daemon
    settings: Settings
    language: str
    once: bool

    def begin(self, listeners: Listeners) -> None:
        """Called in the daemon's loop; the visitors have a thread of their own."""
        at = {each.source: each.at for each in listeners.addresses}
        threading.Thread(target=self._play, args=(at,), name="visitors", daemon=True).start()

    def _play(self, at: dict[str, Any]) -> None:
        says, outgoing = SAYS[self.language], Outgoing(state_folder(self.settings) / "outgoing")
        known: dict[str, object] = {
            "smtp": at["smtp"],
            "submission": at["submission"],
            "folder": outgoing.folder,
            "state": state_folder(self.settings),
            "config": self.settings.folder,
            "language": self.language,
        }
        typer.echo(says["listening"].format(**known))
        store = open_store(self.settings)
        try:
            for scene in SCENES:
                typer.echo(f"\n» {scene.title[self.language]}")
                self._scene(store, hand_in(scene, outgoing, self.language, at["smtp"].host, at["smtp"].port))
        finally:
            store.close()
            if self.once:
                self.daemon.end()
        if not self.once:
            typer.echo(says["next"].format(**known))

    def _scene(self, store: Store, mail: int | None) -> None:
        says = SAYS[self.language]
        if mail is None:
            return
        found = self._when_handled(store, mail)
        if found is None:
            typer.echo(says["slow"])
            return
        one, letters = found
        typer.echo(safe(says["became"].format(mail=mail, sort=one["sort"], reason=one["reason"])))
        if one["ticket"]:
            typer.echo(says["ticket"].format(ticket=one["ticket"]))
        for letter in letters:
            typer.echo(says["letter"].format(**letter))

    def _when_handled(self, store: Store, mail: int) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
        """The mail once it is handled and all letters have left, with the letters that are newer than it."""
        clock = Clock()
        until = clock.monotonic() + WAIT_SECONDS
        while clock.monotonic() < until:
            with store.reading(self.settings, clock.now()) as tx:
                found = journal.one_mail(store, tx, mail)
                waiting, _ = outbox_views.search(tx, state="pending", to=None, ticket=None, since=None)
                if found and found[1]["state"] != "pending" and not waiting:
                    return found[1], outbox_views.of_mail(tx, mail)
            time.sleep(0.05)
        return None
