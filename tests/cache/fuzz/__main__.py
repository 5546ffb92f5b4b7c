"""Many edits, one after the other.

    python -m fuzz 500 [SEED]

in the folder tests/cache.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from random import Random

from fuzz.edits import World
from fuzz.judge import Figures, StaleError, compare, fresh

FIRST_SEED = 20261124
_EDITS_OF_A_PROJECT = 50


def main(count: int, seed: int) -> int:
    """Edit projects ``count`` times in all; how often the cache was wrong."""
    figures, wrong, began = Figures(), 0, time.monotonic()
    for number, begin in enumerate(range(0, count, _EDITS_OF_A_PROJECT)):
        with tempfile.TemporaryDirectory() as folder:
            world = World(fresh(Path(folder).resolve()), Random(seed + number))
            for _ in range(min(_EDITS_OF_A_PROJECT, count - begin)):
                try:
                    compare(world, figures)
                except StaleError as error:  # noqa: PERF203 - the next edits are to be seen as well
                    wrong += 1
                    sys.stdout.write(f"seed {seed + number}, {error}\n")
        sys.stdout.write(figures.describe())
        sys.stdout.flush()
    seconds = (time.monotonic() - began) / count
    sys.stdout.write(f"seeds {seed} to {seed + number}, {seconds:.1f} s each; wrong {wrong}\n")
    return wrong


if __name__ == "__main__":
    sys.exit(int(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else FIRST_SEED) > 0))
