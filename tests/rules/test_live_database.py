"""A project with a live database, from commit to verdict: what runs, what is suppressed, what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lint_indexes.cli import run as run_command
from lint_indexes.commands.baseline import write_baselines
from lint_indexes.commands.check import check
from lint_indexes.commands.fix import fix
from lint_indexes.commands.options import CheckOptions, FixOptions
from lint_indexes.errors import LintIndexesError
from lint_indexes.linter.judging import lint
from lint_indexes.report import Report

LIVE = {"LI701", "LI702", "LI703", "LI704"}
Make = Callable[..., Any]


def index_on(column: str, parent: str = "0001", comment: str = "") -> str:
    """A migration that makes an index."""
    return f"""\
down_revision = {parent!r}

def upgrade():
    op.create_index("ix_{column}", "booking", ["{column}"]){comment}

def downgrade():
    op.drop_index("ix_{column}", "booking")
"""


def found(report: Report) -> list[tuple[str, str | None]]:
    """What the rules of this family found: code and index."""
    return [
        (finding.code, finding.violation.subject.index) for finding in report.findings if finding.code in LIVE
    ]


STATUS = {"versions/0002_status.py": index_on("status")}
COMPANY = {"versions/0003_company.py": index_on("company_id")}


def test_a_database_behind_the_head(live_project: Make) -> None:
    project = live_project(STATUS, "0001")
    report = project.lint()
    assert found(report) == []
    [note] = [note for note in report.notes if note.startswith("database:")]
    assert note.startswith(f"database: {project.address.database} at {project.address.host}, PostgreSQL 18.")
    assert note.endswith(", at 0001, 1 revision behind")


@pytest.mark.parametrize("revisions", [("0002",), ("0003",), ("0002", "0003"), ("0001",)])
def test_a_branch_of_the_history(live_project: Make, revisions: tuple[str, ...]) -> None:
    """The database is compared with what these revisions lead to, not with what else the history has."""
    assert found(live_project(STATUS | COMPANY, *revisions).lint()) == []


def test_what_another_branch_makes_is_extra(live_project: Make) -> None:
    script = {"database.sql": "CREATE INDEX ix_status ON booking (status)"}
    report = live_project(STATUS | COMPANY | script, "0003").lint(select=("LI7",))
    assert found(report) == [("LI703", "ix_status")]
    assert "has not run there yet" in report.findings[0].violation.message


@pytest.mark.parametrize(
    ("script", "message", "hint"),
    [
        (
            "UPDATE alembic_version SET version_num = 'beef'",
            r"is at revision beef, which no file in .*versions declares",
            "check out the commit",
        ),
        (
            "DELETE FROM alembic_version",
            r"public\.alembic_version of the .* is empty",
            "alembic upgrade head",
        ),
        ("DROP TABLE alembic_version", r"has no table alembic_version", "alembic upgrade head"),
        (
            "CREATE SCHEMA app;\nALTER TABLE alembic_version SET SCHEMA app",
            r"has no table alembic_version",
            'there is app.alembic_version: set default-schema = "app"',
        ),
    ],
)
def test_a_database_that_does_not_say_where_it_is(
    live_project: Make, script: str, message: str, hint: str
) -> None:
    project = live_project({"database.sql": script})
    with pytest.raises(LintIndexesError, match=message) as caught:
        project.lint()
    assert hint in str(caught.value.hint)


def test_what_a_failing_upgrade_has_done_is_not_known(live_project: Make) -> None:
    """It ran in this database somehow, whatever the replay says."""
    migration = """\
def upgrade():
    op.drop_index("ix_of_somebody", "booking")
    op.create_index("ix_status", "booking", ["status"])

def downgrade():
    pass
"""
    script = "UPDATE alembic_version SET version_num = '0002'"
    project = live_project({"versions/0002_drop.py": migration, "database.sql": script}, "0001")
    report = project.lint(select=("LI702",))
    assert report.findings == ()
    [question] = report.open_questions
    assert question.message == (
        "ix_status on booking: not in the database, but revision 0002: upgrade() fails:"
        ' index "ix_of_somebody" does not exist'
    )


def test_a_database_of_something_else(live_project: Make) -> None:
    """It is one mistake, and not a missing table each."""
    more = {
        "versions/0002_more.py": """\
def upgrade():
    op.create_table("company", sa.Column("id", sa.Integer, primary_key=True))

def downgrade():
    op.drop_table("company")
""",
        "database.sql": "CREATE SCHEMA app;\nALTER TABLE booking SET SCHEMA app;\nDROP TABLE company",
    }
    with pytest.raises(LintIndexesError, match=r"none of the 2 tables .* public\.booking among") as caught:
        live_project(more).lint()
    assert "default-schema" in str(caught.value.hint)


BY_HAND = {"database.sql": "CREATE INDEX ix_hand ON booking (status)"}


@pytest.mark.parametrize("pattern", ["ix_hand", "booking", "public.*"])
def test_a_pattern_suppresses(live_project: Make, pattern: str) -> None:
    ignores = f'[tool.lint-indexes.per-file-ignores]\n"{pattern}" = ["LI703"]\n'
    report = live_project(BY_HAND | {"pyproject.toml": ignores}).lint()
    assert report.findings == ()
    assert report.suppressed == 1


def test_a_comment_in_the_migration_suppresses(live_project: Make) -> None:
    migration = index_on("status", comment="  # lint-indexes: ignore[LI702] only where there is room for it")
    dropped = {"versions/0002_status.py": migration, "database.sql": "DROP INDEX ix_status"}
    project = live_project(dropped)
    report = project.lint(select=("LI702", "LI002"))
    assert report.findings == ()
    assert report.suppressed == 1
    # Where the database is not looked at, nobody knows whether the comment is for something.
    assert lint(project.config, python=sys.executable, select=("LI702", "LI002")).findings == ()


def test_the_baseline_accepts(live_project: Make) -> None:
    project = live_project(BY_HAND)
    options = CheckOptions(project.config.root, python=sys.executable, database_url=project.url)
    assert found(check(options)[0]) == [("LI703", "ix_hand")]
    write_baselines(options)
    report = check(options)[0]
    assert found(report) == []
    # Without the database nobody can say whether the entry is still needed.
    alone = check(CheckOptions(project.config.root, python=sys.executable))[0]
    assert "LI002" not in {finding.code for finding in alone.findings}


def test_what_env_py_leaves_out(live_project: Make) -> None:
    env = """\
from alembic import context
from models import Base

def include_object(item, name, type_, reflected, compare_to):
    return not (reflected and name.startswith("dba_"))

context.configure(
    url="postgresql://localhost/nowhere", target_metadata=Base.metadata, include_object=include_object
)
with context.begin_transaction():
    context.run_migrations()
"""
    script = """\
CREATE INDEX dba_status ON booking (status);
CREATE TABLE dba_copy (id int PRIMARY KEY);
CREATE INDEX ix_hand ON booking (status)
"""
    report = live_project({"migrations/env.py": env, "database.sql": script}).lint()
    assert found(report) == [("LI703", "ix_hand")]


def test_without_a_database_the_rules_are_not_talked_of(live_project: Make) -> None:
    config = live_project({}).config
    report = lint(config, python=sys.executable)
    assert report.skipped == ()
    assert not LIVE & set(report.rules_run)
    selected = lint(config, python=sys.executable, select=("LI7",))
    reasons = {skipped.code: skipped.reason for skipped in selected.skipped}
    assert {code for code in reasons if "--database-url" in reasons[code]} == LIVE


def test_with_a_database_they_run_by_default(live_project: Make) -> None:
    report = live_project({}).lint()
    assert set(report.rules_run) >= LIVE
    assert report.skipped == ()


def test_the_environment_variable(
    live_project: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = live_project(BY_HAND | {"pyproject.toml": 'database-url-env = "SHOP_URL"\n'})
    arguments = ["--root", str(project.config.root), "--python", sys.executable, "--verbose"]
    monkeypatch.setenv("SHOP_URL", "")
    run_command(arguments)
    assert "note: database: none, since SHOP_URL is not set" in (out := capsys.readouterr().out)
    assert "LI70" not in out
    monkeypatch.setenv("SHOP_URL", project.url)
    run_command(arguments)
    assert "LI703 database-index-extra (warning): index ix_hand" in capsys.readouterr().out
    run_command([*arguments, "--at", "0001"])
    assert "LI70" not in capsys.readouterr().out


def test_show(live_project: Make, capsys: pytest.CaptureFixture[str]) -> None:
    project = live_project(BY_HAND)
    where = ["--root", str(project.config.root), "--python", sys.executable]
    show = ["show", "--source", "database", *where]
    assert run_command([*show, "--database-url", project.url]) == 0
    assert capsys.readouterr().out == (
        "public.booking\n"
        "    booking_pkey  btree (id)  [primary key]\n"
        "    ix_hand       btree (status)\n"
        "\n"
        "2 indexes in the database at 0001.\n"
    )
    assert run_command([*show, "--database-url", project.url, "--format", "sql"]) == 0
    assert "CREATE INDEX ix_hand ON public.booking USING btree (status);" in capsys.readouterr().out
    assert run_command(show) == 2
    assert "no database is named" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["check"], ["show", "--source", "database"]])
def test_past_states_are_refused(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command([*command, "--at", "0001", "--database-url", "postgresql://h/d"]) == 2
    assert "--at and --database-url exclude each other" in capsys.readouterr().err


def test_one_database_is_that_of_one_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "lint-indexes.toml").write_text("")
    assert run_command(["--root", str(tmp_path), "--database-url", "postgresql://h/d"]) == 2
    assert "several projects are configured here" in capsys.readouterr().err


TEMPLATE = """
from alembic import op
import sqlalchemy as sa
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}

def upgrade():
    ${upgrades if upgrades else "pass"}

def downgrade():
    ${downgrades if downgrades else "pass"}
"""


def test_an_invalid_index_is_built_anew_by_a_migration(live_project: Make) -> None:
    script = {
        "database.sql": "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_status'::regclass"
    }
    project = live_project(STATUS | script | {"migrations/script.py.mako": TEMPLATE})
    select = ("LI7", "LI302", "LI303", "LI4")
    options = CheckOptions(
        project.config.root, python=sys.executable, database_url=project.url, select=select
    )

    [outcome] = fix(options, FixOptions())

    assert [choice.fix.title for choice in outcome.fixed] == ["build ix_status anew"]
    [change] = outcome.changes
    upgrade, _, downgrade = change.after.decode().partition("def downgrade")
    assert "DROP INDEX CONCURRENTLY IF EXISTS ix_status" in upgrade
    assert "op.create_index('ix_status', 'booking', ['status']" in upgrade
    assert "pass" in downgrade
    assert [one.code for one in outcome.report.findings if one.violation.subject.revision != "0002"] == []
    [again] = fix(options, FixOptions())
    assert again.changes == ()

    project.upgrade(change.path.name.partition("_")[0])
    assert found(project.lint(select=select)) == []
