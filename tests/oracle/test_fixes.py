"""Generated projects: after ``--fix``, policy, models, migrations and a real PostgreSQL agree.

What each is judged by stands in ``fixes/judge.py``. Few of them in an ordinary run, since each takes seconds;
``LINT_INDEXES_FIXES`` is for a longer one, ``LINT_INDEXES_SEED`` for others. docs/fixing.md has the figures
of a long one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from fixes.__main__ import FIRST_SEED, database_url
from fixes.judge import Figures, judge_project

from lint_indexes.server.embedded import EmbeddedServer

PROJECTS = int(os.environ.get("LINT_INDEXES_FIXES", "6"))
SEED = int(os.environ.get("LINT_INDEXES_SEED", FIRST_SEED))

MOST_LEFT = 0.25
"""The share of findings that may be left with a reason: most can be mended."""


def test_everything_agrees_after_a_fix(tmp_path: Path) -> None:
    figures, wrong = Figures(), []
    with EmbeddedServer() as server:
        for seed in range(SEED, SEED + PROJECTS):
            found = judge_project(seed, tmp_path / str(seed), database_url(server), figures)
            wrong += [f"seed {seed}: {one}" for one in found]
    sys.stdout.write(figures.describe())
    assert wrong == []
    assert figures.changed >= 0.8 * PROJECTS
    assert figures.indexes >= 3 * PROJECTS
    assert figures.left.total() <= MOST_LEFT * (figures.fixed.total() + figures.left.total())
    assert len(figures.fixed) >= 5, "fixes of several rules"
