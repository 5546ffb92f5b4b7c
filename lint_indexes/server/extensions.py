"""Extensions that a server has, or lacks."""

from __future__ import annotations

import re

from lint_indexes.ddl.errors import SqlError
from lint_indexes.errors import LintIndexesError
from lint_indexes.model.names import quote_identifier
from lint_indexes.server.connection import Connection

ANOTHER_SERVER = "name a server that has it: lint-indexes verify --database-url postgresql://..."
_UNAVAILABLE = re.compile(r'extension "([^"]+)" is not available')


def create_extension(connection: Connection, name: str) -> None:
    """Create one that the configuration says is there, in the current schema.

    Raises:
        LintIndexesError: the server does not have it, or the user may not.
    """
    try:
        connection.execute(f"CREATE EXTENSION IF NOT EXISTS {quote_identifier(name)} CASCADE")
    except SqlError as error:
        raise LintIndexesError(
            f"the extension {name} (the key extensions) cannot be created: {error.message}",
            hint=ANOTHER_SERVER,
        ) from error


def unavailable_extension(message: str) -> str | None:
    """The extension that the server does not have, if that is what PostgreSQL says."""
    found = _UNAVAILABLE.search(message)
    return found[1] if found else None
