"""Aggregate functions (PostgreSQL manual, 9.21)."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.values import compare, text_of

Rows = Sequence[Sequence[Any]]
"""The arguments of the aggregate, for each row of the group."""


def _values(rows: Rows) -> list[Any]:
    return [row[0] for row in rows if row[0] is not None]


def _count(rows: Rows) -> Any:
    return sum(not row or row[0] is not None for row in rows)


def _sum(rows: Rows) -> Any:
    values = _values(rows)
    return sum(values[1:], values[0]) if values else None


def _average(rows: Rows) -> Any:
    values = _values(rows)
    return decimal.Decimal(str(sum(values))) / len(values) if values else None


def _extreme(sign: int) -> Callable[[Rows], Any]:
    def choose(rows: Rows) -> Any:
        values = _values(rows)
        if not values:
            return None
        return reduce(lambda best, one: one if compare(one, best) * sign > 0 else best, values)

    return choose


def _array(rows: Rows) -> Any:
    return [row[0] for row in rows] or None


def _joined(rows: Rows) -> Any:
    kept = [row for row in rows if row[0] is not None]
    if not kept:
        return None
    return "".join(
        (text_of(row[1]) if at and row[1] is not None else "") + text_of(row[0])
        for at, row in enumerate(kept)
    )


def _boolean(combine: Callable[[list[Any]], bool]) -> Callable[[Rows], Any]:
    def decide(rows: Rows) -> Any:
        values = _values(rows)
        return combine(values) if values else None

    return decide


def _object(rows: Rows) -> Any:
    return {text_of(row[0]): row[1] for row in rows} or None


_AGGREGATES: dict[str, Callable[[Rows], Any]] = {
    "count": _count,
    "sum": _sum,
    "avg": _average,
    "max": _extreme(1),
    "min": _extreme(-1),
    "array_agg": _array,
    "json_agg": _array,
    "jsonb_agg": _array,
    "string_agg": _joined,
    "bool_or": _boolean(any),
    "bool_and": _boolean(all),
    "every": _boolean(all),
    "json_object_agg": _object,
    "jsonb_object_agg": _object,
}

_UNKNOWN = frozenset(
    """
    any_value bit_and bit_or bit_xor corr covar_pop covar_samp mode percentile_cont percentile_disc
    range_agg range_intersect_agg regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope
    stddev stddev_pop stddev_samp var_pop var_samp variance xmlagg
    """.split()
)

AGGREGATES = frozenset(_AGGREGATES) | _UNKNOWN


def aggregate(name: str, rows: Rows) -> Any:
    """The value over the rows of a group.

    Raises:
        Unsupported: for an aggregate that is not known, unless there are no rows (then it is NULL).
    """
    function = _AGGREGATES.get(name)
    if function is not None:
        return function(rows)
    if not rows:
        return 0 if name == "regr_count" else None
    raise Unsupported(f"the aggregate {name}()")
