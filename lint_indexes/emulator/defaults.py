"""Column defaults as PostgreSQL prints them: a literal in the type of its column."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pglast import ast

from lint_indexes.ddl import nodes
from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator.columntypes import resolve_type
from lint_indexes.model.catalog import Catalog, Column, TypeKind

_NUMBERS = frozenset(("int2", "int4", "int8", "numeric", "float4", "float8", "oid"))


def default_text(catalog: Catalog, column: Column) -> str | None:
    """pg_get_expr() of the column's default; an expression stands as the catalog keeps it."""
    if column.default is None:
        return None
    found = resolve_type(catalog, column.type)
    # A literal's cast in the default of an enum column can only be to that enum, whatever it is called now.
    literal = _literal(column.default, cast=found.kind is TypeKind.ENUM)
    if literal is None:
        return column.default
    if isinstance(literal, bool):
        return "true" if literal else "false"
    if not found.text.array and found.name in _NUMBERS and _is_number(literal):
        return literal if not literal.startswith("-") else f"'{literal}'::{_printed(found.text.base)}"
    if not found.text.array and found.name == "bool":
        return "true" if literal.lower() in ("t", "true", "1", "yes", "on") else "false"
    quoted = literal.replace("'", "''")
    return f"'{quoted}'::{_printed(found.text.base)}{'[]' if found.text.array else ''}"


def _printed(base: str) -> str:
    return "bpchar" if base == "character" else base


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def _literal(text: str, *, cast: bool = False) -> Any:
    """The value of a literal, quoted or TRUE or FALSE, with ``cast`` also inside of a cast; None for another
    expression.
    """
    try:
        node = nodes.parse_expression(text)
    except SqlError:
        return None
    if cast and isinstance(node, ast.TypeCast):
        node = node.arg
    if not isinstance(node, ast.A_Const) or node.isnull:
        return None
    if isinstance(node.val, ast.Boolean):
        return bool(node.val.boolval)
    return str(node.val.sval) if isinstance(node.val, ast.String) else None
