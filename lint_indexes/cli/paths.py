"""Files as the user sees them."""

from __future__ import annotations

import linecache
import os
from pathlib import PurePath


def show_path(path: str) -> str:
    """The path relative to the working directory, with forward slashes."""
    return PurePath(_relative(path)).as_posix()


def _relative(path: str) -> str:
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):
        # The working directory is gone, or the file is on another drive.
        return path
    if relative.startswith(os.pardir):
        # The working directory is known by its real name, the file perhaps through a link.
        resolved = os.path.relpath(os.path.realpath(path))
        return relative if resolved.startswith(os.pardir) else resolved
    return relative


def read_line(path: str, line: int) -> str | None:
    """A line of a text file, or None where it cannot be read or decoded (Python's own rules for sources)."""
    return linecache.getline(path, line).rstrip("\n") or None
