"""What PostgreSQL finds wrong with an expression or an operator class before it looks at a row."""

from __future__ import annotations

from collections.abc import Sequence

from lint_indexes.ddl import opclasses, system_catalog
from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize import Expression, is_certain, last_name, normalize
from lint_indexes.ddl.normalize.coercion import Types
from lint_indexes.model.catalog import Catalog, IndexKey, Table
from lint_indexes.model.names import quote_identifier
from lint_indexes.model.operations import IndexDefinition

# Extensions that are often installed and add nothing that an expression uses.
_WITHOUT_ROUTINES = frozenset({"plpgsql", "pg_stat_statements"})


def is_decidable(catalog: Catalog, table: Table, context: Context) -> bool:
    """Whether all functions and operators are known, so that a missing one is an error."""
    if context.lenient or catalog.open_world or not table.complete or catalog.own_operators:
        return False
    return all(
        name in system_catalog.extensions() or name in _WITHOUT_ROUTINES for name in catalog.extensions
    )


def check_expression(catalog: Catalog, table: Table, text: str, context: Context) -> Expression | None:
    """Analyse an expression over a table's columns; None where not all is known.

    Raises:
        SqlError: 42883 for an unknown operator or function, 42804 and 42846 for types that do not fit,
            22P02 for a literal that its type cannot read.
    """
    if not is_decidable(catalog, table, context):
        return None
    found = normalize(text, table.name, (catalog,))
    for fault in found.faults[:1]:
        raise SqlError(fault.sqlstate, fault.message)
    return found


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


def check_index_types(catalog: Catalog, table: Table, definition: IndexDefinition, context: Context) -> None:
    """What PostgreSQL asks of an index's predicate and keys, in its order (DefineIndex).

    Raises:
        SqlError: 42P17 for a function that is not immutable, 42704 and 42804 for an operator class, and what
            check_expression() raises.
    """
    if not is_decidable(catalog, table, context):
        return
    predicate = None
    if definition.predicate is not None:
        predicate = check_condition(catalog, table, definition.predicate, context, "WHERE")
    keys = [
        None if key.expression is None else check_expression(catalog, table, key.expression, context)
        for key in definition.keys
    ]
    if predicate is not None and predicate.mutable:
        raise SqlError("42P17", "functions in index predicate must be marked IMMUTABLE")
    for key, expression in zip(definition.keys, keys, strict=True):
        if expression is not None and expression.mutable:
            raise SqlError("42P17", "functions in index expression must be marked IMMUTABLE")
        _check_operator_class(catalog, table, key, expression, definition.method)


def _check_operator_class(
    catalog: Catalog, table: Table, key: IndexKey, expression: Expression | None, method: str
) -> None:
    """ResolveOpClass: the class exists and takes the key's type, or the type has a default one."""
    classes = system_catalog.operator_classes().get(method)
    if classes is None:
        return
    if expression is None:
        expression = _column(catalog, table, key.column or "")
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
