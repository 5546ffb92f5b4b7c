"""Statements that PostgreSQL refuses inside a transaction block or a function (25001)."""

from __future__ import annotations

from typing import Any

from pglast import ast
from pglast.enums import AlterTableType, DiscardMode, ObjectType, ReindexObjectType

from lint_indexes.ddl import nodes
from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator.backend import Backend
from lint_indexes.model.catalog import RelationKind

_ALWAYS = {
    ast.CreatedbStmt: "CREATE DATABASE",
    ast.DropdbStmt: "DROP DATABASE",
    ast.CreateTableSpaceStmt: "CREATE TABLESPACE",
    ast.DropTableSpaceStmt: "DROP TABLESPACE",
    ast.AlterSystemStmt: "ALTER SYSTEM",
}


def check(backend: Backend, node: Any) -> None:
    """Refuse a statement that must stand alone; a lenient server runs it for what it was meant to do.

    Raises:
        SqlError: 25001, or 25P01 for LOCK outside a block (PreventInTransactionBlock and
            RequireTransactionBlock in PostgreSQL's access/transam/xact.c).
    """
    if isinstance(node, ast.LockStmt) and not (backend.in_transaction or backend.in_function):
        raise SqlError("25P01", "LOCK TABLE can only be used in transaction blocks")
    name = _name(backend, node)
    if name is None or backend.lenient:
        return
    if backend.in_function:
        raise SqlError("25001", f"{name} cannot be executed from a function")
    if backend.in_transaction:
        raise SqlError("25001", f"{name} cannot run inside a transaction block")


def _name(backend: Backend, node: Any) -> str | None:
    """The statement's name if it must stand alone."""
    if type(node) in _ALWAYS:
        return _ALWAYS[type(node)]
    if isinstance(node, ast.IndexStmt):
        return "CREATE INDEX CONCURRENTLY" if node.concurrent else None
    if isinstance(node, ast.DropStmt):
        index = node.removeType == ObjectType.OBJECT_INDEX
        return "DROP INDEX CONCURRENTLY" if node.concurrent and index else None
    if isinstance(node, ast.VacuumStmt):
        return "VACUUM" if node.is_vacuumcmd else None
    if isinstance(node, ast.ReindexStmt):
        return _reindex(backend, node)
    if isinstance(node, ast.ClusterStmt):
        return "CLUSTER" if node.relation is None else None
    if isinstance(node, ast.DiscardStmt):
        return "DISCARD ALL" if node.target == DiscardMode.DISCARD_ALL else None
    if isinstance(node, ast.AlterEnumStmt):
        return "ALTER TYPE ... ADD" if backend.postgres_version < 12 and node.newVal else None
    return _detach(node)


def _reindex(backend: Backend, node: Any) -> str | None:
    if any(option.defname == "concurrently" for option in node.params or ()):
        return "REINDEX CONCURRENTLY"
    if node.relation is not None:
        return "REINDEX of a partitioned relation" if _is_partitioned(backend, node.relation) else None
    return {
        ReindexObjectType.REINDEX_OBJECT_SCHEMA: "REINDEX SCHEMA",
        ReindexObjectType.REINDEX_OBJECT_SYSTEM: "REINDEX SYSTEM",
        ReindexObjectType.REINDEX_OBJECT_DATABASE: "REINDEX DATABASE",
    }.get(node.kind)


def _is_partitioned(backend: Backend, relation: Any) -> bool:
    catalog, name = backend.catalog, nodes.range_name(relation)
    index = catalog.find_index(name)
    table = catalog.find_table(name) if index is None else catalog.tables.get(index.table)
    return table is not None and table.kind is RelationKind.PARTITIONED_TABLE


def _detach(node: Any) -> str | None:
    for command in node.cmds or () if isinstance(node, ast.AlterTableStmt) else ():
        if command.subtype == AlterTableType.AT_DetachPartition and command.def_.concurrent:
            return "ALTER TABLE ... DETACH CONCURRENTLY"
    return None
