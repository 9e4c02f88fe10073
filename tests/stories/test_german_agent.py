"""What a German agent reads when his mail was not carried out: whole letters, as they arrive."""

from __future__ import annotations

import re

from tests.doubles.relay import Received
from tests.german import english_in
from tests.stories.mailer import Mail, answer
from tests.stories.world import BEN, ERIKA, World

BENS = "ben@example.com"

RIGHT_COMMANDS = """\
Zum Berichtigen antworten Sie auf diese Mail mit den richtigen Befehlen.

Ein Klick öffnet eine Mail, die das tut; nur noch absenden:
  Hilfe

In einer Antwort auf diese Mail werden nur Befehle gelesen; Text geht an
niemanden.
"""
HOW_TO_CORRECT = """\
Zum Berichtigen antworten Sie auf diese Mail nur mit den richtigen Befehlen:
Dann gehen Text und Dateien so hinaus, als hätten Sie es gleich so
geschrieben. Sie liegen 14 Tage bereit; #verwerfen wirft sie weg.

Ein Klick öffnet eine Mail, die das tut; nur noch absenden:
  Nein, verwerfen
  Hilfe

In einer Antwort auf diese Mail werden nur Befehle gelesen; Text geht an
niemanden.
"""
THE_TEXT = """
────────────────────────────────────────
Der Text, der bereitliegt:

Guten Tag Frau Krause,

wir kommen sofort.
"""

MISREAD = f"""\
1001 · Nicht ausgeführt · Drucker brennt

Es wurde nichts geändert und niemandem etwas geschickt.

  » #zuweisn anna
    #zuweisn ist kein Befehl.
    Gemeint war vielleicht (ein Klick öffnet eine Mail; nur noch absenden):
      #zuweisen anna

{HOW_TO_CORRECT}{THE_TEXT}"""

UNCUT = """\
1001 · Nicht ausgeführt · Drucker brennt

Es ist nicht sicher, dass die Mail nur eigene Worte enthält. Unterhalb
unserer Zeile stehen neue Worte; bitte nur darüber schreiben.
Es wurde nichts geändert und niemandem etwas geschickt.

So, wie er ist, geht dieser Text auf keinen Befehl hin nach draußen.
Schreiben Sie Ihre Antwort bitte noch einmal, als neue Antwort auf dieselbe
Mail wie vorher, oberhalb der Zeile und ohne fremden Text. Als Antwort auf
diese Mail macht #notiz aus dem Text eine interne Notiz, und #verwerfen
wirft ihn weg. Er liegt 14 Tage bereit.

Ein Klick öffnet eine Mail, die das tut; nur noch absenden:
  Interne Notiz
  Nein, verwerfen
  Hilfe

In einer Antwort auf diese Mail werden nur Befehle gelesen; Text geht an
niemanden.

────────────────────────────────────────
Der Text, der bereitliegt:

Guten Tag Frau Krause,

wir kommen sofort.

Und noch ein Satz, der hier unten nicht hingehört.
"""

IMPOSSIBLE = f"""\
1001 · Nicht ausgeführt · Drucker brennt

Es wurde nichts geändert und niemandem etwas geschickt.

  » #zuweisen anna
    #1001 ist geschlossen und muss erst wieder geöffnet werden,
    mit #wiedereröffnen.

{RIGHT_COMMANDS}"""

UNKNOWN_ARGUMENT = f"""\
1001 · Nicht ausgeführt · Drucker brennt

Es wurde nichts geändert und niemandem etwas geschickt.

  » #priorität hohc
    Eine Priorität „hohc“ gibt es nicht; es gibt niedrig, normal, hoch und
    dringend.
    Gemeint war vielleicht (ein Klick öffnet eine Mail; nur noch absenden):
      #priorität hoch
      #priorität niedrig
      #priorität normal
      #priorität dringend

{RIGHT_COMMANDS}"""

CONFIRM = """\
1001 · Ist das von Ihnen? · Drucker brennt

Eine Mail in Ihrem Namen ist eingegangen. Noch ist nichts davon geschehen.
Die Mail antwortet auf eine, die an die richtige Adresse ging, aber nichts
beweist, dass sie auch von dort kommt. Über den gewohnten Mailserver
geschickt, geschieht es ohne Rückfrage.

Das würde geschehen:
  · Bei #1001 ausführen: #übernehmen
  · Den Text an Erika Krause senden.

Ist sie von Ihnen, antworten Sie auf diese Mail innerhalb von 24 Stunden
mit #ja: Dann geschieht es, genau einmal.
Ist sie es nicht, tun Sie nichts: Ohne Ihre Antwort geschieht nichts.
Mit #verwerfen wird sie weggeworfen.

Ein Klick öffnet eine Mail, die das tut; nur noch absenden:
  Ja, ausführen
  Nein, verwerfen

In einer Antwort auf diese Mail werden nur Befehle gelesen; Text geht an
niemanden.

────────────────────────────────────────
Der Text dieser Mail:

Guten Tag Frau Krause,

wir kommen sofort.
"""

DONE = """\
1001 · Erledigt · Drucker brennt

  · #1001 ist übernommen.
    Rückgängig mit: #abgeben
  · Die Priorität von #1001 ist hoch.
    Rückgängig mit: #priorität normal

In einer Antwort auf diese Mail werden nur Befehle gelesen; Text geht an
niemanden.
"""

WORDS = "Guten Tag Frau Krause,\n\nwir kommen sofort."


def told(desk: World) -> Received:
    """Erika has written, and Ben is told."""
    desk.write(ERIKA, "Drucker brennt", "Guten Tag,\n\nbei uns im Flur brennt seit heute Morgen der Drucker.\n\nErika")
    return desk.letter(BENS, "new_ticket")


def read_by_ben(desk: World, template: str) -> str:
    """The newest letter as he reads it: below our line, links without what stands in them."""
    letter = desk.letter(BENS, template)
    text = letter.text.replace("\r\n", "\n").removeprefix("=== write above this line ===\n\n")
    assert english_in(text) == set()
    return re.sub(r" +<mailto:[^>]*>", "", text)


def test_a_misread_command_comes_back_in_german(desk: World) -> None:
    desk.answer(told(desk), f"#zuweisn anna\n\n{WORDS}", sender=BEN)
    assert read_by_ben(desk, "command_refused") == MISREAD


def test_an_answer_below_our_line_comes_back_in_german(desk: World) -> None:
    mail = answer(told(desk), WORDS, sender=BEN)
    mail.text += "\n\nUnd noch ein Satz, der hier unten nicht hingehört.\n"
    desk.mail(mail)
    assert read_by_ben(desk, "command_refused") == UNCUT


def test_an_impossible_command_is_refused_in_german_and_remembered_in_english(desk: World) -> None:
    letter = told(desk)
    desk.answer(letter, "#schließen", sender=BEN)
    number = desk.answer(letter, "#zuweisen anna", sender=BEN)
    assert read_by_ben(desk, "command_refused") == IMPOSSIBLE
    why = "#1001 is closed; reopen it first, with #reopen"
    assert [each["detail"]["why"] for each in desk.ticket()["events"] if each["action"] == "refused"] == [why]
    assert desk.decision(number)["commands"][0]["why"] == why


def test_an_unknown_argument_is_refused_with_german_words_to_tap(desk: World) -> None:
    desk.answer(told(desk), "#priorität hohc", sender=BEN)
    assert read_by_ben(desk, "command_refused") == UNKNOWN_ARGUMENT


def test_a_mail_that_proves_too_little_is_asked_back_in_german(desk: World) -> None:
    desk.answer(told(desk), f"#übernehmen\n\n{WORDS}", sender=BEN, stranger=True)
    assert read_by_ben(desk, "confirm") == CONFIRM
    desk.answer(desk.letter(BENS, "confirm"), "#ja", sender=BEN)
    assert desk.state() == ("in_progress", "ben")


def test_what_was_done_and_how_to_undo_it_is_said_in_german(desk: World) -> None:
    desk.answer(told(desk), "#übernehmen; priorität hoch", sender=BEN)
    assert read_by_ben(desk, "command_done") == DONE


def test_why_a_mail_did_not_arrive_is_said_in_german(desk: World) -> None:
    desk.answer(told(desk), WORDS, sender=BEN)
    back_to = desk.letter("erika@customer.example", "reply").envelope_from
    report = "<erika@customer.example>: host mx.customer.example said: 552 5.2.2 mailbox over quota"
    daemon = "MAILER-DAEMON <MAILER-DAEMON@mx.customer.example>"
    desk.mail(Mail(daemon, back_to, "Undelivered Mail Returned to Sender", report, envelope_from=""))
    said = read_by_ben(desk, "delivery_failed")
    assert said.startswith("1001 · Nicht zugestellt an erika@customer.example · Drucker brennt\n")
    assert "Die Begründung: das Postfach ist voll\n" in said
