"""The language of a mail is named only when sure: of the small words, or of the script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.mail.language import counted, language_of
from tests.growth import assert_linear

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
        ("fr", "Bonjour, je ne peux pas me connecter depuis hier, pouvez-vous m'aider avec le VPN ? Merci"),
        ("fr", "Veuillez trouver ci-joint la facture du mois de novembre. Cordialement, Pierre"),
        ("nl", "Goedemorgen, ik kan niet inloggen op het netwerk en de printer is ook niet bereikbaar voor ons."),
        ("nl", "Kunt u het wachtwoord van mijn collega opnieuw instellen? Alvast bedankt, Pieter"),
        ("sv", "Hej, jag kan inte logga in på nätverket och det är mycket viktigt att det fungerar idag."),
        ("da", "Kan I hjælpe mig med at nulstille min adgangskode? Jeg får en fejl, når jeg prøver. Tak."),
        ("no", "Kan dere hjelpe meg med å nullstille passordet? Jeg får en feil når jeg prøver. Takk."),
        ("it", "Buongiorno, non riesco a collegarmi alla rete e la stampante non funziona, grazie per l'aiuto."),
        ("es", "Hola, no puedo entrar en la red desde ayer y la impresora no funciona, gracias por la ayuda."),
        ("pt", "Olá, não consigo entrar na rede desde ontem e a impressora não funciona, obrigado pela ajuda."),
        ("pl", "Dzień dobry, nie mogę się zalogować do sieci, proszę o pomoc w tej sprawie, dziękuję bardzo."),
        ("cs", "Dobrý den, od včerejška se nemohu přihlásit do sítě, můžete mi prosím pomoci? Děkuji, Jana"),
        ("fi", "Hei, en pääse kirjautumaan verkkoon, ja tulostin ei toimi. Voitteko auttaa? Kiitos, Matti"),
        ("hu", "Tisztelt Ügyfélszolgálat! Tegnap óta nem tudok bejelentkezni a hálózatra. Kérem, segítsenek."),
        ("ro", "Bună ziua, nu mă pot conecta la rețea de ieri. Vă rog să mă ajutați. Mulțumesc, Ion"),
        ("tr", "Merhaba, dünden beri ağa bağlanamıyorum ve yazıcı da çalışmıyor. Lütfen yardım edin. Teşekkürler"),
        ("ru", "Здравствуйте, со вчерашнего дня я не могу войти в сеть, и принтер тоже не работает. Спасибо"),
        ("uk", "Доброго дня! Від учора я не можу увійти в мережу, і принтер теж не працює. Дякую, Олена"),
        ("ja", "お世話になっております。昨日からネットワークにログインできません。ご確認をお願いいたします。田中"),
        ("ja", "VPN の件ですが、Windows 11 の PC からまだ接続できません。ご確認ください。"),
        ("zh", "您好,从昨天开始我无法登录网络,打印机也不能用。请帮忙处理,谢谢。王伟"),
        ("ko", "안녕하세요. 어제부터 네트워크에 로그인할 수 없고 프린터도 작동하지 않습니다. 감사합니다."),
        (None, "VPN down"),
        (None, "bitte helfen"),
        (None, "error 0x80070005 at winlogon.exe module ntdll.dll offset 4711 thread main stack overflow"),
        (None, ""),
        (None, "王伟 谢谢"),
    ],
)
def test_the_language_is_named_only_when_sure(language: str | None, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Ja, det er det. Jeg har en her, og det er den, som jeg har i dag.",  # Danish and Norwegian
        "Det er den. Har du en med? Vi kan se det.",  # all three of the north
        "Dobrý deň, od včera sa neviem prihlásiť do siete, môžete mi prosím pomôcť? Ďakujem, Jana",  # Slovak
        "Poštovani, od jučer se ne mogu prijaviti na mrežu, molim vas za pomoć. Hvala, Ivan",  # Croatian
        "Здравейте, от вчера не мога да вляза в мрежата и принтерът не работи. Моля за помощ. Благодаря",  # Bulgarian
        "Добар дан, од јуче не могу да се пријавим на мрежу, молим вас за помоћ. Хвала, Јован",  # Serbian
        "Bon dia, des d'ahir no puc entrar a la xarxa i la impressora no funciona. Gràcies",  # Catalan
        "Selamat pagi, sejak kemarin saya tidak bisa masuk ke jaringan. Terima kasih",  # Indonesian
    ],
)
def test_neighbours_are_not_taken_for_one_of_ours(text: str) -> None:
    assert language_of(text) is None


def test_an_english_mail_with_a_name_in_signs_is_english() -> None:
    assert language_of("Please ask 田中さん, the printer on the second floor is hers, and we need it today.") == "en"


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


@pytest.mark.parametrize("piece", ["漢字かな交じり文 ", "и не на ", "jeg er det ", "> quoted\n", "\u200b"])
def test_time_grows_with_size_alone(piece: str) -> None:
    assert_linear(lambda n: language_of(piece * (n // len(piece))), 100_000)
