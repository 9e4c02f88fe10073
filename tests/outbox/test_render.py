"""Every letter in every language, from a view with everything and from one with nothing."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from mailgate.errors import Permanent
from mailgate.mail.marker import MARKER
from mailgate.outbox.letters import LANGUAGES, LETTERS
from mailgate.outbox.render import Renderer
from mailgate.outbox.sample import BARE, SAMPLE
from mailgate.outbox.view import FileLine, LetterView, Tap
from tests.outbox.desk import OURS, TOKEN, changed, settings_in

EVERY = [(name, language) for name in sorted(LETTERS) for language in LANGUAGES]
AGENTS = sorted(name for name in LETTERS if LETTERS[name].to == "agent")

TEXT_FIELDS = [field.name for field in fields(LetterView) if field.type == "str" and field.name != "site"]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_letter_is_written_from_everything_and_from_nothing(name: str, language: str) -> None:
    for view in (SAMPLE, replace(BARE, number=1042), replace(SAMPLE, formal=False)):
        letter = OURS.render(name, language, view)
        assert letter.text.strip()
        assert letter.text.endswith("\n")
        assert not letter.text.startswith("\n")
        assert letter.html.startswith("<!doctype html>")
        assert "{{" not in letter.text + letter.html
        assert "None" not in letter.text + letter.html
    assert OURS.render(name, language, BARE).text.strip()


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_our_own_lines_fit_in_76_columns(name: str, language: str) -> None:
    long = replace(SAMPLE, subject="a very long subject " * 9, group="Group of the far too many words " * 4)
    text = OURS.render(name, language, long).text
    assert [line for line in text.split("\n") if len(line) > 76 and "mailto:" not in line] == []


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_html_loads_nothing_and_runs_nothing(name: str, language: str) -> None:
    html = OURS.render(name, language, SAMPLE).html
    assert not re.search(r"https?:|<script|<style|<link|<img|url\(|@import| on\w+=", html)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", AGENTS)
def test_an_agents_letter_begins_with_the_marker(name: str, language: str) -> None:
    letter = OURS.render(name, language, SAMPLE)
    assert letter.text.split("\n")[0] == MARKER
    body = letter.html.partition("<body")[2].partition(">")[2]
    assert re.sub(r"<[^>]*>", "", body).lstrip().startswith(MARKER)


@pytest.mark.parametrize("name", sorted(LETTERS.keys() - set(AGENTS)))
def test_a_letter_to_somebody_outside_has_no_marker(name: str) -> None:
    letter = OURS.render(name, "en", SAMPLE)
    assert MARKER not in letter.text + letter.html


@pytest.mark.parametrize("name", ["new_ticket", "new_message", "assigned", "status_changed"])
def test_a_ticket_letter_begins_with_the_writers_words_behind_one_line(name: str) -> None:
    lines = OURS.render(name, "en", replace(SAMPLE, event="")).text.split("\n")
    assert lines[2].startswith("1042 · ")
    assert lines[3] == ""
    assert "\n".join(lines[4:]).startswith(SAMPLE.words)


def test_what_a_calendar_says_stands_above_the_words_in_letters_to_agents_alone() -> None:
    letter = OURS.render("new_ticket", "en", SAMPLE)
    event = " ".join(letter.text.partition(SAMPLE.words)[0].split("\n")[4:]).strip()
    assert event == SAMPLE.event
    assert letter.html.index("Look at the tunnel") < letter.html.index("the tunnel drops")
    assert not any(
        "Look at the tunnel" in OURS.render(each, "en", SAMPLE).text for each in LETTERS.keys() - set(AGENTS)
    )


@pytest.mark.parametrize(("name", "language"), [each for each in EVERY if each[0] in AGENTS and each[0] != "help"])
def test_no_line_of_an_agents_letter_begins_with_a_command_but_for_links(name: str, language: str) -> None:
    words = "#close\n  #1042 take\n# heading\n#take; close"
    view = replace(SAMPLE, words=words, earlier=words, subject="#close", change="#close", why="#take", remark="#drop")
    view = replace(view, event="#close " * 40)
    text = OURS.render(name, language, view).text
    assert [line for line in text.split("\n") if re.match(r"\s*#\w", line) and "<mailto:" not in line] == []


def test_the_agents_letter_says_where_an_answer_goes() -> None:
    assert "Your answer goes to Erika Krause." in OURS.render("new_message", "en", SAMPLE).text
    informal = replace(SAMPLE, formal=False)
    assert "Deine Antwort geht an Erika Krause." in OURS.render("new_message", "de", informal).text
    note = OURS.render("new_message", "en", replace(SAMPLE, answer_goes_to="", answer_is_note=True)).text
    assert "Your answer becomes an internal note" in note


def test_a_reply_is_the_agents_words_and_little_else() -> None:
    view = replace(
        BARE, number=1042, words="Dear Erika,\n\n  please restart.\n\n\n\nAnna", assignee="Anna Alt", rule="x"
    )
    assert OURS.render("reply", "en", view).text == (
        "Dear Erika,\n\n  please restart.\n\n\n\nAnna\n\n-- \nExample Support · 1042\n"
    )


def test_a_reply_names_what_was_too_large_and_shows_pasted_pictures() -> None:
    files = (FileLine("plan.png", "3 kB", content_id="p1"), FileLine("film.mp4", "90 MB", attached=False))
    letter = OURS.render("reply", "en", replace(BARE, words="see [cid:p1]", files=files))
    assert "see [plan.png]" in letter.text
    assert "Too large to send along: film.mp4 (90 MB)" in letter.text
    assert '<img src="cid:p1" alt="plan.png"' in letter.html


def test_the_minimal_acknowledgement_holds_nothing_of_the_mail() -> None:
    echo = {name: f"ECHO{at}" for at, name in enumerate(TEXT_FIELDS) if name not in ("group", "expected", "notice")}
    letter = OURS.render("acknowledged_minimal", "en", changed(SAMPLE, **echo))
    assert "1042" in letter.text
    assert "ECHO" not in letter.text + letter.html + str(letter.subject)
    assert "Erika" not in letter.text + letter.html
    assert letter.subject == "[#1042] We have your message"


def test_the_acknowledgement_echoes_the_subject_alone() -> None:
    letter = OURS.render("acknowledged", "en", SAMPLE)
    assert SAMPLE.subject in letter.text
    assert "tunnel" not in letter.text + letter.html


HOSTILE = "x\r\nBcc: v@x.example\x00\x1b[2J\u202e {{7*7}} {% raise %} <script>alert(1)</script> \"'&"


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_no_value_is_ever_code_or_a_control_character(name: str) -> None:
    view = changed(SAMPLE, **{name: HOSTILE})
    for template in sorted(LETTERS):
        letter = OURS.render(template, "de", view)
        whole = letter.text + letter.html + str(letter.subject)
        assert "49" not in whole
        assert "<script" not in letter.html
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", whole)
        assert "\n" not in str(letter.subject)
        if "alert(1)" in letter.text and name in ("words", "earlier"):
            assert "{{7*7}}" in letter.text


def test_a_hostile_file_name_or_link_stays_text() -> None:
    files = (FileLine('"><script>x\r\n.txt', "1 kB"),)
    taps = (Tap("#take", "javascript:alert(1)"), Tap("ok", 'mailto:a@b?x="><script>'), Tap("go", "mailto:a@b?x=%20"))
    letter = OURS.render("new_ticket", "en", replace(SAMPLE, files=files, taps=taps))
    assert "javascript:" not in letter.text + letter.html
    assert "<script" not in letter.html
    assert 'href="mailto:a@b?x=%20"' in letter.html


def test_tokens_of_others_in_words_become_link_removed_and_own_links_stay() -> None:
    words = f"write to support+{TOKEN}@example.com"
    tap = Tap("#take", f"mailto:support+{TOKEN}@example.com?body=%23take")
    letter = OURS.render("new_message", "en", replace(SAMPLE, words=words, earlier=words, taps=(tap,)))
    assert "write to [link removed]" in letter.text
    assert letter.text.count(TOKEN) == 1
    assert letter.html.count(TOKEN) == 1


def test_an_unknown_letter_is_a_permanent_mistake() -> None:
    with pytest.raises(Permanent, match="no letter 'welcome'"):
        OURS.render("welcome", "en", SAMPLE)


def test_a_language_we_do_not_have_reads_as_the_site_does() -> None:
    german = Renderer(settings_in(site={"admins": ["o@example.com"], "language": "de"}))
    assert "Nachricht" in german.render("acknowledged", "fr", SAMPLE).text
    assert "message" in OURS.render("acknowledged", "fr", SAMPLE).text
    assert "Nachricht" in OURS.render("acknowledged", "de-CH", SAMPLE).text


def write(folder: Path, name: str, source: str) -> Renderer:
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / name).write_text(source, encoding="utf-8")
    return Renderer(settings_in(folder))


def test_an_override_wins_and_its_html_is_made_from_its_text(tmp_path: Path) -> None:
    letter = write(tmp_path, "reply.de.txt", "Servus {{ reader }},\n\n{{ words }}\n").render("reply", "de", SAMPLE)
    assert letter.text.startswith("Servus Erika Krause,\n\nGood morning,")
    assert "Servus Erika Krause,<br>" in letter.html
    assert "<a " not in letter.html


def test_an_override_of_one_language_leaves_the_others(tmp_path: Path) -> None:
    renderer = write(tmp_path, "reply.de.txt", "Servus\n")
    assert "Servus" not in renderer.render("reply", "en", SAMPLE).text


def test_an_override_may_bring_a_language_of_its_own(tmp_path: Path) -> None:
    letter = write(tmp_path, "reply.fr.txt", "Bonjour {{ reader }}\n").render("reply", "fr", SAMPLE)
    assert letter.text == "Bonjour Erika Krause\n"
    assert '<html lang="fr">' in letter.html


def test_html_that_looks_like_markup_is_escaped_when_made_from_text(tmp_path: Path) -> None:
    letter = write(tmp_path, "reply.en.txt", "a <b> {{ words }}").render("reply", "en", replace(BARE, words="<i>&"))
    assert "a &lt;b&gt; &lt;i&gt;&amp;" in letter.html


def test_an_override_may_set_the_subject_but_words_may_not(tmp_path: Path) -> None:
    renderer = write(tmp_path, "reply.en.txt", "Subject: {{ tag }} Answer\n\n{{ words }}\n")
    view = replace(SAMPLE, words="Subject: taken over")
    assert renderer.render("reply", "en", view).subject == "[#1042] Answer"
    assert renderer.render("reply", "en", view).text == "Subject: taken over\n"
    assert OURS.render("reply", "en", view).subject is None


def test_an_agents_override_without_marker_still_has_it_first(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "new_ticket.en.html").write_text("<p>{{ words }}</p>")
    letter = write(tmp_path, "new_ticket.en.txt", "{{ words }}").render("new_ticket", "en", SAMPLE)
    assert letter.text.startswith(MARKER)
    assert re.sub("<[^>]*>", "", letter.html).startswith(MARKER)


def test_a_broken_override_never_stops_a_letter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    renderer = write(tmp_path, "reply.en.txt", "{{ nobody_knows }}")
    assert renderer.render("reply", "en", SAMPLE).text.startswith(SAMPLE.words)
    assert "reply.en.txt" in "".join(capsys.readouterr())


def test_a_broken_letter_in_a_language_of_its_own_goes_out_in_ours(tmp_path: Path) -> None:
    letter = write(tmp_path, "reply.fr.txt", "{{ nobody_knows }}").render("reply", "fr", SAMPLE)
    assert letter.text.startswith(SAMPLE.words)
    assert '<html lang="en">' in letter.html


@pytest.mark.parametrize("escape", ["{{ ''.__class__ }}", "{{ files.__class__.__mro__ }}", "{{ sie.__globals__ }}"])
def test_a_template_reaches_nothing_but_the_view(tmp_path: Path, escape: str) -> None:
    letter = write(tmp_path, "reply.en.txt", f"ESC{escape}").render("reply", "en", SAMPLE)
    assert "ESC" not in letter.text
