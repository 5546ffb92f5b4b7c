"""Calls of functions and aggregates, and subqueries, compiled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pglast import ast
from pglast.enums import (
    SQLValueFunctionOp,
    SubLinkType,
)

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.nodes import strings
from lint_indexes.ddl.types import format_type
from lint_indexes.emulator import functions
from lint_indexes.emulator.aggregates import AGGREGATES, aggregate
from lint_indexes.emulator.columntypes import resolve_type
from lint_indexes.emulator.compiler import Compiler, compiles, unsupported
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.expressions import truth
from lint_indexes.emulator.operators import apply_operator
from lint_indexes.emulator.scope import Aggregate, Frame, Scope
from lint_indexes.emulator.sorting import sorter
from lint_indexes.emulator.system_functions import SET_RETURNING
from lint_indexes.emulator.values import (
    Evaluate,
    all_of,
    any_of,
    hashable,
)

_VALUE_FUNCTIONS = {
    SQLValueFunctionOp.SVFOP_CURRENT_ROLE: "current_role",
    SQLValueFunctionOp.SVFOP_CURRENT_USER: "current_user",
    SQLValueFunctionOp.SVFOP_USER: "user",
    SQLValueFunctionOp.SVFOP_SESSION_USER: "session_user",
    SQLValueFunctionOp.SVFOP_CURRENT_CATALOG: "current_catalog",
    SQLValueFunctionOp.SVFOP_CURRENT_SCHEMA: "current_schema",
    SQLValueFunctionOp.SVFOP_CURRENT_TIMESTAMP: "now",
    SQLValueFunctionOp.SVFOP_CURRENT_TIMESTAMP_N: "now",
    SQLValueFunctionOp.SVFOP_LOCALTIMESTAMP: "now",
}


@compiles("SQLValueFunction")
def _value_function(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    name, backend = _VALUE_FUNCTIONS.get(node.op), compiler.backend
    if node.op == SQLValueFunctionOp.SVFOP_CURRENT_DATE:
        return lambda frame: functions.call(backend, "now", ()).date()
    if name is None:
        return unsupported("the time of day")
    return lambda frame: functions.call(backend, name, ())


@compiles("FuncCall")
def _function(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    name, backend = strings(node.funcname)[-1], compiler.backend
    if node.over is not None:
        _check_window(compiler, node, scope)
        return unsupported(f"the window function {name}()")
    if name in AGGREGATES:
        return _aggregate(compiler, node, scope, name)
    if name in _ENUM_FUNCTIONS and len(node.args or ()) == 1:
        return _enum_function(compiler, node, name)
    arguments = compiler.many(node.args, scope)
    if name in SET_RETURNING:
        # In a target list it is expanded by the query; elsewhere it cannot stand.
        returning = SET_RETURNING[name]
        return lambda frame: returning(backend, [argument(frame) for argument in arguments])
    return lambda frame: functions.call(backend, name, [argument(frame) for argument in arguments])


_ENUM_FUNCTIONS: dict[str, Callable[[list[str]], Any]] = {
    "enum_range": list,
    "enum_first": lambda labels: labels[0],
    "enum_last": lambda labels: labels[-1],
}


def _enum_function(compiler: Compiler, node: Any, name: str) -> Evaluate:
    """A function that takes its answer from its argument's type, which is a cast NULL."""
    argument = node.args[0]
    if not isinstance(argument, ast.TypeCast):
        return unsupported(f"the function {name}() of what is no cast")
    printed = format_type(argument.typeName)

    def evaluate(frame: Frame) -> Any:
        labels = resolve_type(compiler.backend.catalog, printed).labels
        if not labels:
            raise Unsupported(f"the labels of {printed}")
        return _ENUM_FUNCTIONS[name](list(labels))

    return evaluate


def _check_window(compiler: Compiler, node: Any, scope: Scope) -> None:
    """Look the names up in a call that is not evaluated."""
    compiler.many(node.args, scope)
    compiler.many(node.over.partitionClause, scope)
    compiler.many([order.node for order in node.over.orderClause or ()], scope)


def _aggregate(compiler: Compiler, node: Any, scope: Scope, name: str) -> Evaluate:
    if scope.aggregates is None:
        raise SqlError("42803", "aggregate functions are not allowed in WHERE")
    arguments = compiler.many(node.args, scope)
    if node.agg_within_group:
        arguments = compiler.many([order.node for order in node.agg_order], scope)
    order = [] if node.agg_within_group else _sort_keys(compiler, node, scope)
    condition = compiler.expression(node.agg_filter, scope) if node.agg_filter is not None else None
    distinct = bool(node.agg_distinct)

    def evaluate(frames: list[Frame]) -> Any:
        kept = [frame for frame in frames if condition is None or truth(condition(frame))]
        for key, sort in reversed(order):
            kept = sort(kept, key)
        rows = [tuple(argument(frame) for argument in arguments) for frame in kept]
        return aggregate(name, list({hashable(row): row for row in rows}.values()) if distinct else rows)

    index = scope.width + len(scope.aggregates)
    scope.aggregates.append(Aggregate(evaluate))
    return lambda frame: frame[0][index]


def _sort_keys(compiler: Compiler, node: Any, scope: Scope) -> list[tuple[Evaluate, Any]]:
    return [(compiler.expression(one.node, scope), sorter(one)) for one in node.agg_order or ()]


@compiles("SubLink")
def _sublink(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    plan = compiler.plan_query(compiler, node.subselect, scope)
    kind = node.subLinkType
    if kind == SubLinkType.EXISTS_SUBLINK:
        return lambda frame: plan.exists(frame)
    if kind == SubLinkType.ARRAY_SUBLINK:
        return lambda frame: [row[0] for row in plan.run(frame)]
    if kind == SubLinkType.EXPR_SUBLINK:
        return lambda frame: _single(plan.run(frame))
    if kind not in (SubLinkType.ANY_SUBLINK, SubLinkType.ALL_SUBLINK):
        return unsupported("this kind of subquery")
    name = strings(node.operName)[-1] if node.operName else "="
    left = compiler.expression(node.testexpr, scope)
    combine = any_of if kind == SubLinkType.ANY_SUBLINK else all_of

    def evaluate(frame: Frame) -> Any:
        rows = plan.run(frame)
        value = left(frame) if rows else None
        items = rows if isinstance(value, tuple) else [row[0] for row in rows]
        return combine([apply_operator(name, value, item) for item in items])

    return evaluate


def _single(rows: Sequence[Sequence[Any]]) -> Any:
    if len(rows) > 1:
        raise SqlError("21000", "more than one row returned by a subquery used as an expression")
    return rows[0][0] if rows else None
