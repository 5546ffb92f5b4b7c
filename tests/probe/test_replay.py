"""Migrations run through the driver: statements, lines, transactions, failures."""

from __future__ import annotations

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.parameters import TypedText
from lint_indexes.ddl.result import Result
from lint_indexes.model.history import FailureKind


def test_sends_each_statement_with_the_line_of_its_operation(project, start, server):
    path = project.migration(
        "a1",
        None,
        """
        op.create_table("booking", sa.Column("id", sa.Integer, primary_key=True))
        for name in ("x", "y"):
            helper(name)
        """,
        'op.drop_table("booking")',
        head="""
        def helper(name):
            op.create_index(f"ix_{name}", "booking", [name])
        """,
    )
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None
    assert probe.run("a1", "downgrade", server) is None

    assert server.log == [
        "BEGIN",
        "CREATE TABLE booking ( id SERIAL NOT NULL, PRIMARY KEY (id) )",
        "CREATE INDEX ix_x ON booking (x)",
        "CREATE INDEX ix_y ON booking (y)",
        "COMMIT",
        "BEGIN",
        "DROP TABLE booking",
        "COMMIT",
    ]
    assert server.line_of("CREATE TABLE") == ("a1.py", 9)
    assert server.line_of("CREATE INDEX") == ("a1.py", 7)
    origin = server.origins[0][1]
    assert (origin.revision, origin.path) == ("a1", str(path))


def test_batch_operations_have_the_line_that_asked_for_them(project, start, server):
    project.migration(
        "a1",
        None,
        """
        with op.batch_alter_table("booking") as batch:
            batch.add_column(sa.Column("x", sa.Integer))
            batch.create_index("ix_x", ["x"])
        op.execute("SELECT 1")
        """,
    )
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None

    assert server.line_of("ALTER TABLE booking ADD COLUMN") == ("a1.py", 9)
    assert server.line_of("CREATE INDEX ix_x") == ("a1.py", 10)
    assert server.line_of("SELECT 1") == ("a1.py", 11)


def test_autocommit_block_leaves_the_transaction(project, start, server):
    project.migration(
        "a1",
        None,
        """
        op.execute("SELECT 1")
        with op.get_context().autocommit_block():
            op.create_index("ix", "t", ["a"], postgresql_concurrently=True)
        op.execute("SELECT 2")
        """,
    )
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None

    assert server.log == [
        "BEGIN",
        "SELECT 1",
        "COMMIT",
        "CREATE INDEX CONCURRENTLY ix ON t (a)",
        "BEGIN",
        "SELECT 2",
        "COMMIT",
    ]


def test_the_inspector_asks_the_server(project, start, server):
    project.migration(
        "a1",
        None,
        """
        inspector = sa.inspect(op.get_bind())
        if inspector.has_table("booking"):
            names = [index["name"] for index in inspector.get_indexes("booking", schema="s")]
            columns = inspector.get_columns("booking")
            types = [column["type"].compile(op.get_bind().dialect) for column in columns]
            op.execute("SELECT '%s'" % ",".join(names + types))
        try:
            inspector.get_columns("missing", schema="gone")
        except sa.exc.NoSuchTableError as error:
            op.execute("SELECT 'no such table %s'" % error)
        """,
    )
    server.answers = {
        "has_table": True,
        "get_indexes": [{"name": "ix_a", "unique": False, "column_names": ["a"]}],
        "get_columns": [
            {"name": "a", "type": {"name": "character varying(20)", "enum": None, "schema": None}},
            {"name": "b", "type": {"name": "timestamp with time zone", "enum": None, "schema": None}},
            {"name": "c", "type": {"name": "numeric(10,2)[]", "enum": None, "schema": None}},
            {"name": "d", "type": {"name": "st", "enum": ["x", "y"], "schema": "public"}},
        ],
    }

    def inspect(question, arguments, origin):
        if arguments.get("schema") == "gone":
            raise SqlError("42P01", "relation does not exist")
        return server.answers[question]

    server.inspect = inspect
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None

    selected = [text for text in server.log if text.startswith("SELECT")]
    assert selected == [
        "SELECT 'ix_a,VARCHAR(20),TIMESTAMP WITH TIME ZONE,NUMERIC(10, 2)[],public.st'",
        "SELECT 'no such table missing'",
    ]


def test_rows_and_parameters_travel(project, start, server):
    project.migration(
        "a1",
        None,
        """
        import datetime
        bind = op.get_bind()
        rows = bind.execute(sa.text("SELECT a, b FROM t WHERE c = :c AND d > :d"),
                            {"c": 5, "d": datetime.date(2025, 10, 20)}).fetchall()
        assert [tuple(row) for row in rows] == [(1, "x"), (2, None)], rows
        assert bind.execute(sa.text("SELECT a, b")).mappings().all()[0]["b"] == "x"
        cursor = bind.connection.cursor()
        cursor.execute("SELECT a, b WHERE '%%' = %s", ("y",))
        assert cursor.fetchone() == (1, "x")
        table = sa.table("t", sa.column("a", sa.Integer))
        op.bulk_insert(table, [{"a": 1}, {"a": 2}])
        """,
    )
    server.results = {"SELECT a, b": Result(("a", "b"), ((1, "x"), (2, None)), 2)}
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None

    assert server.log[1] == "SELECT a, b FROM t WHERE c = $1 AND d > $2"
    assert list(server.parameters[0]) == [5, TypedText("2025-10-20", "date")]
    assert server.log[3] == "SELECT a, b WHERE '%' = $1"


def test_parameters_have_the_type_that_a_driver_gives_them(project, start, server):
    project.migration(
        "a1",
        None,
        """
        import datetime as dt, decimal, uuid
        utc = dt.timezone.utc
        op.get_bind().exec_driver_sql("SELECT 1", (
            [uuid.UUID(int=1)], decimal.Decimal("1.50"), dt.date(2026, 11, 30), dt.datetime(2026, 11, 30, 9),
            dt.datetime(2026, 11, 30, 9, tzinfo=utc), dt.time(9), dt.timedelta(hours=-1), b"a",
            ["x"], {"a": 1}, {"$": "no type", "text": "x"},
        ))
        """,
    )
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None

    assert list(server.parameters[0]) == [
        [TypedText("00000000-0000-0000-0000-000000000001", "uuid")],
        TypedText("1.50", "numeric"),
        TypedText("2026-11-30", "date"),
        TypedText("2026-11-30 09:00:00", "timestamp"),
        TypedText("2026-11-30 09:00:00+00:00", "timestamptz"),
        TypedText("09:00:00", "time"),
        TypedText("-1 days 82800.000000 seconds", "interval"),
        TypedText("\\x61", "bytea"),
        ["x"],
        {"a": 1},
        {"$": "no type", "text": "x"},
    ]


def test_the_servers_errors_are_the_drivers(project, start, server):
    project.migration(
        "a1",
        None,
        """
        bind = op.get_bind()
        try:
            with bind.begin_nested():
                op.execute("DROP INDEX gone")
        except sa.exc.ProgrammingError as error:
            assert error.orig.pgcode == error.orig.sqlstate == error.orig.diag.sqlstate == "42704"
            assert error.orig.diag.message_primary == 'index "gone" does not exist'
            assert type(error.orig).__name__ == "UndefinedObject"
        op.execute("DROP INDEX other")
        """,
    )
    server.errors = {
        "DROP INDEX gone": SqlError("42704", 'index "gone" does not exist'),
        "DROP INDEX other": SqlError("2BP01", "cannot drop index other"),
    }
    probe = start()
    probe.load_history()

    failure = probe.run("a1", "upgrade", server)

    assert failure is not None
    assert (failure.kind, failure.sqlstate, failure.message) == (
        FailureKind.SQL,
        "2BP01",
        "cannot drop index other",
    )
    assert failure.origin.line == 16
    assert server.log[1].startswith("SAVEPOINT")
    assert server.log[3].startswith("ROLLBACK TO SAVEPOINT")
    assert server.log[-1] == "ROLLBACK"


def test_a_failure_has_a_kind_and_a_line(project, start, server):
    downgrades = {
        'raise NotImplementedError("no way")': (FailureKind.IRREVERSIBLE, "NotImplementedError: no way"),
        'raise RuntimeError("Irreversible migration")': (FailureKind.IRREVERSIBLE, "Irreversible"),
        'raise ValueError("broken")': (FailureKind.PYTHON, "ValueError: broken"),
        "import sys; sys.exit(3)": (FailureKind.PYTHON, "sys.exit(3)"),
        'op.drop_constraint(None, "t")': (FailureKind.PYTHON, "Error"),
        "unknown_name": (FailureKind.PYTHON, "NameError"),
    }
    for number, code in enumerate(downgrades):
        project.migration(f"r{number}", None, "pass", f"op.execute('SELECT 1')\n{code}")
    probe = start()
    probe.load_history()

    for number, (code, (kind, message)) in enumerate(downgrades.items()):
        server.log.clear()
        failure = probe.run(f"r{number}", "downgrade", server)

        assert failure is not None, code
        assert failure.kind is kind
        assert message in failure.message
        assert (failure.origin.line, failure.origin.revision) == (11, f"r{number}")
        assert server.log == ["BEGIN", "SELECT 1", "ROLLBACK"]


def test_prints_threads_and_raw_writes_do_not_disturb(project, start, server):
    project.migration(
        "a1",
        None,
        """
        import json, os, sys, threading, time
        print('{"done": {}}')
        os.write(1, b'{"failed": 1}\\n')
        sys.stdout = None
        json.dumps = json.loads = json.JSONEncoder.encode = None
        lines = sys.stdin
        assert os.read(0, 10) == b""
        def work():
            op.execute("SELECT 'thread'")
            time.sleep(60)
        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(0.2)
        op.execute("SELECT 'main'")
        """,
    )
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None

    assert server.log == ["BEGIN", "SELECT 'thread'", "SELECT 'main'", "COMMIT"]
    assert server.line_of("SELECT 'thread'")[0] == "a1.py"


def test_a_second_connection_joins_the_transaction(project, start, server):
    project.migration(
        "a1",
        None,
        """
        op.execute("SELECT 1")
        with op.get_bind().engine.connect() as connection:
            connection.execute(sa.text("SELECT 2"))
            connection.commit()
        op.execute("SELECT 3")
        """,
    )
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None

    assert server.log == ["BEGIN", "SELECT 1", "SELECT 2", "SELECT 3", "COMMIT"]


def test_a_second_connection_in_autocommit_is_beside_the_transaction(project, start, server):
    project.migration(
        "a1",
        None,
        """
        op.execute("SELECT 1")
        engine = op.get_bind().engine
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            assert connection.scalar(sa.text("SELECT 2")) is None
            connection.execute(sa.text("CREATE INDEX CONCURRENTLY ix ON t (a)"))
        op.execute("SELECT 3")
        with engine.execution_options(isolation_level="AUTOCOMMIT").begin() as connection:
            try:
                connection.execute(sa.text("VACUUM t"))
            except sa.exc.OperationalError:
                op.execute("SELECT 4")
        """,
    )
    server.results = {"SELECT 2": Result(("a",), (), 0)}
    server.errors = {"VACUUM": SqlError("55P03", "could not obtain lock")}
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None

    assert server.log == [
        "BEGIN",
        "SELECT 1",
        "alone",
        "SELECT 2",
        "alone",
        "CREATE INDEX CONCURRENTLY ix ON t (a)",
        "SELECT 3",
        "alone",
        "VACUUM t",
        "SELECT 4",
        "COMMIT",
    ]


def test_a_session_on_the_bind_works(project, start, server):
    project.migration(
        "a1",
        None,
        """
        from sqlalchemy.orm import Session, declarative_base
        Base = declarative_base()
        class T(Base):
            __tablename__ = "t"
            id = sa.Column(sa.Integer, primary_key=True)
        session = Session(bind=op.get_bind())
        assert session.query(T).all() == []
        session.execute(sa.text("SELECT 2"))
        session.commit()
        """,
    )
    server.results = {"SELECT t.id": Result(("t_id",), (), 0)}
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None
    assert server.log[-2:] == ["SELECT 2", "COMMIT"]


def test_env_py_decides_names_and_runs(project, start, server):
    project.write(
        "migrations/env.py",
        """
        from alembic import context
        from sqlalchemy import MetaData, create_engine

        conventions = {"uq": "uq_%(table_name)s_%(column_0_name)s"}
        for name in ("first", "second"):
            connection = create_engine(None).connect()
            context.configure(connection=connection, target_metadata=MetaData(naming_convention=conventions))
            context.run_migrations(engine_name=name)
        """,
    )
    project.write(
        "migrations/versions/a1.py",
        """
        from alembic import op
        revision = "a1"
        down_revision = None

        def upgrade(engine_name):
            globals()["upgrade_%s" % engine_name]()

        def downgrade(engine_name):
            globals()["downgrade_%s" % engine_name]()

        def upgrade_first():
            op.create_unique_constraint(None, "t", ["a"])

        def upgrade_second():
            op.execute("SELECT 'second'")

        def downgrade_first():
            pass

        def downgrade_second():
            pass
        """,
    )
    probe = start()
    listing = probe.load_history()

    assert probe.run("a1", "upgrade", server) is None

    assert listing.revisions[0].upgrade_function.definition.value == "body"
    assert listing.revisions[0].downgrade_function.definition.value == "empty"
    assert "ALTER TABLE t ADD CONSTRAINT uq_t_a UNIQUE (a)" in server.log
    assert "SELECT 'second'" in server.log


def test_an_enum_asks_whether_it_exists(project, start, server):
    project.migration(
        "a1",
        None,
        """
        state = sa.Enum("x", "y", name="state")
        state.create(op.get_bind(), checkfirst=True)
        op.create_table("t", sa.Column("s", sa.Enum("x", "y", name="other")))
        """,
    )
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None

    assert server.questions[0][0] == "has_type"
    assert server.questions[0][1] == {"type_name": "state", "schema": None}
    assert "CREATE TYPE state AS ENUM ('x', 'y')" in server.log
    assert "CREATE TYPE other AS ENUM ('x', 'y')" in server.log


def test_run_async_gets_the_migrations_connection(project, start, server):
    project.migration(
        "a1",
        None,
        """
        async def work(connection, number):
            await connection.execute(sa.text(f"SELECT {number}"))
            await connection.run_sync(lambda sync: sync.execute(sa.text("SELECT 2")))
        if hasattr(op, "run_async"):  # Alembic 1.11
            op.run_async(work, 1)
        else:
            op.execute("SELECT 1")
            op.execute("SELECT 2")
        op.execute("SELECT 3")
        """,
    )
    probe = start()
    probe.load_history()

    assert probe.run("a1", "upgrade", server) is None
    assert server.log == ["BEGIN", "SELECT 1", "SELECT 2", "SELECT 3", "COMMIT"]


def test_a_second_run_finds_the_module_as_it_was_loaded(project, start, server):
    project.migration(
        "a1",
        None,
        """
        NAMES.append("y")
        for name in NAMES:
            op.execute(f"DROP INDEX ix_{name}")
        """,
        head='NAMES = ["x"]',
    )
    probe = start()
    probe.load_history()
    for _ in range(2):
        assert probe.run("a1", "upgrade", server) is None
    assert [text for text in server.log if "DROP" in text] == ["DROP INDEX ix_x", "DROP INDEX ix_y"] * 2
