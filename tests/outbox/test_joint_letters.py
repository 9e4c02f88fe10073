"""The letters of parts, statements and forwards as people read them, whole, in both languages; and that no internal
line or file leaves in one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailgate.errors import Permanent
from mailgate.mail.html import to_text
from mailgate.outbox.draft import Enclosure, Secrets
from mailgate.outbox.view import FileLine, LetterView, Tap
from tests.outbox.desk import OURS, TOKEN, composed

RELEASE = Tap("So senden", f"mailto:support+{TOKEN}@example.com?body=%23freigeben")
DRAFT = LetterView(
    site="Example Support",
    number=1042,
    subject="Der Umzug",
    status="in Bearbeitung",
    words="Das Kabel reicht.\n\nDie Räume sind frei.",
    files=(FileLine("plan.pdf", "12 kB"),),
    progress=("Teile: 2 von 2", "1043 · Ben Beck · beantwortet", "1044 · Cleo Chen · beantwortet · verborgen"),
    answer_is_note=True,
    taps=(RELEASE,),
)
OUTSIDE = LetterView(
    site="Example Support",
    number=1042,
    reader="Eva Expert",
    words="Ist das gefährlich?\n\nAnna",
    earlier="Es riecht nach Gas.",
    deadline="Freitag, 27. November 2026, 17:00 Uhr",
)

MERGED_DE = f"""\
=== write above this line ===

1042 · Eine Antwort aus allen Teilen · Der Umzug

Das ist der Entwurf einer gemeinsamen Antwort. Eine Antwort nur
mit #freigeben sendet ihn, wie er hier steht; mit eigenem Text
sendet #freigeben diesen.

────────────────────────────────────────
Das Kabel reicht.

Die Räume sind frei.

Dateien:
  plan.pdf (12 kB)

────────────────────────────────────────
Teile: 2 von 2
1043 · Ben Beck · beantwortet
1044 · Cleo Chen · beantwortet · verborgen
Ihre Antwort wird eine interne Notiz; außerhalb sieht sie niemand.

Status  in Bearbeitung

Ein Klick öffnet eine Mail, die das tut; nur noch absenden:
  So senden  <mailto:support+{TOKEN}@example.com?body=%23freigeben>
"""
STATEMENT_DE = """\
Ist das gefährlich?

Anna

Bitte antworten Sie einfach auf diese Mail, bis Freitag, 27. November 2026,
17:00 Uhr. Ihre Antwort bleibt bei uns; außerhalb liest sie niemand.

Darum geht es:

> Es riecht nach Gas.

--\N{SPACE}
Example\N{SPACE}Support\N{SPACE}·\N{SPACE}1042
"""
FORWARDED_DE = """\
Ist das gefährlich?

Anna

Das ist zur Information; zu tun ist nichts. Eine Antwort darauf bleibt bei
uns.

Das wurde bisher geschrieben:

> Es riecht nach Gas.

--\N{SPACE}
Example\N{SPACE}Support\N{SPACE}·\N{SPACE}1042
"""
WHOLE = {
    "merged_draft": (DRAFT, MERGED_DE),
    "statement_request": (OUTSIDE, STATEMENT_DE),
    "forwarded": (OUTSIDE, FORWARDED_DE),
}


@pytest.mark.parametrize("name", WHOLE)
def test_the_german_letter_reads_as_it_should(name: str) -> None:
    view, text = WHOLE[name]
    assert OURS.render(name, "de", view).text == text


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", WHOLE)
def test_text_and_html_say_the_same(name: str, language: str) -> None:
    written = OURS.render(name, language, WHOLE[name][0])
    shown = to_text(written.html)
    assert "href" not in shown
    for words in ("Das Kabel reicht." if name == "merged_draft" else "Ist das gefährlich?", "1042", "#"):
        assert (words in shown) == (words in written.text)


def test_a_draft_without_a_word_says_what_to_do() -> None:
    assert "ohne ein Wort für die meldende Person" in OURS.render("merged_draft", "de", replace(DRAFT, words="")).text
    assert "without a word for the reporter" in OURS.render("merged_draft", "en", replace(DRAFT, words="")).text


def test_a_friendly_desk_says_du() -> None:
    view = replace(OUTSIDE, formal=False)
    assert "Bitte antworte einfach auf diese Mail" in OURS.render("statement_request", "de", view).text


# -- the last look -----------------------------------------------------------------------------------------------------

SECRET = Secrets(frozenset({"She always complains about it."}), frozenset({"a" * 64}))
LETTER = {"template": "forwarded", "role": "informed", "secrets": SECRET}


@pytest.mark.parametrize(
    "earlier",
    ["She always complains about it.", "x\nShe always\ncomplains about it.\ny", "> She always complains about it."],
)
def test_an_internal_line_stops_the_letter(earlier: str) -> None:
    with pytest.raises(Permanent, match="internal words"):
        composed(**LETTER, view=replace(OUTSIDE, earlier=earlier))


def test_an_internal_file_stops_the_letter() -> None:
    file = Enclosure("list.txt", "text/plain", "a" * 64, 5)
    with pytest.raises(Permanent, match="internal file"):
        composed(**LETTER, view=OUTSIDE, enclosures=(file,))


def test_what_the_writer_types_himself_is_his_decision() -> None:
    view = replace(OUTSIDE, words="As we say: She always complains about it.")
    assert composed(**LETTER, view=view).header
