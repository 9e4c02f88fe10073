"""Mails as people send them, as data: who reads them, what must remain, and how sure that is."""
