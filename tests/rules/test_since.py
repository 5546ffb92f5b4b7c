"""A failure before ``since`` is not judged, but what follows from it is not known either."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from lint_indexes.report import Report

FAILING = """\
def upgrade():
    {line}


def downgrade():
    pass
"""


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('raise KeyError("boom")', "KeyError: 'boom'"),
        ('op.create_index("ix_nowhere", "booking", ["nowhere"])', 'column "nowhere" does not exist'),
    ],
)
def test_a_failure_that_no_rule_judges_is_in_doubt(
    lint_project: Callable[[Mapping[str, str]], Report], line: str, message: str
) -> None:
    report = lint_project(
        {
            "pyproject.toml": 'since = "0002"\n',
            "versions/0002_fails.py": FAILING.format(line=line),
            "versions/0003_goes_on.py": FAILING.format(line="pass"),
        }
    )
    assert "LI306" not in {finding.code for finding in report.findings}
    [finding] = [finding for finding in report.findings if finding.code == "LI004"]
    assert message in finding.violation.message
    assert [uncertain.revision for uncertain in report.coverage.uncertain] == ["0002"]
