from __future__ import annotations

import pytest

from lint_indexes.server.connection import Connection
from lint_indexes.server.literals import with_literals


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT $1, $2, $1", "SELECT 'it''s',  -3, 'it''s'"),
        ("SELECT '$1', \"$1\", E'\\'$1'", "SELECT '$1', \"$1\", E'\\'$1'"),
        ("DO $$ SELECT $1 $$; DO $a$ $1 $a$", "DO $$ SELECT $1 $$; DO $a$ $1 $a$"),
        ("SELECT a$1 -- $1\n, /* $1 */ -$2", "SELECT a$1 -- $1\n, /* $1 */ - -3"),
        ("SELECT $3, $12, $0", "SELECT ARRAY[NULL, true], $12, $0"),
        ("SELECT $4", "SELECT 'nan'::float8"),
        ("SELECT $5", """SELECT '{"a": 1}'"""),
        ("SELECT $6", "SELECT '{}'"),
    ],
)
def test_only_parameters_are_replaced(sql: str, expected: str) -> None:
    values = ["it's", -3, [None, True], float("nan"), {"a": 1}, []]
    assert with_literals(sql, values) == expected


def test_server_reads_what_was_meant(connection: Connection) -> None:
    values = ["a'b\\c", -1, True, None, [1, 2], float("inf")]
    answer = connection.execute("SELECT $1, 2 - $2, $3, $4, $5, $6", values)
    assert answer.rows == (("a'b\\c", 3, True, None, [1, 2], float("inf")),)
