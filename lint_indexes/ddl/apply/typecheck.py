"""What PostgreSQL finds wrong with an expression before it looks at a row."""

from __future__ import annotations

from collections.abc import Sequence

from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.lookup import (
    has_unknown_extension,
)
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize import Expression, Form, normalize
from lint_indexes.ddl.normalize.coercion import ASSIGNMENT, Types
from lint_indexes.model.catalog import Catalog, Table
from lint_indexes.model.names import quote_identifier


def is_decidable(catalog: Catalog, table: Table, context: Context) -> bool:
    """Whether all functions and operators are known, so that a missing one is an error."""
    if context.lenient or catalog.open_world or not table.complete or catalog.own_operators:
        return False
    return not has_unknown_extension(catalog)


def check_expression(
    catalog: Catalog, table: Table, text: str, context: Context, *, typed: bool = True
) -> Expression | None:
    """Analyse an expression over a table's columns; None where not all is known.

    Raises:
        SqlError: 42883 for an unknown operator or function, 42804 and 42846 for types that do not fit,
            22P02 for a literal that its type cannot read.
    """
    if not is_decidable(catalog, table, context):
        return None
    found = normalize(text, table.name, (catalog,), typed=typed)
    check_faults(catalog, found)
    return found


def check_faults(catalog: Catalog, found: Expression) -> None:
    """Raise for the first fault of an expression that was analysed."""
    for fault in found.faults[:1]:
        raise SqlError(fault.sqlstate, fault.message)
    for extension in sorted(found.extensions):
        if extension not in catalog.extensions:
            message = f"a function or an operator of the extension {extension} does not exist"
            raise SqlError("42883", message)


def is_assignable(types: Types, form: Form, target: str) -> bool:
    """Whether a value becomes one of another type where it is stored; true where that is not known."""
    return form.is_literal or form.type is None or types.can_coerce(form.type, target, ASSIGNMENT)


def check_condition(
    catalog: Catalog, table: Table, text: str, context: Context, clause: str
) -> Expression | None:
    """Analyse a condition: the predicate of an index, or a CHECK.

    Raises:
        SqlError: as check_expression(), and 42804 where it is no boolean.
    """
    found = check_expression(catalog, table, text, context)
    kind = found.form.type if found is not None else None
    if kind is not None and found is not None and Types(dict(found.user_types)).base(kind) != "bool":
        raise SqlError("42804", f"argument of {clause} must be type boolean, not type {kind}")
    return found


# Types whose values PostgreSQL compares without converting them: operator families of the method btree.
_FAMILIES = (
    frozenset({"int2", "int4", "int8"}),
    frozenset({"float4", "float8"}),
    frozenset({"date", "timestamp", "timestamptz"}),
    frozenset({"text", "name"}),
)


def check_comparable(
    catalog: Catalog,
    table: Table,
    columns: Sequence[str],
    referenced: Table,
    keys: Sequence[str],
    context: Context,
) -> None:
    """Raise where a foreign key's column cannot be compared with the one that it refers to.

    Raises:
        SqlError: 42804 (ATAddForeignKeyConstraint).
    """
    if not (is_decidable(catalog, table, context) and referenced.complete):
        return
    for column, key in zip(columns, keys, strict=True):
        own, other = column_expression(catalog, table, column), column_expression(catalog, referenced, key)
        if own.form.type is None or other.form.type is None:
            continue
        types = Types({**dict(own.user_types), **dict(other.user_types)})
        if not _are_comparable(types, own.form.type, other.form.type):
            raise SqlError(
                "42804",
                "key columns have incompatible types: "
                f'"{column}" of {own.form.type} and "{key}" of {other.form.type}',
            )


def _are_comparable(types: Types, own: str, key: str) -> bool:
    own, key = types.base(own), types.base(key)
    if own == key or any(own in family and key in family for family in _FAMILIES):
        return True
    if types.is_enum(key):
        return False
    return types.can_coerce(own, "text" if key == "varchar" else key)


def column_expression(catalog: Catalog, table: Table, name: str) -> Expression:
    """A column as an expression over its table."""
    return normalize(quote_identifier(name), table.name, (catalog,))
