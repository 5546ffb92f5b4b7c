from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lint_indexes.findings import Finding, Severity, Violation
from lint_indexes.model.origin import Origin, Source
from lint_indexes.report import Report
from lint_indexes.reporters.github import render

ShowPath = Callable[[str], str]


def test_one_command_per_finding(report: Report, show_path: ShowPath) -> None:
    assert render([report], show_path=show_path).splitlines() == [
        "::warning file=migrations/versions/44a28b52dc46_add_helpers.py,line=400,"
        "title=LI004 unanalysable-revision::DO block:%0Anot understood",
        "::error file=pyproject.toml,line=9,col=1,title=LI101 policy-index-missing::"
        "ix_booking_status, which the policy requires, is missing from the migrations"
        "%0Acreate it again in a new migration",
    ]


def test_what_would_end_a_part_is_escaped() -> None:
    violation = Violation("100%: a,b\r\n::error::x", Origin(Source.MODELS, "/a,b:c%.py", 1))
    report = Report(Path("/app"), (Finding("LI101", "policy-index-missing", Severity.ERROR, violation),))
    assert render([report], show_path=lambda path: path) == (
        "::error file=/a%2Cb%3Ac%25.py,line=1,title=LI101 policy-index-missing::100%25: a,b%0D%0A::error::x\n"
    )


def test_no_line_without_a_file(show_path: ShowPath) -> None:
    violation = Violation("m", Origin(Source.MIGRATIONS, None, 4))
    report = Report(Path("/app"), (Finding("LI603", "broken-history", Severity.ERROR, violation),))
    assert render([report], show_path=show_path) == "::error title=LI603 broken-history::m\n"
