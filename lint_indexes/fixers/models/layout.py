"""How a call is broken into lines: as black does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lint_indexes.model.dataclass import dataclass

_TAB = 4

Writer = Callable[[str, int], str]
"""Writes code, given the indentation of the line that it begins on and the column that it begins at."""


@dataclass(frozen=True, slots=True)
class Style:
    """``width`` in columns, the ``indent`` of one level, the ``newline``."""

    width: int
    indent: str
    newline: str

    def fits(self, before: str, line: str) -> bool:
        return columns(before) + len(line) <= self.width


def columns(text: str) -> int:
    return len(text.expandtabs(_TAB))


def plain(code: str) -> Writer:
    """Code that is never broken."""
    return lambda indent, column: code


def call(function: str, arguments: Sequence[str], style: Style, *, exploded: bool = False) -> Writer:
    """A call, on one line if it fits with the comma that follows; ``exploded`` is one argument a line."""

    def write(indent: str, column: int) -> str:
        body = ", ".join(arguments)
        one_line = f"{function}({body})"
        inner = indent + style.indent
        if not exploded and column + len(one_line) + 1 <= style.width:
            return one_line
        if exploded or not style.fits(inner, body):
            body = f",{style.newline}{inner}".join(arguments) + ","
        return f"{function}({style.newline}{inner}{body}{style.newline}{indent})"

    return write


def table_args(items: Sequence[Writer], indent: str, column: int, style: Style) -> str:
    """A tuple of items: on one line if that fits, else an item a line."""
    inner = indent + style.indent
    flat = [item(indent, 0) for item in items]
    one_line = f"({', '.join(flat)}{',' if len(flat) == 1 else ''})"
    if column + len(one_line) <= style.width and not any(style.newline in item for item in flat):
        return one_line
    lines = "".join(f"{inner}{item(inner, columns(inner))},{style.newline}" for item in items)
    return f"({style.newline}{lines}{indent})"
