"""Files as the user sees them."""

from __future__ import annotations

import linecache
from pathlib import Path

from lint_indexes.sources.files import relative_path


def show_path(path: str) -> str:
    """The path relative to the working directory, with forward slashes."""
    return relative_path(path, Path())


def read_line(path: str, line: int) -> str | None:
    """A line of a text file, or None where it cannot be read or decoded (Python's own rules for sources)."""
    return linecache.getline(path, line).rstrip("\n") or None
