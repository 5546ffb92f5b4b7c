"""The outcome of a run: findings, what was skipped and why, and how much could be analysed."""

from __future__ import annotations

from collections.abc import Iterable
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
    working directory. ``notes`` are lines for ``--verbose``: the interpreter chosen, versions, counts;
    ``warnings`` are shown always: what the project's code did that may have bent the result.
    ``indexes`` is how many indexes were looked at, None where nobody counted.
    """

    root: Path
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    open_questions: tuple[OpenQuestion, ...] = ()
    suppressed: int = 0
    coverage: Coverage = Coverage()
    rules_run: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    indexes: int | None = None

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


def sorted_findings(reports: Iterable[Report]) -> tuple[Finding, ...]:
    """The findings of all reports by path, line, column, code and message; those without a place first."""
    return tuple(sorted((finding for report in reports for finding in report.findings), key=_order))


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    origin = finding.violation.origin
    place = (origin.path or "", origin.line or 0, origin.column or 0)
    return (*place, finding.code, finding.violation.message)


def total_coverage(reports: Iterable[Report]) -> Coverage:
    """The coverage of several projects, added up."""
    parts = tuple(report.coverage for report in reports)
    return Coverage(
        sum(part.revisions for part in parts),
        sum(part.analysed for part in parts),
        tuple(uncertain for part in parts for uncertain in part.uncertain),
    )
