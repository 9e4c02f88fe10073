"""Remembering: the journal of what arrived, the desk's tables, claims and turns."""
