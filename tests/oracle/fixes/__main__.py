"""Many generated projects, and the figures that docs/fixing.md has.

    python -m fixes 300 [FIRST_SEED]

in the folder tests/oracle. A project that does badly is told with its seed.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

from fixes.judge import Figures, judge_project
from lint_indexes.server.embedded import EmbeddedServer

FIRST_SEED = 20261129
_STEP = 25
"""After how many projects the figures so far are told."""


def database_url(server: EmbeddedServer) -> str:
    """For SQLAlchemy, of the database that is there from the beginning."""
    return f"postgresql+pg8000://postgres@/postgres?unix_sock={server.socket_folder}/.s.PGSQL.5432"


def main(count: int, first: int) -> None:
    """Judge the projects of ``count`` seeds; Ctrl-C ends it earlier, with the figures so far."""
    figures, bad = Figures(), 0
    with EmbeddedServer() as server, contextlib.suppress(KeyboardInterrupt):
        for seed in range(first, first + count):
            with tempfile.TemporaryDirectory(prefix="fixes-") as folder:
                wrong = judge_project(seed, Path(folder, "project"), database_url(server), figures)
            bad += bool(wrong)
            sys.stdout.write("".join(f"seed {seed}: {one}\n" for one in wrong))
            if figures.projects % _STEP == 0:
                sys.stdout.write(f"{figures.describe()}projects that do badly {bad}\n")
            sys.stdout.flush()
    sys.stdout.write(f"PostgreSQL {server.version}, seeds from {first}\n")
    sys.stdout.write(f"{figures.describe()}projects that do badly {bad}\n")
    sys.stdout.write("".join(f"{n:5} {reason}\n" for reason, n in figures.left.most_common(25)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else FIRST_SEED)
