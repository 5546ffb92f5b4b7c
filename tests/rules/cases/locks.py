"""LI401 to LI408."""

from __future__ import annotations

from cases import Case, migration, outside, sql

CREATE = "CREATE INDEX {0} ON booking ({1})"
CONCURRENTLY = "CREATE INDEX CONCURRENTLY {0} ON booking ({1})"
NEW = "CREATE TABLE trip (id integer, day date)"
PARTITIONED = ("CREATE TABLE event (day date, kind int) PARTITION BY RANGE (day)",)
PARTITION = "CREATE TABLE event_old PARTITION OF event FOR VALUES FROM ('2000-01-01') TO ('2001-01-01')"
FIRST = sql(CREATE.format("ix_a", "status"), CREATE.format("ix_b", "company_id"))

CASES = {
    "LI401": (
        Case(
            {
                "versions/0002_a.py": sql(CREATE.format("ix_a", "status")),
                "versions/0003_b.py": sql(NEW, "CREATE INDEX ix_b ON trip (day)"),
                "versions/0004_c.py": outside(CONCURRENTLY.format("ix_c", "company_id")),
                "versions/0005_d.py": sql("CREATE INDEX IF NOT EXISTS ix_c ON booking (company_id)"),
                "versions/0006_e.py": migration("pass", 'op.create_index("ix_e", "booking", ["id"])'),
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "its table is new, and nobody waits for it",
                "ix_c": "built CONCURRENTLY, and there already the second time",
                "ix_e": "a downgrade is run when nobody goes on anyway",
            },
        ),
    ),
    "LI402": (
        Case(
            {
                "versions/0002_indexes.py": sql(
                    *(CREATE.format(f"ix_{name}", "status") for name in "ab"),
                    CREATE.format("ix_c", "company_id"),
                ),
                "versions/0003_drops.py": sql("DROP INDEX ix_a"),
                "versions/0004_b.py": outside("DROP INDEX CONCURRENTLY ix_b"),
                "versions/0005_c.py": sql("DROP INDEX ix_c", "ALTER TABLE booking DROP COLUMN company_id"),
                "versions/0006_d.py": sql("DROP INDEX IF EXISTS ix_d"),
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "dropped CONCURRENTLY",
                "ix_c": "the column goes in the same transaction, which locks the table anyway",
                "ix_d": "there is none to drop",
            },
        ),
    ),
    "LI403": (
        Case(
            {
                "versions/0002_a.py": sql(CONCURRENTLY.format("ix_a", "status")),
                "versions/0003_b.py": outside(CONCURRENTLY.format("ix_b", "company_id")),
                "versions/0004_c.py": sql("COMMIT", CONCURRENTLY.format("ix_c", "id")),
            },
            fires=("0002",),
            near_misses={
                "0003": "autocommit_block() ends the transaction",
                "0004": "so does COMMIT",
            },
        ),
    ),
    "LI404": (
        Case(
            {
                "versions/0002_a.py": outside(
                    "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_a ON booking (status)"
                ),
                "versions/0003_b.py": outside(
                    "DROP INDEX CONCURRENTLY IF EXISTS ix_b",
                    "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_b ON booking (status)",
                ),
                "versions/0004_c.py": sql("CREATE INDEX IF NOT EXISTS ix_c ON booking (company_id)"),
                "versions/0005_d.py": outside(CONCURRENTLY.format("ix_d", "id")),
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "what a failed build has left is dropped before",
                "ix_c": "a build in a transaction leaves nothing when it fails",
                "ix_d": "it would fail at what was left",
            },
        ),
    ),
    "LI405": (
        Case(
            {
                "versions/0002_a.py": sql("ALTER TABLE booking ADD CONSTRAINT uq_a UNIQUE (status)"),
                "versions/0003_b.py": outside(
                    "CREATE UNIQUE INDEX CONCURRENTLY uq_b ON booking (company_id)",
                    "ALTER TABLE booking ADD CONSTRAINT uq_b UNIQUE USING INDEX uq_b",
                ),
                "versions/0004_c.py": sql(NEW, "ALTER TABLE trip ADD CONSTRAINT uq_c UNIQUE (day)"),
                "versions/0005_d.py": sql("ALTER TABLE booking ADD CONSTRAINT check_d CHECK (id > 0)"),
            },
            fires=("uq_a",),
            near_misses={
                "uq_b": "its index was built before",
                "uq_c": "its table is new",
                "check_d": "no index is behind it",
            },
        ),
    ),
    "LI406": (
        Case(
            {
                "versions/0002_a.py": sql("ALTER TABLE booking ADD COLUMN a integer"),
                "versions/0003_b.py": sql(
                    "SET LOCAL lock_timeout = '5s'", "ALTER TABLE booking ADD COLUMN b integer"
                ),
                "versions/0004_c.py": sql(NEW, "ALTER TABLE trip ADD COLUMN c integer"),
                "versions/0005_d.py": outside(CONCURRENTLY.format("ix_d", "status")),
            },
            fires=("booking",),
            near_misses={
                "0003": "one is set before",
                "trip": "nobody else knows the table yet",
                "0005": "a concurrent build keeps nobody waiting",
            },
        ),
    ),
    "LI407": (
        Case(
            {
                "versions/0002_event.py": sql(*PARTITIONED, PARTITION),
                "versions/0003_b.py": outside("CREATE INDEX CONCURRENTLY ix_b ON event_old (kind)"),
                "versions/0004_c.py": sql("CREATE INDEX ix_c ON ONLY event (day)"),
                "versions/0005_a.py": outside("CREATE INDEX CONCURRENTLY ix_a ON event (kind)"),
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "a partition may have its index built so",
                "ix_c": "not CONCURRENTLY",
            },
        ),
    ),
    "LI408": (
        Case(
            {
                "versions/0002_indexes.py": FIRST,
                "versions/0003_a.py": sql(
                    "DROP INDEX ix_a", "CREATE INDEX ix_a ON booking USING btree (status)"
                ),
                "versions/0004_b.py": sql(
                    "DROP INDEX ix_b", "CREATE INDEX ix_b ON booking (company_id, status)"
                ),
                "versions/0005_a.py": outside(
                    "CREATE INDEX CONCURRENTLY ix_renewed ON booking (status)", "DROP INDEX CONCURRENTLY ix_a"
                ),
                "versions/0006_b.py": sql(
                    "DROP INDEX ix_b",
                    "ALTER TABLE booking ALTER company_id TYPE bigint",
                    "CREATE INDEX ix_b ON booking (company_id, status)",
                ),
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "first the new one has another key, then it is out of the way of a change",
                "ix_renewed": "a bloated index is renewed while everybody goes on",
            },
        ),
    ),
}
