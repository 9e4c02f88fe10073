"""Four letters as people read them, whole, in both languages: a change of wording is a change of this page."""

from __future__ import annotations

import pytest

from mailgate.outbox.view import FileLine, LetterView, Mistake, OtherTicket, Tap
from tests.outbox.desk import OURS, TOKEN

TAKE = Tap("#take", f"mailto:support+{TOKEN}@example.com?subject=%5B%231042%5D&body=%23take")

EN = LetterView(
    site="Example Support",
    number=1042,
    subject="VPN is down since this morning",
    reader="Erika Krause",
    status="new",
    category="Network / VPN",
    group="Network team",
    priority="high",
    kind="Incident",
    deadline="Monday, 23 November 2026, 17:00",
    light="green",
    writer="Erika Krause",
    writer_address="erika@partner.example",
    answer_goes_to="Erika Krause",
    words="Good morning,\n\nthe tunnel drops every five minutes.\n#help would be nice!\n\nErika Krause",
    files=(FileLine("log.txt", "12 kB"), FileLine("trace.pcap", "48 MB", attached=False)),
    rule="VPN trouble (routing.yaml:4)",
    others=(OtherTicket(1038, "Printer in room 12", "waiting"),),
    taps=(TAKE,),
    expected="Monday, 23 November 2026, 11:00",
    notice="The gateway in Munich restarts at noon.",
    solution="The certificate is renewed.\nPlease connect once more.\n\nAnna Alt",
    mistakes=(Mistake("#tkae; close", 'There is no command "tkae".', (TAKE,)),),
)
DE = LetterView(
    site="Beispiel-Support",
    number=1042,
    subject="VPN seit heute früh gestört",
    reader="Erika Krause",
    status="neu",
    category="Netzwerk / VPN",
    group="Netzwerk-Team",
    priority="hoch",
    kind="Störung",
    deadline="Montag, 23. November 2026, 17:00 Uhr",
    light="red",
    writer="Erika Krause",
    writer_address="erika@partner.example",
    answer_goes_to="Erika Krause",
    words="Guten Morgen,\n\nder Tunnel bricht alle fünf Minuten ab.\n\nErika Krause",
    files=(FileLine("log.txt", "12 kB"), FileLine("trace.pcap", "48 MB", attached=False)),
    rule="VPN-Störung (routing.yaml:4)",
    others=(OtherTicket(1038, "Drucker in Raum 12", "wartet"),),
    taps=(TAKE,),
    expected="Montag, 23. November 2026, 11:00 Uhr",
    notice="Das Gateway in München startet um 12 Uhr neu.",
    solution="Das Zertifikat ist erneuert.\nBitte verbinden Sie sich noch einmal.\n\nAnna Alt",
    mistakes=(Mistake("#tkae; schließen", "Den Befehl „tkae“ gibt es nicht.", (TAKE,)),),
)

GOLDEN = {
    ("acknowledged", "en"): """\
1042 · We have your message
VPN is down since this morning

Known trouble: The gateway in Munich restarts at noon.

Hello Erika Krause,

Thank you. Your message has arrived and has the number 1042.

Read by    Network team
Answer by  Monday, 23 November 2026, 11:00

To add something, just answer this mail.

Example Support
""",
    ("acknowledged", "de"): """\
1042 · Ihre Nachricht ist da
VPN seit heute früh gestört

Bekannte Störung: Das Gateway in München startet um 12 Uhr neu.

Guten Tag Erika Krause,

vielen Dank. Ihre Nachricht ist angekommen und hat die Nummer 1042.

Gelesen von  Netzwerk-Team
Antwort bis  Montag, 23. November 2026, 11:00 Uhr

Möchten Sie etwas ergänzen? Antworten Sie einfach auf diese Mail.

Beispiel-Support
""",
    ("new_ticket", "en"): """\
=== write above this line ===

1042 · New from Erika Krause · VPN is down since this morning

Good morning,

the tunnel drops every five minutes.
\\#help would be nice!

Erika Krause

Files:
  log.txt (12 kB)
  trace.pcap (48 MB, too large to come along)

────────────────────────────────────────
Your answer goes to Erika Krause.

From      Erika Krause <erika@partner.example>
Status    new
Light     green, in good time
Deadline  Monday, 23 November 2026, 17:00
Priority  high
Category  Network / VPN
Kind      Incident
Group     Network team
Rule      VPN trouble (routing.yaml:4)

More open tickets of this reporter:
  1038 · Printer in room 12 · waiting

One tap opens a mail that does it; just send it:
  #take  <mailto:support+abcdefghijklmnopqrstuvw2@example.com?subject=%5B%231042%5D&body=%23take>
""",
    ("new_ticket", "de"): """\
=== write above this line ===

1042 · Neu von Erika Krause · VPN seit heute früh gestört

Guten Morgen,

der Tunnel bricht alle fünf Minuten ab.

Erika Krause

Dateien:
  log.txt (12 kB)
  trace.pcap (48 MB, zu groß zum Mitschicken)

────────────────────────────────────────
Ihre Antwort geht an Erika Krause.

Von          Erika Krause <erika@partner.example>
Status       neu
Ampel        rot, überfällig
Frist        Montag, 23. November 2026, 17:00 Uhr
Priorität    hoch
Kategorie    Netzwerk / VPN
Vorgangsart  Störung
Gruppe       Netzwerk-Team
Regel        VPN-Störung (routing.yaml:4)

Weitere offene Tickets des Melders:
  1038 · Drucker in Raum 12 · wartet

Ein Klick öffnet eine Mail, die das tut; nur noch absenden:
  #take  <mailto:support+abcdefghijklmnopqrstuvw2@example.com?subject=%5B%231042%5D&body=%23take>
""",
    ("resolved", "en"): """\
1042 · Resolved

The certificate is renewed.
Please connect once more.

Anna Alt

Too large to send along: trace.pcap (48 MB)

Is something still wrong? Just answer this mail, and we open it again.

--\x20
Example Support · 1042
""",
    ("resolved", "de"): """\
1042 · Gelöst

Das Zertifikat ist erneuert.
Bitte verbinden Sie sich noch einmal.

Anna Alt

Zu groß zum Mitschicken: trace.pcap (48 MB)

Stimmt noch etwas nicht? Antworten Sie einfach auf diese Mail, dann machen
wir weiter.

--\x20
Beispiel-Support · 1042
""",
    ("command_refused", "en"): """\
=== write above this line ===

1042 · Not carried out · VPN is down since this morning

Nothing was changed, and nothing was sent to anybody.

  » #tkae; close
    There is no command "tkae".
    Meant was perhaps (one tap opens a mail; just send it):
      #take  <mailto:support+abcdefghijklmnopqrstuvw2@example.com?subject=%5B%231042%5D&body=%23take>

To correct it, answer this mail with only the right commands: then text and
files go out as if you had written it so. They are kept for 14 days; #drop
throws them away.

One tap opens a mail that does it; just send it:
  #take  <mailto:support+abcdefghijklmnopqrstuvw2@example.com?subject=%5B%231042%5D&body=%23take>

In an answer to this mail only commands are read; text goes to nobody.

────────────────────────────────────────
The text that is kept:

Good morning,

the tunnel drops every five minutes.
\\#help would be nice!

Erika Krause

Files:
  log.txt (12 kB)
  trace.pcap (48 MB, too large to come along)
""",
    ("command_refused", "de"): """\
=== write above this line ===

1042 · Nicht ausgeführt · VPN seit heute früh gestört

Es wurde nichts geändert und niemandem etwas geschickt.

  » #tkae; schließen
    Den Befehl „tkae“ gibt es nicht.
    Gemeint war vielleicht (ein Klick öffnet eine Mail; nur noch absenden):
      #take  <mailto:support+abcdefghijklmnopqrstuvw2@example.com?subject=%5B%231042%5D&body=%23take>

Zum Berichtigen antworten Sie auf diese Mail nur mit den richtigen Befehlen:
Dann gehen Text und Dateien so hinaus, als hätten Sie es gleich so
geschrieben. Sie liegen 14 Tage bereit; #verwerfen wirft sie weg.

Ein Klick öffnet eine Mail, die das tut; nur noch absenden:
  #take  <mailto:support+abcdefghijklmnopqrstuvw2@example.com?subject=%5B%231042%5D&body=%23take>

In einer Antwort auf diese Mail werden nur Befehle gelesen; Text geht an
niemanden.

────────────────────────────────────────
Der Text, der bereitliegt:

Guten Morgen,

der Tunnel bricht alle fünf Minuten ab.

Erika Krause

Dateien:
  log.txt (12 kB)
  trace.pcap (48 MB, zu groß zum Mitschicken)
""",
}


@pytest.mark.parametrize(("name", "language"), GOLDEN)
def test_the_letter_reads_as_it_should(name: str, language: str) -> None:
    view = EN if language == "en" else DE
    assert OURS.render(name, language, view).text == GOLDEN[name, language]
