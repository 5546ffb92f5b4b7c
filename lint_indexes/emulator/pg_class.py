"""The rows of pg_class, pg_attribute, pg_index, pg_constraint and what hangs on them (manual, 53)."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl.apply.checks import inherit_count
from lint_indexes.ddl.render import create_index
from lint_indexes.emulator import constraintdef, objects
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.catalogs import Rows, system_relation
from lint_indexes.emulator.defaults import default_text
from lint_indexes.emulator.values import UNKNOWN, Vector
from lint_indexes.model.catalog import ConstraintKind, Index, RelationKind, Table
from lint_indexes.model.names import QualifiedName

METHODS = {"heap": 2, "btree": 403, "hash": 405, "gist": 783, "gin": 2742, "spgist": 4000, "brin": 3580}

CONTYPES = {
    ConstraintKind.PRIMARY_KEY: "p",
    ConstraintKind.UNIQUE: "u",
    ConstraintKind.EXCLUDE: "x",
    ConstraintKind.FOREIGN_KEY: "f",
    ConstraintKind.CHECK: "c",
}

_ACTIONS = {
    None: "a",
    "NO ACTION": "a",
    "RESTRICT": "r",
    "CASCADE": "c",
    "SET NULL": "n",
    "SET DEFAULT": "d",
}

OWNER = 10


@system_relation("pg_catalog.pg_class")
def _classes(backend: Backend) -> Rows:
    catalog = backend.catalog
    for table in catalog.sorted_tables():
        yield {
            **_class(backend, table.name, objects.RELKINDS[table.kind], len(table.columns)),
            "relhasindex": bool(catalog.indexes_on(table.name)),
            "relchecks": sum(one.kind is ConstraintKind.CHECK for one in table.constraints),
            "relhassubclass": any(table.name in other.inherits for other in catalog.tables.values()),
            "relispartition": table.partition_of is not None,
            "reltype": backend.oids.of("row type", table.name),
            "relam": METHODS["heap"] if table.kind is RelationKind.TABLE else 0,
        }
    for index in catalog.sorted_indexes():
        parent = catalog.tables.get(index.table)
        partitioned = parent is not None and parent.kind is RelationKind.PARTITIONED_TABLE
        yield {
            **_class(backend, index.name, "I" if partitioned else "i", len(index.keys) + len(index.include)),
            "relispartition": index.partition_of is not None,
            "relam": METHODS.get(index.method, 0),
            "reloptions": [f"{name}={value}" for name, value in index.options] or None,
        }
    for sequence in sorted(catalog.sequences):
        yield _class(backend, sequence, "S", 3)


def _class(backend: Backend, name: QualifiedName, kind: str, attributes: int) -> dict[str, object]:
    return {
        "oid": objects.class_oid(backend, name),
        "relname": name.name,
        "relnamespace": objects.namespace_oid(backend, name.schema),
        "reltype": 0,
        "reloftype": 0,
        "relowner": OWNER,
        "relam": 0,
        "reltablespace": 0,
        "relpages": 0,
        "reltuples": -1.0 if kind in "rmp" else 0.0,
        "relhasindex": False,
        "relisshared": False,
        "relpersistence": "p",
        "relkind": kind,
        "relnatts": attributes,
        "relchecks": 0,
        "relhasrules": kind in "vm",
        "relhassubclass": False,
        "relrowsecurity": False,
        "relforcerowsecurity": False,
        "relispopulated": True,
        "relreplident": "d" if kind in "rp" else "n",
        "relispartition": False,
        "reloptions": None,
        "relpartbound": UNKNOWN,
    }


@system_relation("pg_catalog.pg_attribute")
def _attributes(backend: Backend) -> Rows:
    for table in backend.catalog.sorted_tables():
        yield from _columns_of(backend, table)
    for index in backend.catalog.sorted_indexes():
        names = [key.column or f"expr{at or ''}" for at, key in enumerate(index.keys)]
        for number, name in enumerate((*names, *index.include), 1):
            yield {
                "attrelid": objects.class_oid(backend, index.name),
                "attname": name,
                "attnum": number,
                "attnotnull": False,
                "atthasdef": False,
                "attidentity": "",
                "attgenerated": "",
                "attisdropped": False,
            }


def _columns_of(backend: Backend, table: Table) -> Rows:
    for number, column in enumerate(table.columns, 1):
        found = objects.column_type(backend.catalog, column.type)
        yield {
            "attrelid": objects.class_oid(backend, table.name),
            "attname": column.name,
            "atttypid": objects.type_oid(backend, found),
            "attstattarget": -1,
            "attnum": number,
            "attndims": int(found.text.array),
            "atttypmod": type_modifier(found.name, found.text.modifiers),
            "attnotnull": column.not_null,
            "atthasdef": column.default is not None or column.generated is not None,
            "atthasmissing": False,
            "attidentity": "d" if column.identity else "",
            "attgenerated": ("v" if column.virtual else "s") if column.generated else "",
            "attisdropped": False,
            "attislocal": True,
            "attinhcount": 0,
            "attacl": None,
            "attoptions": None,
        }


def type_modifier(name: str, modifiers: tuple[str, ...]) -> int:
    """pg_attribute.atttypmod: a length counts its header of 4 bytes, a numeric packs both numbers."""
    numbers = [int(one) for one in modifiers if one.lstrip("-").isdigit()]
    if not numbers or len(numbers) != len(modifiers):
        return -1
    if name in ("varchar", "bpchar"):
        return numbers[0] + 4
    if name == "numeric":
        return ((numbers[0] << 16) | (numbers[1] & 0x7FF if len(numbers) > 1 else 0)) + 4
    return numbers[0]


@system_relation("pg_catalog.pg_attrdef")
def _defaults(backend: Backend) -> Rows:
    for table in backend.catalog.sorted_tables():
        for number, column in enumerate(table.columns, 1):
            text = column.generated if column.generated is not None else default_text(backend.catalog, column)
            if text is not None:
                yield {
                    "oid": backend.oids.of("default", (table.name, column.name)),
                    "adrelid": objects.class_oid(backend, table.name),
                    "adnum": number,
                    "adbin": text,
                }


@system_relation("pg_catalog.pg_index")
def _index_rows(backend: Backend) -> Rows:
    for index in backend.catalog.sorted_indexes():
        table = backend.catalog.tables.get(index.table)
        keys = [key.column for key in index.keys]
        numbers = [
            objects.attribute_number(table, name) if table is not None and name is not None else 0
            for name in (*keys, *index.include)
        ]
        expressions = [key.expression for key in index.keys if key.expression is not None]
        yield {
            "indexrelid": objects.class_oid(backend, index.name),
            "indrelid": objects.class_oid(backend, index.table),
            "indnatts": len(numbers),
            "indnkeyatts": len(keys),
            "indisunique": index.unique,
            "indnullsnotdistinct": index.nulls_not_distinct,
            "indisprimary": index.constraint is ConstraintKind.PRIMARY_KEY,
            "indisexclusion": index.constraint is ConstraintKind.EXCLUDE,
            "indimmediate": True,
            "indisclustered": False,
            "indisvalid": index.valid,
            "indcheckxmin": False,
            "indisready": True,
            "indislive": True,
            "indisreplident": False,
            "indkey": Vector(numbers),
            "indoption": Vector([key.descending + 2 * key.nulls_first for key in index.keys]),
            "indexprs": ", ".join(expressions) or None,
            "indpred": predicate_text(index),
        }


def predicate_text(index: Index) -> str | None:
    """The predicate as pg_get_expr() prints it: what follows WHERE in the index's definition."""
    if index.predicate is None:
        return None
    return (
        create_index(index).removeprefix(create_index(replace(index, predicate=None))).removeprefix(" WHERE ")
    )


@system_relation("pg_catalog.pg_indexes")
def _indexes(backend: Backend) -> Rows:
    for index in backend.catalog.sorted_indexes():
        yield {
            "schemaname": index.name.schema,
            "tablename": index.table.name,
            "indexname": index.name.name,
            "tablespace": index.tablespace,
            "indexdef": create_index(index),
        }


@system_relation("pg_catalog.pg_constraint")
def _constraints(backend: Backend) -> Rows:
    for entry in objects.all_constraints(backend.catalog):
        table, constraint = entry.table, entry.constraint
        target = backend.catalog.tables.get(constraint.references) if constraint.references else None
        foreign = constraint.kind is ConstraintKind.FOREIGN_KEY
        yield {
            "oid": objects.constraint_oid(backend, table.name, constraint.name),
            "conname": constraint.name,
            "connamespace": objects.namespace_oid(backend, table.name.schema),
            "contype": CONTYPES[constraint.kind],
            "condeferrable": constraint.deferrable,
            "condeferred": constraint.initially_deferred,
            "convalidated": constraint.valid,
            "conrelid": objects.class_oid(backend, table.name),
            "contypid": 0,
            "conindid": constraintdef.index_oid(backend, table, constraint, target),
            "conparentid": 0,
            "confrelid": objects.class_oid(backend, constraint.references) if constraint.references else 0,
            "confupdtype": _ACTIONS.get(constraint.on_update, "a") if foreign else " ",
            "confdeltype": _ACTIONS.get(constraint.on_delete, "a") if foreign else " ",
            "confmatchtype": "s" if foreign else " ",
            "conislocal": constraint.local,
            "coninhcount": inherit_count(backend.catalog, table, constraint),
            "connoinherit": not constraint.is_for_children,
            "conkey": [objects.attribute_number(table, one) for one in constraint.columns] or None,
            "confkey": constraintdef.referenced_numbers(target, constraint),
            "conbin": constraint.expression,
        }


@system_relation("pg_catalog.pg_inherits")
def _inheritance(backend: Backend) -> Rows:
    for table in backend.catalog.sorted_tables():
        parents = (*table.inherits, *([table.partition_of] if table.partition_of else []))
        for number, parent in enumerate(dict.fromkeys(parents), 1):
            yield _inherits(backend, table.name, parent, number)
    for index in backend.catalog.sorted_indexes():
        if index.partition_of is not None:
            yield _inherits(backend, index.name, index.partition_of, 1)


def _inherits(
    backend: Backend, child: QualifiedName, parent: QualifiedName, number: int
) -> dict[str, object]:
    return {
        "inhrelid": objects.class_oid(backend, child),
        "inhparent": objects.class_oid(backend, parent),
        "inhseqno": number,
        "inhdetachpending": False,
    }


@system_relation("pg_catalog.pg_depend")
def _dependencies(backend: Backend) -> Rows:
    pg_class, pg_constraint = objects.SYSTEM_CLASSES["pg_class"], objects.SYSTEM_CLASSES["pg_constraint"]
    for name, sequence in sorted(backend.catalog.sequences.items()):
        if sequence.owned_by is not None:
            owner, column = sequence.owned_by
            table = backend.catalog.tables.get(owner)
            yield {
                "classid": pg_class,
                "objid": objects.class_oid(backend, name),
                "objsubid": 0,
                "refclassid": pg_class,
                "refobjid": objects.class_oid(backend, owner),
                "refobjsubid": objects.attribute_number(table, column) if table is not None else 0,
                "deptype": "i" if objects.is_identity(table, column) else "a",
            }
    for entry in objects.all_constraints(backend.catalog):
        if entry.constraint.index is not None:
            name = QualifiedName(entry.table.name.schema, entry.constraint.index)
            yield {
                "classid": pg_class,
                "objid": objects.class_oid(backend, name),
                "objsubid": 0,
                "refclassid": pg_constraint,
                "refobjid": objects.constraint_oid(backend, entry.table.name, entry.constraint.name),
                "refobjsubid": 0,
                "deptype": "i",
            }
