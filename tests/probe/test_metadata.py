"""The models' DDL, with the lines that declared it."""

from __future__ import annotations

import pytest

from lint_indexes.ddl.errors import SqlError
from lint_indexes.errors import ProbeError

ENV = """
from alembic import context
from models import Base
from sqlalchemy import create_engine

context.configure(connection=create_engine(None).connect(), target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
"""
EMPTY_ENV = "from alembic import context\ncontext.configure(url='postgresql://x/y')\n"


def test_takes_the_metadata_that_env_py_configures(project, start, server):
    listing = start().load_metadata(server)

    assert listing is not None
    assert (listing.tables, listing.warnings) == (1, ())
    assert [text.split(" (")[0] for text in server.log] == [
        "CREATE TABLE booking",
        "CREATE INDEX ix_booking_at ON booking",
        "CREATE INDEX ix_booking_status_at ON booking",
    ]
    assert server.line_of("CREATE TABLE booking") == ("models.py", 9)
    assert server.line_of("CREATE INDEX ix_booking_status_at") == ("models.py", 12)
    assert server.line_of("CREATE INDEX ix_booking_at") == ("models.py", 17)
    assert {origin.source.value for _, origin in server.origins} == {"models"}


def test_a_mixin_keeps_the_columns_own_line(project, start, server):
    project.write(
        "models.py",
        """
        import sqlalchemy as sa
        from sqlalchemy.orm import DeclarativeBase, mapped_column

        class Base(DeclarativeBase):
            def __init_subclass__(cls, **options):
                super().__init_subclass__(**options)

        class Stamped:
            created = mapped_column(sa.DateTime, index=True)

        class A(Stamped, Base):
            __tablename__ = "a"
            id = mapped_column(sa.Integer, primary_key=True)

        b = sa.Table("b", Base.metadata, sa.Column("x", sa.Integer, unique=True, index=True))
        sa.Index("ix_b_lower", sa.func.lower(b.c.x))
        """,
    )
    start().load_metadata(server)

    assert server.line_of("CREATE TABLE a") == ("models.py", 11)
    assert server.line_of("CREATE INDEX ix_a_created") == ("models.py", 9)
    assert server.line_of("CREATE UNIQUE INDEX ix_b_x") == ("models.py", 15)
    assert server.line_of("CREATE INDEX ix_b_lower") == ("models.py", 16)


def test_a_column_that_a_library_makes_of_a_field_has_the_fields_line(project, start, server):
    """As SQLModel does: the columns are made in the library's metaclass, when the class is complete."""
    project.write(
        "site-packages/fields.py",
        """
        from sqlalchemy import Column, Integer
        from sqlalchemy.orm import declarative_base

        class Field:
            def __init__(self, **options):
                self.options = options

        class Meta(type(declarative_base())):
            def __new__(cls, name, bases, namespace, table=False):
                fields = {k: v for base in bases for k, v in getattr(base, "fields", {}).items()}
                fields.update({k: v for k, v in namespace.items() if isinstance(v, Field)})
                if table:
                    columns = {k: Column(Integer, **v.options) for k, v in fields.items()}
                    namespace = {**namespace, **columns}
                return super().__new__(cls, name, bases, {**namespace, "fields": fields})

            def __init__(cls, name, bases, namespace, table=False):
                super().__init__(name, bases, namespace)

        Base = declarative_base(metaclass=Meta)
        """,
    )
    project.write(
        "models.py",
        """
        from fields import Base, Field

        class Named(Base):
            __abstract__ = True
            name: str = Field(
                index=True,
            )

        class Hero(Named, table=True):
            __tablename__ = "hero"
            id: int = Field(primary_key=True)
            age = Field(index=True)
        """,
    )
    start(env={"PYTHONPATH": str(project.root / "site-packages")}).load_metadata(server)

    assert server.line_of("CREATE INDEX ix_hero_age") == ("models.py", 12)
    assert server.line_of("CREATE INDEX ix_hero_name") == ("models.py", 5)


@pytest.mark.parametrize(
    "specification", ["models:Base", "models:Base.metadata", "models:everything", "models:make()"]
)
def test_metadata_can_be_named(project, start, server, specification):
    with (project.root / "models.py").open("a") as file:
        file.write("\neverything = [Base.metadata]\n\ndef make():\n    return Base.metadata\n")
    project.write("migrations/env.py", "raise RuntimeError('broken')")

    listing = start(metadata=(specification,)).load_metadata(server)

    assert listing is not None
    assert listing.tables == 1
    assert any("RuntimeError: broken" in warning for warning in listing.warnings)


def test_models_need_no_alembic_if_they_are_named(project, start, server):
    (project.root / "alembic.ini").unlink()
    probe = start(metadata=("models:Base",))

    listing = probe.load_metadata(server)

    assert listing is not None
    assert listing.tables == 1
    with pytest.raises(ProbeError, match="no Alembic configuration") as caught:
        probe.load_history()
    assert caught.value.hint is not None
    assert "migrations/alembic.ini" in caught.value.hint


def test_an_ini_file_in_another_encoding(project, start):
    with (project.root / "alembic.ini").open("ab") as file:
        file.write(b"# caf\xe9\n")
    with pytest.raises(ProbeError, match=r"alembic\.ini is not UTF-8: invalid continuation byte") as caught:
        start().load_history()
    assert caught.value.hint is not None


def test_a_byte_order_mark_in_pyproject_does_no_harm(project, start, server):
    (project.root / "pyproject.toml").write_bytes(b"\xef\xbb\xbf[tool.other]\n")
    listing = start().load_metadata(server)
    assert listing is not None
    assert listing.tables == 1


FLASK_APP = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


def create_app(name="x"):
    app = Flask(name)
    app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql://user:pw@db.example.org/x"
    app.config["SQLALCHEMY_BINDS"] = {"other": "postgresql://db.example.org/y"}
    db.init_app(app)
    from flask_migrate import Migrate
    Migrate(app, db)
    return app


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), index=True)


class Event(db.Model):
    __bind_key__ = "other"
    id = db.Column(db.Integer, primary_key=True)
"""
FLASK_ENV = """
from alembic import context
from flask import current_app

db = current_app.extensions["migrate"].db
with db.engine.connect() as connection:
    assert connection.engine.url.host == "db.example.org"
    context.configure(connection=connection, target_metadata=db.metadatas[None],
                      **current_app.extensions["migrate"].configure_args)
    with context.begin_transaction():
        context.run_migrations()
"""


@pytest.fixture
def flask_project(project):
    (project.root / "alembic.ini").unlink()
    project.write("migrations/alembic.ini", "[alembic]\n")
    project.write("migrations/env.py", FLASK_ENV)
    project.write("app.py", FLASK_APP)
    return project


@pytest.mark.parametrize(
    ("metadata", "tables"),
    [(("app:create_app()",), 2), (("app:create_app(name='z')",), 2), (("app:db",), 2), ((), 1)],
)
def test_a_flask_application(flask_project, start, server, metadata, tables):
    flask_project.migration("a1", None, "op.create_index('ix', 't', ['a'])")
    probe = start(metadata=metadata)

    listing = probe.load_metadata(server)

    assert listing is not None
    assert (listing.tables, listing.warnings) == (tables, ())
    assert server.line_of("CREATE INDEX ix_user_name") == ("app.py", 19)
    assert probe.load_history().heads == ("a1",)
    assert probe.run("a1", "upgrade", server) is None


def test_flask_migrate_without_an_application_says_how_to_name_it(flask_project, start, server):
    (flask_project.root / "app.py").rename(flask_project.root / "other.py")

    with pytest.raises(ProbeError, match="application context") as caught:
        start().load_metadata(server)

    assert caught.value.hint is not None
    assert "app:create_app()" in caught.value.hint


def test_an_async_env_py(project, start, server):
    project.write(
        "migrations/env.py",
        """
        import asyncio
        from alembic import context
        from models import Base
        from sqlalchemy import engine_from_config, text
        from sqlalchemy.ext.asyncio import AsyncEngine, async_engine_from_config, create_async_engine

        def do_run(connection):
            context.configure(connection=connection, target_metadata=[Base.metadata], include_schemas=True)
            with context.begin_transaction():
                context.run_migrations()

        async def main():
            engine = create_async_engine("postgresql+asyncpg://u:p@h/d", connect_args={"ssl": object()})
            assert isinstance(engine, AsyncEngine)
            assert engine.url.drivername == "postgresql+asyncpg"
            async with engine.connect() as connection:
                await connection.execute(text("SET search_path TO public"))
                await connection.run_sync(do_run)
                await connection.commit()
            async with engine.begin() as connection:
                await connection.run_sync(lambda sync: sync.execute(text("SELECT 1")))
            connection = await engine.connect()
            await connection.close()
            older = AsyncEngine(engine_from_config({"sqlalchemy.url": "postgresql://h"}, future=True))
            async with older.connect() as connection:
                await connection.run_sync(do_run)
            await async_engine_from_config({"sqlalchemy.url": "postgresql+asyncpg://h/d"}).dispose()

        asyncio.run(main())
        """,
    )
    listing = start().load_metadata(server)

    assert listing is not None
    assert (listing.tables, listing.warnings) == (1, ())


def test_metadata_of_every_configure_is_taken(project, start, server):
    project.write(
        "migrations/env.py",
        """
        from alembic import context
        from sqlalchemy import Column, Integer, MetaData, Table, engine_from_config
        from models import Base

        assert context.config.cmd_opts.autogenerate is False
        assert not context.is_offline_mode()
        other = MetaData()
        Table("log", other, Column("id", Integer, primary_key=True), schema="audit")
        for target in (Base.metadata, (other, Base.metadata)):
            engine = engine_from_config({"sqlalchemy.url": "mysql://nowhere"}, "sqlalchemy.")
            context.configure(connection=engine.connect(), target_metadata=target)
            assert context.get_bind().dialect.name == "postgresql"
        """,
    )
    listing = start().load_metadata(server)

    assert listing is not None
    assert listing.tables == 2
    assert server.log[0] == "CREATE SCHEMA IF NOT EXISTS audit"


def test_what_was_captured_before_env_py_failed_is_kept(project, start, server):
    with (project.root / "migrations/env.py").open("a") as file:
        file.write("raise ValueError('late')\n")

    listing = start().load_metadata(server)

    assert listing is not None
    assert listing.tables == 1
    assert "ValueError: late" in listing.warnings[0]


def test_with_metadata_an_env_py_that_never_configures_stops_the_migrations_only(project, start, server):
    project.write("migrations/env.py", "import os\nos.environ['DATABASE_PASSWORD']\n" + ENV)
    probe = start(metadata=("models:Base",))

    assert probe.load_metadata(server) is not None
    with pytest.raises(ProbeError, match="environment variable DATABASE_PASSWORD is not set") as caught:
        probe.load_history()
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("set it in the table [tool.lint-indexes.env]")
    assert "env.py" in (caught.value.details or "")


VALIDATION = """
class ValidationError(ValueError):
    title = "Settings"

    def errors(self):
        given = {"PORT": "s3cret"}
        return [
            {"loc": ("PORT",), "msg": "not an integer", "input": "s3cret"},
            {"loc": ("cache", "hosts", 1), "msg": "Field required", "input": given},
        ]

    def __str__(self):
        return "2 validation errors for Settings\\nPORT\\n  not an integer [input_value='s3cret']"

def settings():
    raise ValidationError

settings()
"""


def test_settings_that_pydantic_refuses_are_listed(project, start, server):
    project.write("settings.py", VALIDATION)
    project.write("migrations/env.py", "import settings\n" + ENV)

    with pytest.raises(ProbeError) as caught:
        start().load_metadata(server)

    assert caught.value.message.endswith("ValidationError: 2 values of Settings cannot be used")
    assert "[tool.lint-indexes.env]" in (caught.value.hint or "")
    details = caught.value.details or ""
    assert "settings.py" in details
    assert details.endswith(
        "ValidationError: Settings\n  PORT: not an integer\n  cache.hosts.1: Field required"
    )
    assert "s3cret" not in details


def test_settings_come_before_the_application_that_they_may_be_for(project, start, server):
    project.write("settings.py", VALIDATION)
    project.write("migrations/env.py", "import settings\n" + ENV + "\n# not current_app\n")

    with pytest.raises(ProbeError, match="values of Settings cannot be used") as caught:
        start().load_metadata(server)

    assert "[tool.lint-indexes.env]" in (caught.value.hint or "")


def test_indexes_of_one_name_are_in_the_order_of_their_lines(project, start, server):
    same = "        Index('ix_same', 'id'),\n" * 8
    with (project.root / "models.py").open("a") as file:
        file.write(
            "class Other(Base):\n"
            "    __tablename__ = 'other'\n"
            f"    __table_args__ = (\n{same}    )\n"
            "    id: Mapped[int] = mapped_column(primary_key=True)\n"
        )

    assert start().load_metadata(server) is not None

    lines = [origin.line for sql, origin in server.origins if sql.startswith("CREATE INDEX ix_same")]
    assert len(lines) == 8
    assert lines == sorted(lines)


def test_a_validation_error_of_another_library_is_shown_as_it_is(project, start, server):
    text = "class ValidationError(ValueError): ...\nraise ValidationError('no such field')\n"
    project.write("migrations/env.py", text)

    with pytest.raises(ProbeError, match="ValidationError: no such field"):
        start().load_metadata(server)


def test_with_metadata_any_early_failure_of_env_py_has_a_way_out(project, start):
    project.write("migrations/env.py", "1 / 0\n" + ENV)

    with pytest.raises(ProbeError, match="ZeroDivisionError") as caught:
        start(metadata=("models:Base",)).load_history()

    assert "[tool.lint-indexes.env]" in (caught.value.hint or "")


def test_with_metadata_an_env_py_that_fails_later_is_a_warning(project, start):
    project.migration("a1", None)
    with (project.root / "migrations/env.py").open("a") as file:
        file.write("raise ValueError('late')\n")

    listing = start(metadata=("models:Base",)).load_history()

    assert listing.heads == ("a1",)
    assert "ValueError: late" in listing.warnings[0]


def test_with_metadata_an_env_py_that_only_lacks_its_flask_application_is_a_warning(flask_project, start):
    flask_project.migration("a1", None)
    flask_project.write(
        "tables.py",
        "from sqlalchemy import *\nm = MetaData()\nTable('t', m, Column('id', Integer, primary_key=True))\n",
    )
    (flask_project.root / "app.py").unlink()

    listing = start(metadata=("tables:m",)).load_history()

    assert listing.heads == ("a1",)
    assert "application context" in listing.warnings[0]


def test_alembics_own_messages_are_not_the_projects_output(project, start):
    project.write(
        "migrations/env.py",
        "import logging\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        "logging.getLogger('alembic').setLevel(logging.INFO)\n"
        "logging.getLogger('app').info('from the application')\n" + ENV + "raise ValueError('late')\n",
    )
    project.write("models.py", "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n")

    with pytest.raises(ProbeError) as caught:
        start().load_metadata(None)

    assert "from the application" in (caught.value.details or "")
    assert "alembic.runtime" not in (caught.value.details or "")


def test_env_py_without_target_metadata_is_none(project, start, server):
    project.write("migrations/env.py", EMPTY_ENV)

    assert start().load_metadata(server) is None


def test_a_refused_statement_is_a_warning_with_its_line(project, start, server):
    server.errors = {"CREATE INDEX ix_booking_at": SqlError("42704", "no such type")}

    listing = start().load_metadata(server)

    assert listing is not None
    assert listing.warnings == (f"no such type ({project.root / 'models.py'}:17)",)
    assert len(server.log) == 3


@pytest.mark.parametrize(
    ("models", "message", "hint"),
    [
        ("import missing_package", 'no module named "missing_package" for', "install"),
        ("import os\nos.environ['SECRET_KEY']", "environment variable SECRET_KEY is not set", "env"),
        ("import sys\nprint('bye')\nsys.exit(4)", "the code called sys.exit(4)", None),
        ("1 / 0", "ZeroDivisionError: division by zero", None),
        ("x = = 1", "SyntaxError", None),
        (
            "from sqlalchemy.orm import declarative_base\nBase = declarative_base()",
            "0 tables",
            "import every",
        ),
        ("other = 1", "cannot import name 'Base'", None),
    ],
)
def test_models_that_cannot_be_used(project, start, server, models, message, hint):
    project.write("models.py", models + "\n")

    with pytest.raises(ProbeError) as caught:
        start().load_metadata(server)

    assert message in caught.value.message
    assert (caught.value.hint or "").startswith(hint or "") or hint in (caught.value.hint or "")
    if "0 tables" not in message:
        assert "models.py" in (caught.value.details or "")
        assert "site-packages" not in (caught.value.details or "")


@pytest.mark.parametrize(
    ("specification", "message"),
    [
        ("models", 'not of the form "module:attribute"'),
        ("nothing:Base", 'no module named "nothing"'),
        ("models:Missing", "has no 'Missing'"),
        ("models:String", "not MetaData"),
        ("models:Base + 1", "not a name or a call"),
        ("models:1 +", "cannot be read"),
    ],
)
def test_a_specification_that_leads_nowhere(project, start, server, specification, message):
    with pytest.raises(ProbeError) as caught:
        start(metadata=(specification,)).load_metadata(server)

    assert message in caught.value.message


def test_the_env_table_is_set_before_anything_is_imported(project, start, server, monkeypatch):
    monkeypatch.setenv("GIT_INDEX_FILE", "index")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@h/d")
    with (project.root / "models.py").open("a") as file:
        file.write(
            "import os\n"
            "assert os.environ['SECRET_KEY'] == 'x'\n"
            "assert 'GIT_INDEX_FILE' not in os.environ\n"
            "assert os.environ['DATABASE_URL'] == 'postgresql://u@h/d'\n"
            "assert os.environ['PGPORT'] == '1'\n"
        )

    listing = start(env={"SECRET_KEY": "x"}).load_metadata(server)

    assert listing is not None


def test_pyproject_table_configures_alembic(project, start, server):
    (project.root / "alembic.ini").unlink()
    project.write(
        "pyproject.toml",
        """
        [tool.alembic]
        script_location = "%(here)s/migrations"
        prepend_sys_path = ["."]
        """,
    )
    project.migration("a1", None)
    probe = start()

    assert probe.load_metadata(server) is not None
    assert probe.load_history().heads == ("a1",)


def test_another_section_of_the_ini(project, start, server):
    project.write("alembic.ini", "[tenant]\nscript_location = migrations\nprepend_sys_path = .\n")
    project.migration("a1", None)
    probe = start(alembic_section="tenant")

    assert probe.load_metadata(server) is not None
    assert probe.load_history().heads == ("a1",)


def test_an_env_py_that_configures_once_a_tenant_and_has_none(project, start, server):
    project.write(
        "migrations/env.py",
        """
        from alembic import context
        from models import Base

        target_metadata = Base.metadata
        for tenant in ():
            context.configure(target_metadata=target_metadata)
            context.run_migrations()
        """,
    )
    listing = start().load_metadata(server)

    assert listing is not None
    assert listing.tables == 1
