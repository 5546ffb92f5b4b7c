"""The emulated server and a real one, asked the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator.session import Session
from lint_indexes.errors import ProbeError
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.origin import Origin, Source
from lint_indexes.probe.protocol import Server
from lint_indexes.server.connection import Connection
from lint_indexes.server.schema import read_catalog
from lint_indexes.server.session import NestedSession, ServerSession

HERE = Origin(Source.MIGRATIONS, "0001.py", 5, None, "0001")


@pytest.fixture(params=["emulated", "real"])
def state(request: pytest.FixtureRequest, connection: Connection) -> tuple[Server, Callable[[], Catalog]]:
    """A session on an empty database, and what it sees."""
    if request.param == "emulated":
        session = Session(Catalog())
        return session, lambda: session.catalog
    return ServerSession(connection), lambda: read_catalog(connection, "public")


def names(catalog: Catalog) -> list[str]:
    return [index.name.name for index in catalog.sorted_indexes()]


def test_statements_parameters_and_rows(state: tuple[Server, Callable[[], Catalog]]) -> None:
    server, seen = state
    server.execute("CREATE TABLE t (a int PRIMARY KEY, b text); CREATE INDEX i ON t (b)", (), HERE)
    answer = server.execute(
        "SELECT indexname FROM pg_indexes WHERE tablename = $1 ORDER BY indexname", ["t"], HERE
    )
    assert answer.columns == ("indexname",)
    assert [tuple(row) for row in answer.rows] == [("i",), ("t_pkey",)]
    assert names(seen()) == ["i", "t_pkey"]


def test_rollback_takes_back_and_an_error_ends_the_block(state: tuple[Server, Callable[[], Catalog]]) -> None:
    server, seen = state
    server.begin()
    server.execute("CREATE TABLE t (a int UNIQUE)", (), HERE)
    with pytest.raises(SqlError) as caught:
        server.execute("CREATE TABLE t (a int)", (), HERE)
    assert (caught.value.sqlstate, caught.value.message) == ("42P07", 'relation "t" already exists')
    with pytest.raises(SqlError) as caught:
        server.execute("SELECT 1", (), HERE)
    assert caught.value.sqlstate == "25P02"
    server.commit()
    assert names(seen()) == []


def test_commit_keeps(state: tuple[Server, Callable[[], Catalog]]) -> None:
    server, seen = state
    server.begin()
    server.execute("CREATE TABLE t (a int UNIQUE)", (), HERE)
    server.commit()
    server.begin()
    server.execute("DROP TABLE t", (), HERE)
    server.rollback()
    assert names(seen()) == ["t_a_key"]


def test_another_session_commits_by_itself_and_sees_nothing_of_the_transaction(
    state: tuple[Server, Callable[[], Catalog]],
) -> None:
    server, seen = state
    server.execute("CREATE TABLE t (a int)", (), HERE)
    server.begin()
    server.execute("CREATE TABLE u (a int UNIQUE)", (), HERE)
    server.execute("SAVEPOINT s", (), HERE)
    server.execute_alone("CREATE INDEX CONCURRENTLY i ON t (a)", (), HERE)
    with pytest.raises(SqlError) as caught:
        server.execute_alone("CREATE INDEX CONCURRENTLY j ON u (a)", (), HERE)
    assert caught.value.sqlstate == "42P01"
    assert names(seen()) == ["i", "u_a_key"]
    server.execute("ROLLBACK TO SAVEPOINT s", (), HERE)
    assert names(seen()) == ["i", "u_a_key"]
    server.rollback()
    assert names(seen()) == ["i"]


def test_what_would_wait_for_ever_is_refused(connection: Connection) -> None:
    session = ServerSession(connection)
    connection.execute("CREATE TABLE t (a int)")
    session.begin()
    session.execute("ALTER TABLE t ADD b int", (), HERE)
    with pytest.raises(SqlError) as caught:
        session.execute_alone("CREATE INDEX i ON t (a)", (), HERE)
    assert caught.value.sqlstate == "55P03"
    session.rollback()
    assert (session.executed, len(session.refused)) == (2, 1)


def test_lenient_goes_on_and_notes_what_was_refused(connection: Connection) -> None:
    session = ServerSession(connection, lenient=True)
    session.begin()
    session.execute("CREATE TABLE t (a int)", (), HERE)
    session.execute("DROP INDEX nowhere", (), HERE)
    session.execute("SAVEPOINT mine", (), HERE)
    session.execute("CREATE INDEX i ON t (a)", (), HERE)
    session.execute("ROLLBACK TO SAVEPOINT mine", (), HERE)
    session.execute("CREATE INDEX j ON t (a)", (), HERE)
    session.commit()
    assert names(read_catalog(connection, "public")) == ["j"]
    (refused,) = session.refused
    assert (refused.sql, refused.origin, refused.error.sqlstate) == ("DROP INDEX nowhere", HERE, "42704")
    assert session.executed == 6


def test_inspector_is_never_asked(connection: Connection) -> None:
    with pytest.raises(ProbeError):
        ServerSession(connection).inspect("has_table", {"table_name": "t"}, HERE)


@pytest.fixture
def nested(connection: Connection) -> NestedSession:
    """A session inside of a transaction that a table was committed before."""
    connection.execute("CREATE TABLE t (a int, b int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    connection.execute("BEGIN")
    return NestedSession(connection)


def test_nested_blocks_are_kept_until_all_is_taken_back(
    nested: NestedSession, connection: Connection
) -> None:
    nested.begin()
    nested.execute("CREATE INDEX i ON t (a)", (), HERE)
    nested.commit()
    nested.begin()
    nested.execute("CREATE INDEX j ON t (a)", (), HERE)
    nested.rollback()
    assert names(read_catalog(connection, "public")) == ["i", "t_b_key"]
    connection.execute("ROLLBACK")
    assert names(read_catalog(connection, "public")) == ["t_b_key"]
    assert nested.exact


def test_nested_error_ends_the_block_only(nested: NestedSession, connection: Connection) -> None:
    nested.begin()
    nested.execute("CREATE INDEX i ON t (a)", (), HERE)
    with pytest.raises(SqlError, match="does not exist"):
        nested.execute("DROP INDEX nowhere", (), HERE)
    nested.commit()
    assert names(read_catalog(connection, "public")) == ["t_b_key"]
    assert nested.exact


def test_nested_commit_checks_what_is_deferred(nested: NestedSession, connection: Connection) -> None:
    nested.begin()
    nested.execute("INSERT INTO t VALUES (1, 1), (2, 1)", (), HERE)
    with pytest.raises(SqlError) as caught:
        nested.commit()
    assert caught.value.sqlstate == "23505"
    assert connection.execute("SELECT count(*) FROM t").rows == ((0,),)
    assert nested.exact


@pytest.mark.parametrize(
    "sql",
    [
        "COMMIT",
        "CREATE INDEX i ON t (a); commit; BEGIN",
        "ROLLBACK",
        "ROLLBACK WORK",
        "END",
        "ABORT",
        "UPDATE t SET a = CASE WHEN a > 1 THEN 2 END; END",
        "SET LOCAL search_path = elsewhere",
        "SELECT set_config('search_path', 'elsewhere', true)",
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "VACUUM t",
    ],
)
def test_nested_runs_say_what_no_transaction_can_hold(
    nested: NestedSession, connection: Connection, sql: str
) -> None:
    nested.begin()
    with pytest.raises(SqlError) as caught:
        nested.execute(sql, (), HERE)
    assert caught.value.sqlstate == "25001"
    assert not nested.exact
    nested.rollback()
    connection.execute("ROLLBACK")
    assert names(read_catalog(connection, "public")) == ["t_b_key"]


@pytest.mark.parametrize(
    "sql",
    [
        "SAVEPOINT mine; ROLLBACK TO SAVEPOINT mine; RELEASE SAVEPOINT mine",
        "UPDATE t SET a = CASE WHEN a > 1 THEN 2 END",
        "DO $$ BEGIN PERFORM 'commit'; /* rollback */ END $$",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
    ],
)
def test_nested_runs_hold_what_a_transaction_can(nested: NestedSession, sql: str) -> None:
    nested.begin()
    nested.execute(sql, (), HERE)
    nested.commit()
    assert nested.exact


def test_nested_error_outside_of_a_block_says_nothing(nested: NestedSession) -> None:
    with pytest.raises(SqlError):
        nested.execute("DROP INDEX nowhere", (), HERE)
    assert not nested.exact
