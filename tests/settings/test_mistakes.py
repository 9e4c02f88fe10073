"""Every mistake gives exactly the lines it is promised to give: the stories stand in mistakes/*.txt.

A story is `=== what went wrong`, the file in which it did, and under `--- says` what is printed. All other files are
those of conftest.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.settings.conftest import RIGHT, Desk, lines

STORIES = Path(__file__).parent / "mistakes"


def stories() -> Iterator[object]:
    for path in sorted(STORIES.glob("*.txt")):
        for story in path.read_text().split("=== ")[1:]:
            name, _, rest = story.partition("\n")
            written, _, says = rest.partition("--- says\n")
            file, _, text = written.removeprefix("--- ").partition("\n")
            yield pytest.param(file, text, says.splitlines(), id=f"{path.stem}: {name}")


@pytest.mark.parametrize(("file", "text", "says"), list(stories()))
def test_a_mistake_is_named_with_its_place(desk: Desk, file: str, text: str, says: list[str]) -> None:
    examination = desk({file: text})
    assert lines(examination.problems) == [line for line in says if line]
    assert examination.settings is None


def test_the_configuration_around_the_stories_is_right(desk: Desk) -> None:
    assert desk().problems == ()


def test_every_mistake_of_every_file_is_told_at_once(desk: Desk) -> None:
    told = desk(
        {
            "mailgate.yaml": RIGHT["mailgate.yaml"] + "workers: none\n",
            "people.yaml": "agents:\n  anna: {name: @Anna, email: anna}\n",
            "categories.yaml": "categories: {network: {group: netwrk, colour: red}}\n",
            "routing.yaml": "rules:\n  - name: VPN\n    then: {category: netwrk}\n",
            "service.yaml": "answers_take: yes\n",
        }
    ).problems
    assert [f"{each.file} {each.path}" for each in told] == [
        "mailgate.yaml workers",
        "people.yaml agents.anna.name",
        "people.yaml agents.anna.email",
        "categories.yaml categories.network.group",
        "categories.yaml categories.network.colour",
        "routing.yaml rules.0.then.category",
        "service.yaml answers_take",
    ]
