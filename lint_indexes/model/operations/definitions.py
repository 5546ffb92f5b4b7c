"""What a statement says about a column, a constraint or an index that it makes."""

from __future__ import annotations

from dataclasses import fields

from lint_indexes.model.catalog import ConstraintKind, Index, IndexKey
from lint_indexes.model.dataclass import dataclass
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

    @classmethod
    def of(cls, index: Index) -> IndexDefinition:
        """What an index is, apart from its names."""
        return cls(*(getattr(index, part.name) for part in fields(cls)))

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
class ConstraintDefinition:
    """A table constraint; ``name`` is None where PostgreSQL is to choose it.

    ``index`` defines the index behind a primary key, unique or exclusion constraint, ``using_index`` names
    an index that is to become it. ``expression`` is a CHECK's condition, ``no_inherit`` its NO INHERIT.
    ``not_valid``: rows that are there already are not checked.
    """

    kind: ConstraintKind
    name: str | None = None
    columns: tuple[str, ...] = ()
    index: IndexDefinition | None = None
    using_index: str | None = None
    expression: str | None = None
    references: ObjectName | None = None
    referenced_columns: tuple[str, ...] = ()
    on_delete: str | None = None
    on_update: str | None = None
    deferrable: bool = False
    initially_deferred: bool = False
    no_inherit: bool = False
    not_valid: bool = False


UNTYPED = ""
"""The type of a column that is written without one: those of a partition, or of a table OF a type."""


@dataclass(frozen=True, slots=True)
class ColumnDefinition:
    """A column with its inline constraints.

    ``serial``: it owns a sequence; ``is_serial``: since its type is a serial one, not for being an identity.
    """

    name: str
    type: str
    not_null: bool = False
    default: str | None = None
    generated: str | None = None
    virtual: bool = False
    identity: bool = False
    serial: bool = False
    is_serial: bool = False
    collation: str | None = None
    constraints: tuple[ConstraintDefinition, ...] = ()


@dataclass(frozen=True, slots=True)
class LikeClause:
    """LIKE in CREATE TABLE; ``including`` are the kinds of things to copy, in lower case (``indexes``)."""

    table: ObjectName
    including: frozenset[str] = frozenset()


TableElement = ColumnDefinition | ConstraintDefinition | LikeClause
