from __future__ import annotations

import pytest

from lint_indexes.ddl.parameters import TypedText
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
        ("SELECT $7", "SELECT ARRAY['a''b'::uuid]"),
    ],
)
def test_only_parameters_are_replaced(sql: str, expected: str) -> None:
    values = ["it's", -3, [None, True], float("nan"), {"a": 1}, [], [TypedText("a'b", "uuid")]]
    assert with_literals(sql, values) == expected


def test_server_reads_what_was_meant(connection: Connection) -> None:
    values = ["a'b\\c", -1, True, None, [1, 2], float("inf")]
    answer = connection.execute("SELECT $1, 2 - $2, $3, $4, $5, $6", values)
    assert answer.rows == (("a'b\\c", 3, True, None, [1, 2], float("inf")),)


def test_server_reads_a_value_as_of_its_type(connection: Connection) -> None:
    one = TypedText("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "uuid")
    day, moment = TypedText("2026-11-30", "date"), TypedText("2026-11-30 10:00:00+02:00", "timestamptz")
    span, raw = TypedText("-1 days 7200.500000 seconds", "interval"), TypedText("\\x0061", "bytea")
    answer = connection.execute(
        "SELECT gen_random_uuid() = ANY($1), $2::text, extract(epoch FROM $3), extract(hour FROM $4),"
        " length($5)",
        [[one], day, moment, span, raw],
    )
    (found, text, seconds, hours, length), *_ = answer.rows
    assert (found, text, length) == (False, "2026-11-30", 2)
    assert float(str(seconds)) == 1796025600
    assert float(str(hours)) == 2


@pytest.mark.parametrize("number", ["5", "-1", "0"])
def test_server_reads_a_number_wherever_it_takes_one(connection: Connection, number: str) -> None:
    # As of the type numeric it would be no integer: repeat(text, numeric) does not exist.
    answer = connection.execute("SELECT length(repeat('x', $1)), 1 - $1", [TypedText(number, "numeric")])
    value = int(float(number))
    assert [float(str(one)) for one in answer.rows[0]] == [max(value, 0), 1 - value]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_server_reads_what_is_no_finite_number(connection: Connection, number: str) -> None:
    answer = connection.execute("SELECT $1::text", [TypedText(number, "numeric")])
    assert answer.rows == ((number,),)
