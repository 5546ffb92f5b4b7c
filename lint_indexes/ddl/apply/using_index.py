"""ALTER TABLE ... ADD CONSTRAINT ... USING INDEX."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.define_index import Request, check_no_primary_key, with_index_constraint
from lint_indexes.ddl.apply.lookup import collation_of, taken_relation
from lint_indexes.ddl.apply.references import rename_referenced_index
from lint_indexes.ddl.apply.typecheck import column_expression
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize import last_name
from lint_indexes.ddl.normalize.coercion import Types
from lint_indexes.ddl.opclasses import default_operator_class, is_historic
from lint_indexes.model.catalog import Catalog, ConstraintKind, Index, IndexKey, RelationKind, Table
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import ConstraintDefinition, IndexDefinition


def add_using_index(
    catalog: Catalog, table: Table, constraint: ConstraintDefinition, context: Context
) -> Catalog:
    """ADD CONSTRAINT ... USING INDEX: the index gets the constraint's name, if it has one."""
    old = QualifiedName(table.name.schema, constraint.using_index or "")
    index = catalog.indexes.get(old)
    if index is None or index.table != table.name:
        if context.lenient or not table.complete:
            return catalog
        if index is not None:
            _check_backs_nothing(index)
            raise SqlError("55000", f'index "{old.name}" does not belong to table "{table.name.name}"')
        if catalog.relation_exists(old):
            raise SqlError("42809", f'"{old.name}" is not an index')
        raise SqlError("42704", f'index "{old.name}" does not exist')
    _check_can_back(catalog, table, index)
    if table.kind is RelationKind.PARTITIONED_TABLE and not context.lenient:
        message = "ALTER TABLE / ADD CONSTRAINT USING INDEX is not supported on partitioned tables"
        raise SqlError("0A000", message)
    name = QualifiedName(old.schema, constraint.name or old.name)
    if name != old and catalog.relation_exists(name):
        raise taken_relation(name)
    if constraint.kind is ConstraintKind.PRIMARY_KEY:
        check_no_primary_key(table)
        if index.nulls_not_distinct and context.postgres_version >= 17:
            raise SqlError("42P16", "primary keys cannot use NULLS NOT DISTINCT indexes")
    if table.has_constraint_name(name.name):
        # PostgreSQL leaves this to the unique index of pg_constraint.
        known = "pg_constraint_conrelid_contypid_conname_index"
        raise SqlError("23505", f'duplicate key value violates unique constraint "{known}"')
    catalog = rename_referenced_index(catalog, index, name.name)
    table = catalog.tables[table.name]
    index = replace(index, name=name, constraint=constraint.kind)
    catalog = catalog.without_index(old).with_index(index)
    request = Request(
        definition=IndexDefinition.of(index),
        name=name.name,
        constraint=constraint.kind,
        deferrable=constraint.deferrable,
        initially_deferred=constraint.initially_deferred,
    )
    return catalog.with_table(with_index_constraint(table, index, request, context))


def _check_backs_nothing(index: Index) -> None:
    if index.constraint is not None:
        raise SqlError("55000", f'index "{index.name.name}" is already associated with a constraint')


def _sorts_by_default(catalog: Catalog, table: Table, index: Index, key: IndexKey) -> bool:
    """Whether a key has its type's operator class, its column's collation, and no order of its own."""
    column = table.column(key.column) if key.column is not None else None
    if key.descending or key.nulls_first or key.opclass_options:
        return False
    if key.collation is not None and (
        column is None or collation_of(column) != collation_of(replace(column, collation=key.collation))
    ):
        return False
    if key.opclass is None or is_historic(last_name(key.opclass)):
        return True
    expression = column_expression(catalog, table, key.column or "")
    kind, types = expression.form.type, Types(dict(expression.user_types))
    return kind is not None and last_name(key.opclass) == default_operator_class(index.method, kind, types)


def _check_can_back(catalog: Catalog, table: Table, index: Index) -> None:
    """What PostgreSQL asks of an index that becomes a constraint (transformIndexConstraint)."""
    name = index.name.name
    _check_backs_nothing(index)
    if not index.valid:
        raise SqlError("55000", f'index "{name}" is not valid')
    if not index.unique:
        raise SqlError("42809", f'"{name}" is not a unique index')
    if any(key.expression is not None for key in index.keys):
        raise SqlError("42809", f'index "{name}" contains expressions')
    if index.predicate is not None:
        raise SqlError("42809", f'"{name}" is a partial index')
    for number, key in enumerate(index.keys, start=1):
        if not _sorts_by_default(catalog, table, index, key):
            raise SqlError(
                "42809", f'index "{name}" column number {number} does not have default sorting behavior'
            )
    columns = [key.column for key in index.keys]
    for column in columns:
        if columns.count(column) > 1:
            raise SqlError("42701", f'column "{column}" appears twice in unique constraint')
