"""New enum labels, which must not be used in the transaction that adds them (manual, ALTER TYPE, Notes)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pglast import ast

from lint_indexes.ddl import nodes
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.types import format_type
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.columntypes import name_of_type, resolve_type
from lint_indexes.model.catalog import Catalog, Table
from lint_indexes.model.names import QualifiedName

RELAXED_SINCE = 17
"""From this version on, labels of a type that the same transaction created may be used."""


def note(backend: Backend, before: Catalog) -> None:
    """Keep in mind which types and labels a statement added in a transaction."""
    catalog = backend.catalog
    if not backend.in_transaction or catalog.types is before.types:
        return
    state = backend.state
    for name, declared in catalog.types.items():
        old = before.types.get(name)
        if old is None:
            if not _renamed(before, catalog, declared.labels):
                state = replace(state, new_types=state.new_types.insert(name))
        elif name not in state.new_types or backend.postgres_version < RELAXED_SINCE:
            for label in set(declared.labels) - set(old.labels):
                state = replace(state, new_labels=state.new_labels.insert((name, label)))
    backend.state = state


def _renamed(before: Catalog, after: Catalog, labels: tuple[str, ...]) -> bool:
    """Whether a type of these labels had another name before."""
    return any(one.labels == labels and name not in after.types for name, one in before.types.items())


def check_use(backend: Backend, node: Any) -> None:
    """Refuse a statement that surely uses a label which this transaction added.

    A use is certain where a literal is cast to the type, or is a default, a new value or an operand for a
    column of the type.

    Raises:
        SqlError: 55P04.
    """
    labels = backend.state.new_labels
    if not labels:
        return
    for part in nodes.walk(node):
        for type_name, label in _literals(backend, node, part):
            if (type_name, label) in labels:
                shown = type_name.name
                raise SqlError("55P04", f'unsafe use of new value "{label}" of enum type {shown}')


def _literals(backend: Backend, statement: Any, part: Any) -> list[tuple[QualifiedName, str]]:
    """The literals in a node, each with the type that it is read as."""
    if isinstance(part, ast.TypeCast):
        return _typed(backend, format_type(part.typeName), part.arg)
    table = _table(backend, statement)
    if isinstance(part, ast.ColumnDef) and part.typeName is not None:
        defaults = [one.raw_expr for one in part.constraints or () if one.raw_expr is not None]
        return [found for one in defaults for found in _typed(backend, format_type(part.typeName), one)]
    if table is None:
        return []
    if isinstance(part, ast.A_Expr) and isinstance(part.lexpr, ast.ColumnRef):
        operands = part.rexpr if isinstance(part.rexpr, tuple) else (part.rexpr,)
        return [
            found
            for one in operands
            for found in _for_column(backend, table, nodes.column_name(part.lexpr), one)
        ]
    if isinstance(part, ast.ResTarget) and isinstance(statement, ast.UpdateStmt) and part.name:
        return _for_column(backend, table, part.name, part.val)
    if isinstance(part, ast.AlterTableCmd) and part.name and isinstance(part.def_, ast.A_Const):
        return _for_column(backend, table, part.name, part.def_)
    return []


def _table(backend: Backend, statement: Any) -> Table | None:
    relation = getattr(statement, "relation", None)
    if not isinstance(relation, ast.RangeVar):
        return None
    return backend.catalog.find_table(nodes.range_name(relation))


def _for_column(
    backend: Backend, table: Table, name: str | None, value: Any
) -> list[tuple[QualifiedName, str]]:
    column = table.column(name) if name is not None else None
    return _typed(backend, column.type, value) if column is not None else []


def _typed(backend: Backend, type_text: str, value: Any) -> list[tuple[QualifiedName, str]]:
    if not isinstance(value, ast.A_Const) or not isinstance(value.val, ast.String):
        return []
    found = backend.catalog.find_type(name_of_type(resolve_type(backend.catalog, type_text).text.base))
    return [(found.name, value.val.sval or "")] if found is not None and found.labels else []
