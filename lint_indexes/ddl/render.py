"""Values to SQL."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pglast import ast
from pglast.enums import A_Expr_Kind

from lint_indexes.ddl import nodes
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Index, IndexKey
from lint_indexes.model.names import quote_identifier


def create_index(index: Index) -> str:
    """The CREATE INDEX statement, laid out as pg_get_indexdef() and pg_indexes.indexdef have it.

    Like theirs it has the table's schema and the method, and neither the tablespace nor an exclusion
    constraint's operators. Expressions stand as the index has them: PostgreSQL would print added casts.
    """
    parts = [
        "CREATE",
        *(["UNIQUE"] if index.unique else []),
        f"INDEX {quote_identifier(index.name.name)} ON",
        *(["ONLY"] if index.only else []),
        f"{index.table} USING {quote_identifier(index.method)}",
        *_definition(index),
        *_where(index),
    ]
    return " ".join(parts)


def index_definition(index: Index, default_schema: str) -> str:
    """What stands after ON in CREATE INDEX, as short as it can be said.

    ``parse_index_definition`` reads it back. It has the tablespace, and the schema of a table that is not in
    ``default_schema``; not whether the index is unique, nor an exclusion constraint's operators.
    """
    is_default = index.table.schema == default_schema
    parts = [
        *(["ONLY"] if index.only else []),
        quote_identifier(index.table.name) if is_default else str(index.table),
        *([f"USING {quote_identifier(index.method)}"] if index.method != "btree" else []),
        *_definition(index),
        *([f"TABLESPACE {quote_identifier(index.tablespace)}"] if index.tablespace is not None else []),
        *_where(index),
    ]
    return " ".join(parts)


def _definition(index: Index) -> Iterator[str]:
    yield f"({', '.join(map(index_key, index.keys))})"
    if index.include:
        yield f"INCLUDE ({', '.join(map(quote_identifier, index.include))})"
    if index.nulls_not_distinct:
        yield "NULLS NOT DISTINCT"
    if index.options:
        yield f"WITH ({_options(index.options)})"


def _where(index: Index) -> Iterator[str]:
    if index.predicate is not None:
        yield f"WHERE {_enclosed(index.predicate, bare=_STANDS_ALONE)}"


def index_key(key: IndexKey) -> str:
    """A key as it stands between the parentheses of CREATE INDEX."""
    if key.column is not None:
        text = quote_identifier(key.column)
    else:
        text = _enclosed(key.expression or "", bare=_LOOKS_LIKE_FUNCTION)
    if key.collation is not None:
        text += f" COLLATE {key.collation}"
    if key.opclass is not None:
        text += f" {key.opclass}"
        if key.opclass_options:
            text += f" ({_options(key.opclass_options)})"
    if key.descending:
        text += " DESC"
    if key.nulls_first != key.descending:
        text += " NULLS FIRST" if key.nulls_first else " NULLS LAST"
    return text


def _options(options: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{quote_identifier(name)}={_option_value(value)}" for name, value in options)


def _option_value(value: str) -> str:
    if quote_identifier(value) == value:
        return value
    return "'" + value.replace("'", "''") + "'"


# What ruleutils.c's looks_like_function() lets stand without parentheses among index keys.
_LOOKS_LIKE_FUNCTION = (
    ast.FuncCall,
    ast.CoalesceExpr,
    ast.MinMaxExpr,
    ast.SQLValueFunction,
    ast.XmlExpr,
)
_STANDS_ALONE = (*_LOOKS_LIKE_FUNCTION, ast.ColumnRef, ast.A_Const)


@lru_cache(maxsize=4096)
def _enclosed(text: str, *, bare: tuple[type, ...]) -> str:
    """The expression in parentheses, unless it is one that PostgreSQL prints without."""
    try:
        node = nodes.parse_expression(text)
    except SqlError:
        return f"({text})"
    is_nullif = isinstance(node, ast.A_Expr) and node.kind == A_Expr_Kind.AEXPR_NULLIF
    return text if is_nullif or isinstance(node, bare) else f"({text})"
