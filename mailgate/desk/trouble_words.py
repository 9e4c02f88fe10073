"""What each kind of trouble is called, what it means for mail, and what to do: for the letter `alert` and for `status`.

A new kind is one row here; whoever notices it calls `troubles.begins` and `troubles.ends`.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailgate.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of trouble. `{about}` in its sentences is which of its kind."""

    title: Sentence
    """In the subject of the letter; no full stop."""
    means: Sentence
    todo: Sentence
    """An imperative; no full stop, so that `status` can go on with it."""


OTHER = Kind(
    Sentence("something is wrong", "etwas stimmt nicht"),
    Sentence("Mail goes on as far as it can.", "Die Arbeit geht weiter, so gut es geht."),
    Sentence("see `mailgate status`", "mehr sagt `mailgate status`"),
)

KINDS: dict[str, Kind] = {
    "relay": Kind(
        Sentence("a relay takes no letters", "ein Relay nimmt keine Mails an"),
        Sentence(
            "Letters that go this way wait and are tried again by themselves; none is lost.",
            "Mails auf diesem Weg warten und werden von selbst wieder versucht; es geht keine verloren.",
        ),
        Sentence(
            "look at that server and at `delivery.relays`; `mailgate outbox --state pending` lists what waits",
            "diesen Server und `delivery.relays` prüfen; `mailgate outbox --state pending` zeigt, was wartet",
        ),
    ),
    "mailbox": Kind(
        Sentence("a mailbox can not be read", "ein Postfach lässt sich nicht lesen"),
        Sentence(
            "Mail that comes in there waits on its server; it is fetched as soon as it can be, and none is lost.",
            "Mails, die dort ankommen, warten auf dem Server; sie werden geholt, sobald es geht. Keine geht verloren.",
        ),
        Sentence(
            "look at that server, at the password and at `intake.imap`; `mailgate status` says how it goes",
            "diesen Server, das Passwort und `intake.imap` prüfen; `mailgate status` zeigt den Stand",
        ),
    ),
    "letter": Kind(
        Sentence("letters do not leave", "Mails gehen nicht hinaus"),
        Sentence(
            "Somebody waits for it. It is tried again by itself.",
            "Jemand wartet darauf. Der Versand wird von selbst wieder versucht.",
        ),
        Sentence(
            "`mailgate outbox --state pending` lists all that wait, `mailgate letter ID` one of them",
            "`mailgate outbox --state pending` zeigt alle, die warten, `mailgate letter ID` eine davon",
        ),
    ),
    "mail": Kind(
        Sentence("a mail could not be handled", "eine Mail ließ sich nicht bearbeiten"),
        Sentence(
            "It is kept, but nobody has been told of what it says.",
            "Die Mail ist aufgehoben, aber niemand weiß von ihrem Inhalt.",
        ),
        Sentence(
            "see `mailgate mail {about}`, then `mailgate mail {about} --retry` or `--drop`",
            "erst `mailgate mail {about}`, dann `mailgate mail {about} --retry` oder `--drop`",
        ),
    ),
    "crash": Kind(
        Sentence("a mail is held because it ended the worker", "eine Mail löst Abstürze aus und wird zurückgehalten"),
        Sentence(
            "It is kept, and all else goes on. It is not read again by itself.",
            "Die Mail ist aufgehoben, alles andere läuft weiter. Von selbst wird sie nicht noch einmal gelesen.",
        ),
        Sentence(
            "see `mailgate mail {about}`, then `mailgate mail {about} --retry` or `--drop`",
            "erst `mailgate mail {about}`, dann `mailgate mail {about} --retry` oder `--drop`",
        ),
    ),
    "ticket": Kind(
        Sentence("something due on a ticket fails", "Fälliges an einem Ticket schlägt fehl"),
        Sentence(
            "Nobody is reminded of this ticket, and nothing happens on it by itself. It is tried again every ten"
            " minutes; all other tickets go on.",
            "An dieses Ticket wird nicht erinnert, und von selbst geschieht daran nichts. Alle zehn Minuten folgt ein"
            " neuer Versuch; alle anderen Tickets laufen weiter.",
        ),
        Sentence(
            "see the log of the daemon, and answer or change the ticket by hand",
            "das Protokoll des Dienstes ansehen und das Ticket von Hand weiterführen",
        ),
    ),
    "waiting": Kind(
        Sentence("mail is not being handled", "Mails bleiben liegen"),
        Sentence(
            "Mail is taken and kept, but tickets are late.",
            "Mails werden angenommen und aufgehoben, aber Tickets kommen zu spät.",
        ),
        Sentence(
            "see `mailgate mails --state pending`, and the log of the daemon",
            "`mailgate mails --state pending` und das Protokoll des Dienstes ansehen",
        ),
    ),
    "held": Kind(
        Sentence("held mail waits for a decision", "zurückgehaltene Mails warten auf eine Entscheidung"),
        Sentence("Nobody handles it until then.", "Bis dahin bearbeitet sie niemand."),
        Sentence(
            "answer the letter about it, or see `mailgate mails --state held`",
            "die Mail darüber beantworten, oder `mailgate mails --state held` ansehen",
        ),
    ),
    "reload": Kind(
        Sentence("the changed configuration was refused", "die geänderte Konfiguration wurde abgelehnt"),
        Sentence(
            "mailgate goes on with the configuration it had; nothing of the change holds.",
            "mailgate arbeitet mit der bisherigen Konfiguration weiter; nichts von der Änderung gilt.",
        ),
        Sentence(
            "see `mailgate check`, mend it, then `mailgate reload`",
            "`mailgate check` zeigt die Fehler; berichtigen, danach `mailgate reload`",
        ),
    ),
    "history": Kind(
        Sentence("the history is not whole", "der Verlauf ist nicht unversehrt"),
        Sentence(
            "Something was changed past mailgate, or the disk is failing. Mail goes on.",
            "Etwas wurde an mailgate vorbei geändert, oder die Platte ist defekt. Die Arbeit geht weiter.",
        ),
        Sentence(
            "see `mailgate audit verify`, and keep a copy of the databases before anything else",
            "`mailgate audit verify` ausführen, und vor allem anderen die Datenbanken sichern",
        ),
    ),
    "disk": Kind(
        Sentence("the disk is nearly full", "die Platte ist fast voll"),
        Sentence(
            "New mail is put off: senders try again for some days. What is here is handled.",
            "Neue Mails werden aufgeschoben; Absender versuchen es einige Tage lang. Was da ist, wird bearbeitet.",
        ),
        Sentence("make room, or lower `limits.free_disk`", "Platz schaffen, oder `limits.free_disk` senken"),
    ),
    "worker": Kind(
        Sentence("no worker can start", "kein Arbeitsprozess startet"),
        Sentence(
            "Mail is taken and kept, but not handled. It is tried again every few seconds.",
            "Mails werden angenommen, aber nicht bearbeitet. Alle paar Sekunden folgt ein neuer Versuch.",
        ),
        Sentence(
            "see the log of the daemon and `mailgate check`, then restart it",
            "das Protokoll des Dienstes und `mailgate check` ansehen, danach neu starten",
        ),
    ),
    "robot": Kind(
        Sentence("a robot answers our letters", "ein Automat beantwortet unsere Mails"),
        Sentence(
            "Its mails open tickets as before, but it gets no automatic letters for a while.",
            "Seine Mails öffnen Tickets wie bisher, bekommen aber eine Weile keine automatischen Antworten.",
        ),
        Sentence(
            "nothing has to be done; a rule with `acknowledge: false` ends it for good",
            "nichts ist nötig; eine Regel mit `acknowledge: false` beendet es für immer",
        ),
    ),
    "budget": Kind(
        Sentence("acknowledgements are held back", "Eingangsbestätigungen bleiben aus"),
        Sentence(
            "Tickets are opened as before. What was not acknowledged is made good in the next letter of its ticket.",
            "Tickets werden wie bisher angelegt. Was fehlt, holt die nächste Mail zum Ticket nach.",
        ),
        Sentence(
            "see whether somebody floods us, else raise `limits.acknowledgements`",
            "prüfen, ob uns jemand überflutet; sonst `limits.acknowledgements` erhöhen",
        ),
    ),
    "unreached": Kind(
        Sentence("letters to one of us do not arrive", "Mails an eine Person von uns kommen nicht an"),
        Sentence("New tickets may stay unseen.", "Neue Tickets bleiben vielleicht unbemerkt."),
        Sentence("see `mailgate outbox --state failed`", "`mailgate outbox --state failed` zeigt sie"),
    ),
    "too_large": Kind(
        Sentence("a letter is too large for every relay", "eine Mail ist zu groß für jedes Relay"),
        Sentence(
            "It has failed, and whoever wrote it was told. Letters with files leave without these; this one has none.",
            "Diese Mail ist gescheitert; wer sie schrieb, weiß davon. Mails mit Dateien gehen ohne diese hinaus.",
        ),
        Sentence(
            "let the relay take more (`mailgate check --online` says how much it takes), then `mailgate letter ID"
            " --retry`",
            "das Relay mehr annehmen lassen (`mailgate check --online` sagt, wie viel es annimmt), dann"
            " `mailgate letter ID --retry`",
        ),
    ),
    "expiring": Kind(
        Sentence("a login expires", "eine Anmeldung läuft ab"),
        Sentence(
            "After that day mailboxes and relays that use it stand still: mail waits on its server, letters wait here.",
            "Danach stehen die Postfächer und Relays still, die sie nutzen: Mails warten auf dem Server, unsere hier.",
        ),
        Sentence(
            "put a new secret in place (and its day into `oauth.secret_expires`), or log in again with"
            " `mailgate connect`",
            "ein neues Geheimnis ablegen (und seinen Tag in `oauth.secret_expires` schreiben), oder mit"
            " `mailgate connect` neu anmelden",
        ),
    ),
    "clock": Kind(
        Sentence("the clock of the machine is wrong", "die Uhr des Rechners geht falsch"),
        Sentence(
            "Dates in tickets and letters can not be trusted, and what is due comes late.",
            "Zeiten in Tickets und Mails stimmen nicht, und was fällig ist, kommt zu spät.",
        ),
        Sentence("set the clock, best by NTP", "die Uhr stellen, am besten per NTP"),
    ),
}
"""Kinds in the order in which a letter and `status` name them."""


def of(kind: str, about: str) -> Kind:
    """The words of a trouble, with what it is about."""
    words = KINDS.get(kind, OTHER)
    return Kind(words.title, words.means, words.todo.filled(about=about))


def place(kind: str) -> int:
    """Where in a letter it stands."""
    return list(KINDS).index(kind) if kind in KINDS else len(KINDS)
