"""The verdicts with the cache and without, one after the other."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fuzz.edits import World
from lint_indexes.commands.check import check
from lint_indexes.commands.options import CheckOptions
from lint_indexes.errors import LintIndexesError
from lint_indexes.reporters import json

_SETTLING_SECONDS = 0.06
"""How long after an edit a run has to begin, if its report is to be kept."""


class StaleError(AssertionError):
    """The cache has shown what is not so any more."""


@dataclass
class Figures:
    """How many edits there were, after how many of them the report was an earlier one, and how many verdicts
    were different ones.
    """

    edits: int = 0
    earlier: int = 0
    repeated: int = 0
    failed: int = 0
    verdicts: set[str] = field(default_factory=set)

    def describe(self) -> str:
        return (
            f"edits {self.edits}: {self.earlier} with an earlier report, {self.repeated} with one for the"
            f" next run, {self.failed} that cannot be judged, {len(self.verdicts)} different verdicts\n"
        )


def compare(world: World, figures: Figures) -> None:
    """Edit the project, and judge it: with the cache, without, and with the cache once more.

    Raises:
        StaleError: they are not all the same.
    """
    done = world.edit()
    time.sleep(_SETTLING_SECONDS)
    verdict, earlier = _verdict(world, cache=True)
    expected, _ = _verdict(world, cache=False)
    again, repeated = _verdict(world, cache=True)
    for found in (verdict, again):
        if found != expected:
            raise StaleError(f"after: {done}\nwithout the cache:\n{expected}\nwith it:\n{found}")
    figures.edits += 1
    figures.earlier += earlier
    figures.repeated += repeated
    figures.failed += expected.startswith("cannot")
    figures.verdicts.add(expected)


def _verdict(world: World, *, cache: bool) -> tuple[str, bool]:
    """The report as JSON, or why there is none; and whether it is an earlier one."""
    options = CheckOptions(root=world.root, python=sys.executable, cache=cache)
    with _environment(world.environ):
        try:
            reports = check(options)
        except LintIndexesError as error:
            return f"cannot: {error.message}", False
    rendered = json.render(reports, show_path=lambda path: os.path.relpath(path, world.root))
    return rendered, any("nothing has changed" in note for report in reports for note in report.notes)


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def fresh(folder: Path) -> Path:
    """The root of a project in a folder that is empty."""
    root = folder / "project"
    root.mkdir()
    return root
