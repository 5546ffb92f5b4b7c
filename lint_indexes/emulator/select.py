"""A plain SELECT over relations in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pglast import ast

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.nodes import Node, strings
from lint_indexes.emulator import joins
from lint_indexes.emulator.colnames import figure_name, is_node
from lint_indexes.emulator.compiler import Compiler
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.expressions import truth
from lint_indexes.emulator.plans import Plan, Row, distinct, is_number, limiter, output_position
from lint_indexes.emulator.scope import Frame, Scope
from lint_indexes.emulator.sorting import sorter
from lint_indexes.emulator.system_functions import SET_RETURNING
from lint_indexes.emulator.values import Evaluate, hashable
from lint_indexes.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class _Target:
    """A column of the result."""

    name: str
    evaluate: Evaluate
    expands: bool = False


class Select:
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
        self.limit = limiter(compiler, node, scope)

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
        position = output_position(node, self.columns)
        return position if position is not None else self.compiler.expression(node, self.scope)

    def _group_key(self, node: Node) -> Evaluate:
        if is_node(node, ast.GroupingSet):
            raise Unsupported("grouping sets")
        try:
            return self.compiler.expression(node, self.scope) if not is_number(node) else self._numbered(node)
        except SqlError:
            position = output_position(node, self.columns)
            if position is None:
                raise
            return self.targets[position].evaluate

    def _numbered(self, node: Node) -> Evaluate:
        position = output_position(node, self.columns)
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
            rows = distinct(rows)
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
