"""DROP."""

from __future__ import annotations

from pglast import ast
from pglast.enums import DropBehavior, ObjectType

from lint_indexes.ddl import nodes
from lint_indexes.ddl.parse.alter import function_arguments
from lint_indexes.model.catalog import RelationKind
from lint_indexes.model.names import ObjectName
from lint_indexes.model.operations import (
    DropExtension,
    DropFunction,
    DropIndex,
    DropSchema,
    DropSequence,
    DropTable,
    DropType,
    Operation,
)

_RELATIONS = {
    ObjectType.OBJECT_TABLE: RelationKind.TABLE,
    ObjectType.OBJECT_VIEW: RelationKind.VIEW,
    ObjectType.OBJECT_MATVIEW: RelationKind.MATERIALIZED_VIEW,
    ObjectType.OBJECT_FOREIGN_TABLE: RelationKind.FOREIGN_TABLE,
}

_FUNCTIONS = (ObjectType.OBJECT_FUNCTION, ObjectType.OBJECT_PROCEDURE, ObjectType.OBJECT_ROUTINE)

# What is dropped by name alone, and moves an index; not casts, operators, aggregates, policies and the like.
_NAMED = (
    *_RELATIONS,
    ObjectType.OBJECT_INDEX,
    ObjectType.OBJECT_SEQUENCE,
    ObjectType.OBJECT_TYPE,
    ObjectType.OBJECT_DOMAIN,
    ObjectType.OBJECT_SCHEMA,
    ObjectType.OBJECT_EXTENSION,
)


def _name(node: nodes.Node) -> ObjectName:
    if isinstance(node, ast.TypeName):
        return nodes.object_name(node.names or ())
    if isinstance(node, ast.String):
        return ObjectName(str(node.sval))
    return nodes.object_name(node)


def _read_drop(node: nodes.Node) -> tuple[Operation, ...]:
    kind, if_exists = node.removeType, bool(node.missing_ok)
    cascade = node.behavior == DropBehavior.DROP_CASCADE
    if kind in _FUNCTIONS:
        return tuple(_drop_function(function, if_exists, cascade) for function in node.objects)
    if kind not in _NAMED:
        return ()
    names = tuple(_name(dropped) for dropped in node.objects)
    if kind in _RELATIONS:
        return (DropTable(names, _RELATIONS[kind], if_exists, cascade),)
    if kind == ObjectType.OBJECT_INDEX:
        return (DropIndex(names, if_exists, cascade, bool(node.concurrent)),)
    if kind == ObjectType.OBJECT_SEQUENCE:
        return (DropSequence(names, if_exists, cascade),)
    if kind in (ObjectType.OBJECT_TYPE, ObjectType.OBJECT_DOMAIN):
        return (DropType(names, kind == ObjectType.OBJECT_DOMAIN, if_exists, cascade),)
    if kind == ObjectType.OBJECT_SCHEMA:
        return (DropSchema(tuple(name.name for name in names), if_exists, cascade),)
    return (DropExtension(tuple(name.name for name in names), if_exists, cascade),)


def _drop_function(node: nodes.Node, if_exists: bool, cascade: bool) -> DropFunction:
    return DropFunction(nodes.object_name(node.objname), function_arguments(node), if_exists, cascade)


READERS = {"DropStmt": _read_drop}
