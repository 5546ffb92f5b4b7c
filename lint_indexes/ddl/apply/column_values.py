"""What PostgreSQL asks of the values of a column: of defaults, generation, and a change of type."""

from __future__ import annotations

from lint_indexes.ddl import nodes
from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.lookup import (
    SYSTEM_COLUMNS,
    find_relation,
    missing_column,
    missing_relation,
)
from lint_indexes.ddl.apply.typecheck import (
    check_expression,
    check_faults,
    column_expression,
    is_assignable,
    is_decidable,
)
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize import normalize
from lint_indexes.ddl.normalize.coercion import Types
from lint_indexes.model.catalog import Catalog, Column, Table


def check_default(catalog: Catalog, table: Table, column: Column, context: Context) -> None:
    """Raise where a column cannot have its default.

    Raises:
        SqlError: 0A000 where it reads a column, 42P01 for a sequence that does not exist, 42804 where it is
            of another type, and what check_expression() raises.
    """
    if column.default is None or not is_decidable(catalog, table, context):
        return
    if nodes.columns_of(column.default):
        raise SqlError("0A000", "cannot use column reference in DEFAULT expression")
    for name in nodes.relations_named(column.default):
        if find_relation(catalog, name) is None:
            raise missing_relation(catalog, name)
    found, own = (
        normalize(column.default, table.name, (catalog,), typed=False),
        column_expression(catalog, table, column.name),
    )
    check_faults(catalog, found)
    types = Types({**dict(found.user_types), **dict(own.user_types)})
    if own.form.type is not None and not is_assignable(types, found.form, own.form.type):
        raise SqlError(
            "42804",
            f'column "{column.name}" is of type {own.form.type} but default expression is of type '
            f"{found.form.type}",
        )
    if found.form.is_literal:
        check_faults(catalog, normalize(f"({column.default})::{column.type}", table.name, (catalog,)))


def check_generated(catalog: Catalog, table: Table, column: Column, context: Context) -> None:
    """Raise where a generated column's expression is none that it can have.

    Raises:
        SqlError: 42703 where it reads a column that does not exist, 42P17 where it reads a generated one or
            is not immutable, 42804 where it is of another type, and what check_expression() raises.
    """
    if column.generated is None:
        return
    if column.virtual and not context.lenient and type_names.resolve(catalog, column.type) is not None:
        raise SqlError("0A000", f'virtual generated column "{column.name}" cannot have a user-defined type')
    if table.complete and not context.lenient:
        _check_generated_from(table, column.generated)
    found = check_expression(catalog, table, column.generated, context)
    if table.complete and not context.lenient:
        _check_reads_none_generated(table, column.generated)
    if found is None:
        return
    if found.mutable:
        raise SqlError("42P17", "generation expression is not immutable")
    own, given = column_expression(catalog, table, column.name), found.form.type
    types = Types({**dict(found.user_types), **dict(own.user_types)})
    if own.form.type is not None and not is_assignable(types, found.form, own.form.type):
        raise SqlError(
            "42804",
            f'column "{column.name}" is of type {own.form.type} but default expression is of type {given}',
        )


def _check_generated_from(table: Table, expression: str) -> None:
    for name in nodes.columns_of(expression):
        read = table.column(name)
        if read is None and name in SYSTEM_COLUMNS - {"tableoid"}:
            raise SqlError("42P10", f'cannot use system column "{name}" in column generation expression')
        if read is None and name not in SYSTEM_COLUMNS:
            raise missing_column(table, name, owner=False)


def _check_reads_none_generated(table: Table, expression: str) -> None:
    for name in nodes.columns_of(expression):
        read = table.column(name)
        if read is not None and read.generated is not None:
            raise SqlError("42P17", f'cannot use generated column "{name}" in column generation expression')


def check_using(catalog: Catalog, table: Table, using: str | None, context: Context) -> None:
    """Analyse the USING clause of a change of type, which PostgreSQL does before it looks at the column.

    Raises:
        SqlError: 42703 for a column that does not exist, and what check_expression() raises.
    """
    if using is None or not is_decidable(catalog, table, context):
        return
    for name in nodes.columns_of(using):
        if table.column(name) is None and name not in SYSTEM_COLUMNS:
            raise missing_column(table, name, owner=False)
    check_expression(catalog, table, using, context, typed=False)


def check_conversion(
    catalog: Catalog, table: Table, column: Column, new_type: str, using: str | None, context: Context
) -> None:
    """Raise where a column's values, and its default, cannot become values of another type.

    Raises:
        SqlError: 42804 (ATPrepAlterColumnType, ATExecAlterColumnType), and what is wrong with USING.
    """
    if not is_decidable(catalog, table, context):
        return
    known = column_expression(catalog, table, column.name)
    new = normalize(f"NULL::{new_type}", table.name, (catalog,))
    given = known if using is None else check_expression(catalog, table, using, context, typed=False)
    types = Types(
        {**dict(known.user_types), **dict(new.user_types), **dict(given.user_types if given else ())}
    )
    target = new.form.type
    if given is None or given.form.type is None or target is None:
        return
    if not is_assignable(types, given.form, target):
        what = (
            f'column "{column.name}"'
            if using is None
            else f'result of USING clause for column "{column.name}"'
        )
        raise SqlError("42804", f"{what} cannot be cast automatically to type {new_type}")
    if column.default is None or column.generated is not None:
        return
    default = normalize(column.default, table.name, (catalog,), typed=False)
    if default.form.type is not None:
        form = known.form if default.form.is_literal else default.form
        if not is_assignable(types, form, target):
            message = f'default for column "{column.name}" cannot be cast automatically to type {new_type}'
            raise SqlError("42804", message)
