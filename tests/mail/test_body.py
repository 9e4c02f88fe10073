"""The new words of a mail: every story in `replies/*.yaml`, read by the one who gets it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mailgate.mail.body import MARKER, NOTHING_QUOTED, NewWords, agent_words, new_words
from mailgate.mail.html import to_text
from mailgate.mail.message import Address, Headers, Message
from mailgate.settings.site import Limits

LIMITS = Limits()
Story = Mapping[str, Any]


def stories() -> list[Any]:
    files = sorted((Path(__file__).parent / "replies").glob("*.yaml"))
    loaded = [(path.stem, YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))) for path in files]
    return [pytest.param(story, id=f"{client}: {story['story']}") for client, told in loaded for story in told]


def mail(story: Story) -> Message:
    html = story.get("html")
    to = Address("", story["to"]) if "to" in story else Address("Example Support", "desk@example.org")
    return Message(
        headers=Headers(()),
        sender=Address(story["from"], "anna@desk.example") if "from" in story else None,
        to=(to,),
        subject=story.get("subject", "Re: [#1042] Printer"),
        in_reply_to=("1042.abc@example.com",) if story.get("reply", True) else (),
        text=story.get("text") or to_text(html or ""),
        html=html,
    )


def read(story: Story) -> NewWords:
    if story["reader"] == "agent":
        return agent_words(mail(story), LIMITS, story.get("ours"))
    return new_words(mail(story), LIMITS, ours=(story["ours"],) if "ours" in story else ())


def reply(text: str, subject: str = "Re: Printer") -> Message:
    return Message(headers=Headers(()), sender=None, subject=subject, text=text)


@pytest.mark.parametrize("story", stories())
def test_the_words_of_a_story_are_what_its_writer_added(story: Story) -> None:
    found = read(story)
    if "words" in story:
        assert found.text == story["words"].strip()
    assert all(words in found.text for words in story.get("contains", ()))
    assert not any(words in found.text for words in story.get("excludes", ()))
    assert found.certain is story.get("certain", True), found.why
    assert story.get("why", "") in str(found.why)
    if "signed" in story:
        assert [line for line in found.signed if line.startswith("#")] == story["signed"]
    if "folds" in story:
        assert [fold.kind for fold in found.folds] == story["folds"]


@pytest.mark.parametrize("story", stories())
def test_folds_are_ranges_of_the_mail_and_hide_nothing_twice(story: Story) -> None:
    lines = mail(story).text.split("\n")
    at = 0
    for fold in read(story).folds:
        assert at <= fold.start < fold.end <= len(lines)
        assert fold.method
        at = fold.end


@pytest.mark.parametrize("story", [each for each in stories() if each.values[0]["reader"] == "reporter"])
def test_every_line_of_a_reporter_is_shown_or_folded(story: Story) -> None:
    message, found = mail(story), read(story)
    folded = {at for fold in found.folds for at in range(fold.start, fold.end)}
    shown = [line.rstrip() for at, line in enumerate(message.text.split("\n")) if at not in folded and line.strip()]
    assert [line.strip() for line in found.text.split("\n") if line.strip()] == [line.strip() for line in shown]


def test_there_are_stories_of_every_kind() -> None:
    told = [param.values[0] for param in stories()]
    assert len(told) >= 60
    assert {story["reader"] for story in told} == {"reporter", "agent"}


def test_what_lies_beyond_the_limits_stays_uncut() -> None:
    limits = Limits(reply_lines=4)
    text = "New.\n\nOn Mon, 23 Nov 2026 at 10:00, Support <s@example.com> wrote:\n> old\n> beyond\n> the limits"
    assert new_words(reply(text), limits).text == "New.\n\n> beyond\n> the limits"


def test_an_excuse_for_short_words_is_folded_like_the_name_of_a_phone() -> None:
    for footer in ("Please excuse my brevity", "Bitte entschuldigen Sie Tippfehler.", "Sent from my iPhone"):
        assert new_words(reply(f"It works now.\n\n{footer}"), Limits()).text == "It works now."


def test_marks_that_stand_beyond_the_limits_change_nothing() -> None:
    for first in ("one endless line", "with a\u00a0hard space"):
        assert new_words(reply(f"{first}\n> old"), Limits(reply_size=9)).text == f"{first}\n> old"


def test_an_agents_mail_beyond_the_limits_is_never_certain_without_our_line() -> None:
    found = agent_words(reply("word\n" * 10), Limits(reply_lines=4))
    assert (found.certain, "too long" in str(found.why)) == (False, True)


def test_everything_below_our_line_is_cut_however_long_the_letter_is() -> None:
    text = f"Yes.\n\nOn Mon, 23 Nov 2026 at 10:00, E <s@example.com> wrote:\n> {MARKER}\n" + "> secret\n" * 50
    found = agent_words(reply(text), Limits(reply_lines=20))
    assert (found.text, found.certain) == ("Yes.", True)


def test_an_empty_mail_has_no_words_and_no_doubt() -> None:
    assert new_words(reply(""), LIMITS) == NewWords("", (), True, NOTHING_QUOTED)
    assert agent_words(reply(""), LIMITS).text == ""
