"""What PostgreSQL asks of the expressions and operator classes of an index."""

from __future__ import annotations

from collections.abc import Sequence

from lint_indexes.ddl import opclasses, system_catalog
from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.lookup import (
    SYSTEM_COLUMNS,
    missing_column,
)
from lint_indexes.ddl.apply.typecheck import (
    check_condition,
    check_expression,
    column_expression,
    is_decidable,
)
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize import Expression, is_certain, last_name
from lint_indexes.ddl.normalize.coercion import Types
from lint_indexes.model.catalog import Catalog, ConstraintKind, IndexKey, Table
from lint_indexes.model.operations import IndexDefinition


def check_index_expressions(
    catalog: Catalog, table: Table, definition: IndexDefinition, context: Context
) -> tuple[Expression | None, ...]:
    """Analyse an index's predicate and keys, in PostgreSQL's order: the expressions of its keys.

    Raises:
        SqlError: 42P17 for a predicate that is not immutable, and what check_condition() raises.
    """
    predicate = None
    if definition.predicate is not None:
        predicate = check_condition(catalog, table, definition.predicate, context, "WHERE")
    keys = tuple(
        None if key.expression is None else check_expression(catalog, table, key.expression, context)
        for key in definition.keys
    )
    if predicate is not None and predicate.mutable:
        raise SqlError("42P17", "functions in index predicate must be marked IMMUTABLE")
    return keys


def check_operator_classes(
    catalog: Catalog,
    table: Table,
    definition: IndexDefinition,
    expressions: Sequence[Expression | None],
    context: Context,
) -> None:
    """What PostgreSQL asks of each key (ComputeIndexAttrs).

    Raises:
        SqlError: 42703 for a column that does not exist, 42P17 for an expression that is not immutable,
            42704 and 42804 for an operator class, 42804 for a collation.
    """
    if not is_decidable(catalog, table, context):
        return
    for key, expression in zip(definition.keys, expressions, strict=True):
        if expression is not None and expression.mutable:
            raise SqlError("42P17", "functions in index expression must be marked IMMUTABLE")
        if key.column is not None and table.column(key.column) is None and key.column not in SYSTEM_COLUMNS:
            raise missing_column(table, key.column, owner=False)
        subject = expression or column_expression(catalog, table, key.column or "")
        _check_collation(key, subject)
        _check_operator_class(catalog, key, subject, definition.method)


def _check_collation(key: IndexKey, expression: Expression) -> None:
    kind = expression.form.type
    types = Types(dict(expression.user_types))
    if key.collation is not None and kind is not None and not types.collatable(kind):
        raise SqlError("42804", f"collations are not supported by type {kind}")


def _check_operator_class(catalog: Catalog, key: IndexKey, expression: Expression, method: str) -> None:
    """ResolveOpClass: the class exists and takes the key's type, or the type has a default one."""
    classes = system_catalog.operator_classes().get(method)
    if classes is None:
        return
    kind = expression.form.type if is_certain(expression.form) else None
    types = Types(dict(expression.user_types))
    present = [one for one in classes if not one.extension or one.extension in catalog.extensions]
    if key.opclass is None or opclasses.is_historic(last_name(key.opclass)):
        default = None if kind is None else opclasses.default_operator_class(method, kind, types)
        if kind is not None and not any(one.name == default for one in present):
            raise SqlError(
                "42704", f'data type {kind} has no default operator class for access method "{method}"'
            )
        return
    name = last_name(key.opclass)
    found = [one for one in present if one.name == name]
    if not found:
        raise SqlError("42704", f'operator class "{name}" does not exist for access method "{method}"')
    if kind is not None and not any(types.is_binary_coercible(kind, one.type) for one in found):
        raise SqlError("42804", f'operator class "{name}" does not accept data type {kind}')


def check_stored(table: Table, definition: IndexDefinition, constraint: ConstraintKind | None) -> None:
    """Raise for an index, or a constraint with one, that reads a virtual generated column (DefineIndex).

    Raises:
        SqlError: 0A000.
    """
    virtual = {column.name for column in table.columns if column.virtual}
    keys = (column for key in definition.keys for column in key.columns)
    if not virtual.isdisjoint((*keys, *definition.include, *definition.predicate_columns)):
        what = "indexes" if constraint is None else f"{constraint.value} constraints"
        raise SqlError("0A000", f"{what} on virtual generated columns are not supported")
