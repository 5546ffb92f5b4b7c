"""Foreign keys: what they refer to, and what relies on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.lookup import (
    SYSTEM_COLUMNS,
    TEMPORARY_SCHEMA,
    children_of,
    missing_column,
    require_table,
)
from lint_indexes.ddl.apply.partition_references import without_references_of
from lint_indexes.ddl.apply.typecheck import check_comparable
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Constraint, ConstraintKind, Index, RelationKind, Table
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import ConstraintDefinition


def foreign_keys_to(catalog: Catalog, table: QualifiedName) -> Iterator[tuple[Table, Constraint]]:
    """Every foreign key that refers to the table, with the table that has it, in the order of names."""
    found = [
        (owner, constraint)
        for owner in catalog.dependents_of(table)
        for constraint in owner.constraints
        if constraint.references == table
    ]
    yield from sorted(found, key=lambda pair: (pair[0].name, pair[1].name))


def resolve_reference(
    catalog: Catalog, table: Table, constraint: ConstraintDefinition, context: Context
) -> tuple[Catalog, QualifiedName, tuple[str, ...], str | None]:
    """What a foreign key refers to: the table, its columns, and the unique index relied on.

    Raises:
        SqlError: 42P01, 42703, 42704 without a primary key, 42830 where nothing makes the columns unique,
            0A000 for a system column, 42601 for an action that would change a generated one.
    """
    assert constraint.references is not None
    catalog, referenced = require_table(catalog, constraint.references, context)
    if referenced is None:
        return catalog, constraint.references.qualify(table.name.schema), constraint.referenced_columns, None
    if referenced.kind in (RelationKind.VIEW, RelationKind.MATERIALIZED_VIEW) and not context.lenient:
        raise SqlError("42809", f'referenced relation "{referenced.name.name}" is not a table')
    if not context.lenient:
        _check_persistence(table, referenced)
    if table.complete and not context.lenient:
        _check_columns(table, constraint.columns)
    tolerant = context.lenient or not referenced.complete
    columns, index = _referenced_key(catalog, referenced, constraint.referenced_columns, tolerant=tolerant)
    if not context.lenient:
        _check_generated(table, constraint)
    if not tolerant:
        if len(columns) != len(constraint.columns):
            raise SqlError("42830", "number of referencing and referenced columns for foreign key disagree")
        check_comparable(catalog, table, constraint.columns, referenced, columns, context)
    return catalog, referenced.name, columns, index


def _referenced_key(
    catalog: Catalog, referenced: Table, columns: tuple[str, ...], *, tolerant: bool
) -> tuple[tuple[str, ...], str | None]:
    """The columns that are referred to, and their unique index; the primary key's where none are written.

    That is what transformFkeyGetPrimaryKey and transformFkeyCheckAttrs find.

    Raises:
        SqlError: 42703, 0A000, 42704, 42830, 55000 for a deferrable key; none of them where ``tolerant``.
    """
    of = f'for referenced table "{referenced.name.name}"'
    if columns:
        if not tolerant:
            _check_columns(referenced, columns)
        index = _unique_index(catalog, referenced, columns)
    else:
        key = next((one for one in referenced.constraints if one.kind is ConstraintKind.PRIMARY_KEY), None)
        if key is None:
            if tolerant:
                return (), None
            raise SqlError("42704", f"there is no primary key {of}")
        columns, index = key.columns, key.index
    if tolerant:
        return columns, index
    if any(known.deferrable for known in referenced.constraints if known.index == index is not None):
        raise SqlError("55000", f"cannot use a deferrable unique constraint {of}")
    if index is None:
        raise SqlError("42830", f"there is no unique constraint matching given keys {of}")
    return columns, index


# What a generated column of a foreign key cannot do, since nothing else may set it.
_CHANGES_BY_UPDATE = frozenset({"SET NULL", "SET DEFAULT", "CASCADE"})
_CHANGES_BY_DELETE = frozenset({"SET NULL", "SET DEFAULT"})


def _check_generated(table: Table, constraint: ConstraintDefinition) -> None:
    """Raise for a foreign key that would change a generated column, or has a virtual one.

    Raises:
        SqlError: 42601, 0A000.
    """
    columns = [table.column(name) for name in constraint.columns]
    if all(column is None or column.generated is None for column in columns):
        return
    refused = "action for foreign key constraint containing generated column"
    if constraint.on_update in _CHANGES_BY_UPDATE:
        raise SqlError("42601", f"invalid ON UPDATE {refused}")
    if constraint.on_delete in _CHANGES_BY_DELETE:
        raise SqlError("42601", f"invalid ON DELETE {refused}")
    if any(column is not None and column.virtual for column in columns):
        raise SqlError("0A000", "foreign key constraints on virtual generated columns are not supported")


def _check_persistence(table: Table, referenced: Table) -> None:
    kinds = [("permanent", "temporary")[one.name.schema == TEMPORARY_SCHEMA] for one in (table, referenced)]
    if kinds[0] != kinds[1]:
        message = f"constraints on {kinds[0]} tables may reference only {kinds[0]} tables"
        raise SqlError("42P16", message)


def _check_columns(table: Table, names: tuple[str, ...]) -> None:
    for name in names:
        if name in SYSTEM_COLUMNS:
            raise SqlError("0A000", "system columns cannot be used in foreign keys")
        if table.column(name) is None:
            message = f'column "{name}" referenced in foreign key constraint does not exist'
            raise SqlError(missing_column(table, name).sqlstate, message)


def _unique_index(catalog: Catalog, table: Table, columns: tuple[str, ...]) -> str | None:
    """The unique index that a foreign key to the columns relies on.

    It is the oldest that matches and is not deferrable (transformFkeyCheckAttrs), or a deferrable one.
    """
    deferrable = {known.index for known in table.constraints if known.deferrable}
    matching = [
        index
        for index in catalog.indexes_by_age(table.name)
        if index.unique
        and index.valid
        and index.predicate is None
        and all(key.column is not None for key in index.keys)
        and sorted(key.column or "" for key in index.keys) == sorted(columns)
    ]
    matching.sort(key=lambda index: index.name.name in deferrable)
    return matching[0].name.name if matching else None


def drop_foreign_keys_on(catalog: Catalog, index: Index, what: str, *, cascade: bool) -> Catalog:
    """Drop the foreign keys that rely on a unique index which goes.

    Raises:
        SqlError: 2BP01 without ``cascade``; ``what`` is the object that was to be dropped.
    """
    for table, constraint in foreign_keys_to(catalog, index.table):
        if constraint.referenced_index == index.name.name:
            if not cascade:
                raise depended_on(what)
            catalog = without_constraint(catalog, table.name, constraint.name)
    return catalog


def depended_on(what: str) -> SqlError:
    """The error for dropping what something else needs."""
    return SqlError("2BP01", f"cannot drop {what} because other objects depend on it")


def without_constraint(catalog: Catalog, at: QualifiedName, name: str) -> Catalog:
    """The catalog with a constraint gone from a table (its index is not looked at)."""
    table = catalog.tables[at]
    left = tuple(constraint for constraint in table.constraints if constraint.name != name)
    return without_references_of(catalog.with_table(replace(table, constraints=left)), at, name)


def without_foreign_key(catalog: Catalog, at: QualifiedName, name: str) -> Catalog:
    """The catalog with a foreign key gone from a table, and from its partitions what they have of it."""
    for partition in children_of(catalog, at):
        for key in partition.constraints:
            if key.inherited_from == name and key.kind is ConstraintKind.FOREIGN_KEY:
                catalog = without_foreign_key(catalog, partition.name, key.name)
    return without_constraint(catalog, at, name)


def rename_referenced_index(catalog: Catalog, index: Index, new_name: str) -> Catalog:
    """Let the foreign keys that rely on a unique index follow its new name."""
    if not index.unique:
        return catalog
    for owner, constraint in foreign_keys_to(catalog, index.table):
        if constraint.referenced_index == index.name.name:
            table = catalog.tables[owner.name]
            constraints = tuple(
                replace(known, referenced_index=new_name) if known.name == constraint.name else known
                for known in table.constraints
            )
            catalog = catalog.with_table(replace(table, constraints=constraints))
    return catalog
