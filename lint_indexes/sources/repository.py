"""What git knows of the working tree."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lint_indexes.errors import LintIndexesError
from lint_indexes.sources.git import GitFailedError, git_names, top_of


def tracked_files(folder: Path, *patterns: str) -> tuple[Path, ...]:
    """The files below a folder that git tracks, or would (untracked, not ignored), sorted.

    ``patterns`` are git pathspecs relative to the folder. Files that are deleted in the working tree are
    left out.

    Raises:
        LintIndexesError: git is not installed, or the folder is not in a repository.
    """
    arguments = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns)
    try:
        names = git_names(folder, *arguments)
    except GitFailedError as error:
        raise LintIndexesError(f"{folder} is not in a git repository") from error
    paths = (folder / name for name in sorted(set(names)))
    return tuple(path for path in paths if path.is_file())


def kept_files(folder: Path, files: Iterable[Path]) -> frozenset[Path]:
    """Those of some files, by their real paths, that are in a folder's repository and that git does not
    ignore; where there is no git, or no repository, those in the folder.
    """
    real = frozenset(file.resolve() for file in files)
    try:
        top = top_of(folder)
        inside = [file for file in real if file.is_relative_to(top) and top_of(file.parent) == top]
        literal = [f":(literal){file.relative_to(top).as_posix()}" for file in inside]
        listed = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *literal)
        return frozenset(top / name for name in git_names(top, *listed)) if inside else frozenset()
    except (GitFailedError, LintIndexesError):
        return frozenset(file for file in real if file.is_relative_to(folder.resolve()))


def unstaged_files(folder: Path) -> frozenset[Path]:
    """The files, by their real paths, whose content is not the one that git would commit.

    Under pre-commit these edits are out of the working tree while the hooks run, in a patch that it makes
    the working tree from afterwards; they are read from there.

    Returns:
        Nothing where there is no git, or no repository.
    """
    try:
        top = top_of(folder)
        changed = git_names(top, "diff", "-z", "--name-only", "--diff-filter=d")
    except (GitFailedError, LintIndexesError):
        return frozenset()
    return frozenset((top / name).resolve() for name in (*changed, *_stashed_names(os.environ)))


def _stashed_names(environ: Mapping[str, str]) -> Iterator[str]:
    """The files in the patch that the pre-commit which started us made of what is not staged."""
    if "PRE_COMMIT" not in environ:
        return
    cache = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    store = Path(environ.get("PRE_COMMIT_HOME") or cache / "pre-commit")
    ancestors = set(_ancestors(os.getpid()))
    for patch in store.glob("patch*-*"):
        process = patch.name.rpartition("-")[2]
        if process.isdigit() and int(process) in ancestors:
            for line in patch.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
                if line.startswith("+++ b/"):
                    yield line.removeprefix("+++ b/").rstrip("\t")


def _ancestors(process: int) -> Iterator[int]:
    """The processes that started this one, the nearest first; only the nearest where there is no /proc."""
    parent = os.getppid()
    while parent > 1:
        yield parent
        try:
            status = Path(f"/proc/{parent}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return
        parent = int(status.rpartition(")")[2].split()[1])
