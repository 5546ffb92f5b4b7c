"""Operations on indexes."""

from __future__ import annotations

from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import ObjectName
from lint_indexes.model.operations.definitions import IndexDefinition


@dataclass(frozen=True, slots=True)
class CreateIndex:
    """CREATE INDEX; ``name`` is None where PostgreSQL is to choose it."""

    table: ObjectName
    name: str | None
    definition: IndexDefinition
    only: bool = False
    if_not_exists: bool = False
    concurrently: bool = False


@dataclass(frozen=True, slots=True)
class DropIndex:
    names: tuple[ObjectName, ...]
    if_exists: bool = False
    cascade: bool = False
    concurrently: bool = False


@dataclass(frozen=True, slots=True)
class Reindex:
    """REINDEX INDEX, or TABLE by ``kind``: it changes nothing but what others have to wait for."""

    name: ObjectName
    kind: str = "index"
    concurrently: bool = False


@dataclass(frozen=True, slots=True)
class SetIndexOptions:
    """ALTER INDEX ... SET (...), or RESET (...) where ``reset`` is true (the values then mean nothing)."""

    index: ObjectName
    options: tuple[tuple[str, str], ...]
    reset: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class SetTablespace:
    """ALTER INDEX ... SET TABLESPACE."""

    index: ObjectName
    tablespace: str
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class AttachIndex:
    """ALTER INDEX ... ATTACH PARTITION."""

    index: ObjectName
    partition: ObjectName
    if_exists: bool = False
