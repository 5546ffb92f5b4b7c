"""Oids of catalog objects, and the objects of an oid."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.columntypes import BUILTIN_BY_NAME, ColumnType, resolve_type
from lint_indexes.emulator.values import Reg
from lint_indexes.model.catalog import Catalog, Constraint, Index, RelationKind, Table
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import ObjectName, QualifiedName, quote_identifier

SYSTEM_CLASSES = {
    "pg_type": 1247,
    "pg_attribute": 1249,
    "pg_proc": 1255,
    "pg_class": 1259,
    "pg_authid": 1260,
    "pg_database": 1262,
    "pg_am": 2601,
    "pg_attrdef": 2604,
    "pg_constraint": 2606,
    "pg_index": 2610,
    "pg_namespace": 2615,
    "pg_trigger": 2620,
    "pg_extension": 3079,
    "pg_enum": 3501,
}
"""Oids of the catalogs that pg_depend and pg_description refer to (PostgreSQL source, catalog/*.h)."""

SYSTEM_NAMESPACES = {"pg_catalog": 11, "pg_toast": 99, "information_schema": 13000}

RELKINDS = {
    RelationKind.TABLE: "r",
    RelationKind.PARTITIONED_TABLE: "p",
    RelationKind.MATERIALIZED_VIEW: "m",
    RelationKind.VIEW: "v",
    RelationKind.FOREIGN_TABLE: "f",
}


@dataclass(frozen=True, slots=True)
class ConstraintOf:
    """A constraint with its table."""

    table: Table
    constraint: Constraint


def namespace_oid(backend: Backend, schema: str) -> int:
    if schema == "public":
        return 2200
    return SYSTEM_NAMESPACES.get(schema) or backend.oids.of("namespace", schema)


def class_oid(backend: Backend, name: QualifiedName) -> int:
    if name.schema == "pg_catalog" and name.name in SYSTEM_CLASSES:
        return SYSTEM_CLASSES[name.name]
    return backend.oids.of("class", name)


def type_oid(backend: Backend, found: ColumnType) -> int:
    builtin = BUILTIN_BY_NAME.get(found.name) if found.schema == "pg_catalog" else None
    if builtin is not None:
        return builtin.array_oid if found.text.array else builtin.oid
    return backend.oids.of("array type" if found.text.array else "type", found.qualified)


def constraint_oid(backend: Backend, table: QualifiedName, name: str) -> int:
    return backend.oids.of("constraint", (table, name))


def all_constraints(catalog: Catalog) -> Iterator[ConstraintOf]:
    for table in catalog.sorted_tables():
        for constraint in sorted(table.constraints, key=lambda one: one.name):
            yield ConstraintOf(table, constraint)


def find_constraint(backend: Backend, oid: int) -> ConstraintOf | None:
    for entry in all_constraints(backend.catalog):
        if constraint_oid(backend, entry.table.name, entry.constraint.name) == oid:
            return entry
    return None


def find_index(backend: Backend, oid: int) -> Index | None:
    indexes = backend.catalog.sorted_indexes()
    return next((index for index in indexes if class_oid(backend, index.name) == oid), None)


def relation_names(catalog: Catalog) -> Iterator[QualifiedName]:
    """All that pg_class has a row for."""
    yield from sorted((*catalog.tables, *catalog.indexes, *catalog.sequences))


def visible(catalog: Catalog, name: QualifiedName) -> bool:
    """Whether the name finds its relation without a schema (pg_table_is_visible)."""
    if name.schema == "pg_catalog":
        return True
    found = find_relation(catalog, ObjectName(name.name))
    return found == name


def find_relation(catalog: Catalog, name: ObjectName) -> QualifiedName | None:
    """The table, index or sequence that a name means, system catalogs included."""
    if name.schema in (None, "pg_catalog") and name.name in SYSTEM_CLASSES:
        return QualifiedName("pg_catalog", name.name)
    return next((at for at in catalog.candidates(name) if catalog.relation_exists(at)), None)


def shown_name(catalog: Catalog, name: QualifiedName) -> str:
    """The name as regclass prints it: with its schema only where it must be."""
    return quote_identifier(name.name) if visible(catalog, name) else str(name)


def regclass(backend: Backend, name: QualifiedName) -> Reg:
    return Reg(class_oid(backend, name), shown_name(backend.catalog, name))


def attribute_number(table: Table, column: str) -> int:
    """pg_attribute.attnum, counted without the columns that were dropped before; 0 for an unknown column."""
    return next((at for at, one in enumerate(table.columns, 1) if one.name == column), 0)


def is_identity(table: Table | None, column: str) -> bool:
    found = table.column(column) if table is not None else None
    return found is not None and found.identity


def column_type(catalog: Catalog, text: str) -> ColumnType:
    return resolve_type(catalog, text)
