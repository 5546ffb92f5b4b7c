"""A connection to PostgreSQL: where the server is, and statements with the errors that the tool knows."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.result import Result
from lint_indexes.errors import ConfigurationError, LintIndexesError
from lint_indexes.model.dataclass import dataclass
from lint_indexes.server.literals import with_literals

if TYPE_CHECKING:
    from ssl import SSLContext

    from pg8000.core import CoreConnection

DEFAULT_PORT = 5432
_SCHEME = re.compile(r"postgres(ql)?(\+\w+)?")
_TLS_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_CONNECT_SECONDS = 15.0
_SILENCE_SECONDS = 120.0

# How to go on after a connection was refused, by SQLSTATE (PostgreSQL manual, appendix A).
_REFUSED = {
    "28P01": "correct the user or the password in the URL, or set PGPASSWORD",
    "28000": "correct the user in the URL, or let the user in with pg_hba.conf",
    "3D000": "correct the name of the database, the URL's last part",
    "53300": "try again when fewer clients are connected",
    "57P03": "try again when the server has started",
    "08P01": "name the server itself, not a connection pooler",
}
_UNREACHED = "check host and port in the URL, and that the server runs"

_TAKEN_BACK = "in failed transaction block"
"""What pg8000 says after a COMMIT that the server answered with a ROLLBACK, as it does after an error."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is. ``host`` is a folder where it begins with a slash: that of a Unix socket."""

    host: str
    database: str
    user: str
    password: str | None = field(default=None, repr=False)
    port: int = DEFAULT_PORT
    tls: str = "prefer"

    @property
    def is_local(self) -> bool:
        return self.host.startswith("/")

    def at(self, database: str) -> Address:
        """Another database of the same server."""
        return replace(self, database=database)


def parse_url(url: str, given: str = "--database-url") -> Address:
    """Read ``postgresql://user:password@host:port/database?sslmode=...`` (PostgreSQL manual, 34.1.1.2).

    A driver in the scheme, as SQLAlchemy has it, is passed over. What is missing comes from PGHOST, PGPORT,
    PGUSER, PGPASSWORD and PGDATABASE.

    Args:
        given: where the URL stands, for errors. They hold no part of the URL: any may be of the password.

    Raises:
        ConfigurationError: it is not the URL of a PostgreSQL database.
    """
    try:
        parts = urlsplit(url.strip())
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        port = int(options.get("port") or parts.port or os.environ.get("PGPORT") or DEFAULT_PORT)
    except ValueError:
        raise ConfigurationError(
            f"{given} cannot be read: host or port are not those of a URL",
            hint="write the characters / ? # [ ] @ : % of a password as %2F %3F %23 %5B %5D %40 %3A %25",
        ) from None
    if not _SCHEME.fullmatch(parts.scheme):
        scheme = f", but of {parts.scheme}" if "://" in url and parts.scheme else ""
        raise ConfigurationError(
            f"{given} is not the URL of a PostgreSQL server{scheme}",
            hint="write postgresql://user:password@host:port/database",
        )
    tls = options.get("sslmode", "prefer")
    if tls not in _TLS_MODES:
        raise ConfigurationError(
            f'{given} has an unknown sslmode, "{tls}"', hint=f"known are {', '.join(_TLS_MODES)}"
        )
    user = unquote(parts.username or "") or options.get("user") or os.environ.get("PGUSER", "postgres")
    return Address(
        host=options.get("host") or unquote(parts.hostname or "") or os.environ.get("PGHOST", "localhost"),
        database=unquote(parts.path.lstrip("/")) or os.environ.get("PGDATABASE", user),
        user=user,
        password=unquote(parts.password or "") or options.get("password") or os.environ.get("PGPASSWORD"),
        port=port,
        tls=tls,
    )


class Connection:
    """An open connection; every statement is its own transaction until a BEGIN is sent.

    Args:
        settings: the server's parameters for this connection, such as ``statement_timeout``.

    Raises:
        LintIndexesError: the server cannot be reached, or does not let the user in.
    """

    def __init__(
        self,
        address: Address,
        *,
        application_name: str = "lint-indexes",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.address = address
        self._driver = _connect(address, application_name, settings or {})

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
            if str(error) == _TAKEN_BACK:
                return Result()
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


def _connect(address: Address, application_name: str, settings: Mapping[str, str]) -> CoreConnection:
    try:
        from pg8000.core import CoreConnection
        from pg8000.exceptions import DatabaseError, InterfaceError
    except ModuleNotFoundError as error:
        raise LintIndexesError(
            f"the module {error.name} is not installed",
            hint="install the extra: pip install 'lint-indexes[verify]'",
        ) from error
    opened = _open_socket(address)
    try:
        return CoreConnection(
            address.user,
            host=address.host,
            database=address.database,
            password=address.password,
            sock=opened,
            ssl_context=False if address.is_local else _tls(address.tls),
            application_name=application_name,
            startup_params=dict(settings),
        )
    except (DatabaseError, InterfaceError, OSError) as error:
        descriptor = opened.detach()  # pg8000 may hold files over it, so that close() would wait for them
        if descriptor >= 0:
            os.close(descriptor)
        # The driver says good-bye to a server that has hung up: the first error is the one that counts.
        refusal: BaseException | None = error
        while refusal is not None and not isinstance(refusal, DatabaseError):
            refusal = refusal.__context__
        if refusal is None:
            raise _unreachable(address, str(error)) from error
        said = _sql_error(refusal)
        raise _unreachable(address, said.message, _REFUSED.get(said.sqlstate)) from error


def _open_socket(address: Address) -> socket.socket:
    try:
        if not address.is_local:
            opened = socket.create_connection((address.host, address.port), timeout=_CONNECT_SECONDS)
            opened.settimeout(_SILENCE_SECONDS)
            return opened
        opened = socket.socket(socket.AF_UNIX)
        try:
            opened.settimeout(_SILENCE_SECONDS)
            opened.connect(f"{address.host}/.s.PGSQL.{address.port}")
        except OSError:
            opened.close()
            raise
    except OSError as error:
        raise _unreachable(address, error.strerror or str(error), _UNREACHED) from error
    return opened


def _unreachable(address: Address, reason: str, hint: str | None = None) -> LintIndexesError:
    return LintIndexesError(f"cannot connect to PostgreSQL at {address.host}: {reason}", hint=hint)


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


def _sql_error(error: BaseException) -> SqlError:
    fields = error.args[0] if error.args else ""
    if isinstance(fields, dict):
        return SqlError(str(fields.get("C", "XX000")), str(fields.get("M", "")))
    return SqlError("XX000", str(fields))
