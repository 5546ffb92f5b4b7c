"""LI701 to LI704, on catalogs that the emulated server makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lint_indexes.compare.database import DatabaseDrift
from lint_indexes.findings import Finding, OpenQuestion
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.database import Database, Snapshot
from lint_indexes.model.exclusions import Exclusions
from lint_indexes.model.history import History
from lint_indexes.model.names import QualifiedName
from lint_indexes.rules.database_index_differs import database_index_differs
from lint_indexes.rules.database_index_extra import database_index_extra
from lint_indexes.rules.database_index_missing import database_index_missing
from lint_indexes.rules.invalid_index import invalid_index

RULES = (invalid_index, database_index_missing, database_index_extra, database_index_differs)
TABLE = "CREATE TABLE booking (id int PRIMARY KEY, status text, company_id int);"

Outcomes = Callable[..., list[str]]


@pytest.fixture
def outcomes(history: Callable[..., History], catalog: Callable[[str], Catalog]) -> Outcomes:
    """What the four rules say of a database, with the way out in brackets; questions begin with a mark.

    Parameters:
        migrations, actual: SQL that made the expected state, and the database.
        invalid: names of indexes of the database that are not valid.
        building: one that is being built.
        models: SQL of the models.
        later: a migration that the database has not run.
        expected: changes what the migrations lead to.
    """

    def run(
        migrations: str,
        actual: str,
        *,
        invalid: tuple[str, ...] = (),
        building: str | None = None,
        models: str | None = None,
        later: str = "",
        exclusions: Exclusions | None = None,
        expected: Callable[[Catalog], Catalog] = lambda state: state,
    ) -> list[str]:
        replayed = history(("1", migrations, None), ("2", later, None))
        found = catalog(actual)
        for name in invalid:
            index = found.indexes[QualifiedName("public", name)]
            found = found.with_index(replace(index, valid=False))
        busy = frozenset({QualifiedName("public", building)} if building else ())
        snapshot = Snapshot("shop at localhost", "16.4", found, None, ("1",), busy)
        state = expected(replayed.revisions["1"].upgrade.after)
        database = Database(snapshot, state, 1, exclusions or Exclusions())
        drift = DatabaseDrift(database, catalog(models) if models else None, replayed)
        return [said(outcome) for rule in RULES for outcome in rule.run({"database": drift})]

    return run


def said(outcome: Finding | OpenQuestion) -> str:
    if isinstance(outcome, OpenQuestion):
        return f"? {outcome.message}"
    return f"{outcome.code} {outcome.violation.message} [{outcome.violation.help}]"


def test_equal_databases(outcomes: Outcomes) -> None:
    migrations = f"{TABLE} CREATE INDEX i ON booking (lower(status)) WHERE company_id IN (1, 2)"
    stored = "CREATE INDEX i ON booking USING btree (lower(status)) WHERE (company_id = ANY (ARRAY[1, 2]))"
    actual = TABLE + stored
    assert outcomes(migrations, actual) == []


def test_an_extension_may_be_in_any_schema(outcomes: Outcomes) -> None:
    begin = "CREATE SCHEMA extra; CREATE EXTENSION pg_trgm SCHEMA extra; CREATE TABLE t (a text);"
    index = "CREATE INDEX i ON t USING gist (a {0}gist_trgm_ops); CREATE INDEX j ON t ({0}similarity(a, 'x'))"
    qualified, bare = (begin + index.format(schema) for schema in ("extra.", ""))
    assert outcomes(qualified, bare) == []
    assert outcomes(bare, qualified) == []


def test_an_index_is_missing(outcomes: Outcomes) -> None:
    constraint = "ALTER TABLE booking ADD CONSTRAINT u UNIQUE (status)"
    migrations = f"{TABLE} CREATE UNIQUE INDEX i ON booking (status); {constraint}"
    assert outcomes(migrations, TABLE) == [
        "LI702 index i is in the migrations, but not in the database"
        " [build it: CREATE UNIQUE INDEX CONCURRENTLY i ON public.booking USING btree (status)]",
        "LI702 unique constraint u is in the migrations, but not in the database [add it again]",
    ]


def test_a_missing_table_is_one_finding(outcomes: Outcomes) -> None:
    [only] = outcomes(f"{TABLE} CREATE INDEX i ON booking (status)", "SELECT 1")
    assert only.startswith("LI702 table booking is in the migrations, but not in the database")


def test_views_are_not_missed(outcomes: Outcomes) -> None:
    views = "CREATE VIEW v AS SELECT 1; CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;"
    [only] = outcomes(f"{views} CREATE UNIQUE INDEX i ON m (one)", "SELECT 1")
    assert only.startswith("LI702 materialized view m is in the migrations")


def test_a_partitioned_table_is_indexed_without_concurrently(outcomes: Outcomes) -> None:
    table = "CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);"
    assert outcomes(f"{table} CREATE INDEX i ON t (a)", table) == [
        "LI702 index i is in the migrations, but not in the database"
        " [build it: CREATE INDEX i ON public.t USING btree (a)]"
    ]
    [only] = outcomes(table, f"{table} CREATE INDEX i ON t (a)")
    assert only.startswith("LI703 index i on t is in the database")


def test_partitions_come_and_go(outcomes: Outcomes) -> None:
    table = "CREATE TABLE t (a int, b int) PARTITION BY LIST (a); CREATE INDEX i ON t (b);"
    first, second = (f"CREATE TABLE t{n} PARTITION OF t FOR VALUES IN ({n});" for n in (1, 2))
    assert outcomes(f"{table}{first}", f"{table}{second}") == []
    [only] = outcomes(f"{table}{first}", f"{table}{first} CREATE INDEX own ON t1 (b, a)")
    assert only.startswith("LI703 index own on t1 is in the database")


def test_an_index_was_made_by_hand(outcomes: Outcomes) -> None:
    constraint = "ALTER TABLE booking ADD CONSTRAINT u UNIQUE (company_id)"
    actual = f"{TABLE} CREATE INDEX i ON booking (status); {constraint}"
    assert outcomes(TABLE, actual) == [
        "LI703 index i on booking is in the database, but no migration makes it"
        ' [declare it in the model, Index("i", "status"), and write a migration that makes it where it is'
        " missing; or drop it: DROP INDEX CONCURRENTLY public.i]",
        "LI703 unique constraint u on booking is in the database, but no migration makes it"
        ' [declare it in the model, UniqueConstraint("company_id", name="u"), and write a migration that'
        " makes it where it is missing; or drop it: ALTER TABLE public.booking DROP CONSTRAINT u]",
    ]


def test_what_a_later_migration_makes_is_in_its_way(outcomes: Outcomes) -> None:
    index = "CREATE INDEX i ON booking (status);"
    table = "CREATE TABLE t (a int PRIMARY KEY);"
    found = outcomes(TABLE, f"{TABLE}{index}{table}", later=f"{index}{table}")
    assert [text.partition(", but ")[2].partition(" [")[0] for text in found] == [
        "only a migration that has not run there yet makes it, and may fail on it"
    ] * 2


def test_an_unknown_table_is_one_finding(outcomes: Outcomes) -> None:
    more = "CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE); CREATE TABLE bare (a int);"
    [only] = outcomes(TABLE, TABLE + more)
    assert only.startswith("LI703 table t, with 2 indexes, is in the database, but no migration makes it")
    # That one is LI205's business.
    assert outcomes(TABLE, TABLE + more, models="CREATE TABLE t (a int PRIMARY KEY)") == []


def test_other_schemas_are_not_looked_at(outcomes: Outcomes) -> None:
    other = "CREATE SCHEMA other; CREATE TABLE other.t (a int PRIMARY KEY);"
    assert outcomes(TABLE, TABLE + other) == []
    [only] = outcomes(TABLE, TABLE + other, models="CREATE SCHEMA other; CREATE TABLE other.u (a int)")
    assert only.startswith("LI703 table t, with 1 index, is in the database")


def test_what_env_py_leaves_out_is_not_extra(outcomes: Outcomes) -> None:
    actual = f"{TABLE} CREATE INDEX i ON booking (status); CREATE TABLE t (a int PRIMARY KEY)"
    exclusions = Exclusions(
        frozenset({QualifiedName("public", "t")}), frozenset({QualifiedName("public", "i")})
    )
    assert outcomes(TABLE, actual, exclusions=exclusions) == []
    # What the migrations make is theirs all the same.
    [only] = outcomes(f"{TABLE} CREATE INDEX i ON booking (status)", TABLE, exclusions=exclusions)
    assert only.startswith("LI702")


def test_differences_are_listed(outcomes: Outcomes) -> None:
    migrations = f"{TABLE} CREATE INDEX i ON booking (status, company_id) WHERE status = 'A'"
    actual = f"{TABLE} CREATE INDEX i ON booking (status, company_id DESC)"
    assert outcomes(migrations, actual) == [
        "LI704 i differs: key 2: ASC in the migrations, DESC in the database;"
        " predicate: WHERE status = 'A' in the migrations, none in the database"
        " [rebuild it as the migrations have it, or write a migration that makes it what it is]"
    ]


def test_a_constraint_is_not_its_index(outcomes: Outcomes) -> None:
    constraint = f"{TABLE} ALTER TABLE booking ADD CONSTRAINT u UNIQUE (status)"
    [only] = outcomes(constraint, f"{TABLE} CREATE UNIQUE INDEX u ON booking (status)")
    assert only.startswith(
        "LI704 u differs: unique constraint in the migrations, index in the database [rebuild"
    )


def test_another_name_is_one_finding(outcomes: Outcomes) -> None:
    migrations = f"{TABLE} CREATE INDEX i ON booking (status)"
    assert outcomes(migrations, f'{TABLE} CREATE INDEX "J" ON booking (status)') == [
        'LI704 i is called J in the database [rename it: ALTER INDEX public."J" RENAME TO i]'
    ]


def test_names_that_postgresql_chose_may_be_any(outcomes: Outcomes) -> None:
    migrations = "CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE); CREATE INDEX ON t (b, a)"
    actual = (
        "CREATE TABLE t (a int, b int, CONSTRAINT p PRIMARY KEY (a), CONSTRAINT u UNIQUE (b));"
        "CREATE INDEX i ON t (b, a)"
    )
    assert outcomes(migrations, actual) == []


def test_what_cannot_be_compared_is_a_question(outcomes: Outcomes) -> None:
    table = "CREATE TABLE t (a mystery);"
    [only] = outcomes(f"{table} CREATE INDEX i ON t (f(a))", f"{table} CREATE INDEX i ON t (f((a)::other))")
    assert only.startswith("? i: migrations and database could not be compared: key 1")


def test_an_invalid_index_of_the_migrations(outcomes: Outcomes) -> None:
    index = f"{TABLE} CREATE INDEX i ON booking (status)"
    assert outcomes(index, index, invalid=("i",)) == [
        "LI701 index i on booking is invalid in the database: no query uses it, and every write maintains it"
        " [mend what stopped it, then REINDEX INDEX CONCURRENTLY public.i]"
    ]
    [only] = outcomes(index, index, invalid=("i",), building="i")
    assert only == "? i on booking is not valid yet: it is just being built"


def test_an_invalid_index_of_nobody_is_not_extra_as_well(outcomes: Outcomes) -> None:
    index = "CREATE INDEX i ON booking (status);"
    [only] = outcomes(TABLE, TABLE + index, invalid=("i",))
    assert only.startswith("LI701")
    assert only.endswith("REINDEX INDEX CONCURRENTLY public.i, or DROP INDEX CONCURRENTLY public.i]")
    copy = "CREATE INDEX i_ccnew ON booking (status)"
    [first, second] = outcomes(TABLE + index, TABLE + copy, invalid=("i_ccnew",))
    assert first.endswith(
        "[it is what a failed REINDEX CONCURRENTLY has left: DROP INDEX CONCURRENTLY public.i_ccnew]"
    )
    assert second.startswith("LI702 index i is in the migrations, but not in the database")
    exclusions = Exclusions(indexes=frozenset({QualifiedName("public", "i")}))
    assert outcomes(TABLE, TABLE + index, invalid=("i",), exclusions=exclusions) == []


@pytest.mark.parametrize(
    ("script", "way_out"),
    [
        ("CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE INDEX i ON t (a)", "ATTACH PARTITION]"),
        (
            "CREATE TABLE t (a int, CONSTRAINT i EXCLUDE USING btree (a WITH =))",
            "[mend the rows that contradict it, then REINDEX INDEX public.i]",
        ),
    ],
)
def test_the_way_out_of_invalid_indexes(outcomes: Outcomes, script: str, way_out: str) -> None:
    [only] = outcomes(script, script, invalid=("i",))
    assert only.endswith(way_out)


def uncertain(state: Catalog) -> Catalog:
    return state.with_uncertain(QualifiedName("public", "booking"), "revision 1: a DO block may touch it")


def test_what_is_uncertain_is_a_question(outcomes: Outcomes) -> None:
    migrations = (
        f"{TABLE} CREATE INDEX gone ON booking (status); CREATE INDEX other ON booking (id, status);"
        "CREATE INDEX old ON booking (company_id, id)"
    )
    actual = (
        f"{TABLE} CREATE INDEX extra ON booking (company_id); CREATE INDEX new ON booking (company_id, id);"
        "CREATE INDEX other ON booking (id, status DESC)"
    )
    why = "but revision 1: a DO block may touch it"
    assert outcomes(migrations, actual, expected=uncertain) == [
        f"? gone on booking: not in the database, {why}",
        f"? extra on booking: in the database only, {why}",
        f"? old on booking, other on booking: otherwise in the database, {why}",
    ]
    assert outcomes(TABLE, "SELECT 1", expected=uncertain) == [f"? table booking: not in the database, {why}"]


def test_a_history_that_began_with_create_all(outcomes: Outcomes) -> None:
    def begun(state: Catalog) -> Catalog:
        table = replace(state.tables[QualifiedName("public", "booking")], complete=False)
        return replace(state.with_table(table), open_world=True)

    names = "abcdefg"
    many = "".join(f"CREATE INDEX {name} ON booking (status);" for name in names)
    found = outcomes(TABLE, f"{TABLE}{many} CREATE TABLE t (a int PRIMARY KEY)", expected=begun)
    assert found == [
        "? a on booking, b on booking, c on booking, d on booking, e on booking and 2 more:"
        " in the database only, but no migration creates the table, so it may have had them from the"
        " beginning"
    ]
    [only] = outcomes(f"{TABLE} CREATE INDEX i ON booking (status)", TABLE, expected=begun)
    assert only.startswith("LI702 index i is in the migrations")
    assert outcomes(TABLE, "SELECT 1", expected=begun) == [
        "? table booking: not in the database, but no migration creates it"
    ]
