"""A small project judged in other environments than ours: the rows of matrix.toml, as far as they can be had.

The rest of the suite runs the newest SQLAlchemy and Alembic; nox runs more tests in each of these.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from lint_indexes.probe.executables import python_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
MATRIX = tomllib.loads((ROOT / "tests" / "matrix.toml").read_text(encoding="utf-8"))

FILES = {
    "pyproject.toml": """
        [tool.lint-indexes.indexes]
        ix_booking_status_scheduled = "booking (status, scheduled)"
        """,
    "alembic.ini": """
        [alembic]
        script_location = migrations
        prepend_sys_path = .
        """,
    "models.py": """
        import enum

        from sqlalchemy import Column, DateTime, Enum, ForeignKey, Index, Integer, MetaData
        from sqlalchemy.orm import declarative_base

        conventions = {"uq": "uq_%(table_name)s_%(column_0_name)s"}
        Base = declarative_base(metadata=MetaData(naming_convention=conventions))


        class Status(enum.Enum):
            PENDING = 1


        class Company(Base):
            __tablename__ = "company"
            id = Column(Integer, primary_key=True)
            number = Column(Integer, unique=True)


        class Booking(Base):
            __tablename__ = "booking"
            __table_args__ = (
                Index("ix_booking_company", "company_id", postgresql_include=["scheduled"]),
            )
            id = Column(Integer, primary_key=True)
            status = Column(Enum(Status))
            scheduled = Column(DateTime(timezone=True))
            company_id = Column(ForeignKey("company.id"))
        """,
    "migrations/env.py": """
        from alembic import context
        from models import Base
        from sqlalchemy import engine_from_config, pool

        engine = engine_from_config({"sqlalchemy.url": "postgresql://h/nowhere"}, poolclass=pool.NullPool)
        with engine.connect() as connection:
            context.configure(connection=connection, target_metadata=Base.metadata)
            with context.begin_transaction():
                context.run_migrations()
        """,
    "migrations/versions/0001.py": """
        import sqlalchemy as sa
        from alembic import op

        revision = "0001"
        down_revision = None


        def upgrade():
            op.create_table(
                "company",
                sa.Column("id", sa.Integer(), primary_key=True),
                sa.Column("number", sa.Integer()),
            )
            op.create_table(
                "booking",
                sa.Column("id", sa.Integer(), primary_key=True),
                sa.Column("status", sa.Enum("PENDING", name="status")),
                sa.Column("scheduled", sa.DateTime(timezone=True)),
                sa.Column("company_id", sa.Integer(), sa.ForeignKey("company.id")),
            )
            with op.batch_alter_table("company") as batch:
                batch.create_unique_constraint(None, ["number"])
            op.create_index("ix_booking_status_scheduled", "booking", ["status", "scheduled"])


        def downgrade():
            op.drop_table("booking")
            op.drop_table("company")
            sa.Enum(name="status").drop(op.get_bind(), checkfirst=True)
        """,
    "migrations/versions/0002.py": """
        import sqlalchemy as sa
        from alembic import op

        revision = "0002"
        down_revision = "0001"


        def upgrade():
            for index in sa.inspect(op.get_bind()).get_indexes("booking"):
                op.drop_index(index["name"], table_name="booking")
            with op.get_context().autocommit_block():
                op.create_index("ix_booking_company", "booking", ["company_id"], postgresql_concurrently=True)


        def downgrade():
            op.drop_index("ix_booking_company", table_name="booking")
        """,
}
RULES = "LI004,LI101,LI102,LI201,LI202,LI203,LI204,LI205,LI303,LI304,LI306"
FINDINGS = {
    ("LI101", "ix_booking_status_scheduled", "migrations/versions/0002.py", 10),
    ("LI203", "ix_booking_company", "models.py", 23),
    ("LI303", None, "migrations/versions/0002.py", 15),
}


@dataclass(frozen=True)
class Row:
    """An environment to make: the interpreter, and what to install."""

    python: str
    sqlalchemy: str
    alembic: str

    @property
    def name(self) -> str:
        return f"SQLAlchemy {self.sqlalchemy}, Alembic {self.alembic}"


def installed(version: str) -> str | None:
    """An interpreter of a version, from the PATH or from pyenv, None if there is none that starts."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates = [
        shutil.which(f"python{version}"),
        *sorted(map(str, pyenv.glob(f"versions/{version}.*/bin/python"))),
    ]
    code = f"import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != {version!r})"
    for python in filter(None, candidates):
        if subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0:
            return python
    return None


def rows() -> list[Row]:
    """All but the newest, which the rest of the suite runs.

    Where its interpreter is missing, a row takes ours, with a release of the same series that may be newer.
    """
    found = []
    for row in MATRIX["project"][:-1]:
        python = installed(row["python"])
        if python is None:
            versions = (re.sub(r"(\d+\.\d+)\..*", r"\1.*", row[name]) for name in ("sqlalchemy", "alembic"))
            found.append(Row(sys.executable, *versions))
        else:
            found.append(Row(python, row["sqlalchemy"], row["alembic"]))
    return found


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> dict[Row, Path]:
    """The interpreter of each row's environment; they are made side by side."""
    folder = tmp_path_factory.mktemp("environments")
    listed = rows()
    with ThreadPoolExecutor(len(listed)) as pool:
        made = pool.map(make, listed, (folder / str(number) for number in range(len(listed))))
        return dict(zip(listed, made, strict=True))


def make(row: Row, folder: Path) -> Path:
    subprocess.run([row.python, "-m", "venv", folder], check=True, capture_output=True)
    python = python_of(folder)
    # Compiling takes longer than the few runs that there will be.
    command = [python, "-m", "pip", "install", "--quiet", "--no-compile"]
    versions = [f"SQLAlchemy=={row.sqlalchemy}", f"alembic=={row.alembic}"]
    subprocess.run([*command, *versions], check=True, capture_output=True)
    return python


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(r"^ {8}", "", text.lstrip("\n"), flags=re.MULTILINE))
    return folder


def test_the_verdict_is_the_same_in_every_environment(environments: dict[Row, Path], project: Path) -> None:
    assert len(environments) >= 2
    for row, python in environments.items():
        command = [
            sys.executable,
            "-m",
            "lint_indexes",
            "--python",
            python,
            "--output-format",
            "json",
            "--verbose",
        ]
        run = subprocess.run(
            [*command, "--select", RULES], cwd=project, capture_output=True, text=True, check=False
        )

        assert run.returncode == 1, (row.name, run.stderr)
        for version in (row.sqlalchemy, row.alembic):
            assert f" {version.rstrip('.*')}" in run.stderr, row.name
        report = json.loads(run.stdout)
        found = {
            (each["code"], each["index"], each["location"]["path"], each["location"]["line"])
            for each in report["findings"]
        }
        assert found == FINDINGS, row.name
        assert report["coverage"]["uncertain"] == [], row.name


def test_the_first_row_is_the_oldest_that_is_supported() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    oldest = MATRIX["project"][0]
    for name in ("sqlalchemy", "alembic"):
        [bound] = [text for text in pyproject["project"]["dependencies"] if text.lower().startswith(name)]
        assert oldest[name].startswith(bound.partition(">=")[2])
    classifiers = re.findall(r"Python :: (3\.\d+)", "\n".join(pyproject["project"]["classifiers"]))
    assert MATRIX["tool"] == classifiers
