"""What a table refers to, and the maps that say for each thing which tables refer to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from rpds import HashTrieMap, HashTrieSet

from lint_indexes.model.names import QualifiedName

if TYPE_CHECKING:
    from lint_indexes.model.objects import Table

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")

_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_LAST_PART = re.compile(r'(?:"((?:[^"]|"")*)"|([^."]*))$')


def refiled(
    filed: HashTrieMap[Key, HashTrieSet[QualifiedName]],
    name: QualifiedName,
    keys_of: Callable[[Thing], Iterable[Key]],
    before: Thing | None,
    after: Thing | None,
) -> HashTrieMap[Key, HashTrieSet[QualifiedName]]:
    """The map of names, each under all its keys, after the thing of a name has changed.

    Args:
        before: None where there was no such thing.
        after: None where it goes.
    """
    old = set() if before is None else set(keys_of(before))
    new = set() if after is None else set(keys_of(after))
    for key in old - new:
        left = filed.get(key, HashTrieSet()).discard(name)
        filed = filed.insert(key, left) if left else filed.discard(key)
    for key in new - old:
        filed = filed.insert(key, filed.get(key, HashTrieSet()).insert(name))
    return filed


def constraint_names_of(table: Table) -> Iterator[QualifiedName]:
    """The names of its constraints, with its schema; those for partitions elsewhere are among them."""
    names = [constraint.name for constraint in table.constraints]
    names += [reference.name for reference in table.partition_references]
    return (QualifiedName(table.name.schema, name) for name in names)


def tables_used_by(table: Table) -> Iterator[QualifiedName]:
    """The tables that it refers to: by foreign keys, as partition or child, or in its query."""
    if table.partition_of is not None:
        yield table.partition_of
    yield from table.inherits
    yield from (name for name, _ in table.reads)
    yield from (one.references for one in table.constraints if one.references is not None)
    yield from (one.partition for one in table.partition_references)


PARTS_WITH_TABLES = ("partition_of", "inherits", "reads", "constraints", "partition_references")
"""The fields of a table that ``tables_used_by`` looks at."""


def sequences_used_by(table: Table) -> Iterator[str]:
    """The names of the sequences that defaults of its columns may take values from, without schemas."""
    for column in table.columns:
        if column.default is not None and "nextval" in column.default:
            yield from map(_last_part, _LITERAL.findall(column.default))


def _last_part(text: str) -> str:
    """``order`` of ``public."order"``."""
    found = _LAST_PART.search(text)
    if found is None:
        return text
    quoted, plain = found.groups()
    return plain if quoted is None else quoted.replace('""', '"')
