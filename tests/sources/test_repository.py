"""What git knows below a folder."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lint_indexes.errors import LintIndexesError
from lint_indexes.sources.repository import added_files, tracked_files


def test_lists_tracked_and_untracked_but_no_ignored_files(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for name in ("a b/pyproject.toml", "c/pyproject.toml", "ignored/pyproject.toml", "other.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".gitignore").write_text("ignored/\n")
    subprocess.run(["git", "-C", tmp_path, "add", "a b"], check=True)
    found = tracked_files(tmp_path, "pyproject.toml", "**/pyproject.toml")
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "a b/pyproject.toml",
        "c/pyproject.toml",
    ]


def test_deleted_files_are_left_out(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "pyproject.toml").touch()
    subprocess.run(["git", "-C", tmp_path, "add", "."], check=True)
    (tmp_path / "pyproject.toml").unlink()
    assert tracked_files(tmp_path, "pyproject.toml") == ()


def test_outside_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(LintIndexesError, match="not in a git repository"):
        tracked_files(tmp_path, "pyproject.toml")


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LintIndexesError, match="git is not installed"):
        tracked_files(tmp_path, "pyproject.toml")


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    """A repository on the branch ``work``: main went on after they parted."""
    git(tmp_path, "init", "-q", "-b", "main")
    for name in ("old.py", "renamed.py"):
        (tmp_path / name).write_text(f"revision = '{name}'\n" * 20)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    git(tmp_path, "checkout", "-q", "-b", "work")
    git(tmp_path, "checkout", "-q", "main")
    (tmp_path / "theirs.py").touch()
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "theirs")
    git(tmp_path, "checkout", "-q", "work")
    return tmp_path


def test_what_a_branch_adds(branch: Path) -> None:
    for name in ("backend/committed ü.py", "staged.py", "untracked.py", "ignored.py"):
        (branch / name).parent.mkdir(exist_ok=True)
        (branch / name).touch()
    (branch / ".gitignore").write_text("ignored.py\n")
    git(branch, "add", "backend")
    git(branch, "mv", "renamed.py", "moved.py")
    git(branch, "commit", "-q", "-m", "ours")
    git(branch, "add", "staged.py")
    (branch / "old.py").write_text("changed = 1\n")
    added = {
        path.relative_to(branch.resolve()).as_posix() for path in added_files(branch / "backend", "main")
    }
    assert added == {"backend/committed ü.py", "staged.py", "untracked.py", ".gitignore"}


def test_a_branch_that_adds_nothing(branch: Path) -> None:
    assert added_files(branch, "main") == frozenset()
    assert added_files(branch, "HEAD") == frozenset()


@pytest.mark.parametrize("base", ["nowhere", "--all", ""])
def test_a_base_that_git_does_not_know(branch: Path, base: str) -> None:
    with pytest.raises(LintIndexesError, match=r"--base: HEAD and .* have no commit in common") as caught:
        added_files(branch, base)
    assert caught.value.hint is not None


def test_a_base_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(LintIndexesError, match="not in a git repository"):
        added_files(tmp_path, "main")
