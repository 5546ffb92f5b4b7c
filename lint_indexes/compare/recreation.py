"""Indexes that a migration drops and makes anew as they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lint_indexes.compare.equality import Equal, compare_indexes
from lint_indexes.compare.locks import Change, changes_of_used_tables, created_indexes, dropped_indexes
from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.history import Revision, Run
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import AddConstraint, CreateIndex, DropConstraint, DropIndex

_OF_INDEXES = (CreateIndex, DropIndex, AddConstraint, DropConstraint)


@dataclass(frozen=True, slots=True)
class Recreation:
    """``dropped`` and ``created`` have equal definitions, and nothing that needs that is done in between."""

    dropped: Index
    created: Index
    drop: Change
    create: Change


def recreations(revision: Revision, run: Run) -> Iterator[Recreation]:
    """The indexes of tables in use that a run drops and makes again, in order.

    Where rows are changed or the table is altered in between, the index may have been out of the way for
    that, and is not meant.
    """
    waiting: dict[QualifiedName, tuple[Index, Change, int]] = {}
    numbers = {id(statement): number for number, statement in enumerate(run.statements)}
    busy = [number for number, statement in enumerate(run.statements) if not statement.steps]
    for change in changes_of_used_tables(revision, run):
        number = numbers[id(change.statement)]
        if not isinstance(change.step.operation, _OF_INDEXES):
            waiting = {name: one for name, one in waiting.items() if one[0].table != change.table.name}
            continue
        for index in created_indexes(change.step, change.table):
            found = _counterpart(index, change.step.after, waiting, run.before)
            if found is not None:
                dropped, drop, since = waiting.pop(found)
                if not any(since < at < number for at in busy):
                    yield Recreation(dropped, index, drop, change)
        for index in dropped_indexes(change.step, change.table):
            if run.before.indexes.get(index.name) == index:
                waiting[index.name] = (index, change, number)


def recreated_names(revision: Revision, run: Run) -> frozenset[QualifiedName]:
    """The names of all such indexes, before and after."""
    found = list(recreations(revision, run))
    return frozenset(name for one in found for name in (one.dropped.name, one.created.name))


def _counterpart(
    index: Index,
    catalog: Catalog,
    waiting: dict[QualifiedName, tuple[Index, Change, int]],
    before: Catalog,
) -> QualifiedName | None:
    for name in sorted(waiting, key=lambda name: name != index.name):
        dropped = waiting[name][0]
        same_kind = dropped.constraint == index.constraint and dropped.table == index.table
        if same_kind and isinstance(compare_indexes(dropped, before, index, catalog), Equal):
            return name
    return None
