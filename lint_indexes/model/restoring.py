"""Operations that bring a schema from one state to another, and so undo a statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lint_indexes.model.catalog import (
    Catalog,
    Column,
    Constraint,
    ConstraintKind,
    RelationKind,
    Sequence,
    Table,
    Type,
    TypeKind,
)
from lint_indexes.model.history import Step
from lint_indexes.model.index_operations import creation_of, removal_of
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    ColumnDefinition,
    ConstraintDefinition,
    CreateExtension,
    CreateSchema,
    CreateSequence,
    CreateTable,
    CreateType,
    DropColumn,
    DropConstraint,
    DropSequence,
    DropTable,
    DropType,
    Operation,
    RenameColumn,
    RenameConstraint,
    RenameEnumValue,
    RenameTable,
    RenameType,
    SetDefault,
    SetNotNull,
    SetSequenceOwner,
)


class IrreversibleError(Exception):
    """What a statement did cannot be undone by what is known; the text says why."""


def undo(steps: Iterable[Step]) -> tuple[Operation, ...]:
    """The operations that take back some steps, the last one first.

    Raises:
        IrreversibleError: a step lost something that the states do not have.
    """
    return tuple(operation for step in reversed(tuple(steps)) for operation in _undo_step(step))


def _undo_step(step: Step) -> Iterator[Operation]:
    if step.before.same_schema(step.after):
        return iter(())
    operation = step.operation
    if (renamed := _rename_back(operation)) is not None:
        return iter((renamed,))
    if isinstance(operation, CreateSchema | CreateExtension):
        # What is left over of these does no harm, and others may have come to need it.
        return iter(())
    return _difference(step.after, step.before)


def _rename_back(operation: Operation) -> Operation | None:
    if isinstance(operation, RenameTable):
        name = ObjectName(operation.new_name, operation.name.schema)
        return RenameTable(name, operation.name.name, operation.kind)
    if isinstance(operation, RenameColumn):
        return RenameColumn(operation.table, operation.new_name, operation.column)
    if isinstance(operation, RenameConstraint):
        return RenameConstraint(operation.table, operation.new_name, operation.name)
    if isinstance(operation, RenameType):
        return RenameType(ObjectName(operation.new_name, operation.name.schema), operation.name.name)
    if isinstance(operation, RenameEnumValue):
        return RenameEnumValue(operation.type, operation.new_value, operation.value)
    return None


def _difference(now: Catalog, wanted: Catalog) -> Iterator[Operation]:
    """What brings a state back to another that has the same functions and schemas."""
    _refuse_what_has_no_operation(now, wanted)
    gone = sorted(set(now.tables) - set(wanted.tables))
    new = sorted(set(wanted.tables) - set(now.tables))
    pairs = [
        (now.tables[name], wanted.tables[name])
        for name in sorted(now.tables)
        if name in wanted.tables and now.tables[name] is not wanted.tables[name]
    ]
    indexes = _plain_indexes(now, wanted)
    yield from (removal_of(now.indexes[name]) for name in indexes if name in now.indexes)
    for table, target in pairs:
        yield from _drop_constraints(table, target)
    yield from (DropTable((name.in_full,), now.tables[name].kind) for name in gone)
    yield from (_type(wanted.types[name]) for name in sorted(set(wanted.types) - set(now.types)))
    sequences = list(_new_sequences(now, wanted))
    yield from (CreateSequence(sequence.name.in_full) for sequence in sequences)
    yield from (_table(wanted.tables[name]) for name in new)
    for table, target in pairs:
        yield from _columns(table, target)
    yield from (_owner(sequence) for sequence in sequences if sequence.owned_by is not None)
    yield from _sequences_left(now, wanted)
    for name in new:
        yield from _constraints(wanted, wanted.tables[name], wanted.tables[name].constraints)
    for table, target in pairs:
        yield from _constraints(wanted, target, _changed(target, table))
    indexes += [index.name for name in new for index in wanted.indexes_on(name) if index.constraint is None]
    yield from (creation_of(wanted.indexes[name]) for name in sorted(indexes) if name in wanted.indexes)
    yield from (_drop_type(now.types[name]) for name in sorted(set(now.types) - set(wanted.types)))


def _refuse_what_has_no_operation(now: Catalog, wanted: Catalog) -> None:
    for part, what in (("functions", "a function"), ("schemas", "a schema")):
        if not getattr(now, part) == getattr(wanted, part):
            raise IrreversibleError(f"it changes {what}")
    for name in sorted({*now.types, *wanted.types}):
        was, target = now.types.get(name), wanted.types.get(name)
        if was is not None and target is not None and was != target:
            raise IrreversibleError(f"PostgreSQL cannot take a value out of the enum {name}")
        if target is not None and was is None and target.kind not in (TypeKind.ENUM, TypeKind.DOMAIN):
            raise IrreversibleError(f"the {target.kind.value} type {name} cannot be made again")
    for name in sorted(set(now.tables) ^ set(wanted.tables)):
        table = now.tables.get(name) or wanted.tables[name]
        if name in wanted.tables and (
            table.kind is not RelationKind.TABLE or table.partition_of or table.inherits
        ):
            raise IrreversibleError(f"{table.kind.value} {table.name} cannot be made again")
        if name in wanted.tables and not table.complete:
            raise IrreversibleError(f"the columns of table {table.name} are not all known")


def _type(type_: Type) -> Operation:
    return CreateType(type_.name.in_full, type_.kind, type_.labels, type_.base)


def _drop_type(type_: Type) -> Operation:
    return DropType((type_.name.in_full,), domain=type_.kind is TypeKind.DOMAIN)


def _owner(sequence: Sequence) -> Operation:
    assert sequence.owned_by is not None
    table, column = sequence.owned_by
    return SetSequenceOwner(sequence.name.in_full, (table.in_full, column))


def _new_sequences(now: Catalog, wanted: Catalog) -> Iterator[Sequence]:
    """Those that do not come with an identity column."""
    for name in sorted(set(wanted.sequences) - set(now.sequences)):
        owner = wanted.sequences[name].owned_by
        table = wanted.tables.get(owner[0]) if owner else None
        column = table.column(owner[1]) if table and owner else None
        if column is None or not column.identity:
            yield wanted.sequences[name]


def _sequences_left(now: Catalog, wanted: Catalog) -> Iterator[Operation]:
    """Those that do not go with a table or column that is dropped."""
    for name in sorted(set(now.sequences) - set(wanted.sequences)):
        owner = now.sequences[name].owned_by
        table = wanted.tables.get(owner[0]) if owner else None
        if owner is None or (table is not None and table.column(owner[1]) is not None):
            yield DropSequence((name.in_full,))


def _plain_indexes(now: Catalog, wanted: Catalog) -> list[QualifiedName]:
    """The indexes that differ and back no constraint, on tables that both have."""
    changed = []
    for name in sorted({*now.indexes, *wanted.indexes}):
        was, target = now.indexes.get(name), wanted.indexes.get(name)
        index = was or target
        if was == target or index is None or index.constraint is not None:
            continue
        if index.table in now.tables and index.table in wanted.tables:
            changed.append(name)
    return changed


def _changed(table: Table, other: Table) -> tuple[Constraint, ...]:
    """The constraints that the other one lacks, or has otherwise."""
    return tuple(one for one in table.constraints if other.constraint(one.name) != one)


def _drop_constraints(table: Table, target: Table) -> Iterator[Operation]:
    kept = {column.name for column in target.columns}
    for constraint in _changed(table, target):
        if set(constraint.columns) <= kept:
            yield DropConstraint(table.name.in_full, constraint.name)


def _table(table: Table) -> Operation:
    return CreateTable(table.name.in_full, tuple(map(_column, table.columns)))


def _column(column: Column) -> ColumnDefinition:
    return ColumnDefinition(
        column.name,
        column.type,
        not_null=column.not_null,
        default=column.default,
        generated=column.generated,
        virtual=column.virtual,
        identity=column.identity,
        serial=column.identity,
        collation=column.collation,
    )


def _columns(table: Table, target: Table) -> Iterator[Operation]:
    name = table.name.in_full
    for column in table.columns:
        if target.column(column.name) is None:
            yield DropColumn(name, column.name)
    for column in target.columns:
        now = table.column(column.name)
        if now is None:
            yield AddColumn(name, _column(column))
        elif now != column:
            yield from _alter(name, now, column)


def _values(column: Column) -> tuple[str | None, bool, bool]:
    return column.generated, column.virtual, column.identity


def _alter(table: ObjectName, now: Column, target: Column) -> Iterator[Operation]:
    if _values(now) != _values(target):
        raise IrreversibleError(f"it changes how column {now.name} gets its values")
    if (now.type, now.collation) != (target.type, target.collation):
        yield AlterColumnType(table, now.name, target.type, target.collation)
    if now.default != target.default:
        yield SetDefault(table, now.name, target.default)
    if now.not_null != target.not_null:
        yield SetNotNull(table, now.name, target.not_null)


def _constraints(wanted: Catalog, table: Table, constraints: Iterable[Constraint]) -> Iterator[Operation]:
    """Keys before the foreign keys that may refer to them."""
    ordered = sorted(constraints, key=lambda one: (not one.kind.has_index, one.name))
    for constraint in ordered:
        if constraint.kind is ConstraintKind.EXCLUDE:
            raise IrreversibleError(f"exclusion constraint {constraint.name} cannot be made again")
        index = constraint.index and wanted.indexes.get(QualifiedName(table.name.schema, constraint.index))
        if index:
            yield creation_of(index, constraint)
        else:
            yield AddConstraint(
                table.name.in_full,
                ConstraintDefinition(
                    kind=constraint.kind,
                    name=constraint.name,
                    columns=constraint.columns,
                    expression=constraint.expression,
                    references=constraint.references.in_full if constraint.references else None,
                    referenced_columns=constraint.referenced_columns,
                    on_delete=constraint.on_delete,
                    on_update=constraint.on_update,
                    deferrable=constraint.deferrable,
                    initially_deferred=constraint.initially_deferred,
                    no_inherit=constraint.no_inherit,
                ),
            )
