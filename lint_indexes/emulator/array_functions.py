"""Functions on arrays and JSON (PostgreSQL manual, 9.16 and 9.19)."""

from __future__ import annotations

import json
from typing import Any

from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.functions import Arguments, scalar
from lint_indexes.emulator.values import compare, output, parse_array, text_of


@scalar("string_to_array", strict=False)
def _string_to_array(_: Backend, arguments: Arguments) -> Any:
    text, separator = arguments[:2]
    if text is None:
        return None
    null = arguments[2] if len(arguments) > 2 else None
    parts = (
        []
        if not text
        else list(text)
        if separator is None
        else text.split(separator)
        if separator
        else [text]
    )
    return [None if part == null else part for part in parts]


@scalar("array_to_string", strict=False)
def _array_to_string(_: Backend, arguments: Arguments) -> Any:
    items, separator = arguments[:2]
    if items is None or separator is None:
        return None
    null = arguments[2] if len(arguments) > 2 else None
    shown = (output(item) if item is not None else null for item in items)
    return separator.join(part for part in shown if part is not None)


@scalar("array_append", strict=False)
def _array_append(_: Backend, arguments: Arguments) -> Any:
    return [*_array(arguments[0]), arguments[1]]


@scalar("array_prepend", strict=False)
def _array_prepend(_: Backend, arguments: Arguments) -> Any:
    return [arguments[0], *_array(arguments[1])]


@scalar("array_cat", strict=False)
def _array_cat(_: Backend, arguments: Arguments) -> Any:
    if arguments[0] is None and arguments[1] is None:
        return None
    return [*_array(arguments[0]), *_array(arguments[1])]


def _array(value: Any) -> list[Any]:
    return [] if value is None else parse_array(value) if isinstance(value, str) else value


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return compare(one, other) == 0


@scalar("array_remove", strict=False)
def _array_remove(_: Backend, arguments: Arguments) -> Any:
    return [item for item in _array(arguments[0]) if not _same(item, arguments[1])]


@scalar("array_position", strict=False)
def _array_position(_: Backend, arguments: Arguments) -> Any:
    found = (at for at, item in enumerate(_array(arguments[0]), 1) if _same(item, arguments[1]))
    return next(found, None)


@scalar("to_json", "to_jsonb", strict=True)
def _to_json(_: Backend, arguments: Arguments) -> Any:
    return json.loads(json.dumps(arguments[0]))


@scalar("jsonb_build_object", "json_build_object", strict=False)
def _build_object(_: Backend, arguments: Arguments) -> Any:
    return {text_of(name): value for name, value in zip(arguments[::2], arguments[1::2], strict=True)}


@scalar("jsonb_build_array", "json_build_array", strict=False)
def _build_array(_: Backend, arguments: Arguments) -> Any:
    return list(arguments)
