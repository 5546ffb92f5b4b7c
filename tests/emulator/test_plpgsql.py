"""DO blocks that cannot be followed to the end: what is uncertain afterwards, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Connect = Callable[..., Any]

TABLES = ("CREATE TABLE t (a int)", "CREATE TABLE u (a int)", "CREATE INDEX ix_u ON u (a)")


@pytest.mark.parametrize(
    ("body", "uncertain"),
    [
        ("EXECUTE unknown_function('ALTER TABLE t ...')", ["t"]),
        ("EXECUTE unknown_function()", []),
        ("IF unknown_function() THEN DROP INDEX ix_u; END IF", ["u"]),
        (
            "FOR i IN 1..unknown_function() LOOP CREATE INDEX ON t (a); ALTER TABLE u ADD b int; END LOOP",
            ["t", "u"],
        ),
        ("EXECUTE 'ALTER TABLE t ADD b int' USING 1", ["t"]),
        ("LOOP PERFORM count(*) FROM t; END LOOP", ["t"]),
        ("PERFORM unknown_function()", []),
    ],
)
def test_what_is_dynamic_concerns_the_tables_in_its_text(
    connect: Connect, body: str, uncertain: list[str]
) -> None:
    client = connect(*TABLES)
    client(f"DO $$ BEGIN {body}; END $$")
    assert sorted(table.name for table in client.session.catalog.uncertain) == uncertain
    assert len(client.doubts()) == 1


def test_what_follows_an_opaque_statement_still_runs(connect: Connect) -> None:
    client = connect(*TABLES)
    client("DO $$ BEGIN PERFORM unknown_function(); CREATE INDEX ix_t ON t (a); END $$")
    assert client.indexes() == ["ix_t", "ix_u"]


def test_an_unknown_value_is_opaque_only_where_it_is_used(connect: Connect) -> None:
    client = connect(*TABLES)
    client(
        "DO $$ DECLARE x int := unknown_function(); y int; BEGIN y := x; CREATE INDEX ix_t ON t (a); END $$"
    )
    assert client.doubts() == []
    client("DO $$ DECLARE x int; BEGIN x := unknown_function(); IF x > 1 THEN DROP TABLE t; END IF; END $$")
    assert len(client.doubts()) == 1
    assert [table.name for table in client.session.catalog.uncertain] == ["t"]


def test_a_branch_not_taken_raises_no_doubt(connect: Connect) -> None:
    client = connect(*TABLES)
    client("DO $$ BEGIN IF false THEN EXECUTE unknown_function('t'); END IF; END $$")
    assert client.doubts() == []


def test_another_language_is_opaque(connect: Connect) -> None:
    client = connect(*TABLES)
    client("DO LANGUAGE plpython3u $$ plpy.execute('DROP INDEX ix_u') $$")
    assert [table.name for table in client.session.catalog.uncertain] == ["u"]


def test_a_syntax_error_in_a_block(connect: Connect) -> None:
    client = connect(*TABLES)
    assert client.error("DO $$ BEGIN IF THEN; END $$") == "42601"


def test_an_uncaught_error_undoes_the_whole_block(connect: Connect) -> None:
    client = connect(*TABLES)
    assert client.error("DO $$ BEGIN CREATE INDEX ix_t ON t (a); DROP TABLE nosuch; END $$") == "42P01"
    assert client.indexes() == ["ix_u"]
    assert client("SELECT 1") == ((1,),)


def test_rows_read_in_a_block_are_noted(connect: Connect) -> None:
    client = connect(*TABLES)
    client("DO $$ BEGIN IF EXISTS (SELECT 1 FROM t) THEN DROP TABLE t; END IF; END $$")
    assert client.session.read_rows


def test_a_transaction_cannot_end_inside_a_block(connect: Connect) -> None:
    client = connect(*TABLES)
    client.session.begin()
    assert client.error("DO $$ BEGIN COMMIT; END $$") == "2D000"
