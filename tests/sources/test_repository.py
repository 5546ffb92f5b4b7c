"""What git knows below a folder."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lint_indexes.errors import LintIndexesError
from lint_indexes.sources.repository import tracked_files


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
