"""The rows of the letter `help`: every command of this version as it is written, and what it does."""

from __future__ import annotations

HELP: tuple[tuple[str, str, str, str], ...] = (
    ("#take", "It is mine; a colleague who had it is told.", "#übernehmen", "Ich übernehme; wer es hatte, erfährt es."),
    ("#assign WHO", "To an agent or a group.", "#zuweisen WER", "An eine Person oder eine Gruppe."),
    ("#answer", "Your words go to the reporter.", "#antwort", "Der Text geht an den Melder."),
    ("#note", "Your words stay with us.", "#notiz", "Der Text bleibt bei uns."),
    (
        "#question",
        "A question to the reporter; the ticket waits for the answer.",
        "#rückfrage",
        "Eine Frage an den Melder; das Ticket wartet auf die Antwort.",
    ),
    ("#resolve", "Solved; your words are the solution.", "#gelöst", "Gelöst; der Text ist die Lösung."),
    ("#close", "Done, without a letter.", "#schließen", "Abgeschlossen, ohne Mail."),
    ("#reopen", "Open again.", "#wiedereröffnen", "Wieder öffnen."),
    ("#priority P", "low, normal, high or urgent.", "#priorität P", "niedrig, normal, hoch oder dringend."),
    ("#category C", "Another category.", "#kategorie K", "Eine andere Kategorie."),
    ("#kind K", "Another kind of case.", "#vorgangsart V", "Eine andere Vorgangsart."),
    ("#help", "This letter.", "#hilfe", "Diese Mail."),
)


def help_rows(language: str) -> tuple[tuple[str, str], ...]:
    """(command, what it does) in that language; both languages always work."""
    german = language.startswith("de")
    return tuple((row[2], row[3]) if german else (row[0], row[1]) for row in HELP)
