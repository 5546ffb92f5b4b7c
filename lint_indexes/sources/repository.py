"""What git knows of the working tree."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from lint_indexes.errors import LintIndexesError


def tracked_files(folder: Path, *patterns: str) -> tuple[Path, ...]:
    """The files below a folder that git tracks, or would (untracked, not ignored), sorted.

    ``patterns`` are git pathspecs relative to the folder. Files that are deleted in the working tree are
    left out.

    Raises:
        LintIndexesError: git is not installed, or the folder is not in a repository.
    """
    arguments = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns)
    try:
        listing = _git(folder, *arguments)
    except subprocess.CalledProcessError as error:
        raise LintIndexesError(f"{folder} is not in a git repository") from error
    paths = (folder / name for name in sorted(set(_names(listing))))
    return tuple(path for path in paths if path.is_file())


def added_files(folder: Path, base: str) -> frozenset[Path]:
    """The files of the working tree that the branch adds, by their real paths: those that are not in the
    last commit that it has in common with ``base``, untracked ones included. A renamed file is none.

    Raises:
        LintIndexesError: git is not installed, the folder is not in a repository, or the two have no such
            commit.
    """
    try:
        top = Path(os.fsdecode(_git(folder, "rev-parse", "--show-toplevel")).rstrip("\n"))
    except subprocess.CalledProcessError as error:
        raise LintIndexesError(f"--base: {folder} is not in a git repository") from error
    try:
        common = _git(top, "merge-base", "--end-of-options", base, "HEAD").decode().strip()
    except subprocess.CalledProcessError as error:
        reason = os.fsdecode(error.stderr).strip().splitlines()
        said = f" ({reason[-1]})" if reason else ""
        raise LintIndexesError(
            f"--base: HEAD and {base!r} have no commit in common{said}",
            hint="name a branch or commit that git knows here; a shallow clone, as CI makes it, may lack it",
        ) from error
    added = _git(top, "diff", "-z", "--name-only", "--find-renames", "--diff-filter=A", common, "--")
    untracked = _git(top, "ls-files", "-z", "--others", "--exclude-standard")
    return frozenset((top / name).resolve() for name in (*_names(added), *_names(untracked)))


def _git(folder: Path, *arguments: str) -> bytes:
    """What a git command prints; subprocess.CalledProcessError where it fails."""
    try:
        run = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True, env=os.environ)
    except FileNotFoundError as error:
        raise LintIndexesError("git is not installed, or not on the PATH") from error
    return run.stdout


def _names(listing: bytes) -> list[str]:
    return [name for name in os.fsdecode(listing).split("\0") if name]
