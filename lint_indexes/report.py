"""The outcome of a run: findings, what was skipped and why, and how much could be analysed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lint_indexes.findings import Finding, Identity, OpenQuestion, Severity
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.inputs import Inputs
from lint_indexes.model.origin import Source

if TYPE_CHECKING:
    from lint_indexes.model.catalog import Index
    from lint_indexes.model.verification import Verification


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
    ``indexes`` is how many indexes were looked at, None where nobody counted. ``inputs`` is what all of it
    was made from, None where that is more than can be said (a live database, say). ``elsewhere`` counts the
    findings that are left out since they concern none of the files that were named.
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
    verification: Verification | None = None
    inputs: Inputs | None = None
    elsewhere: int = 0

    @property
    def failed(self) -> bool:
        """Whether the run fails: an error is among the findings."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def fails(self, *, strict: bool = False) -> bool:
        """Whether the run fails; with ``strict`` any finding will do."""
        return bool(self.findings) if strict else self.failed


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


def fingerprinted(
    reports: Iterable[Report], show_path: Callable[[str], str]
) -> tuple[tuple[Finding, str], ...]:
    """The sorted findings, each with a fingerprint that no other one has and that survives moved lines."""
    seen: Counter[Identity] = Counter()
    pairs: list[tuple[Finding, str]] = []
    for finding in sorted_findings(reports):
        identity = finding.identity(show_path)
        pairs.append((finding, identity.fingerprint(seen[identity])))
        seen[identity] += 1
    return tuple(pairs)


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many findings of a rule there are."""

    code: str
    name: str
    severity: Severity
    count: int


def counts_by_rule(reports: Iterable[Report]) -> tuple[RuleCount, ...]:
    """The rules that found something, the most frequent first; a rule of two severities is there twice."""
    kinds = Counter(
        (finding.code, finding.name, finding.severity) for report in reports for finding in report.findings
    )
    counts = (RuleCount(*kind, count) for kind, count in kinds.items())
    return tuple(sorted(counts, key=lambda item: (-item.count, item.code, item.severity)))


def total_coverage(reports: Iterable[Report]) -> Coverage:
    """The coverage of several projects, added up."""
    parts = tuple(report.coverage for report in reports)
    return Coverage(
        sum(part.revisions for part in parts),
        sum(part.analysed for part in parts),
        tuple(uncertain for part in parts for uncertain in part.uncertain),
    )
