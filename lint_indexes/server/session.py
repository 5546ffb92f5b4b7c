"""A session on a real PostgreSQL, with the interface of the emulator's: what the probe's driver talks to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.result import Result
from lint_indexes.errors import ProbeError
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.origin import Origin
from lint_indexes.server.connection import Connection
from lint_indexes.server.literals import bare_words

_CONTROL = re.compile(
    r"\s*(begin|start\s+transaction|commit|end|abort|rollback|savepoint|release)\b", re.IGNORECASE
)
_SAVEPOINT = "lint_indexes_lenient"
_ABORTED = "25P02"
_PATIENCE = "5s"
"""The lock_timeout of a session beside an open transaction."""


@dataclass(frozen=True, slots=True)
class RefusedStatement:
    """A statement that the server refused, and the line that sent it."""

    sql: str
    origin: Origin
    error: SqlError


class ServerSession:
    """Forwards a migration's statements to a connection.

    ``lenient``: a refused statement is taken back and skipped, so that the rest of a migration is run.
    ``note`` is given each statement. ``refused`` has all that was refused, ``executed`` how many statements
    the migration sent.
    """

    def __init__(
        self, connection: Connection, *, lenient: bool = False, note: Callable[[str], None] | None = None
    ) -> None:
        self._connection = connection
        self._lenient = lenient
        self._note = note
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
        if self._note is not None:
            self._note(sql)
        try:
            if self._lenient and self._in_transaction and not _CONTROL.match(sql):
                return self._execute_in_savepoint(sql, parameters)
            return self._connection.execute(sql, parameters)
        except SqlError as error:
            self.refused.append(RefusedStatement(sql, origin, error))
            if self._lenient:
                return Result()
            raise

    def execute_alone(self, sql: str, parameters: Sequence[object], origin: Origin) -> Result:
        """Run the statements in a session of their own, beside the open transaction.

        What has to wait for that transaction would wait for ever: it is refused after some seconds.

        Raises:
            SqlError: as PostgreSQL refuses a statement; never when lenient.
        """
        other = Connection(self._connection.address)
        try:
            other.execute(f"SET search_path TO {self._search_path()}")
            other.execute(f"SET lock_timeout TO '{_PATIENCE}'")
            beside = ServerSession(other, lenient=self._lenient, note=self._note)
            try:
                return beside.execute(sql, parameters, origin)
            finally:
                self.executed += beside.executed
                self.refused += beside.refused
        finally:
            other.close()

    def _search_path(self) -> str:
        """That of the session, or of a new one where an error keeps it from telling."""
        try:
            return str(self._connection.execute("SHOW search_path").rows[0][0]) or "''"
        except SqlError:
            return "DEFAULT"

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


_BLOCK = "lint_indexes_block"
_UNLIKE = frozenset(("25001", "25P01", "2D000", "53200", "55006", "55P04"))
"""The SQLSTATEs of what one transaction refuses and two might not (PostgreSQL manual, appendix A)."""
_ENDS_BLOCK = frozenset(("commit", "abort", "prepare"))
_LOCAL_PATH = re.compile(r"\blocal\b.*\bsearch_path\b|\bset_config\b", re.IGNORECASE | re.DOTALL)


class NestedSession(ServerSession):
    """Runs a migration inside of a transaction that is open, and that its owner takes back afterwards.

    The migration's own transaction blocks become savepoints. Nearly always that is the same to it: ``exact``
    becomes False where it may not have been, and the run then says nothing.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.exact = True

    def begin(self) -> None:
        """Begin what takes the place of a transaction block."""
        self._connection.execute(f"SAVEPOINT {_BLOCK}")
        self._in_transaction = True

    def commit(self) -> None:
        """End the block, after the checks that wait for a COMMIT; one that an error ended is taken back.

        Raises:
            SqlError: one of these checks fails.
        """
        try:
            self._connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except SqlError as error:
            self.rollback()
            if error.sqlstate != _ABORTED:
                raise
            return
        self._in_transaction = False
        self._connection.execute(f"RELEASE SAVEPOINT {_BLOCK}")

    def rollback(self) -> None:
        """Take back what the block did."""
        self._in_transaction = False
        self._connection.execute(f"ROLLBACK TO SAVEPOINT {_BLOCK}")
        self._connection.execute(f"RELEASE SAVEPOINT {_BLOCK}")

    def execute(self, sql: str, parameters: Sequence[object], origin: Origin) -> Result:
        """Run the statements in ``sql``; the result is that of the last.

        Raises:
            SqlError: as PostgreSQL refuses a statement, or 25001 for what would end the transaction.
        """
        if _ends_block(sql) or _LOCAL_PATH.search(sql):
            self.exact = False
            raise SqlError("25001", "the statement cannot be tried inside of a transaction")
        try:
            return super().execute(sql, parameters, origin)
        except SqlError as error:
            self.exact = self.exact and self._in_transaction and error.sqlstate not in _UNLIKE
            raise

    def execute_alone(self, sql: str, parameters: Sequence[object], origin: Origin) -> Result:
        """Another session would not see what this one has not committed.

        Raises:
            SqlError: always.
        """
        self.exact = False
        raise SqlError("25001", "the statement cannot be tried inside of a transaction")


def _ends_block(sql: str) -> bool:
    """Whether the statements may end a transaction; an END that belongs to no CASE is a COMMIT."""
    words = bare_words(sql)
    if words.count("end") > words.count("case") or not _ENDS_BLOCK.isdisjoint(words):
        return True
    followed = zip(words, [*words[1:], ""], strict=True)
    return any(word == "rollback" and following != "to" for word, following in followed)
