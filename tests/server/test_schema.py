"""What is read from the system catalogs equals what the emulated server has of the same statements."""

from __future__ import annotations

from lint_indexes.compare.changes import StateComparison
from lint_indexes.emulator.session import Session
from lint_indexes.model.catalog import Catalog, ConstraintKind
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin, Source
from lint_indexes.server.connection import Connection
from lint_indexes.server.schema import read_catalog

SCRIPT = """
CREATE SCHEMA other;
CREATE TYPE status AS ENUM ('PENDING', 'DONE');
CREATE FUNCTION shorten(value text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT left(value, 3)';
CREATE TABLE booking (
    id serial PRIMARY KEY, status status, name varchar(20) UNIQUE, during tsrange, company int,
    CONSTRAINT one_at_a_time EXCLUDE USING gist (during WITH &&)
);
CREATE INDEX ix_pending ON booking (company DESC, lower(name)) INCLUDE (id) WHERE status = 'PENDING';
CREATE INDEX ix_short ON booking (shorten(name) text_pattern_ops) WITH (fillfactor = 70);
CREATE TABLE other.part (a int, b int) PARTITION BY LIST (a);
CREATE INDEX ix_b ON other.part (b);
CREATE TABLE other.part_1 PARTITION OF other.part FOR VALUES IN (1);
CREATE MATERIALIZED VIEW totals AS SELECT company, count(*) AS many FROM booking GROUP BY company;
CREATE UNIQUE INDEX ix_totals ON totals (company);
"""


def test_reads_what_the_emulated_server_has(connection: Connection) -> None:
    connection.execute(SCRIPT)
    real = read_catalog(connection, "public")
    session = Session(Catalog())
    session.execute(SCRIPT, (), Origin(Source.MIGRATIONS))
    assert real.indexes.keys() == session.catalog.indexes.keys()
    assert len(real.indexes) == 8
    assert StateComparison().changes(session.catalog, real) == ()


def test_differences_are_seen(connection: Connection) -> None:
    connection.execute("CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a); CREATE INDEX j ON t (b)")
    before = read_catalog(connection, "public")
    connection.execute("DROP INDEX i; CREATE INDEX i ON t (a DESC); DROP INDEX j; CREATE INDEX k ON t (b)")
    connection.execute("ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b)")
    changes = [
        str(change) for change in StateComparison().changes(before, read_catalog(connection, "public"))
    ]
    assert changes == [
        "i is changed (key 1: ASC in the state before, DESC in the state after)",
        "j is lost",
        "k is left over",
        "u is left over",
    ]


def test_a_constraint_is_not_its_index(connection: Connection) -> None:
    connection.execute("CREATE TABLE t (a int); CREATE UNIQUE INDEX u ON t (a)")
    before = read_catalog(connection, "public")
    connection.execute("DROP INDEX u; ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)")
    after = read_catalog(connection, "public")
    assert after.indexes[QualifiedName("public", "u")].constraint is ConstraintKind.UNIQUE
    (change,) = StateComparison().changes(before, after)
    assert change.what == "is changed (index in the state before, unique constraint in the state after)"


def test_what_belongs_to_an_extension_is_left_out(connection: Connection) -> None:
    connection.execute("CREATE EXTENSION citext; CREATE TABLE t (a citext)")
    catalog = read_catalog(connection, "public")
    assert catalog.extensions["citext"] == "public"
    assert not catalog.types
    assert not catalog.functions
