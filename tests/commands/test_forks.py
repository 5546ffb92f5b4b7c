"""``--base`` and LI602: what the branch and its base would be when merged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lint_indexes.commands.check import check
from lint_indexes.commands.options import CheckOptions
from lint_indexes.findings import Violation
from lint_indexes.report import Skipped

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
}


class Repository:
    """A project in a repository; migrations are added to whatever is checked out."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.git("init", "-q", "-b", "main")
        for name, text in FILES.items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.add("a")
        self.add("b", "a")
        self.commit()
        self.git("branch", "work")

    def git(self, *arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", self.top, *identity, *arguments], check=True, capture_output=True)

    def path(self, revision: str) -> Path:
        return self.top / "migrations" / "versions" / f"{revision}_migration.py"

    def add(self, revision: str, *parents: str, labels: str | None = None, depends_on: str = "") -> None:
        path = self.path(revision)
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            f"revision: str = {revision!r}\ndown_revision = {parents!r}\nbranch_labels = {labels!r}\n"
            f"depends_on = {depends_on or None!r}\n\n\n"
            "def upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n"
        )

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "-q", "-m", "migrations")

    def switch(self, branch: str) -> None:
        self.git("checkout", "-q", branch)

    def forks(self, base: str = "main") -> list[Violation]:
        (report,) = check(CheckOptions(self.top, python=sys.executable, select=("LI602",), base=base))
        assert report.rules_run == ("LI602",)
        return [finding.violation for finding in report.findings]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_both_sides_went_on(repository: Repository) -> None:
    repository.switch("main")
    for revision, parent in (("c", "b"), ("d", "c")):
        repository.add(revision, parent)
    repository.commit()
    repository.switch("work")
    repository.add("e", "b")
    repository.add("f", "e")
    (found,) = repository.forks()
    assert found.message == (
        "revision e has the same parent (b) as c (migrations/versions/c_migration.py) of main:"
        " merged, they are two heads"
    )
    assert found.origin.path == str(repository.path("e"))
    assert found.help is not None
    assert found.help.startswith('rebase onto main and set down_revision = "d" in revision e; or merge main')


def test_merge_revisions_of_the_same_heads(repository: Repository) -> None:
    repository.switch("main")
    repository.add("x", "a")
    repository.commit()
    repository.git("branch", "-f", "work")
    repository.add("y", "x", "b")
    repository.commit()
    repository.switch("work")
    repository.add("z", "b", "x")
    repository.commit()
    (found,) = repository.forks()
    assert "has the same parent (b, x) as y" in found.message
    assert found.help == "merge main and join the heads: alembic merge heads"


def test_first_revisions_of_both_sides(repository: Repository) -> None:
    repository.switch("main")
    repository.add("first")
    repository.commit()
    repository.switch("work")
    repository.add("another")
    (found,) = repository.forks()
    assert "revision another has the same parent (none) as first" in found.message


def test_a_base_that_has_not_moved(repository: Repository) -> None:
    repository.switch("work")
    repository.add("c", "b")
    repository.commit()
    assert repository.forks() == []
    assert repository.forks("HEAD~0") == []


def test_a_branch_that_has_merged_the_base(repository: Repository) -> None:
    repository.switch("main")
    repository.add("c", "b")
    repository.commit()
    repository.switch("work")
    repository.add("d", "b")
    repository.commit()
    assert repository.forks() != []
    repository.git("merge", "-q", "--no-edit", "main")
    assert repository.forks() == []


def test_each_side_on_a_head_of_its_own(repository: Repository) -> None:
    """Two histories that are kept apart, with what depends on the other one."""
    repository.switch("main")
    repository.add("other", labels="others")
    repository.commit()
    repository.git("branch", "-f", "work")
    repository.add("c", "b")
    repository.commit()
    repository.switch("work")
    repository.add("other2", "other", depends_on="b")
    assert repository.forks() == []


def test_a_labelled_branch_off_the_same_parent(repository: Repository) -> None:
    repository.switch("main")
    repository.add("c", "b")
    repository.commit()
    repository.switch("work")
    repository.add("feature", "b", labels="features")
    assert repository.forks() == []


def test_a_revision_that_is_on_both_sides(repository: Repository) -> None:
    """Picked from one branch to the other, under another file name."""
    repository.switch("main")
    repository.add("c", "b")
    repository.path("c").rename(repository.path("c").with_name("renamed.py"))
    repository.commit()
    repository.switch("work")
    repository.add("c", "b")
    repository.commit()
    assert repository.forks() == []


def test_what_the_base_removed_or_renamed_is_not_new(repository: Repository) -> None:
    repository.switch("main")
    repository.path("b").unlink()
    repository.add("b2", "a")
    repository.path("a").rename(repository.path("a").with_name("first.py"))
    repository.commit()
    repository.switch("work")
    repository.add("c", "b")
    assert repository.forks() == []


def test_what_the_branch_renamed_is_not_its_own(repository: Repository) -> None:
    repository.switch("main")
    repository.add("c", "a")
    repository.commit()
    repository.switch("work")
    repository.path("b").rename(repository.path("b").with_name("second.py"))
    repository.git("add", "--all")
    assert repository.forks() == []


def test_files_of_the_base_that_are_no_migrations_of_it(repository: Repository) -> None:
    repository.switch("main")
    folder = repository.path("c").parent
    folder.joinpath("archive").mkdir()
    folder.joinpath("archive/c.py").write_text("revision = 'c'\ndown_revision = 'b'\n")
    folder.joinpath("notes.txt").write_text("revision = 'd'\ndown_revision = 'b'\n")
    folder.joinpath("computed.py").write_text("revision = str(1)\ndown_revision = 'b'\n")
    repository.commit()
    repository.switch("work")
    repository.add("e", "b")
    assert repository.forks() == []


def test_a_file_of_the_base_that_cannot_be_parsed(repository: Repository) -> None:
    repository.switch("main")
    repository.path("c").write_bytes(b"# \xff\nrevision = 'c'\ndown_revision = 'b'\ndef upgrade(:\n")
    repository.commit()
    repository.switch("work")
    repository.add("e", "b")
    assert len(repository.forks()) == 1


def test_without_base_it_is_not_judged(repository: Repository) -> None:
    selected = CheckOptions(repository.top, python=sys.executable, select=("LI6",))
    (report,) = check(selected)
    assert [skip.code for skip in report.skipped] == ["LI602"]
    assert "--base" in report.skipped[0].reason
    (usual,) = check(CheckOptions(repository.top, python=sys.executable))
    assert "LI602" not in usual.rules_run
    assert "LI602" not in {skip.code for skip in usual.skipped}


def test_only_a_hook_asks_for_what_is_staged(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.top)
    monkeypatch.delenv("GIT_INDEX_FILE", raising=False)
    monkeypatch.delenv("PRE_COMMIT", raising=False)
    repository.add("c", "b")
    options = CheckOptions(repository.top, python=sys.executable)
    (by_hand,) = check(options)
    assert "LI005" not in by_hand.rules_run
    assert not by_hand.skipped or "LI005" not in {skip.code for skip in by_hand.skipped}
    monkeypatch.setenv("PRE_COMMIT", "1")
    (report,) = check(options)
    found = [finding for finding in report.findings if finding.code == "LI005"]
    assert [finding.violation.subject.revision for finding in found] == ["c"]
    assert found[0].violation.help is not None
    assert found[0].violation.help.startswith("git add migrations/versions/c_migration.py; or")


def test_a_hook_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(tmp_path)
    monkeypatch.setenv("PRE_COMMIT", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    tmp_path.joinpath(".git").rename(tmp_path / "no repository")
    monkeypatch.chdir(tmp_path)
    (report,) = check(CheckOptions(repository.top, python=sys.executable))
    assert Skipped("LI005", f"{tmp_path} is not in a git repository") in report.skipped
