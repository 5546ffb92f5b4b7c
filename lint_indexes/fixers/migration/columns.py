"""Tables and columns as directives."""

from __future__ import annotations

from lint_indexes.fixers.migration.writer import Writer, Written
from lint_indexes.model.catalog import RelationKind
from lint_indexes.model.operations import (
    AddColumn,
    AlterColumnType,
    ColumnDefinition,
    CreateTable,
    DropColumn,
    DropTable,
    SetDefault,
    SetNotNull,
)
from lint_indexes.model.restoring import IrreversibleError


def add_column(writer: Writer, operation: AddColumn) -> Written:
    column = writer.column(operation.column)
    return [(False, {"do": "add_column", **writer.place(operation.table), "column": column})]


def drop_column(writer: Writer, operation: DropColumn) -> Written:
    place = writer.place(operation.table)
    return [(False, {"do": "drop_column", **place, "column": operation.column})]


def create_table(writer: Writer, operation: CreateTable) -> Written:
    columns = [writer.column(one) for one in operation.elements if isinstance(one, ColumnDefinition)]
    place = writer.place(operation.name)
    return [(False, {"do": "create_table", **place, "columns": columns, "checks": []})]


def drop_table(writer: Writer, operation: DropTable) -> Written | None:
    if operation.kind is not RelationKind.TABLE:
        names = ", ".join(map(str, operation.names))
        return [(False, {"do": "execute", "sql": f"DROP {operation.kind.value.upper()} {names}"})]
    return [(False, {"do": "drop_table", **writer.place(name)}) for name in operation.names]


def alter(writer: Writer, operation: AlterColumnType | SetNotNull | SetDefault) -> Written | None:
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
