"""``--add-ignores``: comments for what stands today, in the files of a project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lint_indexes.commands.check import check
from lint_indexes.commands.ignores import Ignored, write_ignores
from lint_indexes.commands.options import CheckOptions
from lint_indexes.errors import LintIndexesError

MODELS = """\
from sqlalchemy import Column, Index, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Booking(Base):
\t__tablename__ = "booking"
\t__table_args__ = (
\t\tIndex("ix_a", "status"),  # caf\xe9
\t\tIndex("ix_b", "status"),
\t)
\tid = Column(Integer, primary_key=True)
\tstatus = Column(Integer)
"""
FILES = {
    "pyproject.toml": '[tool.lint-indexes]\nmetadata = "models:Base"\n'
    '[tool.lint-indexes.indexes]\nix_policy = "booking (status, id)"\n',
    "alembic.ini": "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n",
    "migrations/env.py": "from alembic import context\n\ncontext.configure(url='postgresql://')\n",
    "migrations/versions/0001_first.py": """\
revision = "0001"
down_revision = None

from alembic import op


def upgrade():
    op.execute('''
        CREATE TABLE booking (id integer PRIMARY KEY, status integer)
    ''')
    op.execute("CREATE INDEX ix_by_hand ON booking (id, status)")
""",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    content = ("# -*- coding: latin-1 -*-\n" + MODELS).replace("\n", "\r\n")
    tmp_path.joinpath("models.py").write_bytes(content.encode("latin-1"))
    return tmp_path


def options(project: Path, *files: Path) -> CheckOptions:
    selected = ("LI0", "LI101", "LI2", "LI3", "LI501")
    return CheckOptions(project, python=sys.executable, select=selected, files=files)


def left(outcome: Ignored) -> list[tuple[str, str]]:
    return [(one.finding.code, one.reason) for one in outcome.left]


@pytest.mark.parametrize("repository", [True, False])
def test_all_that_has_a_line_is_suppressed(
    project: Path, repository: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    if repository:
        subprocess.run(["git", "init", "-q", project], check=True)
    before = project.joinpath("models.py").read_bytes()
    (outcome,) = write_ignores(options(project), "they  were there\nbefore")
    assert left(outcome) == [("LI101", "such a file takes no comments")]
    assert {path.name for path in outcome.files} == {"models.py", "0001_first.py"}
    (report,) = check(options(project))
    assert [finding.code for finding in report.findings] == ["LI101"]
    assert report.suppressed == outcome.findings > 3

    after = project.joinpath("models.py").read_bytes()
    new = [line for line in after.splitlines(keepends=True) if b"lint-indexes" in line]
    assert b"".join(line for line in after.splitlines(keepends=True) if line not in new) == before
    assert all(line.startswith(b"\t\t# lint-indexes: ignore[") for line in new)
    assert all(line.endswith(b"] they were there before\r\n") for line in new)
    assert 'revision = "0001"  # lint-indexes: ignore[LI301]' in (
        project.joinpath("migrations/versions/0001_first.py").read_text()
    )

    (second,) = write_ignores(options(project), "another reason")
    assert (second.findings, second.comments, second.files) == (0, 0, ())
    assert project.joinpath("models.py").read_bytes() == after


def test_named_files_only(project: Path) -> None:
    (outcome,) = write_ignores(options(project, project / "migrations"))
    assert {path.name for path in outcome.files} == {"0001_first.py"}


def test_files_that_are_not_the_project_s(project: Path) -> None:
    subprocess.run(["git", "init", "-q", project], check=True)
    project.joinpath(".gitignore").write_text("models.py\n")
    before = project.joinpath("models.py").read_bytes()
    (outcome,) = write_ignores(options(project))
    assert ("LI201", "git ignores the file, or it is not in the project's repository") in left(outcome)
    assert project.joinpath("models.py").read_bytes() == before


def test_models_of_an_installed_package(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project / "vendor" / "site-packages"
    folder.mkdir(parents=True)
    project.joinpath("models.py").rename(folder / "real_models.py")
    project.joinpath("models.py").symlink_to(folder / "real_models.py")
    (outcome,) = write_ignores(options(project, project / "models.py"))
    assert ("LI201", "the file belongs to an installed package") in left(outcome)
    assert project / "models.py" not in outcome.files
    assert b"lint-indexes" not in folder.joinpath("real_models.py").read_bytes()


def test_a_reason_that_the_encoding_lacks(project: Path) -> None:
    (outcome,) = write_ignores(options(project, project / "models.py"), "它们一直在那里")
    assert ("LI201", "no comment can be placed there") in left(outcome)
    assert {path.name for path in outcome.files} <= {"0001_first.py"}


def test_nothing_is_written_where_a_file_cannot_be(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lint_indexes.sources.files._staged", refuse)
    before = {path: path.read_bytes() for path in project.rglob("*.py")}
    with pytest.raises(LintIndexesError, match="nothing was changed"):
        write_ignores(options(project))
    assert {path: path.read_bytes() for path in project.rglob("*.py")} == before
