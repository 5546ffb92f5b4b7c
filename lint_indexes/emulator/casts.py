"""Casts (PostgreSQL manual, 4.2.9), above all to the types that stand for catalog objects."""

from __future__ import annotations

import datetime as dt
import decimal
import json
from typing import Any

from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator import objects
from lint_indexes.emulator.backend import USER, Backend
from lint_indexes.emulator.columntypes import (
    BUILTIN_BY_NAME,
    BUILTIN_TYPES,
    name_of_type,
    resolve_type,
    split_type,
)
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.values import Reg, parse_array, parse_bool, parse_number, text_of
from lint_indexes.model.names import QualifiedName, quote_identifier

_INTEGERS = ("smallint", "integer", "bigint", "oid")


def cast(backend: Backend, value: Any, type_text: str) -> Any:
    """``value`` as the type that format_type() prints as ``type_text``.

    Raises:
        SqlError: as PostgreSQL does for text that the type cannot read, or names that do not exist.
        Unsupported: for a type that is not known.
    """
    if value is None:
        return None
    taken = split_type(type_text)
    if taken.array:
        return _to_array(backend, value, type_text.removesuffix("[]"))
    if taken.base in ("text", "character varying", "character", "name", '"char"', "bpchar", "citext"):
        return _to_text(value, taken.base, taken.modifiers)
    if taken.base in _INTEGERS:
        return _to_integer(value, taken.base)
    if taken.base in ("numeric", "double precision", "real"):
        number = parse_number(value, taken.base) if isinstance(value, str) else value
        return float(number) if taken.base != "numeric" else decimal.Decimal(str(number))
    if taken.base == "boolean":
        return parse_bool(value) if isinstance(value, str) else bool(value)
    if taken.base in _REGISTRY:
        return _REGISTRY[taken.base](backend, value)
    return _to_other(backend, value, taken.base)


def _to_text(value: Any, base: str, modifiers: tuple[str, ...]) -> str:
    text = text_of(value)
    if base == '"char"':
        return text[:1]
    if modifiers and modifiers[0].isdigit():
        return text[: int(modifiers[0])]
    return text


def _to_integer(value: Any, base: str) -> int:
    if isinstance(value, str):
        return int(parse_number(value.strip(), base))
    if isinstance(value, (float, decimal.Decimal)):
        return int(decimal.Decimal(str(value)).to_integral_value(decimal.ROUND_HALF_EVEN))
    if isinstance(value, int):
        return int(value)
    raise Unsupported(f"a cast to {base}")


def _to_array(backend: Backend, value: Any, element: str) -> Any:
    items = parse_array(value) if isinstance(value, str) else value
    if not isinstance(items, list):
        raise Unsupported(f"a cast to {element}[]")
    return [cast(backend, item, element) for item in items]


def _to_other(backend: Backend, value: Any, base: str) -> Any:
    if base in ("json", "jsonb"):
        try:
            return json.loads(value) if isinstance(value, str) else value
        except ValueError:
            raise SqlError("22P02", f"invalid input syntax for type {base}") from None
    if base in ("date", "timestamp without time zone", "timestamp with time zone"):
        return _to_time(value, base)
    if base in BUILTIN_TYPES:
        return text_of(value)
    found = backend.catalog.find_type(name_of_type(base))
    if found is None:
        if backend.open_world or backend.catalog.extensions:
            raise Unsupported(f"a cast to {base}")
        raise SqlError("42704", f'type "{base}" does not exist')
    if found.labels and value not in found.labels:
        raise SqlError("22P02", f'invalid input value for enum {base}: "{text_of(value)}"')
    return value if found.base is None else cast(backend, value, found.base)


def _to_time(value: Any, base: str) -> Any:
    if isinstance(value, str):
        if value == "now":
            return dt.datetime.now(dt.timezone.utc)
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            raise Unsupported(f"the {base} {value}") from None
    if base == "date":
        return value.date() if isinstance(value, dt.datetime) else value
    return value


def to_regclass(backend: Backend, text: str) -> Reg | None:
    """The relation of that name, None if there is none; what ``to_regclass()`` answers."""
    found = objects.find_relation(backend.catalog, name_of_type(_folded(text)))
    return objects.regclass(backend, found) if found is not None else None


def _folded(text: str) -> str:
    """The text with what is not quoted in lower case."""
    parts = text.strip().split('"')
    return '"'.join(part if at % 2 else part.lower() for at, part in enumerate(parts))


def _regclass(backend: Backend, value: Any) -> Reg:
    if isinstance(value, int):
        for name in objects.relation_names(backend.catalog):
            if objects.class_oid(backend, name) == value:
                return objects.regclass(backend, name)
        known = {oid: name for name, oid in objects.SYSTEM_CLASSES.items()}
        return Reg(value, known.get(value, "-" if value == 0 else str(value)))
    text = text_of(value)
    if text.isdigit():
        return _regclass(backend, int(text))
    found = to_regclass(backend, text)
    if found is None:
        if backend.open_world:
            raise Unsupported(f"the relation {text}, which this history never creates")
        raise SqlError("42P01", f'relation "{text}" does not exist')
    return found


def to_regtype(backend: Backend, text: str) -> Reg | None:
    """The type of that name, None if there is none."""
    folded = _folded(text)
    aliases = {"int": "integer", "decimal": "numeric", "char": "character"}
    taken = split_type(aliases.get(folded, folded))
    by_name = BUILTIN_BY_NAME.get(taken.base)
    printed = by_name.format if by_name is not None else taken.base
    suffix = "[]" if taken.array else ""
    if printed not in BUILTIN_TYPES and backend.catalog.find_type(name_of_type(printed)) is None:
        table = backend.catalog.find_table(name_of_type(printed))
        if table is None:
            return None
        return Reg(backend.oids.of("row type", table.name), quote_identifier(table.name.name) + suffix)
    found = resolve_type(backend.catalog, printed + suffix)
    return Reg(objects.type_oid(backend, found), type_name(backend, objects.type_oid(backend, found)))


def _regtype(backend: Backend, value: Any) -> Reg:
    if isinstance(value, int):
        return Reg(value, type_name(backend, value))
    found = to_regtype(backend, text_of(value))
    if found is None:
        if backend.open_world or backend.catalog.extensions:
            raise Unsupported(f"the type {value}")
        raise SqlError("42704", f'type "{value}" does not exist')
    return found


def type_name(backend: Backend, oid: int, modifier: int | None = None) -> str:
    """format_type(): the name of the type with that oid."""
    for builtin in BUILTIN_TYPES.values():
        if oid in (builtin.oid, builtin.array_oid) and oid:
            suffix = "[]" if oid == builtin.array_oid else ""
            return _modified(builtin.name, builtin.format, modifier) + suffix
    for name in sorted(backend.catalog.types):
        for kind, suffix in (("type", ""), ("array type", "[]")):
            if backend.oids.of(kind, name) == oid:
                return _type_shown(backend, name) + suffix
    for table in sorted(backend.catalog.tables):
        for kind, suffix in (("row type", ""), ("row array", "[]")):
            if backend.oids.of(kind, table) == oid:
                return _type_shown(backend, table) + suffix
    return "-" if oid == 0 else "???"


def _type_shown(backend: Backend, name: QualifiedName) -> str:
    shown = name.schema in backend.catalog.search_path
    return quote_identifier(name.name) if shown else str(name)


def _modified(name: str, printed: str, modifier: int | None) -> str:
    if modifier is None or modifier < 0:
        return printed
    if name in ("varchar", "bpchar"):
        return f"{printed}({modifier - 4})"
    if name == "numeric":
        return f"{printed}({(modifier - 4) >> 16},{(modifier - 4) & 0x7FF})"
    first, _, rest = printed.partition(" ")
    if name in ("time", "timetz", "timestamp", "timestamptz"):
        return f"{first}({modifier}) {rest}"
    return f"{printed}({modifier})" if name in ("bit", "varbit") else printed


def _regnamespace(backend: Backend, value: Any) -> Reg:
    schemas = sorted({*objects.SYSTEM_NAMESPACES, *backend.catalog.schemas})
    for schema in schemas:
        oid = objects.namespace_oid(backend, schema)
        if value == oid or (isinstance(value, str) and name_of_type(_folded(value)).name == schema):
            return Reg(oid, quote_identifier(schema))
    if isinstance(value, int):
        return Reg(value, str(value))
    raise SqlError("3F000", f'schema "{value}" does not exist')


def _regrole(backend: Backend, value: Any) -> Reg:
    if value in (USER, 10):
        return Reg(10, USER)
    raise SqlError("42704", f'role "{value}" does not exist')


def _regproc(backend: Backend, value: Any) -> Reg:
    raise Unsupported("a cast to regproc")


_REGISTRY = {
    "regclass": _regclass,
    "regtype": _regtype,
    "regnamespace": _regnamespace,
    "regrole": _regrole,
    "regproc": _regproc,
    "regprocedure": _regproc,
}
