"""Whom to believe: authentication of the sender's domain, and tokens."""
