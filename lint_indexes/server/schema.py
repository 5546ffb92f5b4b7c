"""The indexes of a real database as a catalog, with as much of the rest as comparing them takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from rpds import HashTrieMap, HashTrieSet

from lint_indexes.ddl.parse import parse
from lint_indexes.errors import LintIndexesError
from lint_indexes.model.catalog import (
    Catalog,
    Column,
    ConstraintKind,
    Function,
    Index,
    RelationKind,
    Table,
    Type,
    TypeKind,
)
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import CreateIndex
from lint_indexes.server.connection import Connection

Row = Mapping[str, Any]

_OURS = r"nspname !~ '^pg_' AND nspname <> 'information_schema'"
_NOT_OF_EXTENSION = (
    "NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = '{}'::pg_catalog.regclass"
    " AND d.objid = {} AND d.deptype = 'e')"
)
_PARENTS = (
    "ARRAY(SELECT pg_catalog.json_build_array(pn.nspname, p.relname) FROM pg_catalog.pg_inherits"
    " JOIN pg_catalog.pg_class p ON p.oid = inhparent JOIN pg_catalog.pg_namespace pn"
    " ON pn.oid = p.relnamespace WHERE inhrelid = {} ORDER BY inhseqno)"
)

# The columns are those of the system catalogs (PostgreSQL manual, chapter 53).
_QUERIES = {
    "schemas": f"SELECT nspname AS name FROM pg_catalog.pg_namespace WHERE {_OURS}",
    "extensions": """
        SELECT extname AS name, nspname AS schema
        FROM pg_catalog.pg_extension JOIN pg_catalog.pg_namespace n ON n.oid = extnamespace
    """,
    "types": f"""
        SELECT nspname AS schema, typname AS name, typtype AS kind,
            CASE WHEN typtype = 'd' THEN pg_catalog.format_type(typbasetype, typtypmod) END AS base,
            ARRAY(SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder)
                AS labels
        FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = typnamespace
        WHERE {_OURS} AND typtype IN ('e', 'd') AND {_NOT_OF_EXTENSION.format("pg_catalog.pg_type", "t.oid")}
    """,
    "functions": f"""
        SELECT nspname AS schema, proname AS name,
            ARRAY(SELECT pg_catalog.format_type(argument, NULL)
                FROM pg_catalog.unnest(proargtypes) argument) AS arguments,
            CASE WHEN NOT proretset AND prokind = 'f'
                THEN pg_catalog.format_type(prorettype, NULL) END AS returns
        FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = pronamespace
        WHERE {_OURS} AND {_NOT_OF_EXTENSION.format("pg_catalog.pg_proc", "p.oid")}
        ORDER BY p.oid
    """,
    "tables": f"""
        SELECT nspname AS schema, relname AS name, relkind AS kind, ARRAY(
            SELECT pg_catalog.json_build_array(
                attname, pg_catalog.format_type(atttypid, atttypmod), attnotnull)
            FROM pg_catalog.pg_attribute
            WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum) AS columns,
            {_PARENTS.format("c.oid")} AS parents, relispartition AS partition
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
        WHERE {_OURS} AND relkind IN ('r', 'p', 'v', 'm', 'f')
            AND {_NOT_OF_EXTENSION.format("pg_catalog.pg_class", "c.oid")}
    """,
    "indexes": f"""
        SELECT nspname AS schema, c.relname AS name, t.relname AS table,
            pg_catalog.pg_get_indexdef(c.oid) AS definition, indisvalid AS valid, indisready AS ready,
            k.contype AS constraint, spcname AS tablespace, {_PARENTS.format("c.oid")} AS parents,
            ARRAY(SELECT oprname FROM pg_catalog.unnest(k.conexclop) WITH ORDINALITY AS x (oid, position)
                JOIN pg_catalog.pg_operator o ON o.oid = x.oid ORDER BY position) AS operators
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = indexrelid
        JOIN pg_catalog.pg_class t ON t.oid = indrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
        LEFT JOIN pg_catalog.pg_constraint k
            ON k.conindid = indexrelid AND k.conrelid = indrelid AND k.contype IN ('p', 'u', 'x')
        WHERE {_OURS} AND {_NOT_OF_EXTENSION.format("pg_catalog.pg_class", "t.oid")}
    """,
}
_AS_JSON = "(SELECT coalesce(pg_catalog.json_agg(q), '[]') FROM ({}) q)"
_EVERYTHING = (
    "SELECT pg_catalog.json_build_object("
    + ", ".join(f"'{name}', {_AS_JSON.format(query)}" for name, query in _QUERIES.items())
    + ")"
)

_CONSTRAINTS = {
    "p": ConstraintKind.PRIMARY_KEY,
    "u": ConstraintKind.UNIQUE,
    "x": ConstraintKind.EXCLUDE,
}
_RELATIONS = {
    "r": RelationKind.TABLE,
    "p": RelationKind.PARTITIONED_TABLE,
    "v": RelationKind.VIEW,
    "m": RelationKind.MATERIALIZED_VIEW,
    "f": RelationKind.FOREIGN_TABLE,
}
_TYPES = {"e": TypeKind.ENUM, "d": TypeKind.DOMAIN}


def read_catalog(connection: Connection, default_schema: str) -> Catalog:
    """Tables with their columns, indexes, types and functions, less what belongs to an extension.

    Names inside of definitions are qualified as the connection's search_path has it.

    Raises:
        SqlError: the server refuses to say.
    """
    ((content,),) = connection.execute(_EVERYTHING).rows
    assert isinstance(content, dict), "the driver reads JSON"
    tables = [_table(row) for row in content["tables"]]
    catalog = Catalog(
        schemas=HashTrieSet([str(row["name"]) for row in content["schemas"]]),
        tables=HashTrieMap((table.name, table) for table in tables),
        types=HashTrieMap((kind.name, kind) for kind in map(_type, content["types"])),
        functions=HashTrieMap(_overloads(content["functions"])),
        extensions=HashTrieMap((str(row["name"]), str(row["schema"])) for row in content["extensions"]),
        search_path=(default_schema,),
    )
    for row in sorted(content["indexes"], key=lambda row: (row["schema"], row["name"])):
        hashable = {"operators": tuple(row["operators"]), "parents": tuple(map(tuple, row["parents"]))}
        catalog = catalog.with_index(_index(**{**row, **hashable}))
    return catalog


def _name(row: Row) -> QualifiedName:
    return QualifiedName(row["schema"], row["name"])


def _table(row: Row) -> Table:
    columns = tuple(Column(name, type_, not_null) for name, type_, not_null in row["columns"])
    parents = tuple(QualifiedName(*parent) for parent in row["parents"])
    return Table(
        _name(row),
        _RELATIONS[row["kind"]],
        columns,
        partition_of=parents[0] if row["partition"] else None,
        inherits=() if row["partition"] else parents,
    )


def _type(row: Row) -> Type:
    return Type(_name(row), _TYPES[row["kind"]], tuple(row["labels"]), row["base"])


def _overloads(rows: Iterable[Row]) -> dict[QualifiedName, tuple[Function, ...]]:
    functions: dict[QualifiedName, tuple[Function, ...]] = {}
    for row in rows:
        function = Function(_name(row), tuple(row["arguments"]), row["returns"])
        functions[function.name] = (*functions.get(function.name, ()), function)
    return functions


@lru_cache(maxsize=8192)
def _index(
    schema: str,
    name: str,
    table: str,
    definition: str,
    valid: bool,
    ready: bool,
    constraint: str | None,
    tablespace: str | None,
    parents: tuple[tuple[str, str], ...],
    operators: tuple[str, ...],
) -> Index:
    """Read what pg_get_indexdef() prints, and what it leaves out."""
    ((operation,),) = (statement.operations for statement in parse(definition))
    if not isinstance(operation, CreateIndex):
        raise LintIndexesError(f"PostgreSQL describes the index {schema}.{name} as: {definition}")
    index = operation.definition.build(
        QualifiedName(schema, name),
        QualifiedName(schema, table),
        only=operation.only,
        constraint=_CONSTRAINTS[constraint] if constraint else None,
    )
    keys = tuple(
        replace(key, exclude_operator=operators[at]) if at < len(operators) else key
        for at, key in enumerate(index.keys)
    )
    return replace(
        index,
        keys=keys,
        valid=valid,
        ready=ready,
        tablespace=tablespace,
        partition_of=QualifiedName(*parents[0]) if parents else None,
    )
