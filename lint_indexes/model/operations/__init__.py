"""What a DDL statement does, one frozen value per kind of effect; names are as the statement gives them."""

from __future__ import annotations

from lint_indexes.model.operations.definitions import (
    UNTYPED,
    ColumnDefinition,
    ConstraintDefinition,
    IndexDefinition,
    LikeClause,
    TableElement,
)
from lint_indexes.model.operations.indexes import (
    AttachIndex,
    CreateIndex,
    DropIndex,
    Reindex,
    SetIndexOptions,
    SetTablespace,
)
from lint_indexes.model.operations.objects import (
    AddEnumValue,
    AlterFunction,
    CreateExtension,
    CreateFunction,
    CreateOperator,
    CreateSchema,
    CreateSequence,
    CreateType,
    DropExtension,
    DropFunction,
    DropSchema,
    DropSequence,
    DropType,
    Opaque,
    RenameEnumValue,
    RenameFunction,
    RenameSchema,
    RenameType,
    SetSearchPath,
    SetSequenceOwner,
)
from lint_indexes.model.operations.tables import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AlterTable,
    AttachPartition,
    ChangeInheritance,
    CreateTable,
    CreateTableAs,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropExpression,
    DropTable,
    RenameColumn,
    RenameConstraint,
    RenameTable,
    SetDefault,
    SetIdentity,
    SetNotNull,
    SetSchema,
    ValidateConstraint,
)

Operation = (
    CreateIndex
    | CreateTable
    | CreateTableAs
    | DropTable
    | DropIndex
    | Reindex
    | AddColumn
    | DropColumn
    | AlterColumnType
    | SetNotNull
    | SetDefault
    | SetIdentity
    | DropExpression
    | AddConstraint
    | DropConstraint
    | ValidateConstraint
    | AlterTable
    | ChangeInheritance
    | AttachPartition
    | DetachPartition
    | RenameTable
    | RenameColumn
    | RenameConstraint
    | SetSchema
    | SetIndexOptions
    | SetTablespace
    | AttachIndex
    | CreateSchema
    | DropSchema
    | RenameSchema
    | CreateType
    | DropType
    | RenameType
    | AddEnumValue
    | RenameEnumValue
    | CreateSequence
    | SetSequenceOwner
    | DropSequence
    | CreateExtension
    | DropExtension
    | CreateFunction
    | AlterFunction
    | CreateOperator
    | DropFunction
    | RenameFunction
    | SetSearchPath
    | Opaque
)
"""Any of the operations."""

__all__ = [
    "UNTYPED",
    "AddColumn",
    "AddConstraint",
    "AddEnumValue",
    "AlterColumnType",
    "AlterFunction",
    "AlterTable",
    "AttachIndex",
    "AttachPartition",
    "ChangeInheritance",
    "ColumnDefinition",
    "ConstraintDefinition",
    "CreateExtension",
    "CreateFunction",
    "CreateIndex",
    "CreateOperator",
    "CreateSchema",
    "CreateSequence",
    "CreateTable",
    "CreateTableAs",
    "CreateType",
    "DetachPartition",
    "DropColumn",
    "DropConstraint",
    "DropExpression",
    "DropExtension",
    "DropFunction",
    "DropIndex",
    "DropSchema",
    "DropSequence",
    "DropTable",
    "DropType",
    "IndexDefinition",
    "LikeClause",
    "Opaque",
    "Operation",
    "Reindex",
    "RenameColumn",
    "RenameConstraint",
    "RenameEnumValue",
    "RenameFunction",
    "RenameSchema",
    "RenameTable",
    "RenameType",
    "SetDefault",
    "SetIdentity",
    "SetIndexOptions",
    "SetNotNull",
    "SetSchema",
    "SetSearchPath",
    "SetSequenceOwner",
    "SetTablespace",
    "TableElement",
    "ValidateConstraint",
]
