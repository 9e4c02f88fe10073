"""Sentences of the digest, and of the lists of absences: rows of the table in `sentences.py`."""

from __future__ import annotations

OF_MORNINGS: dict[str, tuple[str, str]] = {
    "title.digest": ("Your tickets", "Die eigenen Tickets"),
    "digest.subject": ("{site}: your tickets on {day}", "{site}: Tickets am {day}"),
    "digest.heading": ("Your tickets, {day}", "Tickets, {day}"),
    "digest.owed.subject": (
        "{site}: what became due while mailgate was not running",
        "{site}: was fällig wurde, während mailgate nicht lief",
    ),
    "digest.owed": (
        "mailgate was not running for a while. Meanwhile some of this became due, and you were not reminded.",
        "mailgate lief eine Zeit lang nicht. Währenddessen wurde manches davon fällig, ohne Erinnerung.",
    ),
    "digest.back.subject": ("{site}: what happened while you were away", "{site}: was inzwischen geschah"),
    "digest.back": (
        "You were away from {first} to {last}. First what happened meanwhile, then how things stand.",
        "Abwesend von {first} bis {last}. Zuerst, was inzwischen geschah, dann der Stand der Dinge.",
    ),
    "digest.standing_in.subject": (
        "{site}: you stand in for {name}, these are the open tickets",
        "{site}: Vertretung für {name}, die offenen Tickets",
    ),
    "digest.standing_in": (
        "{name} is away from {first} to {last}, and you stand in: letters about these come to you too, and your answers"
        " count like those of {name}.",
        "{name} ist von {first} bis {last} abwesend, und die Vertretung liegt hier: Mails zu diesen Tickets kommen auch"
        " hierher, und Antworten zählen wie die von {name}.",
    ),
    "digest.nobody_stands_in.subject": (
        "{site}: {name} is away, and nobody stands in",
        "{site}: {name} ist abwesend, und niemand vertritt",
    ),
    "digest.nobody_stands_in": (
        "{name} is away from {first} to {last}, and nobody stands in: that is why the open tickets are listed here.",
        "{name} ist von {first} bis {last} abwesend, und niemand vertritt: Darum stehen die offenen Tickets hier.",
    ),
    # sections
    "digest.section.meanwhile": ("What happened meanwhile", "Inzwischen geschehen"),
    "digest.section.red": ("Overdue", "Überfällig"),
    "digest.section.today": ("Due today", "Heute fällig"),
    "digest.section.yellow": ("Time is getting short", "Die Zeit wird knapp"),
    "digest.section.asked": ("Waiting for you to accept", "Warten auf Annahme"),
    "digest.section.unassigned": ("Nobody has them yet", "Noch ohne Bearbeitung"),
    "digest.section.back": ("Back in sight today", "Heute wieder vorgelegt"),
    "digest.section.waiting": ("Waiting for others", "Warten auf andere"),
    "digest.section.late": ("Parts and statements that are overdue", "Überfällige Teile und Stellungnahmen"),
    "digest.section.unsent": ("Answers not sent", "Nicht gesendete Antworten"),
    "digest.section.open": ("Also open", "Außerdem offen"),
    "digest.section.taken_over": ("Open tickets", "Offene Tickets"),
    "digest.more": (
        "Only the {number} tickets that are due first were looked at; #list shows more.",
        "Angesehen wurden nur die {number} Tickets, die zuerst fällig sind; #liste zeigt mehr.",
    ),
    # what a line says instead of the deadline, or besides
    "digest.deadline": ("deadline {when}", "Frist {when}"),
    "digest.since": ("since {when}", "seit {when}"),
    "digest.response": ("first answer due on {when}", "erste Antwort fällig am {when}"),
    "digest.back_at": ("back at {when}", "wieder da: {when}"),
    "digest.changed": ("changed on {when}", "geändert am {when}"),
    "digest.answered": ("{name} answered on {when}", "{name} hat am {when} geantwortet"),
    "digest.instead_of": ("{whose} (you stand in)", "{whose} (in Vertretung)"),
    "digest.unsent.answer": ("answer not sent", "Antwort nicht gesendet"),
    "digest.unsent.commands": ("commands not carried out", "Befehle nicht ausgeführt"),
    "digest.unsent.yes": ("your #yes is waited for", "wartet auf #ja"),
    "digest.unsent.late": (
        "too late for a #yes, to be written once more",
        "für ein #ja zu spät, bitte noch einmal schreiben",
    ),
    "digest.statement": ("statement of {name} was due on {when}", "Stellungnahme von {name} war am {when} fällig"),
    "digest.part": ("part was due on {when}", "Teil war am {when} fällig"),
    # lines that are about no single ticket
    "digest.held.one": (
        "{mails} is held and waits for a decision: the letter about it, or `mailgate mails --state held`, says more.",
        "{mails} wird zurückgehalten und wartet auf eine Entscheidung: mehr dazu in der Mail darüber oder mit"
        " `mailgate mails --state held`.",
    ),
    "digest.held.several": (
        "{number} mails are held and wait for a decision ({mails}): the letter about them, or"
        " `mailgate mails --state held`, says more.",
        "{number} Mails werden zurückgehalten und warten auf eine Entscheidung ({mails}): mehr dazu in der Mail darüber"
        " oder mit `mailgate mails --state held`.",
    ),
    "digest.unsent.elsewhere": (
        "{number} of your mails without a ticket wait for your #yes: the letters `confirm` say which.",
        "Mails ohne Ticket, die auf #ja warten: {number}; welche, steht in den Rückfragen dazu.",
    ),
    "digest.notice": ("{text} (until {when})", "{text} (bis {when})"),
    "tap.accept_one": ("Accept {number}", "{number} annehmen"),
    "tap.list_mine": ("All that is mine", "Alle eigenen"),
    # answers between the lines
    "between.unmarked": (
        "your mail program does not mark what it quotes, so it is not certain which ticket is meant; write the number"
        " of the ticket before the command, above the line",
        "das Mailprogramm kennzeichnet nicht, was es zitiert; darum ist nicht sicher, welches Ticket gemeint ist: die"
        " Nummer des Tickets gehört vor den Befehl, oberhalb der Zeile",
    ),
    "between.nowhere": (
        "it stands behind no line of a ticket; write the number of the ticket before the command",
        "davor steht keine Zeile eines Tickets; die Nummer des Tickets gehört vor den Befehl",
    ),
    "between.unknown": (
        "the line before it, “{line}”, does not stand in our letter like that; write the number of the ticket before"
        " the command",
        "die Zeile davor, „{line}“, steht so nicht in unserer Mail; die Nummer des Tickets gehört vor den Befehl",
    ),
    "between.same": (
        "the line of {number} holds this too, so it is not certain who wrote it; write the number of the ticket before"
        " the command, above the line",
        "die Zeile von {number} enthält das ebenfalls, darum ist nicht sicher, wer es geschrieben hat; die Nummer des"
        " Tickets gehört vor den Befehl, oberhalb der Zeile",
    ),
    "between.words": (
        "these words between the lines have no place to go: between the lines of a list stand commands only",
        "dieser Text hat kein Ziel: Zwischen den Zeilen einer Liste stehen nur Befehle",
    ),
    "between.reporter": (
        "words for the reporter are written in an answer to a letter about the ticket",
        "Worte an den Melder gehören in eine Antwort auf eine Mail zu dem Ticket",
    ),
}
