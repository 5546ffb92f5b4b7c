"""ALTER TABLE, ALTER INDEX, RENAME and SET SCHEMA."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pglast.enums import AlterTableType as Alter
from pglast.enums import DropBehavior, ObjectType

from lint_indexes.ddl import nodes, types
from lint_indexes.ddl.parse.partitions import read_bound
from lint_indexes.ddl.parse.tables import CONSTRAINT_KINDS, read_column, read_constraint
from lint_indexes.model.catalog import ConstraintKind
from lint_indexes.model.names import ObjectName
from lint_indexes.model.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AlterTable,
    AttachIndex,
    AttachPartition,
    ChangeInheritance,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropExpression,
    Operation,
    RenameColumn,
    RenameConstraint,
    RenameFunction,
    RenameSchema,
    RenameTable,
    RenameType,
    SetDefault,
    SetIdentity,
    SetIndexOptions,
    SetNotNull,
    SetSchema,
    SetTablespace,
    ValidateConstraint,
)

_TABLE_KINDS = {
    ObjectType.OBJECT_TABLE: "table",
    ObjectType.OBJECT_FOREIGN_TABLE: "foreign table",
    ObjectType.OBJECT_VIEW: "view",
    ObjectType.OBJECT_MATVIEW: "materialized view",
    ObjectType.OBJECT_INDEX: "index",
    ObjectType.OBJECT_SEQUENCE: "sequence",
}

_FUNCTIONS = (ObjectType.OBJECT_FUNCTION, ObjectType.OBJECT_PROCEDURE, ObjectType.OBJECT_ROUTINE)

# PostgreSQL runs the subcommands of one ALTER TABLE in passes, not in the order written
# (tablecmds.c, AT_PASS_*): what is not named here comes last.
_PASSES = {
    Alter.AT_DropColumn: 0,
    Alter.AT_DropConstraint: 0,
    Alter.AT_DropNotNull: 0,
    Alter.AT_DropExpression: 0,
    Alter.AT_DropIdentity: 0,
    Alter.AT_AlterColumnType: 1,
    Alter.AT_AddColumn: 2,
    Alter.AT_SetNotNull: 4,
    Alter.AT_ColumnDefault: 4,
    Alter.AT_AddIdentity: 4,
    Alter.AT_AddConstraint: 5,
}
_LAST_PASS = 9


class _Target:
    """The relation that an ALTER TABLE names, and the flags that its subcommands share."""

    def __init__(self, node: nodes.Node) -> None:
        self.table = nodes.range_name(node.relation)
        self.only = not node.relation.inh
        self.if_exists = bool(node.missing_ok)
        self.is_index = node.objtype == ObjectType.OBJECT_INDEX


def _cascades(command: nodes.Node) -> bool:
    return bool(command.behavior == DropBehavior.DROP_CASCADE)


def _add_column(target: _Target, command: nodes.Node) -> Operation:
    column = read_column(command.def_)
    return AddColumn(target.table, column, bool(command.missing_ok), target.only, target.if_exists)


def _drop_column(target: _Target, command: nodes.Node) -> Operation:
    flags = (bool(command.missing_ok), _cascades(command), target.only, target.if_exists)
    return DropColumn(target.table, command.name, *flags)


def _drop_constraint(target: _Target, command: nodes.Node) -> Operation:
    flags = (bool(command.missing_ok), _cascades(command), target.only, target.if_exists)
    return DropConstraint(target.table, command.name, *flags)


def _alter_type(target: _Target, command: nodes.Node) -> Operation:
    column = command.def_
    collation = nodes.dotted(column.collClause.collname) if column.collClause else None
    type_name = types.format_type(column.typeName)
    using = None
    if column.raw_default is not None:
        nodes.unqualify(column.raw_default)
        using = nodes.deparse(column.raw_default)
    return AlterColumnType(
        target.table, command.name, type_name, collation, target.only, target.if_exists, using
    )


def _set_not_null(target: _Target, command: nodes.Node) -> Operation:
    not_null = command.subtype == Alter.AT_SetNotNull
    return SetNotNull(target.table, command.name, not_null, target.only, target.if_exists)


def _set_default(target: _Target, command: nodes.Node) -> Operation:
    default = nodes.deparse(command.def_) if command.def_ is not None else None
    return SetDefault(target.table, command.name, default, target.only, target.if_exists)


def _set_identity(target: _Target, command: nodes.Node) -> Operation:
    identity = command.subtype == Alter.AT_AddIdentity
    missing_ok = bool(command.missing_ok)
    return SetIdentity(target.table, command.name, identity, missing_ok, target.only, target.if_exists)


def _drop_expression(target: _Target, command: nodes.Node) -> Operation:
    return DropExpression(target.table, command.name, bool(command.missing_ok), target.if_exists)


def _add_constraint(target: _Target, command: nodes.Node) -> Operation | None:
    if command.def_.contype not in CONSTRAINT_KINDS:
        return None
    constraint = read_constraint(command.def_)
    return AddConstraint(target.table, constraint, target.only, target.if_exists)


def _inherit(target: _Target, command: nodes.Node) -> Operation:
    inherit = command.subtype == Alter.AT_AddInherit
    return ChangeInheritance(target.table, nodes.range_name(command.def_), inherit, target.if_exists)


def _attach(target: _Target, command: nodes.Node) -> Operation:
    partition = nodes.range_name(command.def_.name)
    if target.is_index:
        return AttachIndex(target.table, partition, target.if_exists)
    return AttachPartition(target.table, partition, read_bound(command.def_.bound), target.if_exists)


def _detach(target: _Target, command: nodes.Node) -> Operation:
    partition = nodes.range_name(command.def_.name)
    return DetachPartition(target.table, partition, bool(command.def_.concurrent), target.if_exists)


def _validate(target: _Target, command: nodes.Node) -> Operation:
    return ValidateConstraint(target.table, command.name, target.only, target.if_exists)


def _other(target: _Target, command: nodes.Node) -> Operation:
    """A subcommand without effect on what is kept here."""
    column = command.name if command.subtype in _ABOUT_COLUMNS else None
    return AlterTable(target.table, column, target.if_exists)


def _set_options(target: _Target, command: nodes.Node) -> Operation | None:
    if not target.is_index:
        return AlterTable(target.table, if_exists=target.if_exists)
    reset = command.subtype == Alter.AT_ResetRelOptions
    return SetIndexOptions(target.table, nodes.options(command.def_), reset, target.if_exists)


def _set_tablespace(target: _Target, command: nodes.Node) -> Operation:
    if not target.is_index:
        return AlterTable(target.table, if_exists=target.if_exists)
    return SetTablespace(target.table, command.name, target.if_exists)


_ABOUT_COLUMNS = (
    Alter.AT_SetStatistics,
    Alter.AT_SetOptions,
    Alter.AT_ResetOptions,
    Alter.AT_SetStorage,
    Alter.AT_SetCompression,
)

_COMMANDS: dict[int, Callable[[_Target, nodes.Node], Operation | None]] = {
    Alter.AT_AddColumn: _add_column,
    Alter.AT_DropColumn: _drop_column,
    Alter.AT_AlterColumnType: _alter_type,
    Alter.AT_SetNotNull: _set_not_null,
    Alter.AT_DropNotNull: _set_not_null,
    Alter.AT_ColumnDefault: _set_default,
    Alter.AT_AddIdentity: _set_identity,
    Alter.AT_DropIdentity: _set_identity,
    Alter.AT_DropExpression: _drop_expression,
    Alter.AT_AddConstraint: _add_constraint,
    Alter.AT_DropConstraint: _drop_constraint,
    Alter.AT_ValidateConstraint: _validate,
    Alter.AT_AddInherit: _inherit,
    Alter.AT_DropInherit: _inherit,
    Alter.AT_AttachPartition: _attach,
    Alter.AT_DetachPartition: _detach,
    Alter.AT_SetRelOptions: _set_options,
    Alter.AT_ResetRelOptions: _set_options,
    Alter.AT_SetTableSpace: _set_tablespace,
}


def _pass(command: nodes.Node) -> int:
    if command.subtype == Alter.AT_ColumnDefault and command.def_ is None:
        return 0
    return _PASSES.get(command.subtype, _LAST_PASS)


def _read_alter_table(node: nodes.Node) -> tuple[Operation, ...]:
    if node.objtype == ObjectType.OBJECT_TYPE:
        return ()
    target = _Target(node)
    commands = sorted(node.cmds or (), key=_pass)
    read = (_COMMANDS.get(command.subtype, _other)(target, command) for command in commands)
    return _before_primary_key(tuple(operation for operation in read if operation is not None))


def _before_primary_key(operations: tuple[Operation, ...]) -> tuple[Operation, ...]:
    """Mark what drops NOT NULL of a column of the primary key that the same statement adds."""
    keys = (one.constraint for one in operations if isinstance(one, AddConstraint))
    columns = {name for key in keys if key.kind is ConstraintKind.PRIMARY_KEY for name in key.columns}
    if not columns:
        return operations
    known = columns - {one.column.name for one in operations if isinstance(one, AddColumn)}
    columns -= {one.column for one in operations if isinstance(one, SetNotNull) and one.not_null}
    return tuple(
        replace(one, before_primary_key=tuple(sorted(known)))
        if isinstance(one, SetNotNull) and one.column in columns
        else one
        for one in operations
    )


def _read_rename(node: nodes.Node) -> tuple[Operation, ...]:
    kind, new, missing_ok = node.renameType, node.newname, bool(node.missing_ok)
    if kind in _TABLE_KINDS:
        return (RenameTable(nodes.range_name(node.relation), new, _TABLE_KINDS[kind], missing_ok),)
    if kind == ObjectType.OBJECT_COLUMN:
        only = not node.relation.inh
        return (RenameColumn(nodes.range_name(node.relation), node.subname, new, only, missing_ok),)
    if kind == ObjectType.OBJECT_TABCONSTRAINT:
        only = not node.relation.inh
        return (RenameConstraint(nodes.range_name(node.relation), node.subname, new, only, missing_ok),)
    if kind in (ObjectType.OBJECT_TYPE, ObjectType.OBJECT_DOMAIN):
        return (RenameType(nodes.object_name(node.object), new),)
    if kind == ObjectType.OBJECT_SCHEMA:
        return (RenameSchema(node.subname, new),)
    if kind in _FUNCTIONS:
        return (RenameFunction(nodes.object_name(node.object.objname), new, function_arguments(node.object)),)
    return ()


def function_arguments(node: nodes.Node) -> tuple[str, ...] | None:
    """The input types of an ObjectWithArgs; None where none are written."""
    if node.args_unspecified:
        return None
    return tuple(types.format_type(argument) for argument in node.objargs or ())


def _read_set_schema(node: nodes.Node) -> tuple[Operation, ...]:
    kind, missing_ok = node.objectType, bool(node.missing_ok)
    if kind in _TABLE_KINDS:
        return (SetSchema(nodes.range_name(node.relation), node.newschema, _TABLE_KINDS[kind], missing_ok),)
    if kind in (ObjectType.OBJECT_TYPE, ObjectType.OBJECT_DOMAIN):
        return (SetSchema(nodes.object_name(node.object), node.newschema, "type"),)
    if kind == ObjectType.OBJECT_EXTENSION:
        return (SetSchema(ObjectName(node.object.sval), node.newschema, "extension"),)
    if kind in _FUNCTIONS:
        return (SetSchema(nodes.object_name(node.object.objname), node.newschema, "function"),)
    return ()


READERS = {
    "AlterTableStmt": _read_alter_table,
    "RenameStmt": _read_rename,
    "AlterObjectSchemaStmt": _read_set_schema,
}
