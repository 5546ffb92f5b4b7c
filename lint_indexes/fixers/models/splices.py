"""Changes to a text as splices of it, so that what no splice covers stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lint_indexes.model.dataclass import dataclass

NEWLINE = re.compile(r"\r\n?|\n")
_BLANK = re.compile(r"[ \t\f]*")
_REST = re.compile(r"[ \t\f]*(#[^\r\n]*)?(?=[\r\n]|$)")


class CannotEditError(Exception):
    """The file cannot be edited safely; the text says why, for the user."""


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """``text`` in the place of what stands between two offsets."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with all splices made.

    Raises:
        CannotEditError: two of them overlap.
    """
    parts: list[str] = []
    at = 0
    for splice in sorted(splices):
        if splice.start < at:
            raise CannotEditError("two changes meet in one place")
        parts += [text[at : splice.start], splice.text]
        at = splice.end
    return "".join([*parts, text[at:]])


def moved(offset: int, splices: Sequence[Splice]) -> int:
    """Where the beginning of a line is after the splices."""
    shift = 0
    for splice in sorted(splices):
        if splice.end <= offset:
            shift += len(splice.text) - (splice.end - splice.start)
        elif splice.start < offset:
            shift -= offset - splice.start
    return offset + shift


def line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_above(text: str, start: int) -> int:
    """Where the line before the one that begins at ``start`` begins."""
    return line_start(text, start - (2 if text.endswith("\r\n", 0, start) else 1)) if start else 0


def comments_above(text: str, offset: int, bound: int = 0) -> int:
    """Where the comment begins that stands right above a line and not before ``bound``, else the line."""
    place = line_start(text, offset)
    while place > bound:
        above = line_above(text, place)
        if above < bound or not text[above:place].lstrip().startswith("#"):
            break
        place = above
    return place


def line_end(text: str, offset: int) -> int:
    """Where the line's newline begins."""
    found = NEWLINE.search(text, offset)
    return found.start() if found else len(text)


def next_line(text: str, offset: int) -> int:
    """Where the next line begins, the text's end if there is none."""
    found = NEWLINE.search(text, offset)
    return found.end() if found else len(text)


def indentation(text: str, offset: int) -> str:
    """The white space that the line begins with."""
    found = _BLANK.match(text, line_start(text, offset))
    return found.group() if found else ""


def begins_line(text: str, offset: int) -> bool:
    """Whether only white space stands before it on its line."""
    return not text[line_start(text, offset) : offset].strip(" \t\f")


def ends_line(text: str, offset: int) -> bool:
    """Whether only white space and a comment stand behind it on its line."""
    return _REST.match(text, offset) is not None
