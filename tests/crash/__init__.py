"""Killing mailgate, cutting its power, and taking away its disk and its clock: what was promised has to hold."""
