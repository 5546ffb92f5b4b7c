"""What PostgreSQL asks of the columns and keys in a CREATE TABLE before it makes anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.lookup import SYSTEM_COLUMNS, require_table
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Column, ConstraintKind, Table
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import (
    UNTYPED,
    ColumnDefinition,
    ConstraintDefinition,
    CreateTable,
    LikeClause,
)


@dataclass(frozen=True, slots=True)
class Like:
    """A LIKE clause with the table that it names."""

    clause: LikeClause
    table: Table


def all_constraints(operation: CreateTable) -> Iterator[ConstraintDefinition]:
    for element in operation.elements:
        if isinstance(element, ConstraintDefinition):
            yield element
        elif isinstance(element, ColumnDefinition):
            yield from element.constraints


def check_elements(catalog: Catalog, at: QualifiedName, operation: CreateTable, context: Context) -> None:
    """What PostgreSQL asks of each column before it looks at the others (transformColumnDefinition).

    Raises:
        SqlError: 42704 where its type does not exist, 42601 for an identity column with a default, 0A000 for
            one of a partition.
    """
    for element in operation.elements:
        if isinstance(element, ColumnDefinition) and operation.partition_of and not context.lenient:
            _check_partition_column(element, context)
        if not isinstance(element, ColumnDefinition) or element.type == UNTYPED:
            continue
        type_names.check(catalog, element.type, context)
        if not context.lenient:
            check_column(at, element, context)


def _check_partition_column(column: ColumnDefinition, context: Context) -> None:
    """Raise for what a column of a partition has from its parent or not at all."""
    if column.identity:
        raise SqlError("0A000", "identity columns are not supported on partitions")
    if column.generated is not None and context.postgres_version < 16:
        raise SqlError("0A000", "generated columns are not supported on partitions")


def check_column(at: QualifiedName, column: ColumnDefinition, context: Context) -> None:
    """Raise for a column whose value comes from two places, or from one that older versions do not know."""
    if column.virtual and context.postgres_version < 18:
        stands_for = f"this one stands in for {context.postgres_version} (the key postgres-version)"
        raise SqlError("42601", f"virtual generated columns need PostgreSQL 18, and {stands_for}")
    sources = {
        "default": column.default is not None or column.is_serial,
        "identity": column.identity,
        "generation expression": column.generated is not None,
    }
    given = [name for name, is_given in sources.items() if is_given]
    if len(given) > 1:
        raise SqlError(
            "42601",
            f'both {given[0]} and {given[1]} specified for column "{column.name}" of table "{at.name}"',
        )


def check_identities(operation: CreateTable) -> None:
    """Raise for an identity column that is no integer: PostgreSQL makes the sequences before the table."""
    for element in operation.elements:
        if isinstance(element, ColumnDefinition) and element.identity:
            check_identity_type(element.type)


def check_identity_type(text: str) -> None:
    if text not in ("smallint", "integer", "bigint"):
        raise SqlError("22023", "identity column type must be smallint, integer, or bigint")


def check_keys(
    catalog: Catalog,
    at: QualifiedName,
    operation: CreateTable,
    likes: dict[ObjectName, Like],
    context: Context,
) -> None:
    """Of its keys only one is primary, and the columns exist: one after the other (transformIndexConstraint).

    Raises:
        SqlError: 42P16 for a second primary key, 42703, 42701, and 42P01 for a parent that is looked for a
            column and does not exist.
    """
    is_known = _known_columns(catalog, operation, likes, context)
    primary = False
    for constraint in all_constraints(operation):
        if constraint.kind is ConstraintKind.PRIMARY_KEY:
            if primary:
                raise SqlError("42P16", f'multiple primary keys for table "{at.name}" are not allowed')
            primary = True
        if constraint.index is not None and constraint.kind is not ConstraintKind.EXCLUDE:
            check_key_columns(constraint, is_known)


def _known_columns(
    catalog: Catalog, operation: CreateTable, likes: dict[ObjectName, Like], context: Context
) -> Callable[[str], bool]:
    """Whether a new table has a column; parents are looked at where it is not the table's own."""
    own = {element.name for element in operation.elements if isinstance(element, ColumnDefinition)}
    sources = [like.table for like in likes.values()]
    own |= {column.name for source in sources for column in source.columns} | SYSTEM_COLUMNS
    typed = operation.of_type
    if typed is not None:
        own |= {column.name for column in type_names.attributes(catalog, typed)}
    is_whole = all(source.complete for source in sources) and (
        typed is None or type_names.qualified(catalog, typed) is not None
    )
    names = (*operation.inherits, *((operation.partition_of,) if operation.partition_of else ()))

    def is_known(column: str) -> bool:
        if column in own or context.lenient or not is_whole:
            return True
        parents = [require_table(catalog, name, context)[1] for name in names]
        return any(one is None or not one.complete or one.column(column) is not None for one in parents)

    return is_known


def check_key_columns(constraint: ConstraintDefinition, is_known: Callable[[str], bool]) -> None:
    """Raise for a column of a primary key or unique constraint that does not exist or comes twice.

    Raises:
        SqlError: 42703, 42701.
    """
    assert constraint.index is not None
    seen: set[str] = set()
    for name in constraint.columns:
        if not is_known(name):
            raise SqlError("42703", f'column "{name}" named in key does not exist')
        if name in seen:
            raise SqlError("42701", f'column "{name}" appears twice in {constraint.kind.value} constraint')
        seen.add(name)
    for name in constraint.index.include:
        if not is_known(name):
            raise SqlError("42703", f'column "{name}" named in key does not exist')


def check_columns_once(operation: CreateTable, likes: dict[ObjectName, Like]) -> None:
    own: set[str] = set()
    for element in operation.elements:
        names: tuple[str, ...] = ()
        if isinstance(element, ColumnDefinition):
            names = (element.name,)
        elif isinstance(element, LikeClause) and element.table in likes:
            names = tuple(column.name for column in likes[element.table].table.columns)
        for name in names:
            if name in own:
                raise SqlError("42701", f'column "{name}" specified more than once')
            own.add(name)


def check_partition_key(operation: CreateTable, columns: tuple[Column, ...]) -> None:
    """Raise for a column that a table cannot be partitioned by.

    Raises:
        SqlError: 42703 where it does not exist, 42P17 where it is generated.
    """
    known = {column.name: column for column in columns}
    for name in operation.partition_reads:
        if name not in known:
            raise SqlError("42703", f'column "{name}" named in partition key does not exist')
        if known[name].generated is not None:
            raise SqlError("42P17", "cannot use generated column in partition key")
