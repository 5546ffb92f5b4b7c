"""The rows of information_schema (PostgreSQL manual, 37 The Information Schema)."""

from __future__ import annotations

from lint_indexes.emulator import constraintdef, objects
from lint_indexes.emulator.backend import DATABASE, USER, Backend
from lint_indexes.emulator.catalogs import Rows, system_relation
from lint_indexes.emulator.columntypes import BUILTIN_BY_NAME, ColumnType, resolve_type
from lint_indexes.emulator.defaults import default_text
from lint_indexes.model.catalog import Column, ConstraintKind, RelationKind, Table, TypeKind
from lint_indexes.model.names import QualifiedName

_TABLE_TYPES = {
    RelationKind.TABLE: "BASE TABLE",
    RelationKind.PARTITIONED_TABLE: "BASE TABLE",
    RelationKind.VIEW: "VIEW",
    RelationKind.FOREIGN_TABLE: "FOREIGN",
}
"""Materialized views are not part of the information schema."""

_PRECISIONS = {
    "int2": (16, 2, 0),
    "int4": (32, 2, 0),
    "int8": (64, 2, 0),
    "float4": (24, 2, None),
    "float8": (53, 2, None),
}
_TIMES = ("time", "timetz", "timestamp", "timestamptz", "interval")
_MAXIMUM_OCTETS = 1 << 30
_OCTETS_PER_CHARACTER = 4


def yes(value: object) -> str:
    return "YES" if value else "NO"


@system_relation("information_schema.schemata")
def _schemata(backend: Backend) -> Rows:
    for schema in sorted({*objects.SYSTEM_NAMESPACES, *backend.catalog.schemas}):
        yield {"catalog_name": DATABASE, "schema_name": schema, "schema_owner": USER}


@system_relation("information_schema.tables")
def _tables(backend: Backend) -> Rows:
    for table in backend.catalog.sorted_tables():
        if table.kind in _TABLE_TYPES:
            yield {
                **_in_table(table),
                "table_type": _TABLE_TYPES[table.kind],
                "is_insertable_into": yes(table.kind is not RelationKind.VIEW),
                "is_typed": "NO",
            }


def _in_table(table: Table) -> dict[str, object]:
    return {"table_catalog": DATABASE, "table_schema": table.name.schema, "table_name": table.name.name}


@system_relation("information_schema.columns")
def _columns(backend: Backend) -> Rows:
    for table in backend.catalog.sorted_tables():
        if table.kind not in _TABLE_TYPES:
            continue
        for number, column in enumerate(table.columns, 1):
            yield {**_in_table(table), **_column(backend, column, number, table.kind)}


def _column(backend: Backend, column: Column, number: int, kind: RelationKind) -> dict[str, object]:
    found = resolve_type(backend.catalog, column.type)
    row: dict[str, object] = {
        "column_name": column.name,
        "ordinal_position": number,
        "column_default": None if column.generated else default_text(backend.catalog, column),
        "is_nullable": yes(not column.not_null),
        "dtd_identifier": str(number),
        "is_self_referencing": "NO",
        "is_identity": yes(column.identity),
        "identity_generation": "BY DEFAULT" if column.identity else None,
        "identity_cycle": "NO",
        "is_generated": "ALWAYS" if column.generated else "NEVER",
        "generation_expression": column.generated,
        "is_updatable": yes(kind is not RelationKind.VIEW),
    }
    if found.kind is TypeKind.DOMAIN and not found.text.array and found.base is not None:
        row |= {"domain_catalog": DATABASE, "domain_schema": found.schema, "domain_name": found.name}
        found = resolve_type(backend.catalog, found.base)
    return {**row, **_type_columns(found)}


def _type_columns(found: ColumnType) -> dict[str, object]:
    row: dict[str, object] = {
        "data_type": data_type(found),
        "udt_catalog": DATABASE,
        "udt_schema": found.schema,
        "udt_name": found.udt_name,
    }
    if found.text.array or found.schema != "pg_catalog":
        return row
    numbers = [int(one) for one in found.text.modifiers if one.isdigit()]
    first = numbers[0] if numbers else None
    if found.name in ("varchar", "bpchar", "bit", "varbit", "text"):
        row["character_maximum_length"] = first
        if found.name not in ("bit", "varbit"):
            octets = _MAXIMUM_OCTETS if first is None else first * _OCTETS_PER_CHARACTER
            row["character_octet_length"] = octets
    elif found.name in _PRECISIONS:
        precision, radix, scale = _PRECISIONS[found.name]
        row |= {"numeric_precision": precision, "numeric_precision_radix": radix, "numeric_scale": scale}
    elif found.name == "numeric":
        scale = None if first is None else numbers[1] if len(numbers) > 1 else 0
        row |= {"numeric_precision": first, "numeric_precision_radix": 10, "numeric_scale": scale}
    elif found.name in _TIMES:
        row["datetime_precision"] = 6 if first is None else first
    elif found.name == "date":
        row["datetime_precision"] = 0
    return row


def data_type(found: ColumnType) -> str:
    """columns.data_type: the name in SQL, or what stands for an array and for a type of the user's own."""
    if found.text.array:
        return "ARRAY"
    if found.schema == "pg_catalog" and found.name in BUILTIN_BY_NAME:
        return BUILTIN_BY_NAME[found.name].format
    return "USER-DEFINED"


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
                **_in_table(entry.table),
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
                    **_in_table(table),
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
                **_in_table(entry.table),
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
                **_in_table(table),
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
                yield {**_in_table(table), **_in_constraint(entry.table, entry.constraint.name)}


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


@system_relation("information_schema.sequences")
def _sequences(backend: Backend) -> Rows:
    for sequence, described in sorted(backend.catalog.sequences.items()):
        owner = described.owned_by
        if owner is not None and objects.is_identity(backend.catalog.tables.get(owner[0]), owner[1]):
            continue
        yield {
            "sequence_catalog": DATABASE,
            "sequence_schema": sequence.schema,
            "sequence_name": sequence.name,
        }


@system_relation("information_schema.views")
def _views(backend: Backend) -> Rows:
    for table in backend.catalog.sorted_tables():
        if table.kind is RelationKind.VIEW:
            yield {**_in_table(table), "check_option": "NONE"}


@system_relation("information_schema.routines")
def _routines(backend: Backend) -> Rows:
    for name, overloads in sorted(backend.catalog.functions.items()):
        for number, function in enumerate(overloads):
            oid = backend.oids.of("function", (name, function.arguments or number))
            yield {
                "specific_catalog": DATABASE,
                "specific_schema": name.schema,
                "specific_name": f"{name.name}_{oid}",
                "routine_catalog": DATABASE,
                "routine_schema": name.schema,
                "routine_name": name.name,
            }


@system_relation("information_schema.domains")
def _domains(backend: Backend) -> Rows:
    for name, declared in sorted(backend.catalog.types.items()):
        if declared.kind is TypeKind.DOMAIN and declared.base is not None:
            yield {
                "domain_catalog": DATABASE,
                "domain_schema": name.schema,
                "domain_name": name.name,
                **_type_columns(resolve_type(backend.catalog, declared.base)),
            }
