"""CREATE INDEX as a definition (PostgreSQL manual, CREATE INDEX)."""

from __future__ import annotations

from pglast import ast
from pglast.enums import SortByDir, SortByNulls

from lint_indexes.ddl import nodes
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Index, IndexKey
from lint_indexes.model.names import ObjectName, QualifiedName, quote_identifier
from lint_indexes.model.operations import CreateIndex, IndexDefinition


def key_from_element(node: nodes.Node) -> IndexKey:
    """One key of an index (an IndexElem). ``opclass`` and ``collation`` are SQL text: quoted where needed.

    A column in parentheses, with or without COLLATE, is a column key, as in PostgreSQL.
    """
    descending = node.ordering == SortByDir.SORTBY_DESC
    if node.nulls_ordering in (None, SortByNulls.SORTBY_NULLS_DEFAULT):
        nulls_first = descending
    else:
        nulls_first = node.nulls_ordering == SortByNulls.SORTBY_NULLS_FIRST
    collation = nodes.dotted(node.collation)
    column, expression = node.name, node.expr
    if expression is not None:
        nodes.unqualify(expression)
        while isinstance(expression, ast.CollateClause):
            collation = collation or nodes.dotted(expression.collname)
            expression = expression.arg
        column = nodes.column_name(expression)
        if column is not None:
            expression = None
    return IndexKey(
        column=column,
        expression=None if expression is None else nodes.deparse(expression),
        columns=(column,) if expression is None else nodes.columns_read(expression),
        opclass=nodes.dotted(node.opclass),
        opclass_options=nodes.options(node.opclassopts),
        collation=collation,
        descending=descending,
        nulls_first=nulls_first,
    )


def predicate_from(node: nodes.Node | None) -> tuple[str | None, tuple[str, ...]]:
    """The text of a WHERE clause and the columns that it reads."""
    if node is None:
        return None, ()
    nodes.unqualify(node)
    return nodes.deparse(node), nodes.columns_read(node)


def definition_from_statement(node: nodes.Node) -> IndexDefinition:
    """What an IndexStmt defines, apart from names."""
    predicate, predicate_columns = predicate_from(node.whereClause)
    method = node.accessMethod or "btree"
    return IndexDefinition(
        keys=tuple(key_from_element(element) for element in node.indexParams or ()),
        # The R-tree method was merged into GiST in PostgreSQL 8.2; the name is still accepted.
        method="gist" if method == "rtree" else method,
        unique=bool(node.unique),
        nulls_not_distinct=bool(node.nulls_not_distinct),
        include=tuple(_included(element) for element in node.indexIncludingParams or ()),
        predicate=predicate,
        predicate_columns=predicate_columns,
        options=nodes.options(node.options),
        tablespace=node.tableSpace,
    )


def _included(node: nodes.Node) -> str:
    if node.name is None:
        raise SqlError("0A000", "expressions are not supported in included columns")
    return str(node.name)


def index_from_statement(node: nodes.Node) -> tuple[ObjectName, CreateIndex]:
    """The table that an IndexStmt names, and the operation."""
    table = nodes.range_name(node.relation)
    operation = CreateIndex(
        table=table,
        name=node.idxname,
        definition=definition_from_statement(node),
        only=not node.relation.inh,
        if_not_exists=bool(node.if_not_exists),
        concurrently=bool(node.concurrent),
    )
    return table, operation


def parse_index_definition(
    name: str, on: str, *, unique: bool, default_schema: str
) -> tuple[ObjectName, Index]:
    """Read what stands after ON in CREATE INDEX.

    Args:
        name: the index's name.
        on: e.g. ``booking (status, scheduled_time) WHERE status = 'PENDING'``.
        unique: whether it is a unique index.
        default_schema: the schema of a table that is written without one.

    Returns:
        the table as written, and the index, in the table's schema.

    Raises:
        SqlError: 42601 where PostgreSQL's grammar refuses the text, or where it is more than one statement.
    """
    prefix = f"CREATE {'UNIQUE ' if unique else ''}INDEX {quote_identifier(name)} ON "
    statements = nodes.parse_statements(prefix + on)
    if len(statements) != 1 or not isinstance(statements[0].stmt, ast.IndexStmt):
        raise SqlError("42601", "more than one statement")
    table, operation = index_from_statement(statements[0].stmt)
    at = table.qualify(default_schema)
    index = operation.definition.build(QualifiedName(at.schema, name), at, only=operation.only)
    return table, index
