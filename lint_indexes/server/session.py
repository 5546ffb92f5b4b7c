"""A session on a real PostgreSQL, with the interface of the emulator's: what the probe's driver talks to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.result import Result
from lint_indexes.errors import ProbeError
from lint_indexes.model.origin import Origin
from lint_indexes.server.connection import Connection

_CONTROL = re.compile(
    r"\s*(begin|start\s+transaction|commit|end|abort|rollback|savepoint|release)\b", re.IGNORECASE
)
_SAVEPOINT = "lint_indexes_lenient"


@dataclass(frozen=True, slots=True)
class RefusedStatement:
    """A statement that the server refused, and the line that sent it."""

    sql: str
    origin: Origin
    error: SqlError


class ServerSession:
    """Forwards a migration's statements to a connection.

    ``lenient``: a refused statement is taken back and skipped, so that the rest of a migration is run.
    ``refused`` has all that was refused, ``executed`` how many statements the migration sent.
    """

    def __init__(self, connection: Connection, *, lenient: bool = False) -> None:
        self._connection = connection
        self._lenient = lenient
        self._in_transaction = False
        self.refused: list[RefusedStatement] = []
        self.executed = 0

    def begin(self) -> None:
        """Begin a transaction block."""
        self._connection.execute("BEGIN")
        self._in_transaction = True

    def commit(self) -> None:
        """End the transaction block; PostgreSQL rolls back one that an error ended."""
        self._in_transaction = False
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """Take back what the transaction block did."""
        self._in_transaction = False
        self._connection.execute("ROLLBACK")

    def execute(self, sql: str, parameters: Sequence[object], origin: Origin) -> Result:
        """Run the statements in ``sql``; the result is that of the last.

        Raises:
            SqlError: as PostgreSQL refuses a statement; never when lenient.
        """
        self.executed += 1
        try:
            if self._lenient and self._in_transaction and not _CONTROL.match(sql):
                return self._execute_in_savepoint(sql, parameters)
            return self._connection.execute(sql, parameters)
        except SqlError as error:
            self.refused.append(RefusedStatement(sql, origin, error))
            if self._lenient:
                return Result()
            raise

    def _execute_in_savepoint(self, sql: str, parameters: Sequence[object]) -> Result:
        self._connection.execute(f"SAVEPOINT {_SAVEPOINT}")
        try:
            result = self._connection.execute(sql, parameters)
        except SqlError:
            self._connection.execute(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
            raise
        self._connection.execute(f"RELEASE SAVEPOINT {_SAVEPOINT}")
        return result

    def inspect(self, question: str, arguments: Mapping[str, object], origin: Origin) -> object:
        """Never asked: against a real server the probe lets SQLAlchemy query the system catalogs itself.

        Raises:
            ProbeError: always.
        """
        raise ProbeError(f"the probe asked a real server for {question}")
