"""Indexes that a migration drops and makes anew as they were."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.equality import are_equal
from lint_indexes.compare.locks import (
    Change,
    changes_of_used_tables,
    created_indexes,
    dropped_indexes,
    is_concurrent,
)
from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import Revision, Run, Statement
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import (
    AddConstraint,
    CreateFunction,
    CreateIndex,
    DropConstraint,
    DropIndex,
)

_MAKES = (CreateIndex, AddConstraint)
_DROPS = (DropIndex, DropConstraint)


@dataclass(frozen=True, slots=True)
class Recreation:
    """``dropped`` and ``created`` have equal definitions, and nothing that needs that is done in between."""

    dropped: Index
    created: Index
    drop: Change
    create: Change


@dataclass(frozen=True, slots=True)
class _Seen:
    """An index that a run has dropped or made, and whose counterpart has not come yet."""

    index: Index
    change: Change
    number: int


_Waiting = dict[QualifiedName, _Seen]


def recreations(revision: Revision, run: Run) -> Iterator[Recreation]:
    """The indexes of tables in use that a run drops and makes again, in either order.

    Where rows are changed, the table is altered or a function is replaced in between, the index may have been
    out of the way for that, and is not meant. Nor is one whose successor was built CONCURRENTLY before it
    went: that is how a bloated index is renewed while everybody goes on. DROP INDEX CONCURRENTLY IF EXISTS
    is about one that is INVALID, as a build that failed leaves it.
    """
    operations = [operation for statement in run.statements for operation in statement.operations]
    if not all(any(isinstance(one, kinds) for one in operations) for kinds in (_MAKES, _DROPS)):
        return
    dropped: _Waiting = {}
    created: _Waiting = {}
    numbers = {id(statement): number for number, statement in enumerate(run.statements)}
    busy = [number for number, statement in enumerate(run.statements) if _may_need_it_gone(statement)]
    for change in changes_of_used_tables(revision, run):
        step, number = change.step, numbers[id(change.statement)]
        if not isinstance(step.operation, (*_MAKES, *_DROPS)):
            dropped, created = _elsewhere(dropped, change), _elsewhere(created, change)
            continue
        for index in created_indexes(step, change.table):
            old = _equal_to(index, step.after, dropped, run.before)
            if old is None:
                created[index.name] = _Seen(index, change, number)
                continue
            del dropped[old.index.name]
            if not _cleans_up(old.change) and not any(old.number <= at <= number for at in busy):
                yield Recreation(old.index, index, old.change, change)
        for index in dropped_indexes(step, change.table):
            if run.before.indexes.get(index.name) != index:
                continue
            new = _equal_to(index, run.before, created, step.before)
            if new is None:
                dropped[index.name] = _Seen(index, change, number)
                continue
            del created[new.index.name]
            if not is_concurrent(new.change.step.operation):
                yield Recreation(index, new.index, change, new.change)


def recreated_names(revision: Revision, run: Run) -> frozenset[QualifiedName]:
    """The names of all such indexes, before and after."""
    found = list(recreations(revision, run))
    return frozenset(name for one in found for name in (one.dropped.name, one.created.name))


def _may_need_it_gone(statement: Statement) -> bool:
    """Whether a statement deals with rows, or changes what an expression may call."""
    return not statement.steps or any(isinstance(one, CreateFunction) for one in statement.operations)


def _elsewhere(waiting: _Waiting, change: Change) -> _Waiting:
    """Those that are not on the table of a change."""
    return {name: one for name, one in waiting.items() if one.index.table != change.table.name}


def _cleans_up(change: Change) -> bool:
    operation = change.step.operation
    return isinstance(operation, DropIndex) and operation.concurrently and operation.if_exists


def _equal_to(index: Index, catalog: Catalog, waiting: _Waiting, their_catalog: Catalog) -> _Seen | None:
    """The one with an equal definition, of the same name if there is one."""
    for name in sorted(waiting, key=lambda name: name != index.name):
        other = waiting[name].index
        if other.constraint != index.constraint or other.table != index.table:
            continue
        if are_equal(index, catalog, other, their_catalog):
            return waiting[name]
    return None
