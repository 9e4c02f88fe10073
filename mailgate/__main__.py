"""`mailgate` and `python -m mailgate`."""

from __future__ import annotations

import gc

gc.disable()  # what is imported stays; to look for garbage in it again and again is a sixth of each start

from mailgate.cli.app import main  # noqa: E402

gc.freeze()
gc.enable()

if __name__ == "__main__":
    main()
