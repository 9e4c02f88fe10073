"""Links of mails that are HTML only: where they lead reaches the reader."""

from __future__ import annotations

from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

DOC = "https://x.example/doc"


def test_the_agent_reads_where_the_reporters_link_leads(desk: World) -> None:
    desk.mail(Mail(ERIKA, SUPPORT, "Printer", "", html=f'<p>It is described <a href="{DOC}">here</a>.</p>'))
    assert f"It is described here <{DOC}>." in desk.letter("anna@example.com", "new_ticket").text


def test_the_reporter_reads_where_the_agents_link_leads_and_nothing_of_our_letter(mine: World) -> None:
    letter = mine.letters("anna@example.com", "new_ticket")[0]
    quoted = f'<div class="gmail_quote"><blockquote class="gmail_quote">{letter.html}</blockquote></div>'
    html = f'<div>Please read <a href="{DOC}">this</a>.</div><br>{quoted}'
    mine.answer(letter, "", sender=ANNA, quoted=False, html=html)
    sent = mine.letter("erika@customer.example", "reply")
    assert f"Please read this <{DOC}>." in sent.text
    assert "write above this line" not in sent.text


def test_the_links_of_our_own_letter_are_no_words_of_the_answer(mine: World) -> None:
    """Outlook marks nothing as quoted; all below our line is still known as ours."""
    letter = mine.letters("anna@example.com", "new_ticket")[0]
    lines = ("From:</b> Support", "Sent:</b> Monday, 23 November 2026", "To:</b> Anna Alt", "Subject:</b> Printer")
    frame = f'<div id="divRplyFwdMsg">{"<br>".join(f"<b>{line}" for line in lines)}</div>'
    html = f'<div>Please read <a href="{DOC}">this</a>.</div><br>{frame}{letter.html}'
    mine.answer(letter, "", sender=ANNA, quoted=False, html=html)
    assert f"Please read this <{DOC}>." in mine.letter("erika@customer.example", "reply").text
