"""A declaration taken out, and what is left empty by that."""

from __future__ import annotations

import re

import libcst as cst

from lint_indexes.fixers.models.columns import assigned_value, assignments, bases_in, set_flags
from lint_indexes.fixers.models.declared import Flagged, Written, item_list
from lint_indexes.fixers.models.layout import Style
from lint_indexes.fixers.models.source import SourceFile
from lint_indexes.fixers.models.splices import (
    CannotEditError,
    Splice,
    begins_line,
    comments_above,
    ends_line,
    line_above,
    line_start,
    next_line,
)
from lint_indexes.fixers.models.table_args import TABLE_ARGS


def remove(source: SourceFile, found: Written | Flagged, style: Style) -> list[Splice]:
    """Take out what declares an index.

    Raises:
        CannotEditError: other code needs it, or comments would go that are not its own.
    """
    if isinstance(found, Flagged):
        return set_flags(found.statement, found.call, frozenset(), style)
    items = item_list(found)
    if items is None:
        return _remove_statement(source, found)
    if isinstance(found.container, cst.Tuple) and len(found.container.elements) == 1:
        line = _whole_statement(source, found, found.container)
        if line is not None:
            return [line]
        if not items[0].bracketed:
            return [Splice(items[0].opening, items[0].closing, "()")]
    return items[0].remove(items[1])


def _whole_statement(source: SourceFile, found: Written, container: cst.Tuple) -> Splice | None:
    """The assignment of ``__table_args__`` that would be left empty, if nothing else depends on it.

    An empty tuple stays where it hides what a base class has.
    """
    owner = next((node for node in reversed(found.path) if isinstance(node, cst.ClassDef)), None)
    line = next((node for node in found.path if isinstance(node, cst.SimpleStatementLine)), None)
    if owner is None or line is None or line not in owner.body.body or len(owner.body.body) == 1:
        return None
    if assigned_value(line.body[0]) is not container or len(line.body) > 1:
        return None
    hidden = (name for base in bases_in(source, owner) for name, _ in assignments(base.body.body))
    span = found.statement.span(line)
    if any(name == TABLE_ARGS for name in hidden) or "#" in _around(found, span.start, span.end):
        return None
    start = line_start(source.text, span.start)
    if not begins_line(source.text, span.start) or not ends_line(source.text, span.end):
        return None
    return Splice(start, next_line(source.text, span.end), "")


def _around(found: Written, start: int, end: int) -> str:
    """The statement without the call."""
    text, span = found.statement.source.text, found.statement.span(found.call)
    return text[start : span.start] + text[span.end : end]


def _remove_statement(source: SourceFile, found: Written) -> list[Splice]:
    """An ``Index(...)`` of its own, with the comments right above it and one of two blank spaces."""
    *_, block, line, small, _ = (None, *found.path)
    assert isinstance(line, cst.SimpleStatementLine)
    if isinstance(small, cst.Assign):
        for name, _statement in assignments([line]):
            if len(re.findall(rf"\b{re.escape(name)}\b", source.text)) > 1:
                raise CannotEditError(f"{name} may be used elsewhere")
    if isinstance(block, cst.IndentedBlock) and len(block.body) == 1:
        raise CannotEditError("it is the only statement of its block")
    span = found.statement.span(line)
    if len(line.body) > 1 or not ends_line(source.text, span.end):
        raise CannotEditError("other statements stand on its line")
    start = comments_above(source.text, span.start)
    end = next_line(source.text, span.end)
    return [Splice(_without_blank_lines(source.text, start, end), end, "")]


def _without_blank_lines(text: str, start: int, end: int) -> int:
    """Where the blank lines above begin, if blank lines or the file's end follow as well."""
    if text[end : next_line(text, end)].strip():
        return start
    while start and not text[line_above(text, start) : start].strip():
        start = line_above(text, start)
    return start
