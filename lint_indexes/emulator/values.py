"""SQL values as Python values: NULL is None, an array a list, name and "char" are text.

Comparison and logic follow PostgreSQL's three values; a string that meets another type is read as that
type, as an untyped literal is (PostgreSQL manual, 10.2 Operators).
"""

from __future__ import annotations

import datetime as dt
import decimal
import json
from collections.abc import Callable, Sequence
from typing import Any

from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator.errors import Unsupported


class _Unknown:
    """The type of UNKNOWN."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()
"""A value of a system catalog that only a real server knows, such as pg_class.relpages."""


class Reg(int):
    """An oid that prints as a name: regclass, regtype and their kin (PostgreSQL manual, 8.19)."""

    text: str

    def __new__(cls, oid: int, text: str) -> Reg:
        value = super().__new__(cls, oid)
        value.text = text
        return value


class Vector(list[Any]):
    """An int2vector or oidvector: counts from 0 and prints without braces."""


def text_of(value: Any) -> str:
    """The value as a cast to text prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return output(value)


def output(value: Any) -> str:
    """The value as its type's output function prints it (what format() and concat() use)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, Reg):
        return value.text
    if isinstance(value, Vector):
        return " ".join(map(output, value))
    if isinstance(value, list):
        return "{" + ",".join("NULL" if item is None else _array_element(item) for item in value) + "}"
    if isinstance(value, tuple):
        return "(" + ",".join("" if item is None else output(item) for item in value) + ")"
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()
    return str(value)


def _array_element(value: Any) -> str:
    text = output(value)
    if isinstance(value, list):
        return text
    if text == "" or text.upper() == "NULL" or any(char in '{},"\\' or char.isspace() for char in text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text


def plain(value: Any) -> object:
    """The value as a result carries it: only None, bool, int, float, str and lists of these."""
    if value is UNKNOWN:
        raise Unsupported("a column of a system catalog that only a real server knows")
    if value is None or isinstance(value, (bool, str, float)):
        return value
    if isinstance(value, Reg):
        return value.text
    if isinstance(value, int):
        return int(value)
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list) and not isinstance(value, Vector):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return value
    return output(value)


def parse_array(text: str) -> list[Any]:
    """An array literal of one dimension such as ``{a,"b c",NULL}``.

    Raises:
        SqlError: 22P02 for text that is no array literal.
    """
    stripped = text.strip()
    if not (stripped.startswith("{") and stripped.endswith("}")):
        raise SqlError("22P02", f'malformed array literal: "{text}"')
    items: list[Any] = []
    current, quoted, position, body = "", False, 0, stripped[1:-1]
    in_quotes = False
    while position < len(body):
        char = body[position]
        if char == "\\":
            position += 1
            current += body[position : position + 1]
        elif char == '"':
            in_quotes, quoted = not in_quotes, True
        elif char == "," and not in_quotes:
            items.append(_array_item(current, quoted))
            current, quoted = "", False
        else:
            current += char
        position += 1
    return [*items, _array_item(current, quoted)] if body else items


def _array_item(text: str, quoted: bool) -> str | None:
    if quoted:
        return text
    return None if text.strip().upper() == "NULL" else text.strip()


_TRUE = frozenset(("t", "tr", "tru", "true", "y", "ye", "yes", "on", "1"))
_FALSE = frozenset(("f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0"))


def parse_bool(text: str) -> bool:
    """A boolean as PostgreSQL reads it (PostgreSQL manual, 8.6).

    Raises:
        SqlError: 22P02.
    """
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise SqlError("22P02", f'invalid input syntax for type boolean: "{text}"')


def parse_number(text: str, type_name: str = "integer") -> Any:
    """A number as PostgreSQL reads it.

    Raises:
        SqlError: 22P02.
    """
    try:
        return int(text)
    except ValueError:
        pass
    try:
        if type_name not in ("smallint", "integer", "bigint", "oid"):
            return decimal.Decimal(text.strip())
    except decimal.InvalidOperation:
        pass
    raise SqlError("22P02", f'invalid input syntax for type {type_name}: "{text}"')


def align(left: Any, right: Any) -> tuple[Any, Any]:
    """Both values in one type: a string takes the type of what it meets."""
    if isinstance(left, str) and not isinstance(right, str):
        return _like(left, right), right
    if isinstance(right, str) and not isinstance(left, str):
        return left, _like(right, left)
    return left, right


def _like(text: str, other: Any) -> Any:
    if isinstance(other, bool):
        return parse_bool(text)
    if isinstance(other, Reg):
        return other if text == other.text else parse_number(text, "oid") if text.isdigit() else -1
    if isinstance(other, (int, float, decimal.Decimal)):
        return parse_number(text, "integer" if isinstance(other, int) else "numeric")
    if isinstance(other, list):
        return parse_array(text)
    raise Unsupported(f"a comparison of text with {type(other).__name__}")


def compare(left: Any, right: Any) -> int:
    """-1, 0 or 1 for two values that are not NULL; text by code points, as the C collation does."""
    left, right = align(left, right)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return _compare_items(left, right)
    try:
        return int(left > right) - int(left < right)
    except TypeError:
        raise Unsupported("a comparison of values of two types") from None


def _compare_items(left: Sequence[Any], right: Sequence[Any]) -> int:
    for one, other in zip(left, right, strict=False):
        order = compare_nulls_last(one, other)
        if order:
            return order
    return (len(left) > len(right)) - (len(left) < len(right))


def compare_nulls_last(left: Any, right: Any) -> int:
    """As compare(), with NULL above everything, as in a btree index."""
    if left is None or right is None:
        return (left is None) - (right is None)
    return compare(left, right)


def equal(left: Any, right: Any) -> bool | None:
    """``left = right``: None where one is NULL."""
    return None if left is None or right is None else compare(left, right) == 0


def any_of(results: Sequence[bool | None]) -> bool | None:
    """OR of many."""
    return True if True in results else None if None in results else False


def all_of(results: Sequence[bool | None]) -> bool | None:
    """AND of many."""
    return False if False in results else None if None in results else True


def hashable(value: Any) -> Any:
    """A key under which equal values meet, for grouping and joins."""
    if isinstance(value, (list, tuple)):
        return tuple(hashable(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    return value


Evaluate = Callable[[Any], Any]
"""A compiled expression: from a frame (the row, and the frame of the query around it) to a value."""
