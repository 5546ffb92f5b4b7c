"""Functions on catalog objects, settings and locks (PostgreSQL manual, 9.27 and 9.28)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.render import create_index
from lint_indexes.emulator import casts, constraintdef, objects
from lint_indexes.emulator.backend import DATABASE, USER, Backend
from lint_indexes.emulator.columntypes import name_of_type
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.functions import FUNCTIONS, Arguments, ScalarFunction, scalar
from lint_indexes.emulator.values import text_of
from lint_indexes.model.catalog import RelationKind
from lint_indexes.model.names import QualifiedName, quote_identifier


def _constant(*names: str, value: Any) -> None:
    for name in names:
        FUNCTIONS[name] = ScalarFunction(lambda *_: value)


# Locks are never contended, privileges never lacking: the replay is alone, and a superuser.
_constant(
    "pg_advisory_lock",
    "pg_advisory_xact_lock",
    "pg_advisory_lock_shared",
    "pg_advisory_xact_lock_shared",
    "pg_advisory_unlock_all",
    "pg_sleep",
    "pg_notify",
    value="",
)
_constant(
    "pg_try_advisory_lock",
    "pg_try_advisory_xact_lock",
    "pg_advisory_unlock",
    "has_table_privilege",
    "has_schema_privilege",
    "has_database_privilege",
    "has_column_privilege",
    "has_sequence_privilege",
    "has_function_privilege",
    "has_type_privilege",
    "pg_has_role",
    "pg_type_is_visible",
    "pg_function_is_visible",
    value=True,
)
_constant("pg_is_in_recovery", value=False)
_constant("pg_backend_pid", value=1)
_constant("pg_relation_size", "pg_total_relation_size", "pg_table_size", "pg_indexes_size", value=0)
_constant("obj_description", "col_description", "shobj_description", value=None)
_constant("current_database", "current_catalog", value=DATABASE)
_constant("current_user", "session_user", "user", "current_role", value=USER)


def _hashed(_: Backend, arguments: Arguments) -> Any:
    """hashtext() feeds advisory locks only; any stable number will do there."""
    return sum(text_of(arguments[0]).encode())


FUNCTIONS["hashtext"] = ScalarFunction(_hashed)
FUNCTIONS["hashtextextended"] = ScalarFunction(_hashed)


@scalar("current_schema")
def _current_schema(backend: Backend, arguments: Arguments) -> Any:
    return backend.catalog.current_schema


@scalar("current_schemas")
def _current_schemas(backend: Backend, arguments: Arguments) -> Any:
    path = [schema for schema in backend.catalog.search_path if schema in backend.catalog.schemas]
    implicit = ["pg_catalog"] if arguments[0] and "pg_catalog" not in path else []
    return [*implicit, *path]


@scalar("version")
def _version(backend: Backend, arguments: Arguments) -> Any:
    return f"PostgreSQL {backend.postgres_version}.0 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit"


@scalar("current_setting")
def _current_setting(backend: Backend, arguments: Arguments) -> Any:
    try:
        return backend.setting(arguments[0])
    except SqlError:
        if len(arguments) > 1 and arguments[1]:
            return None
        raise


@scalar("set_config", strict=False)
def _set_config(backend: Backend, arguments: Arguments) -> Any:
    name, value, local = arguments
    backend.set(name, text_of("" if value is None else value), local=bool(local))
    return value


@scalar("to_regclass")
def _to_regclass(backend: Backend, arguments: Arguments) -> Any:
    found = casts.to_regclass(backend, text_of(arguments[0]))
    if found is None and backend.open_world:
        raise Unsupported(f"whether the relation {arguments[0]} exists")
    return found


@scalar("to_regtype")
def _to_regtype(backend: Backend, arguments: Arguments) -> Any:
    return casts.to_regtype(backend, text_of(arguments[0]))


@scalar("to_regnamespace")
def _to_regnamespace(backend: Backend, arguments: Arguments) -> Any:
    try:
        return casts.cast(backend, text_of(arguments[0]), "regnamespace")
    except SqlError:
        return None


@scalar("to_regrole")
def _to_regrole(backend: Backend, arguments: Arguments) -> Any:
    try:
        return casts.cast(backend, text_of(arguments[0]), "regrole")
    except SqlError:
        return None


@scalar("to_regproc", "to_regprocedure")
def _to_regproc(backend: Backend, arguments: Arguments) -> Any:
    name = name_of_type(text_of(arguments[0]).partition("(")[0].lower())
    found = next((at for at in backend.catalog.candidates(name) if at in backend.catalog.functions), None)
    return None if found is None else quote_identifier(found.name)


@scalar("format_type", strict=False)
def _format_type(backend: Backend, arguments: Arguments) -> Any:
    if arguments[0] is None:
        return None
    return casts.type_name(backend, arguments[0], arguments[1])


@scalar("pg_typeof", strict=False)
def _typeof(backend: Backend, arguments: Arguments) -> Any:
    names = {bool: "boolean", int: "integer", str: "text", float: "double precision"}
    printed = names.get(type(arguments[0]))
    if printed is None:
        raise Unsupported("the function pg_typeof() with these arguments")
    return casts.to_regtype(backend, printed)


@scalar("pg_table_is_visible")
def _table_is_visible(backend: Backend, arguments: Arguments) -> Any:
    for name in objects.relation_names(backend.catalog):
        if objects.class_oid(backend, name) == arguments[0]:
            return objects.visible(backend.catalog, name)
    return None


@scalar("pg_get_indexdef")
def _get_indexdef(backend: Backend, arguments: Arguments) -> Any:
    index = objects.find_index(backend, arguments[0])
    if index is None:
        return None
    if len(arguments) == 1 or arguments[1] == 0:
        return create_index(index)
    parts = [*map(str, index.keys), *map(quote_identifier, index.include)]
    return parts[arguments[1] - 1] if arguments[1] <= len(parts) else None


@scalar("pg_get_constraintdef")
def _get_constraintdef(backend: Backend, arguments: Arguments) -> Any:
    entry = objects.find_constraint(backend, arguments[0])
    return None if entry is None else constraintdef.definition(backend, entry.table, entry.constraint)


@scalar("pg_get_expr")
def _get_expr(backend: Backend, arguments: Arguments) -> Any:
    return arguments[0]


@scalar("pg_get_serial_sequence")
def _get_serial_sequence(backend: Backend, arguments: Arguments) -> Any:
    relation = casts.cast(backend, arguments[0], "regclass")
    for name, sequence in sorted(backend.catalog.sequences.items()):
        owner = sequence.owned_by
        if owner is not None and (objects.class_oid(backend, owner[0]), owner[1]) == (relation, arguments[1]):
            return str(name)
    return None


def _sequence(backend: Backend, argument: Any) -> QualifiedName:
    wanted = casts.cast(backend, argument, "regclass")
    for name in backend.catalog.sequences:
        if objects.class_oid(backend, name) == wanted:
            return name
    for table in backend.catalog.tables.values():
        if table.kind is not RelationKind.VIEW and objects.class_oid(backend, table.name) == wanted:
            raise SqlError("42809", f'"{table.name.name}" is not a sequence')
    raise Unsupported(f"the sequence {argument}")


@scalar("nextval")
def _nextval(backend: Backend, arguments: Arguments) -> Any:
    return backend.next_value(_sequence(backend, arguments[0]))


@scalar("currval")
def _currval(backend: Backend, arguments: Arguments) -> Any:
    name = _sequence(backend, arguments[0])
    if name not in backend.counters:
        raise SqlError("55000", f'currval of sequence "{name.name}" is not yet defined in this session')
    return backend.counters[name]


@scalar("setval", strict=False)
def _setval(backend: Backend, arguments: Arguments) -> Any:
    name = _sequence(backend, arguments[0])
    if arguments[1] is None:
        return None
    if arguments[1] < 1:
        raise SqlError(
            "22003",
            f"setval: value {arguments[1]} is out of bounds for sequence "
            f'"{name.name}" (1..9223372036854775807)',
        )
    called = len(arguments) < 3 or arguments[2]
    backend.counters[name] = arguments[1] if called else arguments[1] - 1
    return arguments[1]


SetReturning = Callable[[Backend, Arguments], list[Any]]


def _unnest(_: Backend, arguments: Arguments) -> list[Any]:
    return list(arguments[0] or [])


def _generate_series(_: Backend, arguments: Arguments) -> list[Any]:
    if any(not isinstance(one, int) for one in arguments):
        raise Unsupported("the function generate_series() with these arguments")
    step = arguments[2] if len(arguments) > 2 else 1
    if step == 0:
        raise SqlError("22023", "step size cannot equal zero")
    return list(range(arguments[0], arguments[1] + (1 if step > 0 else -1), step))


def _generate_subscripts(_: Backend, arguments: Arguments) -> list[Any]:
    first = 0 if type(arguments[0]).__name__ == "Vector" else 1
    return list(range(first, first + len(arguments[0] or [])))


def _elements(_: Backend, arguments: Arguments) -> list[Any]:
    return list(arguments[0] or [])


def _split(backend: Backend, arguments: Arguments) -> list[Any]:
    return list(FUNCTIONS["regexp_split_to_array"].call(backend, arguments))


def _keys(_: Backend, arguments: Arguments) -> list[Any]:
    return list(arguments[0] or {})


def _split_text(backend: Backend, arguments: Arguments) -> list[Any]:
    return list(FUNCTIONS["string_to_array"].call(backend, arguments) or [])


SET_RETURNING: dict[str, SetReturning] = {
    "unnest": _unnest,
    "generate_series": _generate_series,
    "generate_subscripts": _generate_subscripts,
    "jsonb_array_elements": _elements,
    "json_array_elements": _elements,
    "jsonb_array_elements_text": _elements,
    "json_array_elements_text": _elements,
    "jsonb_object_keys": _keys,
    "json_object_keys": _keys,
    "regexp_split_to_table": _split,
    "string_to_table": _split_text,
}
"""Functions that return a set; in FROM each gives one column."""
