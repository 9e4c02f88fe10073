"""The desk of the stories, under attack."""

from __future__ import annotations

from tests.stories.conftest import databases, desk, desk_with

__all__ = ["databases", "desk", "desk_with"]
