"""Calls of git, for a folder of a working tree."""

from __future__ import annotations

import os
from pathlib import Path

from lint_indexes.errors import LintIndexesError


class GitFailedError(Exception):
    """A command of git has failed, with this exit status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"git ended with status {status}")
        self.status = status


def top_of(folder: Path) -> Path:
    """The top of the working tree.

    Raises:
        GitFailedError: there is none.
    """
    return Path(os.fsdecode(git_output(folder, "rev-parse", "--show-toplevel")).rstrip("\n")).resolve()


def git_output(folder: Path, *arguments: str, given: bytes | None = None) -> bytes:
    """What a git command prints; ``given`` is its input.

    Raises:
        GitFailedError: it fails.
        LintIndexesError: git is not installed.
    """
    import subprocess  # where nothing has changed, git is often not needed

    try:
        run = subprocess.run(
            ["git", *arguments], cwd=folder, input=given, capture_output=True, check=False, env=_environment()
        )
    except FileNotFoundError as error:
        if error.filename != "git":
            raise
        raise LintIndexesError("git is not installed, or not on the PATH") from error
    if run.returncode:
        raise GitFailedError(run.returncode)
    return run.stdout


def git_names(folder: Path, *arguments: str) -> list[str]:
    """The names that a git command lists, each with a null byte after it (``-z``)."""
    return [name for name in os.fsdecode(git_output(folder, *arguments)).split("\0") if name]


def _environment() -> dict[str, str]:
    """The environment for git.

    In the hook of a linked worktree git sets GIT_DIR, with which it would take any folder for the top of the
    working tree. GIT_INDEX_FILE says what is going to be committed, and stays.
    """
    environ = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    if "GIT_WORK_TREE" not in environ:
        environ.pop("GIT_DIR", None)
    index = environ.get("GIT_INDEX_FILE")
    if index is not None:
        # git calls a hook in the top folder, which a relative path starts from.
        environ["GIT_INDEX_FILE"] = str(Path(index).absolute())
    return environ
