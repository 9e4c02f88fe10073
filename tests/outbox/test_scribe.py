"""A letter that is filled into a mould reads to the byte as its templates write it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.outbox.casting import Mould, Poured
from mailgate.outbox.draft import Draft
from mailgate.outbox.letters import LANGUAGES, LETTERS
from mailgate.outbox.links import with_links
from mailgate.outbox.render import Rendered, Renderer
from mailgate.outbox.sample import BARE
from mailgate.outbox.scribe import Scribe
from mailgate.outbox.view import FileLine, LetterView, OtherTicket, Tap
from mailgate.store.json_text import written as written_json
from tests.outbox.desk import OURS, SETTINGS, TOKEN, draft_of, settings_in

COMMON = LetterView(
    site="Example Support",
    number=1042,
    subject="VPN is down",
    reader="Erika Krause",
    status="new",
    category="Network / VPN",
    group="Network team",
    writer="Erika Krause",
    writer_address="erika@partner.example",
    answer_goes_to="Erika Krause",
    words="Good morning,\n\n  the tunnel\n#close drops",
    expected="Monday, 23 November 2026, 11:00",
    others=(OtherTicket(1038, "Printer in room 12", "waiting"), OtherTicket(1040, "#1 telephone", "new")),
    files=(FileLine("log.txt", "12 kB"), FileLine("trace <1>.pcap", "48 MB", attached=False)),
    taps=(Tap("Take it", "#take"), Tap("Network", "#category network/vpn")),
)
OTHER = "b" * 24
AWKWARD = (
    *("> forwarded", "#close", "@anna", "<b>&amp;\"'", "  two  blanks ", "a" * 90, "word " * 40, "Grüße aus Köln 🎉"),
    *(
        "\ue100\ue1fd\ue1ff",
        "\u202eabc",
        "\x00",
        "x\ty\nz",
        "mail 1042.abcdefghijklmnopqrstuvw2@example.com",
        "{{ site }}",
    ),
)


class Counting(Renderer):
    """Knows how often its templates were needed."""

    written = 0

    def render_strictly(self, template: str, language: str, view: LetterView) -> Rendered:
        self.written += 1
        return super().render_strictly(template, language, view)


@pytest.fixture
def renderer() -> Counting:
    return Counting(SETTINGS)


@pytest.fixture
def scribe(renderer: Counting) -> Scribe:
    return Scribe(SETTINGS, renderer)


def by_template(draft: Draft, token: str = TOKEN) -> Rendered:
    return OURS.render(draft.template, draft.language, with_links(SETTINGS, draft, token))


def written(scribe: Scribe, draft: Draft, token: str = TOKEN) -> Rendered:
    """The letter, which reads the same when its row is all that is left of it."""
    words = scribe.write(draft, token)
    if isinstance(words, Poured):
        stored = Poured(Mould(*words.mould.cast), json.loads(written_json(words.values)))
        assert (stored.text, stored.html, stored.mould.digest) == (words.text, words.html, words.mould.digest)
    return Rendered(words.text, words.html, words.subject)


def draft(template: str, language: str = "en", **values: Any) -> Draft:
    return draft_of(template, language=language, view=replace(COMMON, **values))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", sorted(LETTERS))
def test_every_letter_reads_as_its_template_says(scribe: Scribe, template: str, language: str) -> None:
    views: tuple[dict[str, Any], ...] = (
        {},
        {"others": (), "files": (), "formal": False},
        {
            "number": None,
            "subject": "",
            "writer": "",
            "writer_address": "",
            "answer_goes_to": "",
            "answer_is_note": True,
        },
        {"taps": (), "light": "red", "rule": "VPN (routing.yaml:4)", "missing": ("phone",), "notice": "Wi-Fi is down"},
        {"owes_number": True, "asks_answer": True, "priority": "high", "kind": "Incident", "assignee": "Ben Beck"},
    )
    for view in views:
        for each in (draft(template, language, **view), draft(template, language, **view, reader="", words="  hello")):
            assert written(scribe, each, TOKEN) == by_template(each)
    bare = draft_of(template, language=language, view=BARE, ticket=None)
    assert written(scribe, bare, TOKEN) == by_template(bare)


SHARED = Scribe(SETTINGS, OURS)
"""Its moulds are cast of the first letter of their shape, whatever that says."""


@given(
    st.lists(st.sampled_from(AWKWARD) | st.text(max_size=90), min_size=10, max_size=10),
    st.sampled_from(sorted(LETTERS)),
)
def test_whatever_people_write_it_reads_as_its_template_says(said: list[str], template: str) -> None:
    names = ("subject", "reader", "writer", "writer_address", "answer_goes_to", "expected", "words", "deadline")
    others, files = (OtherTicket(7, said[8], "new"),), (FileLine(said[9], "1 kB"),)
    shown = dict(zip(names, said, strict=False))
    each, second = (draft(template, **shown | {"reader": name}, others=others, files=files) for name in said[1:3])
    assert written(SHARED, each, TOKEN) == by_template(each)
    for to, token in ((each, OTHER), (second, TOKEN), (second, OTHER)):
        assert written(SHARED, to, token) == by_template(to, token)


@pytest.mark.parametrize("template", ["acknowledged", "new_ticket", "new_message", "reply", "closed"])
def test_the_usual_letters_need_their_templates_once(scribe: Scribe, renderer: Counting, template: str) -> None:
    for number in range(5):
        said = {"subject": f"subject {number}", "deadline": f"day {number}", "words": "hello\n" * number + "you"}
        each = draft(template, number=number + 1, light="green", **said)
        assert "hello\n" * number + "you" in written(scribe, each, TOKEN).text or template in ("acknowledged", "closed")
    assert renderer.written == 0


def test_each_letter_has_its_own_token(scribe: Scribe) -> None:
    first, second = written(scribe, draft("new_ticket"), TOKEN), written(scribe, draft("new_ticket"), OTHER)
    assert second == by_template(draft("new_ticket"), OTHER)
    assert TOKEN in first.text
    assert TOKEN not in second.text + second.html


def test_a_text_of_the_configuration_that_looks_like_a_place_is_none(scribe: Scribe) -> None:
    each = draft("acknowledged", notice="\ue100 is down")
    assert written(scribe, each, TOKEN) == by_template(each)


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "waiting"},
        {"category": "General"},
        {"group": ""},
        {"assignee": "Ben Beck"},
        {"priority": "high"},
        {"kind": "Incident"},
        {"light": "red"},
        {"rule": "VPN (routing.yaml:4)"},
        {"site": "IT Desk"},
        {"formal": False},
        {"answer_goes_to": "", "answer_is_note": True},
        {"taps": (Tap("Resolved", "#resolve"),)},
        {"others": (OtherTicket(1038, "Printer in room 12", "new"), COMMON.others[1])},
        {"files": (COMMON.files[0], FileLine("trace <1>.pcap", "48 MB"))},
        {"reader": "", "subject": "", "number": None},
    ],
)
@pytest.mark.parametrize("template", ["acknowledged", "new_ticket", "reply"])
def test_a_letter_of_another_shape_has_another_mould(scribe: Scribe, template: str, changed: dict[str, Any]) -> None:
    for each in (draft(template, "de"), draft(template, "de", **changed), draft(template, "de")):
        assert written(scribe, each, TOKEN) == by_template(each)


def test_what_only_few_letters_show_is_written_by_the_template(scribe: Scribe, renderer: Counting) -> None:
    picture = (FileLine("plan.png", "3 kB", content_id="p1@x"),)
    for changed in (
        {"earlier": "Since when?"},
        {"remark": "Not proven."},
        {"files": picture, "words": "see [cid:p1@x]"},
    ):
        each = draft("new_message", **changed)
        assert written(scribe, each, TOKEN) == by_template(each)
    assert renderer.written == 3


def test_an_own_template_is_never_cast(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "new_ticket.en.txt").write_text("{{ subject|upper }} for {{ reader }}")
    own = settings_in(tmp_path)
    scribe = Scribe(own, Renderer(own))
    for subject in ("vpn", "printer"):
        assert f"{subject.upper()} for Erika" in written(scribe, draft("new_ticket", subject=subject), TOKEN).text


def test_moulds_are_forgotten_before_there_are_too_many(scribe: Scribe) -> None:
    for number in range(600):
        each = draft("acknowledged", group=f"Team {number}")
        assert f"Team {number}" in written(scribe, each, TOKEN).text
    assert len(scribe._moulds) < 512
