"""What a DDL statement does, one frozen value per kind of effect; names are as the statement gives them."""

from __future__ import annotations

from dataclasses import dataclass

from lint_indexes.model.catalog import ConstraintKind, Index, IndexKey, RelationKind, TypeKind
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


@dataclass(frozen=True, slots=True)
class ConstraintDefinition:
    """A table constraint; ``name`` is None where PostgreSQL is to choose it.

    ``index`` defines the index behind a primary key, unique or exclusion constraint, ``using_index`` names
    an index that is to become it. ``expression`` is a CHECK's condition.
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


UNTYPED = ""
"""The type of a column that is written without one: those of a partition, or of a table OF a type."""


@dataclass(frozen=True, slots=True)
class ColumnDefinition:
    """A column with its inline constraints. ``serial``: it owns a sequence (a serial type or an identity)."""

    name: str
    type: str
    not_null: bool = False
    default: str | None = None
    generated: str | None = None
    identity: bool = False
    serial: bool = False
    collation: str | None = None
    constraints: tuple[ConstraintDefinition, ...] = ()


@dataclass(frozen=True, slots=True)
class LikeClause:
    """LIKE in CREATE TABLE; ``including`` are the kinds of things to copy, in lower case (``indexes``)."""

    table: ObjectName
    including: frozenset[str] = frozenset()


TableElement = ColumnDefinition | ConstraintDefinition | LikeClause


@dataclass(frozen=True, slots=True)
class CreateTable:
    """CREATE TABLE and CREATE FOREIGN TABLE; ``elements`` in the order written."""

    name: ObjectName
    elements: tuple[TableElement, ...] = ()
    kind: RelationKind = RelationKind.TABLE
    inherits: tuple[ObjectName, ...] = ()
    partition_of: ObjectName | None = None
    partition_key: tuple[str | None, ...] = ()
    of_type: ObjectName | None = None
    if_not_exists: bool = False
    temporary: bool = False


@dataclass(frozen=True, slots=True)
class CreateTableAs:
    """CREATE TABLE AS, CREATE VIEW and CREATE MATERIALIZED VIEW.

    ``query`` is the SELECT as text; ``columns`` the names given beside it, fewer than it has or none.
    """

    name: ObjectName
    kind: RelationKind
    query: str
    columns: tuple[str, ...] = ()
    or_replace: bool = False
    if_not_exists: bool = False
    temporary: bool = False


@dataclass(frozen=True, slots=True)
class DropTable:
    """DROP TABLE, VIEW, MATERIALIZED VIEW or FOREIGN TABLE, by ``kind``."""

    names: tuple[ObjectName, ...]
    kind: RelationKind = RelationKind.TABLE
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class DropIndex:
    names: tuple[ObjectName, ...]
    if_exists: bool = False
    cascade: bool = False
    concurrently: bool = False


@dataclass(frozen=True, slots=True)
class AddColumn:
    table: ObjectName
    column: ColumnDefinition
    if_not_exists: bool = False
    only: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropColumn:
    """``missing_ok`` is DROP COLUMN IF EXISTS; ``if_exists`` is that of ALTER TABLE IF EXISTS."""

    table: ObjectName
    column: str
    missing_ok: bool = False
    cascade: bool = False
    only: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class AlterColumnType:
    table: ObjectName
    column: str
    type: str
    collation: str | None = None
    only: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class SetNotNull:
    """SET NOT NULL, or DROP NOT NULL where ``not_null`` is false."""

    table: ObjectName
    column: str
    not_null: bool
    only: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class SetDefault:
    """SET DEFAULT, or DROP DEFAULT where ``default`` is None."""

    table: ObjectName
    column: str
    default: str | None
    only: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class SetIdentity:
    """ADD GENERATED AS IDENTITY, or DROP IDENTITY where ``identity`` is false."""

    table: ObjectName
    column: str
    identity: bool
    missing_ok: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropExpression:
    """ALTER COLUMN ... DROP EXPRESSION: a generated column becomes a plain one."""

    table: ObjectName
    column: str
    missing_ok: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class AddConstraint:
    table: ObjectName
    constraint: ConstraintDefinition
    only: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropConstraint:
    table: ObjectName
    name: str
    missing_ok: bool = False
    cascade: bool = False
    only: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class ChangeInheritance:
    """ALTER TABLE ... INHERIT, or NO INHERIT where ``inherit`` is false."""

    table: ObjectName
    parent: ObjectName
    inherit: bool
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class AttachPartition:
    table: ObjectName
    partition: ObjectName
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class DetachPartition:
    table: ObjectName
    partition: ObjectName
    concurrently: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class RenameTable:
    """ALTER TABLE (or VIEW, INDEX, SEQUENCE: PostgreSQL accepts TABLE for each) ... RENAME TO.

    ``kind`` is the statement's word: ``table``, ``view``, ``materialized view``, ``index``, ``sequence``.
    """

    name: ObjectName
    new_name: str
    kind: str = "table"
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class RenameColumn:
    table: ObjectName
    column: str
    new_name: str
    only: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class RenameConstraint:
    table: ObjectName
    name: str
    new_name: str
    only: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class SetSchema:
    """ALTER TABLE, VIEW, SEQUENCE, TYPE, DOMAIN, FUNCTION or EXTENSION ... SET SCHEMA, by ``kind``."""

    name: ObjectName
    schema: str
    kind: str = "table"
    if_exists: bool = False


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


@dataclass(frozen=True, slots=True)
class CreateSchema:
    """CREATE SCHEMA; its elements are operations of their own, with the schema in their names."""

    name: str
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropSchema:
    names: tuple[str, ...]
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameSchema:
    name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class CreateType:
    """CREATE TYPE and CREATE DOMAIN. ``attributes`` are a composite type's."""

    name: ObjectName
    kind: TypeKind
    labels: tuple[str, ...] = ()
    base: str | None = None
    attributes: tuple[ColumnDefinition, ...] = ()


@dataclass(frozen=True, slots=True)
class DropType:
    """DROP TYPE, or DROP DOMAIN where ``domain`` is true."""

    names: tuple[ObjectName, ...]
    domain: bool = False
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameType:
    name: ObjectName
    new_name: str


@dataclass(frozen=True, slots=True)
class AddEnumValue:
    """ALTER TYPE ... ADD VALUE, before or after ``neighbour`` where one is given."""

    type: ObjectName
    value: str
    neighbour: str | None = None
    after: bool = True
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class RenameEnumValue:
    type: ObjectName
    value: str
    new_value: str


@dataclass(frozen=True, slots=True)
class CreateSequence:
    name: ObjectName
    owned_by: tuple[ObjectName, str] | None = None
    if_not_exists: bool = False
    temporary: bool = False


@dataclass(frozen=True, slots=True)
class SetSequenceOwner:
    """ALTER SEQUENCE ... OWNED BY; None for OWNED BY NONE."""

    name: ObjectName
    owned_by: tuple[ObjectName, str] | None
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropSequence:
    names: tuple[ObjectName, ...]
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class CreateExtension:
    name: str
    schema: str | None = None
    if_not_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class DropExtension:
    names: tuple[str, ...]
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class CreateFunction:
    """CREATE FUNCTION or PROCEDURE; ``arguments`` are the input types, ``returns`` the result's."""

    name: ObjectName
    arguments: tuple[str, ...]
    or_replace: bool = False
    returns: str | None = None


@dataclass(frozen=True, slots=True)
class DropFunction:
    """DROP FUNCTION, PROCEDURE or ROUTINE of one name; ``arguments`` is None where none are written."""

    name: ObjectName
    arguments: tuple[str, ...] | None = None
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameFunction:
    name: ObjectName
    new_name: str
    arguments: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class SetSearchPath:
    """SET search_path; None for its default. ``local``: until the transaction ends."""

    schemas: tuple[str, ...] | None
    local: bool = False


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that may change indexes in a way that cannot be read from it.

    ``tables`` are those that it may touch; empty where it may be any.
    """

    reason: str
    tables: tuple[ObjectName, ...] = ()


Operation = (
    CreateIndex
    | CreateTable
    | CreateTableAs
    | DropTable
    | DropIndex
    | AddColumn
    | DropColumn
    | AlterColumnType
    | SetNotNull
    | SetDefault
    | SetIdentity
    | DropExpression
    | AddConstraint
    | DropConstraint
    | ChangeInheritance
    | AttachPartition
    | DetachPartition
    | RenameTable
    | RenameColumn
    | RenameConstraint
    | SetSchema
    | SetIndexOptions
    | SetTablespace
    | AttachIndex
    | CreateSchema
    | DropSchema
    | RenameSchema
    | CreateType
    | DropType
    | RenameType
    | AddEnumValue
    | RenameEnumValue
    | CreateSequence
    | SetSequenceOwner
    | DropSequence
    | CreateExtension
    | DropExtension
    | CreateFunction
    | DropFunction
    | RenameFunction
    | SetSearchPath
    | Opaque
)
