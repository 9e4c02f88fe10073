"""No limit without a test that shows its answer or outcome, just below and just above it."""

from __future__ import annotations

from mailgate.settings.site import Acknowledgements, Limits
from tests.limits import test_desk, test_process, test_reading, test_session
from tests.limits.shown import SHOWN


def test_every_limit_is_shown() -> None:
    assert all((test_desk, test_process, test_reading, test_session))  # their tests name what they show
    assert {*Limits.model_fields, *Acknowledgements.model_fields} - {"acknowledgements"} == SHOWN
