"""``--fix``: policy, models and migrations agree afterwards, and nothing else has changed."""

from __future__ import annotations

import errno
import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from lint_indexes.commands.check import check
from lint_indexes.commands.fix import Outcome, fix
from lint_indexes.commands.options import CheckOptions, FixOptions
from lint_indexes.errors import LintIndexesError

MODELS = '''
"""The models."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


class Company(Base):
    __tablename__ = "company"

    id = Column(Integer, primary_key=True)  # stays


class Booking(Base):
    __tablename__ = "booking"
    __table_args__ = (
        Index("ix_booking_status", "status"),
    )

    id = Column(Integer, primary_key=True)
    status = Column(String(20))
    company_id = Column(ForeignKey("company.id"), index=True)
'''
ENV = """
import sqlalchemy as sa
from alembic import context
from models import Base

with sa.create_engine("postgresql://").connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
TEMPLATE = '''
"""${message}"""

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''
FIRST = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("company", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("status", sa.String(20)),
        sa.Column("company_id", sa.Integer(), sa.ForeignKey("company.id")),
    )
    op.create_index("ix_booking_status", "booking", ["status"])
    op.create_index("ix_booking_company_id", "booking", ["company_id"])


def downgrade():
    op.drop_table("booking")
    op.drop_table("company")
"""
CONFIGURATION = '[tool.lint-indexes]\nsince = "0001"\n'


class ProjectFolder:
    """A small application whose models and migrations agree, in a git repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("pyproject.toml", CONFIGURATION)
        self.write("alembic.ini", "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n")
        self.write("migrations/env.py", ENV)
        self.write("migrations/script.py.mako", TEMPLATE)
        self.write("migrations/versions/0001_first.py", FIRST)
        self.write("models.py", MODELS)
        self.git("init", "-q")
        self.stage()

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def read(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def migration(
        self, revision: str, upgrade: str, downgrade: str | None = "pass", down: str = "0001"
    ) -> Path:
        """A revision whose functions have these bodies, and no downgrade() where that is None."""
        text = f'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "{revision}"\n'
        text += f'down_revision = "{down}"\n\n\ndef upgrade():\n    {upgrade}\n'
        if downgrade is not None:
            text += f"\n\ndef downgrade():\n    {downgrade}\n"
        return self.write(f"migrations/versions/{revision}.py", text)

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", str(self.root), *arguments], check=True)

    def stage(self) -> None:
        self.git("add", "--all")

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and ".git" not in path.parts and "__pycache__" not in path.parts
        }

    def fix(self, *select: str, **fixing: object) -> Outcome:
        [outcome] = fix(self.options(*select), FixOptions(**fixing))  # type: ignore[arg-type]
        return outcome

    def found(self, *select: str) -> list[str]:
        [report] = check(self.options(*select))
        return sorted(finding.code for finding in report.findings if finding.code != "LI005")

    def options(self, *select: str) -> CheckOptions:
        return CheckOptions(self.root, python=sys.executable, select=select)


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    return ProjectFolder(tmp_path / "an application")


def titles(outcome: Outcome) -> list[str]:
    return [f"{choice.finding.code} {choice.fix.title}" for choice in outcome.fixed]


def names(outcome: Outcome, project: ProjectFolder) -> list[str]:
    return [str(change.path.relative_to(project.root)) for change in outcome.changes]


def new_migration(outcome: Outcome) -> str:
    [change] = [change for change in outcome.changes if change.before is None]
    return change.path.read_text(encoding="utf-8")


def test_nothing_to_fix(project):
    before = project.files()

    outcome = project.fix()

    assert outcome.changes == ()
    assert outcome.report.findings == ()
    assert project.files() == before


def test_a_policy_index_goes_into_model_and_migration(project):
    project.write(
        "pyproject.toml",
        CONFIGURATION + '[tool.lint-indexes.indexes]\nix_two = "booking (id, status DESC)"\n',
    )
    project.stage()

    outcome = project.fix()

    assert titles(outcome) == ["LI101 add ix_two"]
    assert names(outcome, project)[0] == "models.py"
    assert project.read("models.py") == MODELS.lstrip("\n").replace(
        '"status"),\n    )', '"status"),\n        Index("ix_two", "id", text("status DESC")),\n    )'
    ).replace("Integer, String\n", "Integer, String, text\n")
    written = new_migration(outcome)
    assert "down_revision = '0001'" in written
    assert "with op.get_context().autocommit_block():" in written
    assert "op.drop_index('ix_two', table_name='booking', postgresql_concurrently=True)" in written
    assert outcome.report.findings == ()
    after = project.files()
    assert project.fix().changes == ()
    assert project.files() == after


def test_in_a_transaction_of_env_py_nothing_is_done_concurrently(project):
    project.write("migrations/env.py", ENV.replace(".connect()", ".begin()"))
    project.write(
        "pyproject.toml", CONFIGURATION + '[tool.lint-indexes.indexes]\nix_two = "booking (id, status)"\n'
    )
    project.migration(
        "0002", 'op.create_index("ix_id", "booking", ["id"])', 'op.drop_index("ix_id", "booking")'
    )
    project.stage()

    outcome = project.fix("LI101", "LI401")

    assert titles(outcome) == ["LI101 add ix_two"]
    assert "CONCURRENTLY" not in new_migration(outcome).upper()
    assert [one.reason.partition(",")[0] for one in outcome.left] == [
        "env.py begins a transaction around all migrations"
    ]
    assert "with a lock" in outcome.warnings[0]


def test_a_policy_index_that_differs_is_rebuilt(project):
    project.write(
        "pyproject.toml",
        CONFIGURATION + '[tool.lint-indexes.indexes]\nix_booking_status = "booking (status) INCLUDE (id)"\n',
    )
    project.stage()

    outcome = project.fix()

    assert set(titles(outcome)) == {"LI102 rebuild ix_booking_status as the policy has it"}
    assert 'Index("ix_booking_status", "status", postgresql_include=["id"])' in project.read("models.py")
    assert project.found() == []


def test_an_index_of_the_migrations_is_declared(project):
    project.migration(
        "0002",
        "with op.get_context().autocommit_block():\n"
        '        op.create_index("ix_made", "booking", ["status", "id"], postgresql_concurrently=True)',
        'op.drop_index("ix_made", "booking")',
    )
    project.stage()

    outcome = project.fix("LI2")

    assert names(outcome, project) == ["models.py"]
    assert 'Index("ix_made", "status", "id"),\n' in project.read("models.py")
    assert project.found("LI2") == []


def test_a_constraint_that_takes_the_place_of_another_hinders_nothing_else(project):
    """In CREATE TABLE, a primary key and a unique constraint on the same columns become one index."""
    project.migration(
        "0002",
        'op.create_unique_constraint("booking_id_key", "booking", ["id"])\n'
        '    op.create_index("ix_made", "booking", ["status", "id"])',
    )
    project.stage()

    outcome = project.fix("LI202")

    assert titles(outcome) == ["LI202 declare ix_made in the model"]
    assert ["booking_pkey" in one.reason for one in outcome.left] == [True]


def test_what_the_model_cannot_mean_is_not_migrated(project):
    constant = 'Index("ix_booking_status", "status", postgresql_where=text("false"))'
    models = MODELS.replace('Index("ix_booking_status", "status")', constant)
    project.write("models.py", models.replace("Integer, String", "Integer, String, text"))
    project.stage()

    outcome = project.fix("LI2", "LI505")

    assert outcome.changes == ()
    assert sorted(finding.code for finding in outcome.report.findings) == ["LI203", "LI505"]


def test_or_dropped_where_that_is_wanted(project):
    project.migration(
        "0002",
        'op.create_index("ix_made", "booking", ["status", "id"])',
        'op.drop_index("ix_made", "booking")',
    )
    project.stage()

    outcome = project.fix("LI2", drop_drift=True)

    assert titles(outcome) == ["LI202 drop ix_made"]
    assert project.read("models.py") == MODELS.lstrip("\n")
    assert "op.create_index('ix_made', 'booking', ['status', 'id']" in new_migration(outcome)
    assert project.found("LI2") == []


def test_what_postgresql_would_refuse_hinders_nothing_else(project):
    """Other objects depend on the constraint, so that it cannot be dropped."""
    project.migration(
        "0002",
        'op.create_unique_constraint("uq_status", "booking", ["status"])\n'
        '    op.create_table("stay", sa.Column("status", sa.String(20), sa.ForeignKey("booking.status")))\n'
        '    op.create_index("ix_made", "booking", ["status", "id"])',
    )
    stay = '\n\nclass Stay(Base):\n    __tablename__ = "stay"\n'
    stay += '    status = Column(ForeignKey("booking.status"))\n'
    stay += '    __mapper_args__ = {"primary_key": [status]}\n'
    project.write("models.py", MODELS + stay)
    project.stage()

    outcome = project.fix("LI202", drop_drift=True)

    assert titles(outcome) == ["LI202 drop ix_made"]
    assert ["other objects depend on it" in one.reason for one in outcome.left] == [True]


def test_drift_of_the_models_is_migrated_in_one_revision(project):
    models = MODELS.replace('Index("ix_booking_status", "status")', 'Index("ix_booking_state", "status")')
    models = models.replace("index=True)", "index=False)").replace(
        "id = Column(Integer, primary_key=True)\n    status",
        "id = Column(Integer, primary_key=True)\n    price = Column(Integer)\n    status",
    )
    project.write("models.py", models)
    project.migration(
        "0002",
        'op.add_column("booking", sa.Column("price", sa.Integer()))',
        'op.drop_column("booking", "price")',
    )
    project.write(
        "models.py",
        models.replace("primary_key=True)\n    price", "primary_key=True)\n    price").replace(
            "price = Column(Integer)", "price = Column(Integer, index=True)"
        ),
    )
    project.stage()

    outcome = project.fix("LI2", message="Catch up")

    assert set(titles(outcome)) == {
        "LI201 create ix_booking_price",
        "LI202 declare ix_booking_company_id in the model",
        "LI204 rename ix_booking_status to ix_booking_state",
    }
    written = new_migration(outcome)
    assert written.startswith('"""Catch up"""')
    assert "ALTER INDEX ix_booking_status RENAME TO ix_booking_state" in written
    assert "ALTER INDEX ix_booking_state RENAME TO ix_booking_status" in written
    assert project.found("LI2", "LI3") == []


def test_an_index_that_differs_is_rebuilt_as_the_model_has_it(project):
    project.write("models.py", MODELS.replace('"status"),', '"status", unique=True),'))
    project.stage()

    outcome = project.fix("LI2")

    assert titles(outcome) == ["LI203 rebuild ix_booking_status as the model has it"]
    assert new_migration(outcome).partition("def downgrade")[0].count("'ix_booking_status'") == 1
    assert project.found("LI2", "LI3", "LI4") == []


def test_a_foreign_key_gets_its_index_on_both_sides(project):
    project.write("models.py", MODELS.replace(", index=True)", ")"))
    project.write(
        "migrations/versions/0001_first.py",
        FIRST.replace('    op.create_index("ix_booking_company_id", "booking", ["company_id"])\n', ""),
    )
    project.stage()

    outcome = project.fix()

    assert titles(outcome) == ["LI103 add ix_booking_company_id"]
    assert project.found() == []


WITHOUT_ARGUMENTS = MODELS.replace(
    """    __table_args__ = (
        Index("ix_booking_status", "status"),
    )
""",
    "",
).replace("String(20))", "String(20), index=True)")


def test_an_index_of_a_column_is_a_flag_where_that_gives_its_name(project):
    project.write("models.py", WITHOUT_ARGUMENTS.replace(", index=True)\n", ")\n"))
    project.stage()

    outcome = project.fix("LI2")

    assert {code.split()[0] for code in titles(outcome)} == {"LI202"}
    assert project.read("models.py") == WITHOUT_ARGUMENTS.lstrip("\n")


def test_or_not_where_the_models_give_other_names(project):
    named = WITHOUT_ARGUMENTS.replace(", index=True)\n", ")\n").replace(
        "(DeclarativeBase):\n    pass",
        '(DeclarativeBase):\n    metadata = MetaData(naming_convention={"ix": "i_%(column_0_label)s"})',
    )
    computed = '"company"\n    __table_args__ = tuple([])\n'
    named = named.replace("Integer, String", "Integer, MetaData, String").replace('"company"\n', computed)
    project.write("models.py", named)
    project.migration("0002", 'op.create_index("ix_more", "company", [sa.text("(id + 1)")])')
    project.stage()

    outcome = project.fix("LI2")

    assert len(outcome.fixed) == 2
    assert ["computed" in one.reason for one in outcome.left] == [True]
    assert 'Index("ix_booking_status", "status"),' in project.read("models.py")
    assert project.found("LI2") == ["LI202"]


@pytest.mark.parametrize("downgrade", [None, "pass", 'op.drop_column("booking", "note")'])
def test_a_downgrade_is_written_or_completed(project, downgrade):
    path = project.migration(
        "0002",
        'op.add_column("booking", sa.Column("note", sa.Text()))\n'
        '    op.drop_index("ix_booking_status", "booking")\n'
        '    op.create_index("ix_booking_status", "booking", ["note"])\n'
        '    op.drop_index("ix_booking_status", "booking")',
        downgrade,
    )
    project.write("models.py", MODELS.replace('        Index("ix_booking_status", "status"),\n', ""))
    project.stage()
    before = path.read_text()

    outcome = project.fix("LI3")

    assert names(outcome, project) == ["migrations/versions/0002.py"]
    after = path.read_text()
    assert after.startswith(before.partition("\n\n\ndef downgrade")[0])
    assert "op.create_index('ix_booking_status', 'booking', ['status'], unique=False)" in after
    assert project.found("LI3") == []


def test_a_downgrade_that_lost_something_for_good_is_left(project):
    project.migration(
        "0002", "op.execute(\"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'\")", None
    )
    project.stage()

    outcome = project.fix("LI301")

    assert outcome.changes == ()
    assert [finding.code for finding in outcome.report.findings] == ["LI301"]


def test_revisions_up_to_since_are_left_alone(project):
    project.write("pyproject.toml", "[tool.lint-indexes]\n")
    project.migration("0002", 'op.create_index("ix_made", "booking", ["id", "status"])', None)
    project.stage()

    outcome = project.fix("LI301", "LI401")

    assert outcome.changes == ()
    assert outcome.unsafe == 2


def test_a_lock_is_taken_out_of_a_new_migration(project):
    path = project.migration(
        "0002",
        'op.create_index("ix_made", "booking", ["status", "id"])  # fast',
        'op.drop_index("ix_made", "booking")',
    )
    project.stage()

    outcome = project.fix("LI4")

    assert titles(outcome) == ["LI401 rewrite line 9 without a lock"]
    assert path.read_text().count("postgresql_concurrently=True)  # fast\n") == 1
    assert project.found("LI3", "LI4") == []


def test_a_constraint_is_made_of_an_index_where_that_is_allowed(project):
    project.migration(
        "0002",
        'op.create_unique_constraint("uq_status", "booking", ["status", "id"])',
        'op.drop_constraint("uq_status", "booking")',
    )
    project.stage()

    assert project.fix("LI405").unsafe == 1
    outcome = project.fix("LI405", unsafe=True)

    assert "ADD CONSTRAINT uq_status UNIQUE USING INDEX uq_status" in outcome.changes[0].after.decode()
    assert project.found("LI3", "LI401", "LI405") == []


def test_a_lock_that_is_still_taken_gets_a_timeout(project):
    path = project.migration(
        "0002",
        'op.add_column("booking", sa.Column("note", sa.Text()))\n'
        '    op.create_index("ix_made", "booking", ["status", "id"])\n'
        "    with op.batch_alter_table('booking') as batch:\n"
        "        batch.alter_column('note', nullable=False)",
        'op.drop_index("ix_made", "booking")\n    op.drop_column("booking", "note")',
    )
    project.stage()
    before = path.read_text()
    timeout = "    op.execute(\"SET LOCAL lock_timeout = '5s'\")\n"

    outcome = project.fix("LI401", "LI406", unsafe=True)

    assert [code.split()[0] for code in titles(outcome)] == ["LI401", "LI406"]
    after = path.read_text()
    assert f"{timeout}    op.add_column" in after
    assert f"{timeout}    with op.batch_alter_table" in after
    assert len(after.splitlines()) == len(before.splitlines()) + 4
    assert project.found("LI401", "LI406") == []
    project.stage()
    assert project.fix("LI401", "LI406", unsafe=True).changes == ()


def test_what_is_there_twice_goes(project):
    project.write(
        "models.py", MODELS.replace('"status"),', '"status"),\n        Index("ix_again", "status"),  # why?')
    )
    project.migration(
        "0002", 'op.create_index("ix_again", "booking", ["status"])', 'op.drop_index("ix_again")'
    )
    project.stage()

    outcome = project.fix("LI5")

    assert titles(outcome) == ["LI501 drop ix_again"]
    assert "ix_again" not in project.read("models.py")
    assert project.found("LI2", "LI5") == []


def test_what_a_fix_brings_about_is_mended_in_the_same_run(project):
    """The index of the policy makes a shorter one superfluous."""
    project.write(
        "pyproject.toml",
        CONFIGURATION + '[tool.lint-indexes.indexes]\nix_both = "booking (status, id)"\n',
    )
    project.stage()

    outcome = project.fix(unsafe=True)

    assert titles(outcome) == ["LI101 add ix_both", "LI502 drop ix_booking_status"]
    assert "ix_booking_status" not in project.read("models.py")
    assert new_migration(outcome).startswith('"""create ix_both, drop ix_booking_status"""')
    project.stage()
    assert project.fix(unsafe=True).changes == ()


@pytest.mark.parametrize("declared", [True, False])
def test_an_index_of_another_name_is_renamed_as_the_policy_has_it(project, declared):
    project.write(
        "pyproject.toml",
        CONFIGURATION + '[tool.lint-indexes.indexes]\nix_new = "booking (status, id)"\n',
    )
    project.migration(
        "0002",
        'op.create_index("ix_old", "booking", ["status", "id"])',
        'op.drop_index("ix_old", table_name="booking")',
    )
    if declared:
        project.write(
            "models.py",
            MODELS.replace('"status"),', '"status"),\n        Index("ix_old", "status", "id"),  # for lists'),
        )
    project.stage()

    outcome = project.fix("LI101", "LI2", "LI501")

    assert project.found("LI101", "LI2", "LI3", "LI501") == []
    assert titles(outcome) == ["LI101 rename ix_old to ix_new"]
    assert 'Index("ix_new", "status", "id"),' in project.read("models.py")
    assert ("# for lists" in project.read("models.py")) is declared
    assert "ix_old" not in project.read("models.py")
    upgrade, _, downgrade = new_migration(outcome).partition("def downgrade")
    assert "op.execute('ALTER INDEX ix_old RENAME TO ix_new')" in upgrade
    assert "op.execute('ALTER INDEX ix_new RENAME TO ix_old')" in downgrade
    assert "create_index" not in new_migration(outcome)
    project.stage()
    assert project.fix("LI101", "LI2", "LI501").changes == ()


def test_what_the_policy_requires_twice_is_for_people_to_change(project):
    project.write(
        "pyproject.toml",
        CONFIGURATION
        + '[tool.lint-indexes.indexes]\nix_one = "booking (id, status)"\nix_two = "booking (id, status)"\n',
    )
    project.stage()

    outcome = project.fix("LI101", "LI501")

    assert outcome.changes == ()
    assert {(one.finding.code, "LI501" in one.reason) for one in outcome.left} == {("LI101", True)}


def test_fixes_that_lead_to_what_cannot_be_mended_are_given_up_alone(project):
    """The index of the loop would be there twice, and code that may make others is not edited."""
    loop = '\n\nfor name in ("ix_old",):\n    Index(name, Booking.status, Booking.id)\n'
    project.write("models.py", MODELS + loop)
    project.write(
        "pyproject.toml",
        CONFIGURATION + '[tool.lint-indexes.indexes]\nix_new = "booking (status, id)"\n',
    )
    project.migration("0002", 'op.create_index("ix_other", "company", [sa.text("(id + 1)")])')
    project.stage()

    outcome = project.fix("LI101", "LI2", "LI501")

    assert titles(outcome) == ["LI202 declare ix_other in the model"]
    assert {(one.finding.code, "LI501" in one.reason) for one in outcome.left} == {
        ("LI101", True),
        ("LI201", True),
    }
    assert "ix_new" not in project.read("models.py")


def test_idle_comments_go_when_all_else_is_done(project):
    project.migration(
        "0002",
        'op.create_index("ix_made", "booking", ["status", "id"])'
        "  # lint-indexes: ignore[LI402, LI306] it is small\n"
        "    # lint-indexes: ignore[LI304] nothing is there\n"
        '    op.execute("SELECT 1")',
        'op.drop_index("ix_made", "booking")',
    )
    project.stage()

    outcome = project.fix()

    assert {code.split()[0] for code in titles(outcome)} == {"LI002", "LI202", "LI401"}
    text = project.read("migrations/versions/0002.py")
    assert "ignore" not in text
    assert "postgresql_concurrently=True)\n" in text
    assert project.found("LI0", "LI2", "LI4") == []


def test_a_comment_that_may_be_misspelt_is_left_to_people(project):
    project.migration("0002", 'op.execute("SELECT 1")  # lint-indexes: ignore[LI999] who knows')
    project.stage()

    assert project.fix("LI002").unsafe == 1
    project.fix("LI002", unsafe=True)
    assert "who knows" not in project.read("migrations/versions/0002.py")


def test_heads_are_merged(project):
    project.migration("0002", "pass")
    project.migration("0003", "pass")
    project.stage()

    outcome = project.fix("LI601")

    assert "down_revision = ('0002', '0003')" in new_migration(outcome)
    assert project.found("LI601") == []


def test_a_diff_writes_nothing(project):
    project.write("models.py", MODELS.replace('"status"),', '"status", "id"),'))
    project.stage()
    before = project.files()

    outcome = project.fix(diff=True)

    assert len(outcome.changes) == 1
    assert project.files() == before
    assert [finding.code for finding in outcome.report.findings] == ["LI203"]


def test_unstaged_edits_are_not_mixed_with_a_fix(project):
    project.migration("0002", 'op.create_index("ix_made", "booking", ["status", "id"])')
    project.stage()
    project.write("models.py", MODELS + "\n# under way\n")
    before = project.files()

    outcome = project.fix("LI202")

    assert outcome.changes == ()
    assert [(one.finding.code, "not staged" in one.reason) for one in outcome.left] == [("LI202", True)]
    assert project.files() == before


def test_what_the_model_has_no_columns_for_is_not_declared(project):
    project.migration(
        "0002",
        'op.execute("ALTER TABLE booking ADD COLUMN note text")\n'
        '    op.create_index("ix_note", "booking", ["note"])',
    )
    project.stage()

    outcome = project.fix("LI202")

    assert outcome.changes == ()
    assert [finding.fixable for finding in outcome.report.findings] == [False]


def test_a_fix_that_would_break_the_models_is_given_up(project):
    project.write(
        "models.py",
        MODELS.replace(
            "class Booking(Base):",
            "class Checked:\n"
            "    def __init_subclass__(cls, **keywords):\n"
            "        super().__init_subclass__(**keywords)\n"
            "        if len(cls.__table_args__) > 1:\n"
            "            raise TypeError('one index is enough')\n\n\n"
            "class Booking(Checked, Base):",
        ),
    )
    project.migration("0002", 'op.create_index("ix_made", "booking", ["status", "id"])')
    project.stage()
    before = project.files()

    outcome = project.fix("LI202")

    assert outcome.changes == ()
    assert ["one index is enough" in one.reason for one in outcome.left] == [True]
    assert project.files() == before


def test_without_git(project, tmp_path):
    project.root.joinpath(".git").rename(tmp_path / "elsewhere")
    project.write("models.py", MODELS.replace('"status"),', '"status", "id"),'))

    assert len(project.fix("LI2").changes) == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(project):
    project.migration("0002", 'op.create_index("ix_made", "booking", ["status", "id"])')
    project.write("models.py", MODELS.replace('"status"),', '"status"),\n        Index("ix_new", "id"),'))
    project.stage()
    before = project.files()
    versions = project.root / "migrations/versions"
    versions.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(LintIndexesError, match="nothing was changed"):
            project.fix("LI2")
    finally:
        versions.chmod(stat.S_IRWXU)

    assert project.files() == before


def test_a_folder_that_is_read_only(project, monkeypatch):
    project.migration("0002", 'op.create_index("ix_made", "booking", ["status", "id"])')
    project.write("models.py", MODELS.replace('"status"),', '"status"),\n        Index("ix_new", "id"),'))
    project.stage()
    before = project.files()
    real = tempfile.mkstemp

    def refuse(*arguments: Any, **keywords: Any) -> Any:
        if "dir" in keywords and keywords["dir"].name == "versions":
            raise OSError(errno.EROFS, "Read-only file system")
        return real(*arguments, **keywords)

    monkeypatch.setattr("tempfile.mkstemp", refuse)

    with pytest.raises(LintIndexesError, match=r"versions.*: Read-only file system; nothing was changed"):
        project.fix("LI2")

    assert project.files() == before


def test_tabs_crlf_file_names_and_templates_are_the_project_s(project):
    """The models have tabs and CRLF, migrations are dated, in a second folder, and import what they like."""
    project.write(
        "alembic.ini",
        "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n"
        "version_locations = %(here)s/migrations/versions:%(here)s/later\n"
        "version_path_separator = :\n"
        "file_template = %%(year)d_%%(month).2d_%%(rev)s_%%(slug)s\n",
    )
    project.write(
        "later/2026_01_0002.py", project.migration("0002", 'op.execute("SELECT 1")').read_text()
    ).touch()
    (project.root / "migrations/versions/0002.py").unlink()
    project.write("helpers.py", "from sqlalchemy import text as sql\n")
    project.write(
        "migrations/script.py.mako", TEMPLATE.replace("from alembic", "from helpers import sql\nfrom alembic")
    )
    models = MODELS.lstrip("\n").replace("    ", "\t").replace("\n", "\r\n")
    (project.root / "models.py").write_bytes(models.encode())
    project.write(
        "pyproject.toml",
        '[tool.lint-indexes]\nsince = "0002"\n[tool.lint-indexes.indexes]\nix_two = "booking (id, status)"\n',
    )
    project.stage()

    outcome = project.fix()

    assert [code.split()[0] for code in titles(outcome)] == ["LI101"]
    wanted = models.replace('"status"),\r\n', '"status"),\r\n\t\tIndex("ix_two", "id", "status"),\r\n')
    assert (project.root / "models.py").read_bytes() == wanted.encode()
    [new] = [change for change in outcome.changes if change.before is None]
    assert re.fullmatch(r"later/\d{4}_\d\d_\w+_create_ix_two\.py", str(new.path.relative_to(project.root)))
    assert b"from helpers import sql\n" in new.after
    project.stage()
    assert project.fix().changes == ()


def test_a_disk_that_is_full(project, monkeypatch):
    project.migration("0002", 'op.create_index("ix_made", "booking", ["status", "id"])')
    project.write("models.py", MODELS.replace('"status"),', '"status"),\n        Index("ix_new", "id"),'))
    project.stage()
    before = project.files()
    real = os.fdopen
    opened: list[int] = []

    def full(descriptor: int, mode: str, *rest: object) -> object:
        opened.append(descriptor)
        if len(opened) > 1:
            os.close(descriptor)
            raise OSError(28, "No space left on device")
        return real(descriptor, mode, *rest)  # type: ignore[call-overload]

    outcome = project.fix("LI2", diff=True)
    assert len(outcome.changes) == 2
    monkeypatch.setattr("lint_indexes.sources.files.os.fdopen", full)

    with pytest.raises(LintIndexesError, match="No space left on device; nothing was changed"):
        project.fix("LI2")

    assert project.files() == before


def test_a_hook_that_formats_runs_last(project):
    project.write(
        "alembic.ini",
        "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n[post_write_hooks]\nhooks = mark\n"
        "mark.type = exec\nmark.executable = sed\n"
        "mark.options = -i s/import/import/ REVISION_SCRIPT_FILENAME\n",
    )
    project.write("models.py", MODELS.replace('"status"),', '"status", "id"),'))
    project.stage()

    assert project.fix("LI2").warnings == ()
    project.write("alembic.ini", project.read("alembic.ini").replace("= sed", "= no-such-program"))
    project.write("models.py", MODELS)
    project.stage()
    outcome = project.fix("LI2")

    assert len(outcome.warnings) == 1
    assert "a post-write hook failed" in outcome.warnings[0]
    assert project.found("LI2") == []
