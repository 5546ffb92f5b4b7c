"""PARTITION BY, and the bounds of partitions."""

from __future__ import annotations

from lint_indexes.ddl import nodes
from lint_indexes.model.partitions import Infinity, PartitionBound, Strategy

_STRATEGIES = {"l": Strategy.LIST, "r": Strategy.RANGE, "h": Strategy.HASH}


def read_strategy(node: nodes.Node) -> Strategy | None:
    """How PARTITION BY divides a table, from its PartitionSpec."""
    return _STRATEGIES.get(node.strategy.value) if node is not None else None


def partition_reads(keys: nodes.Node) -> tuple[str, ...]:
    """The columns that PARTITION BY reads, those in expressions included."""
    read = (nodes.columns_read(key.expr) if key.expr is not None else (key.name,) for key in keys)
    return tuple(dict.fromkeys(name for names in read for name in names))


def read_bound(node: nodes.Node) -> PartitionBound | None:
    """A PartitionBoundSpec."""
    if node is None or node.is_default:
        return None if node is None else PartitionBound()
    return PartitionBound(
        _STRATEGIES.get(node.strategy),
        lower=tuple(map(_edge, node.lowerdatums or ())),
        upper=tuple(map(_edge, node.upperdatums or ())),
        values=tuple(map(nodes.deparse, node.listdatums or ())),
        modulus=node.modulus,
        remainder=node.remainder,
    )


def _edge(node: nodes.Node) -> str | Infinity:
    """A value of FROM or TO; MINVALUE and MAXVALUE are read as columns of these names."""
    name = (nodes.column_name(node) or "").upper()
    return Infinity[name] if name in Infinity.__members__ else nodes.deparse(node)
