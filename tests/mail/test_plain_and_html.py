"""The same reply gives the same new words, whether it comes as plain text, as HTML or as both."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailgate.mail.body import NewWords, new_words
from mailgate.mail.parse import read
from mailgate.mail.phrases import phrases
from mailgate.settings.site import Limits
from tests.mail.rendering import ATTRIBUTION, CLIENTS, Client, Reply, forms

LIMITS = Limits()
LETTER = (("Hello Erika,",), ("please switch the printer off and on again.", "Is the lamp on?"), ("Regards", "Anna"))

_word = st.text("abcdefghijklmnopqrstuvwxyzäöüßАБВ漢字0123456789&<>\"'.,!#%_", min_size=1, max_size=10).filter(
    lambda word: any(map(str.isalnum, word)) and word[0] not in "<>"
)
_line = st.lists(_word, min_size=1, max_size=7).map(" ".join)
_paragraph = st.lists(_line, min_size=1, max_size=4).map(tuple)
_said = st.lists(_paragraph, min_size=1, max_size=3).map(tuple)


def folded(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def points(said: tuple[tuple[str, ...], ...]) -> bool:
    joined = " ".join(line for paragraph in said for line in paragraph).casefold()
    return any(words in joined for words in phrases().pointers)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: str(client.name))
@settings(max_examples=30, deadline=None)
@given(above=_said)
@example(above=(("Works.",), ("-- ", "Erika Krause", "Customer Ltd")))
@example(above=(("Works.",), ("Sent from my iPhone",)))
@example(above=(("Grüße  aus München & 5 < 6",), ("Tel. +49 30 1234",)))
def test_words_above_the_quoted_letter(client: Client, above: tuple[tuple[str, ...], ...]) -> None:
    said = [word for word in above if not points((word,))] or [("Works.",)]
    found = {form: read_words(mail) for form, mail in client.forms(Reply(tuple(said), LETTER)).items()}
    assert folded(found["plain"].text) == folded(found["html"].text) == folded(found["both"].text)
    assert "switch the printer" not in found["html"].text


@pytest.mark.parametrize("client", [each for each in CLIENTS if each.marks], ids=lambda client: str(client.name))
@settings(max_examples=30, deadline=None)
@given(above=_said, below=_said)
def test_words_above_and_below(
    client: Client, above: tuple[tuple[str, ...], ...], below: tuple[tuple[str, ...], ...]
) -> None:
    found = [read_words(mail) for mail in client.forms(Reply(above, LETTER, below)).values()]
    wanted = [" ".join(line.split()) for paragraph in (*above, *below) for line in paragraph]
    assert [folded(each.text) for each in found] == [wanted] * 3


QUOTED = (
    f'<div class="gmail_quote"><div class="gmail_attr">{escape(ATTRIBUTION)}</div>'
    '<blockquote class="gmail_quote"><div>Is it on?</div>'
    "<blockquote><div>older words</div></blockquote></blockquote></div>"
)
MARKED = f"\n\n{ATTRIBUTION}\n> Is it on?\n>> older words\n"


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("We need:<ul><li>one printer</li><li>two scanners</li></ul>", "We need:\n\n  * one printer\n  * two scanners"),
        ("<ol><li>one printer</li><li>two</li></ol><p>Bye</p>", "1. one printer\n2. two\n\nBye"),
        ("<p>Log:</p><pre>one\n   two\nthree</pre>", "Log:\n\none\n   two\nthree"),
        ('See <a href="https://x.example/doc">here</a> now', "See here <https://x.example/doc> now"),
        ('Ask <a href="mailto:a@x.example">a@x.example</a>', "Ask a@x.example"),
        ("<table><tr><td>Room</td><td>301</td></tr><tr><td>Floor</td><td>2</td></tr></table>", "Room 301\nFloor 2"),
        ("<dl><dt>Room</dt><dd>301</dd></dl>", "Room\n301"),
        ("5 &lt; 6 &amp;&amp; 7 &gt; 3 &nbsp; &mdash; caf&eacute; &#128077;", "5 < 6 && 7 > 3   — café 👍"),
        ("Write &amp;lt; for &lt;, and &amp;#0", "Write &lt; for <, and &#0"),
        ('See <a href="https://x.example/?a=1&amp;copy=2">it</a>', "See it <https://x.example/?a=1&copy=2>"),
        ("<h1>Title</h1><div>a<br>b<br/>c</div>", "Title\n\na\nb\nc"),
        ('Works<br>-- <br><div class="gmail_signature">Erika<br>Customer Ltd</div>', "Works\n-- \nErika\nCustomer Ltd"),
        ("<style>p{}</style><script>x</script><p>Works</p>", "Works"),
    ],
)
def test_what_people_put_into_their_words(html: str, plain: str) -> None:
    found = [read_words(mail) for mail in forms(plain + MARKED, f"<div>{html}</div>{QUOTED}").values()]
    assert folded(found[0].text) == folded(found[1].text) == folded(found[2].text)
    assert [[fold.kind for fold in each.folds if fold.kind == "quote"] for each in found] == [["quote"]] * 3


def read_words(mail: bytes) -> NewWords:
    return new_words(read(mail, LIMITS), LIMITS)
