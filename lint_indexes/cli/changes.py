"""Files that change, as the user sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lint_indexes.cli.paths import show_path

if TYPE_CHECKING:
    from lint_indexes.model.edits import FileChange


def unified_diff(changes: Iterable[FileChange]) -> str:
    """The changes as a unified diff."""
    return "".join(line for change in changes for line in _diff(change))


def _diff(change: FileChange) -> Iterator[str]:
    name = show_path(str(change.path))
    before, after = (
        (content or b"").decode("utf-8", "backslashreplace").splitlines(keepends=True)
        for content in (change.before, change.after)
    )
    old = "/dev/null" if change.before is None else f"a/{name}"
    import difflib  # only where there is a change to show

    for line in difflib.unified_diff(before, after, old, f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def then_add(changes: Iterable[FileChange]) -> str:
    """What to do when they are written."""
    names = (show_path(str(change.path)) for change in changes)
    return f"Look at it, then: git add {' '.join(map(_quoted, names))}"


def _quoted(path: str) -> str:
    return f"'{path}'" if " " in path else path
