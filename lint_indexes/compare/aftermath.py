"""What goes wrong in a migration only since something before it went wrong: one cause, one finding."""

from __future__ import annotations

from lint_indexes.model.catalog import Index
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.history import Run

_MISSING = frozenset({"3F000", "42703", "42704", "42P01"})
"""A schema, a column, another object or a table that does not exist (PostgreSQL manual, Appendix A)."""


def misses_a_broken_file(run: Run, circumstances: Circumstances) -> bool:
    """Whether a run failed on what a migration file may make that could not be loaded."""
    return circumstances.incomplete and run.failure is not None and run.failure.sqlstate in _MISSING


def comes_from_a_failure(index: Index | None, circumstances: Circumstances) -> bool:
    """Whether an index is only a guess: the upgrade that makes it does not run."""
    revision = index.origin.revision if index is not None and index.origin is not None else None
    return revision in circumstances.failing
