"""RENAME TO and SET SCHEMA of relations."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl.apply.constraint_changes import rename_index
from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.functions import set_function_schema
from lint_indexes.ddl.apply.lookup import (
    TEMPORARY_SCHEMA,
    Relation,
    find_relation,
    is_unseen,
    missing_relation,
    place_new,
    require_schema,
    sequence_text,
    taken_relation,
    word_for,
)
from lint_indexes.ddl.apply.partition_references import move_references
from lint_indexes.ddl.apply.references import foreign_keys_to
from lint_indexes.ddl.apply.types import set_type_schema
from lint_indexes.ddl.apply.views import views_of
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Constraint, Index, Table
from lint_indexes.model.names import ObjectName, QualifiedName, quote_identifier
from lint_indexes.model.operations import RenameTable, SetSchema

# ALTER TABLE renames any relation, ALTER INDEX too; the other words must fit.
_ANY_KIND = frozenset({"table", "index"})


def _relation(
    catalog: Catalog, name: ObjectName, kind: str, context: Context, *, if_exists: bool
) -> tuple[Catalog, Relation | None]:
    found = find_relation(catalog, name)
    if found is not None:
        known = not isinstance(found, Table) or not is_unseen(found)
        if kind not in _ANY_KIND and word_for(found) != kind and known:
            if context.lenient:
                return catalog, None
            raise SqlError("42809", f'"{name.name}" is not a {kind}')
        return catalog, found
    if not context.allows_unknown(catalog):
        if if_exists:
            return catalog, None
        raise missing_relation(catalog, name)
    if kind in ("index", "sequence") or if_exists:
        return catalog, None
    catalog, at = place_new(catalog, name, context)
    table = Table(at, complete=False, origin=context.origin)
    return catalog.with_table(table), table


@perform.register
def _(operation: RenameTable, catalog: Catalog, context: Context) -> Catalog:
    catalog, found = _relation(
        catalog, operation.name, operation.kind, context, if_exists=operation.if_exists
    )
    if found is None:
        return catalog
    name = QualifiedName(found.name.schema, operation.new_name)
    if catalog.relation_exists(name):
        if context.lenient:
            return catalog
        raise taken_relation(name)
    if isinstance(found, Index):
        return rename_index(catalog, found, operation.new_name)
    if isinstance(found, Table):
        return move_table(catalog, found, name)
    return _move_sequence(catalog, found.name, name)


def _move_sequence(catalog: Catalog, old: QualifiedName, new: QualifiedName) -> Catalog:
    moved = replace(catalog.sequences[old], name=new)
    catalog = catalog.without_sequence(old).with_sequence(moved)
    for table in catalog.tables_that_use(old):
        if any(column.default is not None and old.name in column.default for column in table.columns):
            columns = tuple(
                replace(column, default=_renamed_default(column.default, old, new))
                for column in table.columns
            )
            catalog = catalog.with_table(replace(table, columns=columns))
    return catalog


def _renamed_default(default: str | None, old: QualifiedName, new: QualifiedName) -> str | None:
    if default is None or "nextval" not in default:
        return default
    for written in (old.name, quote_identifier(old.name), str(old)):
        default = default.replace(f"'{written}'", f"'{sequence_text(new)}'")
    return default


def move_table(catalog: Catalog, table: Table, new: QualifiedName) -> Catalog:
    """Give a table another name or schema, and let all that refers to it follow.

    Its indexes keep their names; in another schema they and the owned sequences move along.
    """
    old = table.name
    indexes = catalog.indexes_on(old)
    catalog = catalog.without_table(old).with_table(replace(table, name=new))
    for index in indexes:
        moved = replace(index, table=new, name=QualifiedName(new.schema, index.name.name))
        catalog = catalog.with_index(moved)
    if old in catalog.uncertain:
        reason = catalog.uncertain[old]
        catalog = replace(catalog, uncertain=catalog.uncertain.remove(old).insert(new, reason))
    catalog = _follow_indexes(catalog, indexes, new.schema)
    for owner, _ in foreign_keys_to(catalog, old):
        current = catalog.tables[owner.name]
        constraints = tuple(_follow(constraint, old, new) for constraint in current.constraints)
        catalog = catalog.with_table(replace(current, constraints=constraints))
    catalog = move_references(catalog, old, new)
    for view in views_of(catalog, old):
        reads = tuple((new if name == old else name, read) for name, read in view.reads)
        catalog = catalog.with_table(replace(view, reads=reads))
    for child in catalog.dependents_of(old):
        if child.partition_of == old:
            catalog = catalog.with_table(replace(child, partition_of=new))
        elif old in child.inherits:
            inherits = tuple(new if parent == old else parent for parent in child.inherits)
            catalog = catalog.with_table(replace(child, inherits=inherits))
    for sequence in catalog.sequences_owned_by(old):
        name = sequence.name
        column = sequence.owned_by[1] if sequence.owned_by is not None else ""
        catalog = catalog.with_sequence(replace(sequence, owned_by=(new, column)))
        if name.schema != new.schema:
            catalog = _move_sequence(catalog, name, QualifiedName(new.schema, name.name))
    return catalog


def _follow(constraint: Constraint, old: QualifiedName, new: QualifiedName) -> Constraint:
    return replace(constraint, references=new) if constraint.references == old else constraint


def _follow_indexes(catalog: Catalog, indexes: tuple[Index, ...], schema: str) -> Catalog:
    """Let the partitions' indexes know the new schema of their parents."""
    moved = {index.name for index in indexes if index.name.schema != schema}
    if not moved:
        return catalog
    for index in tuple(catalog.indexes.values()):
        if index.partition_of in moved:
            parent = QualifiedName(schema, index.partition_of.name)
            catalog = catalog.with_index(replace(index, partition_of=parent))
    return catalog


def _set_extension_schema(catalog: Catalog, operation: SetSchema) -> Catalog:
    name = operation.name.name
    if name not in catalog.extensions:
        return catalog
    return replace(catalog, extensions=catalog.extensions.insert(name, operation.schema))


@perform.register
def _(operation: SetSchema, catalog: Catalog, context: Context) -> Catalog:
    if operation.kind == "type":
        return set_type_schema(catalog, operation, context)
    if operation.kind == "function":
        return set_function_schema(catalog, operation, context)
    if operation.kind == "extension":
        return _set_extension_schema(catalog, operation)
    catalog, found = _relation(
        catalog, operation.name, operation.kind, context, if_exists=operation.if_exists
    )
    if found is None:
        return catalog
    if isinstance(found, Index) and not context.lenient:
        raise SqlError("42809", f'"{found.name.name}" is not a table, view, sequence, or foreign table')
    catalog = require_schema(catalog, operation.schema, context)
    if found.name.schema == operation.schema:
        return catalog
    if TEMPORARY_SCHEMA in (found.name.schema, operation.schema) and not context.lenient:
        raise SqlError("0A000", "cannot move objects into or out of temporary schemas")
    new = QualifiedName(operation.schema, found.name.name)
    if catalog.relation_exists(new):
        if context.lenient:
            return catalog
        raise SqlError("42P07", f'relation "{new.name}" already exists in schema "{operation.schema}"')
    if isinstance(found, Table):
        return move_table(catalog, found, new)
    if isinstance(found, Index):
        return catalog
    return _move_sequence(catalog, found.name, new)
