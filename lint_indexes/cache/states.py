"""Catalogs as JSON: what has to be changed of one that is known already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rpds import HashTrieMap, HashTrieSet

from lint_indexes.cache.values import change_from_json, change_to_json, from_json, to_json
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.names import QualifiedName

Json = Any

_MAPS = ("types", "functions", "extensions", "uncertain")
"""The parts that are no matter of a method, and small."""
_PLAIN = ("search_path", "open_world", "own_operators", "refused_indexes", "last_number")


def state_to_json(state: Catalog, before: Catalog) -> Json:
    """How a state differs from another one.

    Raises:
        TypeError: it holds something that is no value of the model.
    """
    changes: dict[str, Json] = {}
    for part, name in sorted(state.touched_since(before)):
        new, old = getattr(state, part).get(name), getattr(before, part).get(name)
        if new is not old:
            changes.setdefault(part, []).append(_entry(name, new, old))
    if state.schemas is not before.schemas:
        changes["schemas"] = sorted(state.schemas)
    for part in _MAPS:
        found = _entries(getattr(state, part), getattr(before, part))
        if found:
            changes[part] = found
    for part in _PLAIN:
        if getattr(state, part) != getattr(before, part):
            changes[part] = to_json(getattr(state, part))
    return changes


def state_from_json(changes: Json, before: Catalog) -> Catalog:
    """The state that differs so from another one.

    Raises:
        AttributeError, KeyError, IndexError, TypeError, ValueError: it is none.
    """
    state = before
    for name, new in _changed(changes, "indexes", before.indexes):
        state = state.with_index(new) if new is not None else state.without_index(name)
    # An index must not go with a table that it has left.
    for name, new in _changed(changes, "tables", before.tables):
        state = state.with_table(new) if new is not None else state.without_table(name)
    for name, new in _changed(changes, "sequences", before.sequences):
        state = state.with_sequence(new) if new is not None else state.without_sequence(name)
    others: dict[str, Any] = {part: from_json(changes[part]) for part in _PLAIN if part in changes}
    for part in _MAPS:
        if part in changes:
            others[part] = _map(changes[part], getattr(before, part))
    if "schemas" in changes:
        others["schemas"] = HashTrieSet(changes["schemas"])
    # with_index() counts where a number is given to an index only.
    return replace(state, **others) if others else state


def _entry(name: object, new: object, old: object) -> Json:
    """The name alone stands for what is gone."""
    if new is None:
        return [to_json(name)]
    return [to_json(name), to_json(new) if old is None else change_to_json(new, old)]


def _entries(new: Mapping[Any, Any], old: Mapping[Any, Any]) -> list[Json]:
    if new is old:
        return []
    names = sorted({*new, *old})
    return [
        _entry(name, new.get(name), old.get(name)) for name in names if new.get(name) is not old.get(name)
    ]


def _changed(
    changes: Json, part: str, before: Mapping[QualifiedName, Any]
) -> list[tuple[QualifiedName, Any]]:
    """Names with what is there now, None for what is gone; these come first."""
    found = []
    for name, *content in changes.get(part, ()):
        key = from_json(name)
        found.append((key, change_from_json(content[0], before.get(key)) if content else None))
    return sorted(found, key=lambda entry: entry[1] is not None)


def _map(entries: Json, before: HashTrieMap[Any, Any]) -> HashTrieMap[Any, Any]:
    for name, *content in entries:
        key = from_json(name)
        if content:
            before = before.insert(key, change_from_json(content[0], before.get(key)))
        else:
            before = before.remove(key)
    return before
