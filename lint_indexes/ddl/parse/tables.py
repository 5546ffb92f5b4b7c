"""CREATE TABLE, CREATE INDEX and what makes a table of a query."""

from __future__ import annotations

from dataclasses import replace

from pglast import ast
from pglast.enums import ConstrType, ObjectType, OnCommitAction, ReindexObjectType, TableLikeOption

from lint_indexes.ddl import nodes, types
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.index import index_from_statement, key_from_element, predicate_from
from lint_indexes.ddl.parse.partitions import partition_reads, read_bound, read_strategy
from lint_indexes.model.catalog import ConstraintKind, IndexKey, RelationKind
from lint_indexes.model.operations import (
    UNTYPED,
    ColumnDefinition,
    ConstraintDefinition,
    CreateTable,
    CreateTableAs,
    IndexDefinition,
    LikeClause,
    Operation,
    Reindex,
    TableElement,
)

CONSTRAINT_KINDS = {
    ConstrType.CONSTR_PRIMARY: ConstraintKind.PRIMARY_KEY,
    ConstrType.CONSTR_UNIQUE: ConstraintKind.UNIQUE,
    ConstrType.CONSTR_EXCLUSION: ConstraintKind.EXCLUDE,
    ConstrType.CONSTR_FOREIGN: ConstraintKind.FOREIGN_KEY,
    ConstrType.CONSTR_CHECK: ConstraintKind.CHECK,
}
"""The kinds of Constraint nodes that become constraints; the others are attributes of a column."""

# pg_constraint.confdeltype and confupdtype; NO ACTION is the default.
_ACTIONS = {"r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}

# pg_attribute.attgenerated of a column that is not stored.
_VIRTUAL = "v"

_LIKE_PREFIX = "CREATE_TABLE_LIKE_"


def read_column(node: nodes.Node) -> ColumnDefinition:
    """A ColumnDef with its inline constraints."""
    column = ColumnDefinition(
        name=node.colname,
        type=types.column_type(node.typeName) if node.typeName else UNTYPED,
        not_null=bool(node.is_not_null),
        collation=nodes.dotted(node.collClause.collname) if node.collClause else None,
    )
    if node.typeName and types.is_serial(node.typeName):
        column = replace(column, serial=True, is_serial=True, not_null=True)
    for constraint in node.constraints or ():
        column = _with_inline_constraint(column, constraint)
    return column


def _with_inline_constraint(column: ColumnDefinition, node: nodes.Node) -> ColumnDefinition:
    kind = node.contype
    if kind in CONSTRAINT_KINDS:
        constraint = read_constraint(node, column.name)
        primary = constraint.kind is ConstraintKind.PRIMARY_KEY
        return replace(
            column, constraints=(*column.constraints, constraint), not_null=column.not_null or primary
        )
    if kind == ConstrType.CONSTR_NOTNULL:
        return replace(column, not_null=True)
    if kind == ConstrType.CONSTR_DEFAULT:
        return replace(column, default=nodes.deparse(node.raw_expr))
    if kind == ConstrType.CONSTR_GENERATED:
        nodes.unqualify(node.raw_expr)
        virtual = node.generated_kind == _VIRTUAL
        return replace(column, generated=nodes.deparse(node.raw_expr), virtual=virtual)
    if kind == ConstrType.CONSTR_IDENTITY:
        return replace(column, identity=True, serial=True, not_null=True)
    return _with_attribute(column, kind)


def _with_attribute(column: ColumnDefinition, kind: int) -> ColumnDefinition:
    """DEFERRABLE and INITIALLY DEFERRED are nodes of their own, about the constraint before them."""
    if not column.constraints:
        return column
    last = column.constraints[-1]
    if kind == ConstrType.CONSTR_ATTR_DEFERRABLE:
        last = replace(last, deferrable=True)
    elif kind == ConstrType.CONSTR_ATTR_DEFERRED:
        last = replace(last, deferrable=True, initially_deferred=True)
    return replace(column, constraints=(*column.constraints[:-1], last))


def read_constraint(node: nodes.Node, column: str | None = None) -> ConstraintDefinition:
    """A Constraint node of one of the kinds that have a name; ``column`` is the one that it stands at."""
    kind = CONSTRAINT_KINDS[node.contype]
    constraint = ConstraintDefinition(
        kind,
        name=node.conname,
        deferrable=bool(node.deferrable or node.initdeferred),
        initially_deferred=bool(node.initdeferred),
        not_valid=bool(node.skip_validation),
    )
    if kind is ConstraintKind.CHECK:
        nodes.unqualify(node.raw_expr)
        return replace(
            constraint,
            expression=nodes.deparse(node.raw_expr),
            columns=nodes.columns_read(node.raw_expr),
            no_inherit=bool(node.is_no_inherit),
        )
    if kind is ConstraintKind.FOREIGN_KEY:
        return replace(
            constraint,
            columns=(column,) if column is not None else nodes.strings(node.fk_attrs),
            references=nodes.range_name(node.pktable),
            referenced_columns=nodes.strings(node.pk_attrs),
            on_delete=_ACTIONS.get(node.fk_del_action),
            on_update=_ACTIONS.get(node.fk_upd_action),
        )
    if node.indexname is not None:
        return replace(constraint, using_index=node.indexname)
    if kind is ConstraintKind.EXCLUDE:
        return _exclusion(constraint, node)
    columns = (column,) if column is not None else nodes.strings(node.keys)
    definition = IndexDefinition(
        keys=tuple(IndexKey(column=name, columns=(name,)) for name in columns),
        unique=True,
        nulls_not_distinct=bool(node.nulls_not_distinct),
        include=nodes.strings(node.including),
        options=nodes.options(node.options),
        tablespace=node.indexspace,
    )
    return replace(constraint, columns=columns, index=definition)


def _exclusion(constraint: ConstraintDefinition, node: nodes.Node) -> ConstraintDefinition:
    keys = tuple(
        replace(key_from_element(element), exclude_operator=_operator(operator))
        for element, operator in node.exclusions
    )
    predicate, predicate_columns = predicate_from(node.where_clause)
    definition = IndexDefinition(
        keys=keys,
        method=node.access_method or "btree",
        include=nodes.strings(node.including),
        predicate=predicate,
        predicate_columns=predicate_columns,
        options=nodes.options(node.options),
        tablespace=node.indexspace,
    )
    columns = tuple(key.column for key in keys if key.column is not None)
    return replace(constraint, columns=columns, index=definition)


def _operator(parts: nodes.Node) -> str:
    names = nodes.strings(parts)
    return names[0] if len(names) == 1 else f"OPERATOR({'.'.join(names)})"


def _like(node: nodes.Node) -> LikeClause:
    including = {
        (option.name or "").removeprefix(_LIKE_PREFIX).lower()
        for option in TableLikeOption
        # "all" is the union of the others; Python before 3.11 lists it with them.
        if node.options & option.value and option.value.bit_count() == 1
    }
    return LikeClause(nodes.range_name(node.relation), frozenset(including))


def _elements(elements: nodes.Node) -> tuple[TableElement, ...]:
    read: list[TableElement] = []
    for element in elements or ():
        if isinstance(element, ast.ColumnDef):
            read.append(read_column(element))
        elif isinstance(element, ast.TableLikeClause):
            read.append(_like(element))
        elif isinstance(element, ast.Constraint) and element.contype in CONSTRAINT_KINDS:
            read.append(read_constraint(element))
    return tuple(read)


def _read_create_table(node: nodes.Node) -> tuple[Operation, ...]:
    parents = tuple(nodes.range_name(parent) for parent in node.inhRelations or ())
    partition = node.partbound is not None
    operation = CreateTable(
        name=nodes.range_name(node.relation),
        elements=_elements(node.tableElts),
        kind=RelationKind.PARTITIONED_TABLE if node.partspec is not None else RelationKind.TABLE,
        inherits=() if partition else parents,
        partition_of=parents[0] if partition else None,
        partition_key=tuple(key.name for key in node.partspec.partParams) if node.partspec else (),
        partition_reads=partition_reads(node.partspec.partParams) if node.partspec else (),
        partition_strategy=read_strategy(node.partspec),
        bound=read_bound(node.partbound),
        of_type=nodes.object_name(node.ofTypename.names) if node.ofTypename else None,
        if_not_exists=bool(node.if_not_exists),
        temporary=node.relation.relpersistence == "t",
        on_commit_drop=node.oncommit == OnCommitAction.ONCOMMIT_DROP,
    )
    return (operation,)


def _read_create_foreign_table(node: nodes.Node) -> tuple[Operation, ...]:
    (operation,) = _read_create_table(node.base)
    assert isinstance(operation, CreateTable)
    return (replace(operation, kind=RelationKind.FOREIGN_TABLE),)


def _read_create_table_as(node: nodes.Node) -> tuple[Operation, ...]:
    materialized = node.objtype == ObjectType.OBJECT_MATVIEW
    kind = RelationKind.MATERIALIZED_VIEW if materialized else RelationKind.TABLE
    if not isinstance(node.query, ast.SelectStmt):
        # CREATE TABLE ... AS EXECUTE: the prepared statement's columns are not in this one.
        return (_as_query(node.into, kind, "SELECT *", if_not_exists=bool(node.if_not_exists)),)
    return (_as_query(node.into, kind, nodes.deparse(node.query), if_not_exists=bool(node.if_not_exists)),)


def _as_query(into: nodes.Node, kind: RelationKind, query: str, *, if_not_exists: bool) -> CreateTableAs:
    return CreateTableAs(
        name=nodes.range_name(into.rel),
        kind=kind,
        query=query,
        columns=nodes.strings(into.colNames),
        if_not_exists=if_not_exists,
        temporary=into.rel.relpersistence == "t",
        on_commit_drop=into.onCommit == OnCommitAction.ONCOMMIT_DROP,
    )


def _read_select(node: nodes.Node) -> tuple[Operation, ...]:
    """SELECT ... INTO makes a table; any other SELECT has no effect."""
    if node.intoClause is None:
        return ()
    into, node.intoClause = node.intoClause, None
    query = nodes.deparse(node)
    node.intoClause = into
    return (_as_query(into, RelationKind.TABLE, query, if_not_exists=False),)


def _read_view(node: nodes.Node) -> tuple[Operation, ...]:
    operation = CreateTableAs(
        name=nodes.range_name(node.view),
        kind=RelationKind.VIEW,
        query=nodes.deparse(node.query),
        columns=nodes.strings(node.aliases),
        or_replace=bool(node.replace),
        temporary=node.view.relpersistence == "t",
    )
    return (operation,)


def _read_index(node: nodes.Node) -> tuple[Operation, ...]:
    if node.if_not_exists and node.idxname is None:
        raise SqlError("42601", "syntax error at or near ON")
    return (index_from_statement(node)[1],)


def _read_reindex(node: nodes.Node) -> tuple[Operation, ...]:
    if node.relation is None:
        return ()  # of a schema or a database, which cannot be done in a transaction
    kind = "index" if node.kind == ReindexObjectType.REINDEX_OBJECT_INDEX else "table"
    concurrently = any(option.defname == "concurrently" for option in node.params or ())
    return (Reindex(nodes.range_name(node.relation), kind, concurrently),)


READERS = {
    "CreateStmt": _read_create_table,
    "CreateForeignTableStmt": _read_create_foreign_table,
    "CreateTableAsStmt": _read_create_table_as,
    "SelectStmt": _read_select,
    "ViewStmt": _read_view,
    "IndexStmt": _read_index,
    "ReindexStmt": _read_reindex,
}
