"""LI301 to LI306."""

from __future__ import annotations

from cases import Case, migration, sql

MAKES = 'op.create_index("{0}", "booking", ["status"])'
DROPS = 'op.drop_index("{0}", "booking")'
IN_A_LOOP = """
for name, column in (("ix_c1", "status"), ("ix_c2", "company_id")):
    op.create_index(name, "booking", [column])
"""
BY_THE_INSPECTOR = """
for index in sa.inspect(op.get_bind()).get_indexes("booking"):
    if index["name"].startswith("ix_c"):
        op.drop_index(index["name"], "booking")
"""
REASON = """
# lint-indexes: irreversible the statuses are gone
raise NotImplementedError
"""
ASKS_FIRST = """
if "note" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("booking")}:
    op.add_column("booking", sa.Column("note", sa.String))
if "id" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("booking")}:
    op.add_column("booking", sa.Column("id", sa.Integer))
"""


def pair(name: str) -> str:
    """An upgrade that makes an index and a downgrade that drops it."""
    return migration(MAKES.format(name), DROPS.format(name))


CASES = {
    "LI301": (
        Case(
            {
                "versions/0002_a.py": pair("ix_a").partition("def downgrade")[0],
                "versions/0003_b.py": f"def back():\n    {DROPS.format('ix_b')}\n\n\n"
                + pair("ix_b").partition("def downgrade")[0]
                + "downgrade = back\n",
                "versions/0004_c.py": "def upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n",
            },
            fires=("0002",),
            near_misses={
                "0003": "the name is given to another function",
                "0004": "there is one, and nothing to undo",
            },
        ),
    ),
    "LI302": (
        Case(
            {
                "versions/0002_a.py": migration(MAKES.format("ix_a")),
                "versions/0003_b.py": sql("CREATE EXTENSION IF NOT EXISTS pg_trgm"),
                "versions/0004_c.py": sql("UPDATE booking SET status = 'NEW'"),
                "versions/0005_d.py": sql("ALTER TABLE booking ALTER status TYPE varchar(40)"),
            },
            fires=("0002",),
            near_misses={
                "0003": "others may use the extension, and the upgrade runs again",
                "0004": "the schema is what it was",
                "0005": "rows may have used the room by now",
            },
        ),
    ),
    "LI303": (
        Case(
            {
                "versions/0002_a.py": migration(
                    MAKES.format("ix_a") + "\n" + MAKES.format("ix_a2"), DROPS.format("ix_a")
                ),
                "versions/0003_b.py": migration(
                    DROPS.format("ix_a"),
                    'op.execute("CREATE INDEX ix_a ON booking USING btree (status ASC)")',
                ),
                "versions/0004_c.py": migration(IN_A_LOOP, BY_THE_INSPECTOR),
                "versions/0005_d.py": migration(
                    'op.add_column("booking", sa.Column("note", sa.String, index=True))',
                    'op.drop_column("booking", "note")',
                ),
            },
            fires=("0002",),
            near_misses={
                "0003": "the downgrade spells the index otherwise",
                "0004": "made in a loop, and dropped by asking the database",
                "0005": "the index goes with its column",
            },
        ),
    ),
    "LI304": (
        Case(
            {
                "versions/0002_a.py": migration(MAKES.format("ix_a"), DROPS.format("ix_of_another_name")),
                "versions/0003_b.py": migration(
                    MAKES.format("ix_b"), 'op.execute("DROP INDEX IF EXISTS ix_b, ix_of_another_name")'
                ),
                "versions/0004_c.py": migration(
                    'op.drop_column("booking", "status")', "raise NotImplementedError"
                ),
            },
            fires=("0002",),
            near_misses={
                "0003": "IF EXISTS",
                "0004": "it refuses on purpose, which is LI305",
            },
        ),
    ),
    "LI305": (
        Case(
            {
                "versions/0002_a.py": migration(
                    'op.add_column("booking", sa.Column("a", sa.Integer))', "raise NotImplementedError"
                ),
                "versions/0003_b.py": migration('op.drop_column("booking", "status")', REASON),
                "versions/0004_c.py": migration(
                    'op.add_column("booking", sa.Column("c", sa.Integer))', 'op.drop_column("booking", "d")'
                ),
                "versions/0005_d.py": migration(
                    'op.add_column("booking", sa.Column("d", sa.Integer))',
                    "if op.get_bind() is None:\n    raise NotImplementedError\n"
                    'op.drop_column("booking", "d")',
                ),
            },
            fires=("0002",),
            near_misses={
                "0003": "a comment gives the reason",
                "0004": "it fails by mistake, which is LI304",
                "0005": "it refuses only where it does not apply",
            },
        ),
    ),
    "LI306": (
        Case(
            {
                "versions/0002_a.py": migration('op.create_index("ix_a", "booking", ["statuss"])'),
                "versions/0003_b.py": sql("DROP INDEX IF EXISTS ix_a", "DROP TABLE IF EXISTS trip"),
                "versions/0004_c.py": migration(ASKS_FIRST),
                "versions/0005_d.py": migration(
                    "try:\n    with op.get_bind().begin_nested():\n"
                    '        op.execute("DROP INDEX ix_nowhere")\nexcept sa.exc.ProgrammingError:\n    pass'
                ),
            },
            fires=("0002",),
            near_misses={
                "0003": "IF EXISTS",
                "0004": "it asks the inspector what is there already",
                "0005": "the error is expected, and taken back with its savepoint",
            },
        ),
    ),
}
