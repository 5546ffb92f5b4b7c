"""LI301 to LI306: single migrations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lint_indexes.model.history import Doubt, Failure, FailureKind
from lint_indexes.model.origin import Origin, Source
from lint_indexes.rules.downgrade_not_inverse import downgrade_not_inverse
from lint_indexes.rules.empty_downgrade import empty_downgrade
from lint_indexes.rules.failing_downgrade import failing_downgrade
from lint_indexes.rules.failing_upgrade import failing_upgrade
from lint_indexes.rules.missing_downgrade import missing_downgrade
from lint_indexes.rules.unanalysable_revision import unanalysable_revision

TABLE = "CREATE TABLE t (id int PRIMARY KEY, a int, b int, c varchar(3)); CREATE INDEX ix ON t (a);"
TABLE += "CREATE TYPE e AS ENUM ('a');"
RULES = {
    rule.code: rule
    for rule in (
        missing_downgrade,
        empty_downgrade,
        downgrade_not_inverse,
        failing_downgrade,
        failing_upgrade,
    )
}


@pytest.mark.parametrize(
    ("up", "down", "codes"),
    [
        pytest.param("CREATE INDEX n ON t (b)", "DROP INDEX n", [], id="inverse"),
        pytest.param("CREATE INDEX n ON t (b)", None, ["LI301"], id="missing"),
        pytest.param("CREATE INDEX n ON t (b)", "", ["LI302"], id="empty"),
        pytest.param("SELECT 1", "", [], id="empty, but nothing to undo"),
        pytest.param("CREATE EXTENSION IF NOT EXISTS citext", "", [], id="empty, the extension may stay"),
        pytest.param("CREATE EXTENSION citext", "", ["LI302"], id="empty, the extension is in the way"),
        pytest.param(
            "CREATE EXTENSION IF NOT EXISTS citext; ALTER TABLE t ADD d citext",
            "",
            ["LI302"],
            id="empty, more than an extension",
        ),
        pytest.param("ALTER TABLE t ALTER c TYPE text", "", [], id="empty, more room"),
        pytest.param("ALTER TABLE t ALTER c TYPE varchar(9)", "", [], id="empty, some more room"),
        pytest.param("ALTER TABLE t ALTER c TYPE varchar(2)", "", ["LI302"], id="empty, less room"),
        pytest.param("ALTER TABLE t ALTER a TYPE bigint", "", ["LI302"], id="empty, a number"),
        pytest.param("ALTER TABLE t ALTER a TYPE text", "", ["LI302"], id="empty, a number becomes text"),
        pytest.param("ALTER TYPE e ADD VALUE IF NOT EXISTS 'b'", "", [], id="empty, the value may stay"),
        pytest.param("ALTER TYPE e ADD VALUE 'b'", "", ["LI302"], id="empty, the value is in the way"),
        pytest.param(
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_enum WHERE enumlabel = 'b') THEN"
            " ALTER TYPE e ADD VALUE 'b'; END IF; END $$",
            "",
            [],
            id="empty, the value is asked for first",
        ),
        pytest.param("CREATE INDEX n ON t (b)", "SELECT 1", ["LI303"], id="left over"),
        pytest.param("DROP INDEX ix", "SELECT 1", ["LI303"], id="lost"),
        pytest.param("DROP INDEX ix", "CREATE INDEX ix ON t (b)", ["LI303"], id="changed"),
        pytest.param("DROP INDEX ix", "CREATE INDEX ix ON t USING btree (a ASC)", [], id="spelt otherwise"),
        pytest.param(
            "ALTER TABLE t DROP COLUMN a",
            "ALTER TABLE t ADD COLUMN a int",
            ["LI303"],
            id="lost with column",
        ),
        pytest.param(
            "ALTER TABLE t ADD UNIQUE (b)",
            "ALTER TABLE t DROP CONSTRAINT t_b_key",
            [],
            id="constraint",
        ),
        pytest.param("CREATE INDEX n ON t (b)", "DROP INDEX nn", ["LI304"], id="downgrade fails"),
        pytest.param("CREATE INDEX n ON t (nowhere)", "DROP INDEX n", ["LI306"], id="upgrade fails"),
    ],
)
def test_revision(history, messages, up, down, codes) -> None:
    migrations = history(("1", TABLE, "DROP TABLE t"), ("2", up, down))
    found = [code for code, rule in RULES.items() for _ in messages(rule, migrations=migrations)]
    assert found == codes


def test_revisions_up_to_since_are_not_judged(history, messages) -> None:
    migrations = history(("1", TABLE, ""), ("2", "CREATE INDEX n ON t (b)", ""), since=("1",))
    found = messages(empty_downgrade, migrations=migrations)
    assert found == ["the downgrade() of revision 2 is empty, but its upgrade() changes the schema"]


def test_lists_every_index_that_differs(history) -> None:
    up = "DROP INDEX ix; CREATE INDEX n ON t (b)"
    migrations = history(("1", TABLE, "DROP TABLE t"), ("2", up, "CREATE INDEX ix2 ON t (a)"))
    [finding] = downgrade_not_inverse.run({"migrations": migrations})
    assert finding.violation.message.endswith("ix is lost; ix2 is left over; n is left over")
    assert finding.violation.origin.line == 9
    assert [place.message for place in finding.violation.related] == [
        "ix is dropped here",
        "ix2 is made here",
        "n is made here",
    ]


def test_every_line_that_is_in_doubt_is_shown(history) -> None:
    migrations = history(("1", TABLE, "DROP TABLE t"))
    revision = migrations.revisions["1"]
    places = [Origin(Source.MIGRATIONS, "1.py", line, None, "1") for line in (5, 9)]
    up = replace(revision.upgrade, doubts=(Doubt("tried to connect", places[0]),))
    down = replace(revision.downgrade, doubts=(Doubt("tried to delete", places[1]),))
    migrations = replace(migrations, revisions={"1": replace(revision, upgrade=up, downgrade=down)})

    [finding] = unanalysable_revision.run({"migrations": migrations, "policy": None})

    assert finding.violation.origin == places[0]
    assert finding.violation.message.endswith("tried to connect; tried to delete")
    assert [(place.origin.line, place.message) for place in finding.violation.related] == [
        (9, "tried to delete")
    ]


@pytest.mark.parametrize(
    ("reason", "read_rows", "help_begins"),
    [
        ("tried to connect to db:5432, which was refused", False, "go without it where a variable says so"),
        ("stopped before its end: TypeError", True, "let it go on where a query finds no row"),
        ("EXECUTE of a text", False, "say in plain operations"),
    ],
)
def test_the_help_for_a_doubt_goes_by_its_reason(
    history, reason: str, read_rows: bool, help_begins: str
) -> None:
    migrations = history(("1", TABLE, "DROP TABLE t"))
    revision = migrations.revisions["1"]
    origin = Origin(Source.MIGRATIONS, "1.py", 5, None, "1")
    failure = Failure(FailureKind.PYTHON, "TypeError", origin) if read_rows else None
    up = replace(revision.upgrade, doubts=(Doubt(reason, origin),), failure=failure, read_rows=read_rows)
    migrations = replace(migrations, revisions={"1": replace(revision, upgrade=up)})

    [finding] = unanalysable_revision.run({"migrations": migrations, "policy": None})

    assert (finding.violation.help or "").startswith(help_begins)


OF_CREATE_ALL = """\
class Booking(Base):
    __tablename__ = "booking"

    id = Column(Integer, primary_key=True)


class Guest(Base):
    __tablename__ = "guest"

    id = Column(Integer, primary_key=True)
    note = Column(String)
"""
FIRST_USE = """
def upgrade():
    op.add_column("guest", sa.Column("note", sa.String))


def downgrade():
    op.drop_column("guest", "note")
"""


@pytest.mark.parametrize(
    ("up", "down", "expected"),
    [
        ('op.drop_table("legacy")', 'op.create_table("legacy", sa.Column("a", primary_key=True))', False),
        ('op.drop_index("ix_note", "guest")', 'op.create_index("ix_note", "guest", ["note"])', False),
        ('op.create_index("ix_note", "guest", ["note"])', 'op.execute("SELECT 1")', True),
        ('op.drop_table("booking")', 'op.create_table("booking", sa.Column("a", unique=True))', True),
    ],
)
def test_what_no_migration_makes_may_be_made_anew(lint_project, up, down, expected) -> None:
    second = f"""
def upgrade():
    {up}


def downgrade():
    {down}
"""
    report = lint_project(
        {
            "models.py": OF_CREATE_ALL,
            "versions/0002_note.py": FIRST_USE,
            "versions/0003_change.py": second.replace('"a", ', '"a", sa.Integer, '),
        }
    )
    assert ("LI303" in {finding.code for finding in report.findings}) == expected


MAKES_INDEX = """
def upgrade():
    op.create_index("ix_a", "booking", ["{column}"])


def downgrade():
    op.drop_index("ix_a", "booking")
"""
REPLACES_INDEX = """
def upgrade():
    op.drop_index("ix_a", "booking")


def downgrade():
    op.create_index("ix_a", "booking", ["company_id"])
"""


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (MAKES_INDEX.format(column="status"), {"LI303"}),
        (MAKES_INDEX.format(column="nowhere"), {"LI306"}),
        (MAKES_INDEX.format(column="status").replace("upgrade():", "upgrade()"), {"LI603"}),
    ],
)
def test_one_cause_is_one_finding(lint_project, first, expected) -> None:
    report = lint_project({"versions/0002_index.py": first, "versions/0003_replace.py": REPLACES_INDEX})
    codes = {finding.code for finding in report.findings}
    assert codes & {"LI303", "LI304", "LI306", "LI603"} == expected


DROPS_NOWHERE = """
def upgrade():
    op.drop_table("nowhere")


def downgrade():
    op.create_table("nowhere", sa.Column("id", sa.Integer))
"""


@pytest.mark.parametrize(
    ("name", "expected"), [("versions/0001_create_booking.py", "LI004"), ("versions/0002_drop.py", "LI306")]
)
def test_a_history_that_begins_without_tables_has_others_than_its_own(lint_project, name, expected) -> None:
    report = lint_project({name: DROPS_NOWHERE})
    assert {finding.code for finding in report.findings} & {"LI004", "LI303", "LI306"} == {expected}
