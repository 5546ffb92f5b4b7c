"""The objects of a schema, as frozen values: tables, constraints, indexes, types, sequences, functions."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import QualifiedName, quote_identifier
from lint_indexes.model.origin import Origin
from lint_indexes.model.partitions import PartitionBound, PartitionReference, Strategy


class RelationKind(str, Enum):
    """What kind of relation a Table is (only those that can have columns)."""

    TABLE = "table"
    PARTITIONED_TABLE = "partitioned table"
    MATERIALIZED_VIEW = "materialized view"
    VIEW = "view"
    FOREIGN_TABLE = "foreign table"

    @property
    def has_rows(self) -> bool:
        """Whether it keeps rows here, itself or in its partitions, so that it can have indexes."""
        return self in (self.TABLE, self.PARTITIONED_TABLE, self.MATERIALIZED_VIEW)


class ConstraintKind(str, Enum):
    PRIMARY_KEY = "primary key"
    UNIQUE = "unique"
    EXCLUDE = "exclude"
    FOREIGN_KEY = "foreign key"
    CHECK = "check"

    @property
    def has_index(self) -> bool:
        """Whether PostgreSQL enforces the constraint through an index."""
        return self in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE, ConstraintKind.EXCLUDE)


class TypeKind(str, Enum):
    ENUM = "enum"
    DOMAIN = "domain"
    COMPOSITE = "composite"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``type`` is spelt as PostgreSQL's format_type() does, e.g. ``character varying(255)``.

    ``virtual``: it is generated when it is read, and not stored. ``local`` is false where the table has it
    from a parent alone (pg_attribute.attislocal), and loses it with the parent.
    """

    name: str
    type: str
    not_null: bool = False
    default: str | None = None
    generated: str | None = None
    virtual: bool = False
    identity: bool = False
    collation: str | None = None
    local: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Constraint:
    """A table constraint. ``index`` is the backing index's name where ``kind.has_index``.

    ``referenced_index`` is the unique index that a foreign key relies on (pg_constraint.conindid).
    ``inherited_from`` is the name of the partitioned table's foreign key that a partition's belongs to;
    ``local`` is false for a CHECK that a table has from its parents alone (pg_constraint.conislocal);
    ``no_inherit`` is a CHECK that children do not get; ``valid`` is pg_constraint.convalidated.
    ``orphaned``: the parent's CHECK went with a column of the parent, which PostgreSQL does not count: this
    one is inherited for good.
    """

    name: str
    kind: ConstraintKind
    columns: tuple[str, ...] = ()
    expression: str | None = None
    references: QualifiedName | None = None
    referenced_columns: tuple[str, ...] = ()
    on_delete: str | None = None
    on_update: str | None = None
    deferrable: bool = False
    initially_deferred: bool = False
    index: str | None = None
    no_inherit: bool = False
    referenced_index: str | None = field(default=None, compare=False)
    inherited_from: str | None = field(default=None, compare=False)
    local: bool = field(default=True, compare=False)
    valid: bool = field(default=True, compare=False)
    orphaned: bool = field(default=False, compare=False)
    origin: Origin | None = field(default=None, compare=False)

    @property
    def is_for_children(self) -> bool:
        """Whether it is a CHECK that children have as well."""
        return self.kind is ConstraintKind.CHECK and not self.no_inherit


@dataclass(frozen=True, slots=True)
class Table:
    """A table, view, materialized view or foreign table.

    ``complete`` is false for a table that the history uses but never created: it may have
    columns and indexes that nobody has seen. ``partition_key`` are the columns of PARTITION BY, or None
    for each expression in it; ``partition_reads`` are the columns that it reads in all. ``bound`` is which
    rows it holds as a partition. ``partition_references`` are what its foreign keys to partitioned tables
    have for each partition there. ``of_type`` is the composite type that it is OF. ``on_commit_drop``: it
    goes when its transaction ends. ``reads`` are the tables that a view's query reads, each with the columns
    that it is known to read.
    """

    name: QualifiedName
    kind: RelationKind = RelationKind.TABLE
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    partition_of: QualifiedName | None = None
    inherits: tuple[QualifiedName, ...] = ()
    partition_key: tuple[str | None, ...] = ()
    partition_reads: tuple[str, ...] = ()
    partition_strategy: Strategy | None = field(default=None, compare=False)
    bound: PartitionBound | None = field(default=None, compare=False)
    partition_references: tuple[PartitionReference, ...] = field(default=(), compare=False)
    complete: bool = True
    of_type: QualifiedName | None = field(default=None, compare=False)
    on_commit_drop: bool = field(default=False, compare=False)
    reads: tuple[tuple[QualifiedName, frozenset[str]], ...] = ()
    origin: Origin | None = field(default=None, compare=False)

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def constraint(self, name: str) -> Constraint | None:
        return next((constraint for constraint in self.constraints if constraint.name == name), None)

    def has_constraint_name(self, name: str) -> bool:
        """Whether a constraint of the table has the name, one for a partition elsewhere included."""
        references = self.partition_references
        return self.constraint(name) is not None or any(one.name == name for one in references)


@dataclass(frozen=True, slots=True)
class IndexKey:
    """One key of an index: a column, or an expression as SQL text (never both).

    ``columns`` are the columns that the expression reads (for a column key, that column).
    ``opclass`` and ``collation`` are SQL text (quoted where needed), None where the default is meant.
    ``nulls_first`` is resolved: PostgreSQL's default is NULLS LAST ascending, NULLS FIRST descending.
    ``attribute`` is the key's own name in the index (pg_attribute.attname) where it is no longer the one
    that its definition would give it: renaming a column leaves it, and automatic names are made from it.
    """

    column: str | None = None
    expression: str | None = None
    columns: tuple[str, ...] = ()
    opclass: str | None = None
    opclass_options: tuple[tuple[str, str], ...] = ()
    collation: str | None = None
    descending: bool = False
    nulls_first: bool = False
    exclude_operator: str | None = None
    attribute: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return quote_identifier(self.column) if self.column is not None else f"({self.expression})"


@dataclass(frozen=True, slots=True)
class Index:
    """An index, its own or the one behind a constraint.

    ``predicate`` is SQL text without WHERE, ``predicate_columns`` the columns that it reads;
    ``options`` are the WITH (...) storage parameters, sorted by name, values as text;
    ``constraint`` is the kind of the constraint that it backs; ``valid`` is pg_index.indisvalid: queries may
    use it, and ``ready`` is indisready: changed rows are put into it;
    ``only`` means CREATE INDEX ON ONLY a partitioned table; ``include_attributes`` are the index's own
    names of what INCLUDE lists, where a column was renamed since; ``generated_name`` that the statement named
    neither the index nor its constraint, so that PostgreSQL chose the name. ``number`` grows in the order in
    which indexes are made, as their OIDs do; with_index() gives it.
    """

    name: QualifiedName
    table: QualifiedName
    keys: tuple[IndexKey, ...]
    method: str = "btree"
    unique: bool = False
    nulls_not_distinct: bool = False
    include: tuple[str, ...] = ()
    predicate: str | None = None
    predicate_columns: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    tablespace: str | None = None
    constraint: ConstraintKind | None = None
    partition_of: QualifiedName | None = None
    only: bool = False
    valid: bool = True
    ready: bool = field(default=True, compare=False)
    include_attributes: tuple[str, ...] = field(default=(), compare=False)
    generated_name: bool = field(default=False, compare=False)
    number: int = field(default=0, compare=False)
    origin: Origin | None = field(default=None, compare=False)

    @property
    def kind(self) -> str:
        """What people call it: "index", or the constraint that it backs."""
        return "index" if self.constraint is None else f"{self.constraint.value} constraint"

    @property
    def columns(self) -> frozenset[str]:
        """Every column that the index reads: in keys, expressions, INCLUDE and predicate."""
        keys = (column for key in self.keys for column in key.columns)
        return frozenset((*keys, *self.include, *self.predicate_columns))


@dataclass(frozen=True, slots=True)
class Type:
    """A type that a schema declares: ``labels`` for an enum, ``base`` for a domain, ``attributes`` for a
    composite type."""

    name: QualifiedName
    kind: TypeKind
    labels: tuple[str, ...] = ()
    base: str | None = None
    attributes: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence; ``owned_by`` is (table, column) where dropping the column drops it."""

    name: QualifiedName
    owned_by: tuple[QualifiedName, str] | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A function or procedure; ``arguments`` are the input types, None where they are not known.

    ``returns`` is the type of its result, None for a procedure, a set, or where it is not known.
    ``volatility`` is pg_proc.provolatile (i, s, v); None where it is not known whether an index may call it:
    PostgreSQL looks into what is written in SQL.
    """

    name: QualifiedName
    arguments: tuple[str, ...] | None = None
    returns: str | None = None
    volatility: str | None = None
