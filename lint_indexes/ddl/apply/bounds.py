"""The bounds of partitions: what PostgreSQL asks of a new one, and the order that they give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cmp_to_key
from itertools import pairwise

from lint_indexes.ddl import nodes
from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.lookup import children_of
from lint_indexes.ddl.apply.typecheck import is_decidable
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize import Kind, normalize
from lint_indexes.ddl.normalize.form import strip_casts
from lint_indexes.ddl.normalize.literals import LocalTime, Unread
from lint_indexes.model.catalog import Catalog, Table
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.partitions import Infinity, PartitionBound, Strategy

_INTEGERS = ("smallint", "integer", "bigint")
_FLOATS = ("real", "double precision")
_TEXTS = ("text", "character varying")
_SORTED_ALIKE = re.compile(r"[0-9]*|[a-z]*")
"""Texts that every collation orders as their bytes."""


@dataclass(frozen=True, slots=True)
class _Unknown:
    """A value that cannot be compared with others."""


_Value = object
_UNKNOWN = _Unknown()
_LAST = Infinity.MAXVALUE


def check_bound(catalog: Catalog, parent: Table, bound: PartitionBound | None, context: Context) -> None:
    """What PostgreSQL asks of a bound before it looks at the other partitions (transformPartitionBound).

    Raises:
        SqlError: 42P16 for a bound of another kind than the parent's, 0A000 for one that reads columns, 42P17
            for NULL in a range, 42804 for a value after MINVALUE or MAXVALUE, and what a literal raises.
    """
    strategy = parent.partition_strategy
    if bound is None or strategy is None or context.lenient:
        return
    if bound.strategy is None:
        if strategy is Strategy.HASH:
            raise SqlError("42P16", "a hash-partitioned table may not have a default partition")
        return
    if bound.strategy is not strategy:
        raise SqlError("42P16", f"invalid bound specification for a {strategy.value} partition")
    if strategy is Strategy.HASH:
        _check_hash(bound)
    for name, values in (("FROM", bound.lower), ("TO", bound.upper)) if strategy is Strategy.RANGE else ():
        _check_edge(catalog, parent, name, values, context)
    for value in bound.values:
        _check_value(catalog, parent, 0, value, context)


def _check_hash(bound: PartitionBound) -> None:
    if bound.modulus <= 0:
        raise SqlError("42P16", "modulus for hash partition must be an integer value greater than zero")
    if bound.remainder >= bound.modulus:
        raise SqlError("42P16", "remainder for hash partition must be less than modulus")


def _check_edge(
    catalog: Catalog, parent: Table, name: str, values: Sequence[str | Infinity], context: Context
) -> None:
    if len(values) != len(parent.partition_key):
        raise SqlError("42P16", f"{name} must specify exactly one value per partitioning column")
    for at, value in enumerate(values):
        if isinstance(value, str):
            _check_value(catalog, parent, at, value, context)
            if value.upper() == "NULL":
                raise SqlError("42P17", "cannot specify NULL in range bound")
    for before, value in pairwise(values):
        if isinstance(before, Infinity) and value is not before:
            message = f"every bound following {before.name} must also be {before.name}"
            raise SqlError("42804", message)


def _check_value(catalog: Catalog, parent: Table, at: int, text: str, context: Context) -> None:
    if nodes.columns_of(text):
        raise SqlError("0A000", "cannot use column reference in partition bound expression")
    kind = _type_of(parent, at)
    if kind is None or not is_decidable(catalog, parent, context):
        return
    for fault in normalize(f"({text})::{kind}", parent.name, (catalog,)).faults[:1]:
        raise SqlError(fault.sqlstate, fault.message)


def _type_of(parent: Table, at: int) -> str | None:
    """The type of a column of the partition key; None for an expression."""
    name = parent.partition_key[at] if at < len(parent.partition_key) else None
    column = parent.column(name) if name is not None else None
    return column.type if column is not None else None


def check_overlap(
    catalog: Catalog, parent: Table, name: QualifiedName, bound: PartitionBound | None, context: Context
) -> None:
    """Raise where the bound is empty, or where another partition has some of its values.

    Raises:
        SqlError: 42P17 (check_new_partition_bound).
    """
    if bound is None or parent.partition_strategy is None or context.lenient:
        return
    others = [one for one in children_of(catalog, parent.name) if one.bound and one.name != name]
    if bound.strategy is Strategy.RANGE and _is_empty(catalog, parent, bound):
        raise SqlError("42P17", f'empty range bound specified for partition "{name.name}"')
    if bound.strategy is Strategy.HASH:
        _check_moduli([one.bound.modulus for one in others if one.bound], bound.modulus)
    for other in others:
        assert other.bound is not None
        if bound.strategy is None and other.bound.strategy is None:
            message = f'partition "{name.name}" conflicts with existing default partition'
            raise SqlError("42P17", f'{message} "{other.name.name}"')
        if _overlap(catalog, parent, bound, other.bound):
            message = f'partition "{name.name}" would overlap partition "{other.name.name}"'
            raise SqlError("42P17", message)


def _check_moduli(known: list[int], modulus: int) -> None:
    for other in known:
        if max(other, modulus) % min(other, modulus):
            message = "every hash partition modulus must be a factor of the next larger modulus"
            raise SqlError("42P17", message)


def _is_empty(catalog: Catalog, parent: Table, bound: PartitionBound) -> bool:
    order = _compare(_values(catalog, parent, bound.lower), _values(catalog, parent, bound.upper))
    return order is not None and order >= 0


def _overlap(catalog: Catalog, parent: Table, one: PartitionBound, other: PartitionBound) -> bool:
    """Whether a value may be in both; false where that is not known."""
    if one.strategy is None or other.strategy is None:
        return False
    if one.strategy is Strategy.HASH:
        return (one.remainder - other.remainder) % min(one.modulus, other.modulus) == 0
    if one.strategy is Strategy.LIST:
        values = (set(_values(catalog, parent, bound.values, same=True)) for bound in (one, other))
        return bool(set.intersection(*values) - {_UNKNOWN})
    orders = (
        _compare(_values(catalog, parent, first.lower), _values(catalog, parent, second.upper))
        for first, second in ((one, other), (other, one))
    )
    return all(order is not None and order < 0 for order in orders)


def _values(
    catalog: Catalog, parent: Table, texts: Sequence[str | Infinity], *, same: bool = False
) -> tuple[_Value, ...]:
    """The values of a bound; ``same``: they are all of the first column, as those of a list are."""
    kinds = (_type_of(parent, 0 if same else at) for at in range(len(texts)))
    return tuple(
        text if isinstance(text, Infinity) else _value(catalog, parent, text, kind)
        for text, kind in zip(texts, kinds, strict=True)
    )


def _value(catalog: Catalog, parent: Table, text: str, kind: str | None) -> _Value:
    """What a constant comes to as a value of a type."""
    typed = text if kind is None else f"({text})::{kind}"
    form = strip_casts(normalize(typed, parent.name, (catalog,)).form)
    value = form.value
    if form.kind is not Kind.CONSTANT or isinstance(value, Unread):
        return _UNKNOWN
    if isinstance(value, LocalTime):
        return value.moment
    return None if value is None else _converted(catalog, value, form.type, kind)


def _converted(catalog: Catalog, value: object, given: str | None, kind: str | None) -> _Value:
    """A constant of the type ``given`` as a value of ``kind``, which others of that type compare with."""
    user = type_names.resolve(catalog, kind) if kind is not None else None
    labels = catalog.types[user].labels if user is not None else ()
    if labels:
        return labels.index(value) if isinstance(value, str) and value in labels else _UNKNOWN
    if kind in _TEXTS:
        return str(value)
    if given == "bpchar":
        return str(value).rstrip(" ")
    if given == "uuid":
        return str(value).encode()
    if given in ("int2", "int4", "int8", "numeric") or kind in _FLOATS:
        number = Decimal(str(value))
        return number.to_integral_value(ROUND_HALF_UP) if kind in _INTEGERS else number
    return value


def _compare(left: Sequence[_Value], right: Sequence[_Value]) -> int | None:
    """Which of two ends of ranges comes first, negative for the left one; None where that is not known."""
    for one, other in zip(left, right, strict=False):
        order = _compare_values(one, other)
        if order is None or order or isinstance(one, Infinity):
            return order
    return 0


def _compare_values(one: _Value, other: _Value) -> int | None:
    if isinstance(one, Infinity) or isinstance(other, Infinity):
        ends = (end.value if isinstance(end, Infinity) else 0 for end in (one, other))
        return next(ends) - next(ends)
    if isinstance(one, _Unknown) or isinstance(other, _Unknown) or type(one) is not type(other):
        return None
    if one == other:
        return 0
    if isinstance(one, str) and not (_SORTED_ALIKE.fullmatch(one) and _SORTED_ALIKE.fullmatch(str(other))):
        return None
    try:
        return -1 if one < other else 1  # type: ignore[operator]  # both are of one type
    except (TypeError, ArithmeticError):
        return None


def partitions_in_order(catalog: Catalog, parent: Table) -> tuple[Table, ...]:
    """The partitions in the order of their bounds, the default one last; by name where that is not known."""

    def order(one: Table, other: Table) -> int:
        if one.bound is None or other.bound is None or one.bound.strategy is not other.bound.strategy:
            return sum(weight for table, weight in ((one, 1), (other, -1)) if is_default(table))
        if one.bound.strategy is Strategy.HASH:
            moduli = one.bound.modulus - other.bound.modulus
            return moduli or one.bound.remainder - other.bound.remainder
        return _compare(*(_first_values(catalog, parent, bound) for bound in (one.bound, other.bound))) or 0

    return tuple(sorted(children_of(catalog, parent.name), key=cmp_to_key(order)))


def _first_values(catalog: Catalog, parent: Table, bound: PartitionBound) -> tuple[_Value, ...]:
    """What a partition is sorted by: the lower end of a range, the least value of a list, NULL last."""
    if bound.strategy is Strategy.RANGE:
        return _values(catalog, parent, bound.lower)
    values = (_LAST if one is None else one for one in _values(catalog, parent, bound.values, same=True))
    return tuple(sorted(values, key=cmp_to_key(lambda one, other: _compare_values(one, other) or 0)))[:1]


def is_default(table: Table) -> bool:
    """Whether a table is the default partition of another."""
    return table.bound is not None and table.bound.strategy is None
