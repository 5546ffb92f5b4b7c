"""The syntax built on operators: BETWEEN, IN, LIKE, IS DISTINCT FROM, NULLIF, ANY and ALL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pglast import ast
from pglast.enums import A_Expr_Kind

from lint_indexes.ddl import nodes
from lint_indexes.ddl.normalize.coerce import construct
from lint_indexes.ddl.normalize.form import UNKNOWN, Form, Kind

if TYPE_CHECKING:
    from lint_indexes.ddl.normalize.analyze import Analyzer


def _name(node: nodes.Node) -> str:
    """The operator's own name; OPERATOR(schema.name) names a schema as well."""
    return nodes.strings(node.name)[-1]


def _operation(analyzer: Analyzer, node: nodes.Node) -> Form:
    operands = [analyzer.analyze(side) for side in (node.lexpr, node.rexpr) if side is not None]
    return analyzer.calls.operator(_name(node), *operands)


def _quantified(analyzer: Analyzer, node: nodes.Node) -> Form:
    left, right = analyzer.analyze(node.lexpr), analyzer.analyze(node.rexpr)
    any_of = node.kind == A_Expr_Kind.AEXPR_OP_ANY
    return analyzer.calls.quantified(_name(node), any_of, left, right)


def _distinct(analyzer: Analyzer, node: nodes.Node) -> Form:
    """IS [NOT] DISTINCT FROM; against NULL it is stored as IS [NOT] NULL."""
    negated = node.kind == A_Expr_Kind.AEXPR_NOT_DISTINCT
    left, right = analyzer.analyze(node.lexpr), analyzer.analyze(node.rexpr)
    for one, other in ((left, right), (right, left)):
        if one.is_literal and one.value is None:
            return construct("bool", "is null" if negated else "is not null", other)
    equality = analyzer.calls.operator("=", left, right)
    distinct = Form(Kind.CONSTRUCT, "bool", ("distinct", *_resolved(equality)), equality.arguments)
    return construct("bool", "not", distinct) if negated else distinct


def _nullif(analyzer: Analyzer, node: nodes.Node) -> Form:
    equality = analyzer.calls.operator("=", analyzer.analyze(node.lexpr), analyzer.analyze(node.rexpr))
    first = equality.arguments[0].type if equality.value == ("=",) else None
    return Form(Kind.CONSTRUCT, first, ("nullif", *_resolved(equality)), equality.arguments)


def _resolved(form: Form) -> tuple[object, ...]:
    """The mark of an operator that could not be resolved."""
    return form.value[1:] if isinstance(form.value, tuple) else ()


def _in(analyzer: Analyzer, node: nodes.Node) -> Form:
    """``x IN (...)``: an array where the constants have a common type; comparisons for other items."""
    name, left = _name(node), analyzer.analyze(node.lexpr)
    any_of = name == "="
    constants: list[Form] = []
    others: list[Form] = []
    for item in node.rexpr:
        (others if _reads_columns(item) else constants).append(analyzer.analyze(item))
    compared: list[Form] = []
    if len(constants) > 1:
        array = _array_of(analyzer, left, constants)
        if array is not None:
            compared.append(analyzer.calls.quantified(name, any_of, left, array))
            constants = []
    compared.extend(analyzer.calls.operator(name, left, item) for item in (*constants, *others))
    return compared[0] if len(compared) == 1 else construct("bool", "or" if any_of else "and", *compared)


def _reads_columns(node: nodes.Node) -> bool:
    return next(nodes.column_references(node), None) is not None


def _array_of(analyzer: Analyzer, left: Form, items: list[Form]) -> Form | None:
    """The array of an IN list, None where the items (and the left side) have no common type."""
    types = [form.type for form in (left, *items)]
    known = [name for name in types if name is not None]
    if len(known) != len(types):
        return construct(None, "array", *items)
    common = analyzer.types.common(known)
    if common is None or common in ("record", UNKNOWN) or common.endswith("[]"):
        return None
    return construct(f"{common}[]", "array", *(analyzer.coercer.to_type(item, common) for item in items))


def _like(analyzer: Analyzer, node: nodes.Node) -> Form:
    return _operation(analyzer, node)


def _between(analyzer: Analyzer, node: nodes.Node) -> Form:
    """BETWEEN and its variants are stored as the comparisons that they stand for."""
    low, high = node.rexpr
    kind = A_Expr_Kind(node.kind)

    def compare(operator: str, bound: nodes.Node) -> Form:
        return analyzer.calls.operator(operator, analyzer.analyze(node.lexpr), analyzer.analyze(bound))

    def within(one: nodes.Node, other: nodes.Node) -> Form:
        return construct("bool", "and", compare(">=", one), compare("<=", other))

    def outside(one: nodes.Node, other: nodes.Node) -> Form:
        return construct("bool", "or", compare("<", one), compare(">", other))

    if kind is A_Expr_Kind.AEXPR_BETWEEN:
        return within(low, high)
    if kind is A_Expr_Kind.AEXPR_NOT_BETWEEN:
        return outside(low, high)
    if kind is A_Expr_Kind.AEXPR_BETWEEN_SYM:
        return construct("bool", "or", within(low, high), within(high, low))
    return construct("bool", "and", outside(low, high), outside(high, low))


OPERATOR_FORMS: Mapping[A_Expr_Kind, Callable[[Analyzer, ast.Node], Form]] = {
    A_Expr_Kind.AEXPR_OP: _operation,
    A_Expr_Kind.AEXPR_OP_ANY: _quantified,
    A_Expr_Kind.AEXPR_OP_ALL: _quantified,
    A_Expr_Kind.AEXPR_DISTINCT: _distinct,
    A_Expr_Kind.AEXPR_NOT_DISTINCT: _distinct,
    A_Expr_Kind.AEXPR_NULLIF: _nullif,
    A_Expr_Kind.AEXPR_IN: _in,
    A_Expr_Kind.AEXPR_LIKE: _like,
    A_Expr_Kind.AEXPR_ILIKE: _like,
    A_Expr_Kind.AEXPR_SIMILAR: _like,
    A_Expr_Kind.AEXPR_BETWEEN: _between,
    A_Expr_Kind.AEXPR_NOT_BETWEEN: _between,
    A_Expr_Kind.AEXPR_BETWEEN_SYM: _between,
    A_Expr_Kind.AEXPR_NOT_BETWEEN_SYM: _between,
}
