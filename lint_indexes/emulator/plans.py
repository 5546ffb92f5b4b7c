"""What a query is compiled to, and what all kinds of queries do with their rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pglast import ast

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.nodes import Node
from lint_indexes.emulator.colnames import is_node
from lint_indexes.emulator.compiler import Compiler, constant
from lint_indexes.emulator.scope import Scope
from lint_indexes.emulator.values import hashable
from lint_indexes.model.dataclass import dataclass

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled query; it is run with the frame of the query around it, or None.

    ``complete`` is false where it may return further columns than those known.
    """

    columns: tuple[str, ...]
    run: Callable[[Any], list[Row]]
    exists: Callable[[Any], bool]
    complete: bool = True


def simple_plan(columns: tuple[str, ...], run: Callable[[Any], list[Row]], *, complete: bool = True) -> Plan:
    """A plan that has no shorter way to tell whether there are rows."""
    return Plan(columns, run, lambda frame: bool(run(frame)), complete)


def distinct(rows: Sequence[Row]) -> list[Row]:
    """Each row once, where it comes first."""
    return list({hashable(row): row for row in reversed(rows)}.values())[::-1]


def output_position(node: Node, columns: tuple[str, ...]) -> int | None:
    """The output column that an item of ORDER BY, GROUP BY or DISTINCT ON names by number or alias."""
    if is_number(node):
        if not 1 <= node.val.ival <= len(columns):
            raise SqlError("42P10", f"ORDER BY position {node.val.ival} is not in select list")
        return int(node.val.ival) - 1
    if is_node(node, ast.ColumnRef) and len(node.fields) == 1 and isinstance(node.fields[0], ast.String):
        name = node.fields[0].sval
        return columns.index(name) if name in columns else None
    return None


def limiter(compiler: Compiler, node: Any, scope: Scope) -> Callable[[list[Row], Any], list[Row]]:
    """What LIMIT and OFFSET leave of rows."""
    outer = Scope(outer=scope.outer, ctes=scope.ctes)
    count = compiler.expression(node.limitCount, outer) if node.limitCount is not None else constant(None)
    skip = compiler.expression(node.limitOffset, outer) if node.limitOffset is not None else constant(None)

    def limit(rows: list[Row], frame: Any) -> list[Row]:
        if not rows:
            return rows
        first = int(skip(((), frame)) or 0)
        wanted = count(((), frame))
        return rows[first:] if wanted is None else rows[first : first + int(wanted)]

    return limit


def is_number(node: Node) -> bool:
    """Whether it is the number of an output column."""
    return is_node(node, ast.A_Const) and is_node(node.val, ast.Integer)
