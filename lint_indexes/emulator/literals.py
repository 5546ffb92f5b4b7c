"""Literals that a column's type cannot read: PostgreSQL refuses them before it looks at a row.

Also new enum labels, which must not be used in the transaction that adds them (manual, ALTER TYPE, Notes).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pglast import ast
from pglast.enums import A_Expr_Kind

from lint_indexes.ddl import nodes
from lint_indexes.ddl.apply.lookup import TEMPORARY_SCHEMA
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.parse import ParsedStatement
from lint_indexes.ddl.types import format_type
from lint_indexes.emulator import casts
from lint_indexes.emulator.backend import Backend, State
from lint_indexes.emulator.columntypes import ColumnType, resolve_type
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.model.catalog import Catalog, Table, TypeKind
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import QualifiedName

RELAXED_SINCE = 17
"""From this version on, labels of a type that the same transaction created may be used."""

_QUOTES = frozenset("'$")
"""One of them is in every string literal, and in every parameter."""
_CHECKED = frozenset(("bool", "int2", "int4", "int8", "numeric", "float4", "float8"))
_COMPARISONS = frozenset(("=", "<>", "<", "<=", ">", ">="))
_OPERATORS = (A_Expr_Kind.AEXPR_OP, A_Expr_Kind.AEXPR_IN, A_Expr_Kind.AEXPR_DISTINCT)

_Typed = Iterator[tuple[str, Any]]
"""The text of a type, and the node of the value that is read as it."""


def note_labels(backend: Backend, before: Catalog) -> None:
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
        elif len(old.labels) == len(declared.labels):
            state = _with_renamed_labels(state, name, old.labels, declared.labels)
        elif name not in state.new_types or backend.postgres_version < RELAXED_SINCE:
            for label in set(declared.labels) - set(old.labels):
                state = replace(state, new_labels=state.new_labels.insert((name, label)))
    backend.state = state


def _with_renamed_labels(
    state: State, name: QualifiedName, old: tuple[str, ...], new: tuple[str, ...]
) -> State:
    """A label with another name is as new as it was before."""
    for before, after in zip(old, new, strict=True):
        if before != after and (name, before) in state.new_labels:
            labels = state.new_labels.discard((name, before)).insert((name, after))
            state = replace(state, new_labels=labels)
    return state


def _renamed(before: Catalog, after: Catalog, labels: tuple[str, ...]) -> bool:
    """Whether a type of these labels had another name before."""
    return any(one.labels == labels and name not in after.types for name, one in before.types.items())


def check(backend: Backend, statement: ParsedStatement, parameters: Sequence[object]) -> None:
    """Check the literals whose type is certain: cast ones, defaults, and values and operands for a column.
    Raises:
        SqlError: 22P02 for one that its type cannot read, 55P04 for a label too new. Never if lenient.
    """
    if backend.lenient or not _QUOTES.intersection(statement.sql):
        return
    for type_text, value in _Statement(backend.catalog, statement.node).literals():
        text = _text(value, parameters)
        found = resolve_type(backend.catalog, type_text) if text is not None else None
        if text is None or found is None or found.text.array:
            continue
        if found.kind is TypeKind.ENUM or (found.schema == "pg_catalog" and found.name in _CHECKED):
            _check_literal(backend, type_text, found, text)


def _text(value: Any, parameters: Sequence[object]) -> str | None:
    """The text of a string literal, or of a parameter that is a string: drivers send it as a literal."""
    if isinstance(value, ast.A_Const) and isinstance(value.val, ast.String):
        return value.val.sval
    if isinstance(value, ast.ParamRef) and value.number and value.number <= len(parameters):
        given = parameters[value.number - 1]
        return given if isinstance(given, str) else None
    return None


def _check_literal(backend: Backend, type_text: str, found: ColumnType, text: str) -> None:
    try:
        casts.cast(backend, text, type_text)
    except Unsupported:
        return
    if (found.qualified, text) in backend.state.new_labels:
        raise SqlError("55P04", f'unsafe use of new value "{text}" of enum type {found.name}')


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement with the tables that it names."""

    catalog: Catalog
    node: Any

    def literals(self) -> _Typed:
        tables = self._tables()
        for part in nodes.walk(self.node):
            if isinstance(part, ast.TypeCast):
                yield format_type(part.typeName), part.arg
            elif isinstance(part, ast.ColumnDef) and part.typeName is not None:
                defaults = (one.raw_expr for one in part.constraints or () if one.raw_expr is not None)
                yield from ((format_type(part.typeName), value) for value in defaults)
            elif isinstance(part, ast.A_Expr):
                yield from self._operands(tables, part)
            elif isinstance(part, (ast.InsertStmt, ast.UpdateStmt, ast.AlterTableStmt)):
                yield from self._assigned(part)

    def _tables(self) -> list[tuple[str, Table]]:
        if isinstance(self.node, ast.CreateStmt):
            created = self._created()
            return [(created.name.name, created)] if created is not None else []
        found = []
        # What ALTER TABLE refers to is not what the table's expressions read.
        own = isinstance(self.node, ast.AlterTableStmt)
        for part in nodes.walk(self.node.relation if own else self.node):
            if isinstance(part, ast.RangeVar):
                table = self.catalog.find_table(nodes.range_name(part))
                if table is not None:
                    found.append((part.alias.aliasname if part.alias else part.relname, table))
        return [(str(alias), table) for alias, table in found]

    def _created(self) -> Table | None:
        """The table that a CREATE TABLE has made: not a temporary one of that name before it."""
        name = nodes.range_name(self.node.relation)
        temporary = self.node.relation.relpersistence == "t"
        schema = TEMPORARY_SCHEMA if temporary else self.catalog.current_schema or "public"
        return self.catalog.tables.get(name.qualify(schema))

    def _operands(self, tables: list[tuple[str, Table]], part: Any) -> _Typed:
        if part.kind not in _OPERATORS or nodes.strings(part.name)[-1] not in _COMPARISONS:
            return
        for column, other in ((part.lexpr, part.rexpr), (part.rexpr, part.lexpr)):
            type_text = _column_type(tables, column)
            if type_text is not None:
                values = other if isinstance(other, tuple) else (other,)
                yield from ((type_text, value) for value in values)

    def _assigned(self, part: Any) -> _Typed:
        table = self.catalog.find_table(nodes.range_name(part.relation))
        if table is None:
            return
        for name, value in _assignments(table, part):
            column = table.column(name)
            if column is not None:
                yield column.type, value


def _column_type(tables: list[tuple[str, Table]], node: Any) -> str | None:
    """The type of a column, if it is certain which table it belongs to."""
    if not isinstance(node, ast.ColumnRef) or nodes.column_name(node) is None:
        return None
    names = nodes.strings(node.fields)
    wanted = [table for alias, table in tables if len(names) == 1 or alias == names[-2]]
    columns = [column for table in wanted if (column := table.column(names[-1])) is not None]
    if len({column.type for column in columns}) != 1 or not all(table.complete for table in wanted):
        return None
    return columns[0].type


def _assignments(table: Table, part: Any) -> Iterator[tuple[str, Any]]:
    """The columns and values of INSERT ... VALUES, UPDATE ... SET and ALTER COLUMN ... SET DEFAULT."""
    if isinstance(part, ast.UpdateStmt):
        yield from ((target.name, target.val) for target in part.targetList or ())
    elif isinstance(part, ast.AlterTableStmt):
        yield from ((command.name, command.def_) for command in part.cmds or () if command.name)
    elif part.selectStmt is not None and part.selectStmt.valuesLists:
        given = [target.name for target in part.cols or ()] or [column.name for column in table.columns]
        for row in part.selectStmt.valuesLists:
            yield from zip(given, row, strict=False)
