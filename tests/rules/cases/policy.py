"""LI101 to LI107."""

from __future__ import annotations

from cases import BOOKING, Case, migration, model, sql

REQUIRED = """\
[tool.lint-indexes.indexes]
ix_a = "booking (status)"
ix_b = "booking (company_id)"
ix_c = { on = "daily (day)", in = ["migrations"] }
"""
DAILY = "CREATE MATERIALIZED VIEW daily AS SELECT id AS day FROM booking"
SCOPED = """\
[[tool.lint-indexes.require]]
tables = "*"
leading = ["company_id"]
"""
REFERENCE = 'company_id = Column(Integer, ForeignKey("company.id"))'


def table(name: str, rest: str) -> str:
    return f"CREATE TABLE {name} (id integer PRIMARY KEY, {rest})"


CASES = {
    "LI101": (
        Case(
            {
                "pyproject.toml": REQUIRED,
                "models.py": model(
                    "booking", BOOKING, 'Index("ix_a", "status"), Index("ix_b", "company_id")'
                ),
                "versions/0002_b_and_c.py": sql(
                    "CREATE INDEX ix_b ON public.booking USING btree (company_id ASC NULLS LAST)",
                    DAILY,
                    "CREATE INDEX ix_c ON daily (day)",
                ),
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "it is in both, spelt otherwise",
                "ix_c": "no model can declare it, and the policy says that none must",
            },
        ),
    ),
    "LI102": (
        Case(
            {
                "pyproject.toml": """\
[tool.lint-indexes.indexes]
ix_a = "booking (status, company_id)"
ix_b = "booking (lower(status)) WHERE status = 'NEW'"
ix_c = "booking (company_id DESC)"
""",
                "versions/0002_indexes.py": sql(
                    "CREATE INDEX ix_a ON booking (company_id, status)",
                    "CREATE INDEX ix_b ON booking (lower((status)::text))"
                    " WHERE ((status)::text = 'NEW'::text)",
                    "CREATE INDEX ix_c ON booking USING btree (company_id DESC NULLS FIRST)",
                ),
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "casts that PostgreSQL adds by itself",
                "ix_c": "NULLS FIRST is what DESC means",
            },
        ),
    ),
    "LI103": (
        Case(
            {
                "models.py": model("booking", BOOKING)
                + model("company", "name = Column(String)")
                + model("trip", REFERENCE, 'Index("ix_trip", "id", "company_id"),')
                + model("ride", REFERENCE, 'Index("ix_ride", "company_id", "id"),')
                + model("tour", REFERENCE, 'UniqueConstraint("company_id", "id"),')
                + model(
                    "stay",
                    REFERENCE,
                    'Index("ix_stay", "company_id", postgresql_where=text("company_id IS NOT NULL")),',
                ),
            },
            fires=("trip",),
            near_misses={
                "ride": "a longer index begins with the column",
                "tour": "so does a unique constraint",
                "stay": "a partial index has every row that the key can find",
            },
        ),
    ),
    "LI104": (
        Case(
            {
                "pyproject.toml": 'index-name = "ix_{table}_.*"\n',
                "models.py": model(
                    "booking",
                    BOOKING,
                    'Index("by_status", "status"), Index("ix_booking_company", "company_id"),'
                    'UniqueConstraint("status", "company_id", name="one_of_each")',
                ),
            },
            fires=("by_status",),
            near_misses={
                "ix_booking_company": "it matches",
                "one_of_each": "the pattern is for indexes, not for those behind constraints",
            },
        ),
    ),
    "LI105": (
        Case(
            {
                "pyproject.toml": "max-index-keys = 2\nmax-indexes-per-table = 4\n",
                "models.py": model(
                    "booking",
                    BOOKING,
                    'Index("ix_all", "status", "company_id", "id"),'
                    'Index("ix_covering", "status", "company_id", postgresql_include=["id"]),'
                    'Index("ix_one_of_each", "company_id", "id", "status", unique=True)',
                ),
            },
            fires=("ix_all",),
            near_misses={
                "ix_covering": "what is only included is no key",
                "ix_one_of_each": "the keys of a unique index say what may not be there twice",
                "booking": "four indexes, with that of the primary key, are as many as are allowed",
            },
        ),
    ),
    "LI106": (
        Case(
            {
                "pyproject.toml": '[tool.lint-indexes.indexes]\nix_a = "booking (status)"\n',
                "models.py": model(
                    "booking",
                    BOOKING,
                    'Index("ix_a", "status", "company_id"), Index("ix_b", "company_id"),'
                    'UniqueConstraint("status", name="uq_c")',
                ),
            },
            fires=("ix_b",),
            near_misses={
                "ix_a": "the policy has that name; that it is another index is LI102",
                "uq_c": "an index behind a constraint needs no entry",
            },
        ),
    ),
    "LI107": (
        Case(
            {
                "pyproject.toml": SCOPED,
                "models.py": model("booking", BOOKING, 'Index("ix_booking", "company_id", "status"),'),
                "versions/0002_tables.py": migration(
                    'op.create_index("ix_booking", "booking", ["company_id", "status"])'
                ),
                "versions/0003_tables.py": sql(
                    table("trip", "company_id integer"),
                    "CREATE INDEX ix_trip ON trip (company_id) WHERE id > 0",
                    "CREATE TABLE ride (company_id integer, id integer, PRIMARY KEY (company_id, id))",
                    table("tour", "company_id integer, UNIQUE (company_id, id)"),
                    table("driver", "companyid integer"),
                ),
            },
            fires=("trip",),
            near_misses={
                "booking": "a longer index begins with the column",
                "ride": "so does the primary key",
                "tour": "and so does a unique constraint",
                "driver": "it has no such column",
            },
        ),
    ),
}
