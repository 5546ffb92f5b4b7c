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
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    try:
        listing = subprocess.run(command, cwd=folder, capture_output=True, check=True, env=os.environ)
    except FileNotFoundError as error:
        raise LintIndexesError("git is not installed, or not on the PATH") from error
    except subprocess.CalledProcessError as error:
        raise LintIndexesError(f"{folder} is not in a git repository") from error
    names = sorted({name for name in os.fsdecode(listing.stdout).split("\0") if name})
    return tuple(path for path in (folder / name for name in names) if path.is_file())
