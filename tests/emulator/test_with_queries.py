"""WITH queries of statements that change rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Connect = Callable[..., Any]


# As PostgreSQL 15.20 does.
@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("u AS (UPDATE b SET v = 1 FROM x WHERE b.id = x.id) UPDATE a SET v = 2", None),
        ("u AS (DELETE FROM b USING x WHERE b.id = x.id RETURNING b.id) DELETE FROM a USING u", None),
        ("u AS (INSERT INTO b SELECT id, 1 FROM x RETURNING id) INSERT INTO a SELECT id, 1 FROM u", None),
        ("u AS (UPDATE b SET v = 1 FROM x WHERE b.id = x.id RETURNING b.id) SELECT id FROM u", None),
        ("u(k) AS (SELECT id FROM x) UPDATE a SET v = u.k FROM u WHERE a.id = u.k", None),
        ("u(k) AS (SELECT id FROM x) UPDATE a SET v = u.id FROM u", "42703"),
        ("u(k) AS (DELETE FROM b RETURNING id) INSERT INTO a SELECT k, k FROM u", None),
        ("u AS (INSERT INTO b SELECT id, 1 FROM x) SELECT 1", None),
        ("u AS (UPDATE b SET v = 1 FROM y), y AS (SELECT 1) UPDATE a SET v = 2", "42P01"),
        ("u AS (UPDATE b SET v = 1 FROM x WHERE b.id = x.nosuch) UPDATE a SET v = 2", "42703"),
    ],
)
def test_a_with_query_that_changes_rows_sees_those_before_it(
    connect: Connect, sql: str, error: str | None
) -> None:
    client = connect("CREATE TABLE a (id int, v int); CREATE TABLE b (id int, v int)")
    statement = f"WITH x AS (SELECT id FROM a), {sql}"
    if error is None:
        client(statement)
        assert client.doubts() == []
    else:
        assert client.error(statement) == error


def test_a_recursive_query_before_a_change_of_rows(connect: Connect) -> None:
    client = connect("CREATE TABLE a (id int, parent int)")
    client(
        "WITH RECURSIVE below(id) AS (SELECT id FROM a WHERE parent IS NULL"
        " UNION ALL SELECT a.id FROM a JOIN below b ON a.parent = b.id)"
        " DELETE FROM a USING below WHERE a.id = below.id"
    )
    assert client.doubts() == []
