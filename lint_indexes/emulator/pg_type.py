"""The rows of pg_type, pg_enum and pg_proc."""

from __future__ import annotations

from lint_indexes.emulator import objects
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.catalogs import Rows, system_relation
from lint_indexes.emulator.columntypes import BUILTIN_TYPES, resolve_type
from lint_indexes.model.catalog import RelationKind, Type, TypeKind

_TYPTYPES = {
    TypeKind.ENUM: ("e", "E"),
    TypeKind.DOMAIN: ("d", "U"),
    TypeKind.COMPOSITE: ("c", "C"),
    TypeKind.RANGE: ("r", "R"),
}

_NO_ROW_TYPE = (RelationKind.FOREIGN_TABLE,)


@system_relation("pg_catalog.pg_type")
def _types(backend: Backend) -> Rows:
    for builtin in BUILTIN_TYPES.values():
        typtype = "p" if builtin.category == "P" else "r" if builtin.category == "R" else "b"
        yield _row(builtin.oid, builtin.name, 11, typtype, builtin.category, array=builtin.array_oid)
        if builtin.array_oid:
            yield _row(builtin.array_oid, f"_{builtin.name}", 11, "b", "A", element=builtin.oid)
    for _, declared in sorted(backend.catalog.types.items()):
        yield from _declared(backend, declared)
    for table in backend.catalog.sorted_tables():
        oid, array = backend.oids.of("row type", table.name), backend.oids.of("row array", table.name)
        namespace = objects.namespace_oid(backend, table.name.schema)
        relation = objects.class_oid(backend, table.name)
        yield _row(oid, table.name.name, namespace, "c", "C", array=array, relation=relation)
        yield _row(array, f"_{table.name.name}", namespace, "b", "A", element=oid)


def _declared(backend: Backend, declared: Type) -> Rows:
    found = resolve_type(backend.catalog, str(declared.name))
    oid = objects.type_oid(backend, found)
    array = backend.oids.of("array type", declared.name)
    namespace = objects.namespace_oid(backend, declared.name.schema)
    typtype, category = _TYPTYPES[declared.kind]
    base = 0
    if declared.base is not None:
        base = objects.type_oid(backend, resolve_type(backend.catalog, declared.base))
    yield _row(oid, declared.name.name, namespace, typtype, category, array=array, base=base)
    yield _row(array, f"_{declared.name.name}", namespace, "b", "A", element=oid)


def _row(
    oid: int,
    name: str,
    namespace: int,
    typtype: str,
    category: str,
    *,
    array: int = 0,
    element: int = 0,
    relation: int = 0,
    base: int = 0,
) -> dict[str, object]:
    return {
        "oid": oid,
        "typname": name,
        "typnamespace": namespace,
        "typowner": 10,
        "typtype": typtype,
        "typcategory": category,
        "typispreferred": False,
        "typisdefined": True,
        "typdelim": ",",
        "typrelid": relation,
        "typelem": element,
        "typarray": array,
        "typnotnull": False,
        "typbasetype": base,
        "typtypmod": -1,
        "typndims": 0,
    }


@system_relation("pg_catalog.pg_enum")
def _enum_labels(backend: Backend) -> Rows:
    for name, declared in sorted(backend.catalog.types.items()):
        for number, label in enumerate(declared.labels, 1):
            yield {
                "oid": backend.oids.of("enum", (name, label)),
                "enumtypid": backend.oids.of("type", name),
                "enumsortorder": float(number),
                "enumlabel": label,
            }


@system_relation("pg_catalog.pg_proc")
def _functions(backend: Backend) -> Rows:
    for name, overloads in sorted(backend.catalog.functions.items()):
        for number, function in enumerate(overloads):
            row: dict[str, object] = {
                "oid": backend.oids.of("function", (name, function.arguments or number)),
                "proname": name.name,
                "pronamespace": objects.namespace_oid(backend, name.schema),
                "proowner": 10,
            }
            if function.arguments is not None:
                row["pronargs"] = len(function.arguments)
            yield row
