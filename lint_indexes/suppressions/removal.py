"""Ignore comments taken out of a file, or the codes of theirs that suppress nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from lint_indexes.model.origin import Origin
from lint_indexes.suppressions.comments import IgnoreComment, read_comments

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def remove_ignores(text: str, unwanted: Mapping[int, Collection[str]], file: Origin) -> str:
    """Take selectors out of the comments on some lines; a comment that is left without any goes.

    A line that has nothing else goes with its comment. Everything else stays as it is.

    Parameters:
        unwanted: selectors as they are written, by the line of their comment, counted from 1.
        file: which file it is.
    """
    lines = _LINE.findall(text)
    for comment in read_comments(text.replace("\r\n", "\n"), file):
        number = comment.origin.line
        gone = unwanted.get(number or 0, ())
        if number is not None and comment.problem is None and gone:
            lines[number - 1] = _without(lines[number - 1], comment, gone)
    return "".join(lines)


def _without(line: str, comment: IgnoreComment, gone: Collection[str]) -> str:
    assert comment.origin.column is not None
    start = comment.origin.column - 1
    kept = [selector for selector in comment.selectors if selector not in gone]
    if kept:
        opening = line.index("[", start)
        return f"{line[: opening + 1]}{', '.join(kept)}{line[line.index(']', opening) :]}"
    before = line[:start].rstrip()
    return before + line[len(line.rstrip("\r\n")) :] if before else ""
