"""The migrations as they were replayed: every revision with the states before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from enum import Enum

from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.exclusions import Exclusions
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.naming import LongName
from lint_indexes.model.operations import Operation, RenameTable
from lint_indexes.model.origin import Origin, Source


class FailureKind(str, Enum):
    """Why a run of upgrade() or downgrade() stopped."""

    SQL = "sql"
    """The server refused a statement; ``Failure.sqlstate`` says why."""
    PYTHON = "python"
    """The migration's own code raised."""
    REFUSED = "refused"
    """It tried to reach the world outside: network, processes, files."""
    LOAD = "load"
    """Its file could not be imported."""
    IRREVERSIBLE = "irreversible"
    """It says on purpose that it cannot run (raise NotImplementedError and the like)."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error that ended a run. ``origin`` is the migration's line that was running."""

    kind: FailureKind
    message: str
    origin: Origin
    sqlstate: str | None = None
    exception: str | None = None


REFUSED = "which was refused"
"""How the reason of a doubt ends that is about something the guard has stopped."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something whose effect on indexes could not be known, with the line that did it."""

    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a statement, with the states around it, which are equal where it was refused.

    ``in_transaction``: it ran in a transaction block or a function; ``lock_timeout``: one was set;
    ``in_function``: it ran in a DO block or a function, where it may have been asked for first.
    """

    operation: Operation
    before: Catalog = field(compare=False)
    after: Catalog = field(compare=False)
    in_transaction: bool = False
    lock_timeout: bool = False
    in_function: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that a migration executed, the line that sent it, and the state after it.

    ``steps`` are its operations in order, those of a DO block included; a statement that deals with rows
    has none. ``long_names`` are the identifiers in it that PostgreSQL cuts, in full.
    """

    sql: str
    origin: Origin
    after: Catalog = field(default_factory=Catalog, compare=False)
    steps: tuple[Step, ...] = field(default=(), compare=False)
    long_names: tuple[str, ...] = ()

    @property
    def operations(self) -> tuple[Operation, ...]:
        return tuple(step.operation for step in self.steps)

    @property
    def in_transaction(self) -> bool:
        """Whether any of its operations ran in a transaction block."""
        return any(step.in_transaction for step in self.steps)

    def new_name_of(self, name: QualifiedName) -> str | None:
        """What an index or a table is called after it; None where the statement did not rename it."""
        for step in self.steps:
            operation = step.operation
            ended = _has(step.before, name) and not _has(step.after, name)
            if ended and isinstance(operation, RenameTable) and operation.name.name == name.name:
                return operation.new_name
        return None

    def fate_of(self, name: QualifiedName) -> str:
        """What became of an index or a table that is gone after it."""
        new_name = self.new_name_of(name)
        return "dropped" if new_name is None else f"renamed to {new_name}"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of an upgrade() or a downgrade().

    ``before`` and ``after`` are the states around it. Where ``failure`` is set, ``after`` is the state of
    a second, lenient run that went on past what failed. ``doubts`` says what could not be analysed;
    ``read_rows`` whether the migration asked for rows of the user's own tables, which a replay has empty;
    ``read_catalogs`` whether it asked what there is in the database. ``long_names`` are those that it gives
    to indexes, constraints and tables, and that PostgreSQL cuts.
    """

    before: Catalog
    after: Catalog
    statements: Sequence[Statement] = ()
    failure: Failure | None = None
    doubts: tuple[Doubt, ...] = ()
    read_rows: bool = False
    read_catalogs: bool = False
    long_names: tuple[LongName, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether what it did may depend on the database that it ran on."""
        return self.read_rows or self.read_catalogs

    @property
    def changes_schema(self) -> bool:
        """Whether the run left another schema than it found."""
        return not self.before.same_schema(self.after)

    @property
    def certain(self) -> bool:
        """Whether ``after`` is what PostgreSQL would have."""
        return self.failure is None and not self.doubts

    def dropped_by(self, name: QualifiedName) -> Statement | None:
        """The last statement of the run after which an index, or a table, was gone."""
        present = _has(self.before, name)
        dropped = None
        for statement in self.statements:
            still = _has(statement.after, name)
            if present and not still:
                dropped = statement
            present = still
        return dropped


class Definition(str, Enum):
    """What the file holds under the name ``upgrade`` or ``downgrade``."""

    MISSING = "missing"
    EMPTY = "empty"
    """Nothing but pass, a docstring, a constant, a print, a log call or a bare return."""
    RAISES = "raises"
    """Nothing but an unconditional raise."""
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Function:
    """``upgrade()`` or ``downgrade()`` as the file defines it; ``line`` is its def (or the file's line 1).

    ``irreversible`` is the reason that a comment ``lint-indexes: irreversible <reason>`` in it gives.
    """

    definition: Definition
    line: int = 1
    irreversible: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One migration. ``downgrade`` is None where it could not be tried."""

    id: str
    down_revisions: tuple[str, ...]
    depends_on: tuple[str, ...]
    path: str
    message: str
    line: int
    upgrade_function: Function
    downgrade_function: Function
    upgrade: Run
    downgrade: Run | None = None
    judged: bool = True
    """Whether revision rules look at it (after ``since``)."""

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """All that could not be known of the revision, up or down."""
        return self.upgrade.doubts + (self.downgrade.doubts if self.downgrade else ())

    @property
    def origin(self) -> Origin:
        """The line that names the revision."""
        return Origin(Source.MIGRATIONS, self.path, self.line, 1, self.id)

    def origin_of(self, function: Function) -> Origin:
        """The line of its ``upgrade_function`` or ``downgrade_function``."""
        return Origin(Source.MIGRATIONS, self.path, function.line, 1, self.id)


LostIndex = tuple[Revision, Index]
"""An index that an upgrade dropped, as it was before."""


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file of the versions folder, or a link between revisions, that Alembic could not use."""

    path: str
    line: int
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The replayed migrations.

    ``revisions`` are in the order in which ``alembic upgrade heads`` runs them; ``head`` is the state after
    the last; ``at`` is the revision that the replay was asked to stop at, None for all; ``since`` are the
    revisions up to which revision rules do not look; ``sets_lock_timeout``: env.py has
    lock_timeout in it; ``exclusions`` is what env.py keeps out of a comparison
    with the models.
    """

    revisions: Mapping[str, Revision] = field(default_factory=dict)
    heads: tuple[str, ...] = ()
    head: Catalog = field(default_factory=Catalog)
    broken: tuple[BrokenFile, ...] = ()
    at: str | None = None
    since: tuple[str, ...] = ()
    versions_path: str | None = None
    sets_lock_timeout: bool = False
    exclusions: Exclusions = field(default_factory=Exclusions)

    def judged(self) -> Iterator[Revision]:
        """The revisions that revision rules look at, in order."""
        return (revision for revision in self.revisions.values() if revision.judged)

    def judged_singly(self) -> Iterator[tuple[Revision, Circumstances]]:
        """The same, each with all that a rule about single revisions may know of the others."""
        circumstances = Circumstances(bool(self.broken), frozenset(), self.sets_lock_timeout)
        for revision in self.revisions.values():
            if revision.judged:
                yield revision, circumstances
            if revision.upgrade.failure is not None:
                failing = circumstances.failing | {revision.id}
                circumstances = replace(circumstances, failing=failing)

    def lost_indexes(self) -> Mapping[QualifiedName, Sequence[LostIndex]]:
        """The indexes that upgrades dropped, each with its revision, by table, the last one first."""
        found: dict[QualifiedName, list[LostIndex]] = {}
        for revision in reversed(tuple(self.revisions.values())):
            for index in revision.upgrade.before.lost_indexes(revision.upgrade.after):
                found.setdefault(index.table, []).append((revision, index))
        return found

    def with_ancestors(self, revisions: Iterable[str]) -> frozenset[str]:
        """Some revisions and all that come before them."""
        seen: set[str] = set()
        pending = list(revisions)
        while pending:
            one = pending.pop()
            if one not in seen and one in self.revisions:
                seen.add(one)
                pending += self.revisions[one].down_revisions
        return frozenset(seen)

    def dropped_by(self, name: QualifiedName) -> Statement | None:
        """The statement that dropped an index, or a table, for good; None where it still is, or never was."""
        if _has(self.head, name):
            return None
        for revision in reversed(tuple(self.revisions.values())):
            if _has(revision.upgrade.before, name) or _has(revision.upgrade.after, name):
                return revision.upgrade.dropped_by(name)
        return None


def _has(catalog: Catalog, name: QualifiedName) -> bool:
    return name in catalog.indexes or name in catalog.tables
