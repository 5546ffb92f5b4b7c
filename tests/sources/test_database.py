"""Reading a live database, and what is said where it cannot be read; on a real server."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lint_indexes.config.value import Config
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.result import Result
from lint_indexes.errors import ConfigurationError, LintIndexesError
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.server.connection import Address, Connection
from lint_indexes.server.databases import ScratchDatabases
from lint_indexes.server.embedded import EmbeddedServer
from lint_indexes.sources import database as source
from lint_indexes.sources.database import database_address, read_database

VERSION_TABLES = (ObjectName("alembic_version"),)
ALEMBIC = "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);"
READ_ONLY = "25006"


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with EmbeddedServer() as running:
        yield running


MakeDatabase = Callable[[str], Address]


@pytest.fixture
def make_database(server: EmbeddedServer) -> Iterator[MakeDatabase]:
    """A database in which a script was run."""
    address = Address(str(server.socket_folder), "postgres", "postgres")
    with ScratchDatabases(address) as databases:

        def make(script: str) -> Address:
            name = databases.create()
            connection = databases.connect(name)
            connection.execute(script)
            connection.close()
            return address.at(name)

        yield make


def names(catalog: Catalog) -> list[str]:
    return [index.name.name for index in catalog.sorted_indexes()]


def test_reads_indexes_and_revisions(make_database: MakeDatabase) -> None:
    address = make_database(
        f"{ALEMBIC} INSERT INTO alembic_version VALUES ('b2'), ('a1');"
        "CREATE TABLE t (a int, b text); CREATE INDEX i ON t (lower(b)) WHERE a > 0;"
        "CREATE EXTENSION pg_trgm; CREATE EXTENSION ltree"
    )
    snapshot = read_database(address, "public", VERSION_TABLES)
    assert snapshot.revisions == ("a1", "b2")
    assert snapshot.version_table == QualifiedName("public", "alembic_version")
    assert names(snapshot.catalog) == ["i"]
    assert list(snapshot.catalog.tables) == [QualifiedName("public", "t")]
    assert snapshot.server.startswith("18")
    assert snapshot.label == f"{address.database} at {address.host}"


def test_partitions_know_their_parents(make_database: MakeDatabase) -> None:
    address = make_database(
        "CREATE TABLE t (a int, b int) PARTITION BY LIST (a);"
        "CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);"
        "CREATE INDEX i ON t (b); CREATE TABLE p (a int); CREATE TABLE c () INHERITS (p)"
    )
    catalog = read_database(address, "public", VERSION_TABLES).catalog
    assert catalog.tables[QualifiedName("public", "t1")].partition_of == QualifiedName("public", "t")
    assert catalog.tables[QualifiedName("public", "c")].inherits == (QualifiedName("public", "p"),)
    assert catalog.indexes[QualifiedName("public", "t1_b_idx")].partition_of == QualifiedName("public", "i")
    assert catalog.indexes[QualifiedName("public", "i")].partition_of is None


def test_the_version_table_is_where_env_py_says(make_database: MakeDatabase) -> None:
    address = make_database(
        "CREATE SCHEMA app; CREATE SCHEMA ops; CREATE TABLE app.done (version_num text);"
        "CREATE TABLE ops.done (version_num text); INSERT INTO app.done VALUES ('a');"
        "INSERT INTO ops.done VALUES ('o')"
    )

    def revisions(schema: str, *tables: ObjectName) -> tuple[str, ...]:
        return read_database(address, schema, tables).revisions

    assert revisions("public", ObjectName("done", "ops")) == ("o",)
    assert revisions("app", ObjectName("done")) == ("a",)
    assert revisions("app", ObjectName("done", "app"), ObjectName("done", "ops")) == ("a", "o")
    assert read_database(address, "public", (ObjectName("done"),)).version_table is None


def test_names_of_extensions_are_as_a_search_path_has_them(make_database: MakeDatabase) -> None:
    address = make_database(
        "CREATE SCHEMA extra; CREATE EXTENSION pg_trgm SCHEMA extra; CREATE TABLE t (a text);"
        "CREATE INDEX i ON t USING gin (a extra.gin_trgm_ops)"
    )
    catalog = read_database(address, "public", VERSION_TABLES).catalog
    assert catalog.indexes[QualifiedName("public", "i")].keys[0].opclass == "gin_trgm_ops"


def test_what_is_sent(make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """As docs/security.md has it."""
    address = make_database(f"{ALEMBIC} CREATE TABLE t (a int PRIMARY KEY)")
    sent: list[str] = []
    execute = Connection.execute

    def record(connection: Connection, sql: str) -> Result:
        sent.append(" ".join(sql.split()))
        return execute(connection, sql)

    monkeypatch.setattr(Connection, "execute", record)
    read_database(address, "public", VERSION_TABLES)
    beginnings = (
        "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
        "SELECT pg_catalog.set_config('search_path', ",
        "SELECT pg_catalog.json_build_object(",
        "SELECT version_num FROM public.alembic_version",
    )
    assert len(sent) == len(beginnings)
    assert all(map(str.startswith, sent, beginnings))


WRITES = ("INSERT INTO t VALUES (1)", "CREATE TABLE u (a int)", "DROP TABLE t", "SET LOCAL search_path TO x")


def test_nothing_can_be_written(make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    address = make_database("CREATE TABLE t (a int)")
    outcomes: list[str | None] = []

    def attempt(connection: Connection, statement: str) -> str | None:
        try:
            connection.execute(statement)
        except SqlError as error:
            return error.sqlstate
        return None

    def write_instead(connection: Connection, schema: str) -> Catalog:
        for statement in WRITES:
            connection.execute("SAVEPOINT s")
            outcomes.append(attempt(connection, statement))
            connection.execute("ROLLBACK TO SAVEPOINT s")
        connection.execute("ROLLBACK")
        # The transaction is over, and still.
        outcomes.extend(attempt(connection, statement) for statement in WRITES)
        return Catalog()

    monkeypatch.setattr(source, "read_catalog", write_instead)
    read_database(address, "public", VERSION_TABLES)
    assert outcomes == [READ_ONLY, READ_ONLY, READ_ONLY, None] * 2


def test_waiting_for_a_lock_ends(make_database: MakeDatabase) -> None:
    address = make_database("CREATE TABLE t (a text); CREATE INDEX i ON t (lower(a))")
    other = Connection(address)
    other.execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
    with pytest.raises(LintIndexesError, match=r"took too long to answer: .*statement timeout") as caught:
        read_database(address, "public", VERSION_TABLES, timeout=0.2)
    assert "hold a lock" in str(caught.value.hint)
    other.close()


def test_an_index_that_is_being_built(make_database: MakeDatabase) -> None:
    address = make_database("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
    # CONCURRENTLY waits for this transaction.
    writer = Connection(address)
    writer.execute("BEGIN; INSERT INTO t VALUES (2)")
    builder = Connection(address)
    builder._driver._usock.settimeout(0.5)
    with pytest.raises(LintIndexesError, match="lost"):
        builder.execute("CREATE INDEX CONCURRENTLY i ON t (a)")
    builder.close()
    until = time.monotonic() + 30
    snapshot = read_database(address, "public", VERSION_TABLES)
    while not snapshot.building and time.monotonic() < until:
        snapshot = read_database(address, "public", VERSION_TABLES)
    assert not snapshot.catalog.indexes[QualifiedName("public", "i")].valid
    assert snapshot.building == {QualifiedName("public", "i")}
    writer.close()


def test_who_may_not_read_the_revisions_is_told_how_to(make_database: MakeDatabase) -> None:
    address = make_database(
        f"{ALEMBIC} DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN; CREATE TABLE t (a int PRIMARY KEY)"
    )
    reader = Address(address.host, address.database, "reader", "hush")
    with pytest.raises(LintIndexesError) as caught:
        read_database(reader, "public", VERSION_TABLES)
    assert "permission denied for table alembic_version" in caught.value.message
    assert "GRANT SELECT on it to reader" in str(caught.value.hint)
    owner = Connection(address)
    owner.execute("GRANT SELECT ON alembic_version TO reader")
    assert names(read_database(reader, "public", VERSION_TABLES).catalog) == ["t_pkey"]
    owner.execute("REVOKE SELECT ON alembic_version FROM reader")
    owner.close()


def test_an_old_server(make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "version", "11.22")
    with pytest.raises(LintIndexesError, match=r"is on PostgreSQL 11\.22"):
        read_database(make_database("SELECT"), "public", VERSION_TABLES)


def test_who_is_not_let_in_is_told_why_without_the_password(server: EmbeddedServer) -> None:
    address = Address(str(server.socket_folder), "postgres", "postgres", "wrong-secret")
    with pytest.raises(LintIndexesError) as caught:
        read_database(address.at("nowhere"), "public", VERSION_TABLES)
    assert caught.value.message.endswith('database "nowhere" does not exist')
    assert "the URL's last part" in str(caught.value.hint)
    rules = server.socket_folder / "data" / "pg_hba.conf"
    trusting = rules.read_text()
    connection = Connection(address)
    connection.execute("SET password_encryption = 'scram-sha-256'; ALTER ROLE postgres PASSWORD 'right'")
    try:
        rules.write_text("local all all scram-sha-256\n")
        connection.execute("SELECT pg_reload_conf()")
        with pytest.raises(LintIndexesError) as caught:
            read_database(address, "public", VERSION_TABLES)
    finally:
        rules.write_text(trusting)
        connection.execute("SELECT pg_reload_conf()")
        connection.close()
    assert "password authentication failed" in caught.value.message
    assert "PGPASSWORD" in str(caught.value.hint)
    assert "wrong-secret" not in f"{caught.value.message}{caught.value.hint}{caught.value.details}"


def test_the_driver_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pg8000.core", None)
    with pytest.raises(LintIndexesError, match=r"pg8000\.core is not installed") as caught:
        read_database(Address("/nowhere", "shop", "me"), "public", VERSION_TABLES)
    assert "lint-indexes[verify]" in str(caught.value.hint)


def config(variable: str | None) -> Config:
    return Config(Path("pyproject.toml"), Path(), database_url_env=variable)


def test_the_url_wins_over_the_variable() -> None:
    environ = {"DATABASE_URL": "postgresql+psycopg2://me@db.example/shop"}
    address = database_address(config("DATABASE_URL"), None, environ)
    assert address is not None
    assert (address.host, address.database) == ("db.example", "shop")
    address = database_address(config("DATABASE_URL"), "postgres://me@other/shop", environ)
    assert address is not None
    assert address.host == "other"


@pytest.mark.parametrize(("variable", "environ"), [(None, {"X": "x"}), ("X", {}), ("X", {"X": " "})])
def test_no_database_is_named(variable: str | None, environ: dict[str, str]) -> None:
    assert database_address(config(variable), None, environ) is None


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "mysql://me:sec-ret@h/d",
            "the environment variable X is not the URL of a PostgreSQL server, but of mysql",
        ),
        ("sqlite:///x.db", "the environment variable X is not the URL of a PostgreSQL server, but of sqlite"),
        ("me:sec-ret@h/d", "the environment variable X is not the URL of a PostgreSQL server"),
        ("postgresql://me:sec-ret/more@h/d", "the environment variable X cannot be read"),
        ("postgresql://me:sec-ret@h:port/d", "the environment variable X cannot be read"),
        ("postgresql://me:sec-ret@[h/d", "the environment variable X cannot be read"),
        ("postgresql://me:sec-ret@h/d?port=five", "the environment variable X cannot be read"),
        ("postgresql://me:sec-ret@h/d?sslmode=requre", "the environment variable X has an unknown sslmode"),
    ],
)
def test_what_is_no_url_is_told_without_what_is_in_it(url: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        database_address(config("X"), None, {"X": url})
    assert caught.value.message.startswith(message)
    assert caught.value.hint
    assert "sec-ret" not in f"{caught.value.message}{caught.value.hint}"
    assert "sec" not in f"{caught.value.message}{caught.value.hint}"
