"""CREATE VIEW, CREATE MATERIALIZED VIEW and CREATE TABLE AS; what views depend on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.lookup import TEMPORARY_SCHEMA, place_new, taken_relation
from lint_indexes.ddl.apply.query import Described, describe
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Column, RelationKind, Table
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import CreateTableAs


@perform.register
def _(operation: CreateTableAs, catalog: Catalog, context: Context) -> Catalog:
    described = describe(catalog, operation.query, context)
    # Of a view PostgreSQL looks at the columns before it looks for the name (DefineView).
    is_view = operation.kind is RelationKind.VIEW
    columns = _renamed(described.columns, operation.columns if is_view else ())
    temporary = operation.temporary or _is_temporary(operation, described, context)
    catalog, at = place_new(catalog, operation.name, context, temporary=temporary)
    if catalog.relation_exists(at) and operation.if_not_exists:
        return catalog
    existing = catalog.tables.get(at)
    replaces = operation.or_replace and existing is not None and existing.kind is operation.kind
    if catalog.relation_exists(at) and not replaces:
        if context.lenient:
            return catalog
        if is_view:
            _check_columns_once(columns)
        if operation.or_replace and existing is not None:
            raise SqlError("42809", f'"{at.name}" is not a {operation.kind.value}')
        raise taken_relation(at)
    columns = columns if is_view else _renamed(columns, operation.columns)
    _check_columns_once(columns)
    table = Table(
        name=at,
        kind=operation.kind,
        columns=columns or (),
        complete=columns is not None,
        on_commit_drop=operation.on_commit_drop,
        reads=() if operation.kind is RelationKind.TABLE else described.reads,
        origin=context.origin,
    )
    if replaces and existing is not None and not context.lenient:
        _check_keeps_columns(existing, table)
    return catalog.with_table(table)


def _check_columns_once(columns: tuple[Column, ...] | None) -> None:
    names = [column.name for column in columns or ()]
    for name in names:
        if names.count(name) > 1:
            raise SqlError("42701", f'column "{name}" specified more than once')


def _is_temporary(operation: CreateTableAs, described: Described, context: Context) -> bool:
    """Whether it is a view of a temporary table, and so temporary itself.

    Raises:
        SqlError: 0A000 for a materialized view.
    """
    reads_temporary = any(name.schema == TEMPORARY_SCHEMA for name, _ in described.reads)
    if not reads_temporary or operation.kind is RelationKind.TABLE or context.lenient:
        return False
    if operation.kind is RelationKind.MATERIALIZED_VIEW:
        raise SqlError("0A000", "materialized views must not use temporary tables or views")
    return True


def _renamed(columns: tuple[Column, ...] | None, names: tuple[str, ...]) -> tuple[Column, ...] | None:
    if columns is None:
        return None
    if len(names) > len(columns):
        raise SqlError("42601", "too many column names were specified")
    renamed = tuple(replace(column, name=name) for column, name in zip(columns, names, strict=False))
    return (*renamed, *columns[len(names) :])


def _check_keeps_columns(old: Table, new: Table) -> None:
    """CREATE OR REPLACE VIEW may only add columns at the end (PostgreSQL manual, CREATE VIEW)."""
    if not (old.complete and new.complete):
        return
    if len(new.columns) < len(old.columns):
        raise SqlError("42P16", "cannot drop columns from view")
    for before, after in zip(old.columns, new.columns, strict=False):
        if before.name != after.name:
            raise SqlError("42P16", f'cannot change name of view column "{before.name}" to "{after.name}"')


def views_of(catalog: Catalog, table: QualifiedName, column: str | None = None) -> tuple[Table, ...]:
    """The views that read a table, or one of its columns, sorted by name."""
    return tuple(
        view
        for view in catalog.dependents_of(table)
        if any(name == table and (column is None or column in read) for name, read in view.reads)
    )


def drop_views(catalog: Catalog, views: Iterable[Table]) -> Catalog:
    """Drop views with their indexes, and the views that read them."""
    for view in views:
        if view.name in catalog.tables:
            catalog = drop_views(catalog, views_of(catalog, view.name))
            catalog = catalog.without_table(view.name)
    return catalog
