"""The edits that make models and migrations have an index as it should be."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain

from lint_indexes.compare.equality import are_equal
from lint_indexes.ddl.normalize import Kind, normalize
from lint_indexes.findings import Fix
from lint_indexes.model.catalog import Catalog, ConstraintKind, Index, IndexKey, Table
from lint_indexes.model.edits import DeclareIndex, Edit, Migrate, UndeclareIndex
from lint_indexes.model.index_operations import creation_of, removal_of
from lint_indexes.model.names import MAX_IDENTIFIER_BYTES, QualifiedName, truncate_identifier
from lint_indexes.model.operations import Operation, RenameConstraint, RenameTable
from lint_indexes.model.origin import Source
from lint_indexes.model.policy import NamePattern

_MOST_NUMBERS = 100
BOTH = frozenset({Source.MODELS, Source.MIGRATIONS})


def has_columns(index: Index, catalog: Catalog) -> bool:
    """Whether a catalog has the index's table, with all columns that the index reads, as far as is known."""
    table = catalog.tables.get(index.table)
    if table is None:
        return False
    return not table.complete or all(table.column(name) is not None for name in index.columns)


def bring_about(
    index: Index,
    metadata: Catalog | None,
    migrated: Catalog | None,
    layers: frozenset[Source] = BOTH,
    required: Collection[QualifiedName] = (),
) -> tuple[Edit, ...]:
    """What makes the layers have an index under its name; a table that one of them lacks is left alone.

    What is a unique constraint in one of them becomes one in the other. An index that the migrations have
    under another name is renamed, unless it is ``required`` under that one, or the models have both.

    Nothing is done where nobody knows whether the database has the table: an index of the model alone would
    never reach it.
    """
    if (
        migrated
        and Source.MIGRATIONS in layers
        and migrated.open_world
        and index.table not in migrated.tables
    ):
        return ()
    models = metadata if metadata and Source.MODELS in layers and has_columns(index, metadata) else None
    head = migrated if migrated and Source.MIGRATIONS in layers and has_columns(index, migrated) else None
    declared, built = _as_it_is(index, models), _as_it_is(index, head)
    constraints = (one for one in (declared, built) if one and one.constraint is ConstraintKind.UNIQUE)
    wanted = next(constraints, index)
    edits: list[Edit] = []
    other = None
    if head is not None and built is None:
        other = _under_another_name(wanted, head, metadata, models, required)
        edits.append(Migrate(tuple(_building(wanted, head, models, other))))
    if models is not None and declared is None:
        replaced = models.indexes.get(index.name) or (models.indexes.get(other.name) if other else None)
        edits.insert(0, DeclareIndex(wanted, replaced))
    return tuple(edits)


def _as_it_is(index: Index, catalog: Catalog | None) -> Index | None:
    """What a catalog has under the name of an index, if it is equal."""
    found = catalog.indexes.get(index.name) if catalog else None
    return found if catalog and found and are_equal(found, catalog, index, catalog) else None


def _building(
    wanted: Index, head: Catalog, models: Catalog | None, other: Index | None
) -> Iterator[Operation]:
    """What makes the migrations have an index; ``other`` is the one to rename, if there is one."""
    old = head.indexes.get(wanted.name)
    if old is not None:
        yield removal_of(old)
    if other is not None:
        yield renaming_of(other, wanted.name.name)
    else:
        table = models.tables[wanted.table] if models else None
        yield creation_of(wanted, table.constraint(wanted.name.name) if table else None)


def _under_another_name(
    wanted: Index,
    head: Catalog,
    metadata: Catalog | None,
    models: Catalog | None,
    required: Collection[QualifiedName],
) -> Index | None:
    """The index of the migrations that is equal but for its name, and that nobody wants under that name."""
    for one in sorted(head.indexes_on(wanted.table), key=lambda index: index.name):
        plain = one.valid and not one.only and one.partition_of is None
        alike = plain and one.constraint is wanted.constraint and one.name not in (wanted.name, *required)
        declared = metadata.indexes.get(one.name) if metadata else None
        if declared is not None:
            # The models then say one name for the other, which they can if they do not have both.
            alike = alike and models is not None and wanted.name not in models.indexes
            alike = alike and are_equal(declared, models or head, wanted, models or head)
        if alike and are_equal(one, head, wanted, head):
            return one
    return None


def adding(index: Index, edits: tuple[Edit, ...], title: str) -> Fix | None:
    """The fix that brings an index about: under ``title``, unless it is but renamed."""
    operations = [one for edit in edits if isinstance(edit, Migrate) for one in edit.operations]
    for one in operations:
        if isinstance(one, RenameTable | RenameConstraint):
            old = one.name.name if isinstance(one, RenameTable) else one.name
            title = f"rename {old} to {index.name.name}"
    return fix_of(title, edits)


def fix_of(title: str, edits: tuple[Edit, ...], *, safe: bool = True) -> Fix | None:
    """The fix that makes some edits; None where there is nothing to edit."""
    return Fix(title, edits, safe=safe) if edits else None


def has_constant_predicate(index: Index, catalog: Catalog) -> bool:
    """Whether the WHERE of an index is TRUE, FALSE or NULL, which nobody means."""
    if index.predicate is None:
        return False
    return normalize(index.predicate, index.table, (catalog,)).form.kind is Kind.CONSTANT


def is_replaceable(index: Index) -> bool:
    """Whether it can be made or dropped at any time. Foreign keys and replication may rely on a primary key,
    and rows that are there may not fit a new one.
    """
    return index.constraint is not ConstraintKind.PRIMARY_KEY


def do_away_with(name: QualifiedName, metadata: Catalog | None, migrated: Catalog | None) -> tuple[Edit, ...]:
    """What makes neither the models nor the migrations have the index; nothing where they differ about it."""
    edits: list[Edit] = []
    declared = metadata.indexes.get(name) if metadata else None
    built = migrated.indexes.get(name) if migrated else None
    if metadata and declared and built and not are_equal(declared, metadata, built, metadata):
        return ()
    if declared is not None:
        edits.append(UndeclareIndex(declared))
    if built is not None:
        edits.append(Migrate((removal_of(built),)))
    return tuple(edits)


def renaming_of(index: Index, name: str) -> Operation:
    """What gives an index, or the constraint that it backs, another name."""
    if index.constraint is None:
        return RenameTable(index.name.in_full, name, "index")
    table = index.table.in_full
    return RenameConstraint(table, index.name.name, name)


def plain_index(
    table: Table, columns: tuple[str, ...], pattern: NamePattern | None, taken: Collection[Catalog]
) -> Index:
    """A B-tree over columns. Its name is one of the usual ones that is free in all catalogs of ``taken``, and
    that the policy's pattern allows, if any does.
    """
    keys = tuple(IndexKey(column=column, columns=(column,)) for column in columns)
    schema = table.name.schema
    names = (
        name
        for name in _usual_names(table.name.name, columns)
        if not any(catalog.relation_exists(QualifiedName(schema, name)) for catalog in taken)
    )
    usual = next(names)
    allowed = (
        name
        for name in chain((usual,), names)
        if pattern is None or pattern.matches(name, table.name.name, columns)
    )
    return Index(QualifiedName(schema, next(allowed, usual)), table.name, keys)


def _usual_names(table: str, columns: tuple[str, ...]) -> Iterator[str]:
    """What people call an index, the commonest first; the last ones are numbered."""
    joined = "_".join(columns)
    usual = f"ix_{table}_{joined}"
    for name in (usual, f"idx_{table}_{joined}", f"{table}_{joined}_idx"):
        yield truncate_identifier(name)
    for number in range(1, _MOST_NUMBERS):
        suffix = f"_{number}"
        yield truncate_identifier(usual, MAX_IDENTIFIER_BYTES - len(suffix)) + suffix
