"""Finding what a statement names, and PostgreSQL's errors where it is not there."""

from __future__ import annotations

from dataclasses import replace

from lint_indexes.ddl import system_catalog
from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.normalize import last_name
from lint_indexes.model.catalog import Catalog, Column, Index, RelationKind, Sequence, Table
from lint_indexes.model.names import ObjectName, QualifiedName, quote_identifier

Relation = Table | Index | Sequence

# Columns that every table has (PostgreSQL manual, 5.6 System Columns).
SYSTEM_COLUMNS = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})

TEMPORARY_SCHEMA = "pg_temp"
_SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema", TEMPORARY_SCHEMA})


def plain(name: ObjectName | QualifiedName) -> str:
    """A name as error messages show it: with its schema if it was written, and without quoting."""
    return f"{name.schema}.{name.name}" if name.schema is not None else name.name


def shown(catalog: Catalog, name: QualifiedName) -> str:
    """A relation as PostgreSQL describes it: with its schema where the search_path does not find it."""
    found = find_relation(catalog, ObjectName(name.name))
    return name.name if found is not None and found.name == name else f"{name.schema}.{name.name}"


def word_for(relation: Relation) -> str:
    """What PostgreSQL calls the relation."""
    if isinstance(relation, Table):
        return "table" if relation.kind is RelationKind.PARTITIONED_TABLE else relation.kind.value
    return "index" if isinstance(relation, Index) else "sequence"


def sequence_text(name: QualifiedName) -> str:
    """A sequence as the default of a column names it."""
    return quote_identifier(name.name) if name.schema == "public" else str(name)


def is_unseen(table: Table) -> bool:
    """Whether the table was used but never created, so that it may be a view as well."""
    return not table.complete and table.kind is RelationKind.TABLE


def relation_at(catalog: Catalog, name: QualifiedName) -> Relation | None:
    """The table, view, index or sequence of that name."""
    return catalog.tables.get(name) or catalog.indexes.get(name) or catalog.sequences.get(name)


def find_relation(catalog: Catalog, name: ObjectName) -> Relation | None:
    """The relation that a name means: the first on the search_path, of whatever kind."""
    found = (relation_at(catalog, at) for at in catalog.candidates(name))
    return next((relation for relation in found if relation is not None), None)


# Extensions that are often installed and add nothing that a table, an index or a view uses.
_WITHOUT_MEMBERS = frozenset({"plpgsql"})


def has_unknown_extension(catalog: Catalog) -> bool:
    """Whether an extension is installed whose functions, types and views are not known here."""
    return any(
        name not in system_catalog.extensions() and name not in _WITHOUT_MEMBERS
        for name in catalog.extensions
    )


def require_schema(catalog: Catalog, schema: str, context: Context) -> Catalog:
    """The catalog with the schema.

    Raises:
        SqlError: 3F000 where it does not exist and must.
    """
    if schema in catalog.schemas or schema in _SYSTEM_SCHEMAS:
        return catalog
    if not context.allows_unknown(catalog):
        raise SqlError("3F000", f'schema "{schema}" does not exist')
    return replace(catalog, schemas=catalog.schemas.insert(schema))


def place_new(
    catalog: Catalog, name: ObjectName, context: Context, *, temporary: bool = False
) -> tuple[Catalog, QualifiedName]:
    """Where a new object of that name goes.

    Raises:
        SqlError: 3F000 where its schema, or any schema of the search_path, does not exist, 42P16 for a
            temporary one in another schema (RangeVarGetAndCheckCreationNamespace).
    """
    if temporary:
        if name.schema not in (None, TEMPORARY_SCHEMA) and not context.lenient:
            require_schema(catalog, name.schema, context)
            raise SqlError("42P16", "cannot create temporary relation in non-temporary schema")
        schemas = catalog.schemas.insert(TEMPORARY_SCHEMA)
        return replace(catalog, schemas=schemas), QualifiedName(TEMPORARY_SCHEMA, name.name)
    if name.schema is not None:
        return require_schema(catalog, name.schema, context), QualifiedName(name.schema, name.name)
    schema = catalog.current_schema
    if schema is None:
        if not context.allows_unknown(catalog):
            raise SqlError("3F000", "no schema has been selected to create in")
        schema = next(iter(catalog.search_path), "public")
        catalog = replace(catalog, schemas=catalog.schemas.insert(schema))
    return catalog, QualifiedName(schema, name.name)


def missing_relation(catalog: Catalog, name: ObjectName, word: str = "relation") -> SqlError:
    """The error for a relation that does not exist."""
    known = name.schema is None or name.schema in catalog.schemas or name.schema in _SYSTEM_SCHEMAS
    if not known:
        return SqlError("3F000", f'schema "{name.schema}" does not exist')
    return SqlError("42P01", f'{word} "{plain(name)}" does not exist')


def require_table(
    catalog: Catalog, name: ObjectName, context: Context, *, if_exists: bool = False
) -> tuple[Catalog, Table | None]:
    """The table (or view) that a statement changes; None where it is missing and may be.

    A table that may exist unseen is made as an incomplete one.

    Raises:
        SqlError: 42P01, 3F000, or 42809 where the name is that of an index or a sequence.
    """
    found = find_relation(catalog, name)
    if isinstance(found, Table):
        return catalog, found
    if found is not None:
        if context.lenient:
            return catalog, None
        raise SqlError("42809", f'"{name.name}" is not a table')
    if if_exists and not catalog.open_world:
        return catalog, None
    if not context.allows_unknown(catalog):
        raise missing_relation(catalog, name)
    catalog, at = place_new(catalog, name, context)
    table = Table(at, complete=False, origin=context.origin)
    return catalog.with_table(table), table


def require_column(table: Table, name: str, context: Context, *, owner: bool = True) -> Column | None:
    """The column of that name; None where it is missing and may be.

    Raises:
        SqlError: 42703; ``owner`` adds the relation to the message. 0A000 for one that every table has.
    """
    column = table.column(name)
    if column is None and table.complete and not context.lenient:
        if name in SYSTEM_COLUMNS:
            raise SqlError("0A000", f'cannot alter system column "{name}"')
        raise missing_column(table, name, owner=owner)
    return column


def collation_of(column: Column) -> str | None:
    """The name of a column's collation; None for the default one."""
    name = last_name(column.collation) if column.collation is not None else "default"
    return None if name == "default" else name


def check_parent_lasts(parent: Table, child: QualifiedName, *, partition: bool = False) -> None:
    """Raise where a permanent table would belong to a temporary one, or a temporary partition to another.

    Raises:
        SqlError: 42809.
    """
    temporary = parent.name.schema == TEMPORARY_SCHEMA, child.schema == TEMPORARY_SCHEMA
    if temporary == (True, False):
        raise SqlError("42809", f'cannot inherit from temporary relation "{parent.name.name}"')
    if partition and temporary == (False, True):
        raise SqlError(
            "42809",
            f'cannot create a temporary relation as partition of permanent relation "{parent.name.name}"',
        )


def check_is_partitioned(table: Table, shown: str) -> None:
    """Raise where a table is known to have no partitions."""
    if table.complete and table.kind is not RelationKind.PARTITIONED_TABLE:
        raise SqlError("42P17", f"{shown} is not partitioned")


def require_storage(table: Table, action: str, context: Context) -> None:
    """Raise for an ALTER TABLE that only tables know, on a view.

    Raises:
        SqlError: 42809, in the words of PostgreSQL 15 and newer.
    """
    if table.kind in (RelationKind.VIEW, RelationKind.MATERIALIZED_VIEW) and not context.lenient:
        raise SqlError("42809", f'ALTER action {action} cannot be performed on relation "{table.name.name}"')


def require_own_columns(table: Table, action: str, context: Context) -> None:
    """Raise for a change of the columns that a table has from the composite type that it is OF.

    Raises:
        SqlError: 42809.
    """
    if table.of_type is not None and not context.lenient:
        raise SqlError("42809", f"cannot {action} typed table")


def missing_column(table: Table, name: str, *, owner: bool = True) -> SqlError:
    """The error for a column that does not exist."""
    of = f' of relation "{table.name.name}"' if owner else ""
    return SqlError("42703", f'column "{name}"{of} does not exist')


def taken_relation(name: QualifiedName) -> SqlError:
    """The error for the name of a relation that exists."""
    return SqlError("42P07", f'relation "{name.name}" already exists')


def children_of(catalog: Catalog, parent: QualifiedName) -> tuple[Table, ...]:
    """The partitions and the tables that inherit from a table, sorted by name."""
    return tuple(
        table
        for table in catalog.dependents_of(parent)
        if table.partition_of == parent or parent in table.inherits
    )


def descendants_of(catalog: Catalog, name: QualifiedName) -> set[QualifiedName]:
    """A table with its partitions and the tables that inherit from it, at any depth (find_all_inheritors)."""
    found = {name}
    for child in children_of(catalog, name):
        found |= descendants_of(catalog, child.name)
    return found


def check_children_follow(catalog: Catalog, table: Table, message: str, context: Context) -> None:
    """Raise for ONLY, where the tables that inherit must be changed too.

    Raises:
        SqlError: 42P16.
    """
    if children_of(catalog, table.name) and not context.lenient:
        raise SqlError("42P16", message)


def nullable_below(catalog: Catalog, table: Table, name: str) -> Table | None:
    """The first of the tables that inherit whose column of a name is not NOT NULL."""
    for child in children_of(catalog, table.name):
        column = child.column(name)
        if column is not None and not column.not_null:
            return child
    return None


def replace_column(table: Table, name: str, column: Column | None) -> Table:
    """The table with one of its columns replaced, or dropped where ``column`` is None."""
    columns = (column if known.name == name else known for known in table.columns)
    return replace(table, columns=tuple(known for known in columns if known is not None))
