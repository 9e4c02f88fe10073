"""The charset of unlabelled text is guessed from enough of it, or not at all; never wrongly."""

from __future__ import annotations

import pytest

from mailgate.mail.guess import guessed

RUSSIAN = "Добрый день, у нас на втором этаже не работает принтер, пожалуйста, пришлите кого-нибудь."
UKRAINIAN = "Доброго дня, у нас не працює принтер на другому поверсі, будь ласка, допоможіть."
BULGARIAN = "Здравейте, принтерът на втория етаж не работи от вчера. Моля за помощ."
GREEK = "Καλημέρα σας, ο εκτυπωτής στον δεύτερο όροφο δεν λειτουργεί από χθες."
HEBREW = "שלום, המדפסת בקומה השנייה לא עובדת מאתמול. אנא שלחו מישהו לתקן אותה."
ARABIC = "السلام عليكم، الطابعة في الطابق الثاني لا تعمل منذ أمس، أرجو المساعدة."
THAI = "สวัสดีครับ เครื่องพิมพ์ชั้นสองใช้งานไม่ได้ตั้งแต่เมื่อวาน กรุณาส่งคนมาดูด้วย"
JAPANESE = "お世話になっております。二階のプリンターが昨日から動きません。よろしくお願いします。"
CHINESE = "您好，我们二楼的打印机从昨天开始不能用了，请派人来看一下，谢谢。"
TAIWANESE = "您好，我們二樓的印表機從昨天開始不能用了，請派人來看一下，謝謝。"
KOREAN = "안녕하세요. 2층 프린터가 어제부터 작동하지 않습니다. 확인 부탁드립니다. 감사합니다."
POLISH = (
    "Dzień dobry, drukarka na drugim piętrze nie działa już od wczoraj. Proszę o przysłanie kogoś, kto się tym zajmie."
)
CZECH = "Dobrý den, tiskárna ve druhém patře nefunguje už od včerejška. Prosím, pošlete někoho, kdo ji opraví."
TURKISH = "Merhaba, ikinci kattaki yazıcı dünden beri çalışmıyor. Lütfen birini gönderir misiniz? Teşekkürler."
GERMAN = "Der Drucker im Büro läuft nicht. Können Sie prüfen, ob größere Störungen vorliegen? Schöne Grüße"
FRENCH = (
    "L'imprimante du deuxième étage ne marche plus. Pourriez-vous réparer ça ? À bientôt, très cordialement, Hélène"
)
SPANISH = "¿Podrían enviar a alguien mañana? También la contraseña caducó, no sé cómo cambiarla. El teléfono está roto"


@pytest.mark.parametrize(
    ("text", "codecs"),
    [
        (RUSSIAN, ("cp1251", "koi8-r", "iso8859-5", "cp866")),
        (UKRAINIAN, ("cp1251", "koi8-u", "iso8859-5")),
        (BULGARIAN, ("cp1251", "iso8859-5")),
        (GREEK, ("cp1253", "iso8859-7")),
        (HEBREW, ("cp1255", "iso8859-8")),
        (ARABIC, ("cp1256", "iso8859-6")),
        (THAI, ("cp874",)),
        (JAPANESE, ("cp932", "euc_jp")),
        (CHINESE, ("gb18030",)),
        (TAIWANESE, ("cp950",)),
        (KOREAN, ("cp949",)),
        (POLISH, ("cp1250", "iso8859-2")),
        (CZECH, ("cp1250", "iso8859-2")),
        (TURKISH, ("cp1254",)),
    ],
)
def test_enough_text_of_one_language_is_recognised(text: str, codecs: tuple[str, ...]) -> None:
    for codec in codecs:
        raw = text.encode(codec, "replace")
        found = guessed(raw)
        assert found, codec
        assert raw.decode(found) == raw.decode(codec)


@pytest.mark.parametrize("text", [GERMAN, FRENCH, SPANISH])
def test_western_text_is_no_guess_at_all(text: str) -> None:
    assert guessed(text.encode("cp1252")) is None


@pytest.mark.parametrize("text", [RUSSIAN, GREEK, JAPANESE, CHINESE, KOREAN, HEBREW])
def test_short_text_is_never_guessed(text: str) -> None:
    codec = {RUSSIAN: "koi8-r", GREEK: "cp1253", JAPANESE: "cp932", CHINESE: "gb18030", HEBREW: "cp1255"}
    raw = text.encode(codec.get(text, "cp949"))
    assert guessed(raw[:18]) is None


def test_a_wrong_guess_is_worse_than_none() -> None:
    for text, codec in ((RUSSIAN, "koi8-r"), (RUSSIAN, "cp1251"), (GREEK, "cp1253"), (CHINESE, "gb18030")):
        raw = text.encode(codec)
        for length in range(0, len(raw), 3):
            found = guessed(raw[:length])
            assert found is None or raw[:length].decode(found, "ignore") == raw[:length].decode(codec, "ignore")


@pytest.mark.parametrize("raw", [bytes(range(128, 256)) * 3, b"\xff" * 100, b"\x80\x20" * 100, b""])
def test_bytes_that_are_no_text_are_not_guessed(raw: bytes) -> None:
    assert guessed(raw) is None
