"""What a statement can see and change, apart from transactions: catalog, settings, oids, doubts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace

from rpds import HashTrieMap, HashTrieSet

from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.apply.drops import drop_tables
from lint_indexes.ddl.apply.lookup import TEMPORARY_SCHEMA
from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator import settings
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import Doubt, Step
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import Operation
from lint_indexes.model.origin import Origin

FIRST_NORMAL_OID = 16384
"""FirstNormalObjectId: oids below it belong to what initdb made (PostgreSQL source, access/transam.h)."""

DATABASE = "postgres"
USER = "postgres"


@dataclass(slots=True)
class Oids:
    """Gives every object an oid when it is first asked for, and keeps it."""

    _known: dict[tuple[str, object], int] = field(default_factory=dict)

    def of(self, kind: str, key: object) -> int:
        """The oid of ``key`` among the objects of a kind (``class``, ``type``, ...)."""
        return self._known.setdefault((kind, key), FIRST_NORMAL_OID + len(self._known))


@dataclass(frozen=True, slots=True)
class State:
    """What a rollback restores. Both parts are persistent values, so a savepoint is a variable."""

    catalog: Catalog
    settings: HashTrieMap[str, str] = HashTrieMap()
    local: HashTrieMap[str, str | None] = HashTrieMap()
    """Settings as they were before SET LOCAL, until the transaction ends."""
    new_types: HashTrieSet[QualifiedName] = HashTrieSet()
    """Types that this transaction created."""
    new_labels: HashTrieSet[tuple[QualifiedName, str]] = HashTrieSet()
    """Enum labels that this transaction added to a type that it did not create."""


@dataclass(slots=True)
class Backend:
    """One server process. ``origin`` is the line whose statement is running."""

    state: State
    lenient: bool
    postgres_version: int
    origin: Origin
    doubts: list[Doubt] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    """The operations of the running statement so far."""
    read_rows: bool = False
    read_catalogs: bool = False
    oids: Oids = field(default_factory=Oids)
    in_transaction: bool = False
    in_function: bool = False
    counters: dict[QualifiedName, int] = field(default_factory=dict)
    initial_search_path: tuple[str, ...] = ("public",)

    @property
    def catalog(self) -> Catalog:
        return self.state.catalog

    @catalog.setter
    def catalog(self, catalog: Catalog) -> None:
        self.state = replace(self.state, catalog=catalog)

    @property
    def open_world(self) -> bool:
        """Whether a name that the catalog lacks may exist all the same."""
        return self.lenient or self.catalog.open_world

    def doubt(self, reason: str, tables: Iterable[QualifiedName] = ()) -> None:
        """Note what could not be known, and whose indexes it may concern."""
        entry = Doubt(reason, self.origin)
        if entry not in self.doubts:
            self.doubts.append(entry)
        for table in sorted(set(tables)):
            self.catalog = self.catalog.with_uncertain(table, reason)

    def note_step(self, operation: Operation, before: Catalog) -> None:
        """Note an operation that has been tried."""
        inside = self.in_transaction or self.in_function
        timeout = self.setting("lock_timeout") != "0"
        self.steps.append(Step(operation, before, self.catalog, inside, timeout, self.in_function))

    def setting(self, name: str) -> str:
        """The value of a run-time parameter as SHOW prints it.

        Raises:
            SqlError: 42704 for a parameter that does not exist.
        """
        key = name.lower()
        known = self.state.settings.get(key)
        if key == "search_path" and known is None:
            path = self.initial_search_path
            return settings.DEFAULT_SEARCH_PATH if path == ("public",) else settings.print_search_path(path)
        if known is not None:
            return known
        default = settings.default(key, self.postgres_version)
        if default is None:
            raise SqlError("42704", f'unrecognized configuration parameter "{name}"')
        return default

    def set(self, name: str, value: str | None, *, local: bool = False) -> None:
        """SET or, with None, RESET a run-time parameter; ``local`` until the transaction ends."""
        key = name.lower()
        if local and not self.in_transaction:
            return  # PostgreSQL warns that SET LOCAL can only be used in transaction blocks.
        before = self.state.local
        if local and key not in before:
            self.state = replace(self.state, local=before.insert(key, self.state.settings.get(key)))
        elif not local:
            self.state = replace(self.state, local=before.discard(key))
        self._write(key, value)

    def end_transaction(self) -> None:
        """Take back what SET LOCAL set, let new enum labels be used, and do what ON COMMIT DROP says."""
        for key, value in self.state.local.items():
            self._write(key, value)
        self.state = State(self.state.catalog, self.state.settings)
        self.drop_on_commit()

    def drop_on_commit(self) -> None:
        """Drop the temporary tables that last as long as their transaction."""
        if TEMPORARY_SCHEMA not in self.catalog.schemas:
            return
        going = [table for table in self.catalog.tables.values() if table.on_commit_drop]
        if going:
            self.catalog = drop_tables(self.catalog, going, cascade=True)

    def reset_all(self) -> None:
        """RESET ALL."""
        self.state = replace(self.state, settings=HashTrieMap(), local=HashTrieMap())
        self._write("search_path", None)

    def _write(self, key: str, value: str | None) -> None:
        if key == "search_path":
            path = self.initial_search_path if value is None else settings.parse_search_path(value, USER)
            self.catalog = type_names.with_search_path(self.catalog, path)
        values = self.state.settings
        changed = values.discard(key) if value is None else values.insert(key, settings.shown(key, value))
        self.state = replace(self.state, settings=changed)

    def next_value(self, sequence: QualifiedName) -> int:
        """nextval(): like PostgreSQL's, it is not rolled back."""
        self.counters[sequence] = self.counters.get(sequence, 0) + 1
        return self.counters[sequence]

    def qualify(self, name: ObjectName) -> QualifiedName | None:
        """The table that a name means, None if there is none."""
        table = self.catalog.find_table(name)
        return None if table is None else table.name
