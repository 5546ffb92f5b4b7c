"""Reports as data. ``version`` changes when a key is renamed or removed; new keys may come any time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from lint_indexes.config.effective import EffectiveConfiguration, Provenance
from lint_indexes.ddl.render import create_index
from lint_indexes.findings import Finding, Fix, OpenQuestion, Subject
from lint_indexes.model.catalog import Index
from lint_indexes.model.origin import Origin
from lint_indexes.model.verification import Verification
from lint_indexes.report import Listing, Report, counts_by_rule, sorted_findings, total_coverage

VERSION = 1

ShowPath = Callable[[str], str]


def render(reports: Sequence[Report], *, show_path: ShowPath) -> str:
    """The outcome of a check; several projects are put together."""
    coverage = total_coverage(reports)
    skipped = sorted({(item.code, item.reason) for report in reports for item in report.skipped})
    return _dump(
        {
            "version": VERSION,
            "findings": [_finding(finding, show_path) for finding in sorted_findings(reports)],
            "undecided": [
                _question(question, show_path) for report in reports for question in report.open_questions
            ],
            "skipped": [{"code": code, "reason": reason} for code, reason in skipped],
            "suppressed": sum(report.suppressed for report in reports),
            "coverage": {
                "revisions": coverage.revisions,
                "analysed": coverage.analysed,
                "uncertain": [
                    {"revision": item.revision, "reason": item.reason} for item in coverage.uncertain
                ],
            },
            **_verifications(reports),
        }
    )


def _verifications(reports: Sequence[Report]) -> dict[str, object]:
    """What only ``verify`` has, for each project."""
    found = [_verification(report.verification) for report in reports if report.verification is not None]
    return {"verifications": found} if found else {}


def _verification(verification: Verification) -> dict[str, object]:
    return {
        "server": verification.server,
        "statements": verification.statements,
        "indexes": verification.indexes,
        "revisions": [
            {"revision": verified.revision.id, "verdict": str(verified.verdict)}
            for verified in verification.revisions
        ],
        "disagreements": [
            {"revision": verified.revision.id, "stage": str(outcome.stage), "message": text}
            for verified, outcome, text in verification.disagreements
        ],
    }


def render_statistics(reports: Sequence[Report]) -> str:
    """How often each rule found something, the most frequent first."""
    counts = [
        {"code": item.code, "name": item.name, "severity": str(item.severity), "count": item.count}
        for item in counts_by_rule(reports)
    ]
    return _dump({"version": VERSION, "statistics": counts})


def render_configuration(configurations: Sequence[EffectiveConfiguration], *, show_path: ShowPath) -> str:
    """What holds in each project, and where it comes from."""
    projects = [_configuration(one, show_path) for one in configurations]
    return _dump({"version": VERSION, "projects": projects})


def render_listing(listing: Listing, *, show_path: ShowPath) -> str:
    """The indexes of a source, by table and name."""
    indexes = sorted(listing.indexes, key=lambda index: (index.table, index.name))
    return _dump(
        {
            "version": VERSION,
            "source": str(listing.source),
            "revision": listing.revision,
            "indexes": [_index(index, show_path) for index in indexes],
        }
    )


def _dump(content: Mapping[str, object]) -> str:
    # ASCII, so that it arrives whatever the encoding of the terminal or pipe is.
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"


def _finding(finding: Finding, show_path: ShowPath) -> dict[str, object]:
    violation = finding.violation
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": str(finding.severity),
        "message": violation.message,
        **_subject(violation.subject),
        "location": _location(violation.origin, show_path),
        "related": [
            {**_place(related.origin, show_path), "message": related.message} for related in violation.related
        ],
        "fixable": finding.fixable,
        "fix": _fix(violation.fix),
        "drop": _fix(violation.drop),
    }


def _fix(fix: Fix | None) -> dict[str, object] | None:
    return None if fix is None else {"title": fix.title, "safe": fix.safe}


def _configuration(one: EffectiveConfiguration, show_path: ShowPath) -> dict[str, object]:
    return {
        "path": show_path(str(one.path)),
        "root": show_path(str(one.root)),
        "values": [
            {"key": value.key, "value": value.value, "source": _source(value.provenance, show_path)}
            for value in one.values
        ],
        "rules": [
            {
                "code": rule.code,
                "name": rule.name,
                "severity": str(rule.severity),
                "selected": rule.selected,
                "reason": rule.reason,
            }
            for rule in one.rules
        ],
        "about": list(one.about),
    }


def _source(provenance: Provenance, show_path: ShowPath) -> dict[str, object]:
    return {
        "kind": str(provenance.kind),
        "path": None if provenance.path is None else show_path(provenance.path),
        "line": provenance.line,
        "key": provenance.key,
        "name": provenance.name,
        "note": provenance.note,
    }


def _question(question: OpenQuestion, show_path: ShowPath) -> dict[str, object]:
    return {
        "message": question.message,
        **_subject(question.subject),
        "location": _location(question.origin, show_path),
    }


def _subject(subject: Subject) -> dict[str, object]:
    return {
        "schema": subject.table.schema if subject.table else None,
        "table": subject.table.name if subject.table else None,
        "index": subject.index,
        "revision": subject.revision,
    }


def _location(origin: Origin | None, show_path: ShowPath) -> dict[str, object]:
    return {**_place(origin, show_path), "column": origin.column if origin else None}


def _index(index: Index, show_path: ShowPath) -> dict[str, object]:
    origin = index.origin
    return {
        "schema": index.name.schema,
        "table": index.table.name,
        "name": index.name.name,
        "definition": create_index(index),
        "unique": index.unique,
        "valid": index.valid,
        "constraint": index.constraint.value if index.constraint else None,
        "origin": {
            **_place(origin, show_path),
            "revision": origin.revision if origin else None,
        },
    }


def _place(origin: Origin | None, show_path: ShowPath) -> dict[str, object]:
    if origin is None or origin.path is None:
        return {"path": None, "line": None}
    return {"path": show_path(origin.path), "line": origin.line}
