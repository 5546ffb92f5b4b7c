"""A whole project: comments in its files, patterns in its configuration, its baseline."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from lint_indexes.commands.baseline import write_baselines
from lint_indexes.commands.check import check
from lint_indexes.commands.options import CheckOptions
from lint_indexes.config.load import load_config
from lint_indexes.errors import ConfigurationError
from lint_indexes.linter.judging import lint
from lint_indexes.linter.selection import KNOWN_RULES
from lint_indexes.report import Report

MODELS = """
    from sqlalchemy import Column, Index, Integer, Text
    from sqlalchemy.orm import declarative_base

    Base = declarative_base()


    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (
            Index("ix_kept", "status"),
            Index(
                "ix_lost",
                "status",
            ),{model}
        )
        id = Column(Integer, primary_key=True)
        status = Column(Text)
"""
MIGRATION = """
    {head}
    import sqlalchemy as sa
    from alembic import op

    revision = "0001"
    down_revision = None


    def upgrade():
        columns = (sa.Column("id", sa.Integer(), primary_key=True), sa.Column("status", sa.Text()))
        op.create_table("booking", *columns)
        op.create_index("ix_kept", "booking", ["status"])
        {migration}
        op.create_index("ix_by_hand", "booking", ["status", "id"])


    def downgrade():
        op.drop_table("booking")
"""
ENV = """
    from alembic import context

    from models import Base

    context.configure(url="postgresql://", target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""

Judge = Callable[..., Report]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Judge the drift of the project; LI201 is about ix_lost, LI202 about ix_by_hand."""

    def run(config: str = "", *, head: str = "", migration: str = "", model: str = "") -> Report:
        files = {
            "models.py": MODELS.format(model=model),
            "migrations/env.py": ENV,
            "migrations/versions/0001_booking.py": MIGRATION.format(head=head, migration=migration),
            "alembic.ini": "[alembic]\nscript_location = migrations\n",
            "pyproject.toml": f"[tool.lint-indexes]\nmetadata = 'models:Base'\n{config}",
        }
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        select = ("LI0", "LI003", "LI201", "LI202")
        return lint(
            load_config(tmp_path / "pyproject.toml", KNOWN_RULES), python=sys.executable, select=select
        )

    return run


def codes(report: Report) -> list[str]:
    return sorted(finding.code for finding in report.findings)


def test_nothing_is_suppressed_by_itself(judge: Judge) -> None:
    report = judge()
    assert codes(report) == ["LI201", "LI202"]
    assert report.suppressed == 0


def test_comments_in_models_and_migrations(judge: Judge) -> None:
    report = judge(
        model="  # lint-indexes: ignore[LI201] next release",
        migration="# lint-indexes: ignore[LI202] the reports need it",
    )
    assert codes(report) == []
    assert report.suppressed == 2


def test_a_file_in_which_a_comment_is_no_utf8(judge: Judge, tmp_path: Path) -> None:
    judge(model="  # lint-indexes: ignore[LI201] next release")
    path = tmp_path / "models.py"
    path.write_bytes(path.read_bytes() + b"# caf\xe9\n")
    config = load_config(tmp_path / "pyproject.toml", KNOWN_RULES)
    assert codes(lint(config, python=sys.executable, select=("LI2",))) == ["LI202"]


def test_a_comment_for_a_whole_file(judge: Judge) -> None:
    report = judge(head="# lint-indexes: ignore[LI2]")
    assert codes(report) == ["LI003", "LI201"]
    assert report.suppressed == 1


def test_comments_for_nothing(judge: Judge) -> None:
    report = judge(migration="# lint-indexes: ignore[LI201, LI20x, migrated-index-not-in-model] why")
    assert codes(report) == ["LI002", "LI002", "LI201"]
    found = [finding for finding in report.findings if finding.code == "LI002"]
    messages = sorted(finding.violation.message for finding in found)
    assert messages[0] == "ignore[LI201] suppresses nothing"
    assert messages[1].startswith('ignore[LI20x]: unknown rule "LI20x"; did you mean')
    assert {finding.violation.origin.line for finding in found} == {14}


@pytest.mark.parametrize(
    ("before", "idle"),
    [
        pytest.param("", True, id="analysed to its end"),
        pytest.param("open('rows.csv', 'w')", False, id="could not be analysed"),
        pytest.param("op.drop_index('ix_none', 'booking')", False, id="fails"),
    ],
)
def test_comments_that_may_be_for_what_was_not_seen(judge: Judge, before: str, *, idle: bool) -> None:
    comment = "# lint-indexes: ignore[LI201] why"
    report = judge(migration=f"{comment}\n        {before or 'pass'}")
    assert ("LI002" in codes(report)) is idle


def test_a_misspelt_comment(judge: Judge) -> None:
    report = judge(migration="# lint-indexes: ignroe[LI202] why")
    (finding,) = (finding for finding in report.findings if finding.code == "LI002")
    assert 'did you mean "ignore"?' in finding.violation.message
    assert finding.violation.subject.revision == "0001"


def test_patterns(judge: Judge) -> None:
    report = judge('per-file-ignores = { "migrations/*" = "LI202", ix_lost = ["LI2"] }\n')
    assert codes(report) == []
    assert report.suppressed == 2


def test_patterns_that_match_nothing(judge: Judge) -> None:
    report = judge(
        "[tool.lint-indexes.per-file-ignores]\n"
        '"migrations/*" = "LI202"\n"pyproject.toml" = "LI1"\n"public.booking" = "LI5"\n'
        'ix_lsot = ["LI2"]\n"models/*" = "ALL"\nix_of_the_database = "LI703"\n'
    )
    found = [finding.violation for finding in report.findings if finding.code == "LI002"]
    assert [violation.message for violation in found] == [
        "the pattern ix_lsot of per-file-ignores matches no file, table or index",
        "the pattern models/* of per-file-ignores matches no file, table or index",
    ]
    first, second = (violation.origin for violation in found)
    assert first.path is not None
    assert first.path.endswith("pyproject.toml")
    assert first.line is not None
    assert second.line == first.line + 1


def test_patterns_take_out_what_is_said_of_comments(judge: Judge) -> None:
    report = judge('per-file-ignores = { "*.py" = "LI00" }\n', migration="# lint-indexes: ignore[LI9]")
    assert codes(report) == ["LI201", "LI202"]
    assert report.suppressed == 2


def test_the_baseline(judge: Judge, tmp_path: Path) -> None:
    about = {"schema": "public", "table": "booking"}
    lost = {"code": "LI201", **about, "index": "ix_lost", "path": "models.py"}
    gone = {**lost, "index": "ix_gone"}
    lines = (json.dumps(entry) for entry in (gone, lost))
    text = '{"version": 1, "accepted": [\n' + "".join(f"{line},\n" for line in lines) + "null\n]}\n"
    tmp_path.joinpath(".lint-indexes-baseline.json").write_text(text)
    report = judge()
    assert codes(report) == ["LI002", "LI202"]
    assert report.suppressed == 1
    (stale,) = (finding for finding in report.findings if finding.code == "LI002")
    assert stale.violation.message.startswith("the baseline accepts LI201 for ix_gone")
    assert stale.violation.origin.line == 2


def test_a_baseline_in_another_encoding(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / ".lint-indexes-baseline.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(ConfigurationError, match=r"baseline\.json is not UTF-8") as caught:
        judge()
    assert caught.value.hint is not None
    assert "--write-baseline" in caught.value.hint


def test_a_written_baseline_accepts_what_is_there(judge: Judge, tmp_path: Path) -> None:
    judge(migration="# lint-indexes: ignore[LI2] why")
    options = CheckOptions(tmp_path, python=sys.executable, select=("LI201", "LI202", "LI00"))
    (written,) = write_baselines(options)
    assert (written.entries, written.findings) == (1, 1)
    text = written.path.read_text()
    assert json.loads(text)["accepted"][0]["index"] == "ix_lost"
    (report,) = check(options)
    assert (report.findings, report.suppressed) == ((), 2)
    write_baselines(options)
    assert written.path.read_text() == text


def test_entries_of_rules_that_do_not_run_stay(judge: Judge, tmp_path: Path) -> None:
    judge()
    for selected in ("LI201", "LI202"):
        write_baselines(CheckOptions(tmp_path, python=sys.executable, select=(selected,)))
    accepted = json.loads(tmp_path.joinpath(".lint-indexes-baseline.json").read_text())["accepted"]
    assert [entry and entry["code"] for entry in accepted] == ["LI201", "LI202", None]
    (report,) = check(CheckOptions(tmp_path, python=sys.executable, select=("LI201", "LI202")))
    assert report.findings == ()


def test_what_is_said_of_suppressions_is_not_accepted(judge: Judge, tmp_path: Path) -> None:
    judge(migration="# lint-indexes: ignore[LI9] why")
    options = CheckOptions(tmp_path, python=sys.executable, select=("LI0", "LI2"))
    write_baselines(options)
    (report,) = check(options)
    assert codes(report) == ["LI002"]
