"""The command line, right and wrong, as people and programs use it."""
