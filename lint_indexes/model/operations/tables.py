"""Operations on tables and views."""

from __future__ import annotations

from lint_indexes.model.catalog import RelationKind
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import ObjectName
from lint_indexes.model.operations.definitions import (
    ColumnDefinition,
    ConstraintDefinition,
    TableElement,
)
from lint_indexes.model.partitions import PartitionBound, Strategy


@dataclass(frozen=True, slots=True)
class CreateTable:
    """CREATE TABLE and CREATE FOREIGN TABLE; ``elements`` in the order written."""

    name: ObjectName
    elements: tuple[TableElement, ...] = ()
    kind: RelationKind = RelationKind.TABLE
    inherits: tuple[ObjectName, ...] = ()
    partition_of: ObjectName | None = None
    partition_key: tuple[str | None, ...] = ()
    partition_reads: tuple[str, ...] = ()
    partition_strategy: Strategy | None = None
    bound: PartitionBound | None = None
    of_type: ObjectName | None = None
    if_not_exists: bool = False
    temporary: bool = False
    on_commit_drop: bool = False


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
    on_commit_drop: bool = False


@dataclass(frozen=True, slots=True)
class DropTable:
    """DROP TABLE, VIEW, MATERIALIZED VIEW or FOREIGN TABLE, by ``kind``."""

    names: tuple[ObjectName, ...]
    kind: RelationKind = RelationKind.TABLE
    if_exists: bool = False
    cascade: bool = False


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
    """SET DATA TYPE; ``using`` is the expression of the USING clause."""

    table: ObjectName
    column: str
    type: str
    collation: str | None = None
    only: bool = False
    if_exists: bool = False
    using: str | None = None


@dataclass(frozen=True, slots=True)
class SetNotNull:
    """SET NOT NULL, or DROP NOT NULL where ``not_null`` is false.

    ``before_primary_key``: the same ALTER TABLE adds a primary key that has the column, and does not set it
    NOT NULL again; these are the columns of the key but those that it adds.
    """

    table: ObjectName
    column: str
    not_null: bool
    only: bool = False
    if_exists: bool = False
    before_primary_key: tuple[str, ...] = ()


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
    only: bool = False
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
class ValidateConstraint:
    table: ObjectName
    name: str
    only: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class AlterTable:
    """A subcommand that changes nothing here; what it names must exist all the same."""

    table: ObjectName
    column: str | None = None
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
    bound: PartitionBound | None = None
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
