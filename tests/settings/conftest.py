"""A small right configuration, and a way to write it with changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mailgate.settings.load import Examination, examine

RIGHT = {
    "mailgate.yaml": """\
site: {admins: [ops@example.com]}
addresses: [{address: support@example.com}]
""",
    "people.yaml": """\
agents:
  anna: {name: Anna Alt, email: anna@example.com}
  ben: {name: Ben Beck, email: ben@example.com}
groups:
  network: {name: Network, members: [anna]}
""",
    "categories.yaml": """\
categories:
  network: {group: network, subcategories: {vpn: VPN}}
channels: {phone: {}}
""",
    "service.yaml": """\
calendars: {office: {open: {mon-fri: '09:00-17:00'}}}
""",
}

Desk = Callable[..., Examination]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Examines the right configuration with these files in place of its own; None leaves a file out."""
    folder = tmp_path / "config"

    def look(files: dict[str, str | bytes | None] | None = None, **environ: str) -> Examination:
        for name, content in {**RIGHT, **(files or {})}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is not None:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        return examine(folder, environ)

    return look


def lines(found: tuple[object, ...]) -> list[str]:
    """Problems or warnings as `check` prints them."""
    return [str(each) for each in found]
