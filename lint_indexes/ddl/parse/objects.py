"""Schemas, types, sequences, extensions, functions and the search_path."""

from __future__ import annotations

from pglast import ast
from pglast.enums import FunctionParameterMode, ObjectType, VariableSetKind

from lint_indexes.ddl import nodes, types
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.parse.alter import function_arguments
from lint_indexes.ddl.parse.tables import read_column
from lint_indexes.model.catalog import TypeKind
from lint_indexes.model.names import ObjectName
from lint_indexes.model.operations import (
    AddEnumValue,
    AlterFunction,
    CreateExtension,
    CreateFunction,
    CreateOperator,
    CreateSchema,
    CreateSequence,
    CreateType,
    Operation,
    RenameEnumValue,
    SetSearchPath,
    SetSequenceOwner,
)


def read_create_schema(node: nodes.Node) -> CreateSchema:
    """A CreateSchemaStmt without its elements, whose names get the schema here.

    Without a name, the schema has that of the role in AUTHORIZATION.
    """
    name = node.schemaname or node.authrole.rolename or "current_user"
    for element in node.schemaElts or ():
        for relation in (getattr(element, attribute, None) for attribute in ("relation", "view", "sequence")):
            if relation is not None and relation.schemaname is None:
                relation.schemaname = name
    return CreateSchema(str(name), bool(node.if_not_exists))


def _read_enum(node: nodes.Node) -> tuple[Operation, ...]:
    labels = nodes.strings(node.vals)
    return (CreateType(nodes.object_name(node.typeName), TypeKind.ENUM, labels),)


def _read_composite(node: nodes.Node) -> tuple[Operation, ...]:
    attributes = tuple(read_column(column) for column in node.coldeflist or ())
    return (CreateType(nodes.range_name(node.typevar), TypeKind.COMPOSITE, attributes=attributes),)


def _read_range(node: nodes.Node) -> tuple[Operation, ...]:
    return (CreateType(nodes.object_name(node.typeName), TypeKind.RANGE),)


def _read_domain(node: nodes.Node) -> tuple[Operation, ...]:
    base = types.format_type(node.typeName)
    return (CreateType(nodes.object_name(node.domainname), TypeKind.DOMAIN, base=base),)


def _read_alter_enum(node: nodes.Node) -> tuple[Operation, ...]:
    name = nodes.object_name(node.typeName)
    if node.oldVal is not None:
        return (RenameEnumValue(name, node.oldVal, node.newVal),)
    exists_ok, after = bool(node.skipIfNewValExists), bool(node.newValIsAfter)
    return (AddEnumValue(name, node.newVal, node.newValNeighbor, after, exists_ok),)


def _owner(options: nodes.Node) -> tuple[bool, tuple[ObjectName, str] | None]:
    """Whether OWNED BY is among a sequence's options, and the column that it names."""
    for option in options or ():
        if option.defname == "owned_by":
            parts = nodes.strings(option.arg)
            if len(parts) == 1:
                return True, None
            return True, (nodes.object_name(option.arg[:-1]), parts[-1])
    return False, None


def _read_sequence(node: nodes.Node) -> tuple[Operation, ...]:
    name, (_, owner) = nodes.range_name(node.sequence), _owner(node.options)
    temporary = node.sequence.relpersistence == "t"
    return (CreateSequence(name, owner, bool(node.if_not_exists), temporary),)


def _read_alter_sequence(node: nodes.Node) -> tuple[Operation, ...]:
    written, owner = _owner(node.options)
    if not written:
        return ()
    return (SetSequenceOwner(nodes.range_name(node.sequence), owner, bool(node.missing_ok)),)


def _read_extension(node: nodes.Node) -> tuple[Operation, ...]:
    given = {option.defname: option.arg for option in node.options or ()}
    schema = given["schema"].sval if "schema" in given else None
    return (CreateExtension(node.extname, schema, bool(node.if_not_exists), "cascade" in given),)


# OUT and TABLE parameters are no part of a function's identity.
_RESULTS = (FunctionParameterMode.FUNC_PARAM_OUT, FunctionParameterMode.FUNC_PARAM_TABLE)


def _read_function(node: nodes.Node) -> tuple[Operation, ...]:
    arguments = tuple(
        types.format_type(parameter.argType)
        for parameter in node.parameters or ()
        if parameter.mode not in _RESULTS
    )
    result = node.returnType
    returns = None if result is None or result.setof else types.format_type(result)
    name, volatility = nodes.object_name(node.funcname), _created_volatility(node.options)
    return (CreateFunction(name, arguments, bool(node.replace), returns, volatility),)


_VOLATILITIES = {"immutable": "i", "stable": "s", "volatile": "v"}


def _created_volatility(options: nodes.Node) -> str | None:
    """The volatility of a new function. One in SQL is looked into by PostgreSQL, unless it is immutable."""
    given = {option.defname: option.arg for option in options or ()}
    volatility = _VOLATILITIES[given["volatility"].sval] if "volatility" in given else "v"
    written_in_sql = "language" not in given or given["language"].sval.lower() == "sql"
    return None if written_in_sql and volatility != "i" else volatility


def _read_alter_function(node: nodes.Node) -> tuple[Operation, ...]:
    given = {action.defname: action.arg for action in node.actions or ()}
    if "volatility" not in given:
        return ()
    name = nodes.object_name(node.func.objname)
    return (AlterFunction(name, function_arguments(node.func), _VOLATILITIES[given["volatility"].sval]),)


def _read_operator(node: nodes.Node) -> tuple[Operation, ...]:
    if isinstance(node, ast.DefineStmt) and node.kind != ObjectType.OBJECT_OPERATOR:
        return ()
    return (CreateOperator(),)


def _read_set(node: nodes.Node) -> tuple[Operation, ...]:
    if node.kind == VariableSetKind.VAR_RESET_ALL:
        return (SetSearchPath(None),)
    if node.name != "search_path":
        return ()
    if node.kind in (VariableSetKind.VAR_SET_DEFAULT, VariableSetKind.VAR_RESET):
        return (SetSearchPath(None, bool(node.is_local)),)
    if node.kind != VariableSetKind.VAR_SET_VALUE:
        return ()
    schemas = tuple(_schema(argument) for argument in node.args or ())
    return (SetSearchPath(tuple(filter(None, schemas)), bool(node.is_local)),)


def _schema(argument: nodes.Node) -> str:
    value = getattr(argument, "val", None)
    if not isinstance(value, ast.String):
        raise SqlError("22023", 'invalid value for parameter "search_path"')
    return str(value.sval)


READERS = {
    "CreateEnumStmt": _read_enum,
    "CompositeTypeStmt": _read_composite,
    "CreateRangeStmt": _read_range,
    "CreateDomainStmt": _read_domain,
    "AlterEnumStmt": _read_alter_enum,
    "CreateSeqStmt": _read_sequence,
    "AlterSeqStmt": _read_alter_sequence,
    "CreateExtensionStmt": _read_extension,
    "CreateFunctionStmt": _read_function,
    "AlterFunctionStmt": _read_alter_function,
    "CreateCastStmt": _read_operator,
    "CreateOpClassStmt": _read_operator,
    "DefineStmt": _read_operator,
    "VariableSetStmt": _read_set,
}
