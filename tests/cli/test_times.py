"""People read the clocks of the site, in lists of what came and went; programs read UTC."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.cli.terminal import Terminal
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, SUPPORT, World

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize("words", [["mails"], ["trace", "M-1"]])
def test_a_list_shows_the_hour_of_the_site(desk: World, run: Terminal, words: list[str]) -> None:
    desk.mail(Mail(ERIKA, SUPPORT, "Lamp", "It is dark."))
    came = datetime.fromisoformat(run.json("mails")["mails"][0]["received_at"])
    path = run.config / "mailgate.yaml"
    path.write_text(path.read_text().replace("Europe/Berlin", "Asia/Tokyo"))
    assert f"{came.astimezone(TOKYO):%H:%M}" in run(*words).out
