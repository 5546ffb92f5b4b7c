"""Type names as format_type() prints them (PostgreSQL manual, 8 Data Types and 9.27 System Information)."""

from __future__ import annotations

from pglast import ast

from lint_indexes.ddl import nodes
from lint_indexes.model.names import quote_identifier

_SPELLED_OUT = {
    "bit": "bit",
    "bool": "boolean",
    "bpchar": "character",
    "decimal": "numeric",
    "float4": "real",
    "float8": "double precision",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "interval": "interval",
    "numeric": "numeric",
    "time": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
    "varchar": "character varying",
}

STANDARD_NAMES = frozenset(_SPELLED_OUT.values())
"""The names that the SQL standard gives to PostgreSQL's own types, without modifiers."""

SERIAL_TYPES = {
    "smallserial": "smallint",
    "serial2": "smallint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
}
"""The pseudo types that make a column with a sequence (PostgreSQL manual, 8.1.4 Serial Types)."""

# Bits of the interval type modifier, by the field that each stands for (utils/timestamp.h).
_INTERVAL_FIELDS = {
    1 << 1: "month",
    1 << 2: "year",
    1 << 2 | 1 << 1: "year to month",
    1 << 3: "day",
    1 << 10: "hour",
    1 << 11: "minute",
    1 << 12: "second",
    1 << 3 | 1 << 10: "day to hour",
    1 << 3 | 1 << 10 | 1 << 11: "day to minute",
    1 << 3 | 1 << 10 | 1 << 11 | 1 << 12: "day to second",
    1 << 10 | 1 << 11: "hour to minute",
    1 << 10 | 1 << 11 | 1 << 12: "hour to second",
    1 << 11 | 1 << 12: "minute to second",
}


def format_type(node: nodes.Node) -> str:
    """The type of a TypeName node, e.g. ``character varying(255)`` or ``text[]``.

    A type of the user's own is printed as written, with its schema if it was given one.
    However many dimensions an array is written with, PostgreSQL keeps one.
    """
    names = nodes.strings(node.names)
    builtin = len(names) == 1 or names[0] == "pg_catalog"
    name = names[-1]
    if builtin and name in _SPELLED_OUT:
        text = _with_modifiers(_SPELLED_OUT[name], name, _modifiers(node), len(names) == 2)
    else:
        shown = names[-1:] if names[0] == "pg_catalog" else names
        text = ".".join('"char"' if part == "char" else quote_identifier(part) for part in shown)
        modifiers = _modifiers(node)
        text += f"({','.join(modifiers)})" if modifiers else ""
    return f"{text}[]" if node.arrayBounds else text


def _modifiers(node: nodes.Node) -> tuple[str, ...]:
    return tuple(_modifier(constant) for constant in node.typmods or ())


def _modifier(node: nodes.Node) -> str:
    if isinstance(node, ast.A_Const) and isinstance(node.val, ast.Integer):
        return str(node.val.ival)
    return nodes.deparse(node)


def _with_modifiers(text: str, name: str, modifiers: tuple[str, ...], keyword: bool) -> str:
    if name == "interval":
        return text + _interval_modifiers(modifiers)
    if not modifiers:
        # Without a length, bpchar and "bit" are unbounded and not the same as character(1) and bit(1); the
        # grammar gives the keywords their length of 1, so only the type names themselves come here.
        return {"bit": '"bit"', "bpchar": "bpchar"}.get(name, text)
    if name in ("numeric", "decimal") and len(modifiers) == 1:
        modifiers = (modifiers[0], "0")
    if name in ("time", "timetz", "timestamp", "timestamptz"):
        first, _, rest = text.partition(" ")
        return f"{first}({modifiers[0]}) {rest}"
    return f"{text}({','.join(modifiers)})"


def _interval_modifiers(modifiers: tuple[str, ...]) -> str:
    if not modifiers:
        return ""
    fields = _INTERVAL_FIELDS.get(int(modifiers[0]), "") if modifiers[0].isdigit() else ""
    precision = f"({modifiers[1]})" if len(modifiers) > 1 else ""
    return f"{' ' if fields else ''}{fields}{precision}"


def column_type(node: nodes.Node) -> str:
    """The type that a column gets: as format_type(), and an integer type for a serial one."""
    text = format_type(node)
    return SERIAL_TYPES.get(text, text)


def is_serial(node: nodes.Node) -> bool:
    """Whether the type is one of the serial pseudo types."""
    return format_type(node) in SERIAL_TYPES
