"""`make crash`: the whole rig, as often as it is told, with a line for each experiment; exit 1 where one fails.

python -m tests.crash                              everything: 300 kills, 10,000 mails, 20 power cuts, …
python -m tests.crash kills --kills 60 --mails 900 --seed 7
python -m tests.crash mutations                    each of them has to turn its experiment red
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests import databases, postgres
from tests.crash.experiments import ALL, EXPERIMENTS, OF_POSTGRES, Size
from tests.crash.mutations import MUTATIONS


def main() -> int:
    """Exit code 0 where everything held (or, for `mutations`, where each one was noticed)."""
    asked = _asked()
    databases.CHOSEN = asked.database
    size = Size(asked.kills, asked.mails, asked.cuts, asked.stops)
    wanted = [each for each in asked.which if each != "mutations"]
    if not asked.which:
        wanted = [name for name in ALL if name not in OF_POSTGRES or asked.database == "postgresql"]
    with postgres.for_this_run():
        results = [_held(name, size, asked.seed) for name in wanted]
        if "mutations" in asked.which or not asked.which:
            results += [_noticed(name, asked.seed) for name in MUTATIONS]
    return 0 if all(results) else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("which", nargs="*", choices=[*EXPERIMENTS, "mutations", []], help="all where none is named")
    parser.add_argument("--kills", type=int, default=300, help="in all (300)")
    parser.add_argument("--mails", type=int, default=10_000, help="sent while killing (10000)")
    parser.add_argument("--cuts", type=int, default=20, help="power cuts (20)")
    parser.add_argument("--stops", type=int, default=20, help="SIGTERM under load (20)")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of everything that is by chance")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


def _held(name: str, size: Size, seed: int) -> bool:
    return _run(name, f"seed {seed}", lambda folder: EXPERIMENTS[name](folder, size, seed))


def _noticed(name: str, seed: int) -> bool:
    """Red is what is wanted here."""
    mutation = MUTATIONS[name]

    def spoilt(folder: Path) -> str:
        try:
            EXPERIMENTS[mutation.red](folder, Size(kills=12, mails=240, cuts=2, stops=2), seed, mutation=name)
        except AssertionError as wrong:
            return f"noticed: {str(wrong).splitlines()[0][:150]}" if str(wrong) else "noticed"
        raise AssertionError(f"with {name} ({mutation.what}) the experiment {mutation.red} is still green")

    return _run(f"{name}, so that {mutation.what}", f"seed {seed}", spoilt)


def _run(name: str, about: str, experiment: Callable[[Path], str]) -> bool:
    began = time.monotonic()
    try:
        with TemporaryDirectory(prefix="mailgate-crash-") as folder:
            found, ok = experiment(Path(folder)), True
    except pytest.skip.Exception as wrong:
        found, ok = f"SKIPPED: {wrong}", True
    except Exception:  # noqa: BLE001  # one experiment that fails must not stop the others
        found, ok = traceback.format_exc(), False
    print(f"{'ok ' if ok else 'RED'} {name} ({about}, {time.monotonic() - began:.0f} s): {found}", flush=True)
    return ok


if __name__ == "__main__":
    sys.exit(main())
