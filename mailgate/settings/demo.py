"""The desk of `mailgate demo`: a small real configuration that keeps everything below one folder."""

from __future__ import annotations

from pathlib import Path

from mailgate.errors import ConfigurationError
from mailgate.settings import load
from mailgate.settings.model import Settings

FOLDER = Path(__file__).parent / "demo_config"
STATE = Path("var/demo")
LANGUAGES = ("en", "de")


def settings(state: Path = STATE, language: str = "en") -> Settings:
    """Its settings: databases and outgoing mail below `state`, letters and people in that language."""
    if language not in LANGUAGES:
        raise ConfigurationError(f"the demo speaks {' and '.join(LANGUAGES)}, not '{language}'")
    return load.read(FOLDER, {"MAILGATE_DEMO": str(state.absolute()), "MAILGATE_LANGUAGE": language})
