"""The rows of information_schema (PostgreSQL manual, 37 The Information Schema)."""

from __future__ import annotations

from lint_indexes.emulator import objects
from lint_indexes.emulator.backend import DATABASE, USER, Backend
from lint_indexes.emulator.catalogs import Rows, system_relation
from lint_indexes.emulator.columntypes import BUILTIN_BY_NAME, ColumnType, resolve_type
from lint_indexes.emulator.defaults import default_text
from lint_indexes.model.catalog import Column, RelationKind, Table, TypeKind

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
    """A truth value as information_schema writes it."""
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
                **in_table(table),
                "table_type": _TABLE_TYPES[table.kind],
                "is_insertable_into": yes(table.kind is not RelationKind.VIEW),
                "is_typed": "NO",
            }


def in_table(table: Table) -> dict[str, object]:
    """The columns that name a table."""
    return {"table_catalog": DATABASE, "table_schema": table.name.schema, "table_name": table.name.name}


@system_relation("information_schema.columns")
def _columns(backend: Backend) -> Rows:
    for table in backend.catalog.sorted_tables():
        if table.kind not in _TABLE_TYPES:
            continue
        for number, column in enumerate(table.columns, 1):
            yield {**in_table(table), **_column(backend, column, number, table.kind)}


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
            yield {**in_table(table), "check_option": "NONE"}


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
