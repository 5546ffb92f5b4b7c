"""Operations as SQL, as far as Alembic has no operation of its own for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lint_indexes.model.catalog import ConstraintKind, TypeKind
from lint_indexes.model.names import ObjectName, quote_identifier
from lint_indexes.model.operations import (
    AddConstraint,
    ConstraintDefinition,
    CreateSequence,
    CreateType,
    DropSequence,
    DropType,
    Operation,
    RenameColumn,
    RenameConstraint,
    RenameEnumValue,
    RenameTable,
    RenameType,
    SetSequenceOwner,
)


def statement(operation: Operation) -> str | None:
    """The SQL of an operation, None for those that nobody needed as SQL so far."""
    write = _WRITERS.get(type(operation))
    return None if write is None else write(operation)


def literal(text: str) -> str:
    """A string constant (PostgreSQL manual, 4.1.2.1), with standard_conforming_strings on."""
    return "'" + text.replace("'", "''") + "'"


def _rename(operation: RenameTable) -> str:
    return f"ALTER {operation.kind.upper()} {operation.name} RENAME TO {quote_identifier(operation.new_name)}"


def _rename_column(operation: RenameColumn) -> str:
    old, new = quote_identifier(operation.column), quote_identifier(operation.new_name)
    return f"ALTER TABLE {operation.table} RENAME COLUMN {old} TO {new}"


def _rename_constraint(operation: RenameConstraint) -> str:
    old, new = quote_identifier(operation.name), quote_identifier(operation.new_name)
    return f"ALTER TABLE {operation.table} RENAME CONSTRAINT {old} TO {new}"


def _rename_type(operation: RenameType) -> str:
    return f"ALTER TYPE {operation.name} RENAME TO {quote_identifier(operation.new_name)}"


def _rename_value(operation: RenameEnumValue) -> str:
    return (
        f"ALTER TYPE {operation.type} RENAME VALUE {literal(operation.value)}"
        f" TO {literal(operation.new_value)}"
    )


def _create_type(operation: CreateType) -> str:
    if operation.kind is TypeKind.DOMAIN:
        return f"CREATE DOMAIN {operation.name} AS {operation.base}"
    return f"CREATE TYPE {operation.name} AS ENUM ({', '.join(map(literal, operation.labels))})"


def _drop_type(operation: DropType) -> str:
    return f"DROP {'DOMAIN' if operation.domain else 'TYPE'} {_names(operation.names)}"


def _create_sequence(operation: CreateSequence) -> str:
    return f"CREATE SEQUENCE {operation.name}"


def _drop_sequence(operation: DropSequence) -> str:
    return f"DROP SEQUENCE {_names(operation.names)}"


def _own_sequence(operation: SetSequenceOwner) -> str:
    if operation.owned_by is None:
        return f"ALTER SEQUENCE {operation.name} OWNED BY NONE"
    table, column = operation.owned_by
    return f"ALTER SEQUENCE {operation.name} OWNED BY {table}.{quote_identifier(column)}"


def _add_constraint(operation: AddConstraint) -> str | None:
    body = _constraint(operation.constraint)
    if body is None:
        return None
    name = operation.constraint.name
    named = f"CONSTRAINT {quote_identifier(name)} " if name else ""
    return f"ALTER TABLE {operation.table} ADD {named}{body}"


def _constraint(constraint: ConstraintDefinition) -> str | None:
    if constraint.using_index is not None:
        kind = "PRIMARY KEY" if constraint.kind is ConstraintKind.PRIMARY_KEY else "UNIQUE"
        return f"{kind} USING INDEX {quote_identifier(constraint.using_index)}{_deferral(constraint)}"
    if constraint.kind is ConstraintKind.PRIMARY_KEY:
        columns = ", ".join(map(quote_identifier, constraint.columns))
        return f"PRIMARY KEY ({columns}){_deferral(constraint)}"
    if constraint.kind is ConstraintKind.CHECK and constraint.expression is not None:
        return f"CHECK ({constraint.expression})"
    return None


def _deferral(constraint: ConstraintDefinition) -> str:
    initially = " INITIALLY DEFERRED" if constraint.initially_deferred else ""
    return f" DEFERRABLE{initially}" if constraint.deferrable else ""


def _names(names: tuple[ObjectName, ...]) -> str:
    return ", ".join(map(str, names))


_WRITERS: dict[type, Callable[[Any], str | None]] = {
    AddConstraint: _add_constraint,
    CreateSequence: _create_sequence,
    CreateType: _create_type,
    DropSequence: _drop_sequence,
    DropType: _drop_type,
    RenameColumn: _rename_column,
    RenameConstraint: _rename_constraint,
    RenameEnumValue: _rename_value,
    RenameTable: _rename,
    RenameType: _rename_type,
    SetSequenceOwner: _own_sequence,
}
