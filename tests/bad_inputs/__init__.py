"""Hostile and broken mails by the hundred, made by tables: whatever comes, it is taken, kept aside or refused, and
nothing else happens."""
