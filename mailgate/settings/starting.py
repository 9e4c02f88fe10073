"""The commented configuration to begin with, as `mailgate init DIR` writes it."""

from __future__ import annotations

from pathlib import Path

from mailgate.errors import ConfigurationError
from mailgate.settings.files import PARTS


def source() -> Path:
    """Where it lies: beside this file in an installed package, `config/` in a checkout."""
    installed = Path(__file__).parent / "starting"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "config"


def write(folder: Path) -> list[Path]:
    """Copies it to a folder and returns the files written. Raises ConfigurationError rather than overwrite anything."""
    start = source()
    files = sorted(path.relative_to(start) for path in start.rglob("*") if path.is_file())
    if not files:
        raise ConfigurationError(f"the starting configuration is missing from this installation ({start})")
    taken = [each for each in (*files, *map(Path, PARTS)) if (folder / each).exists()]
    if taken:
        raise ConfigurationError(f"{folder} has a {taken[0]} already; nothing was written. Choose another folder")
    try:
        return [_copy(start / each, folder / each) for each in files]
    except OSError as error:
        why = (error.strerror or "it did not work").lower()
        raise ConfigurationError(f"{error.filename or folder} can not be written: {why}") from error


def _copy(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        file.write(source.read_bytes())
    return target
