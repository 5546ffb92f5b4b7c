"""The canonical form of a whole index."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import replace

from lint_indexes.ddl import opclasses
from lint_indexes.ddl.normalize.coercion import Types
from lint_indexes.ddl.normalize.expressions import Expression, normalize, normalize_predicate
from lint_indexes.ddl.normalize.form import Form, Kind
from lint_indexes.ddl.normalize.literals import read_literal
from lint_indexes.ddl.normalize.scope import build_scope
from lint_indexes.model.catalog import Catalog, Index, IndexKey
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import QualifiedName, quote_identifier

DEFAULT_COLLATION = "default"

_BOOLEAN_OPTIONS = frozenset(("fastupdate", "deduplicate_items", "autosummarize"))


@dataclass(frozen=True, slots=True)
class OperatorClassUse:
    """An operator class that is not the default. ``certain`` is false where the key's type is not known."""

    name: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class NormalKey:
    """A key with all that is default left out: an operator class, a collation."""

    column: str | None
    expression: Expression | None
    opclass: OperatorClassUse | None
    opclass_options: tuple[tuple[str, str], ...]
    collation: str | None
    descending: bool
    nulls_first: bool
    exclude_operator: str | None


@dataclass(frozen=True, slots=True)
class NormalIndex:
    """An index without its name, as PostgreSQL would store it."""

    table: QualifiedName
    keys: tuple[NormalKey, ...]
    method: str
    unique: bool
    nulls_not_distinct: bool
    include: tuple[str, ...]
    predicate: Expression | None
    options: tuple[tuple[str, Hashable], ...]
    tablespace: str | None


def normalize_index(index: Index, catalogs: Sequence[Catalog]) -> NormalIndex:
    """The canonical form of an index; two indexes that PostgreSQL stores alike have equal ones.

    Args:
        index: the index; what does not matter to its definition (name, origin, constraint, validity, ONLY) is
            not in the result.
        catalogs: where types are looked up; what the first lacks is taken from the next.
    """
    predicate = None
    if index.predicate is not None:
        predicate = normalize_predicate(index.predicate, index.table, catalogs)
    return NormalIndex(
        table=index.table,
        keys=tuple(_key(key, index, catalogs) for key in index.keys),
        method=index.method,
        unique=index.unique,
        # Of an index that is not unique, PostgreSQL keeps the flag all the same.
        nulls_not_distinct=index.nulls_not_distinct,
        include=index.include,
        predicate=predicate,
        options=tuple((name, _option(name, value)) for name, value in index.options),
        tablespace=None if index.tablespace == "pg_default" else index.tablespace,
    )


def _key(key: IndexKey, index: Index, catalogs: Sequence[Catalog]) -> NormalKey:
    column, expression = key.column, None
    if key.expression is not None:
        expression = normalize(key.expression, index.table, catalogs)
        key, expression = _without_collate(key, expression)
        if expression.form.kind is Kind.COLUMN:
            # A cast to the type that the column has is none.
            column, expression = str(expression.form.value), None
            key = replace(key, column=column, expression=None)
    opclass = collation = None
    if key.opclass is not None:
        opclass = _operator_class(key, expression, index, catalogs)
    if key.collation is not None:
        collation = _collation(key, expression, index, catalogs)
    return NormalKey(
        column=column,
        expression=expression,
        opclass=opclass,
        opclass_options=key.opclass_options,
        collation=collation,
        descending=key.descending,
        nulls_first=key.nulls_first,
        exclude_operator=None if key.exclude_operator is None else last_name(key.exclude_operator),
    )


def _without_collate(key: IndexKey, expression: Expression) -> tuple[IndexKey, Expression]:
    """A COLLATE around the whole expression is the key's own."""
    form = expression.form
    while form.kind is Kind.CONSTRUCT and form.value == "collate":
        inner, collation = form.arguments
        key = replace(key, collation=key.collation or quote_identifier(str(collation.value)))
        form = inner
    return key, replace(expression, form=form)


def last_name(text: str) -> str:
    """The last part of a dotted name in SQL, without quotes."""
    part: str = re.findall(r'"(?:[^"]|"")*"|[^."]+', text)[-1]
    return part[1:-1].replace('""', '"') if part.startswith('"') else part


def _operator_class(
    key: IndexKey, expression: Expression | None, index: Index, catalogs: Sequence[Catalog]
) -> OperatorClassUse | None:
    name = last_name(key.opclass or "")
    if opclasses.is_historic(name) and not key.opclass_options:
        return None
    if expression is not None:
        type_name, user_types = expression.form.type, expression.user_types
    else:
        scope = build_scope((key.column or "",), (), (), index.table, catalogs)
        use = scope.columns[0][1]
        type_name, user_types = None if use is None else use.type, scope.user_types
    if type_name is None:
        return OperatorClassUse(name, certain=not opclasses.is_default_of_some_type(index.method, name))
    default = opclasses.default_operator_class(index.method, type_name, Types(dict(user_types)))
    return None if name == default else OperatorClassUse(name)


def _collation(
    key: IndexKey, expression: Expression | None, index: Index, catalogs: Sequence[Catalog]
) -> str | None:
    written = last_name(key.collation or "")
    columns = {
        column.name: column
        for catalog in reversed(catalogs)
        if index.table in catalog.tables
        for column in catalog.tables[index.table].columns
    }

    def of_column(name: str) -> str:
        column = columns.get(name)
        if column is None:
            return DEFAULT_COLLATION
        if column.collation is not None:
            return last_name(column.collation)
        return "C" if column.type == "name" else DEFAULT_COLLATION

    if expression is None:
        own = of_column(key.column or "")
    else:
        own = _derived_collation({of_column(name) for name in _collated_columns(expression.form)})
    return None if written == own else written


def _collated_columns(form: Form) -> set[str]:
    """The columns whose collation an expression may take over."""
    if form.kind is Kind.COLUMN:
        return {str(form.value)}
    return {name for argument in form.arguments for name in _collated_columns(argument)}


def _derived_collation(collations: set[str]) -> str:
    """The collation of an expression without COLLATE (manual, 23.2.1 Collation Support, Concepts)."""
    others = collations - {DEFAULT_COLLATION}
    return others.pop() if len(others) == 1 else DEFAULT_COLLATION


def _option(name: str, value: str) -> Hashable:
    """A storage parameter's value by its meaning: on is true, 070 is 70."""
    if name in _BOOLEAN_OPTIONS:
        return read_literal("bool", value)
    return int(value) if re.fullmatch(r"\d+", value) else value.lower()
