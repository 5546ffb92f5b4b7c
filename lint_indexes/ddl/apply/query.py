"""What a SELECT returns and reads, as far as it can be told from the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from pglast import ast

from lint_indexes.ddl import autonames, nodes, types
from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.lookup import SYSTEM_COLUMNS, find_relation, has_unknown_extension, plain
from lint_indexes.ddl.apply.typecheck import check_condition
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Column, Index, Table
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import ObjectName, QualifiedName

_UNKNOWN_TYPE = "unknown"

# Result types of functions whose type does not depend on their arguments.
_RESULTS = {"count": "bigint", "now": "timestamp with time zone", "row_number": "bigint"}


_CONSTANTS = {ast.Integer: "integer", ast.Float: "numeric", ast.Boolean: "boolean"}


@dataclass(frozen=True, slots=True)
class Described:
    """``columns`` is None where they cannot be known; a type that cannot be known is ``unknown``."""

    columns: tuple[Column, ...] | None
    reads: tuple[tuple[QualifiedName, frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """Something in FROM under the name that the query calls it; ``columns`` is None if they are unknown."""

    alias: str
    columns: tuple[Column, ...] | None
    table: QualifiedName | None = None


@dataclass(slots=True)
class _Query:
    """The state of reading one SELECT with everything inside it."""

    catalog: Catalog
    context: Context
    reads: dict[QualifiedName, set[str]] = field(default_factory=dict)
    correlated: int = 0

    def columns(self, node: nodes.Node, named: dict[str, _Source]) -> tuple[Column, ...] | None:
        """The columns that a SelectStmt returns; ``named`` are the WITH queries around it."""
        named = dict(named)
        if node.withClause is not None:
            for element in node.withClause.ctes:
                self._add_with(element, named)
        if node.larg is not None:
            left = self.columns(node.larg, named)
            self.columns(node.rarg, named)
            return left
        if node.valuesLists:
            width = len(node.valuesLists[0])
            return tuple(Column(f"column{number}", _UNKNOWN_TYPE) for number in range(1, width + 1))
        sources = [source for item in node.fromClause or () for source in self._sources(item, named)]
        self._note_columns(node, sources, named)
        if not self.correlated:
            _check_columns(node, sources)
            self._check_where(node, sources)
        return self._targets(node.targetList or (), sources)

    def _add_with(self, element: nodes.Node, named: dict[str, _Source]) -> None:
        if not isinstance(element.ctequery, ast.SelectStmt):
            named[element.ctename] = _Source(element.ctename, None)
            return
        # A recursive query reads itself: its name is known before its columns are.
        named[element.ctename] = _Source(element.ctename, None)
        columns = self.columns(element.ctequery, named)
        named[element.ctename] = _Source(
            element.ctename, _aliased(columns, nodes.strings(element.aliascolnames))
        )

    def _sources(self, item: nodes.Node, named: dict[str, _Source]) -> Iterator[_Source]:
        if isinstance(item, ast.JoinExpr):
            yield from self._sources(item.larg, named)
            yield from self._sources(item.rarg, named)
        elif isinstance(item, ast.RangeVar):
            yield self._relation(item, named)
        elif isinstance(item, ast.RangeSubselect) and isinstance(item.subquery, ast.SelectStmt):
            self.correlated += bool(item.lateral)
            columns = self.columns(item.subquery, named)
            self.correlated -= bool(item.lateral)
            names = nodes.strings(item.alias.colnames) if item.alias else ()
            yield _Source(_alias(item), _aliased(columns, names))
        else:
            yield _Source(_alias(item), None)

    def _relation(self, item: nodes.Node, named: dict[str, _Source]) -> _Source:
        alias = _alias(item) or item.relname
        names = nodes.strings(item.alias.colnames) if item.alias else ()
        if item.schemaname is None and item.relname in named:
            return _Source(alias, _aliased(named[item.relname].columns, names))
        name = nodes.range_name(item)
        found = find_relation(self.catalog, name)
        if isinstance(found, Index):
            raise SqlError("42809", f'cannot open relation "{name.name}"')
        table = found if isinstance(found, Table) else None
        if found is None and not self._may_exist(name):
            raise SqlError("42P01", f'relation "{plain(name)}" does not exist')
        if table is None:
            return _Source(alias, None)
        self.reads.setdefault(table.name, set())
        columns = table.columns if table.complete else None
        return _Source(alias, _aliased(columns, names), table.name)

    def _may_exist(self, name: ObjectName) -> bool:
        if self.context.allows_unknown(self.catalog) or has_unknown_extension(self.catalog):
            return True
        return name.schema in ("pg_catalog", "information_schema") or name.name.startswith("pg_")

    def _note_columns(self, node: nodes.Node, sources: list[_Source], named: dict[str, _Source]) -> None:
        """Record which columns of which tables a query reads, and look into its subqueries."""
        for found in nodes.walk(node):
            if isinstance(found, ast.SubLink) and isinstance(found.subselect, ast.SelectStmt):
                self.correlated += 1
                self.columns(found.subselect, named)
                self.correlated -= 1
            if isinstance(found, ast.ColumnRef):
                self._note_reference(found, sources)

    def _note_reference(self, reference: nodes.Node, sources: list[_Source]) -> None:
        qualifier = reference.fields[-2].sval if len(reference.fields) > 1 else None
        name = nodes.column_name(reference)
        for source in sources:
            if source.table is None or (qualifier is not None and qualifier != source.alias):
                continue
            known = [column.name for column in source.columns or ()]
            read = known if name is None else [column for column in known if column == name]
            self.reads[source.table].update(read)

    def _check_where(self, node: nodes.Node, sources: list[_Source]) -> None:
        """Raise where the condition of a query on a single table is none, or has types that do not fit."""
        where, item = node.whereClause, (node.fromClause or (None,))[0]
        if where is None or len(sources) != 1 or sources[0].table is None or any(_subqueries(where)):
            return
        if isinstance(item, ast.RangeVar) and not (item.alias and item.alias.colnames):
            table = self.catalog.tables[sources[0].table]
            condition = nodes.parse_expression(nodes.deparse(where))
            nodes.unqualify(condition)
            check_condition(self.catalog, table, nodes.deparse(condition), self.context, "WHERE")

    def _targets(self, targets: nodes.Node, sources: list[_Source]) -> tuple[Column, ...] | None:
        columns: list[Column] = []
        for target in targets:
            if isinstance(target.val, ast.ColumnRef) and nodes.column_name(target.val) is None:
                star = _star(target.val, sources)
                if star is None:
                    return None
                columns.extend(star)
            else:
                name = target.name or autonames.figure_column_name(target.val) or "?column?"
                type_name, collation = _type_of(target.val, sources)
                columns.append(Column(name, type_name, collation=collation))
        return tuple(columns)


def _check_columns(node: nodes.Node, sources: list[_Source]) -> None:
    """Raise for a column that none of the tables has, where all of them are known.

    The select list and WHERE are looked at: elsewhere a name may mean an output column.
    """
    if not sources or any(source.columns is None for source in sources):
        return
    known = {column.name for source in sources for column in source.columns or ()}
    known |= {source.alias for source in sources} | SYSTEM_COLUMNS
    looked_at = (*(target.val for target in node.targetList or ()), node.whereClause)
    inside = {id(one) for part in looked_at for query in _subqueries(part) for one in nodes.walk(query)}
    for reference in (one for part in looked_at for one in nodes.column_references(part)):
        name = nodes.column_name(reference)
        if id(reference) not in inside and len(reference.fields or ()) == 1 and name not in known:
            raise SqlError("42703", f'column "{name}" does not exist')


def _subqueries(node: nodes.Node) -> Iterator[nodes.Node]:
    return (found for found in nodes.walk(node) if isinstance(found, ast.SubLink))


def _alias(item: nodes.Node) -> str:
    alias = getattr(item, "alias", None)
    return str(alias.aliasname) if alias is not None else ""


def _aliased(columns: tuple[Column, ...] | None, names: tuple[str, ...]) -> tuple[Column, ...] | None:
    if columns is None or not names:
        return columns
    renamed = tuple(
        Column(name, column.type, collation=column.collation)
        for name, column in zip(names, columns, strict=False)
    )
    return (*renamed, *columns[len(names) :])


def _star(reference: nodes.Node, sources: list[_Source]) -> list[Column] | None:
    qualifier = reference.fields[-2].sval if len(reference.fields) > 1 else None
    meant = [source for source in sources if qualifier is None or source.alias == qualifier]
    if not meant or any(source.columns is None for source in meant):
        return None
    return [
        Column(column.name, column.type, collation=column.collation)
        for source in meant
        for column in source.columns or ()
    ]


def _type_of(node: nodes.Node, sources: list[_Source]) -> tuple[str, str | None]:
    """The type of an item of the select list, and the collation where it has another than the default one."""
    if isinstance(node, ast.CollateClause):
        return _type_of(node.arg, sources)[0], nodes.dotted(node.collname)
    if isinstance(node, ast.TypeCast) and node.typeName is not None:
        return types.format_type(node.typeName), None
    if isinstance(node, ast.A_Const):
        return _CONSTANTS.get(type(node.val), "text"), None
    if isinstance(node, ast.FuncCall):
        return _RESULTS.get(nodes.strings(node.funcname)[-1], _UNKNOWN_TYPE), None
    name = nodes.column_name(node)
    if name is None:
        return _UNKNOWN_TYPE, None
    qualifier = node.fields[-2].sval if len(node.fields) > 1 else None
    for source in sources:
        if qualifier is None or qualifier == source.alias:
            for column in source.columns or ():
                if column.name == name:
                    return column.type, column.collation
    return _UNKNOWN_TYPE, None


def describe(catalog: Catalog, query: str, context: Context) -> Described:
    """What a SELECT returns and reads.

    Raises:
        SqlError: 42P01 for a table that does not exist.
    """
    reader = _Query(catalog, context)
    columns = reader.columns(nodes.parse_statements(query)[0].stmt, {})
    reads = tuple((name, frozenset(read)) for name, read in sorted(reader.reads.items()))
    return Described(columns, reads)
