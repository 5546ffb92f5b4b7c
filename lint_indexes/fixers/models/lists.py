"""A list with commas (the items of a tuple, arguments, imported names), to insert into and remove from."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from lint_indexes.fixers.models.layout import Style, Writer, columns
from lint_indexes.fixers.models.source import Statement
from lint_indexes.fixers.models.splices import (
    CannotEditError,
    Splice,
    begins_line,
    comments_above,
    ends_line,
    indentation,
    line_end,
    line_start,
    next_line,
)
from lint_indexes.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """Where an item stands; ``comma`` is the offset behind its comma, None if it has none."""

    start: int
    end: int
    comma: int | None

    @property
    def past(self) -> int:
        return self.end if self.comma is None else self.comma


@dataclass(frozen=True, slots=True)
class CommaList:
    """The list between two offsets; ``bracketed``: brackets stand there, so that it may have several lines.

    ``is_tuple``: a lone item keeps its comma.
    """

    text: str
    opening: int
    closing: int
    items: tuple[Item, ...]
    bracketed: bool = True
    is_tuple: bool = False

    def insert(self, at: int, code: Writer, style: Style) -> list[Splice]:
        """Put code before the item of that number, or behind the last."""
        neighbour = self.items[max(at - 1, 0)] if self.items else None
        if neighbour and self.bracketed and begins_line(self.text, neighbour.start):
            return self._insert_line(at, neighbour, code, style)
        return self._insert_inline(at, code, style)

    def replace(self, at: int, code: Writer, style: Style) -> list[Splice]:
        """Put code in the place of an item."""
        item = self.items[at]
        first = line_start(self.text, item.start)
        written = code(indentation(self.text, item.start), columns(self.text[first : item.start]))
        rest = self.text[item.end : min(self.closing + 1, line_end(self.text, item.end))]
        long = (
            style.newline in written or columns(self.text[first : item.start] + written + rest) > style.width
        )
        if self._is_on_one_line() and long:
            return self._explode(at, code, style, instead=True)
        return [Splice(item.start, item.end, written)]

    def _is_on_one_line(self) -> bool:
        """On one line without comments, so that it can be broken into several."""
        content = self.text[self.opening : self.closing]
        return self.closing <= line_end(self.text, self.opening) and "#" not in content

    def _insert_line(self, at: int, neighbour: Item, code: Writer, style: Style) -> list[Splice]:
        indent = indentation(self.text, neighbour.start)
        line = f"{indent}{code(indent, columns(indent))}"
        if at < len(self.items):
            before = self.items[at - 1].past if at else self.opening
            if not ends_line(self.text, before):
                return self._insert_inline(at, code, style)
            place = next_line(self.text, before)
            return [Splice(place, place, line + "," + style.newline)]
        last = self.items[-1]
        if begins_line(self.text, self.closing):
            place = line_start(self.text, self.closing)
            comma = [] if last.comma else [Splice(last.end, last.end, ",")]
            return [*comma, Splice(place, place, line + "," + style.newline)]
        comma_before, comma_after = ("", ",") if last.comma else (",", "")
        return [Splice(last.past, last.past, comma_before + style.newline + line + comma_after)]

    def _insert_inline(self, at: int, code: Writer, style: Style) -> list[Splice]:
        indent = indentation(self.text, self.opening)
        if self._is_too_long_with(code, indent, style):
            return self._explode(at, code, style)
        if not self.items:
            comma = "," if self.is_tuple else ""
            return [Splice(self.opening, self.opening, self._written(code, indent, self.opening) + comma)]
        if at < len(self.items):
            place = self.items[at].start
            return [Splice(place, place, self._written(code, indent, place) + ", ")]
        last = self.items[-1]
        gap = " " if last.comma else ", "
        return [Splice(last.past, last.past, gap + self._written(code, indent, last.past))]

    def _written(self, code: Writer, indent: str, place: int) -> str:
        return code(indent, columns(self.text[line_start(self.text, place) : place]) + 2)

    def _is_too_long_with(self, code: Writer, indent: str, style: Style) -> bool:
        if not self._is_on_one_line():
            return False
        first, end = line_start(self.text, self.opening), line_end(self.text, self.opening)
        added = code(indent, 0)
        rest = self.text[first : min(end, self.closing + 2)]
        return style.newline in added or columns(rest) + 2 + len(added) > style.width

    def _explode(self, at: int, code: Writer, style: Style, *, instead: bool = False) -> list[Splice]:
        """An item a line, with code before one, or instead of it."""
        indent = indentation(self.text, self.opening)
        inner = indent + style.indent
        codes = [self.text[item.start : item.end] for item in self.items]
        codes[at : at + instead] = [code(inner, columns(inner))]
        lines = "".join(f"{inner}{one},{style.newline}" for one in codes)
        content = f"{style.newline}{lines}{indent}"
        return [Splice(self.opening, self.closing, content if self.bracketed else f"({content})")]

    def remove(self, first: int, last: int | None = None) -> list[Splice]:
        """Take out an item, or those from one to another.

        Raises:
            CannotEditError: a comment would go that is not the item's own.
        """
        last = first if last is None else last
        start, past = self.items[first].start, self.items[last].past
        left = len(self.items) - (last - first + 1)
        if begins_line(self.text, start) and ends_line(self.text, past):
            splices = [Splice(self._comments_above(first, last), next_line(self.text, past), "")]
            if self.is_tuple and left == 1 and first == 0 and self.items[-1].comma is None:
                splices.append(Splice(self.items[-1].end, self.items[-1].end, ","))
            return splices
        if last + 1 < len(self.items):
            following, tail = self.items[last + 1], self.items[-1]
            self._refuse_comments(self.items[last].end, following.start)
            lone = self.is_tuple and left == 1 and tail.comma is None
            comma = [Splice(tail.end, tail.end, ",")] if lone else []
            return [Splice(start, following.start, ""), *comma]
        if first:
            before = self.items[first - 1].end
            self._refuse_comments(before, start)
            keep = self.items[last].comma is not None or (self.is_tuple and left == 1)
            return [Splice(before, past, "," if keep else "")]
        return [Splice(start, past, "")]

    def _refuse_comments(self, start: int, end: int) -> None:
        if "#" in self.text[start:end]:
            raise CannotEditError("a comment stands between it and its neighbour")

    def _comments_above(self, first: int, last: int) -> int:
        """Where the comment begins that belongs to the items, else where their line does.

        One that may be a heading of what follows stays: the next item has none of its own.
        """
        start = line_start(self.text, self.items[first].start)
        if last + 1 < len(self.items):
            following = line_start(self.text, self.items[last + 1].start)
            if following == next_line(self.text, self.items[last].past):
                return start
        return comments_above(self.text, start, self.opening)


def tuple_list(statement: Statement, node: cst.Tuple) -> CommaList:
    text, span = statement.source.text, statement.span(node)
    items = tuple(_item(statement, element) for element in node.elements)
    if not node.lpar:
        end = max(span.end, items[-1].past if items else span.end)
        return CommaList(text, span.start, end, items, bracketed=False, is_tuple=True)
    opening = statement.span(node.lpar[-1]).start + 1
    return CommaList(text, opening, statement.span(node.rpar[0]).end - 1, items, is_tuple=True)


def argument_list(statement: Statement, node: cst.Call) -> CommaList:
    text = statement.source.text
    opening = text.index("(", statement.span(node.func).end) + 1
    items = tuple(_item(statement, argument) for argument in node.args)
    return CommaList(text, opening, statement.span(node).end - 1, items)


def name_list(statement: Statement, node: cst.ImportFrom, names: Sequence[cst.ImportAlias]) -> CommaList:
    """The names of ``from x import ...``."""
    items = tuple(_item(statement, name) for name in names)
    if node.lpar is None or node.rpar is None:
        return CommaList(statement.source.text, items[0].start, items[-1].past, items, bracketed=False)
    opening = statement.span(node.lpar).start + 1
    return CommaList(statement.source.text, opening, statement.span(node.rpar).end - 1, items)


def _item(statement: Statement, node: cst.BaseElement | cst.Arg | cst.ImportAlias) -> Item:
    span = statement.span(node)
    comma = statement.span(node.comma).end if isinstance(node.comma, cst.Comma) else None
    return Item(span.start, span.end, comma)
