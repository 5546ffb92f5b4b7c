"""What INSERT, UPDATE and DELETE have in common: their table, its columns, RETURNING."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pglast import ast

from lint_indexes.ddl.apply.lookup import find_relation
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.nodes import range_name
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.catalogs import is_system
from lint_indexes.emulator.colnames import figure_name
from lint_indexes.emulator.compiler import Compiler
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.relations import columns_known, undefined_table
from lint_indexes.emulator.scope import Scope
from lint_indexes.emulator.values import UNKNOWN, Evaluate
from lint_indexes.model.catalog import Index, Table


def target_table(backend: Backend, node: Any) -> Table | None:
    """The table that a statement changes; None for one that may exist and was never seen.

    Raises:
        SqlError: 42P01.
        Unsupported: for a system catalog.
    """
    if is_system(node.schemaname, node.relname):
        raise Unsupported(f"a change of the system catalog {node.relname}")
    name = range_name(node)
    found = find_relation(backend.catalog, name)
    table = found if isinstance(found, Table) else None
    if table is None and found is not None:
        action = "open relation" if isinstance(found, Index) else "change sequence"
        raise SqlError("42809", f'cannot {action} "{name.name}"')
    if table is None and not backend.open_world:
        raise undefined_table(name)
    return table


def check_columns(table: Table | None, targets: Sequence[Any] | None) -> None:
    """Check that the columns of an INSERT or SET list exist.

    Raises:
        SqlError: 42703.
    """
    for target in targets or ():
        if table is not None and columns_known(table) and table.column(target.name) is None:
            raise SqlError("42703", f'column "{target.name}" of relation "{table.name.name}" does not exist')


def returning(compiler: Compiler, node: Any, scope: Scope) -> tuple[tuple[str, ...], list[Evaluate]]:
    """The columns of RETURNING, and what computes them."""
    names: list[str] = []
    values: list[Evaluate] = []
    for item in _returning_list(node):
        if isinstance(item.val, ast.ColumnRef) and _is_star(item.val):
            for source in scope.sources:
                names.extend(source.columns)
                values.extend(_reader(source.offset + at) for at in range(len(source.columns)))
            continue
        names.append(item.name or figure_name(item.val))
        values.append(compiler.expression(item.val, scope))
    return tuple(names), values


def _returning_list(node: Any) -> Sequence[Any]:
    """The RETURNING list, which newer grammars keep in a clause of its own."""
    clause = getattr(node, "returningClause", None)
    return (clause.exprs if clause is not None else getattr(node, "returningList", None)) or ()


def _is_star(node: Any) -> bool:
    return isinstance(node.fields[-1], ast.A_Star)


def _reader(place: int) -> Evaluate:
    def read(frame: Any) -> Any:
        value = frame[0][place]
        if value is UNKNOWN:
            raise Unsupported("a value that an INSERT returns")
        return value

    return read
