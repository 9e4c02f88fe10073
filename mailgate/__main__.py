"""`mailgate` and `python -m mailgate`."""

from __future__ import annotations

from mailgate.cli.app import main

if __name__ == "__main__":
    main()
