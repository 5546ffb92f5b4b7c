"""What PostgreSQL, SQLAlchemy and Alembic themselves make of a project: run in its folder.

    python observe.py DATABASE_URL UP_TO < statements.json

UP_TO is the revision down to which is gone. Written to stdout as JSON: the indexes of the models, of the
policy's statements, and of the migrations at each stop; and the names that Alembic's comparison adds or
removes.
"""

from __future__ import annotations

import json
import os
import re
import sys
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.dialects.postgresql.pg8000 import PGDialect_pg8000

EMPTY = """
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
    CREATE SCHEMA public;
END $$
"""
_INDEXES = """
SELECT i.relname, pg_get_indexdef(i.oid), x.indisvalid FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
WHERE i.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)
AND i.relname <> 'alembic_version_pkc'
"""


class Dialect(PGDialect_pg8000):
    """That of SQLAlchemy asks for the isolation level before it changes it, and so begins a transaction.

    pg8000 stays in that one, and ``autocommit_block`` in it; psycopg and psycopg2 refuse or know better.
    """

    def set_isolation_level(self, dbapi_connection: Any, level: Any) -> None:
        dbapi_connection.commit()
        super().set_isolation_level(dbapi_connection, level)


def indexes(connection: sa.Connection) -> dict[str, str]:
    """Definitions without the names, by name."""
    rows = connection.execute(sa.text(_INDEXES)).all()
    return {
        name: re.sub(r" INDEX \S+ ON ", " INDEX ON ", sql, count=1) if valid else "INVALID"
        for name, sql, valid in rows
    }


def _of_models(engine: sa.Engine, statements: dict[str, str]) -> dict[str, Any]:
    """The indexes of the models, and those of the statements on the tables of the models."""
    from app.models import Base

    with engine.begin() as connection:
        connection.execute(sa.text(EMPTY))
        for schema in {table.schema for table in Base.metadata.tables.values() if table.schema}:
            connection.execute(sa.schema.CreateSchema(schema))
        Base.metadata.create_all(connection)
        models = indexes(connection)
        for number, (name, statement) in enumerate(statements.items()):
            connection.exec_driver_sql(statement.replace(f'INDEX "{name}"', f"INDEX demanded_{number}", 1))
        demanded = indexes(connection)
        names = {name: demanded[f"demanded_{number}"] for number, name in enumerate(statements)}
        connection.execute(sa.text(EMPTY))
    return {"models": models, "policy": names}


def _of_migrations(engine: sa.Engine, back_to: str) -> dict[str, Any]:
    """The indexes before the last revisions, after them, back again, and after them once more."""
    config = Config("alembic.ini")
    found: dict[str, Any] = {}
    for stop, move, revision in (
        ("before", command.upgrade, back_to),
        ("head", command.upgrade, "head"),
        ("back", command.downgrade, back_to),
        ("again", command.upgrade, "head"),
    ):
        try:
            move(config, revision)
        except Exception as error:
            return {**found, "stop": stop, "failed": str(error)}
        with engine.connect() as connection:
            found[stop] = indexes(connection)
        if stop == "head":
            found["compared"] = _compared(engine)
    return found


def _compared(engine: sa.Engine) -> list[str]:
    """What Alembic would add or remove; what it would do both to it only cannot compare, as expressions."""
    from app.models import Base

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_schemas": True})
        differences = [one for one in compare_metadata(context, Base.metadata) if isinstance(one, tuple)]
    added = {str(one[1].name) for one in differences if one[0] in ("add_index", "add_constraint")}
    removed = {str(one[1].name) for one in differences if one[0] in ("remove_index", "remove_constraint")}
    return sorted(added ^ removed)


def use_database(url: str) -> None:
    """Let the project's env.py, or the application, find the database."""
    os.environ["DATABASE_URL"] = url
    sa.dialects.registry.register("postgresql.pg8000", __name__, "Dialect")


def main(url: str, back_to: str) -> None:
    use_database(url)
    sys.path.insert(0, os.curdir)
    out, sys.stdout = sys.stdout, sys.stderr
    engine = sa.create_engine(url)
    found = {**_of_models(engine, json.load(sys.stdin)), **_of_migrations(engine, back_to)}
    json.dump(found, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
