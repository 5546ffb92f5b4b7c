from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from lint_indexes.findings import Finding
from lint_indexes.report import Report
from lint_indexes.reporters.json import render_statistics as render_json
from lint_indexes.reporters.text.statistics import render_statistics


def test_the_most_frequent_rule_comes_first(report: Report, missing_index: Finding) -> None:
    reports = [report, replace(report, findings=(missing_index,) * 9)]
    counts = "10  LI101  error    policy-index-missing\n 1  LI004  warning  unanalysable-revision\n"
    assert render_statistics(reports, quiet=True) == counts
    whole = render_statistics(reports)
    assert whole.startswith(counts)
    assert whole.splitlines()[-1].startswith("Found 10 errors and 1 warning in 80 revisions")
    colored = render_statistics(reports, color=True, quiet=True)
    assert colored != counts
    assert click.unstyle(colored) == counts


def test_the_same_as_data(report: Report) -> None:
    assert json.loads(render_json([report])) == {
        "version": 1,
        "statistics": [
            {"code": "LI004", "name": "unanalysable-revision", "severity": "warning", "count": 1},
            {"code": "LI101", "name": "policy-index-missing", "severity": "error", "count": 1},
        ],
    }


def test_nothing_found() -> None:
    report = Report(Path("/app"), rules_run=("LI101",))
    assert render_statistics([report], quiet=True) == ""
    assert render_statistics([report]) == "1 rule passed.\n"
