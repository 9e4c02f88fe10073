"""Absences in every language are heard by their subject or first words; people who write about absences are people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.absences import announced, phrases_by_language, says_away, sounds_away
from tests.growth import assert_linear

DATA = phrases_by_language()
LANGUAGES = sorted(set(DATA) - {"others"})


def all_of(key: str) -> list[str]:
    return sorted({each for language in DATA.values() for each in language.get(key, ())})


def test_twenty_one_languages_are_known() -> None:
    assert " ".join(LANGUAGES) == "cs da de en es fi fr hu it ja ko nl no pl pt ro ru sv tr uk zh"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_each_kind(language: str) -> None:
    assert all(len(DATA[language][key]) >= 2 for key in ("announces", "says", "states", "until", "text"))


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: VPN",
        "AUTOMATIC REPLY: VPN",
        "Out of Office: VPN",
        "Auto-Reply",
        "Automatische Antwort: VPN",
        "Abwesenheitsnotiz",
        "[EXTERN] Automatische Antwort: VPN",
        "***SPAM*** Out of Office AutoReply: VPN",
        "Réponse automatique : VPN",
        "Réponse\u00a0automatique\u00a0: VPN",
        "Respuesta automática: VPN",
        "Risposta automatica: VPN",
        "Automatisch antwoord: VPN",
        "Resposta automática: VPN",
        "Odpowiedź automatyczna: VPN",
        "Automatická odpověď: VPN",
        "Automatisk svar: VPN",
        "Autosvar: VPN",
        "Automaattinen vastaus: VPN",
        "Automatikus válasz: VPN",
        "Răspuns automat: VPN",
        "Otomatik yanıt: VPN",
        "OTOMATİK YANIT: VPN",
        "Автоматический ответ: VPN",
        "Автоматична відповідь: VPN",
        "自動返信: VPN",
        "自动答复: VPN",
        "자동 회신: VPN",
    ],
)
def test_outlook_announces_its_answers_in_the_language_of_the_mailbox(subject: str) -> None:
    assert announced(subject)
    assert sounds_away(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "OOO",
        "On vacation, back on Monday",
        "Away until Monday",
        "Vacation from 5 to 9 December",
        "Erika Krause is out of the office",
        "Erika Krause/ACME is out of the office (returning 30.11.2026)",
        "Urlaub vom 1.12. bis 5.12.",
        "Im Urlaub bis Montag",
        "Erika Krause ist außer Haus.",
        "Absent jusqu'au 5 décembre",
        "absent du 5 au 9",
        "De vacaciones hasta el lunes",
        "In ferie dal 5 al 9",
        "Jestem na urlopie do piątku",
        "På semester till fredag",
        "В отпуске до 5 декабря",
        "不在にしております",
        "휴가중",
    ],
)
def test_people_give_their_absence_a_subject_too(subject: str) -> None:
    assert sounds_away(subject)
    assert not announced(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "Vacation request form broken",
        "Vacation and sick leave form",
        "Vacation calendar 2026",
        "Out of office assistant broken",
        "How do I set an out of office reply?",
        "Automatic reply not working",
        "Automatic replies are not sent",
        "Away team shirts",
        "the office is out of paper",
        "Automatische Antwort funktioniert nicht",
        "Abwesenheitsnotiz einrichten",
        "Urlaubsantrag geht nicht",
        "Urlaub: Antrag hängt",
        "[#1001] Urlaub",
        "Auto kaputt",
        "Réponse automatique ne fonctionne pas",
        "Absence d'un collègue",
        "Respuesta automática no funciona",
        "自動返信が届きません",
        "자동 회신이 안 됩니다",
        "自动回复不工作",
        "",
    ],
)
def test_who_writes_about_absences_is_heard_as_a_person(subject: str) -> None:
    assert not sounds_away(subject)
    assert not announced(subject)


@given(st.sampled_from(all_of("announces")), st.sampled_from([": ", " : ", "："]), st.text(max_size=30))
def test_whatever_is_answered_the_announcement_is_heard(words: str, colon: str, subject: str) -> None:
    assert announced(f"{words}{colon}{subject}")
    assert announced(f"{words.upper()}{colon}{subject}")


@given(st.sampled_from(all_of("text")), st.sampled_from(["", "Hello,\n\n", "Guten Tag\n"]))
def test_the_first_words_are_heard_however_their_lines_end(words: str, greeting: str) -> None:
    assert says_away(f"{greeting}{words.replace(' ', chr(10))} …") is not None


def test_far_below_nothing_is_heard() -> None:
    assert says_away("It is broken. " * 60 + "I am out of the office until Monday.") is None


@pytest.mark.parametrize("piece", ["[EXTERN] ", "is out of ", "automatic reply ", "不在", "*** "])
def test_time_grows_with_size_alone(piece: str) -> None:
    assert_linear(lambda n: (sounds_away(piece * (n // len(piece))), says_away(piece * (n // len(piece)))), 100_000)
