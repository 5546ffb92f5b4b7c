from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lint_indexes.findings import Finding, Severity, Violation
from lint_indexes.model.origin import Origin, Source
from lint_indexes.report import Report
from lint_indexes.reporters.gitlab import render

ShowPath = Callable[[str], str]


def test_the_whole_document(report: Report, show_path: ShowPath) -> None:
    entries = json.loads(render([report], show_path=show_path))
    prints = [entry.pop("fingerprint") for entry in entries]
    assert entries == [
        {
            "description": "LI004 unanalysable-revision: DO block:\nnot understood",
            "check_name": "LI004",
            "severity": "minor",
            "location": {
                "path": "migrations/versions/44a28b52dc46_add_helpers.py",
                "lines": {"begin": 400},
            },
        },
        {
            "description": "LI101 policy-index-missing: ix_booking_status, which the policy requires,"
            " is missing from the migrations",
            "check_name": "LI101",
            "severity": "major",
            "location": {"path": "pyproject.toml", "lines": {"begin": 9}},
        },
    ]
    assert len(set(prints)) == 2
    assert all(len(text) == 64 for text in prints)


def test_no_two_fingerprints_are_the_same(
    report: Report, doubtful_revision: Finding, show_path: ShowPath
) -> None:
    twice = replace(report, findings=(doubtful_revision, doubtful_revision))
    first, second = json.loads(render([twice], show_path=show_path))
    assert first["fingerprint"] != second["fingerprint"]


def test_a_finding_without_a_place(show_path: ShowPath) -> None:
    violation = Violation("m", Origin(Source.MIGRATIONS))
    report = Report(Path("/app"), (Finding("LI603", "broken-history", Severity.ERROR, violation),))
    (entry,) = json.loads(render([report], show_path=show_path))
    assert entry["location"] == {"path": ".", "lines": {"begin": 1}}


def test_nothing_found_is_still_a_document(show_path: ShowPath) -> None:
    assert render([], show_path=show_path) == "[]\n"
