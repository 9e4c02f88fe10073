"""A sentence that is said in its reader's language."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailgate.errors import RefusedCommand
from mailgate.sentence import AND_ALSO, OR, Sentence, joined, verbatim, what_exists

CLOSED = Sentence("{ticket} is closed", "{ticket} ist geschlossen")
THIS = Sentence("this ticket", "dieses Ticket")


def test_it_is_said_in_german_to_germans_and_in_english_to_everybody_else() -> None:
    closed = CLOSED.filled(ticket="#7")
    assert [closed.in_language(each) for each in ("de", "de-AT", "DE")] == ["#7 ist geschlossen"] * 3
    assert [closed.in_language(each) for each in ("en", "fr", "", "del")] == ["#7 is closed"] * 4
    assert str(closed) == "#7 is closed"


def test_a_sentence_inside_a_sentence_is_said_in_the_same_language() -> None:
    assert CLOSED.filled(ticket=THIS) == Sentence("this ticket is closed", "dieses Ticket ist geschlossen")


@given(st.text())
def test_whatever_somebody_wrote_stands_in_it_as_it_is(words: str) -> None:
    assert CLOSED.filled(ticket=verbatim(words)).german == f"{words} ist geschlossen"
    assert CLOSED.filled(ticket=CLOSED.filled(ticket=words)).english == f"{words} is closed is closed"


def test_standing_alone_it_has_a_capital_letter_and_a_full_stop() -> None:
    assert THIS.whole == Sentence("This ticket.", "Dieses Ticket.")
    assert THIS.whole.whole == THIS.whole
    assert verbatim("#tkae is no command").whole.english == "#tkae is no command."


def test_several_become_one_each_once() -> None:
    assert joined([THIS, THIS, verbatim("#8")], OR) == Sentence("this ticket or #8", "dieses Ticket oder #8")
    assert joined([THIS, verbatim("#8")], AND_ALSO).german == "dieses Ticket; #8"


def test_what_exists_is_one_or_several() -> None:
    assert what_exists(["email"]) == Sentence("only email exists", "es gibt nur email")
    assert what_exists("abc") == Sentence("a, b and c exist", "es gibt a, b und c")


def test_a_refusal_carries_both_languages_and_is_logged_in_english() -> None:
    refused = RefusedCommand(CLOSED.filled(ticket=THIS))
    assert (str(refused), refused.why.german) == ("this ticket is closed", "dieses Ticket ist geschlossen")
