"""What the recorded answers cannot show: the driver's methods, leniency, doubts, the open world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lint_indexes.emulator import executor
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.names import QualifiedName

Connect = Callable[..., Any]
T = QualifiedName("public", "t")


def test_the_drivers_methods_are_transactions(connect: Connect) -> None:
    client = connect("CREATE TABLE t (a int)")
    client.session.begin()
    client("CREATE INDEX i ON t (a)")
    client.session.rollback()
    assert client.indexes() == []
    client.session.begin()
    client("CREATE INDEX i ON t (a)")
    client.session.commit()
    client.session.rollback()
    assert client.indexes() == ["i"]


def test_commit_of_an_aborted_transaction_rolls_back(connect: Connect) -> None:
    client = connect("CREATE TABLE t (a int)")
    client.session.begin()
    client("CREATE INDEX i ON t (a)")
    assert client.error("SELECT 1 FROM nosuch") == "42P01"
    assert client.error("SELECT 1") == "25P02"
    client.session.commit()
    assert client.indexes() == []
    assert client("SELECT 1") == ((1,),)


def test_the_inspector_is_refused_in_an_aborted_transaction(connect: Connect) -> None:
    client = connect()
    client.session.begin()
    client.error("SELECT 1 FROM nosuch")
    with pytest.raises(Exception, match="25P02"):
        client.inspect("get_table_names", {})


def test_parameters_are_values(connect: Connect) -> None:
    client = connect("CREATE TABLE t (a int)")
    assert client("SELECT tablename FROM pg_tables WHERE tablename = $1 AND 2 = $2", "t", 2) == (("t",),)
    assert client("SELECT $1 = ANY($2)", "a", ["a", "b"]) == ((True,),)
    assert client.error("SELECT $2", 1) == "42P02"


def test_statements_are_kept_with_their_lines(connect: Connect) -> None:
    client = connect("SELECT 1", "SELECT 2")
    kept = [(one.sql, one.origin.line) for one in client.session.statements]
    assert kept == [("SELECT 1", 1), ("SELECT 2", 2)]


@pytest.mark.parametrize(
    ("sql", "reads"),
    [
        ("SELECT count(*) FROM t", True),
        ("SELECT 1 WHERE EXISTS (SELECT 1 FROM t)", True),
        ("SELECT 1 FROM pg_class", False),
        ("INSERT INTO t SELECT a FROM t", False),
        ("UPDATE t SET a = 1", False),
    ],
)
def test_reading_rows_is_noted(connect: Connect, sql: str, reads: bool) -> None:
    client = connect("CREATE TABLE t (a int)", sql)
    assert client.session.read_rows is reads


def test_lenient_skips_what_fails_and_goes_on(connect: Connect) -> None:
    client = connect("CREATE TABLE t (a int)", lenient=True)
    client.session.begin()
    client("SELECT 1 / 0")
    client("THIS IS NOT SQL")
    client("CREATE INDEX i ON t (a)")
    client("ROLLBACK TO nosuch")
    client.session.commit()
    assert client.indexes() == ["i"]


def test_lenient_keeps_a_table_whose_default_its_type_cannot_read(connect: Connect) -> None:
    client = connect("CREATE TYPE mode AS ENUM ('AUTO')", lenient=True)
    client("CREATE TABLE t (id int PRIMARY KEY, m mode DEFAULT 'auto')")
    assert client.indexes() == ["t_pkey"]


def test_lenient_reads_tables_that_do_not_exist(connect: Connect) -> None:
    client = connect(lenient=True)
    assert client("SELECT count(*) FROM nosuch WHERE a = 1") == ((0,),)
    assert client("SELECT a FROM nosuch") == ()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT create_hypertable('t', 'a')",
        "SELECT relpages, relfilenode FROM pg_class",
        "SELECT 1 FROM pg_opfamily",
        "SELECT pg_ls_dir('.')",
        "EXPLAIN SELECT 1",
        "FETCH ALL FROM c",
        "UPDATE pg_index SET indisvalid = false",
        "DELETE FROM pg_enum",
    ],
)
def test_what_only_a_server_knows_is_a_doubt(connect: Connect, sql: str) -> None:
    client = connect("CREATE TABLE t (a int)")
    assert client(sql) == ()
    assert len(client.doubts()) == 1
    assert client.session.doubts[0].origin.line == 2


def test_a_star_brings_rows_whose_unknown_values_are_a_doubt(connect: Connect) -> None:
    client = connect("CREATE TABLE t (a int)")
    assert len(client("SELECT * FROM pg_class WHERE relname = 't'")) == 1
    assert "relfilenode" in client.doubts()[0]


def test_an_unknown_value_does_not_matter_where_another_condition_decides(connect: Connect) -> None:
    client = connect("CREATE TABLE t (a int)")
    assert client("SELECT 1 FROM pg_class WHERE relfilenode = 1 AND relname = 'nosuch'") == ()
    assert client("SELECT f(a), g(a) FROM t WHERE h(a)") == ()
    assert client("SELECT true OR f()") == ((True,),)
    assert client.doubts() == []


def test_an_internal_error_is_a_doubt_about_the_tables_named(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connect("CREATE TABLE t (a int)", "CREATE TABLE u (a int)")

    def fail(*arguments: object, **options: object) -> None:
        raise KeyError("broken")

    monkeypatch.setattr(executor, "apply", fail)
    client("ALTER TABLE t ADD b int")
    assert "internal error" in client.doubts()[0]
    assert list(client.session.catalog.uncertain) == [T]


def test_an_open_world_may_hold_more(connect: Connect) -> None:
    client = connect(catalog=replace(Catalog(), open_world=True))
    assert client("SELECT count(*) FROM nosuch") == ((0,),)
    assert client.doubts() == []
    client("SELECT 1 FROM pg_tables WHERE tablename = 'nosuch'")
    assert len(client.doubts()) == 1
    assert client.inspect("has_table", {"table_name": "nosuch"}) is False
    assert len(client.doubts()) == 2


def test_catalogs_about_an_uncertain_table_are_a_doubt(connect: Connect) -> None:
    client = connect("CREATE TABLE t (a int)", "CREATE TABLE u (a int)", "DO $$ BEGIN EXECUTE f('t'); END $$")
    client("SELECT 1 FROM pg_indexes WHERE tablename = 'u'")
    assert len(client.doubts()) == 1
    client("SELECT 1 FROM pg_indexes WHERE tablename = $1", "t")
    assert len(client.doubts()) == 2


def test_insert_returning_gives_back_the_row(connect: Connect) -> None:
    client = connect(
        "CREATE TABLE t (id serial, a text DEFAULT 'x', b int GENERATED ALWAYS AS IDENTITY, c int)"
    )
    assert client("INSERT INTO t (c) VALUES (7) RETURNING id, a, b, c") == ((1, "x", 1, 7),)
    assert client("INSERT INTO t (a) VALUES ('y'), ('z') RETURNING id, a") == ((2, "y"), (3, "z"))
    assert client("INSERT INTO t (a) SELECT v FROM (VALUES ('p')) s (v) RETURNING a AS b") == (("p",),)
    assert client("UPDATE t SET c = 1 RETURNING id") == ()
    assert client("SELECT count(*) FROM t") == ((0,),)
    assert client.doubts() == []


def test_insert_returning_what_is_not_known_is_a_doubt(connect: Connect) -> None:
    client = connect(
        "CREATE FUNCTION make_id() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;"
        "CREATE TABLE t (id int DEFAULT make_id(), a int)"
    )
    assert client("INSERT INTO t (a) VALUES (1) RETURNING a") == ((1,),)
    assert client.doubts() == []
    assert client("INSERT INTO t (a) VALUES (1) RETURNING id") == ()
    assert len(client.doubts()) == 1


@pytest.mark.parametrize(("version", "refused"), [(16, True), (17, False)])
def test_new_labels_of_a_type_of_the_same_transaction(connect: Connect, version: int, refused: bool) -> None:
    client = connect(postgres_version=version)
    client.session.begin()
    client("CREATE TYPE mood AS ENUM ('a')")
    client("ALTER TYPE mood ADD VALUE 'b'")
    if refused:
        assert client.error("CREATE TABLE t (m mood DEFAULT 'b')") == "55P04"
    else:
        client("CREATE TABLE t (m mood DEFAULT 'b')")


def test_a_renamed_label_is_as_new_as_it_was(connect: Connect) -> None:
    client = connect("CREATE TYPE mood AS ENUM ('a')", postgres_version=16)
    client.session.begin()
    client("ALTER TYPE mood RENAME VALUE 'a' TO 'b'")
    client("CREATE TABLE t (m mood DEFAULT 'b')")
    client("ALTER TYPE mood ADD VALUE 'c'")
    client("ALTER TYPE mood RENAME VALUE 'c' TO 'd'")
    assert client.error("CREATE TABLE u (m mood DEFAULT 'd')") == "55P04"


def test_types_are_spelt_as_the_search_path_needs_it(connect: Connect) -> None:
    client = connect("CREATE SCHEMA s", "CREATE TYPE mood AS ENUM ('a')", "CREATE TABLE t (m mood, n mood[])")
    table = QualifiedName("public", "t")
    for path, expected in (("s", ["public.mood", "public.mood[]"]), ("s, public", ["mood", "mood[]"])):
        client(f"SET search_path = {path}")
        assert [column.type for column in client.session.catalog.tables[table].columns] == expected


def test_a_table_goes_on_commit_if_it_says_so(connect: Connect) -> None:
    client = connect("CREATE TEMP TABLE at_once (a int) ON COMMIT DROP")
    assert client.error("SELECT * FROM at_once") == "42P01"
    client.session.begin()
    client("CREATE TEMP TABLE t (a int PRIMARY KEY) ON COMMIT DROP")
    client("CREATE TEMP TABLE u ON COMMIT DROP AS SELECT a FROM t")
    client("CREATE INDEX ON t (a)")
    client("CREATE TEMP TABLE kept (a int)")
    client.session.commit()
    assert [str(name) for name in client.session.catalog.tables] == ["pg_temp.kept"]


def test_add_value_needs_no_block_before_version_12(connect: Connect) -> None:
    client = connect("CREATE TYPE mood AS ENUM ('a')", postgres_version=11)
    client.session.begin()
    assert client.error("ALTER TYPE mood ADD VALUE 'b'") == "25001"


def test_the_version_is_the_configured_one(connect: Connect) -> None:
    client = connect(postgres_version=14)
    assert client("SHOW server_version_num") == (("140000",),)
    assert client("SELECT version() LIKE 'PostgreSQL 14.%'") == ((True,),)


def test_the_sessions_search_path_is_the_one_that_reset_restores(connect: Connect) -> None:
    tenant = replace(Catalog(), search_path=("tenant",), schemas=Catalog().schemas.insert("tenant"))
    client = connect("SET search_path TO public", "RESET search_path", catalog=tenant)
    assert client("SHOW search_path") == (("tenant",),)
    assert client("SELECT current_schema()") == (("tenant",),)


def test_the_default_of_an_enum_column_follows_the_name_of_the_enum(connect: Connect) -> None:
    client = connect(
        "CREATE TYPE status AS ENUM ('NEW', 'DONE')",
        "CREATE TABLE t (a status DEFAULT 'NEW'::status, b text DEFAULT now()::text)",
        "ALTER TYPE status RENAME TO state",
    )
    ask = "SELECT column_default FROM information_schema.columns WHERE column_name = 'a'"
    assert client(ask) == (("'NEW'::state",),)


def test_pg_constraint_tells_inherited_and_unchecked_constraints(connect: Connect) -> None:
    client = connect(
        "CREATE TABLE t (a int, CONSTRAINT k CHECK (a > 0), CONSTRAINT l CHECK (a > 1) NO INHERIT)",
        "CREATE TABLE u () INHERITS (t)",
        "ALTER TABLE u ADD CONSTRAINT m CHECK (a > 2) NOT VALID",
    )
    columns = "conname, conislocal, coninhcount, connoinherit, convalidated"
    assert client(f"SELECT {columns} FROM pg_constraint ORDER BY conrelid::regclass::text, conname") == (
        ("k", True, 0, False, True),
        ("l", True, 0, True, True),
        ("k", False, 1, False, True),
        ("m", True, 0, False, False),
    )
    definitions = client("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname IN ('l', 'm')")
    assert sorted(definitions) == [("CHECK ((a > 1)) NO INHERIT",), ("CHECK ((a > 2)) NOT VALID",)]


# Read from PostgreSQL 15.20 and 18.6.
@pytest.mark.parametrize(
    ("sql", "sqlstate"),
    [
        ("REINDEX TABLE v", "42809"),
        ("REINDEX TABLE s", "42809"),
        ("REINDEX TABLE i", "42809"),
        ("REINDEX INDEX t", "42809"),
        ("REINDEX INDEX s", "42809"),
        ("REINDEX INDEX missing", "42P01"),
        ("REINDEX TABLE nowhere.t", "3F000"),
        ("TRUNCATE nowhere.t", "3F000"),
        ("ANALYZE nowhere.t", "3F000"),
        ("COMMENT ON COLUMN nowhere.t.a IS 'x'", "3F000"),
        ("SELECT * FROM nowhere.t", "42P01"),
        ("DELETE FROM nowhere.t", "42P01"),
    ],
)
def test_relations_that_a_statement_cannot_work_on(connect: Connect, sql: str, sqlstate: str) -> None:
    client = connect(
        "CREATE TABLE t (a int)",
        "CREATE INDEX i ON t (a)",
        "CREATE VIEW v AS SELECT a FROM t",
        "CREATE SEQUENCE s",
    )
    assert client.error(sql) == sqlstate
