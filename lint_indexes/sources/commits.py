"""What the commit that is being made would go without."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from lint_indexes.errors import LintIndexesError
from lint_indexes.model.repository import Commit, LeftOut
from lint_indexes.sources.git import git_names, git_output, top_of


def commit_in_progress(environ: Mapping[str, str]) -> bool:
    """Whether a hook runs this: pre-commit and prek set PRE_COMMIT, git itself GIT_INDEX_FILE."""
    return "PRE_COMMIT" in environ or "GIT_INDEX_FILE" in environ


def left_out(paths: Iterable[str]) -> Commit:
    """Which of some files the commit that is being made in the working directory would go without.

    These are the untracked ones, those that are only intended to be added (``git add --intent-to-add``), and,
    in a commit of some paths only, those that are not among them. Files that git ignores are left out as
    well, unless that is so for all of them: then the project keeps none in git.

    Raises:
        LintIndexesError: git is not installed, or the working directory is not in a repository.
    """
    known = tuple(paths)
    by_folder: dict[Path, dict[str, str]] = {}
    for path in known:
        by_folder.setdefault(Path(path).parent.resolve(), {})[Path(path).name] = path
    found: dict[str, LeftOut] = {}
    try:
        top = top_of(Path())
        for folder, names in by_folder.items():
            if _is_of(top, folder):
                missing = _left_out_of(folder, names)
                shown = {name: (folder / name).relative_to(top).as_posix() for name in missing}
                found |= {names[name]: LeftOut(shown[name], pattern) for name, pattern in missing.items()}
    except subprocess.CalledProcessError as error:
        raise LintIndexesError(f"{Path.cwd()} is not in a git repository") from error
    if len(found) == len(known) and all(file.ignored_by for file in found.values()):
        return Commit()
    return Commit(found)


def _is_of(top: Path, folder: Path) -> bool:
    """Whether a folder is of the repository; one below its top may be of a submodule."""
    try:
        return top_of(folder) == top
    except (subprocess.CalledProcessError, FileNotFoundError):
        return False


def _left_out_of(folder: Path, names: Collection[str]) -> dict[str, str | None]:
    """The names in a folder that a commit lacks, each with the pattern that hides it from git, if any."""
    others = git_names(folder, "ls-files", "-z", "--others", "--", ".")
    intended = git_names(folder, "diff", "-z", "--name-only", "--relative", "--diff-filter=A", "--", ".")
    missing = [name for name in dict.fromkeys((*others, *intended)) if name in names]
    ignored = _ignored(folder, missing)
    return {name: ignored.get(name) for name in missing}


def _ignored(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """The pattern that makes git ignore a file, with its place, by the file's name."""
    try:
        given = os.fsencode("".join(f"{name}\0" for name in names))
        listing = (
            git_output(folder, "check-ignore", "-z", "--verbose", "--stdin", given=given) if names else b""
        )
    except subprocess.CalledProcessError as error:
        if error.returncode != 1:
            raise
        return {}  # none of them is ignored
    fields = os.fsdecode(listing).split("\0")
    rows = zip(fields[::4], fields[1::4], fields[2::4], fields[3::4], strict=False)
    return {
        name: f"{place}:{line}: {pattern}"
        for place, line, pattern, name in rows
        if not pattern.startswith("!")
    }
