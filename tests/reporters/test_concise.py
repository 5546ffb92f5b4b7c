from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lint_indexes.findings import Finding, Severity, Violation
from lint_indexes.model.origin import Origin, Source
from lint_indexes.report import Report
from lint_indexes.reporters.concise import render

ShowPath = Callable[[str], str]


def test_one_line_per_finding(report: Report, show_path: ShowPath) -> None:
    assert render([report], show_path=show_path) == (
        "migrations/versions/44a28b52dc46_add_helpers.py:400: LI004 (warning) DO block: not understood\n"
        "pyproject.toml:9:1: LI101 ix_booking_status, which the policy requires, is missing from the"
        " migrations\n"
    )


@pytest.mark.parametrize(
    ("origin", "line"),
    [
        (Origin(Source.MIGRATIONS), "LI603 m\n"),
        (Origin(Source.MIGRATIONS, "/app/alembic.ini", column=4), "alembic.ini: LI603 m\n"),
    ],
)
def test_as_much_of_the_place_as_is_known(origin: Origin, line: str, show_path: ShowPath) -> None:
    finding = Finding("LI603", "broken-history", Severity.ERROR, Violation("m", origin))
    assert render([Report(Path("/app"), (finding,))], show_path=show_path) == line


def test_nothing_to_say(show_path: ShowPath) -> None:
    assert render([Report(Path("/app"), rules_run=("LI101",))], show_path=show_path) == ""
