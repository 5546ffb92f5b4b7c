"""The names that PostgreSQL gives to result columns (parser/parse_target.c, FigureColname, as facts)."""

from __future__ import annotations

from typing import Any

from pglast import ast
from pglast.enums import A_Expr_Kind, SubLinkType

from lint_indexes.ddl.nodes import Node, strings

UNNAMED = "?column?"


def is_node(node: Node, kind: type[Any] | tuple[type[Any], ...]) -> bool:
    """isinstance() that leaves the node as it is to the type checker: its fields may all be None there."""
    return isinstance(node, kind)


def figure_name(node: Node) -> str:
    """The name of a target without AS."""
    return _figure(node)[0] or UNNAMED


def _figure(node: Node) -> tuple[str | None, bool]:
    """The name, and whether it is a strong one."""
    if is_node(node, ast.TypeCast):
        name, strong = _figure(node.arg)
        return (name, True) if strong else (strings(node.typeName.names)[-1], False)
    if is_node(node, ast.CaseExpr):
        name, strong = _figure(node.defresult) if node.defresult is not None else (None, False)
        return (name, True) if strong else ("case", False)
    if is_node(node, ast.CollateClause):
        return _figure(node.arg)
    if is_node(node, ast.A_Indirection):
        fields = [field.sval for field in node.indirection if is_node(field, ast.String)]
        return (fields[-1], True) if fields else _figure(node.arg)
    name = _strong(node)
    return name, name is not None


def _strong(node: Node) -> str | None:
    if is_node(node, ast.ColumnRef):
        named = [field.sval for field in node.fields if is_node(field, ast.String)]
        return named[-1] if named else None
    if is_node(node, ast.FuncCall):
        return strings(node.funcname)[-1]
    if is_node(node, ast.SubLink):
        return _sublink(node)
    if is_node(node, ast.MinMaxExpr):
        return str(node.op.name.removeprefix("IS_").lower())
    if is_node(node, ast.SQLValueFunction):
        return str(node.op.name.removeprefix("SVFOP_").removesuffix("_N").lower())
    if is_node(node, ast.A_Expr):
        return "nullif" if node.kind == A_Expr_Kind.AEXPR_NULLIF else None
    return _KEYWORDS.get(type(node))


_KEYWORDS: dict[type[Any], str] = {
    ast.A_ArrayExpr: "array",
    ast.RowExpr: "row",
    ast.CoalesceExpr: "coalesce",
}


def _sublink(node: Any) -> str | None:
    if node.subLinkType == SubLinkType.EXISTS_SUBLINK:
        return "exists"
    if node.subLinkType == SubLinkType.ARRAY_SUBLINK:
        return "array"
    if node.subLinkType == SubLinkType.EXPR_SUBLINK and node.subselect.targetList:
        target = node.subselect.targetList[0]
        return target.name or _figure(target.val)[0]
    return None
