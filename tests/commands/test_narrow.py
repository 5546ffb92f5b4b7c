"""Files as arguments: fewer findings of the same judgement."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lint_indexes.commands.check import check
from lint_indexes.commands.narrow import narrow
from lint_indexes.commands.options import CheckOptions
from lint_indexes.errors import LintIndexesError
from lint_indexes.findings import Finding, OpenQuestion, Related, Severity, Violation
from lint_indexes.model.origin import Origin, Source
from lint_indexes.report import Report


def finding(message: str, path: str | None, *related: str, source: Source = Source.MODELS) -> Finding:
    places = tuple(Related(Origin(Source.MIGRATIONS, other, 1), "there") for other in related)
    violation = Violation(message, Origin(source, path, 1), related=places)
    return Finding("LI201", "model-index-not-migrated", Severity.ERROR, violation)


@pytest.fixture
def report(tmp_path: Path) -> Report:
    """Findings in the files a, b/c and b/d; one is about b/c, and related to a."""
    a, c, d = (str(tmp_path / name) for name in ("a.py", "b/c.py", "b/d.py"))
    findings = (
        finding("in a", a),
        finding("in c, by a", c, a),
        finding("in d", d),
        finding("of the policy", str(tmp_path / "pyproject.toml"), source=Source.POLICY),
        finding("nowhere", None),
    )
    questions = (OpenQuestion("of d", Origin(Source.MODELS, d, 1)), OpenQuestion("of all", None))
    return Report(tmp_path, findings, open_questions=questions, notes=("a note",))


@pytest.mark.parametrize(
    ("files", "left"),
    [
        (("a.py",), {"in a", "in c, by a"}),
        (("b/c.py",), {"in c, by a"}),
        (("b",), {"in c, by a", "in d"}),
        (("b/d.py", "a.py"), {"in a", "in c, by a", "in d"}),
        (("b/other.py",), set()),
        (("a",), set()),
        (("linked.py",), {"in a", "in c, by a"}),
    ],
)
def test_what_is_left(report: Report, files: tuple[str, ...], left: set[str]) -> None:
    report.root.joinpath("a.py").touch()
    report.root.joinpath("linked.py").symlink_to("a.py")
    narrowed = narrow(report, [report.root / name for name in files])
    always = {"of the policy", "nowhere"}
    assert {one.violation.message for one in narrowed.findings} == left | always
    assert narrowed.elsewhere == 3 - len(left)


def test_comparisons_that_could_not_be_decided(report: Report) -> None:
    narrowed = narrow(report, [report.root / "a.py"])
    assert [question.message for question in narrowed.open_questions] == ["of all"]
    assert narrow(report, [report.root / "b"]).open_questions == report.open_questions


def test_without_files_all_is_reported(report: Report) -> None:
    assert narrow(report, []) is report


FILES = {
    "pyproject.toml": '[tool.lint-indexes]\nmetadata = "models:Base"\n',
    "alembic.ini": "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n",
    "migrations/env.py": "from alembic import context\n\ncontext.configure(url='postgresql://')\n",
    "models.py": """
from sqlalchemy import Column, Index, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Booking(Base):
    __tablename__ = "booking"

    id = Column(Integer, primary_key=True)
    status = Column(Integer, index=True)
""",
    "migrations/versions/0001_first.py": """
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE booking (id integer PRIMARY KEY, status integer)")
    op.execute("CREATE INDEX ix_by_hand ON booking (id, status)")
""",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a folder below the one that is worked in."""
    for name, text in FILES.items():
        path = tmp_path / "backend" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def found(*files: str) -> set[str]:
    options = CheckOptions(
        python=sys.executable,
        select=("LI201", "LI202", "LI301"),
        files=tuple(Path(name) for name in files),
    )
    return {one.code for report in check(options) for one in report.findings}


@pytest.mark.parametrize("repository", [True, False])
def test_paths_from_a_folder_above_the_configuration(
    project: Path, monkeypatch: pytest.MonkeyPatch, repository: bool
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    if repository:
        subprocess.run(["git", "init", "-q"], check=True)
    # LI202 stands in the migration, and is about the model that lacks the index.
    assert found("backend/models.py") == {"LI201", "LI202"}
    assert found("backend/migrations") == {"LI202", "LI301"}
    assert found("backend/migrations/env.py") == set()


def test_paths_from_a_folder_below_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "backend" / "migrations")
    assert found("../models.py") == {"LI201", "LI202"}
    assert found("versions/0001_first.py") == {"LI202", "LI301"}


def test_files_without_any_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    tmp_path.joinpath("models.py").touch()
    with pytest.raises(LintIndexesError, match="no configuration"):
        found("models.py")
