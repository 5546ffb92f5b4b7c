"""LI001 to LI005."""

from __future__ import annotations

from cases import BOOKING, Case, migration, model, sql

READS_ROWS = """
column = op.get_bind().execute(sa.text("SELECT status FROM booking")).scalar_one()
op.create_index("ix_booking", "booking", [column])
"""
COUNTS_ROWS = 'print(op.get_bind().execute(sa.text("SELECT count(*) FROM booking")).scalar_one())'
ASKS_THE_INSPECTOR = """
if "ix_booking_status" not in {one["name"] for one in sa.inspect(op.get_bind()).get_indexes("booking")}:
    op.create_index("ix_booking_status", "booking", ["status"])
"""


def indexed(name: str, comment: str) -> str:
    return migration(f'op.create_index("{name}", "booking", ["status"])  # {comment}')


CASES = {
    "LI001": (
        Case(
            {
                "pyproject.toml": """\
[tool.lint-indexes.indexes]
ix_of_a_typing_error = "booking (statuss)"
ix_of_the_models = "booking (note)"
ix_of_the_migrations = "booking (company_id)"
ix_of_an_expression = "booking (lower(status)) WHERE id > 0"
""",
                "models.py": model("booking", "status = Column(String(20))\nnote = Column(String)"),
            },
            fires=("ix_of_a_typing_error",),
            near_misses={
                "ix_of_the_models": "only the models have the column: the migration is still to be written",
                "ix_of_the_migrations": "only the migrations have the column",
                "ix_of_an_expression": "the column stands within an expression",
            },
        ),
    ),
    "LI002": (
        Case(
            {
                "versions/0002_idle.py": migration("op.get_bind()  # lint-indexes: ignore[LI306] in vain"),
                "versions/0003_used.py": indexed("ix_a", "lint-indexes: ignore[LI202, LI401] by hand"),
                "versions/0004_doubtful.py": migration(
                    f"# lint-indexes: ignore[LI401] the table is small\n{READS_ROWS.strip()}"
                ),
                "versions/0005_prose.py": migration("pass  # lint-indexes would ask for a reason here"),
            },
            fires=("0002",),
            near_misses={
                "0003": "it takes out two findings",
                "0004": "nobody knows what a revision does that could not be analysed",
                "0005": "a comment that only mentions the name",
            },
        ),
    ),
    "LI003": (
        Case(
            {
                "versions/0002_bare.py": indexed("ix_a", "lint-indexes: ignore[LI202]"),
                "versions/0003_reason.py": indexed("ix_b", "lint-indexes: ignore[LI202] the reports read it"),
                "versions/0004_dash.py": indexed("ix_c", "lint-indexes: ignore[LI202, LI401] - they read it"),
                "versions/0005_other.py": indexed("ix_d", "noqa: LI202"),
            },
            fires=("0002",),
            near_misses={
                "0003": "the reason stands behind the brackets",
                "0004": "so it does behind two codes and a dash",
                "0005": "a comment for another tool",
            },
        ),
    ),
    "LI004": (
        Case(
            {
                "versions/0002_counts_rows.py": migration(COUNTS_ROWS),
                "versions/0003_asks_the_inspector.py": migration(ASKS_THE_INSPECTOR),
                "versions/0004_rows.py": sql("UPDATE booking SET status = md5(random()::text)"),
                "versions/0005_reads_rows.py": migration(READS_ROWS),
            },
            fires=("0005",),
            near_misses={
                "0002": "an aggregate has its row in an empty database too",
                "0003": "what the inspector answers is known",
                "0004": "which rows it changes is not known, and does not matter",
            },
        ),
    ),
    "LI005": (
        Case(
            {
                "commit.sh": "git add models.py migrations/versions/0003_b.py\ngit commit -m 'b'\n",
                "models.py": model("booking", BOOKING),
                "versions/0002_a.py": indexed("ix_a", "left out"),
                "versions/0003_b.py": indexed("ix_b", "staged"),
                "migrations/notes.txt": "not staged either",
            },
            fires=("0002",),
            near_misses={
                "0003": "it is staged",
                "notes.txt": "it is not staged, and no migration",
            },
        ),
    ),
}
