"""The outcome of a run: findings, what was skipped and why, and how much could be analysed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lint_indexes.findings import Finding, OpenQuestion, Severity
from lint_indexes.model.catalog import Index
from lint_indexes.model.origin import Source


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rule that did not run."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class UncertainRevision:
    """A revision whose effect on indexes could not be fully known."""

    revision: str
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the history could be analysed."""

    revisions: int = 0
    analysed: int = 0
    uncertain: tuple[UncertainRevision, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One project's outcome. ``root`` is the folder of its configuration; paths are shown relative to the
    working directory. ``notes`` are lines for ``--verbose``: the interpreter chosen, versions, counts.
    """

    root: Path
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    open_questions: tuple[OpenQuestion, ...] = ()
    suppressed: int = 0
    coverage: Coverage = Coverage()
    rules_run: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the run fails: an error is among the findings."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Listing:
    """The indexes of one source, sorted by name; ``revision`` is the one that the migrations were read at."""

    source: Source
    revision: str | None = None
    indexes: tuple[Index, ...] = ()
