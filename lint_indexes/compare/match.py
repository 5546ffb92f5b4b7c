"""The indexes of two catalogs in pairs: by name, then by definition, then what one side lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from lint_indexes.ddl.normalize import NormalIndex, normalize_index
from lint_indexes.model.catalog import Catalog, ConstraintKind, Index, Table
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import QualifiedName, truncate_identifier


@dataclass(frozen=True, slots=True)
class Matching:
    """The indexes of two catalogs, each in one list only; all lists are sorted by name.

    ``same_name`` are on one table under one name, whatever their definitions; ``renamed`` are on one table
    with equal definitions under two names; ``left_only`` and ``right_only`` are the rest on tables that both
    have; ``left_tables`` and ``right_tables`` are the tables that the other side lacks.
    """

    same_name: tuple[tuple[Index, Index], ...] = ()
    left_only: tuple[Index, ...] = ()
    right_only: tuple[Index, ...] = ()
    renamed: tuple[tuple[Index, Index], ...] = ()
    left_tables: tuple[Table, ...] = ()
    right_tables: tuple[Table, ...] = ()


def match_indexes(left: Catalog, right: Catalog) -> Matching:
    """Pair the indexes of two catalogs. Names are compared as PostgreSQL cuts them, at 63 bytes."""
    ours, theirs = _on_common_tables(left, right), _on_common_tables(right, left)
    by_name = {_name(index): index for index in theirs}
    same_name, left_rest, matched = [], [], set()
    for index in ours:
        other = by_name.get(_name(index))
        if other is None:
            left_rest.append(index)
        else:
            same_name.append((index, other))
            matched.add(other.name)
    right_rest = [index for index in theirs if index.name not in matched]
    renamed = tuple(_renamed(left_rest, left, right_rest, right))
    left_renamed = {pair[0].name for pair in renamed}
    right_renamed = {pair[1].name for pair in renamed}
    return Matching(
        same_name=tuple(same_name),
        left_only=tuple(index for index in left_rest if index.name not in left_renamed),
        right_only=tuple(index for index in right_rest if index.name not in right_renamed),
        renamed=renamed,
        left_tables=tuple(table for table in left.sorted_tables() if table.name not in right.tables),
        right_tables=tuple(table for table in right.sorted_tables() if table.name not in left.tables),
    )


def _on_common_tables(catalog: Catalog, other: Catalog) -> list[Index]:
    return [
        index
        for index in catalog.sorted_indexes()
        if index.table in catalog.tables and index.table in other.tables
    ]


def _name(index: Index) -> tuple[QualifiedName, str]:
    """What two indexes of one name share: the table and the name, as PostgreSQL cuts it."""
    return index.table, truncate_identifier(index.name.name)


def _renamed(
    ours: Iterable[Index], left: Catalog, theirs: Iterable[Index], right: Catalog
) -> Iterator[tuple[Index, Index]]:
    """Pairs of equal definitions, in the order of the left names; of several equal ones, the first.

    A primary key is more than its index, and pairs with primary keys only.
    """
    ours, theirs = _alike(ours, theirs)
    waiting: dict[tuple[NormalIndex, bool], list[Index]] = defaultdict(list)
    for index in reversed(theirs):
        waiting[normalize_index(index, (left, right)), _is_primary(index)].append(index)
    for index in ours:
        candidates = waiting.get((normalize_index(index, (left, right)), _is_primary(index)))
        if candidates:
            yield index, candidates.pop()


def _is_primary(index: Index) -> bool:
    return index.constraint is ConstraintKind.PRIMARY_KEY


def _alike(ours: Iterable[Index], theirs: Iterable[Index]) -> tuple[list[Index], list[Index]]:
    """Those whose cheap attributes occur on both sides: only they are worth normalizing."""
    ours, theirs = list(ours), list(theirs)
    shared = {_outline(index) for index in ours} & {_outline(index) for index in theirs}
    return (
        [index for index in ours if _outline(index) in shared],
        [index for index in theirs if _outline(index) in shared],
    )


def _outline(index: Index) -> tuple[object, ...]:
    return (index.table, tuple(key.column for key in index.keys), index.method, index.unique, index.include)
