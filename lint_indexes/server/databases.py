"""Scratch databases on a server: made, copied and dropped by us."""

from __future__ import annotations

import contextlib
import secrets
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol

from lint_indexes.ddl.errors import SqlError
from lint_indexes.errors import LintIndexesError
from lint_indexes.model.names import quote_identifier
from lint_indexes.server.connection import Address, Connection
from lint_indexes.server.roles import MadeRoles

_PREFIX = "lint_indexes_"
_FORCED_DROP = 13
"""The first version that has DROP DATABASE ... WITH (FORCE)."""

# A run keeps a connection open that is named like its databases, so one without it was killed.
_LEFT_BEHIND = f"""
SELECT d.datname FROM pg_catalog.pg_database d
WHERE d.datname ~ '^{_PREFIX}[0-9a-f]{{12}}(_copy)?$' AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_stat_activity WHERE application_name = left(d.datname, {len(_PREFIX) + 12})
)
"""


class DatabaseServer(Protocol):
    """A PostgreSQL to make scratch databases on; ``version`` is the major one."""

    @property
    def version(self) -> int: ...
    def databases(self) -> ScratchDatabases: ...


class ScratchDatabases(AbstractContextManager["ScratchDatabases"]):
    """Databases with names of our own on one server, none of which outlives the context.

    Those that a killed run has left on the server are dropped first. Roles that were made meanwhile are
    dropped in the end, if ``note`` was given the statements; ``warnings`` says which of them stay.

    Args:
        address: a database of the server that may be connected to; nothing is changed in it.
        template: the database that ``create`` copies; ``template0`` is empty.
        disposable: whether the server is of our own, and gone anyway.

    Raises:
        LintIndexesError: the server cannot be reached.
    """

    def __init__(self, address: Address, template: str = "template0", *, disposable: bool = False) -> None:
        self._address = address
        self._template = template
        self._disposable = disposable
        self._roles: MadeRoles | None = None
        self.warnings: tuple[str, ...] = ()
        self._run = _PREFIX + secrets.token_hex(6)
        self._admin: Connection | None = None
        self._made: list[str] = []

    def __enter__(self) -> ScratchDatabases:
        self._admin = Connection(self._address, application_name=self._run)
        if self._disposable:
            return self
        self._roles = MadeRoles(self._admin)
        for row in self._admin.execute(_LEFT_BEHIND).rows:
            with contextlib.suppress(SqlError):  # it may belong to somebody else
                self._drop(str(row[0]))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._admin is None:
            return
        try:
            if self._roles is not None:
                for name in reversed(self._made):
                    self._drop(name)
                self.warnings = self._roles.drop()
        finally:
            self._admin.close()

    @property
    def admin(self) -> Connection:
        """The connection to the address that was given."""
        assert self._admin is not None, "the context has not been entered"
        return self._admin

    def note(self, sql: str) -> None:
        """A statement that a migration sends."""
        if self._roles is not None:
            self._roles.note(sql)

    def create(self) -> str:
        """Make the scratch database; returns its name.

        Raises:
            LintIndexesError: the user may not, or somebody is connected to the template.
        """
        return self._create(self._run, self._template)

    def copy(self, name: str) -> str:
        """Make a copy of a database that nobody is connected to, in the place of the last copy."""
        copied = f"{self._run}_copy"
        self.drop(copied)
        return self._create(copied, name)

    def drop(self, name: str) -> None:
        """Drop a database of ours, if it is there."""
        if name in self._made:
            self._drop(name)
            self._made.remove(name)

    def connect(self, name: str) -> Connection:
        """A connection to a database of ours."""
        assert name in self._made
        return Connection(self._address.at(name))

    def _create(self, name: str, template: str) -> str:
        self._made.append(name)
        try:
            self.admin.execute(f"CREATE DATABASE {name} TEMPLATE {quote_identifier(template)}")
        except SqlError as error:
            self._made.remove(name)
            raise LintIndexesError(
                f"no scratch database can be made: {error.message}",
                hint="give a user with the right CREATEDB, or leave --database-url out",
            ) from error
        return name

    def _drop(self, name: str) -> None:
        force = " WITH (FORCE)" if self.admin.major_version >= _FORCED_DROP else ""
        self.admin.execute(f"DROP DATABASE IF EXISTS {quote_identifier(name)}{force}")
