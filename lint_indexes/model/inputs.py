"""What an outcome was made from."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import field

from lint_indexes.model.dataclass import dataclass

Stat = tuple[int, int, int, int]
"""Size (0 for a folder), time of the last change to the content, and to the entry, in ns, and the inode."""

ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was looked at outside of the tool, by its absolute path or name, each path with what it was like
    then: one that was different later is in here twice.

    ``files`` were read, with their Stat (None stands for what was not there); of ``looked_for`` only their
    presence and kind was asked, as ``kind_of`` has them; of ``links`` whether they are symbolic links, as
    ``link_of`` has them; of ``listed`` folders the names; of ``packages``, folders that modules were looked
    for in, what can be imported. ``variables`` are those of the environment that were asked for, where
    ``NAME*`` stands for all that begin so; ``every_variable`` says that all were. ``committed`` are files of
    which it was asked whether git is about to commit them, None if nobody did, and ``lacking`` was the
    answer.
    """

    files: frozenset[tuple[str, Stat | None]] = field(default=frozenset())
    looked_for: frozenset[tuple[str, str]] = field(default=frozenset())
    links: frozenset[tuple[str, str]] = field(default=frozenset())
    listed: frozenset[tuple[str, Stat | None]] = field(default=frozenset())
    packages: frozenset[str] = field(default=frozenset())
    variables: frozenset[str] = field(default=frozenset())
    every_variable: bool = False
    committed: frozenset[str] | None = None
    lacking: tuple[str, ...] = ()

    def __or__(self, other: Inputs) -> Inputs:
        """What either depends on."""
        return joined((self, other))


def joined(parts: Iterable[Inputs]) -> Inputs:
    """What any of them depends on; ``committed`` is that of the last one that has any."""
    found = list(parts)
    committing = next((one for one in reversed(found) if one.committed is not None), Inputs())
    return Inputs(
        frozenset().union(*(one.files for one in found)),
        frozenset().union(*(one.looked_for for one in found)),
        frozenset().union(*(one.links for one in found)),
        frozenset().union(*(one.listed for one in found)),
        frozenset().union(*(one.packages for one in found)),
        frozenset().union(*(one.variables for one in found)),
        any(one.every_variable for one in found),
        committing.committed,
        committing.lacking,
    )


def read_now(paths: Iterable[str | os.PathLike[str]]) -> frozenset[tuple[str, Stat | None]]:
    """Files that are about to be read, as ``Inputs.files`` has them, whether they are there or not."""
    names = (os.path.abspath(path) for path in paths)
    return frozenset((name, stat_of(name)) for name in names)


def stat_of(path: str) -> Stat | None:
    """What tells that a file or folder has changed; None where there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    size = 0 if stat.S_ISDIR(found.st_mode) else found.st_size
    return size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def kind_of(path: str) -> str:
    """What there is at a path, links followed: ``absent``, ``folder``, or ``file of N bytes``."""
    try:
        return _kind(os.stat(path))
    except (OSError, ValueError):
        return ABSENT


def link_of(path: str) -> str:
    """The same without following a link, which is ``-> target``."""
    try:
        found = os.lstat(path)
        return f"-> {os.readlink(path)}" if stat.S_ISLNK(found.st_mode) else _kind(found)
    except (OSError, ValueError):
        return ABSENT


def _kind(found: os.stat_result) -> str:
    return "folder" if stat.S_ISDIR(found.st_mode) else f"file of {found.st_size} bytes"
