"""Operators on values that are not NULL (PostgreSQL manual, 9 Functions and Operators)."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import re
from collections.abc import Callable
from typing import Any

from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.values import align, compare, parse_array, parse_number, text_of

_NUMBERS = (int, float, decimal.Decimal)


def apply_operator(name: str, left: Any, right: Any) -> Any:
    """The value of ``left name right``; NULL if one of them is.

    Raises:
        Unsupported: for an operator or types that are not known.
        SqlError: as the operator does, e.g. 22012 for a division by zero.
    """
    if left is None or right is None:
        return None
    operator = _OPERATORS.get(name)
    if operator is None:
        raise Unsupported(f"the operator {name}")
    return operator(left, right)


def _comparison(test: Callable[[int], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: test(compare(left, right))


def _numbers(left: Any, right: Any) -> tuple[Any, Any]:
    left, right = (parse_number(one, "numeric") if isinstance(one, str) else one for one in (left, right))
    if not isinstance(left, _NUMBERS) or not isinstance(right, _NUMBERS):
        raise Unsupported("arithmetic on values that are no numbers")
    if isinstance(left, float) or isinstance(right, float):
        return float(left), float(right)
    return left, right


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, (dt.date, dt.timedelta)) and isinstance(right, dt.timedelta):
        return left + right
    one, other = _numbers(left, right)
    return one + other


def _subtract(left: Any, right: Any) -> Any:
    if isinstance(left, dict) or (isinstance(left, str) and not isinstance(right, _NUMBERS)):
        raise Unsupported("the operator - on these values")
    if isinstance(left, dt.date) and isinstance(right, (dt.timedelta, dt.date)):
        return left - right
    one, other = _numbers(left, right)
    return one - other


def _multiply(left: Any, right: Any) -> Any:
    one, other = _numbers(left, right)
    return one * other


def _divide(left: Any, right: Any) -> Any:
    one, other = _numbers(left, right)
    if other == 0:
        raise SqlError("22012", "division by zero")
    if isinstance(one, int) and isinstance(other, int):
        quotient = abs(one) // abs(other)
        return quotient if (one < 0) == (other < 0) else -quotient
    return one / other


def _modulo(left: Any, right: Any) -> Any:
    one, other = _numbers(left, right)
    if other == 0:
        raise SqlError("22012", "division by zero")
    return one - other * _divide(one, other) if isinstance(one, int) else one % other


def _concatenate(left: Any, right: Any) -> Any:
    if isinstance(left, list) or isinstance(right, list):
        before = left if isinstance(left, list) else _as_array(left)
        return [*before, *(right if isinstance(right, list) else _as_array(right))]
    if isinstance(left, dict) or isinstance(right, dict):
        raise Unsupported("the operator || on jsonb")
    return text_of(left) + text_of(right)


def _as_array(value: Any) -> list[Any]:
    return parse_array(value) if isinstance(value, str) and value.startswith("{") else [value]


def _arrays(left: Any, right: Any) -> tuple[list[Any], list[Any]]:
    left, right = align(left, right)
    if not isinstance(left, list) or not isinstance(right, list):
        raise Unsupported("an array operator on values that are no arrays")
    return left, right


def _within(inner: list[Any], outer: list[Any]) -> bool:
    return all(any(item is not None and compare(item, one) == 0 for one in outer) for item in inner)


def _contains(left: Any, right: Any) -> bool:
    one, other = _arrays(left, right)
    return _within(other, one)


def _contained(left: Any, right: Any) -> bool:
    return _contains(right, left)


def _overlaps(left: Any, right: Any) -> bool:
    one, other = _arrays(left, right)
    return any(_within([item], other) for item in one)


def like_pattern(pattern: str, escape: str = "\\") -> str:
    """A LIKE pattern as a regular expression of Python's."""
    parts, position = [], 0
    while position < len(pattern):
        char = pattern[position]
        if char == escape and position + 1 < len(pattern):
            position += 1
            parts.append(re.escape(pattern[position]))
        else:
            parts.append(".*" if char == "%" else "." if char == "_" else re.escape(char))
        position += 1
    return "".join(parts)


def _like(*, ignore_case: bool, negated: bool = False) -> Callable[[Any, Any], bool]:
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    return lambda left, right: (
        (re.fullmatch(like_pattern(text_of(right)), text_of(left), flags) is not None) is not negated
    )


# The classes of POSIX that Python's expressions lack.
_CLASSES = {"[:alpha:]": "a-zA-Z", "[:digit:]": "0-9", "[:alnum:]": "a-zA-Z0-9", "[:space:]": r"\s"}


def regular_expression(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """A POSIX regular expression in Python's (PostgreSQL manual, 9.7.3), where both mean the same.

    Raises:
        Unsupported: for one that Python does not have.
    """
    for name, members in _CLASSES.items():
        pattern = pattern.replace(name, members)
    translated = pattern.replace(r"\m", r"\b").replace(r"\M", r"\b").replace(r"\y", r"\b")
    try:
        return re.compile(translated, re.DOTALL | (re.IGNORECASE if ignore_case else 0))
    except re.error:
        raise Unsupported(f"the regular expression {pattern}") from None


def _matches(*, ignore_case: bool, negated: bool = False) -> Callable[[Any, Any], bool]:
    return lambda left, right: (
        (regular_expression(text_of(right), ignore_case=ignore_case).search(text_of(left)) is not None)
        is not negated
    )


def _json_field(left: Any, right: Any) -> Any:
    document = json.loads(left) if isinstance(left, str) else left
    if isinstance(document, dict):
        return document.get(text_of(right))
    if isinstance(document, list) and isinstance(right, int):
        return document[right] if -len(document) <= right < len(document) else None
    return None


def _json_text(left: Any, right: Any) -> Any:
    value = _json_field(left, right)
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": _comparison(lambda order: order == 0),
    "<>": _comparison(lambda order: order != 0),
    "!=": _comparison(lambda order: order != 0),
    "<": _comparison(lambda order: order < 0),
    "<=": _comparison(lambda order: order <= 0),
    ">": _comparison(lambda order: order > 0),
    ">=": _comparison(lambda order: order >= 0),
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "%": _modulo,
    "||": _concatenate,
    "@>": _contains,
    "<@": _contained,
    "&&": _overlaps,
    "~~": _like(ignore_case=False),
    "!~~": _like(ignore_case=False, negated=True),
    "~~*": _like(ignore_case=True),
    "!~~*": _like(ignore_case=True, negated=True),
    "~": _matches(ignore_case=False),
    "!~": _matches(ignore_case=False, negated=True),
    "~*": _matches(ignore_case=True),
    "!~*": _matches(ignore_case=True, negated=True),
    "->": _json_field,
    "->>": _json_text,
}
