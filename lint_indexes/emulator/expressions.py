"""Operators, conditions, CASE, arrays and casts, compiled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pglast import ast
from pglast.enums import (
    A_Expr_Kind,
    BoolExprType,
    BoolTestType,
    MinMaxOp,
    NullTestType,
)

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.nodes import strings
from lint_indexes.ddl.types import format_type
from lint_indexes.emulator import casts
from lint_indexes.emulator.aggregates import aggregate
from lint_indexes.emulator.compiler import Compiler, compiles, constant, unsupported
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.operators import apply_operator, regular_expression
from lint_indexes.emulator.scope import Frame, Scope
from lint_indexes.emulator.values import (
    Evaluate,
    Vector,
    all_of,
    any_of,
    compare,
    equal,
    parse_array,
    parse_bool,
)


def truth(value: Any) -> bool | None:
    """A condition's value as a boolean."""
    return parse_bool(value) if isinstance(value, str) else value


@compiles("TypeCast")
def _cast(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    backend, printed = compiler.backend, format_type(node.typeName)
    argument = compiler.expression(node.arg, scope)
    return lambda frame: casts.cast(backend, argument(frame), printed)


@compiles("CollateClause")
def _collate(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    return compiler.expression(node.arg, scope)


@compiles("BoolExpr")
def _boolean(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    arguments = compiler.many(node.args, scope)
    if node.boolop == BoolExprType.NOT_EXPR:
        return lambda frame: None if (value := truth(arguments[0](frame))) is None else not value
    decisive = node.boolop == BoolExprType.OR_EXPR
    combine = any_of if decisive else all_of

    def evaluate(frame: Frame) -> Any:
        results: list[bool | None] = []
        unknown: Unsupported | None = None
        for argument in arguments:
            try:
                value = truth(argument(frame))
            except Unsupported as error:
                unknown = error
                continue
            if value is decisive:
                return value
            results.append(value)
        if unknown is not None:
            raise unknown
        return combine(results)

    return evaluate


@compiles("NullTest")
def _null_test(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    argument = compiler.expression(node.arg, scope)
    wanted = node.nulltesttype == NullTestType.IS_NULL
    return lambda frame: (argument(frame) is None) is wanted


_BOOLEAN_TESTS: dict[Any, Callable[[bool | None], bool]] = {
    BoolTestType.IS_TRUE: lambda value: value is True,
    BoolTestType.IS_NOT_TRUE: lambda value: value is not True,
    BoolTestType.IS_FALSE: lambda value: value is False,
    BoolTestType.IS_NOT_FALSE: lambda value: value is not False,
    BoolTestType.IS_UNKNOWN: lambda value: value is None,
    BoolTestType.IS_NOT_UNKNOWN: lambda value: value is not None,
}


@compiles("BooleanTest")
def _boolean_test(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    argument, test = compiler.expression(node.arg, scope), _BOOLEAN_TESTS[node.booltesttype]
    return lambda frame: test(truth(argument(frame)))


@compiles("A_Expr")
def _operator(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    name = strings(node.name)[-1]
    kind = node.kind
    if kind == A_Expr_Kind.AEXPR_IN:
        return _in_list(compiler, node, scope, negated=name == "<>")
    if kind in _BETWEEN:
        return _between(compiler, node, scope)
    if node.lexpr is None:
        right = compiler.expression(node.rexpr, scope)
        if name not in ("-", "+"):
            return unsupported(f"the operator {name}")
        return lambda frame: apply_operator(name, 0, right(frame))
    left, right = compiler.expression(node.lexpr, scope), compiler.expression(node.rexpr, scope)
    if kind in (A_Expr_Kind.AEXPR_OP_ANY, A_Expr_Kind.AEXPR_OP_ALL):
        combine = any_of if kind == A_Expr_Kind.AEXPR_OP_ANY else all_of
        return lambda frame: _with_array(name, left(frame), right(frame), combine)
    if kind in (A_Expr_Kind.AEXPR_DISTINCT, A_Expr_Kind.AEXPR_NOT_DISTINCT):
        same = kind == A_Expr_Kind.AEXPR_NOT_DISTINCT
        return lambda frame: _not_distinct(left(frame), right(frame)) is same
    if kind == A_Expr_Kind.AEXPR_NULLIF:
        return lambda frame: None if equal(value := left(frame), right(frame)) else value
    if kind == A_Expr_Kind.AEXPR_SIMILAR:
        return lambda frame: _similar(left(frame), right(frame), negated=name.startswith("!"))
    return lambda frame: apply_operator(name, left(frame), right(frame))


def _in_list(compiler: Compiler, node: Any, scope: Scope, *, negated: bool) -> Evaluate:
    left, items = compiler.expression(node.lexpr, scope), compiler.many(node.rexpr, scope)

    def evaluate(frame: Frame) -> Any:
        value = left(frame)
        result = any_of([equal(value, item(frame)) for item in items])
        return result if not negated or result is None else not result

    return evaluate


_BETWEEN = {
    A_Expr_Kind.AEXPR_BETWEEN: (False, False),
    A_Expr_Kind.AEXPR_NOT_BETWEEN: (True, False),
    A_Expr_Kind.AEXPR_BETWEEN_SYM: (False, True),
    A_Expr_Kind.AEXPR_NOT_BETWEEN_SYM: (True, True),
}


def _between(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    value, (low, high) = compiler.expression(node.lexpr, scope), compiler.many(node.rexpr, scope)
    negated, symmetric = _BETWEEN[node.kind]

    def evaluate(frame: Frame) -> Any:
        one, first, last = value(frame), low(frame), high(frame)
        if symmetric and first is not None and last is not None and compare(first, last) > 0:
            first, last = last, first
        result = all_of([apply_operator(">=", one, first), apply_operator("<=", one, last)])
        return result if not negated or result is None else not result

    return evaluate


def _with_array(
    name: str, value: Any, items: Any, combine: Callable[[Sequence[bool | None]], bool | None]
) -> bool | None:
    if items is None:
        return None
    if isinstance(items, str):
        items = parse_array(items)
    if not isinstance(items, (list, tuple)):
        raise SqlError("42809", "op ANY/ALL (array) requires array on right side")
    return combine([apply_operator(name, value, item) for item in items])


def _not_distinct(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    return compare(left, right) == 0


def _similar(left: Any, right: Any, *, negated: bool) -> Any:
    if left is None or right is None:
        return None
    pattern = regular_expression(right)
    return (pattern.search(left) is not None) is not negated


@compiles("CaseExpr")
def _case(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    subject = compiler.expression(node.arg, scope) if node.arg is not None else None
    branches = [
        (compiler.expression(when.expr, scope), compiler.expression(when.result, scope)) for when in node.args
    ]
    otherwise = compiler.expression(node.defresult, scope) if node.defresult is not None else constant(None)

    def evaluate(frame: Frame) -> Any:
        value = subject(frame) if subject is not None else None
        for condition, result in branches:
            met = condition(frame)
            if truth(met) if subject is None else equal(value, met):
                return result(frame)
        return otherwise(frame)

    return evaluate


@compiles("CoalesceExpr")
def _coalesce(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    arguments = compiler.many(node.args, scope)
    return lambda frame: next(
        (value for argument in arguments if (value := argument(frame)) is not None), None
    )


@compiles("MinMaxExpr")
def _min_max(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    arguments = compiler.many(node.args, scope)
    name = "max" if node.op == MinMaxOp.IS_GREATEST else "min"
    return lambda frame: aggregate(name, [(argument(frame),) for argument in arguments])


@compiles("A_ArrayExpr")
def _array(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    elements = compiler.many(node.elements, scope)
    return lambda frame: [element(frame) for element in elements]


@compiles("RowExpr")
def _row_expression(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    elements = compiler.many(node.args, scope)
    return lambda frame: tuple(element(frame) for element in elements)


@compiles("A_Indirection")
def _indirection(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    argument = compiler.expression(node.arg, scope)
    step = node.indirection[0]
    if len(node.indirection) > 1 or not isinstance(step, ast.A_Indices):
        return unsupported("a field of a composite value")
    upper = compiler.expression(step.uidx, scope) if step.uidx is not None else constant(None)
    lower = compiler.expression(step.lidx, scope) if step.lidx is not None else constant(1)
    if step.is_slice:
        return lambda frame: _slice(argument(frame), lower(frame), upper(frame))
    return lambda frame: _element(argument(frame), upper(frame))


def _element(items: Any, number: Any) -> Any:
    if items is None or number is None:
        return None
    items = parse_array(items) if isinstance(items, str) else items
    at = number if isinstance(items, Vector) else number - 1
    return items[at] if 0 <= at < len(items) else None


def _slice(items: Any, lower: Any, upper: Any) -> Any:
    if items is None:
        return None
    return items[max(lower - 1, 0) : upper]
