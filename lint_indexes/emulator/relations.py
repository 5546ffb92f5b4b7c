"""What stands in FROM: tables, system catalogs, subqueries and functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pglast import ast

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.nodes import range_name, strings
from lint_indexes.emulator.catalogs import SYSTEM_SCHEMAS, Relation, is_system
from lint_indexes.emulator.compiler import Compiler
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.scope import Frame, Scope
from lint_indexes.emulator.system_functions import SET_RETURNING
from lint_indexes.model.catalog import RelationKind, Table
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import ObjectName

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Scan:
    """A compiled relation of FROM. ``fetch`` gives its rows; a lateral one depends on those before it."""

    alias: str
    columns: tuple[str, ...]
    fetch: Callable[[Any], Rows]
    complete: bool = True
    stored: bool = False
    lateral: bool = False


def scan_table(compiler: Compiler, node: Any, scope: Scope) -> Scan:
    """A RangeVar: a WITH query, a relation of a system schema, or a table of the user's.

    Raises:
        SqlError: 42P01 for a table that does not exist.
    """
    alias, renamed = _alias(node)
    if node.schemaname is None:
        entry = scope.cte(node.relname)
        if entry is not None:
            columns = renamed + entry.columns[len(renamed) :]
            return Scan(alias or node.relname, columns, lambda frame: entry.run(None), entry.complete)
    if is_system(node.schemaname, node.relname):
        relation = _system(compiler, node)
        compiler.reads_catalogs = True
    else:
        relation = stored_relation(compiler, range_name(node))
        compiler.reads_user_tables = True
    columns = renamed + relation.columns[len(renamed) :]
    rows, complete, stored = relation.rows, relation.complete, not is_system(node.schemaname, node.relname)
    return Scan(alias or node.relname, columns, lambda frame: rows, complete, stored)


def _alias(node: Any) -> tuple[str | None, tuple[str, ...]]:
    if node.alias is None:
        return None, ()
    return node.alias.aliasname, strings(node.alias.colnames)


def _system(compiler: Compiler, node: Any) -> Relation:
    schemas = [node.schemaname] if node.schemaname else SYSTEM_SCHEMAS[:1]
    for schema in schemas:
        relation = compiler.catalogs.find(schema, node.relname)
        if relation is not None:
            return relation
    if node.schemaname is None and compiler.backend.catalog.find_table(range_name(node)) is not None:
        return stored_relation(compiler, range_name(node))
    raise Unsupported(f"the system relation {node.relname}")


def stored_relation(compiler: Compiler, name: ObjectName) -> Relation:
    """A table of the user's own: it has no rows in a replay."""
    catalog = compiler.backend.catalog
    table = catalog.find_table(name)
    if table is not None:
        return Relation(tuple(column.name for column in table.columns), (), columns_known(table))
    for at in catalog.candidates(name):
        if at in catalog.sequences:
            last = compiler.backend.counters.get(at)
            return Relation(("last_value", "log_cnt", "is_called"), ((last or 1, 0, last is not None),))
        if at in catalog.indexes:
            raise SqlError("42809", f'cannot open relation "{name.name}"')
    if compiler.backend.open_world:
        return Relation((), (), complete=False)
    raise undefined_table(name)


def columns_known(table: Table) -> bool:
    """Whether every column of the table is known; a view's are when its query could be read."""
    return table.complete and (bool(table.columns) or table.kind is RelationKind.TABLE)


def undefined_table(name: ObjectName) -> SqlError:
    """The error for a table that does not exist, with the name as it was written."""
    shown = name.name if name.schema is None else f"{name.schema}.{name.name}"
    return SqlError("42P01", f'relation "{shown}" does not exist')


def scan_subquery(compiler: Compiler, node: Any, scope: Scope) -> Scan:
    """A RangeSubselect; a LATERAL one sees the relations before it."""
    alias, renamed = _alias(node)
    lateral = bool(node.lateral)
    plan = compiler.plan_query(compiler, node.subquery, scope if lateral else _around(scope))
    columns = renamed + plan.columns[len(renamed) :]
    return Scan(alias or "", columns, plan.run, plan.complete, lateral=lateral)


def _around(scope: Scope) -> Scope:
    """The scope of a subquery that is not lateral: what is around this query, and its WITH queries."""
    return Scope(outer=scope.outer, ctes=scope.ctes)


def scan_function(compiler: Compiler, node: Any, scope: Scope) -> Scan:
    """A RangeFunction: a set-returning function gives a row for each element, another one row."""
    alias, renamed = _alias(node)
    call = node.functions[0][0]
    name = strings(call.funcname)[-1] if isinstance(call, ast.FuncCall) else "function"
    known = len(node.functions) == 1 and isinstance(call, ast.FuncCall) and not (node.coldeflist)
    columns = _function_columns(alias or name, renamed, len(call.args or ()) if name == "unnest" else 1)
    if node.ordinality:
        columns = (*columns, "ordinality") if len(renamed) <= len(columns) else renamed
        columns = renamed + columns[len(renamed) :]
    arguments = compiler.many(call.args, scope) if known else []
    evaluate = compiler.expression(call, scope) if known else None

    def fetch(frame: Frame) -> Rows:
        if evaluate is None:
            raise Unsupported(f"the function {name}() in FROM")
        if name == "unnest" and len(arguments) > 1:
            rows = _zip([argument(frame) or [] for argument in arguments])
        else:
            value = evaluate(frame)
            rows = [(item,) for item in value] if name in SET_RETURNING else [(value,)]
        return [(*row, number) for number, row in enumerate(rows, 1)] if node.ordinality else rows

    complete = name in SET_RETURNING or bool(renamed)
    return Scan(alias or name, columns, fetch, complete, lateral=True)


def _function_columns(name: str, renamed: tuple[str, ...], count: int) -> tuple[str, ...]:
    return tuple(renamed[at] if at < len(renamed) else name for at in range(max(count, 1)))


def _zip(lists: list[Any]) -> list[tuple[Any, ...]]:
    longest = max(map(len, lists), default=0)
    return [tuple(items[at] if at < len(items) else None for items in lists) for at in range(longest)]
