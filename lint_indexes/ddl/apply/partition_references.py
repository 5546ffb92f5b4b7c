"""What a foreign key to a partitioned table has for each of its partitions (addFkRecurseReferenced)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from lint_indexes.ddl import autonames
from lint_indexes.ddl.apply.bounds import partitions_in_order
from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.lookup import children_of, descendants_of
from lint_indexes.model.catalog import Catalog, Constraint, ConstraintKind, RelationKind, Table
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.partitions import PartitionReference


def name_of_copy(
    catalog: Catalog, at: QualifiedName, name: str, columns: tuple[str, ...], context: Context
) -> str:
    """The name of a constraint that goes with a foreign key of that name: its own where the table has none.

    PostgreSQL 18 appends a number to it otherwise, older ones choose as for a foreign key without a name.
    """
    if at not in catalog.constraint_names.get(QualifiedName(at.schema, name), ()):
        return name
    if context.postgres_version >= 18:
        return autonames.choose_numbered_name(catalog, at.schema, name)
    return autonames.choose_foreign_key_name(catalog, at, columns, (), context.postgres_version)


def refer_to_partitions(catalog: Catalog, at: QualifiedName, key: Constraint, context: Context) -> Catalog:
    """Give a foreign key what it has for the partitions of the table that it refers to."""
    referenced = catalog.tables.get(key.references) if key.references is not None else None
    if referenced is None or referenced.kind is not RelationKind.PARTITIONED_TABLE:
        return catalog
    for partition in partitions_in_order(catalog, referenced):
        catalog = _refer(catalog, at, key, key.name, partition, context)
    return catalog


def _refer(
    catalog: Catalog, at: QualifiedName, key: Constraint, name: str, partition: Table, context: Context
) -> Catalog:
    """Refer to a partition and to its own ones; ``name`` is that of the constraint that this belongs to."""
    chosen = name_of_copy(catalog, at, name, key.columns, context)
    owner = catalog.tables[at]
    references = (*owner.partition_references, PartitionReference(chosen, key.name, partition.name))
    catalog = catalog.with_table(replace(owner, partition_references=references))
    for below in partitions_in_order(catalog, partition) if partition.partition_strategy else ():
        catalog = _refer(catalog, at, key, name, below, context)
    return catalog


def clone_foreign_keys(catalog: Catalog, partition: Table, context: Context) -> Catalog:
    """What a new partition has to do with foreign keys (CloneForeignKeyConstraints).

    Those to its parent refer to it, too, and it gets those of its parent: one of its own that is equal to it
    becomes a part of it.
    """
    parent = catalog.tables.get(partition.partition_of) if partition.partition_of is not None else None
    if parent is None:
        return catalog
    for at, key, name in tuple(_referring(catalog, parent.name)):
        catalog = _refer(catalog, at, key, name, partition, context)
    for key in parent.constraints:
        if key.kind is ConstraintKind.FOREIGN_KEY:
            catalog = _inherit(catalog, partition.name, key, context)
    return catalog


def _inherit(catalog: Catalog, at: QualifiedName, key: Constraint, context: Context) -> Catalog:
    table = catalog.tables[at]
    valid_only = context.postgres_version < 18
    own = next((one for one in table.constraints if _is_equal(one, key, valid_only=valid_only)), None)
    if own is not None:
        kept = tuple(
            replace(one, inherited_from=key.name) if one is own else one for one in table.constraints
        )
        catalog = catalog.with_table(replace(table, constraints=kept))
        return without_references_of(catalog, at, own.name)
    name = name_of_copy(catalog, at, key.name, key.columns, context)
    copy = replace(key, name=name, inherited_from=key.name)
    catalog = catalog.with_table(replace(table, constraints=(*table.constraints, copy)))
    for partition in partitions_in_order(catalog, table) if table.partition_strategy else ():
        catalog = _inherit(catalog, partition.name, copy, context)
    return catalog


def _is_equal(one: Constraint, key: Constraint, *, valid_only: bool) -> bool:
    """Whether a partition's foreign key can become a part of its parent's (tryAttachPartitionForeignKey)."""
    may_be = one.inherited_from is None and (one.valid or not valid_only)
    return may_be and all(
        getattr(one, part) == getattr(key, part)
        for part in (
            "kind",
            "columns",
            "references",
            "referenced_columns",
            "on_delete",
            "on_update",
            "deferrable",
            "initially_deferred",
        )
    )


def detach_foreign_keys(catalog: Catalog, at: QualifiedName, context: Context) -> Catalog:
    """Make a former partition's foreign keys its own, and let those to its parent refer to it no more."""
    table = catalog.tables[at]
    inherited = [key.name for key in table.constraints if key.inherited_from is not None]
    keys = tuple(replace(key, inherited_from=None) for key in table.constraints)
    catalog = catalog.with_table(replace(table, constraints=keys))
    for key in keys:
        if key.name in inherited:
            catalog = refer_to_partitions(catalog, at, key, context)
    return without_references_to(catalog, descendants_of(catalog, at))


def _referring(catalog: Catalog, parent: QualifiedName) -> Iterator[tuple[QualifiedName, Constraint, str]]:
    """The tables and foreign keys that refer to a partitioned table, by themselves or as a partition."""
    for table in catalog.dependents_of(parent):
        for key in table.constraints:
            if key.references == parent and key.inherited_from is None:
                yield table.name, key, key.name
        for reference in table.partition_references:
            key_of_reference = table.constraint(reference.key)
            if reference.partition == parent and key_of_reference is not None:
                yield table.name, key_of_reference, reference.name


def references_to(catalog: Catalog, partition: QualifiedName) -> Iterator[tuple[Table, PartitionReference]]:
    """The tables that refer to a partition, since they refer to the table that it belongs to."""
    for table in catalog.dependents_of(partition):
        for reference in table.partition_references:
            if reference.partition == partition:
                yield table, reference


def without_references_to(catalog: Catalog, partitions: set[QualifiedName]) -> Catalog:
    """No foreign key refers to these partitions any more."""

    def kept(one: PartitionReference) -> PartitionReference | None:
        return None if one.partition in partitions else one

    for partition in sorted(partitions):
        for table in catalog.dependents_of(partition):
            catalog = _with_references(catalog, table.name, kept)
    return catalog


def move_references(catalog: Catalog, old: QualifiedName, new: QualifiedName) -> Catalog:
    """Let foreign keys refer to a partition by its new name."""

    def moved(one: PartitionReference) -> PartitionReference:
        return replace(one, partition=new) if one.partition == old else one

    for table in catalog.dependents_of(old):
        catalog = _with_references(catalog, table.name, moved)
    return catalog


def without_references_of(catalog: Catalog, at: QualifiedName, key: str) -> Catalog:
    """A foreign key of a table refers to no partition any more."""
    return _with_references(catalog, at, lambda one: None if one.key == key else one)


def rename_references(catalog: Catalog, at: QualifiedName, old: str, new: str) -> Catalog:
    """A foreign key of a table has a new name, or what it has for a partition."""

    def renamed(one: PartitionReference) -> PartitionReference:
        return replace(one, name=new if one.name == old else one.name, key=new if one.key == old else one.key)

    catalog = _with_references(catalog, at, renamed)
    for partition in children_of(catalog, at):
        keys = tuple(
            replace(key, inherited_from=new) if key.inherited_from == old else key
            for key in partition.constraints
        )
        if any(key.inherited_from == new for key in keys):
            catalog = catalog.with_table(replace(partition, constraints=keys))
    return catalog


def _with_references(
    catalog: Catalog, at: QualifiedName, change: Callable[[PartitionReference], PartitionReference | None]
) -> Catalog:
    """Change, or drop for None, what the foreign keys of a table have for partitions."""
    table = catalog.tables[at]
    changed = tuple(one for one in map(change, table.partition_references) if one is not None)
    if changed == table.partition_references:
        return catalog
    return catalog.with_table(replace(table, partition_references=changed))
