"""What a branch and its base have added since they parted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from lint_indexes.errors import LintIndexesError
from lint_indexes.model.dataclass import dataclass
from lint_indexes.sources.git import GitFailedError, git_names, git_output, top_of

_NOTHING_IN_COMMON = 1
"""The exit status of ``git merge-base`` for two histories; that of an error is another."""


@dataclass(frozen=True, slots=True)
class Fork:
    """Where the working tree and a base parted: commits of the repository whose top is ``top``.

    ``base`` is the commit that the name stands for, ``common`` the last one that both have.
    """

    top: Path
    name: str
    base: str
    common: str


def fork_from(folder: Path, base: str) -> Fork:
    """Where the branch of a folder left ``base``.

    Raises:
        LintIndexesError: git is not installed, the folder is not in a repository, or the two have no commit
            in common.
    """
    try:
        top = top_of(folder)
    except GitFailedError as error:
        raise LintIndexesError(f"--base: {folder} is not in a git repository") from error
    try:
        common = git_output(top, "merge-base", "--end-of-options", base, "HEAD").decode().strip()
        commit = git_output(top, "rev-parse", "--verify", f"{base}^{{commit}}").decode().strip()
    except GitFailedError as error:
        apart = error.status == _NOTHING_IN_COMMON
        what = f"HEAD and {base!r} have no commit in common" if apart else f"git knows no commit {base!r}"
        raise LintIndexesError(
            f"--base: {what} in {top}",
            hint="name a branch or commit that git knows here; a shallow clone, as CI makes it, may lack it",
        ) from error
    return Fork(top, base, commit, common)


def added_files(fork: Fork, *, find_renames: bool = True) -> frozenset[Path]:
    """The files of the working tree that the branch adds, by their real paths: those that are not in the
    last commit that it has in common with the base, untracked ones included.

    A renamed file is none with ``find_renames``. git tells it by its content, so that of two migrations that
    are much alike, one removed and one new, the new one may pass for the old one renamed.
    """
    renames = "--find-renames" if find_renames else "--no-renames"
    added = git_names(fork.top, "diff", "-z", "--name-only", renames, "--diff-filter=A", fork.common, "--")
    untracked = git_names(fork.top, "ls-files", "-z", "--others", "--exclude-standard")
    return frozenset((fork.top / name).resolve() for name in (*added, *untracked))


def files_of_base(fork: Fork, folders: Iterable[Path]) -> dict[str, bytes]:
    """The files in some folders (not below them) that the base has added since the two parted: contents by
    path from the top of the repository.
    """
    arguments = ("--no-renames", "--diff-filter=A", fork.common, fork.base)
    return _contents(fork, fork.base, _changed(fork, folders, *arguments))


def files_removed(fork: Fork, folders: Iterable[Path]) -> dict[str, bytes]:
    """The files in some folders that the working tree has no longer, as they were when the two parted."""
    return _contents(
        fork, fork.common, _changed(fork, folders, "--no-renames", "--diff-filter=D", fork.common)
    )


def _changed(fork: Fork, folders: Iterable[Path], *arguments: str) -> list[str]:
    top = fork.top.resolve()
    inside = [folder.resolve() for folder in folders if folder.resolve().is_relative_to(top)]
    if not inside:
        return []
    names = git_names(fork.top, "diff", "-z", "--name-only", *arguments, "--", *map(str, inside))
    return [name for name in names if (top / name).parent in inside and "\n" not in name]


def _contents(fork: Fork, commit: str, names: Sequence[str]) -> dict[str, bytes]:
    """The contents of files in a commit, all with one call."""
    if not names:
        return {}
    wanted = "".join(f"{commit}:{name}\n" for name in names)
    answer = git_output(fork.top, "cat-file", "--batch", given=os.fsencode(wanted))
    contents: dict[str, bytes] = {}
    for name in names:
        # "<object> blob <size>", the content, a line feed; or "<what was asked for> missing".
        head, _, answer = answer.partition(b"\n")
        if not head.endswith(b" missing"):
            size = int(head.rpartition(b" ")[2])
            contents[name], answer = answer[:size], answer[size + 1 :]
    return contents
