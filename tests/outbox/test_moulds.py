"""Of most letters only the values are stored, beside one mould for all of a shape: what leaves is the letter still."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.outbox import moulds, queue
from mailgate.outbox.casting import Mould, Poured
from mailgate.outbox.draft import Draft
from mailgate.outbox.links import with_links
from mailgate.outbox.moulds import LETTER, MOULD, text_of
from mailgate.outbox.render import Renderer
from mailgate.outbox.sample import BARE
from tests.doubles.relay import Relay
from tests.outbox.desk import draft_of
from tests.outbox.letters_due import Outbox

AT_ONCE, SOON = timedelta(0), timedelta(minutes=10)


class Wrong(Exception):
    """what undoes a savepoint"""


@pytest.fixture(autouse=True)
def of_another_process() -> None:
    """Nothing is at hand of what other stories wrote."""
    moulds._at_hand.clear()


def told(to: str, **values: Any) -> Draft:
    view = replace(BARE, number=1042, subject="VPN", words="The tunnel\ndrops <again>.", **values)
    return draft_of("new_ticket", to=to, person="anna", role="agent", ticket=None, view=view)


def put(outbox: Outbox, *drafts: Draft) -> list[sa.Row[Any]]:
    """The rows of these letters."""
    with outbox.store.transaction(outbox.settings, outbox.clock.now()) as tx:
        numbers = [queue.put(tx, each) for each in drafts]
    return [outbox[number] for number in numbers]


def stored(outbox: Outbox) -> list[sa.Row[Any]]:
    with outbox.store.reading(outbox.settings, outbox.clock.now()) as tx:
        return tx.all(sa.select(MOULD))


def by_template(outbox: Outbox, draft: Draft, row: sa.Row[Any]) -> str:
    """The text as its template says it; the token is only in the letter."""
    token = row.message_id.partition("@")[0].partition(".")[2]
    view = with_links(outbox.settings, draft, token)
    return Renderer(outbox.settings).render(draft.template, draft.language, view).text


def test_letters_of_one_shape_share_a_mould_and_leave_as_their_template_says(outbox: Outbox, relay: Relay) -> None:
    drafts = [told("anna@example.com"), told("ben@example.com", reader="Ben"), told("eva@example.com")]
    rows = put(outbox, *drafts)
    assert [(row.text, row.html) for row in rows] == [("", "")] * 3
    assert len(stored(outbox)) == len({row.mould for row in rows})
    moulds._at_hand.clear()
    outbox.rounds(AT_ONCE)
    expected = {draft.to: by_template(outbox, draft, row) for draft, row in zip(drafts, rows, strict=True)}
    assert {letter.to: letter.text for letter in relay.letters} == expected
    assert all("drops &lt;again&gt;." in letter.html for letter in relay.letters)


def test_where_no_answer_came_the_next_process_sends_the_same_bytes(outbox: Outbox, relay: Relay) -> None:
    relay.lose_answers(times=1)
    [row] = put(outbox, told("anna@example.com"))
    outbox.rounds(moulds._at_hand.clear, SOON)
    first, second = relay.letters
    assert first.raw == second.raw
    assert b"drops <again>" in first.raw
    assert (outbox[row.id].state, outbox[row.id].doubtful) == ("sent", 1)


def test_what_a_letter_does_not_show_is_not_stored_with_it(outbox: Outbox) -> None:
    view = replace(BARE, number=1042, words="My password is swordfish.")
    [row] = put(outbox, draft_of("acknowledged", view=view, ticket=None))
    assert row.mould
    assert "swordfish" not in str(row.filling)


def test_a_mould_whose_first_letter_was_undone_is_stored_with_the_second(outbox: Outbox) -> None:
    with outbox.store.transaction(outbox.settings, outbox.clock.now()) as tx:
        with suppress(Wrong), tx.savepoint():
            queue.put(tx, told("anna@example.com"))
            raise Wrong
        number = queue.put(tx, told("anna@example.com"))
    assert [each.digest for each in stored(outbox)] == [outbox[number].mould]


def test_a_mould_is_stored_once_whoever_writes_by_it(outbox: Outbox) -> None:
    first, second = (put(outbox, told(f"{name}@example.com"))[0] for name in ("anna", "ben"))
    assert [each.digest for each in stored(outbox)] == [first.mould] == [second.mould]


def test_a_letter_that_was_lightened_has_no_mould_any_more(outbox: Outbox, relay: Relay) -> None:
    file = {**outbox.file(b"x" * 200), "size": 200}
    [row] = put(outbox, told("anna@example.com"))
    with outbox.store.transaction(outbox.settings, outbox.clock.now()) as tx:
        tx.execute(sa.update(LETTER).where(LETTER.c.id == row.id).values(files=[file]))
    relay.say("MAIL", "552 5.3.4 Message size exceeds fixed limit", times=1)
    outbox.rounds(AT_ONCE)
    [letter] = relay.letters
    assert "Too large to send along: log.bin" in letter.text
    assert "The tunnel\ndrops <again>." in letter.text
    assert (outbox[row.id].mould, outbox[row.id].filling, outbox[row.id].text) == (None, None, letter.text)


def test_a_letter_whose_mould_is_gone_fails_and_says_so(outbox: Outbox, relay: Relay) -> None:
    [row] = put(outbox, told("anna@example.com"))
    moulds._at_hand.clear()
    with outbox.store.transaction(outbox.settings, outbox.clock.now()) as tx:
        tx.execute(sa.delete(MOULD))
    outbox.rounds()
    assert (outbox[row.id].state, relay.letters) == ("failed", [])
    assert f"its mould ({row.mould[:12]}) is gone" in outbox[row.id].answer


def test_there_is_an_end_to_the_moulds_at_hand(outbox: Outbox) -> None:
    rows = put(outbox, *(told("anna@example.com", group=f"Team {number}") for number in range(600)))
    assert len(moulds._at_hand) < 600
    with outbox.store.reading(outbox.settings, outbox.clock.now()) as tx:
        assert all(f"Team {number}" in text_of(tx, row) for number, row in enumerate(rows))


OLD_TEXT = (
    "\ue1fdfit\ue1fe\ue1fdbare\ue1fe\ue100\ue1ff · \ue101\ue1ff\n"
    "\ue1fdrow\ue1feFrom\ue1fe9\ue1fe\ue100\ue1ff\n"
    "\ue1fdtidy\ue1fe\ue102\ue1ff\n"
)
OLD_HTML = "<p>\ue101 \ue1fdbare\ue1fe\ue101\ue1ff</p>\n\ue1fdlines\ue1fe\ue102\ue1ff"


def test_a_mould_reads_the_same_for_ever() -> None:
    """Letters wait, and are quoted for years: no mark and no step that was ever stored may change its meaning."""
    letter = Poured(Mould(OLD_TEXT, OLD_HTML), ("#1", "a <b>", "one\n#two"))
    assert letter.text == "1 · a <b>\nFrom     #1\none\n#two\n"
    assert letter.html == "<p>a &lt;b&gt; a &lt;b&gt;</p>\none<br>\n#two"
    long = ("a long word " * 8, "x" * 90, "  two  blanks\n> quoted\n\tand " + "much " * 20)
    letter = Poured(Mould(OLD_TEXT, OLD_HTML), long)
    assert letter.text == (
        "a long word a long word a long word a long word a long word a long word a l…\n"
        "From     a long word a long word a long word a long word a long word a long\n"
        "         word a long word a long word\n"
        "  two  blanks\n"
        "> quoted\n"
        "and much much much much much much much much much much much much much much\n"
        "much much much much much much\n"
    )
    lines = ("\xa0\xa0two\xa0 blanks", "&gt; quoted", "\xa0" * 4 + f"and {'much ' * 20}")
    assert letter.html == f"<p>{'x' * 90} {'x' * 90}</p>\n" + "<br>\n".join(lines)
