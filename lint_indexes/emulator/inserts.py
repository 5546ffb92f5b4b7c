"""INSERT: its rows are counted and given back by RETURNING, but not kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pglast import ast

from lint_indexes.ddl import nodes
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.result import Result
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.change_targets import check_columns, returning, target_table
from lint_indexes.emulator.compiler import Compiler
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.queries import plan_query
from lint_indexes.emulator.relations import columns_known
from lint_indexes.emulator.scope import Scope, Source
from lint_indexes.emulator.values import UNKNOWN, Evaluate, plain
from lint_indexes.model.catalog import Column, Table
from lint_indexes.model.names import QualifiedName


def insert(compiler: Compiler, node: Any, scope: Scope) -> Result:
    """Run an INSERT: its rows are counted and, with RETURNING, given back, but not kept.

    Raises:
        SqlError: for names that do not exist, 42P10 for an ON CONFLICT without its unique index.
        Unsupported: where it returns values that are not known.
    """
    table = target_table(compiler.backend, node.relation)
    check_columns(table, node.cols)
    _check_width(table, node)
    rows = _source_rows(compiler, node, scope)
    _check_arbiter(compiler.backend, table, node.onConflictClause)
    columns = [column.name for column in table.columns] if table is not None else []
    known = table is not None and columns_known(table)
    alias = node.relation.alias.aliasname if node.relation.alias is not None else node.relation.relname
    scope.sources.append(Source(alias, tuple(columns), 0, known, stored=True))
    names, values = returning(compiler, node, scope)
    if rows is None:
        if names:
            raise Unsupported("the rows that an INSERT returns")
        return Result(rowcount=0)
    given = [target.name for target in node.cols or ()] or columns
    stored = [_stored_row(compiler, table, given, row) for row in rows] if table is not None else []
    if table is None and names:
        raise Unsupported("the rows that an INSERT returns")
    returned = tuple(tuple(plain(value((row, None))) for value in values) for row in stored) if names else ()
    return Result(names, returned, len(rows))


def _check_width(table: Table | None, node: Any) -> None:
    """Check that the rows of VALUES are as wide as the columns.

    Raises:
        SqlError: 42601.
    """
    if node.selectStmt is None or not node.selectStmt.valuesLists:
        return
    width = max(map(len, node.selectStmt.valuesLists))
    if node.cols and width < len(node.cols):
        raise SqlError("42601", "INSERT has more target columns than expressions")
    columns = len(node.cols or (table.columns if table is not None else ()))
    known = node.cols or (table is not None and columns_known(table))
    if known and width > columns:
        raise SqlError("42601", "INSERT has more expressions than target columns")


def _source_rows(compiler: Compiler, node: Any, scope: Scope) -> list[Sequence[Any]] | None:
    """The rows of VALUES or SELECT; None if they cannot be known. A value alone may be UNKNOWN."""
    query = node.selectStmt
    if query is None:
        return [()]
    if query.valuesLists and query.withClause is None:
        compiled = [
            [None if isinstance(item, ast.SetToDefault) else compiler.expression(item, scope) for item in row]
            for row in query.valuesLists
        ]
        return [[_value(item) for item in row] for row in compiled]
    plan = plan_query(compiler, query, scope)
    try:
        return list(plan.run(((), None)))
    except Unsupported:
        return None


_DEFAULT = object()


def _value(evaluate: Evaluate | None) -> Any:
    if evaluate is None:
        return _DEFAULT
    try:
        return evaluate(((), None))
    except Unsupported:
        return UNKNOWN


def _stored_row(
    compiler: Compiler, table: Table, given: Sequence[str], row: Sequence[Any]
) -> tuple[Any, ...]:
    values = dict(zip(given, row, strict=False))
    return tuple(
        _default(compiler, table, column)
        if values.get(column.name, _DEFAULT) is _DEFAULT
        else values[column.name]
        for column in table.columns
    )


def _default(compiler: Compiler, table: Table, column: Column) -> Any:
    """What a column gets that the INSERT leaves out."""
    if column.identity:
        return compiler.backend.next_value(
            QualifiedName(table.name.schema, f"{table.name.name}.{column.name}")
        )
    if column.generated is not None:
        return UNKNOWN
    if column.default is None:
        return None
    try:
        expression = compiler.expression(nodes.parse_expression(column.default), Scope())
        return expression(((), None))
    except (SqlError, Unsupported):
        return UNKNOWN


def _check_arbiter(backend: Backend, table: Table | None, clause: Any) -> None:
    """ON CONFLICT needs a unique index on just its columns (PostgreSQL manual, INSERT, conflict_target)."""
    if clause is None or clause.infer is None or table is None or not table.complete:
        return
    if table.name in backend.catalog.uncertain:
        return
    if clause.infer.conname:
        if table.constraint(clause.infer.conname) is None:
            raise SqlError(
                "42704",
                f'constraint "{clause.infer.conname}" for table "{table.name.name}" does not exist',
            )
        return
    wanted = [element.name for element in clause.infer.indexElems or ()]
    if not wanted or None in wanted:
        return
    for index in backend.catalog.indexes_on(table.name):
        keys = {key.column for key in index.keys}
        usable = index.predicate is None or clause.infer.whereClause is not None
        if index.unique and usable and keys == set(wanted):
            return
    raise SqlError(
        "42P10", "there is no unique or exclusion constraint matching the ON CONFLICT specification"
    )
