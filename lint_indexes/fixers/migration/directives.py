"""Operations as directives: what the probe turns into Alembic's operations, and these into Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from lint_indexes.ddl.apply import apply
from lint_indexes.ddl.statements import statement
from lint_indexes.fixers.migration import columns, indexes
from lint_indexes.fixers.migration.writer import Writer, Written
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTable,
    Operation,
    RenameTable,
    SetDefault,
    SetNotNull,
)
from lint_indexes.model.restoring import IrreversibleError
from lint_indexes.probe.protocol import Directive


def directives(
    operations: Sequence[Operation], before: Catalog, *, concurrently: bool, postgres_version: int
) -> list[Directive]:
    """The directives of some operations, in their order.

    Parameters:
        before: the state in which the first one runs.
        concurrently: build and drop the indexes of existing tables without blocking writes to them, outside
            the transaction.

    Raises:
        IrreversibleError: an operation cannot be written.
        SqlError: an operation does not fit the state.
    """
    writer = Writer(before, concurrently)
    found: Written = []
    for operation in operations:
        found.extend(_written(writer, operation))
        writer.state = apply(writer.state, operation, postgres_version=postgres_version)
    return [
        one
        for outside, group in groupby(_without_repetition(found), _first)
        for one in _grouped(outside, group)
    ]


def _first(pair: tuple[bool, Directive]) -> bool:
    return pair[0]


def _grouped(outside: bool, group: Iterator[tuple[bool, Directive]]) -> Iterator[Directive]:
    body = [directive for _, directive in group]
    if outside:
        yield {"do": "autocommit", "body": body}
    else:
        yield from body


def _written(writer: Writer, operation: Operation) -> Written:
    make = _MAKERS.get(type(operation))
    found = make(writer, operation) if make else None
    if found is not None:
        return found
    if isinstance(operation, RenameTable):
        operation = replace(operation, name=writer.relative(operation.name))
    sql = statement(operation)
    if sql is None:
        raise IrreversibleError(f"{type(operation).__name__} has no form in a migration")
    return [(False, {"do": "execute", "sql": sql})]


def _without_repetition(written: Written) -> Iterator[tuple[bool, Directive]]:
    """An index that is rebuilt is dropped once: what drops a leftover of its name drops the old one."""
    for number, pair in enumerate(written):
        following = written[number + 1] if number + 1 < len(written) else None
        if following is None or not indexes.drops_the_same(pair[1], following[1]):
            yield pair


_MAKERS: dict[type, Callable[[Writer, Any], Written | None]] = {
    AddColumn: columns.add_column,
    AddConstraint: indexes.add_constraint,
    AlterColumnType: columns.alter,
    CreateIndex: indexes.create_index,
    CreateTable: columns.create_table,
    DropColumn: columns.drop_column,
    DropConstraint: indexes.drop_constraint,
    DropIndex: indexes.drop_index,
    DropTable: columns.drop_table,
    SetDefault: columns.alter,
    SetNotNull: columns.alter,
}
