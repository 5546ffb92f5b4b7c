"""Reports as JSON, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lint_indexes.findings import Finding, Fix, OpenQuestion, Related, Severity, Subject, Violation
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin, Source
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
        "open_questions": [
            [question.message, _origin_to_json(question.origin), _subject_to_json(question.subject)]
            for question in report.open_questions
        ],
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
        open_questions=tuple(
            OpenQuestion(message, _origin_from_json(origin), _subject_from_json(subject))
            for message, origin, subject in value["open_questions"]
        ),
        suppressed=value["suppressed"],
        coverage=Coverage(revisions, analysed, tuple(UncertainRevision(*fields) for fields in uncertain)),
        rules_run=tuple(value["rules_run"]),
        notes=tuple(value["notes"]),
        warnings=tuple(value["warnings"]),
        indexes=value["indexes"],
    )


def _finding_to_json(finding: Finding) -> Json:
    violation = finding.violation
    return {
        "rule": [finding.code, finding.name, finding.severity.value],
        "message": violation.message,
        "origin": _origin_to_json(violation.origin),
        "subject": _subject_to_json(violation.subject),
        "related": [[_origin_to_json(related.origin), related.message] for related in violation.related],
        "help": violation.help,
        "escalated": violation.escalated,
        "fix": _fix_to_json(violation.fix),
        "drop": _fix_to_json(violation.drop),
    }


def _finding_from_json(value: Json) -> Finding:
    code, name, severity = value["rule"]
    violation = Violation(
        message=value["message"],
        origin=_some_origin_from_json(value["origin"]),
        subject=_subject_from_json(value["subject"]),
        related=tuple(
            Related(_some_origin_from_json(origin), message) for origin, message in value["related"]
        ),
        help=value["help"],
        escalated=value["escalated"],
        fix=_fix_from_json(value["fix"]),
        drop=_fix_from_json(value["drop"]),
    )
    return Finding(code, name, Severity(severity), violation)


def _fix_to_json(fix: Fix | None) -> Json:
    return None if fix is None else [fix.title, fix.safe]


def _fix_from_json(value: Json) -> Fix | None:
    return None if value is None else Fix(value[0], (), value[1])


def _subject_to_json(subject: Subject) -> Json:
    table = subject.table
    return [None if table is None else [table.schema, table.name], subject.index, subject.revision]


def _subject_from_json(value: Json) -> Subject:
    table, index, revision = value
    return Subject(None if table is None else QualifiedName(*table), index, revision)


def _origin_to_json(origin: Origin | None) -> Json:
    if origin is None:
        return None
    return [origin.source.value, origin.path, origin.line, origin.column, origin.revision]


def _origin_from_json(value: Json) -> Origin | None:
    return None if value is None else _some_origin_from_json(value)


def _some_origin_from_json(value: Json) -> Origin:
    source, *place = value
    return Origin(Source(source), *place)
