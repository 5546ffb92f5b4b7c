"""INSERT, UPDATE, DELETE and their kin: the tables are empty, but names must exist and rows are counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pglast import ast
from pglast.enums import ObjectType

from lint_indexes.ddl import nodes
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.nodes import range_name
from lint_indexes.ddl.result import Result
from lint_indexes.emulator import joins
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.catalogs import is_system
from lint_indexes.emulator.colnames import figure_name
from lint_indexes.emulator.compiler import Compiler
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.queries import Plan, plan_query
from lint_indexes.emulator.relations import columns_known, stored_relation, undefined_table
from lint_indexes.emulator.scope import Scope, Source
from lint_indexes.emulator.values import UNKNOWN, Evaluate, plain
from lint_indexes.model.catalog import Column, Table
from lint_indexes.model.names import QualifiedName


def target_table(backend: Backend, node: Any) -> Table | None:
    """The table that a statement changes; None for one that may exist and was never seen.

    Raises:
        SqlError: 42P01.
        Unsupported: for a system catalog.
    """
    if is_system(node.schemaname, node.relname):
        raise Unsupported(f"a change of the system catalog {node.relname}")
    name = range_name(node)
    table = backend.catalog.find_table(name)
    if table is None and any(at in backend.catalog.sequences for at in backend.catalog.candidates(name)):
        raise SqlError("42809", f'cannot change sequence "{name.name}"')
    if table is None and not backend.open_world:
        raise undefined_table(name)
    return table


def check_columns(table: Table | None, targets: Sequence[Any] | None) -> None:
    """Check that the columns of an INSERT or SET list exist.

    Raises:
        SqlError: 42703.
    """
    for target in targets or ():
        if table is not None and columns_known(table) and table.column(target.name) is None:
            raise SqlError("42703", f'column "{target.name}" of relation "{table.name.name}" does not exist')


def run_with_queries(compiler: Compiler, node: Any) -> Scope:
    """The scope of a statement's WITH queries; those that change rows are checked too."""
    ctes: dict[str, Plan] = {}
    scope = Scope(ctes=ctes)
    for cte in node.withClause.ctes if node.withClause is not None else ():
        query = cte.ctequery
        if isinstance(query, ast.SelectStmt):
            ctes[cte.ctename] = plan_query(compiler, query, Scope(ctes=dict(ctes)))
        else:
            ctes[cte.ctename] = plan_change(compiler, query)
    return scope


def plan_change(compiler: Compiler, node: Any) -> Plan:
    """A WITH query that changes rows."""
    result = change(compiler, node)
    return Plan(result.columns, lambda _: list(result.rows), lambda _: bool(result.rows))


def change(compiler: Compiler, node: Any) -> Result:
    """Run an InsertStmt, UpdateStmt, DeleteStmt or MergeStmt.

    Raises:
        SqlError: for names that do not exist.
        Unsupported: where it returns values that are not known.
    """
    if isinstance(node, ast.InsertStmt):
        return insert(compiler, node)
    scope = run_with_queries(compiler, node)
    table = target_table(compiler.backend, node.relation)
    if isinstance(node, ast.MergeStmt):
        joins.build(compiler, [node.relation, node.sourceRelation], node.joinCondition, scope)
        return Result(rowcount=0)
    extra = node.usingClause if isinstance(node, ast.DeleteStmt) else node.fromClause
    joins.build(compiler, [node.relation, *(extra or ())], node.whereClause, scope)
    if isinstance(node, ast.UpdateStmt):
        check_columns(table, node.targetList)
        _check_values(compiler, node, scope)
    columns, _ = _returning(compiler, node, scope)
    return Result(columns, (), 0)


def _check_values(compiler: Compiler, node: Any, scope: Scope) -> None:
    for target in node.targetList:
        value = target.val.source if isinstance(target.val, ast.MultiAssignRef) else target.val
        if not isinstance(value, ast.SetToDefault):
            compiler.expression(value, scope)


def _returning(compiler: Compiler, node: Any, scope: Scope) -> tuple[tuple[str, ...], list[Evaluate]]:
    names: list[str] = []
    values: list[Evaluate] = []
    for item in _returning_list(node):
        if isinstance(item.val, ast.ColumnRef) and _is_star(item.val):
            for source in scope.sources:
                names.extend(source.columns)
                values.extend(_reader(source.offset + at) for at in range(len(source.columns)))
            continue
        names.append(item.name or figure_name(item.val))
        values.append(compiler.expression(item.val, scope))
    return tuple(names), values


def _returning_list(node: Any) -> Sequence[Any]:
    """The RETURNING list, which newer grammars keep in a clause of its own."""
    clause = getattr(node, "returningClause", None)
    return (clause.exprs if clause is not None else getattr(node, "returningList", None)) or ()


def _is_star(node: Any) -> bool:
    return isinstance(node.fields[-1], ast.A_Star)


def _reader(place: int) -> Evaluate:
    def read(frame: Any) -> Any:
        value = frame[0][place]
        if value is UNKNOWN:
            raise Unsupported("a value that an INSERT returns")
        return value

    return read


def insert(compiler: Compiler, node: Any) -> Result:
    """Run an INSERT: its rows are counted and, with RETURNING, given back, but not kept.

    Raises:
        SqlError: for names that do not exist, 42P10 for an ON CONFLICT without its unique index.
        Unsupported: where it returns values that are not known.
    """
    scope = run_with_queries(compiler, node)
    table = target_table(compiler.backend, node.relation)
    check_columns(table, node.cols)
    _check_width(table, node)
    rows = _source_rows(compiler, node, scope)
    _check_arbiter(compiler.backend, table, node.onConflictClause)
    columns = [column.name for column in table.columns] if table is not None else []
    known = table is not None and columns_known(table)
    alias = node.relation.alias.aliasname if node.relation.alias is not None else node.relation.relname
    scope.sources.append(Source(alias, tuple(columns), 0, known, stored=True))
    names, values = _returning(compiler, node, scope)
    if rows is None:
        if names:
            raise Unsupported("the rows that an INSERT returns")
        return Result(rowcount=0)
    given = [target.name for target in node.cols or ()] or columns
    stored = [_stored_row(compiler, table, given, row) for row in rows] if table is not None else []
    if table is None and names:
        raise Unsupported("the rows that an INSERT returns")
    returned = tuple(tuple(plain(value((row, None))) for value in values) for row in stored) if names else ()
    return Result(names, returned, len(rows))


def _check_width(table: Table | None, node: Any) -> None:
    """Check that the rows of VALUES are as wide as the columns.

    Raises:
        SqlError: 42601.
    """
    if node.selectStmt is None or not node.selectStmt.valuesLists:
        return
    width = max(map(len, node.selectStmt.valuesLists))
    if node.cols and width < len(node.cols):
        raise SqlError("42601", "INSERT has more target columns than expressions")
    columns = len(node.cols or (table.columns if table is not None else ()))
    known = node.cols or (table is not None and columns_known(table))
    if known and width > columns:
        raise SqlError("42601", "INSERT has more expressions than target columns")


def _source_rows(compiler: Compiler, node: Any, scope: Scope) -> list[Sequence[Any]] | None:
    """The rows of VALUES or SELECT; None if they cannot be known. A value alone may be UNKNOWN."""
    query = node.selectStmt
    if query is None:
        return [()]
    if query.valuesLists and query.withClause is None:
        compiled = [
            [None if isinstance(item, ast.SetToDefault) else compiler.expression(item, scope) for item in row]
            for row in query.valuesLists
        ]
        return [[_value(item) for item in row] for row in compiled]
    plan = plan_query(compiler, query, scope if scope.ctes else None)
    try:
        return list(plan.run(((), None)))
    except Unsupported:
        return None


_DEFAULT = object()


def _value(evaluate: Evaluate | None) -> Any:
    if evaluate is None:
        return _DEFAULT
    try:
        return evaluate(((), None))
    except Unsupported:
        return UNKNOWN


def _stored_row(
    compiler: Compiler, table: Table, given: Sequence[str], row: Sequence[Any]
) -> tuple[Any, ...]:
    values = dict(zip(given, row, strict=False))
    return tuple(
        _default(compiler, table, column)
        if values.get(column.name, _DEFAULT) is _DEFAULT
        else values[column.name]
        for column in table.columns
    )


def _default(compiler: Compiler, table: Table, column: Column) -> Any:
    """What a column gets that the INSERT leaves out."""
    if column.identity:
        return compiler.backend.next_value(
            QualifiedName(table.name.schema, f"{table.name.name}.{column.name}")
        )
    if column.generated is not None:
        return UNKNOWN
    if column.default is None:
        return None
    try:
        expression = compiler.expression(nodes.parse_expression(column.default), Scope())
        return expression(((), None))
    except (SqlError, Unsupported):
        return UNKNOWN


def _check_arbiter(backend: Backend, table: Table | None, clause: Any) -> None:
    """ON CONFLICT needs a unique index on just its columns (PostgreSQL manual, INSERT, conflict_target)."""
    if clause is None or clause.infer is None or table is None or not table.complete:
        return
    if table.name in backend.catalog.uncertain:
        return
    if clause.infer.conname:
        if table.constraint(clause.infer.conname) is None:
            raise SqlError(
                "42704",
                f'constraint "{clause.infer.conname}" for table "{table.name.name}" does not exist',
            )
        return
    wanted = [element.name for element in clause.infer.indexElems or ()]
    if not wanted or None in wanted:
        return
    for index in backend.catalog.indexes_on(table.name):
        keys = {key.column for key in index.keys}
        usable = index.predicate is None or clause.infer.whereClause is not None
        if index.unique and usable and keys == set(wanted):
            return
    raise SqlError(
        "42P10", "there is no unique or exclusion constraint matching the ON CONFLICT specification"
    )


_ONE_RELATION = (
    ast.CreateTrigStmt,
    ast.RefreshMatViewStmt,
    ast.CopyStmt,
    ast.RuleStmt,
    ast.ReindexStmt,
    ast.ClusterStmt,
)


def check_relations(compiler: Compiler, node: Any) -> None:
    """Check that the tables exist that a statement without effect on the schema names.

    Raises:
        SqlError: 42P01.
    """
    relations: list[Any] = []
    if isinstance(node, (ast.TruncateStmt, ast.LockStmt)):
        relations = list(node.relations or ())
    elif isinstance(node, ast.VacuumStmt):
        relations = [entry.relation for entry in node.rels or ()]
    elif isinstance(node, _ONE_RELATION) and node.relation is not None:
        relations = [node.relation]
    elif isinstance(node, ast.CommentStmt):
        check_comment(compiler.backend, node)
    catalog = compiler.backend.catalog
    for relation in relations:
        name = range_name(relation)
        index = isinstance(node, ast.ReindexStmt) and catalog.find_index(name) is not None
        if not is_system(relation.schemaname, relation.relname) and not index:
            stored_relation(compiler, name)


def check_comment(backend: Backend, node: Any) -> None:
    """Check that what a COMMENT is on exists: relations and columns only.

    Raises:
        SqlError: 42P01 or 42703.
    """
    if backend.open_world or not isinstance(node.object, tuple):
        return
    parts = node.object
    if node.objtype == ObjectType.OBJECT_COLUMN:
        column, parts = nodes.strings(parts)[-1], parts[:-1]
        table = backend.catalog.find_table(nodes.object_name(parts))
        if table is not None and columns_known(table) and table.column(column) is None:
            raise SqlError("42703", f'column "{column}" of relation "{table.name.name}" does not exist')
    elif node.objtype not in _COMMENTED_RELATIONS:
        return
    name = nodes.object_name(parts)
    if not any(backend.catalog.relation_exists(at) for at in backend.catalog.candidates(name)):
        raise undefined_table(name)


_COMMENTED_RELATIONS = (
    ObjectType.OBJECT_TABLE,
    ObjectType.OBJECT_INDEX,
    ObjectType.OBJECT_VIEW,
    ObjectType.OBJECT_MATVIEW,
    ObjectType.OBJECT_SEQUENCE,
)
