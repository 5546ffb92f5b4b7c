"""Extensions that a database has before the first migration."""

from __future__ import annotations

import pytest

WITH_POSTGIS = {"pyproject.toml": 'extensions = ["postgis"]\n'}
ADDS_PLACE = """
def upgrade():
    op.execute("ALTER TABLE booking ADD place geometry(Point, 4326)")
    op.execute("CREATE INDEX ix_place ON booking USING gist (place)")


def downgrade():
    op.execute("ALTER TABLE booking {downgrade}")
"""
UNDONE, NOT_UNDONE = ADDS_PLACE.format(downgrade="DROP place"), ADDS_PLACE.format(downgrade="ADD other int")
CREATES = """
def upgrade():
    op.execute("CREATE EXTENSION {condition}postgis")


def downgrade():
    pass
"""


def failures(report) -> dict[str, str]:
    wanted = ("LI303", "LI306")
    return {one.code: one.violation.message for one in report.findings if one.code in wanted}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"versions/0002_a.py": UNDONE}, {"LI306"}, id="not there"),
        pytest.param({"versions/0002_a.py": UNDONE, **WITH_POSTGIS}, set(), id="there"),
        pytest.param({"versions/0002_a.py": NOT_UNDONE, **WITH_POSTGIS}, {"LI303"}, id="the rest is judged"),
        pytest.param(
            {"versions/0002_a.py": CREATES.format(condition=""), **WITH_POSTGIS}, {"LI306"}, id="made again"
        ),
        pytest.param(
            {"versions/0002_a.py": CREATES.format(condition="IF NOT EXISTS "), **WITH_POSTGIS},
            set(),
            id="made if it is not there",
        ),
    ],
)
def test_what_is_configured_is_there(lint_project, files, expected) -> None:
    assert failures(lint_project(files)).keys() == expected


@pytest.mark.parametrize(
    ("statement", "is_named"),
    [
        ("ALTER TABLE booking ADD place geometry", True),
        ("CREATE INDEX ix ON booking (status nowhere_ops)", True),
        ("DROP TABLE nowhere", False),
        ("DROP INDEX nowhere", False),
    ],
)
def test_the_key_is_named_where_it_may_help(lint_project, statement, is_named) -> None:
    text = f"def upgrade():\n    op.execute('{statement}')\n\n\ndef downgrade():\n    pass\n"
    report = lint_project({"versions/0002_a.py": text})
    [finding] = [one for one in report.findings if one.code == "LI306"]
    assert ("extensions = [" in (finding.violation.help or "")) is is_named
