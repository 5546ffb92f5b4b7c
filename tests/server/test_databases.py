from __future__ import annotations

import pytest

from lint_indexes.errors import ConfigurationError, LintIndexesError
from lint_indexes.server.connection import Address, Connection, parse_url
from lint_indexes.server.databases import ScratchDatabases
from lint_indexes.server.given import GivenServer


def ours(address: Address) -> list[str]:
    connection = Connection(address)
    found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'lint_indexes%'").rows
    connection.close()
    return [str(row[0]) for row in found]


def test_nothing_is_left(address: Address) -> None:
    def fail() -> None:
        with ScratchDatabases(address) as databases:
            databases.copy(databases.create())
            assert len(ours(address)) == 2
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    assert ours(address) == []


def test_copies_have_what_the_original_has(databases: ScratchDatabases) -> None:
    name = databases.create()
    connection = databases.connect(name)
    connection.execute("CREATE TABLE t (a int)")
    connection.close()
    for _ in range(2):
        copied = databases.copy(name)
        connection = databases.connect(copied)
        connection.execute("DROP TABLE t")
        connection.close()


def test_databases_of_killed_runs_are_dropped_and_those_of_running_ones_stay(address: Address) -> None:
    connection = Connection(address)
    connection.execute("CREATE DATABASE lint_indexes_0123456789ab")
    connection.execute("CREATE DATABASE lint_indexes_0123456789ab_copy")
    connection.execute("CREATE DATABASE lint_indexes_of_mine")
    with ScratchDatabases(address) as running:
        name = running.create()
        with ScratchDatabases(address):
            assert sorted(ours(address)) == sorted((name, "lint_indexes_of_mine"))
    connection.execute("DROP DATABASE lint_indexes_of_mine")
    connection.close()


def test_template_is_copied_and_not_changed(address: Address, databases: ScratchDatabases) -> None:
    template = databases.create()
    connection = databases.connect(template)
    connection.execute("CREATE TABLE t (a int)")
    connection.close()
    with ScratchDatabases(address, template) as copies:
        connection = copies.connect(copies.create())
        connection.execute("DROP TABLE t")
        connection.close()
    connection = databases.connect(template)
    assert connection.execute("SELECT count(*) FROM t").rows == ((0,),)
    connection.close()


def test_users_without_the_right_are_told(address: Address) -> None:
    connection = Connection(address)
    connection.execute("CREATE ROLE guest LOGIN")
    guest = Address(address.host, address.database, "guest")
    with ScratchDatabases(guest) as databases, pytest.raises(LintIndexesError, match="permission denied"):
        databases.create()
    connection.execute("DROP ROLE guest")
    connection.close()


def test_unreachable_server_is_named(address: Address) -> None:
    with pytest.raises(LintIndexesError, match="cannot connect to PostgreSQL at /nowhere"):
        Connection(Address("/nowhere", "postgres", "postgres"))
    with pytest.raises(LintIndexesError, match='database "nowhere" does not exist'):
        Connection(address.at("nowhere"))


def test_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGPORT", "PGUSER", "PGDATABASE", "PGHOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGPASSWORD", "from the environment")
    full = parse_url("postgresql+psycopg2://me:p%40ss@db.example:6543/shop?sslmode=require")
    assert full == Address("db.example", "shop", "me", "p@ss", 6543, "require")
    assert "p@ss" not in repr(full)
    assert parse_url("postgres:///shop?host=/run/pg") == Address(
        "/run/pg", "shop", "postgres", "from the environment"
    )
    for wrong in ("mysql://localhost/shop", "localhost", "postgresql://localhost:port/shop"):
        with pytest.raises(ConfigurationError, match="--database-url"):
            parse_url(wrong)


def test_roles_that_migrations_made_are_dropped_and_no_others(address: Address) -> None:
    admin = Connection(address)
    with ScratchDatabases(address) as databases:
        made = databases.connect(databases.create())
        by_block = 'DO $$ BEGIN CREATE USER "Writer"; END $$'
        for sql in ("CREATE ROLE reader", by_block, "CREATE TABLE t (a int)"):
            databases.note(sql)
            made.execute(sql)
        made.execute("GRANT SELECT ON t TO reader")
        made.close()
        admin.execute("CREATE ROLE of_somebody_else")
    assert databases.warnings == ()
    found = admin.execute(r"SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1").rows
    assert [row[0] for row in found] == ["of_somebody_else", "postgres"]
    admin.execute("DROP ROLE of_somebody_else")
    admin.close()


def test_roles_that_stay_are_told(address: Address) -> None:
    admin = Connection(address)
    with ScratchDatabases(address) as databases:
        databases.note("CREATE ROLE owner_of_much")
        admin.execute("CREATE ROLE owner_of_much")
        admin.execute("CREATE TABLE t (a int); ALTER TABLE t OWNER TO owner_of_much")
    (warning,) = databases.warnings
    assert warning.startswith("the role owner_of_much, which a migration made, stays on the server: role ")
    admin.execute("DROP TABLE t; DROP ROLE owner_of_much")
    admin.close()


def test_given_server(address: Address) -> None:
    server = GivenServer(address)
    assert server.version >= 18
    with server.databases() as databases:
        name = databases.create()
        assert ours(address) == [name]
    assert ours(address) == []
