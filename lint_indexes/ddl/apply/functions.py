"""CREATE, ALTER and DROP FUNCTION and PROCEDURE."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl import nodes
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.expressions import calls, index_texts
from lint_indexes.ddl.apply.indexes import remove_index
from lint_indexes.ddl.apply.lookup import place_new, plain, require_schema
from lint_indexes.ddl.apply.references import depended_on
from lint_indexes.ddl.autonames import attribute_names
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Function, Index
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import (
    AlterFunction,
    CreateFunction,
    CreateOperator,
    DropFunction,
    RenameFunction,
    SetSchema,
)


@perform.register
def _(operation: CreateFunction, catalog: Catalog, context: Context) -> Catalog:
    catalog, at = place_new(catalog, operation.name, context)
    overloads = catalog.functions.get(at, ())
    created = Function(at, operation.arguments, operation.returns, operation.volatility)
    others = tuple(known for known in overloads if known.arguments != operation.arguments)
    if len(others) < len(overloads) and not (operation.or_replace or context.lenient):
        raise SqlError("42723", f'function "{at.name}" already exists with same argument types')
    return replace(catalog, functions=catalog.functions.insert(at, (*others, created)))


@perform.register
def _(operation: AlterFunction, catalog: Catalog, context: Context) -> Catalog:
    found = _require(catalog, operation.name, operation.arguments, context)
    if found is None:
        return catalog
    changed = tuple(
        replace(known, volatility=operation.volatility) if known == found else known
        for known in catalog.functions[found.name]
    )
    return replace(catalog, functions=catalog.functions.insert(found.name, changed))


@perform.register
def _(operation: CreateOperator, catalog: Catalog, context: Context) -> Catalog:
    return replace(catalog, own_operators=True)


def _find(catalog: Catalog, name: ObjectName, arguments: tuple[str, ...] | None) -> tuple[Function, ...]:
    """The functions that a name means, in the first schema that has one."""
    for at in catalog.candidates(name):
        found = catalog.functions.get(at, ())
        if arguments is not None:
            found = tuple(known for known in found if known.arguments in (None, arguments))
        if found:
            return found
    return ()


def _require(
    catalog: Catalog,
    name: ObjectName,
    arguments: tuple[str, ...] | None,
    context: Context,
    *,
    if_exists: bool = False,
) -> Function | None:
    """The function that a statement is about; None where it is missing and may be.

    Raises:
        SqlError: 42883, or 42725 where the name alone does not say which one is meant.
    """
    found = _find(catalog, name, arguments)
    shown = plain(name)
    if not found:
        if if_exists or context.allows_unknown(catalog):
            return None
        if name.schema is not None:
            require_schema(catalog, name.schema, context)
        if arguments is None:
            raise SqlError("42883", f'could not find a function named "{shown}"')
        raise SqlError("42883", f"function {shown}({', '.join(arguments)}) does not exist")
    if len(found) > 1 and arguments is None and not context.lenient:
        raise SqlError("42725", f'function name "{shown}" is not unique')
    return found[0]


@perform.register
def _(operation: DropFunction, catalog: Catalog, context: Context) -> Catalog:
    found = _require(catalog, operation.name, operation.arguments, context, if_exists=operation.if_exists)
    if found is None:
        return catalog
    return drop_function(catalog, found, cascade=operation.cascade or context.lenient)


def drop_function(catalog: Catalog, function: Function, *, cascade: bool) -> Catalog:
    """Drop a function, and with ``cascade`` the indexes that call it.

    Raises:
        SqlError: 2BP01.
    """
    overloads = catalog.functions[function.name]
    left = tuple(known for known in overloads if known != function)
    for index in _indexes_that_call(catalog, function.name.name) if not left else ():
        if not cascade:
            arguments = ", ".join(function.arguments or ())
            raise depended_on(f"function {function.name.name}({arguments})")
        catalog = remove_index(catalog, index)
    functions = catalog.functions
    functions = functions.insert(function.name, left) if left else functions.remove(function.name)
    return replace(catalog, functions=functions)


def _indexes_that_call(catalog: Catalog, function: str) -> tuple[Index, ...]:
    return tuple(
        index
        for index in catalog.sorted_indexes()
        if any(calls(text, function) for text in index_texts(index))
    )


@perform.register
def _(operation: RenameFunction, catalog: Catalog, context: Context) -> Catalog:
    found = _require(catalog, operation.name, operation.arguments, context)
    if found is None:
        return catalog
    return _move(catalog, found, QualifiedName(found.name.schema, operation.new_name), context)


def _move(catalog: Catalog, function: Function, new: QualifiedName, context: Context) -> Catalog:
    if any(known.arguments == function.arguments for known in catalog.functions.get(new, ())):
        if context.lenient:
            return catalog
        raise SqlError("42723", f'function "{new.name}" already exists in schema "{new.schema}"')
    functions = catalog.functions
    left = tuple(known for known in functions[function.name] if known != function)
    functions = functions.insert(function.name, left) if left else functions.remove(function.name)
    moved = (*functions.get(new, ()), replace(function, name=new))
    if new.name != function.name.name and not left:
        catalog = _rename_calls(catalog, function.name.name, new.name)
    return replace(catalog, functions=functions.insert(new, moved))


def _rename_calls(catalog: Catalog, old: str, new: str) -> Catalog:
    """Let the indexes that call a function call it by its new name."""
    for index in _indexes_that_call(catalog, old):
        keys = tuple(
            key
            if key.expression is None
            else replace(key, expression=nodes.rename_function(key.expression, old, new), attribute=name)
            for key, name in zip(index.keys, attribute_names(index.keys, index.include), strict=False)
        )
        predicate = index.predicate
        if predicate is not None:
            predicate = nodes.rename_function(predicate, old, new)
        catalog = catalog.with_index(replace(index, keys=keys, predicate=predicate))
    return catalog


def set_function_schema(catalog: Catalog, operation: SetSchema, context: Context) -> Catalog:
    """ALTER FUNCTION ... SET SCHEMA.

    Raises:
        SqlError: 42883, 3F000.
    """
    found = _require(catalog, operation.name, None, context)
    if found is None:
        return catalog
    catalog = require_schema(catalog, operation.schema, context)
    if found.name.schema == operation.schema:
        return catalog
    return _move(catalog, found, QualifiedName(operation.schema, found.name.name), context)
