"""Tests of mailgate/settings."""
