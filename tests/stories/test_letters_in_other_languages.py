"""A mail may be in a language that we have no letters in: rules see it, and letters speak the address's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.world import World

PIERRE, PIERRES = "Pierre Petit <pierre@client.example>", "pierre@client.example"
FRENCH = "Bonjour, je ne peux pas me connecter depuis hier, pouvez-vous m'aider avec le VPN ? Merci"
GERMAN_ADDRESS: Json = {
    "addresses": [{"address": "support@example.com", "name": "Support", "subaddress": True, "language": "de"}]
}
FRENCH_MATTERS: Json = {"rules": [{"name": "French", "when": {"language": "fr"}, "then": {"group": "office"}}]}


def with_letter(desk: World, name: str, text: str) -> World:
    folder = Path(desk.settings.folder) / "templates"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return desk


@pytest.fixture
def german(desk_with: DeskWith) -> World:
    """The site speaks English, its address German."""
    return desk_with(GERMAN_ADDRESS | FRENCH_MATTERS)


def test_a_rule_sees_the_language_and_the_letter_speaks_that_of_the_address(german: World) -> None:
    ticket = german.write(PIERRE, "Connexion", FRENCH)
    letter = german.letter(PIERRES, "acknowledged")
    assert ticket["group"] == "office"
    assert "Guten Tag" in letter.text


def test_without_a_language_of_the_address_the_letter_speaks_the_sites(desk: World) -> None:
    desk.write(PIERRE, "Connexion", FRENCH)
    assert "Thank you" in desk.letter(PIERRES, "acknowledged").text


def test_a_letter_of_the_admins_in_french_is_taken(german: World) -> None:
    with_letter(german, "acknowledged.fr.txt", "Bonjour, nous avons votre demande {{ tag }}.\n")
    german.write(PIERRE, "Connexion", FRENCH)
    assert "nous avons votre demande [#1001]" in german.letter(PIERRES, "acknowledged").text


def test_the_letters_that_are_not_there_in_french_stay_those_of_the_address(german: World) -> None:
    with_letter(german, "acknowledged.fr.txt", "Bonjour, nous avons votre demande {{ tag }}.\n")
    german.write(PIERRE, "Connexion", FRENCH)
    german.answer(german.letter("cleo@example.com", "new_ticket"), "#question\nLequel ?", sender="cleo@example.com")
    assert "Ihre Antwort" in german.letter(PIERRES, "question").text


def test_a_rule_may_say_french_though_the_letters_can_not(desk_with: DeskWith) -> None:
    says = {"rules": [{"name": "From France", "when": {"from": "*@client.example"}, "then": {"language": "fr"}}]}
    desk = desk_with(GERMAN_ADDRESS | says)
    desk.write(PIERRE, "VPN", "It does not work.")
    assert "Guten Tag" in desk.letter(PIERRES, "acknowledged").text


def test_a_prepared_answer_is_taken_in_french_where_there_is_one(german: World) -> None:
    answers = german.settings.folder / "answers"
    answers.mkdir()
    (answers / "reset.fr.txt").write_text("Veuillez redémarrer.\n")
    (answers / "reset.de.txt").write_text("Bitte neu starten.\n")
    (answers / "wait.de.txt").write_text("Bitte warten.\n")
    (answers / "wait.en.txt").write_text("Please wait.\n")
    german.write(PIERRE, "Connexion", FRENCH)
    german.answer(german.letter("cleo@example.com"), "#template reset\n#template wait", sender="cleo@example.com")
    said = german.letter(PIERRES, "reply").text
    assert "Veuillez redémarrer." in said
    assert "Bitte warten." in said
