"""The rows of the letter `help`: every command of this version as it is written, and what it does."""

from __future__ import annotations

HELP: tuple[tuple[str, str, str, str], ...] = (
    ("#take", "It is mine; a colleague who had it is told.", "#übernehmen", "Ich übernehme; wer es hatte, erfährt es."),
    ("#assign WHO", "To an agent or a group.", "#zuweisen WER", "An eine Person oder eine Gruppe."),
    ("#unassign", "Back to the group.", "#abgeben", "Zurück an die Gruppe."),
    (
        "#accept",
        "What was assigned to you, or what you coordinate.",
        "#annehmen",
        "Was zugewiesen wurde oder zu koordinieren ist.",
    ),
    (
        "#decline WHY",
        "Back to the coordinator, else to the group; the reporter does not learn of it.",
        "#ablehnen WARUM",
        "Zurück an die Koordination, sonst an die Gruppe; der Melder erfährt davon nichts.",
    ),
    ("#coordinator WHO", "Who coordinates it.", "#koordinator WER", "Wer es koordiniert."),
    ("#answer", "Your words go to the reporter.", "#antwort", "Der Text geht an den Melder."),
    ("#note", "Your words stay with us.", "#notiz", "Der Text bleibt bei uns."),
    (
        "#question",
        "A question to the reporter; the ticket waits for the answer.",
        "#rückfrage",
        "Eine Frage an den Melder; das Ticket wartet auf die Antwort.",
    ),
    (
        "#wait for WHO until DATE",
        "It waits for somebody; both may be left out.",
        "#warten auf WEN bis DATUM",
        "Es wartet auf jemanden; beides darf fehlen.",
    ),
    (
        "#snooze UNTIL",
        "Out of sight until then, or until the reporter writes.",
        "#wiedervorlage DATUM",
        "Bis dahin nicht zu sehen, oder bis der Melder schreibt.",
    ),
    ("#due DATE", "By when we want to be done.", "#termin DATUM", "Bis wann wir es erledigt haben wollen."),
    ("#wanted DATE", "By when the reporter wants it.", "#wunschtermin DATUM", "Bis wann der Melder es möchte."),
    ("#level 2", "To 2nd level support; #level 1 back.", "#ebene 2", "An die 2. Ebene; #ebene 1 zurück."),
    ("#watch", "You hear of it; #unwatch ends it.", "#beobachten", "Was geschieht, kommt als Mail. Ende: #nichtmehr."),
    ("#resolve", "Solved; your words are the solution.", "#gelöst", "Gelöst; der Text ist die Lösung."),
    ("#close", "Done, without a letter.", "#schließen", "Abgeschlossen, ohne Mail."),
    ("#reopen", "Open again.", "#wiedereröffnen", "Wieder öffnen."),
    ("#priority P", "low, normal, high or urgent.", "#priorität P", "niedrig, normal, hoch oder dringend."),
    ("#category C", "Another category.", "#kategorie K", "Eine andere Kategorie."),
    ("#kind K", "Another kind of case.", "#vorgangsart V", "Eine andere Vorgangsart."),
    ("#tag ±T", "A tag comes (+) or goes (-).", "#stichwort ±S", "Ein Stichwort kommt (+) oder geht (-)."),
    ("#time 45m", "So much time was spent on it.", "#zeit 45m", "So viel Zeit wurde dafür gebraucht."),
    ("#from ADDRESS", "Who reported it.", "#melder ADRESSE", "Wer es gemeldet hat."),
    ("#phone NUMBER", "The reporter's phone number.", "#telefon NUMMER", "Die Telefonnummer des Melders."),
    ("#company NAME", "The reporter's company.", "#firma NAME", "Die Firma des Melders."),
    ("#department NAME", "The reporter's department.", "#abteilung NAME", "Die Abteilung des Melders."),
    ("#channel C", "How it was reported.", "#meldeweg M", "Auf welchem Weg es gemeldet wurde."),
    (
        "#customer NAME <ADDRESS>",
        "The end customer behind a partner; behind commas perhaps phone and company.",
        "#endkunde NAME <ADRESSE>",
        "Wer hinter einem Partner steht; hinter Kommas vielleicht Telefon und Firma.",
    ),
    (
        "#cc ±ADDRESS",
        "Who outside reads along, or not any more.",
        "#kopie ±ADRESSE",
        "Wer außerhalb mitliest, oder nicht mehr.",
    ),
    ("#conceal", "The reporter does not see the handling.", "#verbergen", "Der Melder sieht die Bearbeitung nicht."),
    ("#reveal", "The reporter sees it, but never notes.", "#offenlegen", "Der Melder sieht sie, aber nie die Notizen."),
    ("#link N", "Has to do with ticket N.", "#verknüpfen N", "Hat mit Ticket N zu tun."),
    (
        "#same N",
        "Of the same cause: resolved with N, by a letter of its own.",
        "#gleich N",
        "Dieselbe Ursache: gelöst mit N, mit eigener Mail.",
    ),
    ("#merge N", "Goes on in N, of the same reporter.", "#zusammenführen N", "Geht in N weiter, vom selben Melder."),
    (
        "#away FROM..UNTIL DEPUTY",
        "Your absence, last day included; the deputy gets your letters too. #back ends it.",
        "#abwesend VON..BIS VERTRETUNG",
        "Eigene Abwesenheit, letzter Tag eingeschlossen; Mails gehen auch an die Vertretung. Ende: #zurück.",
    ),
    ("#handover WHO", "All your open tickets go there.", "#übergeben WER", "Alle eigenen offenen Tickets gehen hin."),
    ("#spam", "Spam: closed, and nobody outside is told.", "#spam", "Spam: geschlossen, niemand erfährt davon."),
    (
        "#undo",
        "Takes back the last mail with commands on the ticket, within 7 days.",
        "#rückgängig",
        "Nimmt die letzte Mail mit Befehlen zum Ticket zurück, binnen 7 Tagen.",
    ),
    (
        "#template NAME",
        "A prepared answer, where the line stands.",
        "#vorlage NAME",
        "Eine vorbereitete Antwort, wo die Zeile steht.",
    ),
    (
        "#ask ADDR by DATE",
        "Somebody is asked for a statement, without the reporter's words; more with original.",
        "#stellungnahme ADR bis DATUM",
        "Jemand wird um Stellungnahme gebeten, ohne den Text des Melders; mit original auch damit.",
    ),
    ("#forward ADDR", "Passed on for information.", "#weiterleiten ADR", "Zur Information weitergeben."),
    (
        "#split, #part WHO by DATE",
        "A part for each, below its own line; hidden keeps it from others.",
        "#aufteilen, #teil WER bis DATUM",
        "Je ein Teil, unter eigener Zeile; verborgen sieht ihn sonst niemand.",
    ),
    (
        "#release",
        "The answers of all parts go to the reporter; with words of yours, those.",
        "#freigeben",
        "Die Antworten aller Teile gehen an den Melder; mit eigenem Text dieser.",
    ),
    (
        "#list FILTER",
        "Open tickets: mine, unassigned, waiting, due today, overdue, 7d, a person, a group, a category or words.",
        "#liste FILTER",
        "Offene Tickets: meine, frei, wartend, fällig heute, überfällig, 7d, Person, Gruppe, Kategorie oder Wörter.",
    ),
    ("#show N", "What was said on a ticket.", "#zeige N", "Was zu einem Ticket geschrieben wurde."),
    ("#history N", "What happened to a ticket, and by whom.", "#verlauf N", "Was mit einem Ticket geschah, durch wen."),
    (
        "#report BY",
        "Tickets counted by group, category, assignee, priority, month, week …; also open, closed, internal, 90d.",
        "#bericht WONACH",
        "Tickets gezählt nach Gruppe, Kategorie, Bearbeiter, Priorität, Monat, Woche; auch offen, geschlossen, 90d.",
    ),
    ("#help", "This letter.", "#hilfe", "Diese Mail."),
)


def help_rows(language: str) -> tuple[tuple[str, str], ...]:
    """(command, what it does) in that language; both languages always work."""
    german = language.startswith("de")
    return tuple((row[2], row[3]) if german else (row[0], row[1]) for row in HELP)
