"""SQL to operations."""

from __future__ import annotations

import pytest

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.parse import parse
from lint_indexes.model.catalog import ConstraintKind, IndexKey, RelationKind, TypeKind
from lint_indexes.model.names import ObjectName
from lint_indexes.model.operations import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    AlterColumnType,
    AlterFunction,
    AlterTable,
    AttachIndex,
    AttachPartition,
    ChangeInheritance,
    ColumnDefinition,
    ConstraintDefinition,
    CreateExtension,
    CreateFunction,
    CreateIndex,
    CreateOperator,
    CreateSchema,
    CreateSequence,
    CreateTable,
    CreateTableAs,
    CreateType,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropExpression,
    DropExtension,
    DropFunction,
    DropIndex,
    DropSchema,
    DropSequence,
    DropTable,
    DropType,
    IndexDefinition,
    LikeClause,
    Opaque,
    Operation,
    Reindex,
    RenameColumn,
    RenameConstraint,
    RenameEnumValue,
    RenameFunction,
    RenameSchema,
    RenameTable,
    RenameType,
    SetDefault,
    SetIdentity,
    SetIndexOptions,
    SetNotNull,
    SetSchema,
    SetSearchPath,
    SetSequenceOwner,
    SetTablespace,
    ValidateConstraint,
)
from lint_indexes.model.partitions import Infinity, PartitionBound, Strategy

T, A = ObjectName("t"), ObjectName("t", "a")


def key(name: str) -> IndexKey:
    return IndexKey(column=name, columns=(name,))


def unique(*columns: str) -> IndexDefinition:
    return IndexDefinition(keys=tuple(map(key, columns)), unique=True)


def operations(sql: str) -> tuple[Operation, ...]:
    return tuple(operation for statement in parse(sql) for operation in statement.operations)


@pytest.mark.parametrize(
    ("sql", "operation"),
    [
        (
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
            CreateIndex(T, "i", IndexDefinition((key("a"),)), False, True, True),
        ),
        ("CREATE INDEX ON ONLY t (a)", CreateIndex(T, None, IndexDefinition((key("a"),)), only=True)),
        ("DROP TABLE IF EXISTS t, a.t CASCADE", DropTable((T, A), RelationKind.TABLE, True, True)),
        ("DROP VIEW t", DropTable((T,), RelationKind.VIEW)),
        ("DROP MATERIALIZED VIEW t", DropTable((T,), RelationKind.MATERIALIZED_VIEW)),
        ("DROP INDEX CONCURRENTLY a.t", DropIndex((A,), concurrently=True)),
        ("DROP SEQUENCE t", DropSequence((T,))),
        ("DROP TYPE a.t CASCADE", DropType((A,), cascade=True)),
        ("DROP DOMAIN IF EXISTS t", DropType((T,), domain=True, if_exists=True)),
        ("DROP SCHEMA a, b CASCADE", DropSchema(("a", "b"), cascade=True)),
        ("DROP EXTENSION IF EXISTS citext", DropExtension(("citext",), if_exists=True)),
        ("DROP FUNCTION a.t(int)", DropFunction(A, ("integer",))),
        ("DROP FUNCTION t", DropFunction(T)),
        ("ALTER TABLE t RENAME TO u", RenameTable(T, "u")),
        ("ALTER INDEX IF EXISTS t RENAME TO u", RenameTable(T, "u", "index", True)),
        ("ALTER VIEW t RENAME TO u", RenameTable(T, "u", "view")),
        ("ALTER TABLE ONLY t RENAME COLUMN x TO y", RenameColumn(T, "x", "y", only=True)),
        ("ALTER TABLE t RENAME CONSTRAINT x TO y", RenameConstraint(T, "x", "y")),
        ("ALTER TABLE a.t DROP COLUMN IF EXISTS x CASCADE", DropColumn(A, "x", True, True)),
        ("ALTER TABLE IF EXISTS t DROP x", DropColumn(T, "x", if_exists=True)),
        (
            "ALTER TABLE t ALTER x TYPE varchar(3) USING x::text",
            AlterColumnType(T, "x", "character varying(3)", using="CAST(x AS text)"),
        ),
        ("ALTER TABLE t ALTER x SET NOT NULL", SetNotNull(T, "x", True)),
        ("ALTER TABLE t ALTER x DROP NOT NULL", SetNotNull(T, "x", False)),
        ("ALTER TABLE t ALTER x SET DEFAULT 1", SetDefault(T, "x", "1")),
        ("ALTER TABLE t ALTER x DROP DEFAULT", SetDefault(T, "x", None)),
        ("ALTER TABLE t ALTER x ADD GENERATED ALWAYS AS IDENTITY", SetIdentity(T, "x", True)),
        ("ALTER TABLE t ALTER x DROP IDENTITY IF EXISTS", SetIdentity(T, "x", False, True)),
        ("ALTER TABLE t ALTER x DROP EXPRESSION", DropExpression(T, "x")),
        ("ALTER TABLE t DROP CONSTRAINT IF EXISTS c", DropConstraint(T, "c", True)),
        ("ALTER TABLE t SET SCHEMA s", SetSchema(T, "s")),
        ("ALTER TYPE t SET SCHEMA s", SetSchema(T, "s", "type")),
        ("ALTER EXTENSION t SET SCHEMA s", SetSchema(T, "s", "extension")),
        ("ALTER TABLE t ATTACH PARTITION a.t DEFAULT", AttachPartition(T, A, PartitionBound())),
        ("ALTER TABLE t DETACH PARTITION a.t CONCURRENTLY", DetachPartition(T, A, True)),
        ("ALTER TABLE t INHERIT a.t", ChangeInheritance(T, A, True)),
        ("ALTER TABLE t NO INHERIT a.t", ChangeInheritance(T, A, False)),
        ("ALTER INDEX t ATTACH PARTITION a.t", AttachIndex(T, A)),
        ("ALTER INDEX t SET (fillfactor = 70)", SetIndexOptions(T, (("fillfactor", "70"),))),
        ("ALTER INDEX t RESET (fillfactor)", SetIndexOptions(T, (("fillfactor", "true"),), True)),
        ("ALTER INDEX t SET TABLESPACE fast", SetTablespace(T, "fast")),
        ("REINDEX INDEX t", Reindex(T)),
        ("REINDEX (VERBOSE, CONCURRENTLY) TABLE t", Reindex(T, "table", concurrently=True)),
        (
            "ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i",
            AddConstraint(T, ConstraintDefinition(ConstraintKind.UNIQUE, "c", using_index="i")),
        ),
        (
            "ALTER TABLE t ADD PRIMARY KEY (x)",
            AddConstraint(T, ConstraintDefinition(ConstraintKind.PRIMARY_KEY, None, ("x",), unique("x"))),
        ),
        (
            "ALTER TABLE t ADD FOREIGN KEY (x) REFERENCES a.t (y) ON DELETE CASCADE DEFERRABLE",
            AddConstraint(
                T,
                ConstraintDefinition(
                    ConstraintKind.FOREIGN_KEY,
                    None,
                    ("x",),
                    references=A,
                    referenced_columns=("y",),
                    on_delete="CASCADE",
                    deferrable=True,
                ),
            ),
        ),
        (
            "ALTER TABLE t ADD CHECK (t.x > 0)",
            AddConstraint(T, ConstraintDefinition(ConstraintKind.CHECK, None, ("x",), expression="x > 0")),
        ),
        (
            "ALTER TABLE t ADD COLUMN IF NOT EXISTS x serial",
            AddColumn(T, ColumnDefinition("x", "integer", not_null=True, serial=True, is_serial=True), True),
        ),
        ("ALTER TABLE t VALIDATE CONSTRAINT c", ValidateConstraint(T, "c")),
        ("ALTER TABLE t REPLICA IDENTITY FULL", AlterTable(T)),
        ("ALTER TABLE IF EXISTS t CLUSTER ON i", AlterTable(T, if_exists=True)),
        ("ALTER TABLE t ALTER x SET STATISTICS 9", AlterTable(T, "x")),
        (
            "CREATE FUNCTION t() RETURNS int LANGUAGE c STABLE AS 'x'",
            CreateFunction(T, (), False, "integer", "s"),
        ),
        ("ALTER FUNCTION t(int) IMMUTABLE STRICT", AlterFunction(T, ("integer",), "i")),
        ("CREATE CAST (text AS t) WITH FUNCTION f(text)", CreateOperator()),
        ("CREATE SCHEMA IF NOT EXISTS s", CreateSchema("s", True)),
        ("CREATE SCHEMA AUTHORIZATION bob", CreateSchema("bob")),
        ("ALTER SCHEMA s RENAME TO u", RenameSchema("s", "u")),
        ("CREATE TYPE t AS ENUM ('a', 'b')", CreateType(T, TypeKind.ENUM, ("a", "b"))),
        (
            "CREATE TYPE t AS (x int)",
            CreateType(T, TypeKind.COMPOSITE, attributes=(ColumnDefinition("x", "integer"),)),
        ),
        ("CREATE TYPE t AS RANGE (subtype = int4)", CreateType(T, TypeKind.RANGE)),
        (
            "CREATE DOMAIN t AS varchar(3) CHECK (value <> '')",
            CreateType(T, TypeKind.DOMAIN, base="character varying(3)"),
        ),
        ("ALTER TYPE t RENAME TO u", RenameType(T, "u")),
        ("ALTER TYPE t ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'", AddEnumValue(T, "x", "y", False, True)),
        ("ALTER TYPE t RENAME VALUE 'x' TO 'y'", RenameEnumValue(T, "x", "y")),
        ("CREATE SEQUENCE t OWNED BY a.t.x", CreateSequence(T, (A, "x"))),
        ("ALTER SEQUENCE t OWNED BY NONE", SetSequenceOwner(T, None)),
        ("CREATE EXTENSION IF NOT EXISTS e SCHEMA s CASCADE", CreateExtension("e", "s", True, True)),
        (
            "CREATE OR REPLACE FUNCTION t(a int, OUT b text) LANGUAGE sql AS ''",
            CreateFunction(T, ("integer",), True),
        ),
        ("ALTER FUNCTION t(int) RENAME TO u", RenameFunction(T, "u", ("integer",))),
        ('SET LOCAL search_path TO a, "B"', SetSearchPath(("a", "B"), True)),
        ("RESET search_path", SetSearchPath(None)),
        ("SET search_path TO DEFAULT", SetSearchPath(None)),
        (
            "CREATE MATERIALIZED VIEW IF NOT EXISTS t AS SELECT 1 AS x",
            CreateTableAs(T, RelationKind.MATERIALIZED_VIEW, "SELECT 1 AS x", if_not_exists=True),
        ),
        (
            "CREATE OR REPLACE VIEW t (y) AS SELECT 1 AS x",
            CreateTableAs(T, RelationKind.VIEW, "SELECT 1 AS x", ("y",), or_replace=True),
        ),
        ("SELECT 1 AS x INTO t", CreateTableAs(T, RelationKind.TABLE, "SELECT 1 AS x")),
        ("DROP OWNED BY bob", Opaque("DROP OWNED drops whatever a role owns")),
    ],
)
def test_statement_has_one_operation(sql: str, operation: Operation) -> None:
    assert operations(sql) == (operation,)


@pytest.mark.parametrize(
    "sql",
    [
        "DROP CAST (text AS int)",
        "DROP OPERATOR = (a, b)",
        "DROP AGGREGATE a(int)",
        "DROP TRANSFORM FOR int LANGUAGE sql",
        "DROP POLICY p ON t",
        "DROP TRIGGER g ON t",
    ],
)
def test_dropping_what_bears_on_no_index_has_no_operation(sql: str) -> None:
    assert operations(sql) == ()


def test_create_table_keeps_its_elements_in_order() -> None:
    (operation,) = operations(
        """
        CREATE TEMP TABLE IF NOT EXISTS a.t (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            LIKE u INCLUDING INDEXES,
            x text COLLATE "C" DEFAULT 'y' NOT NULL
                REFERENCES v ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
            CONSTRAINT c UNIQUE NULLS NOT DISTINCT (x) INCLUDE (id),
            EXCLUDE USING gist (lower(x) WITH =) WHERE (id > 0)
        ) INHERITS (w)
        """
    )
    assert isinstance(operation, CreateTable)
    assert (operation.name, operation.inherits) == (A, (ObjectName("w"),))
    assert (operation.if_not_exists, operation.temporary) == (True, True)
    identity, like, column, constraint, exclusion = operation.elements
    primary_key = ConstraintDefinition(ConstraintKind.PRIMARY_KEY, None, ("id",), unique("id"))
    assert identity == ColumnDefinition(
        "id", "bigint", not_null=True, identity=True, serial=True, constraints=(primary_key,)
    )
    assert like == LikeClause(ObjectName("u"), frozenset({"indexes"}))
    assert isinstance(column, ColumnDefinition)
    assert (column.collation, column.default, column.not_null) == ('"C"', "'y'", True)
    assert column.constraints == (
        ConstraintDefinition(
            ConstraintKind.FOREIGN_KEY,
            columns=("x",),
            references=ObjectName("v"),
            on_delete="SET NULL",
            deferrable=True,
            initially_deferred=True,
        ),
    )
    assert isinstance(constraint, ConstraintDefinition)
    assert constraint.index == IndexDefinition(
        (key("x"),), unique=True, nulls_not_distinct=True, include=("id",)
    )
    assert isinstance(exclusion, ConstraintDefinition)
    assert exclusion.index == IndexDefinition(
        (IndexKey(expression="lower(x)", columns=("x",), exclude_operator="="),),
        method="gist",
        predicate="id > 0",
        predicate_columns=("id",),
    )


def test_partitions() -> None:
    parent, child = operations(
        "CREATE TABLE t (x int) PARTITION BY RANGE (x); CREATE TABLE u PARTITION OF t DEFAULT"
    )
    assert isinstance(parent, CreateTable)
    assert isinstance(child, CreateTable)
    assert parent.kind is RelationKind.PARTITIONED_TABLE
    assert (child.partition_of, child.inherits) == (T, ())
    assert (parent.partition_strategy, child.bound) == (Strategy.RANGE, PartitionBound())


@pytest.mark.parametrize(
    ("values", "bound"),
    [
        (
            "FROM (1, MINVALUE) TO ('x', maxvalue)",
            PartitionBound(Strategy.RANGE, ("1", Infinity.MINVALUE), ("'x'", Infinity.MAXVALUE)),
        ),
        ("IN ('a', NULL)", PartitionBound(Strategy.LIST, values=("'a'", "NULL"))),
        ("WITH (MODULUS 4, REMAINDER 1)", PartitionBound(Strategy.HASH, modulus=4, remainder=1)),
    ],
)
def test_bounds_of_partitions(values: str, bound: PartitionBound) -> None:
    (operation,) = operations(f"ALTER TABLE t ATTACH PARTITION a.t FOR VALUES {values}")
    assert operation == AttachPartition(T, A, bound)


def test_like_including_all() -> None:
    (operation,) = operations("CREATE TABLE t (LIKE u INCLUDING ALL EXCLUDING INDEXES)")
    assert isinstance(operation, CreateTable)
    (like,) = operation.elements
    assert isinstance(like, LikeClause)
    assert "constraints" in like.including
    assert "indexes" not in like.including


def test_elements_of_create_schema_get_its_name() -> None:
    created, table, index = operations("CREATE SCHEMA a CREATE TABLE t (x int) CREATE INDEX i ON t (x)")
    assert created == CreateSchema("a")
    assert isinstance(table, CreateTable)
    assert isinstance(index, CreateIndex)
    assert (table.name, index.table) == (A, A)


def test_subcommands_of_alter_table_are_in_the_order_of_postgresql_s_passes() -> None:
    found = operations("ALTER TABLE t ADD UNIQUE (x), ADD x int, ALTER y TYPE text, DROP z")
    assert [type(operation) for operation in found] == [DropColumn, AlterColumnType, AddColumn, AddConstraint]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "INSERT INTO t VALUES (1)",
        "COMMENT ON TABLE t IS 'x'",
        "BEGIN",
        "DO $$ BEGIN END $$",
        "REINDEX DATABASE d",
        "DROP TRIGGER g ON t",
        "SET lock_timeout = '1s'",
    ],
)
def test_statement_without_effect_on_the_schema(sql: str) -> None:
    assert operations(sql) == ()


def test_statements_keep_their_own_text() -> None:
    statements = parse("SELECT 'é';\n CREATE TABLE ü ();  ")
    assert [statement.sql for statement in statements] == ["SELECT 'é'", "CREATE TABLE ü ()"]


def test_syntax_error_has_postgresql_s_message() -> None:
    with pytest.raises(SqlError) as caught:
        parse("CREATE TABEL t ()")
    assert (caught.value.sqlstate, caught.value.message) == ("42601", 'syntax error at or near "TABEL"')


def test_long_names_are_cut_at_63_bytes() -> None:
    (operation,) = operations(f'DROP TABLE "{"é" * 40}"')
    assert operation == DropTable((ObjectName("é" * 31),))
