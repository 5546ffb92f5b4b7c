"""The matrix of versions in tests/matrix.toml: pipx run nox; docs/development.md says more."""

from __future__ import annotations

import os
from pathlib import Path

import nox

MATRIX = nox.project.load_toml("tests/matrix.toml")
ROWS = [
    nox.param(row, id=f"{row['python']}-{row['sqlalchemy']}-{row['alembic']}") for row in MATRIX["project"]
]
# These tests start the project's interpreter: all that depends on its versions is in them.
TESTS_OF_PROJECT = ("tests/probe",)
AT_ONCE = ("-n", "auto", "--maxprocesses", "8", "--dist", "loadfile")

nox.needs_version = ">=2024.4.15"
nox.options.error_on_missing_interpreters = False


@nox.session(python=MATRIX["tool"])
def tool(session: nox.Session) -> None:
    """All tests, with the tool on another Python."""
    session.install("--editable", ".[dev]")
    session.run("python", "-m", "pytest", *AT_ONCE, *session.posargs)


@nox.session
@nox.parametrize("row", ROWS)
def project(session: nox.Session, row: dict[str, str]) -> None:
    """The tests that run a project's code, with that project on another Python, SQLAlchemy and Alembic."""
    session.install("--editable", ".[dev]")
    # Absolute: tests start it from folders of their own.
    folder = Path(session.create_tmp(), "project").resolve()
    session.run(f"python{row['python']}", "-m", "venv", "--clear", str(folder), external=True)
    python = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
    versions = (
        f"SQLAlchemy=={row['sqlalchemy']}",
        f"alembic=={row['alembic']}",
        "Flask-Migrate",
        "setuptools",
    )
    session.run(python, "-m", "pip", "install", "--quiet", *versions, external=True)
    arguments = session.posargs or TESTS_OF_PROJECT
    session.run("python", "-m", "pytest", *AT_ONCE, *arguments, env={"LINT_INDEXES_PROBE_PYTHON": python})
