"""A connection to PostgreSQL: where the server is, and statements with the errors that the tool knows."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.result import Result
from lint_indexes.errors import ConfigurationError, LintIndexesError
from lint_indexes.server.literals import with_literals

if TYPE_CHECKING:
    from ssl import SSLContext

    from pg8000.core import CoreConnection

DEFAULT_PORT = 5432
_SCHEME = re.compile(r"postgres(ql)?(\+\w+)?")
_SILENCE_SECONDS = 120.0

# Object identifiers of types (src/include/catalog/pg_type.dat).
_JSON, _JSONB = 114, 3802


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is. ``host`` is a folder where it begins with a slash: that of a Unix socket."""

    host: str
    database: str
    user: str
    password: str | None = field(default=None, repr=False)
    port: int = DEFAULT_PORT
    tls: str = "prefer"

    def at(self, database: str) -> Address:
        """Another database of the same server."""
        return replace(self, database=database)


def parse_url(url: str) -> Address:
    """Read ``postgresql://user:password@host:port/database?sslmode=...`` (PostgreSQL manual, 34.1.1.2).

    A driver in the scheme, as SQLAlchemy has it, is passed over. What is missing comes from PGHOST, PGPORT,
    PGUSER, PGPASSWORD and PGDATABASE.

    Raises:
        ConfigurationError: it is not the URL of a PostgreSQL database.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or int(os.environ.get("PGPORT", DEFAULT_PORT))
    except ValueError as error:
        raise ConfigurationError(f"--database-url cannot be read: {error}") from None
    if not _SCHEME.fullmatch(parts.scheme):
        raise ConfigurationError(
            "--database-url is not that of a PostgreSQL server",
            hint="write postgresql://user:password@host:port/database",
        )
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    user = unquote(parts.username or "") or options.get("user") or os.environ.get("PGUSER", "postgres")
    return Address(
        host=options.get("host") or unquote(parts.hostname or "") or os.environ.get("PGHOST", "localhost"),
        database=unquote(parts.path.lstrip("/")) or os.environ.get("PGDATABASE", user),
        user=user,
        password=unquote(parts.password or "") or options.get("password") or os.environ.get("PGPASSWORD"),
        port=int(options.get("port", port)),
        tls=options.get("sslmode", "prefer"),
    )


class Connection:
    """An open connection; every statement is its own transaction until a BEGIN is sent.

    Raises:
        LintIndexesError: the server cannot be reached, or does not let the user in.
    """

    def __init__(self, address: Address, *, application_name: str = "lint-indexes") -> None:
        self.address = address
        self._driver = _connect(address, application_name)
        for oid in (_JSON, _JSONB):
            self._driver.register_in_adapter(oid, str)  # SQLAlchemy's own types read the text

    @property
    def version(self) -> str:
        """The server's version as it says it: ``16.4 (Debian 16.4-1)``."""
        statuses = self._driver.parameter_statuses
        return str(statuses.get("server_version", statuses.get(b"server_version", "")))

    @property
    def major_version(self) -> int:
        found = re.match(r"\d+", self.version)
        return int(found[0]) if found else 0

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Result:
        """Run SQL, one or more statements; ``parameters`` are the values of $1 and so on.

        Raises:
            SqlError: the server refuses it.
            LintIndexesError: the connection is lost.
        """
        from pg8000.exceptions import DatabaseError, InterfaceError

        try:
            context = self._driver.execute_simple(with_literals(sql, parameters) if parameters else sql)
        except DatabaseError as error:
            raise _sql_error(error) from None
        except (InterfaceError, OSError) as error:
            raise LintIndexesError(f"the connection to PostgreSQL was lost: {error}") from error
        columns = tuple(str(column["name"]) for column in context.columns or ())
        rows = tuple(tuple(row) for row in context.rows or ()) if columns else ()
        return Result(columns, rows, len(rows) if columns else context.row_count)

    def close(self) -> None:
        """End the connection; what was not committed is taken back by the server."""
        from pg8000.exceptions import InterfaceError

        try:
            self._driver.close()
        except (InterfaceError, OSError):
            return


def _connect(address: Address, application_name: str) -> CoreConnection:
    try:
        from pg8000.core import CoreConnection
        from pg8000.exceptions import DatabaseError, InterfaceError
    except ModuleNotFoundError as error:
        raise LintIndexesError(
            f"the module {error.name} is not installed",
            hint="install the extra: pip install 'lint-indexes[verify]'",
        ) from error
    where: dict[str, Any] = {"host": address.host, "port": address.port}
    if address.host.startswith("/"):
        where = {"unix_sock": f"{address.host}/.s.PGSQL.{address.port}", "ssl_context": False}
    else:
        where["ssl_context"] = _tls(address.tls)
    try:
        return CoreConnection(
            address.user,
            database=address.database,
            password=address.password,
            timeout=_SILENCE_SECONDS,
            application_name=application_name,
            **where,
        )
    except (DatabaseError, InterfaceError, OSError) as error:
        message = _sql_error(error).message if isinstance(error, DatabaseError) else str(error)
        raise LintIndexesError(f"cannot connect to PostgreSQL at {address.host}: {message}") from error


def _tls(mode: str) -> SSLContext | bool | None:
    """What pg8000 calls libpq's sslmode (PostgreSQL manual, 34.1.2): None tries, True insists."""
    if mode == "disable":
        return False
    if mode in ("verify-ca", "verify-full"):
        import ssl

        context = ssl.create_default_context()
        context.check_hostname = mode == "verify-full"
        return context
    return True if mode == "require" else None


def _sql_error(error: Exception) -> SqlError:
    fields = error.args[0] if error.args else ""
    if isinstance(fields, dict):
        return SqlError(str(fields.get("C", "XX000")), str(fields.get("M", "")))
    return SqlError("XX000", str(fields))
