"""`make corpora`: mailgate measured against mails that others have collected. With the name of an area, also each mail
that does not pass: `python -m tests.corpora replies`."""

from __future__ import annotations

import sys

from tests.corpora import automatic, bounces, forwards, replies, whole
from tests.corpora.sets import FOLDER

AREAS = {"replies": replies, "forwards": forwards, "bounces": bounces, "automatic": automatic, "whole": whole}


def main(asked: list[str]) -> int:
    """Prints one line per set."""
    if not FOLDER.is_dir():
        print("no corpora beside this checkout; nothing is measured")
        return 0
    for name, area in AREAS.items():
        if not asked or name in asked:
            for line in area.measured():
                print(line)
            for line in area.each() if asked else ():
                print(f"    {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
