"""German, English, or not sure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.language import counted, language_of

GERMAN = "Bitte helfen Sie mir, ich kann mich nicht anmelden und das ist nicht gut. "
ENGLISH = "Please help me, the login is not working and this is not good for our team. "


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Sehr geehrte Damen und Herren, seit gestern funktioniert der Drucker im zweiten Stock nicht mehr."),
        ("de", "Hallo, ich kann mich nicht anmelden. Könnten Sie mir bitte helfen? Vielen Dank und Gruß"),
        ("en", "Hello, I cannot log in since yesterday. Could you please help me with this? Thanks"),
        ("en", "Hi, my printer fails with a strange noise, please help me as soon as possible. Joe"),
        ("en", "The printer on the second floor is not working and we need it today."),
        (None, "Bonjour, je ne peux pas me connecter depuis hier, pouvez-vous m'aider avec le VPN ? Merci"),
        (None, "Goedemorgen, ik kan niet inloggen op het netwerk en de printer is ook niet bereikbaar voor ons."),
        (None, "Hej, jag kan inte logga in på nätverket och det är mycket viktigt att det fungerar idag."),
        (None, "Buongiorno, non riesco a collegarmi alla rete e la stampante non funziona, grazie per l'aiuto."),
        (None, "Hola, no puedo entrar en la red desde ayer y la impresora no funciona, gracias por la ayuda."),
        (None, "Dzień dobry, nie mogę się zalogować do sieci, proszę o pomoc w tej sprawie, dziękuję bardzo."),
        (None, "Olá, não consigo entrar na rede desde ontem e a impressora não funciona, obrigado pela ajuda."),
        (None, "VPN down"),
        (None, "bitte helfen"),
        (None, "error 0x80070005 at winlogon.exe module ntdll.dll offset 4711 thread main stack overflow"),
        (None, ""),
    ],
)
def test_the_language_is_named_only_when_sure(language: str | None, text: str) -> None:
    assert language_of(text) == language


def test_what_others_wrote_does_not_count() -> None:
    quoted = "> The printer is not working and we need it today, please help us with this.\n" * 5
    assert language_of("Hallo, das habe ich leider nicht verstanden, bitte noch einmal.\n" + quoted) == "de"


def test_both_languages_in_one_mail_are_not_sure() -> None:
    assert language_of(GERMAN + ENGLISH) is None


def test_the_language_of_the_beginning_counts_where_that_is_sure() -> None:
    assert language_of(GERMAN * 20 + ENGLISH * 40) == "de"


def test_all_of_it_counts_where_the_beginning_is_not_sure() -> None:
    assert language_of("0x80070005 winlogon " * 60 + ENGLISH * 40) == "en"
    assert language_of((GERMAN + ENGLISH) * 20) is None


WORDS = ("und", "dass", "daß", "Straße", "the", "would", "være", "się", "œuvre", "ẞ", "½", "x9y", "a_b", "don't", "für")


@given(st.lists(st.sampled_from(WORDS), max_size=30), st.sampled_from((" ", "\n", ", ", "-")))
def test_western_text_is_counted_as_all_other_text_is(words: list[str], between: str) -> None:
    text = between.join(words)
    count, hits = counted(text)
    assert counted(f"{text} Ж") == (count + 1, hits)  # one letter beyond cp1252 is a word, and no small one
