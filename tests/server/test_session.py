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
from lint_indexes.server.session import ServerSession

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
