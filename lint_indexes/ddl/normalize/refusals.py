"""Literals that PostgreSQL's input functions surely refuse; of any other nothing is said."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable

from lint_indexes.ddl.normalize.literals import Unread, read_literal

Refusal = tuple[str, str]
"""A SQLSTATE and a message."""

_FULLY_READ = frozenset("bool int2 int4 int8 numeric float4 float8 uuid".split())
"""The types of which read_literal() understands every literal, so that another is an error."""
_BITS = {"int2": 16, "int4": 32, "int8": 64}
_MOMENTS = {
    "date": "date",
    "timestamp": "timestamp",
    "timestamptz": "timestamp with time zone",
}
_SPECIAL = re.compile(r"epoch|infinity|now|today|tomorrow|yesterday", re.IGNORECASE)
_DAY = re.compile(r"\s*\d{4}-(\d{1,2})-(\d{1,2})\s*")


def refusal(type_name: str, text: str) -> Refusal | None:
    """What PostgreSQL says of a literal of a built-in type (or an array of one) that it cannot read."""
    if type_name.endswith("[]"):
        return _of_array(type_name, text)
    if type_name in ("json", "jsonb"):
        return _of_document(text)
    if type_name in _MOMENTS:
        return _of_moment(type_name, text)
    if type_name not in _FULLY_READ:
        return None
    value = read_literal(type_name, text)
    if isinstance(value, Unread):
        return _invalid(type_name, text)
    return _of_range(type_name, text, value)


def _invalid(type_name: str, text: str) -> Refusal:
    return "22P02", f'invalid input syntax for type {type_name}: "{text}"'


def _of_range(type_name: str, text: str, value: Hashable) -> Refusal | None:
    if type_name not in _BITS or not isinstance(value, int):
        return None
    limit = 1 << (_BITS[type_name] - 1)
    if -limit <= value < limit:
        return None
    return "22003", f'value "{text}" is out of range for type {type_name}'


def _of_array(type_name: str, text: str) -> Refusal | None:
    """An array is in braces; bounds may stand before them (PostgreSQL manual, 8.15.6)."""
    element = type_name[:-2]
    start = text.lstrip()[:1]
    if start not in ("{", "["):
        return "22P02", f'malformed array literal: "{text}"'
    if start == "[" or element not in _FULLY_READ or not isinstance(read_literal(type_name, text), Unread):
        return None
    return _invalid(element, text)


def _of_document(text: str) -> Refusal | None:
    try:
        json.loads(text)
    except ValueError:
        return "22P02", "invalid input syntax for type json"
    return None


def _of_moment(type_name: str, text: str) -> Refusal | None:
    """A moment has digits or is one of the special words; a day that is none is out of range."""
    shown = _MOMENTS[type_name]
    if not any(letter.isdigit() for letter in text) and not _SPECIAL.search(text):
        return "22007", f'invalid input syntax for type {shown}: "{text}"'
    if _DAY.fullmatch(text) and isinstance(read_literal(type_name, text), Unread):
        return "22008", f'date/time field value out of range: "{text}"'
    return None
