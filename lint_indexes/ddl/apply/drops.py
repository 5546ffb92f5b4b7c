"""DROP TABLE, VIEW, MATERIALIZED VIEW, FOREIGN TABLE and SEQUENCE."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl.apply.context import Context, perform
from lint_indexes.ddl.apply.lookup import (
    children_of,
    find_relation,
    is_unseen,
    missing_relation,
    shown,
    word_for,
)
from lint_indexes.ddl.apply.partition_references import references_to, without_references_to
from lint_indexes.ddl.apply.references import (
    depended_on,
    foreign_keys_to,
    without_constraint,
    without_foreign_key,
)
from lint_indexes.ddl.apply.views import views_of
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog, Column, Sequence, Table
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import DropSequence, DropTable


@perform.register
def _(operation: DropTable, catalog: Catalog, context: Context) -> Catalog:
    tables = []
    for name in operation.names:
        table = _table_to_drop(catalog, name, operation, context)
        if table is not None:
            tables.append(table)
    cascade = operation.cascade or context.lenient
    return drop_tables(catalog, tables, cascade=cascade)


def _table_to_drop(
    catalog: Catalog, name: ObjectName, operation: DropTable, context: Context
) -> Table | None:
    found = find_relation(catalog, name)
    wanted = operation.kind.value
    if isinstance(found, Table) and (word_for(found) == wanted or is_unseen(found)):
        return found
    if found is not None:
        if context.lenient:
            return None
        article = "an" if wanted.startswith("i") else "a"
        raise SqlError("42809", f'"{name.name}" is not {article} {wanted}')
    if operation.if_exists or context.allows_unknown(catalog):
        return None
    error = missing_relation(catalog, name, wanted)
    if error.sqlstate == "42P01":
        error = SqlError("42P01", f'{wanted} "{name.name}" does not exist')
    raise error


def drop_tables(catalog: Catalog, tables: list[Table], *, cascade: bool) -> Catalog:
    """Drop tables and views with all that is theirs: indexes, constraints, partitions, sequences.

    Raises:
        SqlError: 2BP01 where something else depends on them and ``cascade`` is false.
    """
    before = catalog
    going: dict[QualifiedName, Table] = {}
    for table in tables:
        _collect(catalog, table, going, {known.name for known in tables}, cascade=cascade)
    for table in tables:
        what = f"{word_for(table)} {shown(catalog, table.name)}"
        for owner, constraint in foreign_keys_to(catalog, table.name):
            if owner.name not in going:
                if not cascade:
                    raise depended_on(what)
                catalog = without_constraint(catalog, owner.name, constraint.name)
        for owner, reference in tuple(references_to(catalog, table.name)):
            if owner.name not in going:
                if not cascade:
                    raise depended_on(what)
                catalog = without_foreign_key(catalog, owner.name, reference.key)
    for name in going:
        for owner, constraint in foreign_keys_to(catalog, name):
            if owner.name not in going:
                catalog = without_constraint(catalog, owner.name, constraint.name)
        catalog = catalog.without_table(name)
    catalog = without_references_to(catalog, set(going))
    owner_shown = f"{word_for(tables[0])} {shown(before, tables[0].name)}" if tables else None
    return _drop_owned_sequences(catalog, set(going), owner_shown, cascade=cascade)


def _collect(
    catalog: Catalog,
    table: Table,
    going: dict[QualifiedName, Table],
    asked: set[QualifiedName],
    *,
    cascade: bool,
) -> None:
    """Everything that goes with a table. Partitions go by themselves; children and views need CASCADE."""
    if table.name in going:
        return
    going[table.name] = table
    for child in children_of(catalog, table.name):
        if child.partition_of != table.name and child.name not in asked and not cascade:
            raise depended_on(f"{word_for(table)} {shown(catalog, table.name)}")
        _collect(catalog, child, going, asked, cascade=cascade)
    for view in views_of(catalog, table.name):
        if view.name not in asked and not cascade:
            raise depended_on(f"{word_for(table)} {shown(catalog, table.name)}")
        _collect(catalog, view, going, asked, cascade=cascade)


def _drop_owned_sequences(
    catalog: Catalog, tables: set[QualifiedName], what: str | None, *, cascade: bool
) -> Catalog:
    for table in sorted(tables):
        for sequence in catalog.sequences_owned_by(table):
            catalog = drop_sequence(catalog, sequence.name, cascade=cascade, what=what)
    return catalog


def _spellings(catalog: Catalog, sequence: QualifiedName) -> tuple[str, ...]:
    """The ways in which a default may name a sequence; without a schema it means that of public first."""
    unqualified = QualifiedName("public", sequence.name)
    if sequence != unqualified and unqualified in catalog.sequences:
        return (f"'{sequence}'",)
    return (f"'{sequence}'", f"'{sequence.name}'", f"'\"{sequence.name}\"'")


def _uses(column: Column, spellings: tuple[str, ...]) -> bool:
    """Whether a column's default takes its value from the sequence."""
    default = column.default
    return default is not None and "nextval" in default and any(name in default for name in spellings)


def drop_sequence(
    catalog: Catalog, name: QualifiedName, *, cascade: bool, what: str | None = None
) -> Catalog:
    """Drop a sequence; with ``cascade`` the defaults that use it go too.

    ``what`` is the object that was to be dropped, if it is another one that owns the sequence.

    Raises:
        SqlError: 2BP01.
    """
    spellings = _spellings(catalog, name)
    for table in catalog.tables_that_use(name):
        if any(_uses(column, spellings) for column in table.columns):
            if not cascade:
                raise depended_on(what or f"sequence {shown(catalog, name)}")
            columns = tuple(
                replace(column, default=None) if _uses(column, spellings) else column
                for column in table.columns
            )
            catalog = catalog.with_table(replace(table, columns=columns))
    return catalog.without_sequence(name)


@perform.register
def _(operation: DropSequence, catalog: Catalog, context: Context) -> Catalog:
    for name in operation.names:
        found = find_relation(catalog, name)
        if isinstance(found, Sequence):
            _check_is_not_identity(catalog, found)
            cascade = operation.cascade or context.lenient
            catalog = drop_sequence(catalog, found.name, cascade=cascade)
        elif found is not None and not context.lenient:
            raise SqlError("42809", f'"{name.name}" is not a sequence')
        elif found is None and not operation.if_exists and not context.allows_unknown(catalog):
            error = missing_relation(catalog, name)
            if error.sqlstate == "42P01":
                error = SqlError("42P01", f'sequence "{name.name}" does not exist')
            raise error
    return catalog


def _check_is_not_identity(catalog: Catalog, sequence: Sequence) -> None:
    if sequence.owned_by is None:
        return
    at, name = sequence.owned_by
    column = catalog.tables[at].column(name) if at in catalog.tables else None
    if column is not None and column.identity:
        raise SqlError(
            "2BP01",
            f"cannot drop sequence {sequence.name.name} because column {name} of table {at.name} requires it",
        )
