"""What a DDL statement does, one frozen value per kind of effect; names are as the statement gives them."""

from __future__ import annotations

from dataclasses import dataclass

from lint_indexes.model.catalog import ConstraintKind, Index, IndexKey
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.origin import Origin


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """An index apart from its names; the fields are those of Index."""

    keys: tuple[IndexKey, ...]
    method: str = "btree"
    unique: bool = False
    nulls_not_distinct: bool = False
    include: tuple[str, ...] = ()
    predicate: str | None = None
    predicate_columns: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    tablespace: str | None = None

    def build(
        self,
        name: QualifiedName,
        table: QualifiedName,
        *,
        only: bool = False,
        constraint: ConstraintKind | None = None,
        partition_of: QualifiedName | None = None,
        origin: Origin | None = None,
    ) -> Index:
        """The index of that name on that table."""
        return Index(
            name=name,
            table=table,
            keys=self.keys,
            method=self.method,
            unique=self.unique,
            nulls_not_distinct=self.nulls_not_distinct,
            include=self.include,
            predicate=self.predicate,
            predicate_columns=self.predicate_columns,
            options=self.options,
            tablespace=self.tablespace,
            constraint=constraint,
            partition_of=partition_of,
            only=only,
            origin=origin,
        )


@dataclass(frozen=True, slots=True)
class CreateIndex:
    """CREATE INDEX; ``name`` is None where PostgreSQL is to choose it."""

    table: ObjectName
    name: str | None
    definition: IndexDefinition
    only: bool = False
    if_not_exists: bool = False
    concurrently: bool = False
