"""Answers to SQLAlchemy's inspector, in the shapes of sqlalchemy.engine.interfaces, as JSON-able values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator import objects
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.model.catalog import (
    RelationKind,
    Table,
    TypeKind,
)
from lint_indexes.model.names import ObjectName, QualifiedName

Arguments = Mapping[str, Any]
Answer = Callable[[Backend, Arguments], object]

_ANSWERS: dict[str, Answer] = {}


def answers(question: str) -> Callable[[Answer], Answer]:
    """Register what answers one of the inspector's methods."""

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


def find_asked(backend: Backend, arguments: Arguments, key: str = "table_name") -> Table:
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


@answers("has_table")
def _has_table(backend: Backend, arguments: Arguments) -> object:
    name = ObjectName(arguments["table_name"], arguments.get("schema"))
    found = backend.catalog.find_table(name) is not None
    if not found:
        _note_open_world(backend, f"whether {name} exists")
    return found


@answers("has_schema")
def _has_schema(backend: Backend, arguments: Arguments) -> object:
    return arguments["schema"] in (*backend.catalog.schemas, *objects.SYSTEM_NAMESPACES)


@answers("has_sequence")
def _has_sequence(backend: Backend, arguments: Arguments) -> object:
    name = ObjectName(arguments["sequence_name"], arguments.get("schema"))
    return any(at in backend.catalog.sequences for at in backend.catalog.candidates(name))


@answers("has_index")
def _has_index(backend: Backend, arguments: Arguments) -> object:
    name = ObjectName(arguments["table_name"], arguments.get("schema"))
    table = backend.catalog.find_table(name)
    if table is None:
        return False
    return any(index.name.name == arguments["index_name"] for index in backend.catalog.indexes_on(table.name))


@answers("has_type")
def _has_type(backend: Backend, arguments: Arguments) -> object:
    name = ObjectName(arguments["type_name"], arguments.get("schema"))
    if arguments.get("schema") == "*":
        return any(declared.name == name.name for declared in backend.catalog.types)
    return backend.catalog.find_type(name) is not None or backend.catalog.find_table(name) is not None


@answers("get_schema_names")
def _schema_names(backend: Backend, arguments: Arguments) -> object:
    return sorted({"information_schema", *backend.catalog.schemas})


@answers("get_table_names")
def _table_names(backend: Backend, arguments: Arguments) -> object:
    _note_open_world(backend, "which tables exist")
    return _names(backend, arguments, (RelationKind.TABLE, RelationKind.PARTITIONED_TABLE))


@answers("get_view_names")
def _view_names(backend: Backend, arguments: Arguments) -> object:
    return _names(backend, arguments, (RelationKind.VIEW,))


@answers("get_materialized_view_names")
def _materialized_view_names(backend: Backend, arguments: Arguments) -> object:
    return _names(backend, arguments, (RelationKind.MATERIALIZED_VIEW,))


@answers("get_foreign_table_names")
def _foreign_table_names(backend: Backend, arguments: Arguments) -> object:
    return _names(backend, arguments, (RelationKind.FOREIGN_TABLE,))


@answers("get_temp_table_names")
def _temp_table_names(backend: Backend, arguments: Arguments) -> object:
    tables = backend.catalog.sorted_tables()
    return [table.name.name for table in tables if table.name.schema.startswith("pg_temp")]


@answers("get_temp_view_names")
def _temp_view_names(backend: Backend, arguments: Arguments) -> object:
    return []


@answers("get_sequence_names")
def _sequence_names(backend: Backend, arguments: Arguments) -> object:
    schema = arguments.get("schema")
    return [name.name for name in sorted(backend.catalog.sequences) if _in_schema(backend, name, schema)]


@answers("get_table_oid")
def _table_oid(backend: Backend, arguments: Arguments) -> object:
    return objects.class_oid(backend, find_asked(backend, arguments).name)


@answers("get_table_comment")
def _table_comment(backend: Backend, arguments: Arguments) -> object:
    find_asked(backend, arguments)
    return {"text": None}


@answers("get_table_options")
def _table_options(backend: Backend, arguments: Arguments) -> object:
    table = find_asked(backend, arguments)
    parents = sorted(parent.name for parent in table.inherits)
    return {"postgresql_inherits": parents} if parents else {}


@answers("get_view_definition")
def _view_definition(backend: Backend, arguments: Arguments) -> object:
    find_asked(backend, arguments, "view_name")
    raise Unsupported("a view's definition as PostgreSQL prints it")


@answers("get_enums")
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


@answers("get_domains")
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
