"""The views of information_schema on constraints (PostgreSQL manual, 37 The Information Schema)."""

from __future__ import annotations

from lint_indexes.emulator import constraintdef, objects
from lint_indexes.emulator.backend import DATABASE, Backend
from lint_indexes.emulator.catalogs import Rows, system_relation
from lint_indexes.emulator.information_schema import in_table, yes
from lint_indexes.model.catalog import ConstraintKind, Table
from lint_indexes.model.names import QualifiedName

_CONSTRAINT_TYPES = {
    ConstraintKind.PRIMARY_KEY: "PRIMARY KEY",
    ConstraintKind.UNIQUE: "UNIQUE",
    ConstraintKind.FOREIGN_KEY: "FOREIGN KEY",
    ConstraintKind.CHECK: "CHECK",
}


def _in_constraint(table: Table, name: str) -> dict[str, object]:
    return {
        "constraint_catalog": DATABASE,
        "constraint_schema": table.name.schema,
        "constraint_name": name,
    }


@system_relation("information_schema.table_constraints")
def _table_constraints(backend: Backend) -> Rows:
    for entry in objects.all_constraints(backend.catalog):
        constraint = entry.constraint
        if constraint.kind in _CONSTRAINT_TYPES:
            yield {
                **_in_constraint(entry.table, constraint.name),
                **in_table(entry.table),
                "constraint_type": _CONSTRAINT_TYPES[constraint.kind],
                "is_deferrable": yes(constraint.deferrable),
                "initially_deferred": yes(constraint.initially_deferred),
                "enforced": "YES",
                "nulls_distinct": _nulls_distinct(backend, entry),
            }
    for table in backend.catalog.sorted_tables():
        for number, column in enumerate(table.columns, 1):
            if column.not_null:
                yield {
                    **_in_constraint(table, _not_null_name(backend, table, number)),
                    **in_table(table),
                    "constraint_type": "CHECK",
                    "is_deferrable": "NO",
                    "initially_deferred": "NO",
                    "enforced": "YES",
                }


def _nulls_distinct(backend: Backend, entry: objects.ConstraintOf) -> str | None:
    if entry.constraint.kind is not ConstraintKind.UNIQUE:
        return None
    name = QualifiedName(entry.table.name.schema, entry.constraint.index or entry.constraint.name)
    index = backend.catalog.indexes.get(name)
    return yes(index is None or not index.nulls_not_distinct)


def _not_null_name(backend: Backend, table: Table, number: int) -> str:
    """The name that the information schema makes up for a NOT NULL: namespace_table_column_not_null."""
    namespace = objects.namespace_oid(backend, table.name.schema)
    return f"{namespace}_{objects.class_oid(backend, table.name)}_{number}_not_null"


@system_relation("information_schema.check_constraints")
def _check_constraints(backend: Backend) -> Rows:
    for entry in objects.all_constraints(backend.catalog):
        if entry.constraint.kind is ConstraintKind.CHECK:
            yield {
                **_in_constraint(entry.table, entry.constraint.name),
                "check_clause": f"(({entry.constraint.expression}))",
            }
    for table in backend.catalog.sorted_tables():
        for number, column in enumerate(table.columns, 1):
            if column.not_null:
                yield {
                    **_in_constraint(table, _not_null_name(backend, table, number)),
                    "check_clause": f"{column.name} IS NOT NULL",
                }


_KEYS = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE, ConstraintKind.FOREIGN_KEY)


@system_relation("information_schema.key_column_usage")
def _key_columns(backend: Backend) -> Rows:
    for entry in objects.all_constraints(backend.catalog):
        if entry.constraint.kind not in _KEYS:
            continue
        for number, column in enumerate(entry.constraint.columns, 1):
            foreign = entry.constraint.kind is ConstraintKind.FOREIGN_KEY
            yield {
                **_in_constraint(entry.table, entry.constraint.name),
                **in_table(entry.table),
                "column_name": column,
                "ordinal_position": number,
                "position_in_unique_constraint": number if foreign else None,
            }


@system_relation("information_schema.constraint_column_usage")
def _constraint_columns(backend: Backend) -> Rows:
    for entry in objects.all_constraints(backend.catalog):
        constraint, table = entry.constraint, entry.table
        columns = constraint.columns
        if constraint.kind is ConstraintKind.FOREIGN_KEY:
            target = backend.catalog.tables.get(constraint.references) if constraint.references else None
            if target is None:
                continue
            table, columns = target, constraintdef.referenced_columns(backend, constraint)
        elif constraint.kind is ConstraintKind.EXCLUDE:
            continue
        for column in columns:
            yield {
                **in_table(table),
                "column_name": column,
                **_in_constraint(entry.table, constraint.name),
            }


@system_relation("information_schema.constraint_table_usage")
def _constraint_tables(backend: Backend) -> Rows:
    for entry in objects.all_constraints(backend.catalog):
        if entry.constraint.kind in _KEYS:
            target = entry.constraint.references
            table = backend.catalog.tables.get(target) if target is not None else entry.table
            if table is not None:
                yield {**in_table(table), **_in_constraint(entry.table, entry.constraint.name)}


@system_relation("information_schema.referential_constraints")
def _referential_constraints(backend: Backend) -> Rows:
    for entry in objects.all_constraints(backend.catalog):
        constraint = entry.constraint
        if constraint.kind is not ConstraintKind.FOREIGN_KEY:
            continue
        target = backend.catalog.tables.get(constraint.references) if constraint.references else None
        key = constraintdef.referenced_key(target, constraint)
        yield {
            **_in_constraint(entry.table, constraint.name),
            "unique_constraint_catalog": DATABASE if key is not None else None,
            "unique_constraint_schema": target.name.schema
            if target is not None and key is not None
            else None,
            "unique_constraint_name": key.name if key is not None else None,
            "match_option": "NONE",
            "update_rule": constraint.on_update or constraintdef.NO_ACTION,
            "delete_rule": constraint.on_delete or constraintdef.NO_ACTION,
        }
