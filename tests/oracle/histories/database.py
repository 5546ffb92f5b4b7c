"""A database that each history finds empty."""

from __future__ import annotations

import contextlib

from lint_indexes.ddl.errors import SqlError
from lint_indexes.server.connection import Address, Connection
from lint_indexes.server.embedded import EmbeddedServer

_NAME = "histories"
_DROP_ALL = """
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
END $$
"""
_VACUUM_AFTER = 40
"""Histories, whose tables are left in the system catalogs as dead rows."""


class EmptyDatabase:
    """One connection to a database of its own on a server; ``emptied`` makes it as good as new."""

    def __init__(self, server: EmbeddedServer) -> None:
        address = Address(str(server.socket_folder), "postgres", "postgres")
        admin = Connection(address)
        admin.execute(f"CREATE DATABASE {_NAME} TEMPLATE template0")
        admin.close()
        self._connection = Connection(address.at(_NAME))
        self._connection.execute("SET client_min_messages = error")
        self._used = 0

    def emptied(self) -> Connection:
        """The connection, outside a transaction, to the database with nothing but the schema public."""
        execute = self._connection.execute
        with contextlib.suppress(SqlError):
            execute("ROLLBACK")
        execute("DISCARD ALL")
        execute("SET client_min_messages = error")
        execute(_DROP_ALL)
        execute("CREATE SCHEMA public")
        self._used += 1
        if self._used % _VACUUM_AFTER == 0:
            execute("VACUUM")
        return self._connection

    def close(self) -> None:
        self._connection.close()
