"""Sentences that tell one of us what a colleague did and what became of his own mail: rows of the table in
`sentences.py`."""

from __future__ import annotations

OF_COLLEAGUES: dict[str, tuple[str, str]] = {
    # head line: what a colleague did with his words
    # confirm: what is missing, and what to do
    # somebody wrote himself what an agent passes on
    "tap.merge": ("Merge into #{number}", "Mit #{number} zusammenführen"),
    "done.wrote_himself": (
        "{name} has sent this very mail to us already: #{other}. The two are linked.",
        "{name} hat dieselbe Mail schon selbst geschickt: #{other}. Beide sind verknüpft.",
    ),
    "done.wrote_himself.same": (
        "{name} has sent this very mail to us already: #{other}. #{number} is resolved with it.",
        "{name} hat dieselbe Mail schon selbst geschickt: #{other}. Mit ihm wird auch #{number} gelöst.",
    ),
    # what belongs to no ticket is taken back
    "title.handed_back": ("Tickets taken back", "Tickets zurückgenommen"),
    "done.handed_back": ("{count} tickets are yours again.", "{count} Tickets sind zurückgenommen."),
    "done.handed_back.one": ("One ticket is yours again.", "Ein Ticket ist zurückgenommen."),
    "done.handed_back.stays": (
        "#{number} stays where it is: {name} has worked on it since.",
        "#{number} bleibt, wo es ist: {name} hat seither daran gearbeitet.",
    ),
    "change.handed_back": (
        "{name} has taken back {count} tickets that were handed over to you.",
        "{name} hat {count} Tickets zurückgenommen, die hierher übergeben waren.",
    ),
    "change.handed_back.one": (
        "{name} has taken back #{number}, which was handed over to you.",
        "{name} hat #{number} zurückgenommen, das hierher übergeben war.",
    ),
    "undo.handover.none": (
        "None of these tickets can come back by itself: they have been worked on since, or are closed ({numbers})."
        " #take, in an answer about one of them or behind its number, takes a single one.",
        "Keines dieser Tickets kommt von selbst zurück: Alle wurden seither bearbeitet oder sind geschlossen"
        " ({numbers}). #übernehmen, als Antwort zu einem davon oder hinter seiner Nummer, holt ein einzelnes.",
    ),
    "undo.own.already": ("That is taken back already.", "Das ist schon zurückgenommen."),
    "undo.own.old": (
        "That is older than 7 days. #away, #back and #handover, written anew, set it right.",
        "Das ist älter als 7 Tage. #abwesend, #zurück und #übergeben, neu geschrieben, berichtigen es.",
    ),
    "undo.own.away": (
        "This absence does not stand any more. #away FROM..UNTIL says one anew, #back ends the one that stands now.",
        "Diese Abwesenheit gilt nicht mehr. #abwesend VON..BIS trägt eine neue ein, #zurück beendet die jetzige.",
    ),
    "lacking.claimed": (
        "Nothing proves that it was sent from your address, and it answers no letter that was written to you. Sent"
        " through your usual mail server, as an answer to such a letter, it is done without a question.",
        "Nichts beweist, dass sie von der angegebenen Adresse kommt, und sie ist keine Antwort auf eine Mail, die"
        " dorthin ging. Über den gewohnten Mailserver und als Antwort auf eine solche Mail geschickt, geschieht es ohne"
        " Rückfrage.",
    ),
    "lacking.token": (
        "It answers a letter that was written to you, but nothing proves that it was sent from your address. Sent"
        " through your usual mail server it is done without a question.",
        "Die Mail antwortet auf eine, die an die richtige Adresse ging, aber nichts beweist, dass sie auch von dort"
        " kommt. Über den gewohnten Mailserver geschickt, geschieht es ohne Rückfrage.",
    ),
    "lacking.aligned": (
        "It was sent from your address, but it answers no letter that was written to you. As an answer to such a letter"
        " it is done without a question.",
        "Die Mail kommt von der richtigen Adresse, ist aber keine Antwort auf eine Mail, die dorthin ging. Als Antwort"
        " auf eine solche Mail geschickt, geschieht es ohne Rückfrage.",
    ),
    "lacking.proven": ("It is not signed.", "Die Mail ist nicht signiert."),
    "said.answer": ("{name} answered the reporter", "{name} hat dem Melder geantwortet"),
    "said.question": ("{name} asked the reporter", "{name} hat den Melder etwas gefragt"),
    "said.solution": ("{name} told the reporter: resolved", "{name} hat den Melder informiert: gelöst"),
    "said.waits": (
        "{name} writes to the reporter, still to leave",
        "{name} schreibt dem Melder, geht noch hinaus",
    ),
    "said.note": ("{name} wrote an internal note", "{name} hat eine interne Notiz geschrieben"),
    "said.statement": ("{name} asked for a statement", "{name} hat um eine Stellungnahme gebeten"),
    "said.forward": ("{name} forwarded it", "{name} hat es weitergeleitet"),
    "said.decline": ("{name} declined it", "{name} hat es abgelehnt"),
    "said.decline.part": ("{name} declined this part", "{name} hat diesen Teil abgelehnt"),
    "said.part.answer": ("{name} answered the coordinator", "{name} hat der Koordination geantwortet"),
    "said.part.question": ("{name} wrote to the handler", "{name} hat der Bearbeitung geschrieben"),
}
