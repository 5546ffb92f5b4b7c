"""Dropping and renaming constraints, and the indexes behind them."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl.apply.checks import inherit_count
from lint_indexes.ddl.apply.constraints import check_is_free, with_locality
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.define_index import (
    constraint_of,
)
from lint_indexes.ddl.apply.indexes import partition_indexes, remove_index
from lint_indexes.ddl.apply.lookup import (
    check_children_follow,
    children_of,
    descendants_of,
    find_relation,
    missing_relation,
    require_column,
    require_storage,
    require_table,
    shown,
    taken_relation,
)
from lint_indexes.ddl.apply.partition_references import rename_references
from lint_indexes.ddl.apply.references import (
    drop_foreign_keys_on,
    rename_referenced_index,
    without_constraint,
    without_foreign_key,
)
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Constraint, ConstraintKind, Index, RelationKind, Table
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import (
    AlterTable,
    DropConstraint,
    RenameConstraint,
    ValidateConstraint,
)


@perform.register
def _(operation: DropConstraint, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None:
        return catalog
    require_storage(table, "DROP CONSTRAINT", context)
    constraint = table.constraint(operation.name)
    if constraint is None and table.has_constraint_name(operation.name) and not context.lenient:
        raise _inherited(table, operation.name)
    if constraint is None:
        if operation.missing_ok or context.lenient or not table.complete:
            return catalog
        raise SqlError(
            "42704", f'constraint "{operation.name}" of relation "{table.name.name}" does not exist'
        )
    if _is_inherited(catalog, table, constraint) and not context.lenient:
        raise _inherited(table, constraint.name)
    cascade = operation.cascade or context.lenient
    partitioned = table.kind is RelationKind.PARTITIONED_TABLE and context.postgres_version < 18
    if operation.only and partitioned and constraint.kind is ConstraintKind.CHECK:
        message = "cannot remove constraint from only the partitioned table when partitions exist"
        check_children_follow(catalog, table, message, context)
    return drop_constraint(catalog, table.name, constraint, cascade=cascade, only=operation.only)


def _inherited(table: Table, name: str) -> SqlError:
    return SqlError("42P16", f'cannot drop inherited constraint "{name}" of relation "{table.name.name}"')


def _is_inherited(catalog: Catalog, table: Table, constraint: Constraint) -> bool:
    """Whether the constraint of a partition or child belongs to its parent's."""
    if constraint.index is not None:
        index = catalog.indexes.get(QualifiedName(table.name.schema, constraint.index))
        return index is not None and index.partition_of is not None
    if constraint.kind is ConstraintKind.FOREIGN_KEY:
        return constraint.inherited_from is not None
    return inherit_count(catalog, table, constraint) > 0


def drop_constraint(
    catalog: Catalog, at: QualifiedName, constraint: Constraint, *, cascade: bool, only: bool = False
) -> Catalog:
    """Drop a constraint with its index, and those of partitions and children that come from it.

    Raises:
        SqlError: 2BP01 where a foreign key relies on its index and ``cascade`` is false.
    """
    if constraint.index is not None:
        index = catalog.indexes.get(QualifiedName(at.schema, constraint.index))
        if index is not None:
            what = f"constraint {constraint.name} on table {shown(catalog, at)}"
            catalog = drop_foreign_keys_on(catalog, index, what, cascade=cascade)
            for child in partition_indexes(catalog, index):
                owned = catalog.tables[child.table].constraint(child.name.name)
                if owned is not None:
                    catalog = drop_constraint(catalog, child.table, owned, cascade=cascade)
            catalog = remove_index(catalog, index)
    elif constraint.kind is ConstraintKind.FOREIGN_KEY:
        return without_foreign_key(catalog, at, constraint.name)
    else:
        catalog = without_constraint(catalog, at, constraint.name)
        for table in () if constraint.no_inherit else children_of(catalog, at):
            catalog = _drop_inherited(catalog, table, constraint, only=only)
    return without_constraint(catalog, at, constraint.name)


def _drop_inherited(catalog: Catalog, table: Table, check: Constraint, *, only: bool) -> Catalog:
    """What a child does when its parent loses a CHECK: it keeps its own, and one that another parent has.

    Where ONLY the parent loses it, the child keeps it as its own.
    """
    inherited = table.constraint(check.name)
    if inherited is None or (inherited.kind, inherited.columns) != (check.kind, check.columns):
        return catalog
    if only:
        return with_locality(catalog, table.name, check.name, local=True)
    if inherited.local or _is_inherited(catalog, table, inherited):
        return catalog
    return drop_constraint(catalog, table.name, inherited, cascade=False)


@perform.register
def _(operation: ValidateConstraint, catalog: Catalog, context: Context) -> Catalog:
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None or context.lenient:
        return catalog
    require_storage(table, "VALIDATE CONSTRAINT", context)
    constraint = table.constraint(operation.name)
    of = f'constraint "{operation.name}" of relation "{table.name.name}"'
    if constraint is None and table.complete and not table.has_constraint_name(operation.name):
        raise SqlError("42704", f"{of} does not exist")
    if constraint is not None and constraint.kind.has_index:
        raise SqlError("42809", f"{of} is not a foreign key or check constraint")
    if constraint is None or constraint.valid:
        return catalog
    below = descendants_of(catalog, table.name) if constraint.is_for_children else {table.name}
    if operation.only and len(below) > 1:
        raise SqlError("42P16", "constraint must be validated on child tables too")
    for name in below:
        catalog = _validated(catalog, name, constraint)
    return catalog


def _validated(catalog: Catalog, at: QualifiedName, constraint: Constraint) -> Catalog:
    table = catalog.tables[at]
    constraints = tuple(
        replace(one, valid=True) if (one.name, one.kind) == (constraint.name, constraint.kind) else one
        for one in table.constraints
    )
    return catalog.with_table(replace(table, constraints=constraints))


@perform.register
def _(operation: AlterTable, catalog: Catalog, context: Context) -> Catalog:
    found = find_relation(catalog, operation.table)
    if found is None:
        if operation.if_exists or context.allows_unknown(catalog):
            return catalog
        raise missing_relation(catalog, operation.table)
    if isinstance(found, Table) and operation.column is not None:
        if found.kind is RelationKind.VIEW:
            require_storage(found, "ALTER COLUMN ... SET", context)
        require_column(found, operation.column, context)
    return catalog


@perform.register
def _(operation: RenameConstraint, catalog: Catalog, context: Context) -> Catalog:
    if isinstance(find_relation(catalog, operation.table), Index) and not context.lenient:
        of = f'for table "{operation.table.name}"'
        raise SqlError("42704", f'constraint "{operation.name}" {of} does not exist')
    catalog, table = require_table(catalog, operation.table, context, if_exists=operation.if_exists)
    if table is None:
        return catalog
    constraint = table.constraint(operation.name)
    if constraint is None:
        if table.has_constraint_name(operation.name):
            check_is_free(table, operation.new_name)
            return rename_references(catalog, table.name, operation.name, operation.new_name)
        if context.lenient or not table.complete:
            return catalog
        raise SqlError("42704", f'constraint "{operation.name}" for table "{table.name.name}" does not exist')
    if constraint.is_for_children and not context.lenient:
        _check_may_rename(catalog, table, constraint, only=operation.only)
    return rename_constraint(catalog, table.name, constraint, operation.new_name)


def _check_may_rename(catalog: Catalog, table: Table, check: Constraint, *, only: bool) -> None:
    """Raise where a CHECK would not be called as a parent's or a child's is (rename_constraint_internal).

    Raises:
        SqlError: 42P16.
    """
    family = {table.name} if only else descendants_of(catalog, table.name)
    if only and children_of(catalog, table.name):
        message = f'inherited constraint "{check.name}" must be renamed in child tables too'
        raise SqlError("42P16", message)
    for member in (catalog.tables[name] for name in family):
        own = member.constraint(check.name)
        parents = family.intersection((*member.inherits, member.partition_of))
        if own is not None and own.is_for_children and inherit_count(catalog, member, own) > len(parents):
            raise SqlError("42P16", f'cannot rename inherited constraint "{check.name}"')


def rename_constraint(catalog: Catalog, at: QualifiedName, constraint: Constraint, new_name: str) -> Catalog:
    """Rename a constraint; the index behind it goes by the same name.

    Raises:
        SqlError: 42P07 where a relation has the name, 42710 where a constraint of the table has it.
    """
    table = catalog.tables[at]
    index_name = constraint.index
    if constraint.index is not None:
        index = catalog.indexes.get(QualifiedName(at.schema, constraint.index))
        if index is not None:
            catalog = rename_index_only(catalog, index, new_name)
            index_name = new_name
    check_is_free(table, new_name)
    table = catalog.tables[at]
    renamed = replace(constraint, name=new_name, index=index_name)
    constraints = tuple(renamed if known.name == constraint.name else known for known in table.constraints)
    catalog = catalog.with_table(replace(table, constraints=constraints))
    if constraint.kind is ConstraintKind.FOREIGN_KEY:
        return rename_references(catalog, at, constraint.name, new_name)
    for child in children_of(catalog, at) if constraint.is_for_children else ():
        # As it is now: it may have the name already, from another parent.
        inherited = catalog.tables[child.name].constraint(constraint.name)
        if inherited is not None and inherited.expression == constraint.expression:
            catalog = rename_constraint(catalog, child.name, inherited, new_name)
    return catalog


def rename_index_only(catalog: Catalog, index: Index, new_name: str) -> Catalog:
    """Give an index another name, without its constraint.

    Raises:
        SqlError: 42P07.
    """
    name = QualifiedName(index.name.schema, new_name)
    if catalog.relation_exists(name):
        raise taken_relation(name)
    children = partition_indexes(catalog, index)
    catalog = rename_referenced_index(catalog, index, new_name)
    catalog = catalog.without_index(index.name)
    catalog = catalog.with_index(replace(index, name=name, generated_name=False))
    for child in children:
        catalog = catalog.with_index(replace(catalog.indexes[child.name], partition_of=name))
    return catalog


def rename_index(catalog: Catalog, index: Index, new_name: str) -> Catalog:
    """Rename an index and the constraint that it backs.

    Raises:
        SqlError: 42P07.
    """
    constraint = constraint_of(catalog, index)
    if constraint is None:
        return rename_index_only(catalog, index, new_name)
    return rename_constraint(catalog, index.table, constraint, new_name)
