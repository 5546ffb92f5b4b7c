"""New migrations, written by the project's Alembic, and replayed before they are on disk."""

from __future__ import annotations

import pytest

from lint_indexes.errors import ProbeError

TEMPLATE = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''

INTEGER = {"name": "integer"}


def index(**changes: object) -> dict[str, object]:
    base = {"do": "create_index", "name": "ix", "table": "booking", "schema": None}
    return {**base, "unique": False, "keys": ["status"], "options": {}, **changes}


def column(name: str, type_name: str, **changes: object) -> dict[str, object]:
    base = {"name": name, "type": {"name": type_name}, "nullable": True, "default": None}
    return {**base, "generated": None, "identity": False, **changes}


@pytest.fixture
def folder(project):
    project.write("migrations/script.py.mako", TEMPLATE)
    project.migration("a1", None)
    return project


@pytest.fixture
def replayed(folder, start, server):
    """What a directive is written as, and the statements that this then sends."""

    def replay(*directives):
        writer = start()
        listing = writer.load_history()
        written = writer.write_revision(listing.heads, "a fix", directives)
        probe = start(overlay={written.path: written.text})
        assert [each.id for each in probe.load_history().revisions] == ["a1", written.id]
        assert probe.run(written.id, "upgrade", server) is None
        return written.text, [sql for sql in server.log if sql not in ("BEGIN", "COMMIT")]

    return replay


def test_nothing_is_written_to_the_project(folder, start):
    probe = start()
    before = sorted(folder.root.rglob("*"))

    written = probe.write_revision(probe.load_history().heads, "add an index", [index()])

    assert sorted(folder.root.rglob("*")) == before
    assert written.path == str(folder.root / f"migrations/versions/{written.id}_add_an_index.py")
    assert "down_revision = 'a1'" in written.text
    assert "op.create_index('ix', 'booking', ['status'], unique=False)" in written.text


@pytest.mark.parametrize(
    ("directive", "sql"),
    [
        (index(unique=True, schema="s"), "CREATE UNIQUE INDEX ix ON s.booking (status)"),
        (
            index(keys=["status", {"sql": "at DESC"}, {"sql": "(data ->> ' :b')"}]),
            "CREATE INDEX ix ON booking (status, at DESC, (data ->> ' :b'))",
        ),
        (
            index(options={"where": "status = ' :x%' AND at::text = 'b'", "include": ["id"]}),
            "CREATE INDEX ix ON booking (status) INCLUDE (id) WHERE status = ' :x%' AND at::text = 'b'",
        ),
        (
            index(options={"using": "gin", "ops": {"status": "gin_trgm_ops"}, "with": {"fastupdate": "off"}}),
            "CREATE INDEX ix ON booking USING gin (status gin_trgm_ops) WITH (fastupdate = off)",
        ),
        ({"do": "execute", "sql": "SELECT ' :b', '10%'"}, "SELECT ' :b', '10%'"),
        (
            {"do": "drop_index", "name": "ix", "table": "booking", "schema": "s", "concurrently": False},
            "DROP INDEX s.ix",
        ),
        (
            {
                "do": "add_unique",
                "name": "uq",
                "table": "booking",
                "schema": None,
                "columns": ["status", "at"],
                "deferrable": True,
                "initially_deferred": True,
            },
            "ALTER TABLE booking ADD CONSTRAINT uq UNIQUE (status, at) DEFERRABLE INITIALLY DEFERRED",
        ),
        (
            {
                "do": "add_foreign_key",
                "name": "fk",
                "table": "booking",
                "schema": None,
                "columns": ["company_id"],
                "references": "company",
                "referenced_schema": "s",
                "referenced_columns": ["id"],
                "on_delete": "CASCADE",
                "on_update": None,
                "deferrable": False,
                "initially_deferred": False,
            },
            "ALTER TABLE booking ADD CONSTRAINT fk FOREIGN KEY(company_id) REFERENCES s.company (id)"
            " ON DELETE CASCADE",
        ),
        (
            {"do": "drop_constraint", "name": "uq", "table": "booking", "schema": None, "kind": "unique"},
            "ALTER TABLE booking DROP CONSTRAINT uq",
        ),
        (
            {
                "do": "add_column",
                "table": "booking",
                "schema": None,
                "column": column("note", "character varying(20)", nullable=False, default="' :x'::text"),
            },
            "ALTER TABLE booking ADD COLUMN note VARCHAR(20) DEFAULT ' :x'::text NOT NULL",
        ),
        (
            {"do": "drop_column", "table": "booking", "schema": None, "column": "note"},
            "ALTER TABLE booking DROP COLUMN note",
        ),
        (
            {
                "do": "create_table",
                "table": "company",
                "schema": None,
                "columns": [
                    column("id", "bigint", nullable=False, identity=True),
                    column("tags", "jsonb[]"),
                    column("twice", "integer", generated="id * 2"),
                ],
                "checks": [["ck", "id > 0"]],
            },
            "CREATE TABLE company ( id BIGINT GENERATED BY DEFAULT AS IDENTITY, tags JSONB[],"
            " twice INTEGER GENERATED ALWAYS AS (id * 2) STORED, CONSTRAINT ck CHECK (id > 0) )",
        ),
        ({"do": "drop_table", "table": "company", "schema": None}, "DROP TABLE company"),
        (
            {
                "do": "alter_type",
                "table": "booking",
                "schema": None,
                "column": "status",
                "type": {"name": "text"},
                "existing_type": INTEGER,
            },
            "ALTER TABLE booking ALTER COLUMN status TYPE TEXT",
        ),
        (
            {
                "do": "alter_nullable",
                "table": "booking",
                "schema": None,
                "column": "status",
                "nullable": True,
                "existing_type": INTEGER,
            },
            "ALTER TABLE booking ALTER COLUMN status DROP NOT NULL",
        ),
        (
            {
                "do": "alter_default",
                "table": "booking",
                "schema": None,
                "column": "at",
                "default": "now()",
                "existing_type": INTEGER,
            },
            "ALTER TABLE booking ALTER COLUMN at SET DEFAULT now()",
        ),
    ],
    ids=lambda value: value["do"] if isinstance(value, dict) else "",
)
def test_what_is_written_does_what_was_asked(replayed, directive, sql):
    _, statements = replayed(directive)

    assert statements == [sql]


def test_what_cannot_run_in_a_transaction(replayed, server):
    text, statements = replayed(
        {
            "do": "autocommit",
            "body": [
                {"do": "execute", "sql": "DROP INDEX CONCURRENTLY IF EXISTS ix"},
                index(options={"concurrently": True}),
            ],
        },
        {"do": "execute", "sql": "SELECT 1"},
    )

    assert "    with op.get_context().autocommit_block():\n        op.execute('DROP INDEX" in text
    assert statements[:2] == [
        "DROP INDEX CONCURRENTLY IF EXISTS ix",
        "CREATE INDEX CONCURRENTLY ix ON booking (status)",
    ]
    last = len(server.log) - 1 - server.log[::-1].index("SELECT 1")
    assert server.log[:last].count("BEGIN") > server.log[:last].count("COMMIT") - 1


BLOCK = {"do": "autocommit", "body": [index(options={"concurrently": True})]}


@pytest.mark.parametrize("loop", [False, True])
def test_a_transaction_that_a_statement_of_env_py_began_is_committed(folder, replayed, server, loop):
    env = (folder.root / "migrations/env.py").read_text()
    before = "    connection.exec_driver_sql('SET search_path TO s')\n"
    configured = env.partition("    context.configure")
    folder.write("migrations/env.py", configured[0] + before + "".join(configured[1:]))
    if loop:
        again = before + "".join(configured[1:])
        folder.write("migrations/env.py", configured[0] + again + again)

    text, statements = replayed(BLOCK, {"do": "execute", "sql": "SELECT 1"})

    commit = "    op.get_bind().commit()\n    with op.get_context().autocommit_block():\n"
    assert commit in text
    assert statements == ["CREATE INDEX CONCURRENTLY ix ON booking (status)", "SELECT 1"]
    assert server.log[-2:] == ["SELECT 1", "COMMIT"]


def test_without_a_commit_it_fails_as_in_alembic(folder, start, server):
    env = (folder.root / "migrations/env.py").read_text()
    folder.write("migrations/env.py", env.replace("engine.connect()", "engine.begin()"))
    folder.migration(
        "a2", "a1", "with op.get_context().autocommit_block(): pass", head="from alembic import op"
    )
    probe = start()
    probe.load_history()

    failure = probe.run("a2", "upgrade", server)

    assert failure is not None
    assert failure.exception == "AssertionError"
    assert failure.message.startswith("autocommit_block() fails in a transaction that env.py has open")


@pytest.mark.parametrize(
    ("begin", "kept"),
    [
        ("with engine.begin() as connection:", True),
        ("with engine.connect() as connection, connection.begin():", True),
        ("with engine.connect() as connection:\n    transaction = connection.begin()", True),
        ("with engine.connect() as connection:\n    with connection.begin(): pass", False),
    ],
)
def test_a_transaction_that_env_py_began_stays_its_own(folder, start, begin, kept):
    env = (folder.root / "migrations/env.py").read_text()
    folder.write("migrations/env.py", env.replace("with engine.connect() as connection:", begin))
    probe = start()
    probe.load_history()

    assert probe.in_transaction() is kept
    assert "commit()" not in "".join(probe.render([BLOCK]).lines)


def test_a_merge(folder, start):
    folder.migration("b1", "a1")
    folder.migration("b2", "a1")
    probe = start()

    written = probe.write_revision(probe.load_history().heads, "merge heads")

    assert "down_revision = ('b1', 'b2')" in written.text


def test_lines_for_a_function_that_exists(folder, start):
    probe = start()
    probe.load_history()

    rendered = probe.render(
        [{"do": "add_column", "table": "booking", "schema": None, "column": column("data", "jsonb")}]
    )

    assert rendered.lines == (
        "op.add_column('booking', sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=True))",
    )
    assert rendered.imports == ("from sqlalchemy.dialects import postgresql",)


def test_the_projects_own_names_and_directives_win(folder, start):
    env = (folder.root / "migrations/env.py").read_text()
    folder.write(
        "migrations/env.py",
        "def number(context, revision, directives):\n    directives[0].rev_id = '0002'\n\n"
        + env.replace("target_metadata=", "process_revision_directives=number, target_metadata="),
    )
    folder.write(
        "alembic.ini",
        "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n"
        "file_template = %%(year)d-%%(rev)s-%%(slug)s\n",
    )
    probe = start()

    written = probe.write_revision(probe.load_history().heads, "a fix", [index()])

    assert written.id == "0002"
    assert written.path.endswith("-0002-a_fix.py")


def test_a_template_that_fails(folder, start):
    folder.write("migrations/script.py.mako", "${nonsense.nothing}\n")
    probe = start()
    heads = probe.load_history().heads

    with pytest.raises(ProbeError, match=r"cannot write the migration|command .write. failed"):
        probe.write_revision(heads, "a fix", [index()])


def test_post_write_hooks_run_where_the_file_is(folder, start):
    folder.write(
        "alembic.ini",
        "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n"
        "[post_write_hooks]\nhooks = mark\nmark.type = exec\nmark.executable = sed\n"
        "mark.options = -i s/a1/marked/ REVISION_SCRIPT_FILENAME\n",
    )
    path = folder.root / "migrations/versions/a1.py"
    probe = start()
    if tuple(map(int, probe.versions.alembic.split(".")[:2])) < (1, 12):
        pytest.skip("this Alembic has no hooks of the type exec")
    probe.load_history()

    assert probe.run_post_write_hooks(str(path)) == 1
    assert "marked" in path.read_text()


def test_no_post_write_hooks(folder, start):
    probe = start()
    probe.load_history()

    assert probe.run_post_write_hooks(str(folder.root / "migrations/versions/a1.py")) == 0


def test_a_model_that_is_not_on_disk_yet(folder, start, server):
    path = folder.root / "models.py"
    changed = path.read_text().replace("ix_booking_status_at", "ix_other")

    start(overlay={str(path): changed}).load_metadata(server)

    assert any("ix_other" in sql for sql in server.log)
    assert "ix_other" not in path.read_text()


def test_what_was_written_before_and_not_kept_is_in_nobodys_way(folder, start):
    probe = start()
    heads = probe.load_history().heads

    first = probe.write_revision(heads, "a fix", [index()])
    second = probe.write_revision(heads, "another try", [index()])

    assert first.id != second.id
    assert "down_revision = 'a1'" in second.text


def test_a_migration_may_follow_one_that_was_just_written(folder, start):
    folder.migration("b1", "a1")
    folder.migration("b2", "a1")
    probe = start()

    merge = probe.write_revision(probe.load_history().heads, "merge heads")
    written = probe.write_revision([merge.id], "a fix", [index()])

    assert f"down_revision = '{merge.id}'" in written.text
