"""The migrations on a real server: each one up, down and up again, beside what the in-memory server had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lint_indexes.compare.changes import StateComparison
from lint_indexes.config.value import Config
from lint_indexes.errors import LintIndexesError
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import Definition, Failure, FailureKind, History, Revision, Run
from lint_indexes.model.names import QualifiedName, quote_identifier
from lint_indexes.model.verification import Stage, StageOutcome, Verification, VerifiedRevision
from lint_indexes.probe.client import Direction, Probe
from lint_indexes.server.connection import Connection
from lint_indexes.server.databases import ScratchDatabases
from lint_indexes.server.extensions import ANOTHER_SERVER, create_extension, unavailable_extension
from lint_indexes.server.schema import read_catalog
from lint_indexes.server.session import NestedSession, ServerSession
from lint_indexes.sources.failures import is_about_shared_role, unlike_failures
from lint_indexes.sources.files import relative_path
from lint_indexes.sources.progress import Track

_AS_NEW_IN_TRANSACTION = ("RESET ALL", "RESET SESSION AUTHORIZATION", "DISCARD TEMP")
"""What makes a session inside of a transaction like a new one, where DISCARD ALL is not allowed."""
_AFTER_DOWNGRADE = (
    "is lost",
    "is left over",
    "the state before the upgrade",
    "the state after the downgrade",
)
_AFTER_AGAIN = ("is lost", "is new", "the first upgrade", "the second upgrade")
_SERVERS = ("is not in PostgreSQL", "is in PostgreSQL only", "the replay", "PostgreSQL")


def verify_history(
    probe: Probe, databases: ScratchDatabases, history: History, config: Config, track: Track
) -> Verification:
    """Run every revision's upgrade() in a scratch database, and its round trip where nothing comes after it.

    That is a transaction which is taken back, or, for what no transaction can hold, a copy of the database. A
    downgrade that does not undo its upgrade so does no harm to the revisions after it.

    Parameters:
        history: the same revisions, replayed in memory; a revision that is not judged is only upgraded.
        config: has the schema of names that have none, and what extensions are there from the beginning.

    Raises:
        LintIndexesError: the server or the probe cannot go on, or the server lacks an extension.
    """
    verifier = _Verifier(probe, databases, config)
    try:
        verifier.create_extensions(config.extensions)
        revisions = tuple(verifier.verify(revision) for revision in track(tuple(history.revisions.values())))
    finally:
        verifier.close()
    return Verification(
        server=databases.admin.version,
        statements=verifier.statements,
        revisions=revisions,
        indexes=len(verifier.state.indexes),
    )


@dataclass(frozen=True, slots=True)
class _Ran:
    """A run of a migration on the server, and the state that it left."""

    failure: Failure | None
    statement: str | None
    state: Catalog


_Trip = tuple[_Ran, "_Ran | None"]
"""A downgrade and, where it did not fail, the second upgrade."""


class _Verifier:
    """``state`` is what the scratch database has; ``statements`` counts what the migrations sent.

    ``_guessed`` are indexes that the replay only supposes, since upgrades failed that should have made them.
    """

    def __init__(self, probe: Probe, databases: ScratchDatabases, config: Config) -> None:
        self._probe = probe
        self._databases = databases
        self._default_schema = config.default_schema
        self._comparison = StateComparison()
        self._search_path = quote_identifier(config.default_schema)
        self._upgraded: list[tuple[Revision, bool]] = []
        self._guessed: set[QualifiedName] = set()
        self.statements = 0
        self._database = databases.create()
        self._connection = self._connect(self._database)
        self.state = self._read(self._connection)

    def close(self) -> None:
        """Leave the scratch database."""
        self._connection.close()

    def _connect(self, database: str) -> Connection:
        connection = self._databases.connect(database)
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_identifier(self._default_schema)}")
        return connection

    def create_extensions(self, names: Iterable[str]) -> None:
        """Create those that are there before the first migration.

        Raises:
            LintIndexesError: the server does not have one, or the user may not.
        """
        self._connection.execute(f"SET search_path TO {self._search_path}")
        for name in names:
            create_extension(self._connection, name)
        self.state = self._read(self._connection)

    def verify(self, revision: Revision) -> VerifiedRevision:
        before = self.state
        upgrade = self._run(revision, "upgrade", self._connection)
        stages = [self._outcome(Stage.UPGRADE, upgrade, revision.upgrade)]
        _check_extension(upgrade, revision)
        # What was stopped by the guard did not fail for its SQL: once is enough.
        lenient = upgrade.failure is not None and upgrade.failure.kind is not FailureKind.REFUSED
        if lenient:
            upgrade = self._run(revision, "upgrade", self._connection, lenient=True)
        self.state = upgrade.state
        if stages[0].failure:
            guess = self._comparison.changes(revision.upgrade.after, self.state)
            self._guessed.update(change.index for change in guess)
        self._upgraded.append((revision, lenient))
        has_downgrade = revision.downgrade_function.definition is not Definition.MISSING
        if revision.judged and has_downgrade and not stages[0].failure:
            stages += self._judge(revision, before, upgrade.state, *self._round_trip(revision))
        needs_rows = revision.downgrade is not None and revision.downgrade.read_rows
        return VerifiedRevision(revision, tuple(stages), has_downgrade or not revision.judged, needs_rows)

    def _round_trip(self, revision: Revision) -> _Trip:
        """Down and up again, without a trace in the database."""
        search_path, statements = self._search_path, self.statements
        trip = self._in_transaction(revision)
        self._search_path = search_path
        if trip is None:
            self.statements = statements
            trip = self._in_copy(revision)
            self._search_path = search_path
        return trip

    def _in_transaction(self, revision: Revision) -> _Trip | None:
        """Both runs in one transaction, taken back; None where they might go otherwise in two."""
        self._connection.execute("BEGIN")
        try:
            down = self._nested(revision, "downgrade")
            if down is None or down.failure:
                return None if down is None else (down, None)
            again = self._nested(revision, "upgrade")
            return None if again is None or again.failure else (down, again)
        finally:
            self._connection.execute("ROLLBACK")

    def _nested(self, revision: Revision, direction: Direction) -> _Ran | None:
        connection = self._connection
        for statement in _AS_NEW_IN_TRANSACTION:
            connection.execute(statement)
        connection.execute(f"SET search_path TO {self._search_path}")
        session = NestedSession(connection)
        failure = self._probe.run(revision.id, direction, session, reflect=True)
        self.statements += session.executed
        if not session.exact:
            return None
        if failure:
            return _Ran(failure, _refused(session, failure), Catalog())
        return self._finished(connection, None, None)

    def _in_copy(self, revision: Revision) -> _Trip:
        """Each run in transactions of its own, in a copy of the database.

        Roles belong to the whole server: one that the original uses cannot be dropped. Then there must be no
        copy, and what the round trip spoils is made anew.
        """
        self._connection.close()
        copied = self._databases.copy(self._database)
        try:
            trip = self._in_database(revision, copied)
        finally:
            self._databases.drop(copied)
        failure = trip[0].failure
        alone = failure is not None and is_about_shared_role(failure)
        if alone:
            search_path = self._search_path
            trip = self._in_database(revision, self._database)
            self._rebuild()
            self._search_path = search_path
        else:
            self._connection = self._databases.connect(self._database)
        return trip

    def _in_database(self, revision: Revision, database: str) -> _Trip:
        connection = self._databases.connect(database)
        try:
            down = self._run(revision, "downgrade", connection)
            return down, None if down.failure else self._run(revision, "upgrade", connection)
        finally:
            connection.close()

    def _judge(
        self, revision: Revision, before: Catalog, upgraded: Catalog, down: _Ran, again: _Ran | None
    ) -> tuple[StageOutcome, ...]:
        outcome = self._outcome(Stage.DOWNGRADE, down, revision.downgrade)
        if again is None:
            return (outcome,)
        lost = self._comparison.changes(before, down.state, _AFTER_DOWNGRADE)
        second = self._outcome(Stage.AGAIN, again, None)
        if not again.failure:
            second = replace(second, changes=self._comparison.changes(upgraded, again.state, _AFTER_AGAIN))
        return (replace(outcome, changes=lost), second)

    def _rebuild(self) -> None:
        """Make the database anew: every upgrade so far, without looking at it."""
        self._databases.drop(self._database)
        self._search_path = quote_identifier(self._default_schema)
        self._databases.create()
        self._connection = self._connect(self._database)
        for revision, lenient in self._upgraded:
            self._run(revision, "upgrade", self._connection, lenient=lenient)

    def _run(
        self, revision: Revision, direction: Direction, connection: Connection, *, lenient: bool = False
    ) -> _Ran:
        """Run one migration as in a new session, which begins with the last one's search_path."""
        connection.execute("DISCARD ALL")
        connection.execute(f"SET search_path TO {self._search_path}")
        session = ServerSession(connection, lenient=lenient, note=self._databases.note)
        failure = self._probe.run(revision.id, direction, session, reflect=True)
        self.statements += session.executed
        connection.execute("ROLLBACK")
        return self._finished(connection, failure, _refused(session, failure))

    def _finished(self, connection: Connection, failure: Failure | None, statement: str | None) -> _Ran:
        self._search_path = str(connection.execute("SHOW search_path").rows[0][0]) or "''"
        return _Ran(failure, statement, self._read(connection))

    def _read(self, connection: Connection) -> Catalog:
        connection.execute(f"SET search_path TO {quote_identifier(self._default_schema)}")
        return read_catalog(connection, self._default_schema)

    def _outcome(self, stage: Stage, ran: _Ran, replayed: Run | None) -> StageOutcome:
        outcome = StageOutcome(stage, ran.failure, ran.statement)
        if replayed is None:
            return outcome
        if ran.failure or replayed.failure:
            return replace(outcome, disagreements=unlike_failures(ran.failure, replayed))
        found = self._comparison.changes(replayed.after, ran.state, _SERVERS)
        changes = [change for change in found if change.index not in self._guessed]
        return replace(outcome, disagreements=tuple(map(str, changes)), compared=len(ran.state.indexes))


def _refused(session: ServerSession, failure: Failure | None) -> str | None:
    """The statement that made a run fail, where one did."""
    if failure is None or not session.refused:
        return None
    last = session.refused[-1]
    return last.sql if last.error.sqlstate == failure.sqlstate else None


def _check_extension(ran: _Ran, revision: Revision) -> None:
    """Nothing can be said about a history on a server that lacks what it needs.

    Raises:
        LintIndexesError: the run failed for an extension that is not installed on the server.
    """
    lacking = unavailable_extension(ran.failure.message) if ran.failure is not None else None
    if ran.failure is not None and lacking is not None:
        path = relative_path(ran.failure.origin.path or revision.path, Path.cwd())
        raise LintIndexesError(
            f"revision {revision.id} needs the extension {lacking}, which the server does not have"
            f" ({path}:{ran.failure.origin.line})",
            hint=ANOTHER_SERVER,
        )
