"""``--base``: single migrations are judged only where the branch adds them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lint_indexes.commands.check import check
from lint_indexes.commands.options import CheckOptions
from lint_indexes.errors import LintIndexesError

FILES = {
    "pyproject.toml": "[tool.lint-indexes]\n",
    "alembic.ini": "[alembic]\nscript_location = migrations\n",
    "migrations/env.py": """
import sqlalchemy as sa
from alembic import context

with sa.create_engine("postgresql://").connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
""",
    "migrations/versions/0001_first.py": """
from alembic import op

revision = "0001"
down_revision = None


# lint-indexes: ignore[LI303] it is not judged here
def upgrade():
    op.execute("CREATE TABLE booking (id bigint PRIMARY KEY, status text)")
""",
}
SECOND = """
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_index("ix_booking_status", "booking", ["status"])
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository whose main has the first migration, and whose working tree has a second one."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git = ("git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org")
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "first")):
        subprocess.run([*git, *arguments], check=True)
    tmp_path.joinpath("migrations/versions/0002_second.py").write_text(SECOND)
    return tmp_path


def found(project: Path, base: str | None) -> list[tuple[str, str | None]]:
    options = CheckOptions(project, python=sys.executable, select=("LI002", "LI3"), base=base)
    (report,) = check(options)
    return sorted((finding.code, finding.violation.subject.revision) for finding in report.findings)


def test_without_base_every_revision_is_judged(project: Path) -> None:
    assert found(project, None) == [("LI002", "0001"), ("LI301", "0001"), ("LI301", "0002")]


def test_with_base_only_what_the_branch_adds(project: Path) -> None:
    assert found(project, "main") == [("LI301", "0002")]


def test_the_baseline_of_other_revisions_is_not_called_stale(project: Path) -> None:
    entry = '{"code": "LI301", "revision": "0001", "path": "migrations/versions/0001_first.py"}'
    text = f'{{"version": 1, "accepted": [\n{entry},\nnull\n]}}\n'
    project.joinpath(".lint-indexes-baseline.json").write_text(text)
    assert found(project, None) == [("LI002", "0001"), ("LI301", "0002")]
    assert found(project, "main") == [("LI301", "0002")]


def test_an_unknown_base(project: Path) -> None:
    with pytest.raises(LintIndexesError, match="git knows no commit 'nowhere'"):
        found(project, "nowhere")
