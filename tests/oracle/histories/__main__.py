"""Many histories, all of them whatever comes out, and the figures that docs/fidelity.md has.

    python -m histories 2500 [BIN_FOLDER]

in the folder tests/oracle. BIN_FOLDER is that of a PostgreSQL; without it, it is the one of the PyPI package.
LINT_INDEXES_SEED is the first seed. SIGINT ends the run early, with the figures so far.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from random import Random

from histories.database import EmptyDatabase
from histories.history import run_history
from histories.judge import DisagreementError, Figures
from lint_indexes.server.embedded import EmbeddedServer

FIRST_SEED = int(os.environ.get("LINT_INDEXES_SEED", "20261124"))


def _disagreement(seed: int, database: EmptyDatabase, figures: Figures) -> DisagreementError | None:
    try:
        run_history(Random(seed), database.emptied(), figures)
    except DisagreementError as error:
        return error
    return None


def main(count: int, binaries: Path | None) -> None:
    """Run the histories of ``count`` seeds."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    figures, disagreements = Figures(), 0
    with EmbeddedServer(binaries) as server:
        database = EmptyDatabase(server)
        with suppress(KeyboardInterrupt):
            for seed in range(FIRST_SEED, FIRST_SEED + count):
                found = _disagreement(seed, database, figures)
                if found is not None:
                    disagreements += 1
                    sys.stdout.write(f"seed {seed}: {found}\n")
                    sys.stdout.flush()
        last = FIRST_SEED + figures.histories - 1
        database.close()
        sys.stdout.write(f"PostgreSQL {server.version}, seeds {FIRST_SEED} to {last}\n")
    sys.stdout.write(f"{figures.describe()}disagreements {disagreements}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
