"""LI201 to LI206."""

from __future__ import annotations

from cases import BOOKING, Case, model, sql

ENV = """\
from alembic import context

from models import Base


def include_object(object, name, type_, reflected, compare_to):
    return not name.startswith("legacy")


context.configure(
    url="postgresql://localhost/nowhere", target_metadata=Base.metadata, include_object=include_object
)
with context.begin_transaction():
    context.run_migrations()
"""

CASES = {
    "LI201": (
        Case(
            {
                "migrations/env.py": ENV,
                "models.py": model(
                    "booking",
                    BOOKING,
                    'Index("ix_a", "status"), Index("ix_b", text("lower(status)")),'
                    'UniqueConstraint("company_id"), Index("legacy_d", "company_id", "status")',
                ),
                "versions/0002_indexes.py": sql(
                    "CREATE INDEX ix_b ON booking (lower(status::text))",
                    "ALTER TABLE booking ADD CONSTRAINT uq_c UNIQUE (company_id)",
                ),
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "the migration spells it otherwise",
                "uq_c": "the model leaves the name of the constraint to PostgreSQL",
                "legacy_d": "env.py keeps it out of autogenerate",
            },
        ),
    ),
    "LI202": (
        Case(
            {
                "migrations/env.py": ENV,
                "pyproject.toml": '[tool.lint-indexes.indexes]\nix_b = "booking (company_id)"\n',
                "versions/0002_indexes.py": sql(
                    "CREATE INDEX ix_a ON booking (status)",
                    "CREATE INDEX ix_b ON booking (company_id)",
                    "CREATE MATERIALIZED VIEW daily AS SELECT id FROM booking",
                    "CREATE INDEX ix_c ON daily (id)",
                    "CREATE INDEX legacy_d ON booking (id, status)",
                ),
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "the policy requires it, so it is LI101",
                "ix_c": "no model can declare the index of a materialized view",
                "legacy_d": "env.py keeps it out of autogenerate",
            },
        ),
    ),
    "LI203": (
        Case(
            {
                "models.py": model(
                    "booking",
                    BOOKING,
                    'Index("ix_a", "status"), Index("ix_b", "company_id", postgresql_where=text("id > 0")),'
                    'Index("ix_c", text("status DESC"))',
                ),
                "versions/0002_indexes.py": sql(
                    "CREATE UNIQUE INDEX ix_a ON booking (status)",
                    "CREATE INDEX ix_b ON booking USING btree (company_id int4_ops) WHERE (id > 0)",
                    "CREATE INDEX ix_c ON booking (status DESC NULLS FIRST)",
                ),
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "method and operator class are those that it has anyway",
                "ix_c": "NULLS FIRST is what DESC means",
            },
        ),
    ),
    "LI204": (
        Case(
            {
                "models.py": model(
                    "booking",
                    BOOKING,
                    'Index("ix_a", "status"), UniqueConstraint("company_id"),'
                    'Index("ix_c", "company_id", "status", postgresql_where=text("id > 0"))',
                ),
                "versions/0002_indexes.py": sql(
                    "CREATE INDEX ix_a_of_the_migrations ON booking (status)",
                    "ALTER TABLE booking ADD CONSTRAINT uq_b UNIQUE (company_id)",
                    "CREATE INDEX ix_c_of_the_migrations ON booking (company_id, status) WHERE id > 1",
                ),
            },
            fires=("ix_a",),
            near_misses={
                "uq_b": "the model leaves the name to PostgreSQL",
                "ix_c": "the rows are not the same: one index each that the other side lacks",
            },
        ),
    ),
    "LI205": (
        Case(
            {
                "migrations/env.py": ENV,
                "models.py": model("booking", BOOKING) + model("invoice", "total = Column(Integer)"),
                "versions/0002_tables.py": sql(
                    "CREATE TABLE driver (id integer)",
                    "CREATE TEMPORARY TABLE scratch (id integer)",
                    "CREATE TABLE legacy (id integer)",
                    "CREATE VIEW daily AS SELECT id FROM booking",
                ),
            },
            fires=("driver", "invoice"),
            near_misses={
                "scratch": "a temporary table is gone when the migration is",
                "legacy": "env.py keeps it out of autogenerate",
                "daily": "a view is no table that a model declares",
            },
        ),
    ),
    "LI206": (
        Case(
            {
                "models.py": model("booking", BOOKING, 'Index("ix_a", "status"), Index("ix_b", "company_id")')
                + model(
                    "driver",
                    "status = Column(String)\nname = Column(String, unique=True)",
                    'Index("ix_a", "status"),',
                )
                + model(
                    "trip", "name = Column(String, unique=True)", 'Index("ix_b", "name"), {"schema": "sales"}'
                ),
            },
            fires=("ix_a",),
            near_misses={
                "ix_b": "the second one is in another schema",
                "name": "two constraints without a name get one each from PostgreSQL",
            },
        ),
    ),
}
