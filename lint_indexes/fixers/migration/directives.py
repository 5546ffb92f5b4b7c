"""Operations as directives: what the probe turns into Alembic's operations, and these into Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from lint_indexes.ddl.apply import apply
from lint_indexes.ddl.render import index_key
from lint_indexes.ddl.statements import statement
from lint_indexes.emulator.columntypes import resolve_type
from lint_indexes.model.catalog import Catalog, ConstraintKind, IndexKey, RelationKind, TypeKind
from lint_indexes.model.names import ObjectName, quote_identifier
from lint_indexes.model.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    ColumnDefinition,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTable,
    IndexDefinition,
    Operation,
    SetDefault,
    SetNotNull,
)
from lint_indexes.model.restoring import IrreversibleError
from lint_indexes.probe.protocol import Directive

_KINDS = {
    ConstraintKind.PRIMARY_KEY: "primary",
    ConstraintKind.UNIQUE: "unique",
    ConstraintKind.FOREIGN_KEY: "foreignkey",
    ConstraintKind.CHECK: "check",
}


def directives(
    operations: Sequence[Operation], before: Catalog, *, concurrently: bool, postgres_version: int
) -> list[Directive]:
    """The directives of some operations, in their order.

    Parameters:
        before: the state in which the first one runs.
        concurrently: build and drop the indexes of existing tables without blocking writes to them, outside
            the transaction.

    Raises:
        IrreversibleError: an operation cannot be written.
        SqlError: an operation does not fit the state.
    """
    writer = _Writer(before, concurrently)
    found: list[tuple[bool, Directive]] = []
    for operation in operations:
        found.extend(writer.write(operation))
        writer.state = apply(writer.state, operation, postgres_version=postgres_version)
    return [one for outside, group in groupby(found, _first) for one in _grouped(outside, group)]


def _first(pair: tuple[bool, Directive]) -> bool:
    return pair[0]


def _grouped(outside: bool, group: Iterator[tuple[bool, Directive]]) -> Iterator[Directive]:
    body = [directive for _, directive in group]
    if outside:
        yield {"do": "autocommit", "body": body}
    else:
        yield from body


class _Writer:
    """Writes one operation after the other; ``state`` is what the next one finds."""

    def __init__(self, before: Catalog, concurrently: bool) -> None:
        self.state = before
        self._existing = before
        self._concurrently = concurrently

    def write(self, operation: Operation) -> Iterator[tuple[bool, Directive]]:
        """Pairs of whether it must run outside the transaction, and the directive."""
        make = _MAKERS.get(type(operation))
        found = make(self, operation) if make else None
        if found is not None:
            yield from found
            return
        sql = statement(operation)
        if sql is None:
            raise IrreversibleError(f"{type(operation).__name__} has no form in a migration")
        yield False, {"do": "execute", "sql": sql}

    def place(self, name: ObjectName) -> dict[str, object]:
        """``table`` and ``schema`` of a table."""
        schema = None if name.schema == self.state.current_schema else name.schema
        return {"table": name.name, "schema": schema}

    def without_blocking(self, table: ObjectName) -> bool:
        """Whether the indexes of a table are built and dropped CONCURRENTLY.

        PostgreSQL refuses that for partitioned tables, and a new table has no readers.
        """
        found = self._existing.find_table(table)
        return self._concurrently and found is not None and found.kind is not RelationKind.PARTITIONED_TABLE

    def type(self, name: str) -> dict[str, object]:
        """A type as the inspector describes it."""
        found = resolve_type(self.state, name)
        labels = list(found.labels) if found.kind is TypeKind.ENUM else None
        schema = None if found.schema in ("pg_catalog", self.state.current_schema) else found.schema
        return {"name": name, "enum": labels, "schema": schema}

    def column(self, column: ColumnDefinition) -> dict[str, object]:
        return {
            "name": column.name,
            "type": self.type(column.type),
            "nullable": not column.not_null,
            "default": column.default,
            "generated": column.generated,
            "identity": column.identity,
        }

    def column_type(self, table: ObjectName, column: str) -> dict[str, object]:
        found = self.state.find_table(table)
        existing = found.column(column) if found else None
        if existing is None:
            raise IrreversibleError(f"column {column} of {table} is not known")
        return self.type(existing.type)


Written = list[tuple[bool, Directive]]


def _create_index(writer: _Writer, operation: CreateIndex) -> Written:
    outside = writer.without_blocking(operation.table) and not operation.only
    definition = operation.definition
    options = _options(definition)
    if outside:
        options["concurrently"] = True
    create: Directive = {
        "do": "create_index",
        "name": operation.name,
        **writer.place(operation.table),
        "unique": definition.unique,
        "keys": [_key(key) for key in definition.keys],
        "options": options,
    }
    if not outside:
        return [(False, create)]
    # What a failed CREATE INDEX CONCURRENTLY leaves is INVALID, and has the name.
    name = ObjectName(operation.name or "", operation.table.schema)
    if operation.table.schema == writer.state.current_schema:
        name = ObjectName(name.name)
    return [
        (True, {"do": "execute", "sql": f"DROP INDEX CONCURRENTLY IF EXISTS {name}"}),
        (True, create),
    ]


def _key(key: IndexKey) -> object:
    """A plain column by its name; what has an order, a collation or an expression as SQL."""
    plain = key.column is not None and key.collation is None and not key.opclass_options
    if plain and not key.descending and not key.nulls_first:
        return key.column
    return {"sql": index_key(key)}


def _options(definition: IndexDefinition) -> dict[str, object]:
    options: dict[str, object] = {}
    if definition.method != "btree":
        options["using"] = definition.method
    classes = {key.column: key.opclass for key in definition.keys if key.opclass and _key(key) == key.column}
    if classes:
        options["ops"] = classes
    if definition.include:
        options["include"] = list(definition.include)
    if definition.options:
        options["with"] = dict(definition.options)
    if definition.tablespace:
        options["tablespace"] = definition.tablespace
    if definition.nulls_not_distinct:
        options["nulls_not_distinct"] = True
    if definition.predicate is not None:
        options["where"] = definition.predicate
    return options


def _drop_index(writer: _Writer, operation: DropIndex) -> Written:
    written: Written = []
    for name in operation.names:
        index = writer.state.find_index(name)
        if index is None:
            raise IrreversibleError(f"index {name} is not known")
        table = ObjectName(index.table.name, index.table.schema)
        outside = writer.without_blocking(table)
        written.append(
            (
                outside,
                {"do": "drop_index", "name": name.name, **writer.place(table), "concurrently": outside},
            )
        )
    return written


def _add_constraint(writer: _Writer, operation: AddConstraint) -> Written | None:
    constraint = operation.constraint
    common = {
        "name": constraint.name,
        **writer.place(operation.table),
        "columns": list(constraint.columns),
        "deferrable": constraint.deferrable,
        "initially_deferred": constraint.initially_deferred,
    }
    if constraint.kind is ConstraintKind.FOREIGN_KEY and constraint.references is not None:
        target = writer.place(constraint.references)
        referenced = list(constraint.referenced_columns) or _primary_key(writer.state, constraint.references)
        return [
            (
                False,
                {
                    "do": "add_foreign_key",
                    **common,
                    "references": target["table"],
                    "referenced_schema": target["schema"],
                    "referenced_columns": referenced,
                    "on_delete": constraint.on_delete,
                    "on_update": constraint.on_update,
                },
            )
        ]
    if constraint.kind not in (ConstraintKind.UNIQUE, ConstraintKind.PRIMARY_KEY):
        return None
    if constraint.index is not None and writer.without_blocking(operation.table) and constraint.name:
        return _attach_index(writer, operation, constraint.index)
    plain = constraint.index is None or _options(constraint.index) == {}
    return [(False, {"do": "add_unique", **common})] if plain and constraint.kind is _UNIQUE else None


_UNIQUE = ConstraintKind.UNIQUE


def _attach_index(writer: _Writer, operation: AddConstraint, definition: IndexDefinition) -> Written:
    """Build the index without blocking, then make it the constraint's, which takes a moment."""
    name = operation.constraint.name
    build = _create_index(writer, CreateIndex(operation.table, name, definition))
    kind = "UNIQUE" if operation.constraint.kind is _UNIQUE else "PRIMARY KEY"
    deferral = " DEFERRABLE" if operation.constraint.deferrable else ""
    deferral += " INITIALLY DEFERRED" if operation.constraint.initially_deferred else ""
    place = writer.place(operation.table)
    table = ObjectName(str(place["table"]), None if place["schema"] is None else str(place["schema"]))
    quoted = quote_identifier(name or "")
    sql = f"ALTER TABLE {table} ADD CONSTRAINT {quoted} {kind} USING INDEX {quoted}{deferral}"
    return [*build, (False, {"do": "execute", "sql": sql})]


def _primary_key(state: Catalog, name: ObjectName) -> list[str]:
    table = state.find_table(name)
    keys = (one for one in table.constraints if one.kind is ConstraintKind.PRIMARY_KEY) if table else ()
    return [column for key in keys for column in key.columns]


def _drop_constraint(writer: _Writer, operation: DropConstraint) -> Written:
    table = writer.state.find_table(operation.table)
    constraint = table.constraint(operation.name) if table else None
    kind = None if constraint is None else _KINDS.get(constraint.kind)
    place = writer.place(operation.table)
    return [(False, {"do": "drop_constraint", "name": operation.name, **place, "kind": kind})]


def _add_column(writer: _Writer, operation: AddColumn) -> Written:
    column = writer.column(operation.column)
    return [(False, {"do": "add_column", **writer.place(operation.table), "column": column})]


def _drop_column(writer: _Writer, operation: DropColumn) -> Written:
    place = writer.place(operation.table)
    return [(False, {"do": "drop_column", **place, "column": operation.column})]


def _create_table(writer: _Writer, operation: CreateTable) -> Written:
    columns = [writer.column(one) for one in operation.elements if isinstance(one, ColumnDefinition)]
    place = writer.place(operation.name)
    return [(False, {"do": "create_table", **place, "columns": columns, "checks": []})]


def _drop_table(writer: _Writer, operation: DropTable) -> Written | None:
    if operation.kind is not RelationKind.TABLE:
        names = ", ".join(map(str, operation.names))
        return [(False, {"do": "execute", "sql": f"DROP {operation.kind.value.upper()} {names}"})]
    return [(False, {"do": "drop_table", **writer.place(name)}) for name in operation.names]


def _alter(writer: _Writer, operation: AlterColumnType | SetNotNull | SetDefault) -> Written | None:
    common = {
        **writer.place(operation.table),
        "column": operation.column,
        "existing_type": writer.column_type(operation.table, operation.column),
    }
    if isinstance(operation, AlterColumnType):
        if operation.collation is not None:
            raise IrreversibleError(f"column {operation.column} has a collation of its own")
        return [(False, {"do": "alter_type", **common, "type": writer.type(operation.type)})]
    if isinstance(operation, SetNotNull):
        return [(False, {"do": "alter_nullable", **common, "nullable": not operation.not_null})]
    return [(False, {"do": "alter_default", **common, "default": operation.default})]


_MAKERS: dict[type, Callable[[_Writer, Any], Written | None]] = {
    AddColumn: _add_column,
    AddConstraint: _add_constraint,
    AlterColumnType: _alter,
    CreateIndex: _create_index,
    CreateTable: _create_table,
    DropColumn: _drop_column,
    DropConstraint: _drop_constraint,
    DropIndex: _drop_index,
    DropTable: _drop_table,
    SetDefault: _alter,
    SetNotNull: _alter,
}
