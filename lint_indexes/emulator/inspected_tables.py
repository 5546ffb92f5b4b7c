"""What the inspector says about one table: columns, constraints, indexes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lint_indexes.emulator import constraintdef, objects
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.columntypes import resolve_type
from lint_indexes.emulator.defaults import default_text
from lint_indexes.emulator.inspection import Arguments, answers, find_asked
from lint_indexes.emulator.pg_class import predicate_text
from lint_indexes.model.catalog import (
    Column,
    Constraint,
    ConstraintKind,
    Index,
    Table,
    TypeKind,
)
from lint_indexes.model.names import QualifiedName


@answers("get_columns")
def _columns(backend: Backend, arguments: Arguments) -> object:
    table = find_asked(backend, arguments)
    return [_column(backend, column, arguments.get("schema")) for column in table.columns]


def _column(backend: Backend, column: Column, schema: str | None) -> dict[str, object]:
    found = resolve_type(backend.catalog, column.type)
    default = None if column.generated is not None else default_text(backend.catalog, column)
    described: dict[str, object] = {
        "name": column.name,
        "type": {
            "name": column.type,
            "enum": list(found.labels) if found.kind is TypeKind.ENUM else None,
            "schema": None
            if found.schema in ("pg_catalog", backend.catalog.current_schema)
            else found.schema,
        },
        "nullable": not column.not_null,
        "default": default,
        "autoincrement": column.identity or (default is not None and "nextval(" in default),
        "comment": None,
    }
    if column.generated is not None:
        described["computed"] = {"sqltext": column.generated, "persisted": not column.virtual}
    if column.identity:
        described["identity"] = _identity(found.name)
    return described


_LARGEST = {"int2": 2**15 - 1, "int4": 2**31 - 1, "int8": 2**63 - 1}


def _identity(type_name: str) -> dict[str, object]:
    """The options of an identity column that were left at their defaults (CREATE SEQUENCE)."""
    return {
        "always": False,
        "start": 1,
        "increment": 1,
        "minvalue": 1,
        "maxvalue": _LARGEST.get(type_name, _LARGEST["int8"]),
        "cycle": False,
        "cache": 1,
    }


def _constraints(table: Table, kind: ConstraintKind) -> Iterator[Constraint]:
    return (one for one in sorted(table.constraints, key=lambda one: one.name) if one.kind is kind)


@answers("get_pk_constraint")
def _primary_key(backend: Backend, arguments: Arguments) -> object:
    table = find_asked(backend, arguments)
    for constraint in _constraints(table, ConstraintKind.PRIMARY_KEY):
        return {
            "constrained_columns": list(constraint.columns),
            "name": constraint.name,
            "comment": None,
            "dialect_options": _key_options(backend, table, constraint),
        }
    return {"constrained_columns": [], "name": None}


def _key_options(backend: Backend, table: Table, constraint: Constraint) -> dict[str, object]:
    name = QualifiedName(table.name.schema, constraint.index or constraint.name)
    index = backend.catalog.indexes.get(name)
    options: dict[str, object] = {"postgresql_include": list(index.include) if index is not None else []}
    if constraint.kind is ConstraintKind.UNIQUE:
        options["postgresql_nulls_not_distinct"] = index is not None and index.nulls_not_distinct
    return options


@answers("get_unique_constraints")
def _unique_constraints(backend: Backend, arguments: Arguments) -> object:
    table = find_asked(backend, arguments)
    return [
        {
            "column_names": list(constraint.columns),
            "name": constraint.name,
            "comment": None,
            "dialect_options": _key_options(backend, table, constraint),
        }
        for constraint in _constraints(table, ConstraintKind.UNIQUE)
    ]


@answers("get_check_constraints")
def _check_constraints(backend: Backend, arguments: Arguments) -> object:
    table = find_asked(backend, arguments)
    return [
        {"name": constraint.name, "sqltext": constraint.expression, "comment": None}
        for constraint in _constraints(table, ConstraintKind.CHECK)
    ]


@answers("get_foreign_keys")
def _foreign_keys(backend: Backend, arguments: Arguments) -> object:
    table = find_asked(backend, arguments)
    return [
        _foreign_key(backend, constraint, constraint.references, arguments.get("schema"))
        for constraint in _constraints(table, ConstraintKind.FOREIGN_KEY)
        if constraint.references is not None
    ]


def _foreign_key(
    backend: Backend, constraint: Constraint, target: QualifiedName, schema: str | None
) -> dict[str, object]:
    referred: str | None = target.schema
    if objects.visible(backend.catalog, target):
        # pg_get_constraintdef() prints no schema there, and SQLAlchemy repeats the one it was asked for.
        referred = schema if schema == target.schema else None
    actions = {"onupdate": constraint.on_update, "ondelete": constraint.on_delete}
    options: dict[str, object] = {
        key: action for key, action in actions.items() if action not in (None, constraintdef.NO_ACTION)
    }
    if constraint.initially_deferred:
        options["initially"] = "DEFERRED"
    if constraint.deferrable:
        options["deferrable"] = True
    return {
        "name": constraint.name,
        "constrained_columns": list(constraint.columns),
        "referred_schema": referred,
        "referred_table": target.name,
        "referred_columns": list(constraintdef.referenced_columns(backend, constraint)),
        "options": options,
        "comment": None,
    }


@answers("get_indexes")
def _indexes(backend: Backend, arguments: Arguments) -> object:
    table = find_asked(backend, arguments)
    if table.name in backend.catalog.uncertain:
        backend.doubt(f"the inspector asks for the indexes of {table.name}, which are not known for sure")
    return [
        _index(index)
        for index in backend.catalog.indexes_on(table.name)
        if index.constraint is not ConstraintKind.PRIMARY_KEY
    ]


def _index(index: Index) -> dict[str, object]:
    elements = [key.column if key.column is not None else key.expression for key in index.keys]
    described: dict[str, object] = {"name": index.name.name, "unique": index.unique}
    described["column_names"] = [key.column for key in index.keys]
    if None in (key.column for key in index.keys):
        described["expressions"] = elements
    sorting = {
        element: order
        for element, key in zip(elements, index.keys, strict=True)
        if (order := _sorting(key.descending, key.nulls_first))
    }
    if sorting:
        described["column_sorting"] = sorting
    if index.constraint is not None:
        described["duplicates_constraint"] = index.name.name
    described["include_columns"] = list(index.include)  # read up to SQLAlchemy 2.0
    described["dialect_options"] = _index_options(index, elements)
    return described


def _sorting(descending: bool, nulls_first: bool) -> list[str]:
    """What differs from ascending with NULLs last."""
    if descending:
        return ["desc"] if nulls_first else ["desc", "nulls_last"]
    return ["nulls_first"] if nulls_first else []


def _index_options(index: Index, elements: Sequence[str | None]) -> dict[str, object]:
    options: dict[str, object] = {}
    classes = {
        element: key.opclass
        for element, key in zip(elements, index.keys, strict=True)
        if key.opclass is not None
    }
    if classes:
        options["postgresql_ops"] = classes
    if index.options:
        options["postgresql_with"] = dict(index.options)
    if index.method != "btree":
        options["postgresql_using"] = index.method
    if index.predicate is not None:
        options["postgresql_where"] = predicate_text(index)
    options["postgresql_include"] = list(index.include)
    if index.nulls_not_distinct:
        options["postgresql_nulls_not_distinct"] = True
    if not index.valid:
        options["postgresql_invalid"] = True
    return options
