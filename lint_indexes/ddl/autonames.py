"""The names that PostgreSQL gives to what has none.

The rules are those of makeObjectName, ChooseRelationName, ChooseIndexName (commands/indexcmds.c),
ChooseConstraintName (catalog/pg_constraint.c) and FigureIndexColname (parser/parse_target.c).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import count

from pglast import ast
from pglast.enums import A_Expr_Kind, MinMaxOp, SQLValueFunctionOp, SubLinkType

from lint_indexes.ddl import nodes
from lint_indexes.model.catalog import Catalog, ConstraintKind, IndexKey
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import MAX_IDENTIFIER_BYTES, QualifiedName, truncate_identifier


def make_object_name(table: str, column: str | None, label: str) -> str:
    """``table_column_label`` in at most 63 bytes.

    Where it is too long, the longer of table and column loses bytes until both fit, each is then cut at a
    character boundary; the label always stands whole.
    """
    first, second = table.encode(), (column or "").encode()
    overhead = len(label.encode()) + 1 + (1 if column is not None else 0)
    available = MAX_IDENTIFIER_BYTES - overhead
    length, other = len(first), len(second)
    while length + other > available:
        if length > other:
            length -= 1
        else:
            other -= 1
    parts = [truncate_identifier(table, length)]
    if column is not None:
        parts.append(truncate_identifier(column, other))
    return "_".join([*parts, label])


def _first_free(
    table: str, column: str | None, label: str, is_taken: Callable[[QualifiedName], bool], schema: str
) -> str:
    for attempt in count():
        name = make_object_name(table, column, f"{label}{attempt or ''}")
        if not is_taken(QualifiedName(schema, name)):
            return name
    raise AssertionError  # count() never ends


def choose_relation_name(
    catalog: Catalog, schema: str, table: str, column: str | None, label: str, *, is_constraint: bool = False
) -> str:
    """A name that no relation of the schema has, and for a constraint's index no constraint either."""

    def is_taken(name: QualifiedName) -> bool:
        return catalog.relation_exists(name) or (is_constraint and name in catalog.constraint_names)

    return _first_free(table, column, label, is_taken, schema)


def choose_constraint_name(
    catalog: Catalog, schema: str, table: str, column: str | None, label: str, taken: Iterable[str] = ()
) -> str:
    """A name that no constraint of the schema has, and that is not among ``taken``."""
    others = frozenset(taken)

    def is_taken(name: QualifiedName) -> bool:
        return name in catalog.constraint_names or name.name in others

    return _first_free(table, column, label, is_taken, schema)


def choose_index_name(
    catalog: Catalog,
    table: QualifiedName,
    keys: tuple[IndexKey, ...],
    include: tuple[str, ...],
    constraint: ConstraintKind | None,
    postgres_version: int,
) -> str:
    """The name of an index that was given none."""
    if constraint is ConstraintKind.PRIMARY_KEY:
        columns, label = None, "pkey"
    else:
        columns = join_names(attribute_names(keys, include, postgres_version))
        label = {ConstraintKind.EXCLUDE: "excl", ConstraintKind.UNIQUE: "key"}.get(
            constraint or ConstraintKind.CHECK, "idx"
        )
    return choose_relation_name(
        catalog, table.schema, table.name, columns, label, is_constraint=constraint is not None
    )


def choose_foreign_key_name(
    catalog: Catalog,
    table: QualifiedName,
    columns: tuple[str, ...],
    taken: Iterable[str],
    postgres_version: int,
) -> str:
    """The name of a foreign key that was given none; before PostgreSQL 12 only its first column counts."""
    joined = join_names(columns if postgres_version >= 12 else columns[:1])
    return choose_constraint_name(catalog, table.schema, table.name, joined, "fkey", taken)


def choose_numbered_name(catalog: Catalog, schema: str, name: str) -> str:
    """A name with the first number after it that no constraint of the schema has."""
    for attempt in count(1):
        chosen = make_object_name(name, None, str(attempt))
        if QualifiedName(schema, chosen) not in catalog.constraint_names:
            return chosen
    raise AssertionError  # count() never ends


def join_names(names: Iterable[str]) -> str:
    """Column names joined by underscores, no more of them than fill an identifier."""
    joined = ""
    for name in names:
        joined = f"{joined}_{name}" if joined else name
        if len(joined.encode()) > MAX_IDENTIFIER_BYTES:
            break
    return joined


def attribute_names(
    keys: tuple[IndexKey, ...], include: tuple[str, ...] = (), postgres_version: int = 16
) -> tuple[str, ...]:
    """The names of an index's own columns, numbered where one comes twice (ChooseIndexColumnNames)."""
    names: list[str] = []
    for name in (*(_key_name(key, postgres_version) for key in keys), *include):
        chosen, attempt = name, 1
        while chosen in names:
            number = str(attempt)
            chosen = truncate_identifier(name, MAX_IDENTIFIER_BYTES - len(number)) + number
            attempt += 1
        names.append(chosen)
    return tuple(names)


def _key_name(key: IndexKey, postgres_version: int) -> str:
    if key.attribute is not None:
        return key.attribute
    if key.column is not None:
        return key.column
    return expression_name(key.expression or "", postgres_version) or "expr"


@lru_cache(maxsize=1024)
def expression_name(text: str, postgres_version: int = 16) -> str | None:
    """The column name that PostgreSQL derives from an expression; None where it derives none."""
    name = figure_column_name(nodes.parse_expression(text))
    if name == "extract" and postgres_version < 14:
        # EXTRACT became a function of its own in PostgreSQL 14.
        return "date_part"
    return name


@dataclass(frozen=True, slots=True)
class _Figured:
    """A name and how good it is: 2 for sure, 1 only where nothing better is found."""

    name: str | None = None
    strength: int = 0


def figure_column_name(node: nodes.Node) -> str | None:
    """The name of an output column that has no alias (FigureColname), None for ``?column?``."""
    return _figure(node).name


_NAMED_BY_SYNTAX: dict[type, str] = {
    ast.A_ArrayExpr: "array",
    ast.CoalesceExpr: "coalesce",
    ast.GroupingFunc: "grouping",
    ast.JsonArrayConstructor: "json_array",
    ast.JsonObjectConstructor: "json_object",
    ast.JsonParseExpr: "json",
    ast.JsonScalarExpr: "json_scalar",
    ast.JsonSerializeExpr: "json_serialize",
    ast.RowExpr: "row",
    ast.XmlSerialize: "xmlserialize",
}


def _figure(node: nodes.Node) -> _Figured:
    fixed = _NAMED_BY_SYNTAX.get(type(node))
    if fixed is not None:
        return _Figured(fixed, 2)
    handler = _FIGURES.get(type(node))
    return handler(node) if handler is not None else _Figured()


def _last_name(parts: nodes.Node) -> _Figured:
    named = [part.sval for part in parts or () if isinstance(part, ast.String)]
    return _Figured(named[-1], 2) if named else _Figured()


def _figure_indirection(node: nodes.Node) -> _Figured:
    found = _last_name(node.indirection)
    return found if found.name is not None else _figure(node.arg)


def _figure_operator(node: nodes.Node) -> _Figured:
    return _Figured("nullif", 2) if node.kind == A_Expr_Kind.AEXPR_NULLIF else _Figured()


def _figure_cast(node: nodes.Node) -> _Figured:
    found = _figure(node.arg)
    if found.strength <= 1 and node.typeName is not None:
        return _Figured(nodes.strings(node.typeName.names)[-1], 1)
    return found


def _figure_case(node: nodes.Node) -> _Figured:
    found = _figure(node.defresult)
    return found if found.strength > 1 else _Figured("case", 1)


def _figure_sublink(node: nodes.Node) -> _Figured:
    if node.subLinkType == SubLinkType.EXISTS_SUBLINK:
        return _Figured("exists", 2)
    if node.subLinkType == SubLinkType.ARRAY_SUBLINK:
        return _Figured("array", 2)
    if node.subLinkType == SubLinkType.EXPR_SUBLINK and node.subselect.targetList:
        target = node.subselect.targetList[0]
        return _Figured(target.name, 2) if target.name else _figure(target.val)
    return _Figured()


def _figure_min_max(node: nodes.Node) -> _Figured:
    return _Figured("greatest" if node.op == MinMaxOp.IS_GREATEST else "least", 2)


def _figure_value_function(node: nodes.Node) -> _Figured:
    name = (SQLValueFunctionOp(node.op).name or "").removeprefix("SVFOP_").lower()
    return _Figured(name.removesuffix("_n"), 2)


_FIGURES: dict[type, Callable[[nodes.Node], _Figured]] = {
    ast.ColumnRef: lambda node: _last_name(node.fields),
    ast.A_Indirection: _figure_indirection,
    ast.FuncCall: lambda node: _last_name(node.funcname),
    ast.A_Expr: _figure_operator,
    ast.TypeCast: _figure_cast,
    ast.CollateClause: lambda node: _figure(node.arg),
    ast.CaseExpr: _figure_case,
    ast.SubLink: _figure_sublink,
    ast.MinMaxExpr: _figure_min_max,
    ast.SQLValueFunction: _figure_value_function,
}
