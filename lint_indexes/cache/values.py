"""Values of the model as JSON, and back: a list for each, which begins with the name of its class.

A tuple's list begins with an empty name. A value that replaces another may be written as a change of it, in
which what stays is not written again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from operator import attrgetter
from types import ModuleType
from typing import Any

from lint_indexes.model import catalog, history, names, naming, origin, partitions
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import definitions, indexes, objects, tables

Json = Any

_MODULES: tuple[ModuleType, ...] = (names, origin, partitions, catalog, definitions, indexes, objects, tables)
_OTHERS: tuple[type, ...] = (history.Doubt, history.Failure, history.FailureKind, naming.LongName)
_TUPLE, _SET, _CHANGED = "", "{}", "~"
_PLAIN = frozenset((str, int, bool, float, type(None)))


def to_json(value: object) -> Json:
    """A value as JSON.

    Raises:
        TypeError: it is, or holds, something that is no value of the model.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple:
        assert isinstance(value, tuple)
        return [_TUPLE, *map(to_json, value)]
    if kind is frozenset:
        assert isinstance(value, frozenset)
        return [_SET, *map(to_json, sorted(value))]
    if isinstance(value, Enum):
        return [_name_of(kind), value.value]
    return [_name_of(kind), *map(to_json, _parts_of(kind)(value))]


def from_json(value: Json) -> Any:
    """The same value.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    if type(value) is not list:
        return value
    name, *parts = value
    return _MAKERS[name](*[from_json(part) if type(part) is list else part for part in parts])


def change_to_json(value: object, before: object) -> Json:
    """What is different in a value that replaces one of the same class: the numbers of its fields, each with
    its new content.
    """
    kind = type(value)
    if kind is not type(before) or not is_dataclass(value):
        return to_json(value)
    found: list[Json] = [_CHANGED]
    pairs = zip(_parts_of(kind)(value), _parts_of(kind)(before), strict=True)
    for number, (new, old) in enumerate(pairs):
        if new is not old:
            found += (number, _items_to_json(new, old))
    return found


def _items_to_json(value: object, before: object) -> Json:
    """A tuple of values with the numbers of those that stay."""
    if not isinstance(value, tuple) or not isinstance(before, tuple) or not all(map(is_dataclass, value)):
        return to_json(value)
    numbers = {id(item): number for number, item in enumerate(before)}
    return [_TUPLE, *(numbers[id(item)] if id(item) in numbers else to_json(item) for item in value)]


def change_from_json(value: Json, before: Any) -> Any:
    """The value that replaced another.

    Raises:
        KeyError, IndexError, TypeError, ValueError: it is none.
    """
    if type(value) is not list or value[0] != _CHANGED:
        return from_json(value)
    kind = type(before)
    parts = list(_parts_of(kind)(before))
    for number, content in zip(value[1::2], value[2::2], strict=True):
        parts[number] = _items_from_json(content, parts[number])
    return kind(*parts)


def _items_from_json(value: Json, before: Any) -> Any:
    if type(value) is not list or value[0] != _TUPLE:
        return from_json(value)
    return tuple(before[item] if type(item) is int else from_json(item) for item in value[1:])


def _classes() -> Iterator[type]:
    for module in _MODULES:
        for value in vars(module).values():
            if isinstance(value, type) and (is_dataclass(value) or issubclass(value, (Enum, QualifiedName))):
                yield value
    yield from _OTHERS


def _parts_getter(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    if issubclass(kind, tuple):
        return lambda value: value
    if not is_dataclass(kind):
        return lambda value: ()
    parts = [part.name for part in fields(kind)]
    if len(parts) == 1:
        return lambda value: (getattr(value, parts[0]),)
    return attrgetter(*parts) if parts else lambda value: ()


_KINDS = {kind.__name__: kind for kind in _classes() if kind not in (catalog.Catalog, Enum)}
_MAKERS: dict[str, Callable[..., Any]] = {
    **_KINDS,
    _TUPLE: lambda *items: items,
    _SET: lambda *items: frozenset(items),
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_PARTS = {kind: _parts_getter(kind) for kind in _NAMES}


def _name_of(kind: type) -> str:
    try:
        return _NAMES[kind]
    except KeyError:
        raise TypeError(f"{kind.__name__} is no value of the model") from None


def _parts_of(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    return _PARTS[kind]
