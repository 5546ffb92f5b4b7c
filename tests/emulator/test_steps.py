"""What a session records of each statement: its operations, the transaction, the names that are cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lint_indexes.model.operations import AddColumn, CreateIndex

Connect = Callable[..., Any]
PARTITIONED = "CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE INDEX ix ON p (a)"


def last(client: Any) -> Any:
    return client.session.statements[-1]


def test_a_statement_records_its_operations_with_the_states_around_them(connect: Connect) -> None:
    client = connect("CREATE TABLE t (a int)")
    client("ALTER TABLE t ADD b int; CREATE INDEX i ON t (b)")
    first, second = last(client).steps
    assert [type(step.operation) for step in (first, second)] == [AddColumn, CreateIndex]
    assert first.after == second.before
    assert [len(step.after.indexes) for step in (first, second)] == [0, 1]


def test_a_block_records_what_it_runs(connect: Connect) -> None:
    client = connect("CREATE TABLE t (a int)")
    client("DO $$ BEGIN EXECUTE 'CREATE INDEX i ON t (a)'; END $$")
    [operation] = last(client).operations
    assert isinstance(operation, CreateIndex)
    assert last(client).in_transaction


def test_what_is_refused_changes_nothing(connect: Connect) -> None:
    client = connect("CREATE TABLE t (a int)")
    assert client.error("CREATE INDEX i ON t (nowhere)") == "42703"
    [step] = last(client).steps
    assert step.before == step.after


def test_the_transaction(connect: Connect) -> None:
    client = connect("CREATE TABLE t (a int)")
    client("CREATE INDEX i ON t (a)")
    assert not last(client).in_transaction
    client.session.begin()
    client("CREATE INDEX j ON t (a)")
    assert last(client).in_transaction


def test_a_lock_timeout_is_there_until_it_is_reset(connect: Connect) -> None:
    client = connect("CREATE TABLE t (a int)")
    found = []
    for setting in ("SELECT 1", "SET lock_timeout = '5s'", "RESET lock_timeout"):
        client(setting)
        client("ALTER TABLE t ALTER a SET DEFAULT 1")
        found.append(last(client).steps[0].lock_timeout)
    assert found == [False, True, False]


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        (f"CREATE INDEX {'x' * 64} ON t (a)", ("x" * 64,)),
        (f"CREATE INDEX {'x' * 63} ON t (a)", ()),
        (f'CREATE INDEX "{"x" * 62}""y" ON t (a)', ("x" * 62 + '"y',)),
        (f"SELECT '{'x' * 64}'", ()),
        (f"SELECT 1 -- {'x' * 64}", ()),
    ],
)
def test_names_that_postgresql_cuts(connect: Connect, statement: str, names: tuple[str, ...]) -> None:
    client = connect("CREATE TABLE t (a int)")
    client(statement)
    assert last(client).long_names == names


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX CONCURRENTLY n ON p (a)",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix ON p (a)",
        "CREATE INDEX CONCURRENTLY n ON ONLY p (a)",
        "DROP INDEX CONCURRENTLY ix",
    ],
)
def test_concurrently_is_refused_on_a_partitioned_table(connect: Connect, statement: str) -> None:
    assert connect(PARTITIONED).error(statement) == "0A000"


def test_a_lenient_server_runs_concurrently_all_the_same(connect: Connect) -> None:
    client = connect("CREATE TABLE t (a int)", lenient=True)
    client.session.begin()
    client("CREATE INDEX CONCURRENTLY n ON t (a)")
    assert client.indexes() == ["n"]
