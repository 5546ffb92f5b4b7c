"""A server that somebody else runs."""

from __future__ import annotations

from lint_indexes.server.connection import Address, Connection
from lint_indexes.server.databases import ScratchDatabases


class GivenServer:
    """The server at an address; ``template`` is the database that the scratch database is a copy of."""

    def __init__(self, address: Address, template: str = "template0") -> None:
        self._address = address
        self._template = template

    @property
    def version(self) -> int:
        """Its major version.

        Raises:
            LintIndexesError: it cannot be reached.
        """
        connection = Connection(self._address)
        try:
            return connection.major_version
        finally:
            connection.close()

    def databases(self) -> ScratchDatabases:
        """Scratch databases there: they are dropped, as are the roles that migrations made."""
        return ScratchDatabases(self._address, self._template)
