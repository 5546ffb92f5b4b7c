"""pglast's nodes without its check of every attribute, which lint_indexes.ddl.nodes takes away."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from pglast import ast

from lint_indexes.ddl import nodes

STATEMENTS = """
CREATE TABLE IF NOT EXISTS s.t (
    a bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b varchar(20)[] DEFAULT '{}' NOT NULL,
    c numeric(10, 2) CHECK (c BETWEEN 1 AND 9 OR c IS NULL), d boolean DEFAULT true, e text COLLATE "C",
    f int REFERENCES u (a) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    EXCLUDE USING gist (e WITH =) WHERE (d IS NOT TRUE), UNIQUE NULLS NOT DISTINCT (b) INCLUDE (c)
) PARTITION BY LIST (a) WITH (fillfactor = 70);
CREATE TABLE p PARTITION OF s.t FOR VALUES IN (1, NULL);
CREATE UNIQUE INDEX CONCURRENTLY i ON ONLY t USING btree (lower(e) text_pattern_ops DESC NULLS LAST, b)
    INCLUDE (c) WITH (deduplicate_items = off) WHERE d AND c = ANY (ARRAY[1, 2]);
ALTER TABLE t ADD COLUMN g jsonb, ALTER b TYPE text USING b::text, ADD CONSTRAINT k UNIQUE USING INDEX i;
ALTER TABLE t ATTACH PARTITION q FOR VALUES FROM (MINVALUE) TO (3);
DROP INDEX CONCURRENTLY IF EXISTS i CASCADE;
CREATE MATERIALIZED VIEW m AS WITH x AS (SELECT 1) SELECT a, count(*) FILTER (WHERE d) OVER (PARTITION BY a)
    FROM t LEFT JOIN u USING (a) WHERE NOT d AND e LIKE 'x%' ORDER BY 1 DESC LIMIT 3 FOR UPDATE;
CREATE TYPE level AS ENUM ('a', 'b');
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
INSERT INTO t (a) SELECT CASE WHEN false THEN 1 ELSE 2.5 END ON CONFLICT DO NOTHING RETURNING a;
UPDATE t SET a = coalesce(a, 0) WHERE e IS DISTINCT FROM 'x'; DELETE FROM t; BEGIN; SAVEPOINT s; ROLLBACK;
SET LOCAL search_path = a, b; COMMENT ON TABLE t IS NULL; DO $$ BEGIN NULL; END $$; TRUNCATE t, u CASCADE
"""
PARSE = """
import json, sys
from pglast import ast, parse_sql

def shown(value):
    if isinstance(value, tuple):
        return [shown(one) for one in value]
    if isinstance(value, ast.Node):
        return [type(value).__name__, {name: shown(getattr(value, name)) for name in value}]
    return f"{type(value).__name__} {value!r}"

print(json.dumps([shown(statement) for statement in parse_sql(sys.stdin.read())]))
"""


def parsed(setup: str) -> object:
    """Every node and attribute, with the type of its value, as another process parses the statements."""
    command = [sys.executable, "-c", setup + PARSE]
    run = subprocess.run(command, input=STATEMENTS, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def test_statements_are_parsed_as_with_the_check() -> None:
    with_check = parsed("")
    assert with_check == parsed("import lint_indexes.ddl.nodes\n")
    assert isinstance(with_check, list)
    assert len(with_check) == len(nodes.parse_statements(STATEMENTS))


def test_an_attribute_that_a_node_does_not_have_is_still_noticed() -> None:
    node = nodes.parse_expression("a")
    with pytest.raises(AttributeError):
        node.missing = 1
    with pytest.raises(TypeError):
        ast.ColumnRef(missing=1)


def test_of_a_boolean_the_value_is_still_checked() -> None:
    assert ast.Boolean(boolval=1).boolval is True
    with pytest.raises(ValueError, match="boolval"):
        ast.Boolean(boolval="false")


def test_a_node_that_is_built_takes_any_value() -> None:
    """What was taken away: a value of a wrong type is not refused any more, so ours must be right ones."""
    wrong = ast.ColumnRef(fields=3)
    assert wrong.fields == 3
    assert nodes.deparse(ast.ColumnRef(fields=(ast.String("a"),))) == "a"
