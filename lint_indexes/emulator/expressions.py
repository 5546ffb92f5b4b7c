"""Scalar expressions, compiled to functions of a row.

A name is looked up when the expression is compiled, so that a query on an empty table still raises for a
column that does not exist; what cannot be computed raises only when a row asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pglast import ast
from pglast.enums import (
    A_Expr_Kind,
    BoolExprType,
    BoolTestType,
    MinMaxOp,
    NullTestType,
    SQLValueFunctionOp,
    SubLinkType,
)

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.nodes import Node, strings
from lint_indexes.ddl.types import format_type
from lint_indexes.emulator import casts, functions
from lint_indexes.emulator.aggregates import AGGREGATES, aggregate
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.catalogs import SystemCatalogs
from lint_indexes.emulator.columntypes import resolve_type
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.operators import apply_operator, regular_expression
from lint_indexes.emulator.scope import Aggregate, Frame, Position, Scope
from lint_indexes.emulator.sorting import sorter
from lint_indexes.emulator.system_functions import SET_RETURNING
from lint_indexes.emulator.values import (
    UNKNOWN,
    Evaluate,
    Vector,
    all_of,
    any_of,
    compare,
    equal,
    hashable,
    parse_array,
    parse_bool,
)

if TYPE_CHECKING:
    from lint_indexes.emulator.queries import Plan

PlanQuery = Callable[["Compiler", Node, Scope | None], "Plan"]


UNKNOWN_PLACE = 1 << 30
"""Where a column stands that nobody has seen: behind all others, so that its conditions come last."""


class Record(dict[str, Any]):
    """A row variable of PL/pgSQL."""


@dataclass(slots=True)
class Compiler:
    """What the expressions of one statement share. ``used`` are the columns met since tracking began."""

    backend: Backend
    catalogs: SystemCatalogs
    plan_query: PlanQuery
    plan_change: Callable[[Compiler, Node], Plan]
    parameters: Sequence[object] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    reads_user_tables: bool = False
    reads_catalogs: bool = False

    @contextmanager
    def tracking(self) -> Iterator[set[int]]:
        """Collect the positions of this query's own columns that are compiled within."""
        before, self.used = self.used, set()
        try:
            yield self.used
        finally:
            self.used = before | self.used

    def expression(self, node: Node, scope: Scope) -> Evaluate:
        """Compile a scalar expression.

        Raises:
            SqlError: for names that do not exist.
        """
        compile_node = _COMPILERS.get(type(node).__name__)
        if compile_node is None:
            return _unsupported(f"the expression {type(node).__name__}")
        return compile_node(self, node, scope)

    def many(self, nodes: Sequence[Node] | None, scope: Scope) -> list[Evaluate]:
        return [self.expression(node, scope) for node in nodes or ()]


_Compile = Callable[[Compiler, Any, Scope], Evaluate]
_COMPILERS: dict[str, _Compile] = {}


def compiles(name: str) -> Callable[[_Compile], _Compile]:
    def register(compile_node: _Compile) -> _Compile:
        _COMPILERS[name] = compile_node
        return compile_node

    return register


def _unsupported(reason: str) -> Evaluate:
    def evaluate(frame: Frame) -> Any:
        raise Unsupported(reason)

    return evaluate


def constant(value: Any) -> Evaluate:
    return lambda frame: value


@compiles("A_Const")
def _constant(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    if node.isnull:
        return constant(None)
    value = node.val
    if isinstance(value, ast.Integer):
        return constant(value.ival)
    if isinstance(value, ast.Float):
        return constant(casts.cast(compiler.backend, value.fval, "numeric"))
    if isinstance(value, ast.Boolean):
        return constant(value.boolval)
    if isinstance(value, ast.String):
        return constant(value.sval)
    return _unsupported("a bit string")


@compiles("ParamRef")
def _parameter(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    if node.number > len(compiler.parameters):
        raise SqlError("42P02", f"there is no parameter ${node.number}")
    return constant(compiler.parameters[node.number - 1])


@compiles("ColumnRef")
def _column(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    if isinstance(node.fields[-1], ast.A_Star):
        return _unsupported("a star in an expression")
    names = strings(node.fields)
    variable = _variable(compiler, names)
    try:
        position = scope.find(names)
    except SqlError:
        if variable is not None:
            return variable
        raise
    if position is None:
        compiler.used.add(UNKNOWN_PLACE)
        return variable or _unsupported(f"the column {'.'.join(names)}, which nobody has seen")
    if variable is not None and position.width is None:
        raise SqlError("42702", f'column reference "{names[-1]}" is ambiguous')
    return _at(compiler, position, ".".join(names))


def _variable(compiler: Compiler, names: tuple[str, ...]) -> Evaluate | None:
    """The PL/pgSQL variable of that name, read when it is needed."""
    variables = compiler.variables
    value = variables.get(names[0], UNKNOWN)
    if len(names) == 1:
        return None if names[0] not in variables else lambda frame: _known(variables[names[0]], names[0])
    if isinstance(value, Record):
        field_name = names[-1]
        if field_name not in value:
            raise SqlError("42703", f'record "{names[0]}" has no field "{field_name}"')
        return lambda frame: _known(variables[names[0]][field_name], ".".join(names))
    return None


def _known(value: Any, name: str) -> Any:
    if value is UNKNOWN:
        raise Unsupported(f"the value of {name}")
    return value


def _at(compiler: Compiler, position: Position, name: str) -> Evaluate:
    depth, index, width = position.depth, position.index, position.width
    if depth == 0:
        compiler.used.update(range(index, index + (width or 1)))
    if width is not None:
        return lambda frame: tuple(_row(frame, depth)[index : index + width])

    def evaluate(frame: Frame) -> Any:
        value = frame[0][index] if depth == 0 else _row(frame, depth)[index]
        if value is UNKNOWN:
            raise Unsupported(f"the value of {name}")
        return value

    return evaluate


def _row(frame: Frame, depth: int) -> Any:
    for _ in range(depth):
        frame = frame[1]
    return frame[0]


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


def truth(value: Any) -> bool | None:
    """A condition's value as a boolean."""
    return parse_bool(value) if isinstance(value, str) else value


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
            return _unsupported(f"the operator {name}")
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
        return _unsupported("a field of a composite value")
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
        return _unsupported("the time of day")
    return lambda frame: functions.call(backend, name, ())


@compiles("FuncCall")
def _function(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    name, backend = strings(node.funcname)[-1], compiler.backend
    if node.over is not None:
        _check_window(compiler, node, scope)
        return _unsupported(f"the window function {name}()")
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
        return _unsupported(f"the function {name}() of what is no cast")
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
        return _unsupported("this kind of subquery")
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
