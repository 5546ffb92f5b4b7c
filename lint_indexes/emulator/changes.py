"""INSERT, UPDATE, DELETE and their kin: the tables are empty, but names must exist and rows are counted."""

from __future__ import annotations

from typing import Any

from pglast import ast
from pglast.enums import ObjectType, ReindexObjectType

from lint_indexes.ddl import nodes
from lint_indexes.ddl.apply.lookup import TEMPORARY_SCHEMA, find_relation, missing_relation
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.nodes import range_name
from lint_indexes.ddl.result import Result
from lint_indexes.emulator import joins
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.catalogs import is_system
from lint_indexes.emulator.change_targets import check_columns, returning, target_table
from lint_indexes.emulator.compiler import Compiler
from lint_indexes.emulator.inserts import insert
from lint_indexes.emulator.plans import Plan
from lint_indexes.emulator.queries import with_queries
from lint_indexes.emulator.relations import columns_known, stored_relation
from lint_indexes.emulator.scope import Scope
from lint_indexes.model.catalog import ConstraintKind, Index, RelationKind, Table
from lint_indexes.model.names import ObjectName


def plan_change(compiler: Compiler, node: Any, outer: Scope) -> Plan:
    """A WITH query that changes rows, in a scope that has those before it."""
    result = change(compiler, node, outer)
    return Plan(result.columns, lambda _: list(result.rows), lambda _: bool(result.rows))


def change(compiler: Compiler, node: Any, outer: Scope | None = None) -> Result:
    """Run an InsertStmt, UpdateStmt, DeleteStmt or MergeStmt, which sees the WITH queries of ``outer``.

    Raises:
        SqlError: for names that do not exist.
        Unsupported: where it returns values that are not known.
    """
    scope = Scope(outer=outer, ctes=with_queries(compiler, node, outer))
    if isinstance(node, ast.InsertStmt):
        return insert(compiler, node, scope)
    table = target_table(compiler.backend, node.relation)
    if isinstance(node, ast.MergeStmt):
        joins.build(compiler, [node.relation, node.sourceRelation], node.joinCondition, scope)
        return Result(rowcount=0)
    extra = node.usingClause if isinstance(node, ast.DeleteStmt) else node.fromClause
    joins.build(compiler, [node.relation, *(extra or ())], node.whereClause, scope)
    if isinstance(node, ast.UpdateStmt):
        check_columns(table, node.targetList)
        _check_values(compiler, node, scope)
    columns, _ = returning(compiler, node, scope)
    return Result(columns, (), 0)


def _check_values(compiler: Compiler, node: Any, scope: Scope) -> None:
    for target in node.targetList:
        value = target.val.source if isinstance(target.val, ast.MultiAssignRef) else target.val
        if not isinstance(value, ast.SetToDefault):
            compiler.expression(value, scope)


_ONE_RELATION = (
    ast.CreateTrigStmt,
    ast.RefreshMatViewStmt,
    ast.CopyStmt,
    ast.RuleStmt,
    ast.ReindexStmt,
    ast.ClusterStmt,
)


def check_relations(compiler: Compiler, node: Any) -> None:
    """Check that the tables exist that a statement without effect on the schema names.

    Raises:
        SqlError: 42P01, 3F000, and 42809 or others for what a statement does not do with the relation.
    """
    relations: list[Any] = []
    if isinstance(node, (ast.TruncateStmt, ast.LockStmt)):
        relations = list(node.relations or ())
    elif isinstance(node, ast.VacuumStmt):
        relations = [entry.relation for entry in node.rels or ()]
    elif isinstance(node, _ONE_RELATION) and node.relation is not None:
        relations = [node.relation]
    elif isinstance(node, ast.CommentStmt):
        check_comment(compiler.backend, node)
    catalog = compiler.backend.catalog
    if isinstance(node, ast.RefreshMatViewStmt):
        check_refresh(compiler.backend, node)
    if isinstance(node, ast.ReindexStmt) and node.relation is not None:
        check_reindex(compiler.backend, node)
    for relation in relations:
        name = range_name(relation)
        index = isinstance(node, ast.ReindexStmt) and catalog.find_index(name) is not None
        if not is_system(relation.schemaname, relation.relname) and not index:
            require_relation(compiler.backend, name)
            stored_relation(compiler, name)


def check_reindex(backend: Backend, node: Any) -> None:
    """What PostgreSQL asks of the relation that REINDEX names.

    Raises:
        SqlError: 42809 where it is of the other kind, 0A000 for what cannot be rebuilt concurrently.
    """
    catalog, name = backend.catalog, range_name(node.relation)
    found = find_relation(catalog, name)
    wants_index = node.kind == ReindexObjectType.REINDEX_OBJECT_INDEX
    if found is None:
        return
    if wants_index and not isinstance(found, Index):
        raise SqlError("42809", f'"{name.name}" is not an index')
    if not wants_index and not (isinstance(found, Table) and found.kind.has_rows):
        raise SqlError("42809", f'"{name.name}" is not a table or materialized view')
    concurrently = any(option.defname == "concurrently" for option in node.params or ())
    if not concurrently or not isinstance(found, Index) or found.table not in catalog.tables:
        return
    partitioned = catalog.tables[found.table].kind is RelationKind.PARTITIONED_TABLE
    # A temporary table is nobody else's: its indexes are rebuilt as without CONCURRENTLY.
    temporary = found.table.schema == TEMPORARY_SCHEMA
    if found.constraint is ConstraintKind.EXCLUDE and not (partitioned or temporary):
        raise SqlError("0A000", "concurrent index creation for exclusion constraints is not supported")


def check_refresh(backend: Backend, node: Any) -> None:
    """What PostgreSQL asks of the relation that REFRESH MATERIALIZED VIEW names.

    Raises:
        SqlError: 0A000 where it is none, 55000 where CONCURRENTLY lacks a unique index.
    """
    catalog = backend.catalog
    view = catalog.find_table(range_name(node.relation))
    if view is None or not view.complete:
        return
    if view.kind is not RelationKind.MATERIALIZED_VIEW:
        raise SqlError("0A000", f'"{view.name.name}" is not a materialized view')
    plain = (
        index
        for index in catalog.indexes_on(view.name)
        if index.unique and index.predicate is None and all(key.column is not None for key in index.keys)
    )
    if node.concurrent and next(plain, None) is None:
        raise SqlError("55000", f'cannot refresh materialized view "{view.name}" concurrently')


def check_comment(backend: Backend, node: Any) -> None:
    """Check that what a COMMENT is on exists: relations and columns only.

    Raises:
        SqlError: 42P01, 3F000 or 42703.
    """
    if backend.open_world or not isinstance(node.object, tuple):
        return
    parts = node.object
    if node.objtype == ObjectType.OBJECT_COLUMN:
        column, parts = nodes.strings(parts)[-1], parts[:-1]
        table = backend.catalog.find_table(nodes.object_name(parts))
        if table is not None and columns_known(table) and table.column(column) is None:
            raise SqlError("42703", f'column "{column}" of relation "{table.name.name}" does not exist')
    elif node.objtype not in _COMMENTED_RELATIONS:
        return
    name = nodes.object_name(parts)
    require_relation(backend, name)


def require_relation(backend: Backend, name: ObjectName) -> None:
    """Raise where a relation does not exist that a statement other than a query or a change of rows names.

    Raises:
        SqlError: 42P01, or 3F000 where its schema does not exist (RangeVarGetRelidExtended).
    """
    if not backend.open_world and find_relation(backend.catalog, name) is None:
        raise missing_relation(backend.catalog, name)


_COMMENTED_RELATIONS = (
    ObjectType.OBJECT_TABLE,
    ObjectType.OBJECT_INDEX,
    ObjectType.OBJECT_VIEW,
    ObjectType.OBJECT_MATVIEW,
    ObjectType.OBJECT_SEQUENCE,
)
