"""LI701 to LI705."""

from __future__ import annotations

from cases import Case, migration, sql

INDEXES = sql(
    "CREATE INDEX ix_a ON booking (status)",
    "CREATE INDEX ix_b ON booking (company_id) WHERE status IN ('NEW', 'OLD')",
    "ALTER TABLE booking ADD CONSTRAINT uq_c UNIQUE (company_id, id)",
)
ELSEWHERE = """\
CREATE SCHEMA other;
CREATE TABLE other.log (id integer PRIMARY KEY);
CREATE INDEX ix_of_another_schema ON other.log (id);
CREATE TEMPORARY TABLE scratch (id integer PRIMARY KEY);
"""

CASES = {
    "LI701": (
        Case(
            {
                "versions/0002_indexes.py": INDEXES,
                "database.sql": """\
INSERT INTO booking (id, company_id, status) VALUES (1, 1, 'NEW'), (2, 1, 'NEW');
CREATE UNIQUE INDEX CONCURRENTLY ix_failed ON booking (company_id);
CREATE INDEX CONCURRENTLY ix_done ON booking (status, id);
""",
            },
            fires=("ix_failed",),
            near_misses={
                "ix_a": "it is valid",
                "ix_done": "it was built CONCURRENTLY, and is valid",
            },
        ),
    ),
    "LI702": (
        Case(
            {
                "versions/0002_indexes.py": INDEXES,
                "database.sql": "DROP INDEX ix_a;\nALTER INDEX ix_b RENAME TO ix_b_renamed;\n",
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "it is there under another name, which is LI704",
                "uq_c": "it is there",
            },
        ),
    ),
    "LI703": (
        Case(
            {
                "versions/0002_indexes.py": INDEXES,
                "database.sql": "CREATE INDEX ix_by_hand ON booking (status, company_id);\n" + ELSEWHERE,
            },
            fires=("ix_by_hand",),
            near_misses={
                "ix_of_another_schema": "the project has nothing in that schema",
                "scratch": "a temporary table is nobody else's",
                "uq_c": "the index behind a constraint of the migrations",
            },
        ),
    ),
    "LI704": (
        Case(
            {
                "versions/0002_indexes.py": INDEXES,
                "database.sql": """\
DROP INDEX ix_a;
CREATE INDEX ix_a ON booking (status DESC);
DROP INDEX ix_b;
CREATE INDEX ix_b ON booking USING btree (company_id) WHERE status = 'NEW' OR status = 'OLD';
DROP INDEX ix_b;
CREATE INDEX ix_b ON public.booking (company_id ASC NULLS LAST) WHERE status IN ('NEW', 'OLD');
""",
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "made anew in another spelling, which the server stores in a third one",
                "uq_c": "a constraint is stored as its index",
            },
        ),
    ),
    "LI705": (
        Case(
            {
                "versions/0002_a.py": migration('op.create_index("ix_a", "booking", ["status"])'),
                "versions/0003_b.py": migration(
                    'op.create_index("ix_b", "booking", ["company_id"])',
                    'op.execute("DROP INDEX IF EXISTS ix_b")',
                ),
                "versions/0004_c.py": migration(
                    'op.drop_column("booking", "status")',
                    "# lint-indexes: irreversible the statuses are gone\nraise NotImplementedError",
                ),
            },
            fires=("0002",),
            near_misses={
                "0003": "the way back is spelt otherwise",
                "0004": "it refuses on purpose, with a reason",
            },
        ),
    ),
}
