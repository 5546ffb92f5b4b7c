"""A few random edits of a small project; `python -m fuzz 500`, here, is for many."""

from __future__ import annotations

from pathlib import Path
from random import Random

from fuzz.edits import World
from fuzz.judge import Figures, compare, fresh

SEED = 15
EDITS = 20


def test_the_verdict_is_what_it_is_without_the_cache(tmp_path: Path) -> None:
    world, figures = World(fresh(tmp_path), Random(SEED)), Figures()
    for _ in range(EDITS):
        compare(world, figures)
    # Else the edits would show nothing about the cache.
    assert figures.repeated > EDITS / 2
    assert figures.earlier > 0
    assert len(figures.verdicts) > EDITS / 5
