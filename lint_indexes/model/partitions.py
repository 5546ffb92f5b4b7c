"""Which rows a partition holds, and what foreign keys to a partitioned table have for each partition."""

from __future__ import annotations

from enum import Enum

from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import QualifiedName


class Infinity(Enum):
    """The ends of a range that have no value."""

    MINVALUE = -1
    MAXVALUE = 1


class Strategy(str, Enum):
    """How a table is partitioned (pg_partitioned_table.partstrat), as messages spell it."""

    LIST = "list"
    RANGE = "range"
    HASH = "hash"


@dataclass(frozen=True, slots=True)
class PartitionBound:
    """FOR VALUES, or DEFAULT where ``strategy`` is None. Values are SQL text.

    ``lower`` and ``upper`` are those of a range, ``values`` those of a list, ``modulus`` and ``remainder``
    those of a hash.
    """

    strategy: Strategy | None = None
    lower: tuple[str | Infinity, ...] = ()
    upper: tuple[str | Infinity, ...] = ()
    values: tuple[str, ...] = ()
    modulus: int = 0
    remainder: int = 0


@dataclass(frozen=True, slots=True)
class PartitionReference:
    """The constraint that a foreign key to a partitioned table has for one of its partitions.

    PostgreSQL makes and drops it, but it has a ``name`` among the constraints of the table that refers.
    ``key`` is the name of the foreign key itself.
    """

    name: str
    key: str
    partition: QualifiedName
