"""What goes wrong in a migration only since something before it went wrong: one cause, one finding."""

from __future__ import annotations

from lint_indexes.compare.locks import fails_by_concurrency
from lint_indexes.compare.long_names import refused_name
from lint_indexes.model.catalog import Index
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.history import Failure, FailureKind, Run

_FAULTS = (FailureKind.SQL, FailureKind.PYTHON)
_MISSING = frozenset({"3F000", "42703", "42704", "42P01"})
"""A schema, a column, another object or a table that does not exist (PostgreSQL manual, Appendix A)."""


def own_failure(run: Run, circumstances: Circumstances) -> Failure | None:
    """Why a run fails, if that is its own fault, and no other rule's to tell."""
    failure = run.failure
    if failure is None or run.doubts or run.read_rows or failure.kind not in _FAULTS:
        return None
    if fails_by_concurrency(run) or refused_name(run) is not None:
        return None
    # What it misses, a file that could not be loaded may make.
    return None if circumstances.incomplete and failure.sqlstate in _MISSING else failure


def comes_from_a_failure(index: Index | None, circumstances: Circumstances) -> bool:
    """Whether an index is only a guess: the upgrade that makes it does not run."""
    revision = index.origin.revision if index is not None and index.origin is not None else None
    return revision in circumstances.failing
