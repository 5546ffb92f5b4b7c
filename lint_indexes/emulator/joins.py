"""FROM and WHERE: relations are joined one after the other, with the conditions that each makes decidable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import Any

from pglast import ast
from pglast.enums import A_Expr_Kind, JoinType

from lint_indexes.ddl.nodes import Node, conjuncts, strings, walk
from lint_indexes.emulator.compiler import Compiler
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.expressions import truth
from lint_indexes.emulator.relations import Scan, scan_function, scan_subquery, scan_table
from lint_indexes.emulator.scope import Frame, Scope, Source
from lint_indexes.emulator.values import Evaluate, equal, hashable
from lint_indexes.model.dataclass import dataclass

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an equality, with the columns that it reads."""

    evaluate: Evaluate
    used: frozenset[int]


@dataclass(frozen=True, slots=True)
class Condition:
    """A part of WHERE or ON. ``sides`` are set for an equality, which can be looked up by its value."""

    evaluate: Evaluate
    used: frozenset[int]
    costly: bool = False
    sides: tuple[Side, Side] | None = None


@dataclass(slots=True)
class ScanStep:
    """Adds one relation to the rows; its columns stand from ``offset`` to ``end``."""

    scan: Scan
    offset: int
    end: int
    conditions: list[Condition] = field(default_factory=list)

    def run(self, rows: Sequence[Row], outer: Frame | None) -> list[Row]:
        if not rows:
            return []
        if self.scan.lateral:
            pairs = ((row, found) for row in rows for found in self.scan.fetch((row, outer)))
            return self._filtered(((*row, *found) for row, found in pairs), self.conditions, outer)
        own = [one for one in self.conditions if one.used and min(one.used) >= self.offset]
        padding = (None,) * self.offset
        source = (padding + tuple(found) for found in self.scan.fetch(outer))
        kept = self._filtered(source, own, outer)
        return self._joined(rows, kept, [one for one in self.conditions if one not in own], outer)

    def _joined(
        self, rows: Sequence[Row], found: list[Row], conditions: list[Condition], outer: Frame | None
    ) -> list[Row]:
        for condition in conditions:
            sides = self._lookup(condition)
            if sides is not None:
                mine, theirs = sides
                index: dict[Any, list[Row]] = {}
                for row in found:
                    key = mine.evaluate((row, outer))
                    if key is not None:
                        index.setdefault(hashable(key), []).append(row)
                rest = [one for one in conditions if one is not condition]
                pairs = (
                    (*row, *match[self.offset :])
                    for row in rows
                    for match in index.get(hashable(theirs.evaluate((row, outer))), ())
                )
                return self._filtered(pairs, rest, outer)
        product = ((*row, *match[self.offset :]) for row in rows for match in found)
        return self._filtered(product, conditions, outer)

    def _lookup(self, condition: Condition) -> tuple[Side, Side] | None:
        """The sides of an equality between this relation and those before it."""
        if condition.sides is None:
            return None
        for mine, theirs in (condition.sides, condition.sides[::-1]):
            if mine.used and theirs.used and min(mine.used) >= self.offset and max(theirs.used) < self.offset:
                return mine, theirs
        return None

    @staticmethod
    def _filtered(rows: Iterable[Row], conditions: list[Condition], outer: Frame | None) -> list[Row]:
        ordered = sorted(conditions, key=lambda condition: condition.costly)
        return [row for row in rows if _holds(ordered, (row, outer))]


def _holds(conditions: list[Condition], frame: Frame) -> bool:
    """Whether all hold; one that cannot be evaluated does not matter where another is false."""
    unknown: Unsupported | None = None
    for condition in conditions:
        try:
            if not truth(condition.evaluate(frame)):
                return False
        except Unsupported as error:  # noqa: PERF203 - each condition may or may not be known
            unknown = error
    if unknown is not None:
        raise unknown
    return True


@dataclass(slots=True)
class LeftStep:
    """LEFT JOIN: rows without a match are kept, with NULLs."""

    right: Pipeline
    offset: int
    end: int

    def run(self, rows: Sequence[Row], outer: Frame | None) -> list[Row]:
        joined = self.right.run(rows, outer)
        matched = {hashable(row[: self.offset]) for row in joined}
        nulls = (None,) * (self.end - self.offset)
        return [*joined, *((*row, *nulls) for row in rows if hashable(row) not in matched)]


@dataclass(slots=True)
class OuterStep:
    """RIGHT and FULL JOIN, of relations without rows only."""

    right: Pipeline
    end: int

    def run(self, rows: Sequence[Row], outer: Frame | None) -> list[Row]:
        width = len(rows[0]) if rows else 0
        if rows or self.right.run([(None,) * width], outer):
            raise Unsupported("a RIGHT or FULL JOIN")
        return []


@dataclass(slots=True)
class Pipeline:
    """The steps of a FROM clause, in order."""

    steps: list[ScanStep | LeftStep | OuterStep | FilterStep] = field(default_factory=list)
    loose: list[Condition] = field(default_factory=list)

    def run(self, rows: Sequence[Row], outer: Frame | None) -> list[Row]:
        result = [row for row in rows if _holds(self.loose, (row, outer))]
        for step in self.steps:
            result = step.run(result, outer)
        return result

    def add(self, condition: Condition) -> None:
        """Put a condition where it can first be decided."""
        needed = max(condition.used, default=-1)
        if needed < 0:
            self.loose.append(condition)
            return
        for at, step in enumerate(self.steps):
            if step.end > needed:
                if isinstance(step, ScanStep):
                    step.conditions.append(condition)
                else:
                    self.steps.insert(at + 1, FilterStep(condition, step.end))
                return
        self.steps.append(FilterStep(condition, self.steps[-1].end if self.steps else 0))


@dataclass(slots=True)
class FilterStep:
    """A condition on what an outer join gives."""

    condition: Condition
    end: int

    def run(self, rows: Sequence[Row], outer: Frame | None) -> list[Row]:
        return [row for row in rows if _holds([self.condition], (row, outer))]


def condition_of(compiler: Compiler, node: Node, scope: Scope) -> Condition:
    """Compile one conjunct of WHERE or ON."""
    costly = any(isinstance(part, ast.SubLink) for part in walk(node))
    with compiler.tracking() as used:
        evaluate = compiler.expression(node, scope)
    sides = None
    if not costly and _is_equality(node):
        sides = (_side(compiler, node.lexpr, scope), _side(compiler, node.rexpr, scope))
    # A subquery may read any column of this query: it waits until all are there.
    return Condition(evaluate, frozenset(range(scope.width) if costly else used), costly, sides)


def _is_equality(node: Any) -> bool:
    if type(node) is not ast.A_Expr or node.kind != A_Expr_Kind.AEXPR_OP:
        return False
    return node.lexpr is not None and strings(node.name) == ("=",)


def _side(compiler: Compiler, node: Node, scope: Scope) -> Side:
    with compiler.tracking() as used:
        evaluate = compiler.expression(node, scope)
    return Side(evaluate, frozenset(used))


def build(compiler: Compiler, from_clause: Sequence[Node] | None, where: Node, scope: Scope) -> Pipeline:
    """The pipeline of a FROM clause and its WHERE; adds the relations to ``scope``."""
    pipeline = Pipeline()
    pool: list[Condition] = []
    for item in from_clause or ():
        _add_item(compiler, item, scope, pipeline, pool)
    parts = conjuncts(where) if where is not None else ()
    pool.extend(condition_of(compiler, part, scope) for part in parts)
    for condition in pool:
        pipeline.add(condition)
    return pipeline


def _add_item(
    compiler: Compiler, item: Node, scope: Scope, pipeline: Pipeline, pool: list[Condition]
) -> None:
    if not isinstance(item, ast.JoinExpr):
        _add_scan(compiler, item, scope, pipeline)
        return
    _add_item(compiler, item.larg, scope, pipeline, pool)
    offset, seen = scope.width, len(scope.sources)
    if item.jointype == JoinType.JOIN_INNER:
        _add_item(compiler, item.rarg, scope, pipeline, pool)
        pool.extend(_on(compiler, item, scope, seen))
        return
    right = Pipeline()
    inner: list[Condition] = []
    _add_item(compiler, item.rarg, scope, right, inner)
    for condition in (*inner, *_on(compiler, item, scope, seen)):
        right.add(condition)
    if item.jointype == JoinType.JOIN_LEFT:
        pipeline.steps.append(LeftStep(right, offset, scope.width))
    else:
        pipeline.steps.append(OuterStep(right, scope.width))


def _add_scan(compiler: Compiler, item: Node, scope: Scope, pipeline: Pipeline) -> None:
    offset = scope.width
    if isinstance(item, ast.RangeVar):
        scan = scan_table(compiler, item, scope)
    elif isinstance(item, ast.RangeSubselect):
        scan = scan_subquery(compiler, item, scope)
    elif isinstance(item, ast.RangeFunction):
        scan = scan_function(compiler, item, scope)
    else:
        raise Unsupported(f"{type(item).__name__} in FROM")
    scope.sources.append(Source(scan.alias, scan.columns, offset, scan.complete, scan.stored))
    pipeline.steps.append(ScanStep(scan, offset, scope.width))


def _on(compiler: Compiler, item: Any, scope: Scope, seen: int) -> list[Condition]:
    """The conditions of ON, USING or NATURAL; ``seen`` is the number of sources on the left."""
    if item.quals is not None:
        return [condition_of(compiler, part, scope) for part in conjuncts(item.quals)]
    left, right = scope.sources[:seen], scope.sources[seen:]
    names = strings(item.usingClause)
    if item.isNatural:
        names = tuple(
            column
            for source in right
            for column in source.columns
            if any(column in other.columns for other in left)
        )
    conditions = [_using(left, right, name) for name in names]
    for at in range(seen, len(scope.sources)):
        source = scope.sources[at]
        hidden = source.hidden | frozenset(names)
        scope.sources[at] = Source(
            source.alias, source.columns, source.offset, source.complete, source.stored, hidden
        )
    return conditions


def _using(left: list[Source], right: list[Source], name: str) -> Condition:
    one = next((place for source in left if (place := source.find(name)) is not None), None)
    other = next((place for source in right if (place := source.find(name)) is not None), None)
    if one is None or other is None:
        raise Unsupported(f"the column {name} of USING")
    sides = tuple(Side(_reader(place), frozenset((place,))) for place in (one, other))
    return Condition(
        lambda frame: equal(frame[0][one], frame[0][other]),
        frozenset((one, other)),
        sides=(sides[0], sides[1]),
    )


def _reader(place: int) -> Evaluate:
    return lambda frame: frame[0][place]
