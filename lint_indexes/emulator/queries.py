"""Queries: WITH, VALUES, UNION and its kin, and the plain SELECTs that they are made of."""

from __future__ import annotations

from typing import Any

from pglast import ast
from pglast.enums import SetOperation

from lint_indexes.ddl.nodes import strings
from lint_indexes.emulator.compiler import Compiler, constant
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.plans import Plan, Row, distinct, limiter, output_position, simple_plan
from lint_indexes.emulator.scope import Scope
from lint_indexes.emulator.select import Select
from lint_indexes.emulator.sorting import sorter
from lint_indexes.emulator.values import hashable


def plan_query(compiler: Compiler, node: Any, outer: Scope | None) -> Plan:
    """Compile a SelectStmt.

    Raises:
        SqlError: for names that do not exist.
        Unsupported: for a query that cannot be read at all.
    """
    scope = Scope(outer=outer, ctes=with_queries(compiler, node, outer))
    if node.valuesLists:
        return _plan_values(compiler, node, scope)
    if node.op != SetOperation.SETOP_NONE:
        return _plan_set_operation(compiler, node, scope)
    return Select(compiler, node, scope).plan()


def with_queries(compiler: Compiler, node: Any, outer: Scope | None) -> dict[str, Plan]:
    """The WITH queries of a statement, by name; each sees those before it."""
    ctes: dict[str, Plan] = {}
    for cte in node.withClause.ctes if node.withClause is not None else ():
        scope = Scope(outer=outer, ctes=ctes)
        if not isinstance(cte.ctequery, ast.SelectStmt):
            plan = compiler.plan_change(compiler, cte.ctequery, scope)
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
        return rows if keep_all else distinct(rows)

    plan = simple_plan(left.columns, run, complete=left.complete and right.complete)
    return _ordered(compiler, node, plan, scope)


def _ordered(compiler: Compiler, node: Any, plan: Plan, scope: Scope) -> Plan:
    """ORDER BY and LIMIT over rows of which only the output columns are known."""
    order = [(output_position(one.node, plan.columns), sorter(one)) for one in node.sortClause or ()]
    limit = limiter(compiler, node, scope)

    def run(frame: Any) -> list[Row]:
        rows = plan.run(frame)
        for position, sort in reversed(order):
            if position is None and rows:
                raise Unsupported("ORDER BY an expression over a set operation")
            rows = sort(rows, lambda row, at=position: row[at])
        return limit(rows, frame)

    return simple_plan(plan.columns, run, complete=plan.complete)
