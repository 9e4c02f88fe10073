"""Mails as they come, each with what has to become of it."""
