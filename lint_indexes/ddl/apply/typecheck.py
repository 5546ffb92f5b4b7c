"""What PostgreSQL finds wrong with an expression or an operator class before it looks at a row."""

from __future__ import annotations

from collections.abc import Sequence

from lint_indexes.ddl import nodes, opclasses, system_catalog
from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.lookup import (
    SYSTEM_COLUMNS,
    find_relation,
    has_unknown_extension,
    missing_column,
    missing_relation,
)
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize import Expression, Form, is_certain, last_name, normalize
from lint_indexes.ddl.normalize.coercion import ASSIGNMENT, Types
from lint_indexes.model.catalog import Catalog, Column, IndexKey, Table
from lint_indexes.model.names import quote_identifier
from lint_indexes.model.operations import IndexDefinition


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
    _check_faults(catalog, found)
    return found


def _check_faults(catalog: Catalog, found: Expression) -> None:
    for fault in found.faults[:1]:
        raise SqlError(fault.sqlstate, fault.message)
    for extension in sorted(found.extensions):
        if extension not in catalog.extensions:
            message = f"a function or an operator of the extension {extension} does not exist"
            raise SqlError("42883", message)


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
    known = _column(catalog, table, column.name)
    new = normalize(f"NULL::{new_type}", table.name, (catalog,))
    given = known if using is None else check_expression(catalog, table, using, context, typed=False)
    types = Types(
        {**dict(known.user_types), **dict(new.user_types), **dict(given.user_types if given else ())}
    )
    target = new.form.type
    if given is None or given.form.type is None or target is None:
        return
    if not _is_assignable(types, given.form, target):
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
        if not _is_assignable(types, form, target):
            message = f'default for column "{column.name}" cannot be cast automatically to type {new_type}'
            raise SqlError("42804", message)


def _is_assignable(types: Types, form: Form, target: str) -> bool:
    return form.is_literal or form.type is None or types.can_coerce(form.type, target, ASSIGNMENT)


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
        _column(catalog, table, column.name),
    )
    _check_faults(catalog, found)
    types = Types({**dict(found.user_types), **dict(own.user_types)})
    if own.form.type is not None and not _is_assignable(types, found.form, own.form.type):
        raise SqlError(
            "42804",
            f'column "{column.name}" is of type {own.form.type} but default expression is of type '
            f"{found.form.type}",
        )
    if found.form.is_literal:
        _check_faults(catalog, normalize(f"({column.default})::{column.type}", table.name, (catalog,)))


def check_generated(catalog: Catalog, table: Table, column: Column, context: Context) -> None:
    """Raise where a generated column's expression is none that it can have.

    Raises:
        SqlError: 42703 where it reads a column that does not exist, 42P17 where it reads a generated one or
            is not immutable, 42804 where it is of another type, and what check_expression() raises.
    """
    if column.generated is None:
        return
    if table.complete and not context.lenient:
        _check_generated_from(table, column.generated)
    found = check_expression(catalog, table, column.generated, context)
    if table.complete and not context.lenient:
        _check_reads_none_generated(table, column.generated)
    if found is None:
        return
    if found.mutable:
        raise SqlError("42P17", "generation expression is not immutable")
    own, given = _column(catalog, table, column.name), found.form.type
    types = Types({**dict(found.user_types), **dict(own.user_types)})
    if own.form.type is not None and not _is_assignable(types, found.form, own.form.type):
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
        subject = expression or _column(catalog, table, key.column or "")
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
        own, other = _column(catalog, table, column), _column(catalog, referenced, key)
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


def _column(catalog: Catalog, table: Table, name: str) -> Expression:
    return normalize(quote_identifier(name), table.name, (catalog,))
