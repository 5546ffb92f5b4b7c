"""Answers to SQLAlchemy's inspector, in the shapes of sqlalchemy.engine.interfaces, as JSON-able values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator import constraintdef, objects
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.columntypes import resolve_type
from lint_indexes.emulator.defaults import default_text
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.pg_catalog import predicate_text
from lint_indexes.model.catalog import (
    Column,
    Constraint,
    ConstraintKind,
    Index,
    RelationKind,
    Table,
    TypeKind,
)
from lint_indexes.model.names import ObjectName, QualifiedName

Arguments = Mapping[str, Any]
Answer = Callable[[Backend, Arguments], object]

_ANSWERS: dict[str, Answer] = {}


def _answers(question: str) -> Callable[[Answer], Answer]:
    def register(answer: Answer) -> Answer:
        _ANSWERS[question] = answer
        return answer

    return register


def inspect_catalog(backend: Backend, question: str, arguments: Arguments) -> object:
    """What a method of SQLAlchemy's PostgreSQL dialect would return.

    Raises:
        SqlError: 42P01 for a table that does not exist.
        Unsupported: for a method that is not known, or what only a real server knows.
    """
    answer = _ANSWERS.get(question)
    if answer is None:
        raise Unsupported(f"the inspector's {question}")
    return answer(backend, arguments)


def _in_schema(backend: Backend, name: QualifiedName, schema: str | None) -> bool:
    """Whether the inspector lists an object: without a schema, those that a bare name finds."""
    if schema is not None:
        return name.schema == schema
    return objects.visible(backend.catalog, name)


def _names(backend: Backend, arguments: Arguments, kinds: Sequence[RelationKind]) -> list[str]:
    schema = arguments.get("schema")
    return [
        table.name.name
        for table in backend.catalog.sorted_tables()
        if table.kind in kinds and _in_schema(backend, table.name, schema)
    ]


def _find(backend: Backend, arguments: Arguments, key: str = "table_name") -> Table:
    """The table that a question is about.

    Raises:
        SqlError: 42P01.
    """
    name = ObjectName(arguments[key], arguments.get("schema"))
    table = backend.catalog.find_table(name)
    if table is None:
        _note_open_world(backend, f"whether {name} exists")
        raise SqlError("42P01", f'relation "{name}" does not exist')
    if not table.complete:
        backend.doubt(f"the inspector asks for {name}, of which not all columns are known")
    return table


def _note_open_world(backend: Backend, what: str) -> None:
    if backend.catalog.open_world:
        backend.doubt(f"the inspector asks {what}, and this history does not create everything")


@_answers("has_table")
def _has_table(backend: Backend, arguments: Arguments) -> object:
    name = ObjectName(arguments["table_name"], arguments.get("schema"))
    found = backend.catalog.find_table(name) is not None
    if not found:
        _note_open_world(backend, f"whether {name} exists")
    return found


@_answers("has_schema")
def _has_schema(backend: Backend, arguments: Arguments) -> object:
    return arguments["schema"] in (*backend.catalog.schemas, *objects.SYSTEM_NAMESPACES)


@_answers("has_sequence")
def _has_sequence(backend: Backend, arguments: Arguments) -> object:
    name = ObjectName(arguments["sequence_name"], arguments.get("schema"))
    return any(at in backend.catalog.sequences for at in backend.catalog.candidates(name))


@_answers("has_index")
def _has_index(backend: Backend, arguments: Arguments) -> object:
    name = ObjectName(arguments["table_name"], arguments.get("schema"))
    table = backend.catalog.find_table(name)
    if table is None:
        return False
    return any(index.name.name == arguments["index_name"] for index in backend.catalog.indexes_on(table.name))


@_answers("has_type")
def _has_type(backend: Backend, arguments: Arguments) -> object:
    name = ObjectName(arguments["type_name"], arguments.get("schema"))
    if arguments.get("schema") == "*":
        return any(declared.name == name.name for declared in backend.catalog.types)
    return backend.catalog.find_type(name) is not None or backend.catalog.find_table(name) is not None


@_answers("get_schema_names")
def _schema_names(backend: Backend, arguments: Arguments) -> object:
    return sorted({"information_schema", *backend.catalog.schemas})


@_answers("get_table_names")
def _table_names(backend: Backend, arguments: Arguments) -> object:
    _note_open_world(backend, "which tables exist")
    return _names(backend, arguments, (RelationKind.TABLE, RelationKind.PARTITIONED_TABLE))


@_answers("get_view_names")
def _view_names(backend: Backend, arguments: Arguments) -> object:
    return _names(backend, arguments, (RelationKind.VIEW,))


@_answers("get_materialized_view_names")
def _materialized_view_names(backend: Backend, arguments: Arguments) -> object:
    return _names(backend, arguments, (RelationKind.MATERIALIZED_VIEW,))


@_answers("get_foreign_table_names")
def _foreign_table_names(backend: Backend, arguments: Arguments) -> object:
    return _names(backend, arguments, (RelationKind.FOREIGN_TABLE,))


@_answers("get_temp_table_names")
def _temp_table_names(backend: Backend, arguments: Arguments) -> object:
    tables = backend.catalog.sorted_tables()
    return [table.name.name for table in tables if table.name.schema.startswith("pg_temp")]


@_answers("get_temp_view_names")
def _temp_view_names(backend: Backend, arguments: Arguments) -> object:
    return []


@_answers("get_sequence_names")
def _sequence_names(backend: Backend, arguments: Arguments) -> object:
    schema = arguments.get("schema")
    return [name.name for name in sorted(backend.catalog.sequences) if _in_schema(backend, name, schema)]


@_answers("get_table_oid")
def _table_oid(backend: Backend, arguments: Arguments) -> object:
    return objects.class_oid(backend, _find(backend, arguments).name)


@_answers("get_table_comment")
def _table_comment(backend: Backend, arguments: Arguments) -> object:
    _find(backend, arguments)
    return {"text": None}


@_answers("get_table_options")
def _table_options(backend: Backend, arguments: Arguments) -> object:
    table = _find(backend, arguments)
    parents = sorted(parent.name for parent in table.inherits)
    return {"postgresql_inherits": parents} if parents else {}


@_answers("get_view_definition")
def _view_definition(backend: Backend, arguments: Arguments) -> object:
    _find(backend, arguments, "view_name")
    raise Unsupported("a view's definition as PostgreSQL prints it")


@_answers("get_columns")
def _columns(backend: Backend, arguments: Arguments) -> object:
    table = _find(backend, arguments)
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
        described["computed"] = {"sqltext": column.generated, "persisted": True}
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


@_answers("get_pk_constraint")
def _primary_key(backend: Backend, arguments: Arguments) -> object:
    table = _find(backend, arguments)
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


@_answers("get_unique_constraints")
def _unique_constraints(backend: Backend, arguments: Arguments) -> object:
    table = _find(backend, arguments)
    return [
        {
            "column_names": list(constraint.columns),
            "name": constraint.name,
            "comment": None,
            "dialect_options": _key_options(backend, table, constraint),
        }
        for constraint in _constraints(table, ConstraintKind.UNIQUE)
    ]


@_answers("get_check_constraints")
def _check_constraints(backend: Backend, arguments: Arguments) -> object:
    table = _find(backend, arguments)
    return [
        {"name": constraint.name, "sqltext": constraint.expression, "comment": None}
        for constraint in _constraints(table, ConstraintKind.CHECK)
    ]


@_answers("get_foreign_keys")
def _foreign_keys(backend: Backend, arguments: Arguments) -> object:
    table = _find(backend, arguments)
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


@_answers("get_indexes")
def _indexes(backend: Backend, arguments: Arguments) -> object:
    table = _find(backend, arguments)
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


@_answers("get_enums")
def _enums(backend: Backend, arguments: Arguments) -> object:
    schema = arguments.get("schema")
    return [
        {
            "name": name.name,
            "schema": name.schema,
            "visible": name.schema in backend.catalog.search_path,
            "labels": list(declared.labels),
        }
        for name, declared in sorted(backend.catalog.types.items())
        if declared.kind is TypeKind.ENUM and _type_in_schema(backend, name, schema)
    ]


def _type_in_schema(backend: Backend, name: QualifiedName, schema: str | None) -> bool:
    if schema is None:
        return name.schema in backend.catalog.search_path
    return schema in ("*", name.schema)


@_answers("get_domains")
def _domains(backend: Backend, arguments: Arguments) -> object:
    schema = arguments.get("schema")
    return [
        {
            "name": name.name,
            "schema": name.schema,
            "visible": name.schema in backend.catalog.search_path,
            "type": declared.base,
            "nullable": True,
            "default": None,
            "constraints": [],
        }
        for name, declared in sorted(backend.catalog.types.items())
        if declared.kind is TypeKind.DOMAIN and _type_in_schema(backend, name, schema)
    ]
