"""A session on the emulated server: transactions, savepoints, and what becomes of errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from pglast import ast
from pglast.enums import TransactionStmtKind

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.long_names import long_identifiers
from lint_indexes.ddl.parameters import plain
from lint_indexes.ddl.parse import ParsedStatement, parse
from lint_indexes.ddl.result import Result
from lint_indexes.emulator import inspected_tables  # noqa: F401  (registers its answers)
from lint_indexes.emulator.backend import Backend, State
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.executor import Executor
from lint_indexes.emulator.inspection import inspect_catalog
from lint_indexes.emulator.transaction import Transaction
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import Doubt, Statement
from lint_indexes.model.origin import Origin, Source

_BEGIN = (TransactionStmtKind.TRANS_STMT_BEGIN, TransactionStmtKind.TRANS_STMT_START)
_ENDS = (TransactionStmtKind.TRANS_STMT_COMMIT, TransactionStmtKind.TRANS_STMT_ROLLBACK)


class Session:
    """A connection to the emulated server.

    ``lenient``: an error is swallowed and its statement skipped, and what is missing is made up, so that
    the rest of a migration can be followed. ``doubts`` says what could not be known.
    """

    def __init__(self, catalog: Catalog, *, lenient: bool = False, postgres_version: int = 16) -> None:
        self._backend = Backend(
            State(catalog),
            lenient,
            postgres_version,
            Origin(Source.MIGRATIONS),
            initial_search_path=catalog.search_path,
        )
        self._executor = Executor(self._backend)
        self._transaction: Transaction | None = None
        self.statements: list[Statement] = []

    @property
    def catalog(self) -> Catalog:
        """What the session sees now, its own uncommitted changes included."""
        return self._backend.catalog

    @property
    def doubts(self) -> list[Doubt]:
        return self._backend.doubts

    @property
    def read_rows(self) -> bool:
        """Whether rows of the user's own tables were asked for, which are empty here."""
        return self._backend.read_rows

    @property
    def read_catalogs(self) -> bool:
        """Whether somebody asked what there is in the database."""
        return self._backend.read_catalogs

    @property
    def in_transaction(self) -> bool:
        return self._transaction is not None

    def begin(self) -> None:
        """Begin a transaction block, unless one is open."""
        if self._transaction is None:
            self._transaction = Transaction(self._backend.state)
            self._backend.in_transaction = True

    def commit(self) -> None:
        """End the transaction block; one that an error ended is rolled back, as PostgreSQL does."""
        if self._transaction is not None and self._transaction.aborted:
            self.rollback()
        else:
            self._end()

    def rollback(self) -> None:
        """Take back what the transaction block did."""
        if self._transaction is not None:
            self._backend.state = self._transaction.start
        self._end()

    def _end(self) -> None:
        self._transaction = None
        self._backend.in_transaction = False
        self._backend.end_transaction()

    def execute(self, sql: str, parameters: Sequence[object], origin: Origin) -> Result:
        """Run the statements in ``sql``; the result is that of the last.

        Several statements outside a transaction block are one transaction (PostgreSQL manual, 55.2.2.1
        Multiple Statements in a Simple Query).

        Args:
            parameters: The values of $1 and so on.
            origin: The line that sent it.

        Raises:
            SqlError: as PostgreSQL refuses a statement; never when lenient.
        """
        self._backend.origin = origin
        self._backend.steps.clear()
        try:
            return self._execute(sql, parameters)
        finally:
            steps = tuple(self._backend.steps)
            self.statements.append(Statement(sql, origin, self.catalog, steps, long_identifiers(sql)))

    def execute_alone(self, sql: str, parameters: Sequence[object], origin: Origin) -> Result:
        """Run statements as another session does: they are committed at once, and do not see what the open
        transaction did. Afterwards the transaction sees what they did.

        Raises:
            SqlError: as PostgreSQL refuses a statement; never when lenient.
        """
        transaction, state = self._transaction, self._backend.state
        if transaction is None:
            return self.execute(sql, parameters, origin)
        try:
            self._leave(transaction.start)
            result = self.execute(sql, parameters, origin)
            transaction.start = self._backend.state
            doubts = len(self.doubts)
            transaction.savepoints = [
                (name, self._followed(saved, sql, parameters)) for name, saved in transaction.savepoints
            ]
            state = self._followed(state, sql, parameters)
            del self.doubts[doubts:]
            return result
        finally:
            self._backend.state = state
            self._transaction = transaction
            self._backend.in_transaction = True

    def _leave(self, state: State) -> None:
        """Stand in a state without a transaction."""
        self._backend.state = state
        self._transaction = None
        self._backend.in_transaction = False

    def _followed(self, state: State, sql: str, parameters: Sequence[object]) -> State:
        """What becomes of a state in the transaction by statements that another session committed."""
        self._leave(state)
        with suppress(SqlError):
            self._execute(sql, parameters)
        return self._backend.state

    def _execute(self, sql: str, parameters: Sequence[object]) -> Result:
        try:
            statements = parse(sql)
        except SqlError as error:
            return self._failed(error)
        except Exception as error:
            self._backend.doubt(_internal_error(error))
            return Result()
        parameters = list(map(plain, parameters))
        if len(statements) < 2 or self._transaction is not None:
            result = self._run_all(statements, parameters)
            if self._transaction is None:
                self._backend.drop_on_commit()
            return result
        return self._run_implicit(statements, parameters)

    def _run_implicit(self, statements: Sequence[ParsedStatement], parameters: Sequence[object]) -> Result:
        explicit = any(_is_begin(statement) for statement in statements)
        self.begin()
        try:
            result = self._run_all(statements, parameters)
        except SqlError:
            if not explicit:
                self.rollback()
            raise
        if not explicit:
            self.commit()
        return result

    def _run_all(self, statements: Sequence[ParsedStatement], parameters: Sequence[object]) -> Result:
        result = Result()
        for statement in statements:
            try:
                result = self._run(statement, parameters)
            except SqlError as error:  # noqa: PERF203 - a lenient session goes on with the next one
                result = self._failed(error)
        return result

    def _failed(self, error: SqlError) -> Result:
        """What an error does to the transaction.

        Raises:
            SqlError: the error, unless the session is lenient.
        """
        if self._backend.lenient:
            return Result()
        if self._transaction is not None:
            self._transaction.aborted = True
        raise error

    def _run(self, statement: ParsedStatement, parameters: Sequence[object]) -> Result:
        """Run one statement, or nothing of it."""
        if isinstance(statement.node, ast.TransactionStmt):
            self._control(statement.node)
            return Result()
        self._check_not_aborted()
        before = self._backend.state
        try:
            return self._executor.run(statement, parameters)
        except SqlError:
            self._backend.state = before
            raise
        except Unsupported as unsupported:
            reason = f"cannot be answered without a server: {unsupported.reason}"
            self._backend.doubt(reason, self._changed_tables(statement))
        except Exception as error:
            self._backend.state = before
            self._backend.doubt(_internal_error(error), self._changed_tables(statement))
        finally:
            self._backend.in_function = False
        return Result()

    def _changed_tables(self, statement: ParsedStatement) -> list[Any]:
        """The tables whose indexes a statement may have changed: none for one that deals with rows."""
        rows_only = (ast.SelectStmt, ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt, ast.MergeStmt)
        if isinstance(statement.node, rows_only):
            return []
        return self._executor.tables_named(statement.node)

    def _check_not_aborted(self) -> None:
        if self._transaction is not None and self._transaction.aborted:
            raise SqlError(
                "25P02", "current transaction is aborted, commands ignored until end of transaction block"
            )

    def _control(self, node: Any) -> None:
        """BEGIN, COMMIT, ROLLBACK and the savepoint statements."""
        kind = node.kind
        if kind == TransactionStmtKind.TRANS_STMT_ROLLBACK:
            self.rollback()
        elif kind == TransactionStmtKind.TRANS_STMT_COMMIT:
            self.commit()
        elif kind == TransactionStmtKind.TRANS_STMT_ROLLBACK_TO:
            self._backend.state = self._block("ROLLBACK TO SAVEPOINT").rollback_to(node.savepoint_name)
        else:
            self._check_not_aborted()
            self._control_working(kind, node)
        if node.chain and kind in _ENDS:
            self.begin()

    def _control_working(self, kind: Any, node: Any) -> None:
        if kind in _BEGIN:
            self.begin()
        elif kind == TransactionStmtKind.TRANS_STMT_SAVEPOINT:
            self._block("SAVEPOINT").save(node.savepoint_name, self._backend.state)
        elif kind == TransactionStmtKind.TRANS_STMT_RELEASE:
            self._block("RELEASE SAVEPOINT").release(node.savepoint_name)

    def _block(self, command: str) -> Transaction:
        if self._transaction is None:
            raise SqlError("25P01", f"{command} can only be used in transaction blocks")
        return self._transaction

    def inspect(self, question: str, arguments: Mapping[str, object], origin: Origin) -> object:
        """Answer a method of SQLAlchemy's PostgreSQL dialect, such as ``get_columns``, as JSON-able values.

        Raises:
            SqlError: 42P01 for a table that does not exist; 25P02 in an aborted transaction.
        """
        self._backend.origin = origin
        self._check_not_aborted()
        if question not in _ASKED_BY_DDL:
            self._backend.read_catalogs = True
        try:
            return inspect_catalog(self._backend, question, arguments)
        except Unsupported as unsupported:
            self._backend.doubt(f"the inspector cannot answer: {unsupported.reason}")
            return None


# What SQLAlchemy asks by itself before it creates or drops an enum or a sequence (checkfirst).
_ASKED_BY_DDL = frozenset(("has_type", "has_sequence"))


def _is_begin(statement: ParsedStatement) -> bool:
    return isinstance(statement.node, ast.TransactionStmt) and statement.node.kind in _BEGIN


def _internal_error(error: Exception) -> str:
    return f"an internal error of lint-indexes stopped the analysis of this statement: {error!r}"
