"""The desks of the stories."""

from tests.stories.conftest import databases, desk_with

__all__ = ["databases", "desk_with"]
