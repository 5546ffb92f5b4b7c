"""pg_get_constraintdef() and what else is derived from a constraint."""

from __future__ import annotations

from lint_indexes.emulator import objects
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.model.catalog import Constraint, ConstraintKind, Table
from lint_indexes.model.names import QualifiedName, quote_identifier

NO_ACTION = "NO ACTION"


def _list(columns: tuple[str, ...]) -> str:
    return ", ".join(map(quote_identifier, columns))


def referenced_columns(backend: Backend, constraint: Constraint) -> tuple[str, ...]:
    """The columns that a foreign key refers to: the primary key's where it names none."""
    if constraint.referenced_columns or constraint.references is None:
        return constraint.referenced_columns
    target = backend.catalog.tables.get(constraint.references)
    keys = (
        (one for one in target.constraints if one.kind is ConstraintKind.PRIMARY_KEY) if target else iter(())
    )
    return next((key.columns for key in keys), ())


def definition(backend: Backend, table: Table, constraint: Constraint) -> str:
    """The constraint as ALTER TABLE would add it, laid out as ruleutils.c does."""
    text = _body(backend, table, constraint)
    if constraint.no_inherit:
        text += " NO INHERIT"
    if constraint.deferrable:
        text += " DEFERRABLE"
    if constraint.initially_deferred:
        text += " INITIALLY DEFERRED"
    if not constraint.valid:
        text += " NOT VALID"
    return text


def _body(backend: Backend, table: Table, constraint: Constraint) -> str:
    columns = _list(constraint.columns)
    if constraint.kind is ConstraintKind.PRIMARY_KEY:
        return f"PRIMARY KEY ({columns}){_include(backend, table, constraint)}"
    if constraint.kind is ConstraintKind.UNIQUE:
        return f"UNIQUE{_nulls(backend, table, constraint)} ({columns}){_include(backend, table, constraint)}"
    if constraint.kind is ConstraintKind.CHECK:
        return f"CHECK (({constraint.expression}))"
    if constraint.kind is ConstraintKind.FOREIGN_KEY and constraint.references is not None:
        text = (
            f"FOREIGN KEY ({columns}) REFERENCES {objects.shown_name(backend.catalog, constraint.references)}"
        )
        text += f"({_list(referenced_columns(backend, constraint))})"
        if constraint.on_update not in (None, NO_ACTION):
            text += f" ON UPDATE {constraint.on_update}"
        if constraint.on_delete not in (None, NO_ACTION):
            text += f" ON DELETE {constraint.on_delete}"
        return text
    raise Unsupported(f"the definition of the exclusion constraint {quote_identifier(constraint.name)}")


def _include(backend: Backend, table: Table, constraint: Constraint) -> str:
    index = backend.catalog.indexes.get(QualifiedName(table.name.schema, constraint.index or constraint.name))
    return f" INCLUDE ({_list(index.include)})" if index is not None and index.include else ""


def _nulls(backend: Backend, table: Table, constraint: Constraint) -> str:
    index = backend.catalog.indexes.get(QualifiedName(table.name.schema, constraint.index or constraint.name))
    return " NULLS NOT DISTINCT" if index is not None and index.nulls_not_distinct else ""


def referenced_key(target: Table | None, constraint: Constraint) -> Constraint | None:
    """The primary key or unique constraint of ``target`` that a foreign key relies on."""
    if target is None:
        return None
    keys = [
        one for one in target.constraints if one.kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)
    ]
    if not constraint.referenced_columns:
        return next((key for key in keys if key.kind is ConstraintKind.PRIMARY_KEY), None)
    wanted = set(constraint.referenced_columns)
    return next((key for key in keys if set(key.columns) == wanted), None)


def index_oid(backend: Backend, table: Table, constraint: Constraint, target: Table | None) -> int:
    """pg_constraint.conindid: the index behind the constraint, or behind the key that a foreign key needs."""
    if constraint.kind.has_index:
        name = constraint.index or constraint.name
        return objects.class_oid(backend, QualifiedName(table.name.schema, name))
    key = referenced_key(target, constraint)
    if constraint.kind is ConstraintKind.FOREIGN_KEY and key is not None and target is not None:
        return objects.class_oid(backend, QualifiedName(target.name.schema, key.index or key.name))
    return 0


def referenced_numbers(target: Table | None, constraint: Constraint) -> list[int] | None:
    """pg_constraint.confkey."""
    if constraint.kind is not ConstraintKind.FOREIGN_KEY or target is None:
        return None
    key = referenced_key(target, constraint)
    columns = constraint.referenced_columns or (key.columns if key is not None else ())
    return [objects.attribute_number(target, column) for column in columns]
