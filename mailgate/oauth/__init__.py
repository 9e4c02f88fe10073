"""Logging in without a password (OAuth 2): tokens of Microsoft 365 and Google for mailboxes and relays."""
