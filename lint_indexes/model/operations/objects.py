"""Operations on all that is no table: schemas, types, sequences, extensions, functions, the search_path."""

from __future__ import annotations

from lint_indexes.model.catalog import TypeKind
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import ObjectName
from lint_indexes.model.operations.definitions import ColumnDefinition


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
    """CREATE FUNCTION or PROCEDURE; ``arguments`` are the input types, ``returns`` the result's.

    ``volatility`` is as Function has it.
    """

    name: ObjectName
    arguments: tuple[str, ...]
    or_replace: bool = False
    returns: str | None = None
    volatility: str | None = None


@dataclass(frozen=True, slots=True)
class AlterFunction:
    """ALTER FUNCTION ... IMMUTABLE, STABLE or VOLATILE."""

    name: ObjectName
    arguments: tuple[str, ...] | None
    volatility: str


@dataclass(frozen=True, slots=True)
class CreateOperator:
    """CREATE OPERATOR, CAST or OPERATOR CLASS: what it makes is not read."""


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
