"""The real daemon as a process: its start, its workers, its end, and what kills it."""
