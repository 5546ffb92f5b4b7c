"""What the commit that is being made would go without."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from lint_indexes.errors import LintIndexesError
from lint_indexes.sources.git import GitFailedError, git_names, git_output, top_of

if TYPE_CHECKING:
    from lint_indexes.model.repository import Commit


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
    try:
        top = top_of(Path())
        real = {path: Path(path).parent.resolve() / Path(path).name for path in known}
        names = {
            path: file.relative_to(top).as_posix() for path, file in real.items() if _is_of(top, file.parent)
        }
        lacking = _lacking(top, sorted({PurePosixPath(name).parent for name in names.values()}))
        missing = {path: name for path, name in names.items() if not lacking.isdisjoint(_with_folders(name))}
        ignored = _ignored(top, list(missing.values()))
    except GitFailedError as error:
        raise LintIndexesError(f"{Path.cwd()} is not in a git repository") from error
    # Not needed where a report is found in the cache, and then not imported.
    from lint_indexes.model.repository import Commit, LeftOut

    found = {path: LeftOut(name, ignored.get(name)) for path, name in missing.items()}
    if len(found) == len(known) and all(file.ignored_by for file in found.values()):
        return Commit()
    return Commit(found)


def lacking_in(commit: Commit) -> tuple[str, ...]:
    """What a commit would go without, as text: the same for the same outcome."""
    return tuple(sorted(f"{path}\0{file.path}\0{file.ignored_by}" for path, file in commit.left_out.items()))


def _is_of(top: Path, folder: Path) -> bool:
    """Whether a folder is of the repository; one below its top may be of a submodule."""
    if not folder.is_relative_to(top):
        return False
    inner = itertools.takewhile(lambda parent: parent != top, (folder, *folder.parents))
    return not any((parent / ".git").exists() for parent in inner)


def _lacking(top: Path, folders: Sequence[PurePosixPath]) -> frozenset[str]:
    """What a commit would go without in some folders: files, and folders that are left out as a whole."""
    if not folders:
        return frozenset()
    status = ("status", "-z", "--no-renames", "--untracked-files=all", "--ignored=matching", "--")
    rows = git_names(top, *status, *(f":(literal){folder}" for folder in folders))
    # What is only intended to be added is not in the index, and new in the working tree.
    return frozenset(row[3:].rstrip("/") for row in rows if row[:2] in ("??", "!!", " A"))


def _with_folders(name: str) -> list[str]:
    return [name, *map(str, PurePosixPath(name).parents)]


def _ignored(top: Path, names: Sequence[str]) -> dict[str, str]:
    """The pattern that makes git ignore a file, with its place, by the file's name."""
    try:
        given = os.fsencode("".join(f"{name}\0" for name in names))
        listing = git_output(top, "check-ignore", "-z", "--verbose", "--stdin", given=given) if names else b""
    except GitFailedError as error:
        if error.status != 1:
            raise
        return {}  # none of them is ignored
    fields = os.fsdecode(listing).split("\0")
    rows = zip(fields[::4], fields[1::4], fields[2::4], fields[3::4], strict=False)
    return {
        name: f"{place}:{line}: {pattern}"
        for place, line, pattern, name in rows
        if not pattern.startswith("!")
    }
