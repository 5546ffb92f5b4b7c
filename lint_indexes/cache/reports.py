"""Reports as JSON, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lint_indexes.cache.findings import (
    question_from_json,
    question_to_json,
    violation_from_json,
    violation_to_json,
)
from lint_indexes.findings import Finding, Severity
from lint_indexes.report import Coverage, Report, Skipped, UncertainRevision

Json = Any


def report_to_json(report: Report) -> Json:
    """All of a report that is shown; what a fix would do is not, only that there is one.

    Raises:
        ValueError: it is one of ``verify``.
    """
    if report.verification is not None:
        raise ValueError("verifications are not kept")
    coverage = report.coverage
    return {
        "root": str(report.root),
        "findings": [_finding_to_json(finding) for finding in report.findings],
        "skipped": [[skip.code, skip.reason] for skip in report.skipped],
        "open_questions": [question_to_json(question) for question in report.open_questions],
        "suppressed": report.suppressed,
        "coverage": [
            coverage.revisions,
            coverage.analysed,
            [[revision.revision, revision.reason] for revision in coverage.uncertain],
        ],
        "rules_run": report.rules_run,
        "notes": report.notes,
        "warnings": report.warnings,
        "indexes": report.indexes,
    }


def report_from_json(value: Json) -> Report:
    """The same report.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    revisions, analysed, uncertain = value["coverage"]
    return Report(
        root=Path(value["root"]),
        findings=tuple(map(_finding_from_json, value["findings"])),
        skipped=tuple(Skipped(code, reason) for code, reason in value["skipped"]),
        open_questions=tuple(map(question_from_json, value["open_questions"])),
        suppressed=value["suppressed"],
        coverage=Coverage(revisions, analysed, tuple(UncertainRevision(*fields) for fields in uncertain)),
        rules_run=tuple(value["rules_run"]),
        notes=tuple(value["notes"]),
        warnings=tuple(value["warnings"]),
        indexes=value["indexes"],
    )


def _finding_to_json(finding: Finding) -> Json:
    rule = [finding.code, finding.name, finding.severity.value]
    return [rule, violation_to_json(finding.violation)]


def _finding_from_json(value: Json) -> Finding:
    (code, name, severity), violation = value
    return Finding(code, name, Severity(severity), violation_from_json(violation))
