"""The roles that migrations make on a server that is not ours."""

from __future__ import annotations

import re

from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.names import quote_identifier
from lint_indexes.server.connection import Connection

_MAKES_ROLE = re.compile(r"\bcreate\s+(role|user|group)\b", re.IGNORECASE)


class MadeRoles:
    """Roles belong to a server, and outlive the scratch databases: remembers and drops those that are new.

    Only a role that a migration's statement names counts: others may work on the server at the same time.
    """

    def __init__(self, admin: Connection) -> None:
        self._admin = admin
        self._before = self._names()
        self._statements: list[str] = []

    def note(self, sql: str) -> None:
        """Remember what a migration sends, where it may make a role."""
        if _MAKES_ROLE.search(sql):
            self._statements.append(sql)

    def drop(self) -> tuple[str, ...]:
        """Drop what was made; returns a sentence for each role that stays."""
        if not self._statements:
            return ()
        words = set(re.findall(r"\w+", "\n".join(self._statements).lower()))
        made = [name for name in sorted(self._names() - self._before) if name.lower() in words]
        return tuple(filter(None, map(self._drop, made)))

    def _drop(self, name: str) -> str | None:
        try:
            self._admin.execute(f"DROP ROLE IF EXISTS {quote_identifier(name)}")
        except SqlError as error:
            return f"the role {name}, which a migration made, stays on the server: {error.message}"
        return None

    def _names(self) -> frozenset[str]:
        return frozenset(str(row[0]) for row in self._admin.execute("SELECT rolname FROM pg_roles").rows)
