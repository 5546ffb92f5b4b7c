"""LI401 to LI408: what a migration does to tables in use."""

from __future__ import annotations

import pytest

from lint_indexes.rules.concurrently_if_not_exists import concurrently_if_not_exists
from lint_indexes.rules.concurrently_in_transaction import concurrently_in_transaction
from lint_indexes.rules.concurrently_on_partitioned_table import concurrently_on_partitioned_table
from lint_indexes.rules.constraint_builds_index import constraint_builds_index
from lint_indexes.rules.failing_downgrade import failing_downgrade
from lint_indexes.rules.failing_upgrade import failing_upgrade
from lint_indexes.rules.index_created_with_lock import index_created_with_lock
from lint_indexes.rules.index_dropped_with_lock import index_dropped_with_lock
from lint_indexes.rules.missing_lock_timeout import missing_lock_timeout
from lint_indexes.rules.no_op_recreate import no_op_recreate

TABLES = """
CREATE TABLE t (id int PRIMARY KEY, a int, b int); CREATE INDEX ix ON t (a); CREATE INDEX ix_b ON t (b);
CREATE TABLE p (a int, b int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p DEFAULT;
CREATE INDEX ix_p ON p (a);
CREATE TABLE bare (a int) PARTITION BY RANGE (a);
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TABLE w (a int PRIMARY KEY); CREATE INDEX ix_f ON w (f(a));
CREATE TABLE p2 (a int); CREATE VIEW v_w AS SELECT a FROM p2;
"""
RULES = {
    rule.code: rule
    for rule in (
        failing_downgrade,
        failing_upgrade,
        index_created_with_lock,
        index_dropped_with_lock,
        concurrently_in_transaction,
        concurrently_if_not_exists,
        constraint_builds_index,
        concurrently_on_partitioned_table,
        no_op_recreate,
    )
}
OUTSIDE = "COMMIT; "
"""Ends the transaction that Alembic has opened."""


@pytest.mark.parametrize(
    ("up", "codes"),
    [
        # LI401
        pytest.param("CREATE INDEX n ON t (a, b)", ["LI401"], id="create"),
        pytest.param("CREATE UNIQUE INDEX n ON t (a)", ["LI401"], id="create unique"),
        pytest.param("ALTER TABLE t ADD c int; CREATE INDEX n ON t (c)", ["LI401"], id="of a new column"),
        pytest.param("CREATE INDEX n ON p (b)", ["LI401"], id="create on a partitioned table"),
        pytest.param(OUTSIDE + "CREATE INDEX n ON t (a, b)", ["LI401"], id="create outside"),
        pytest.param("CREATE TABLE u (a int); CREATE INDEX n ON u (a)", [], id="on a new table"),
        pytest.param(
            "CREATE TABLE u (a int); ALTER TABLE u RENAME TO v; CREATE INDEX n ON v (a)",
            [],
            id="on a new table, renamed",
        ),
        pytest.param(
            "ALTER TABLE t RENAME TO v; CREATE INDEX n ON v (a, b)", ["LI401"], id="on an old one, renamed"
        ),
        pytest.param("CREATE TEMP TABLE u (a int); CREATE INDEX n ON u (a)", [], id="on a temporary table"),
        pytest.param("CREATE INDEX n ON ONLY p (b)", [], id="on the parent only"),
        pytest.param("CREATE INDEX n ON bare (a)", [], id="without partitions there are no rows"),
        pytest.param("CREATE INDEX IF NOT EXISTS ix ON t (a)", [], id="there already"),
        pytest.param(OUTSIDE + "CREATE INDEX CONCURRENTLY n ON t (a, b)", [], id="concurrently"),
        pytest.param("DO $$ BEGIN CREATE INDEX n ON t (a, b); END $$", ["LI401"], id="in a block"),
        pytest.param("REINDEX INDEX ix", ["LI401"], id="reindex"),
        pytest.param("REINDEX TABLE t", ["LI401"], id="reindex a table"),
        pytest.param(OUTSIDE + "REINDEX INDEX CONCURRENTLY ix", [], id="reindex concurrently"),
        pytest.param("CREATE TABLE u (a int PRIMARY KEY); REINDEX TABLE u", [], id="reindex a new table"),
        pytest.param("REINDEX INDEX nowhere", ["LI306"], id="reindex what is not there"),
        # LI402
        pytest.param("DROP INDEX ix", ["LI402"], id="drop"),
        pytest.param("DROP INDEX ix, ix_b", ["LI402", "LI402"], id="drop two"),
        pytest.param(OUTSIDE + "DROP INDEX CONCURRENTLY ix", [], id="drop concurrently"),
        pytest.param("DROP INDEX ix; DROP TABLE t", [], id="the table goes too"),
        pytest.param("DROP INDEX ix; ALTER TABLE t DROP COLUMN a", [], id="the column goes too"),
        pytest.param(
            "DROP INDEX ix; DROP TABLE t; CREATE TABLE t (id int)", [], id="another table takes its place"
        ),
        pytest.param("DROP INDEX ix; ALTER TABLE t RENAME TO v", [], id="the table is renamed too"),
        pytest.param(
            "DROP INDEX ix; ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES w",
            ["LI402"],
            id="a foreign key lets others read",
        ),
        pytest.param(
            "CREATE TABLE u (a int); CREATE INDEX n ON u (a); DROP INDEX n", [], id="drop a new one"
        ),
        pytest.param(
            "CREATE INDEX n ON t (a, b); DROP INDEX n", ["LI401", "LI402"], id="drop what stood for a while"
        ),
        pytest.param("DROP INDEX IF EXISTS nowhere", [], id="drop what is not there"),
        pytest.param("DROP INDEX ix_p", [], id="drop on a partitioned table"),
        # LI403
        pytest.param("CREATE INDEX CONCURRENTLY n ON t (a, b)", ["LI403"], id="in a transaction"),
        pytest.param("DROP INDEX CONCURRENTLY ix", ["LI403"], id="drop in a transaction"),
        pytest.param("REINDEX INDEX CONCURRENTLY ix", ["LI403"], id="reindex in a transaction"),
        pytest.param("VACUUM t", ["LI306"], id="another statement that must stand alone"),
        pytest.param("DROP INDEX nowhere", ["LI306"], id="another error"),
        # LI404
        pytest.param(
            OUTSIDE + "CREATE INDEX CONCURRENTLY IF NOT EXISTS n ON t (a, b)", ["LI404"], id="if not exists"
        ),
        # LI405
        pytest.param("ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", ["LI405"], id="unique constraint"),
        pytest.param("ALTER TABLE t ADD c int UNIQUE", ["LI405"], id="with a new column"),
        pytest.param("ALTER TABLE t ADD c int NOT NULL UNIQUE", [], id="with a new column: no rows"),
        pytest.param(
            "ALTER TABLE t ADD c int NOT NULL DEFAULT 0 UNIQUE", ["LI405"], id="with a new column, filled"
        ),
        pytest.param("ALTER TABLE t ADD c int", [], id="a column without constraint"),
        pytest.param("ALTER TABLE t ADD CHECK (a > 0)", [], id="a constraint without index"),
        pytest.param("ALTER TABLE p ADD UNIQUE (a)", [], id="no other way on a partitioned table"),
        pytest.param(
            "CREATE TABLE u (a int); ALTER TABLE u ADD UNIQUE (a)", [], id="constraint of a new one"
        ),
        pytest.param(
            OUTSIDE + "CREATE UNIQUE INDEX CONCURRENTLY u ON t (a);"
            "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX u",
            [],
            id="using an index",
        ),
        # LI407
        pytest.param(OUTSIDE + "CREATE INDEX CONCURRENTLY n ON p (b)", ["LI407"], id="partitioned"),
        pytest.param("CREATE INDEX CONCURRENTLY n ON p (b)", ["LI407"], id="partitioned, in a transaction"),
        pytest.param(OUTSIDE + "DROP INDEX CONCURRENTLY ix_p", ["LI407"], id="drop, partitioned"),
        pytest.param(OUTSIDE + "CREATE INDEX CONCURRENTLY n ON p1 (b)", [], id="one partition"),
        # LI408
        pytest.param("DROP INDEX ix; CREATE INDEX ix ON t USING btree (a ASC)", ["LI408"], id="recreated"),
        pytest.param("DROP INDEX ix; CREATE INDEX other ON t (a)", ["LI408"], id="renamed the hard way"),
        pytest.param("DROP INDEX ix; CREATE INDEX ix ON t (a DESC)", ["LI401", "LI402"], id="changed"),
        pytest.param("CREATE INDEX other ON t (a); DROP INDEX ix", ["LI408"], id="made again first"),
        pytest.param("CREATE INDEX other ON t (b, a); DROP INDEX ix", ["LI401", "LI402"], id="replaced"),
        pytest.param(
            OUTSIDE + "CREATE INDEX CONCURRENTLY other ON t (a); DROP INDEX CONCURRENTLY ix",
            [],
            id="renewed while everybody goes on",
        ),
        pytest.param(
            "DROP INDEX ix_f; CREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE"
            " AS 'SELECT $1 + 1'; CREATE INDEX ix_f ON w (f(a))",
            ["LI401", "LI402"],
            id="out of the way of a function",
        ),
        pytest.param(
            "DROP INDEX ix; ALTER TABLE t ALTER a TYPE bigint; CREATE INDEX ix ON t (a)",
            ["LI401"],
            id="out of the way of a change",
        ),
    ],
)
def test_upgrade(history, messages, up, codes) -> None:
    migrations = history(("1", TABLES, "SELECT 1"), ("2", up, None), since=("1",))
    found = [code for code, rule in RULES.items() for _ in messages(rule, migrations=migrations)]
    assert found == codes


@pytest.mark.parametrize(
    ("down", "codes"),
    [
        ("CREATE INDEX n ON t (a, b)", []),
        ("DROP INDEX ix", []),
        ("DROP INDEX CONCURRENTLY ix", ["LI403"]),
        (OUTSIDE + "DROP INDEX CONCURRENTLY ix", []),
        (OUTSIDE + "DROP INDEX CONCURRENTLY ix_p", ["LI407"]),
    ],
)
def test_downgrades_are_judged_only_where_they_fail(history, messages, down, codes) -> None:
    migrations = history(("1", TABLES, "SELECT 1"), ("2", "SELECT 1", down), since=("1",))
    found = [code for code, rule in RULES.items() for _ in messages(rule, migrations=migrations)]
    assert found == codes


def test_revisions_up_to_since_are_not_judged(history, messages) -> None:
    revisions = (("1", TABLES, None), ("2", "CREATE INDEX n ON t (a, b)", None))
    assert messages(index_created_with_lock, migrations=history(*revisions, since=("2",))) == []
    assert messages(index_created_with_lock, migrations=history(*revisions)) == [
        "creating n keeps everybody from writing to t until it is built"
    ]


def test_a_leftover_that_is_dropped_first_may_be_followed_by_if_not_exists(lint_project) -> None:
    body = """
def upgrade():
    with op.get_context().autocommit_block():
        {first}
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_a ON booking (status)")


def downgrade():
    op.drop_index("ix_a", "booking")
"""
    codes = []
    for first in ("pass", 'op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_a")'):
        report = lint_project({"versions/0002_index.py": body.format(first=first)})
        codes.append("LI404" in {finding.code for finding in report.findings})
    assert codes == [True, False]


def test_rows_that_change_in_between_are_a_reason_to_recreate(lint_project) -> None:
    first = """
def upgrade():
    op.create_index("ix_a", "booking", ["status"])


def downgrade():
    op.drop_index("ix_a", "booking")
"""
    second = """
def upgrade():
    op.drop_index("ix_a", "booking")
    {between}
    op.create_index("ix_a", "booking", ["status"])


def downgrade():
    pass
"""
    codes = []
    for between in ("pass", "op.execute(\"UPDATE booking SET status = 'new'\")"):
        files = {"versions/0002_index.py": first, "versions/0003_again.py": second.format(between=between)}
        codes.append({finding.code for finding in lint_project(files).findings} & {"LI401", "LI402", "LI408"})
    assert codes == [{"LI401", "LI408"}, {"LI401", "LI402"}]


@pytest.mark.parametrize(
    ("column", "between", "expected"),
    [
        ('"c", sa.Integer, nullable=False', "pass", set()),
        ('"c", sa.Integer, nullable=False, server_default="0"', "pass", {"LI401", "LI405"}),
        ('"c", sa.Integer, sa.Identity(), nullable=False', "pass", {"LI401", "LI405"}),
        ('"c", sa.Integer, sa.Computed("id"), nullable=False', "pass", {"LI401", "LI405"}),
        ('"c", sa.Integer', "pass", {"LI401", "LI405"}),
        (
            '"c", sa.Integer, nullable=False',
            'op.execute("INSERT INTO booking (c) VALUES (1)")',
            {"LI401", "LI405"},
        ),
    ],
)
def test_a_table_that_gets_a_column_it_cannot_fill_is_empty(lint_project, column, between, expected) -> None:
    migration = f"""
def upgrade():
    op.add_column("booking", sa.Column({column}))
    {between}
    op.create_index("ix_a", "booking", ["status"])
    op.create_unique_constraint("uq_c", "booking", ["c"])


def downgrade():
    op.drop_column("booking", "c")
    op.drop_index("ix_a", "booking")
"""
    report = lint_project({"versions/0002_c.py": migration})
    assert {finding.code for finding in report.findings} & {"LI401", "LI405"} == expected


def test_no_rows_in_one_table_say_nothing_of_another(history, messages) -> None:
    up = "ALTER TABLE t ADD c int NOT NULL; CREATE INDEX n ON w (a)"
    migrations = history(("1", TABLES, None), ("2", up, None), since=("1",))
    assert len(messages(index_created_with_lock, migrations=migrations)) == 1


@pytest.mark.parametrize(
    ("up", "count"),
    [
        ("ALTER TABLE t ADD c int", 1),
        ("ALTER TABLE t ADD c int; ALTER TABLE t ADD d int", 1),
        ("SET LOCAL lock_timeout = '5s'; ALTER TABLE t ADD c int", 0),
        ("SET lock_timeout = 0; ALTER TABLE t ADD c int", 1),
        ("CREATE TABLE u (a int); ALTER TABLE u ADD c int", 0),
        (OUTSIDE + "CREATE INDEX CONCURRENTLY n ON t (a, b)", 0),
        ("UPDATE t SET a = 1", 0),
        ("DROP TABLE w", 1),
        ("DROP VIEW v_w", 0),
        ("REINDEX TABLE t", 1),
        (OUTSIDE + "REINDEX TABLE CONCURRENTLY t", 0),
        ("ALTER TABLE t RENAME TO u", 1),
        ("ALTER INDEX ix RENAME TO ix_a", 0),
        ("ALTER TABLE bare ATTACH PARTITION p2 FOR VALUES FROM (0) TO (9)", 1),
        ("CREATE TABLE u (a int REFERENCES t)", 1),
        ("CREATE TABLE u (a int); ALTER TABLE u ADD FOREIGN KEY (a) REFERENCES t", 1),
        ("SET lock_timeout = 900; CREATE TABLE u (a int REFERENCES t)", 0),
        ("CREATE TABLE u (a int PRIMARY KEY); CREATE TABLE u2 (a int REFERENCES u); DROP TABLE u2", 0),
        ("CREATE TABLE p3 (a int); ALTER TABLE bare ATTACH PARTITION p3 FOR VALUES FROM (0) TO (9)", 0),
        (OUTSIDE + "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", 0),
    ],
)
def test_lock_timeout(history, messages, up, count) -> None:
    migrations = history(("1", TABLES, None), ("2", up, None), since=("1",))
    assert len(messages(missing_lock_timeout, migrations=migrations)) == count


@pytest.mark.parametrize(
    ("up", "message"),
    [
        ("ALTER TABLE t ADD c int REFERENCES w", "t is locked without a lock_timeout"),
        ("CREATE TABLE u (a int REFERENCES t)", "t is locked by a foreign key without a lock_timeout"),
        ("CREATE TEMP TABLE u (a int); DROP TABLE u; DROP TABLE w", "w is locked without a lock_timeout"),
    ],
)
def test_a_lock_that_nobody_expects_is_explained(history, messages, up, message) -> None:
    migrations = history(("1", TABLES, None), ("2", up, None), since=("1",))
    assert messages(missing_lock_timeout, migrations=migrations) == [message]


def test_lock_timeout_of_env(lint_project) -> None:
    migration = """
def upgrade():
    op.add_column("booking", sa.Column("note", sa.String))


def downgrade():
    op.drop_column("booking", "note")
"""
    env = """\
from alembic import context

from models import Base

CONNECT_ARGS = {"options": "-c lock_timeout=5000"}
context.configure(url="postgresql://localhost/nowhere", target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
"""
    report = lint_project({"versions/0002_note.py": migration, "migrations/env.py": env})
    assert "LI406" in report.rules_run
    assert "LI406" not in {finding.code for finding in report.findings}
