"""A place in a file: an arrow, the line's text, and a marker under it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from lint_indexes.model.origin import Origin
from lint_indexes.reporters.text.style import Style, printable

ShowPath = Callable[[str], str]
"""A path as it is shown to the user."""

ReadLine = Callable[[str, int], "str | None"]
"""A line of a file, counted from 1, or None where there is none to show."""

_MARKED = re.compile(r"[\w.]+")
_TAB_WIDTH = 4


def place(origin: Origin, show_path: ShowPath) -> str:
    """``path:line:column``, as far as it is known."""
    if origin.path is None:
        return ""
    numbers = (origin.line, origin.column if origin.line is not None else None)
    return ":".join((show_path(origin.path), *(str(number) for number in numbers if number is not None)))


def render_frame(
    origin: Origin, show_path: ShowPath, read_line: ReadLine, style: Style, width: int
) -> Iterator[str]:
    """The lines of a frame, none for an origin without a file. ``width`` is that of the line numbers."""
    if origin.path is None:
        return
    yield f"{' ' * width}{style.gutter('-->')} {printable(place(origin, show_path))}"
    source = None if origin.line is None else read_line(origin.path, origin.line)
    if source is None or not source.strip():
        return
    start, length = _marked_span(source, origin.column)
    bar = f"{' ' * width} {style.gutter('|')}"
    yield bar
    yield f"{style.gutter(f'{origin.line:>{width}} |')} {_shown(source.rstrip())}"
    yield f"{bar} {' ' * _cells(source[:start])}{style.gutter('^' * length)}"
    yield bar


def _marked_span(source: str, column: int | None) -> tuple[int, int]:
    """Where the marker starts and how many cells it covers: a dotted name where one stands there."""
    indent = len(source) - len(source.lstrip())
    start = indent if column is None or not 0 < column <= len(source.rstrip()) else column - 1
    word = _MARKED.match(source, start)
    return start, max(1, _cells(word.group())) if word else 1


def _shown(source: str) -> str:
    return printable(source.replace("\t", " " * _TAB_WIDTH))


def _cells(text: str) -> int:
    """How many cells of a terminal a text takes: East Asian wide characters take two."""
    shown = _shown(text)
    if shown.isascii():
        return len(shown)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in shown
    )
