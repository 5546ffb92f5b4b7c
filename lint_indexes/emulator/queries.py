"""SELECT: a small evaluator of queries over relations in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pglast import ast
from pglast.enums import SetOperation

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.nodes import Node, strings
from lint_indexes.emulator import joins
from lint_indexes.emulator.colnames import figure_name, is_node
from lint_indexes.emulator.compiler import Compiler, constant
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.expressions import truth
from lint_indexes.emulator.scope import Frame, Scope
from lint_indexes.emulator.sorting import sorter
from lint_indexes.emulator.system_functions import SET_RETURNING
from lint_indexes.emulator.values import Evaluate, hashable

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled query; it is run with the frame of the query around it, or None.

    ``complete`` is false where it may return further columns than those known.
    """

    columns: tuple[str, ...]
    run: Callable[[Any], list[Row]]
    exists: Callable[[Any], bool]
    complete: bool = True


def simple_plan(columns: tuple[str, ...], run: Callable[[Any], list[Row]], *, complete: bool = True) -> Plan:
    """A plan that has no shorter way to tell whether there are rows."""
    return Plan(columns, run, lambda frame: bool(run(frame)), complete)


def plan_query(compiler: Compiler, node: Any, outer: Scope | None) -> Plan:
    """Compile a SelectStmt.

    Raises:
        SqlError: for names that do not exist.
        Unsupported: for a query that cannot be read at all.
    """
    scope = Scope(outer=outer, ctes=_with_queries(compiler, node, outer))
    if node.valuesLists:
        return _plan_values(compiler, node, scope)
    if node.op != SetOperation.SETOP_NONE:
        return _plan_set_operation(compiler, node, scope)
    return _Select(compiler, node, scope).plan()


def _with_queries(compiler: Compiler, node: Any, outer: Scope | None) -> dict[str, Plan]:
    ctes: dict[str, Plan] = {}
    for cte in node.withClause.ctes if node.withClause is not None else ():
        scope = Scope(outer=outer, ctes=ctes)
        if not isinstance(cte.ctequery, ast.SelectStmt):
            plan = compiler.plan_change(compiler, cte.ctequery)
        elif node.withClause.recursive and cte.ctequery.op != SetOperation.SETOP_NONE:
            plan = _plan_recursive(compiler, cte, scope)
        else:
            plan = plan_query(compiler, cte.ctequery, scope)
        renamed = strings(cte.aliascolnames)
        ctes[cte.ctename] = _renamed(plan, renamed)
    return ctes


def _renamed(plan: Plan, names: tuple[str, ...]) -> Plan:
    return Plan(names + plan.columns[len(names) :], plan.run, plan.exists, plan.complete)


_RECURSION_LIMIT = 1000


def _plan_recursive(compiler: Compiler, cte: Any, scope: Scope) -> Plan:
    first = plan_query(compiler, cte.ctequery.larg, scope)
    names = strings(cte.aliascolnames)
    working: list[Row] = []
    itself = simple_plan(
        names + first.columns[len(names) :], lambda frame: list(working), complete=first.complete
    )
    inner = Scope(outer=scope.outer, ctes={**scope.ctes, cte.ctename: itself})
    following = plan_query(compiler, cte.ctequery.rarg, inner)

    def run(frame: Any) -> list[Row]:
        working[:] = first.run(frame)
        found = list(working)
        for _ in range(_RECURSION_LIMIT):
            working[:] = following.run(frame)
            if not cte.ctequery.all:
                known = {hashable(row) for row in found}
                working[:] = [row for row in working if hashable(row) not in known]
            if not working:
                return found
            found.extend(working)
        raise Unsupported("a recursive query without an end in sight")

    return simple_plan(first.columns, run, complete=first.complete)


def _plan_values(compiler: Compiler, node: Any, scope: Scope) -> Plan:
    lists = [
        [
            constant(None) if isinstance(item, ast.SetToDefault) else compiler.expression(item, scope)
            for item in row
        ]
        for row in node.valuesLists
    ]
    columns = tuple(f"column{number}" for number in range(1, len(lists[0]) + 1))

    def run(frame: Any) -> list[Row]:
        return [tuple(item(((), frame)) for item in row) for row in lists]

    return _ordered(compiler, node, simple_plan(columns, run), scope)


def _plan_set_operation(compiler: Compiler, node: Any, scope: Scope) -> Plan:
    around = Scope(outer=scope.outer, ctes=scope.ctes)
    left, right = (plan_query(compiler, side, around) for side in (node.larg, node.rarg))
    keep_all = bool(node.all)

    def run(frame: Any) -> list[Row]:
        one, other = left.run(frame), right.run(frame)
        if node.op == SetOperation.SETOP_UNION:
            rows = [*one, *other]
        else:
            known = {hashable(row) for row in other}
            wanted = node.op == SetOperation.SETOP_INTERSECT
            rows = [row for row in one if (hashable(row) in known) is wanted]
        return rows if keep_all else _distinct(rows)

    plan = simple_plan(left.columns, run, complete=left.complete and right.complete)
    return _ordered(compiler, node, plan, scope)


def _distinct(rows: Sequence[Row]) -> list[Row]:
    return list({hashable(row): row for row in reversed(rows)}.values())[::-1]


def _ordered(compiler: Compiler, node: Any, plan: Plan, scope: Scope) -> Plan:
    """ORDER BY and LIMIT over rows of which only the output columns are known."""
    order = [(_output_position(one.node, plan.columns), sorter(one)) for one in node.sortClause or ()]
    limit = _limiter(compiler, node, scope)

    def run(frame: Any) -> list[Row]:
        rows = plan.run(frame)
        for position, sort in reversed(order):
            if position is None and rows:
                raise Unsupported("ORDER BY an expression over a set operation")
            rows = sort(rows, lambda row, at=position: row[at])
        return limit(rows, frame)

    return simple_plan(plan.columns, run, complete=plan.complete)


def _output_position(node: Node, columns: tuple[str, ...]) -> int | None:
    """The output column that an item of ORDER BY, GROUP BY or DISTINCT ON names by number or alias."""
    if _is_number(node):
        if not 1 <= node.val.ival <= len(columns):
            raise SqlError("42P10", f"ORDER BY position {node.val.ival} is not in select list")
        return int(node.val.ival) - 1
    if is_node(node, ast.ColumnRef) and len(node.fields) == 1 and isinstance(node.fields[0], ast.String):
        name = node.fields[0].sval
        return columns.index(name) if name in columns else None
    return None


def _limiter(compiler: Compiler, node: Any, scope: Scope) -> Callable[[list[Row], Any], list[Row]]:
    outer = Scope(outer=scope.outer, ctes=scope.ctes)
    count = compiler.expression(node.limitCount, outer) if node.limitCount is not None else constant(None)
    skip = compiler.expression(node.limitOffset, outer) if node.limitOffset is not None else constant(None)

    def limit(rows: list[Row], frame: Any) -> list[Row]:
        if not rows:
            return rows
        first = int(skip(((), frame)) or 0)
        wanted = count(((), frame))
        return rows[first:] if wanted is None else rows[first : first + int(wanted)]

    return limit


@dataclass(frozen=True, slots=True)
class _Target:
    """A column of the result."""

    name: str
    evaluate: Evaluate
    expands: bool = False


class _Select:
    """A plain SELECT, compiled part by part in the order in which PostgreSQL's parser looks at it."""

    def __init__(self, compiler: Compiler, node: Any, scope: Scope) -> None:
        self.node, self.compiler, self.scope = node, compiler, scope
        self.pipeline = joins.build(compiler, node.fromClause, node.whereClause, scope)
        scope.aggregates = []
        self.complete = True
        self.targets = [
            target for item in node.targetList or () for target in self._target(item.val, item.name)
        ]
        self.columns = tuple(target.name for target in self.targets)
        self.having = compiler.expression(node.havingClause, scope) if node.havingClause else None
        self.order = [(self._key(one.node), sorter(one)) for one in node.sortClause or ()]
        self.keys = [self._group_key(item) for item in node.groupClause or ()]
        self.distinct_on = [self._key(item) for item in node.distinctClause or () if item is not None]
        self.grouped = bool(self.keys or scope.aggregates or self.having)
        self.width = scope.width
        self.limit = _limiter(compiler, node, scope)

    def plan(self) -> Plan:
        return Plan(self.columns, self.run, self.exists, self.complete)

    def _target(self, value: Node, name: str | None) -> Iterator[_Target]:
        if is_node(value, ast.ColumnRef) and isinstance(value.fields[-1], ast.A_Star):
            yield from self._star(strings(value.fields[:-1]))
            return
        evaluate = self.compiler.expression(value, self.scope)
        expands = is_node(value, ast.FuncCall) and strings(value.funcname)[-1] in SET_RETURNING
        yield _Target(name or figure_name(value), evaluate, expands)

    def _star(self, names: tuple[str, ...]) -> Iterator[_Target]:
        for source in self.scope.sources:
            if names and source.alias != names[-1]:
                continue
            self.complete = self.complete and source.complete
            for at, column in enumerate(source.columns):
                if names or column not in source.hidden:
                    yield _Target(column, _reader(source.offset + at))

    def _key(self, node: Node) -> Evaluate | int:
        """An item of ORDER BY: an output column, or an expression over the input."""
        position = _output_position(node, self.columns)
        return position if position is not None else self.compiler.expression(node, self.scope)

    def _group_key(self, node: Node) -> Evaluate:
        if is_node(node, ast.GroupingSet):
            raise Unsupported("grouping sets")
        try:
            return (
                self.compiler.expression(node, self.scope) if not _is_number(node) else self._numbered(node)
            )
        except SqlError:
            position = _output_position(node, self.columns)
            if position is None:
                raise
            return self.targets[position].evaluate

    def _numbered(self, node: Node) -> Evaluate:
        position = _output_position(node, self.columns)
        return self.targets[position or 0].evaluate

    def frames(self, outer: Any) -> list[Frame]:
        """The rows that the targets are computed from: joined, filtered and grouped."""
        frames: list[Frame] = [(row, outer) for row in self.pipeline.run([()], outer)]
        if self.grouped:
            frames = [frame for frame in self._groups(frames, outer) if self._having(frame)]
        return frames

    def _groups(self, frames: list[Frame], outer: Any) -> Iterator[Frame]:
        groups: dict[Any, list[Frame]] = {} if self.keys else {(): []}
        for frame in frames:
            groups.setdefault(hashable([key(frame) for key in self.keys]), []).append(frame)
        for members in groups.values():
            row = tuple(members[0][0]) if members else (None,) * self.width
            values = tuple(_late(one.evaluate, members) for one in self.scope.aggregates or ())
            yield row + values, outer

    def _having(self, frame: Frame) -> bool:
        return self.having is None or bool(truth(_settled(self.having)(frame)))

    def exists(self, outer: Any) -> bool:
        if self.node.limitCount is not None or self.node.limitOffset is not None:
            return bool(self.run(outer))
        return bool(self.frames(outer))

    def run(self, outer: Any) -> list[Row]:
        pairs = [(frame, row) for frame in self.frames(outer) for row in self._rows(frame)]
        for key, sort in reversed(self.order):
            pairs = sort(pairs, _pair_key(key))
        if self.distinct_on:
            kept: dict[Any, Any] = {}
            for pair in pairs:
                kept.setdefault(hashable([_pair_key(key)(pair) for key in self.distinct_on]), pair)
            pairs = list(kept.values())
        rows = [row for _, row in pairs]
        if self.node.distinctClause and not self.distinct_on:
            rows = _distinct(rows)
        return self.limit(rows, outer)

    def _rows(self, frame: Frame) -> list[Row]:
        values = [_settled(target.evaluate)(frame) for target in self.targets]
        if not any(target.expands for target in self.targets):
            return [tuple(values)]
        lengths = [len(v) for v, target in zip(values, self.targets, strict=True) if target.expands]
        return [
            tuple(
                (value[at] if at < len(value) else None) if target.expands else value
                for value, target in zip(values, self.targets, strict=True)
            )
            for at in range(max(lengths))
        ]


def _late(evaluate: Evaluate, members: list[Frame]) -> Any:
    """An aggregate's value, or what it could not do: that matters only where the value is used."""
    try:
        return evaluate(members)
    except Unsupported as error:
        return error


def _settled(evaluate: Evaluate) -> Evaluate:
    def settle(frame: Frame) -> Any:
        value = evaluate(frame)
        if isinstance(value, Unsupported):
            raise value
        return value

    return settle


def _reader(place: int) -> Evaluate:
    return lambda frame: frame[0][place]


def _pair_key(key: Evaluate | int) -> Callable[[Any], Any]:
    if isinstance(key, int):
        return lambda pair: pair[1][key]
    return lambda pair: key(pair[0])


def _is_number(node: Node) -> bool:
    return is_node(node, ast.A_Const) and is_node(node.val, ast.Integer)
