"""What a catalog keeps beside its objects: who refers to whom, and which indexes were touched."""

from __future__ import annotations

import pytest
from rpds import HashTrieMap

from lint_indexes.ddl.apply import apply
from lint_indexes.ddl.parse import parse
from lint_indexes.model.catalog import Catalog, Column, Index, IndexKey, Sequence, Table
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.references import constraint_names_of, sequences_used_by, tables_used_by

SCRIPT = """
CREATE TABLE company (id serial PRIMARY KEY, boss integer REFERENCES company);
CREATE TABLE booking (id bigserial PRIMARY KEY, company_id integer REFERENCES company, at date) ;
CREATE TABLE log (at date) PARTITION BY RANGE (at);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE special () INHERITS (booking);
CREATE VIEW late AS SELECT id FROM booking;
CREATE SEQUENCE "Odd ""one"" more";
ALTER TABLE log ADD n integer DEFAULT nextval('"Odd ""one"" more"');
CREATE INDEX ix_booking_at ON booking (at);
ALTER TABLE booking RENAME TO journey;
ALTER TABLE journey RENAME id TO number;
ALTER TABLE special NO INHERIT journey;
ALTER SEQUENCE booking_id_seq RENAME TO journey_number_seq;
CREATE SCHEMA old;
ALTER TABLE log SET SCHEMA old;
ALTER TABLE journey SET SCHEMA old;
ALTER SEQUENCE old.journey_number_seq OWNED BY NONE;
ALTER SCHEMA old RENAME TO older;
ALTER TABLE older.journey DROP CONSTRAINT booking_company_id_fkey;
ALTER TABLE company ADD code integer GENERATED ALWAYS AS IDENTITY;
DROP VIEW late;
DROP TABLE older.journey;
DROP TABLE company CASCADE;
"""


def name(text: str) -> QualifiedName:
    return QualifiedName("public", text)


def states() -> list[Catalog]:
    """The states after each statement of the script."""
    found = [Catalog()]
    for statement in parse(SCRIPT):
        catalog = found[-1]
        for operation in statement.operations:
            catalog = apply(catalog, operation)
        found.append(catalog)
    return found


@pytest.mark.parametrize("number", range(len(states())))
def test_the_maps_say_what_the_tables_say(number: int) -> None:
    catalog = states()[number]
    tables = list(catalog.tables.values())
    assert _filed(catalog.dependents) == {(key, one.name) for one in tables for key in tables_used_by(one)}
    users = {(key, one.name) for one in tables for key in sequences_used_by(one)}
    assert _filed(catalog.sequence_users) == users
    names = {(key, one.name) for one in tables for key in constraint_names_of(one)}
    assert _filed(catalog.constraint_names) == names
    sequences = catalog.sequences.values()
    owned = {(one.owned_by[0], one.name) for one in sequences if one.owned_by is not None}
    assert _filed(catalog.owned_sequences) == owned


def _filed(filed: HashTrieMap) -> set[tuple[object, object]]:
    return {(key, one) for key, names in filed.items() for one in names}


def test_the_script_makes_use_of_every_map() -> None:
    found = states()
    for part in ("dependents", "sequence_users", "constraint_names", "owned_sequences"):
        assert max(len(getattr(catalog, part)) for catalog in found) > 1


@pytest.mark.parametrize(
    ("default", "named"),
    [
        ("nextval('t_id_seq'::regclass)", ["t_id_seq"]),
        ("nextval('other.t_id_seq'::regclass)", ["t_id_seq"]),
        ('nextval(\'"Other"."T.id"\'::regclass)', ["T.id"]),
        ('nextval(\'"a""b"\')', ['a"b']),
        ("1", []),
        ("'nothing'::text", []),
    ],
)
def test_a_default_names_a_sequence(default: str, named: list[str]) -> None:
    table = Table(name("t"), columns=(Column("id", "integer", default=default),))
    assert list(sequences_used_by(table)) == named


def test_tables_that_use_a_sequence() -> None:
    default = "nextval('q'::regclass)"
    tables = [Table(name(text), columns=(Column("id", "integer", default=default),)) for text in "ba"]
    catalog = Catalog().with_sequence(Sequence(name("q"))).with_table(tables[0]).with_table(tables[1])
    assert [table.name.name for table in catalog.tables_that_use(name("q"))] == ["a", "b"]
    assert catalog.tables_that_use(name("r")) == ()


def index(text: str) -> Index:
    return Index(name(text), name("t"), (IndexKey(column="c", columns=("c",)),))


def test_indexes_that_were_touched_since_two_states_parted() -> None:
    catalog = Catalog().with_table(Table(name("t")))
    common = catalog.with_index(index("a")).with_index(index("b"))
    one = common.with_index(index("c")).without_index(name("a"))
    other = common.with_index(index("d"))
    assert common.changed_indexes(common) == set()
    assert common.changed_indexes(one) == {name("a"), name("c")}
    assert one.changed_indexes(other) == other.changed_indexes(one) == {name("a"), name("c"), name("d")}


def test_states_that_share_no_change_may_differ_in_every_index() -> None:
    catalog = Catalog().with_table(Table(name("t")))
    one, other = catalog.with_index(index("a")), catalog.with_index(index("b"))
    assert one.changed_indexes(other) == {name("a"), name("b")}
    assert catalog.changed_indexes(one) == {name("a")}


def test_a_dropped_table_takes_its_indexes_along() -> None:
    before = Catalog().with_table(Table(name("t"))).with_index(index("a")).with_index(index("b"))
    after = before.without_table(name("t"))
    assert before.changed_indexes(after) == {name("a"), name("b")}
