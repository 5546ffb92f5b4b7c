"""A live database beside what its migrations lead to, less what is not known and what nobody asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from lint_indexes.compare.match import match_indexes
from lint_indexes.findings import OpenQuestion
from lint_indexes.model.catalog import Catalog, ConstraintKind, Index, Table
from lint_indexes.model.database import Database
from lint_indexes.model.history import History
from lint_indexes.model.names import QualifiedName

_NAMED = 5
"""How many indexes are named in a question."""


class DatabaseDrift:
    """The two sides matched once, and the questions that several rules ask of the result.

    A partition is made and dropped as time goes by, and its share of a partitioned index comes and goes with
    it: both are the parent's business, so they are in no answer. What the database has beyond the migrations
    is looked at in schemas that the project has tables in, unless env.py keeps it out of autogenerate.
    """

    def __init__(self, database: Database, metadata: Catalog | None, migrations: History) -> None:
        self.actual = database.snapshot.catalog
        self.expected = database.expected
        self.migrations = migrations
        self._database = database
        self._models = metadata if metadata is not None else Catalog()
        own = (*self.expected.tables, *self._models.tables)
        self._schemas = frozenset((*self.actual.search_path, *(table.schema for table in own)))
        self._matching = match_indexes(self.expected, self._usable())

    def _usable(self) -> Catalog:
        """The database without invalid indexes that no migration made: they take no other one's place."""
        usable = self.actual
        for index in self.actual.sorted_indexes():
            if not index.valid and index.name not in self.expected.indexes:
                usable = usable.without_index(index.name)
        return usable

    def invalid(self) -> Iterator[Index]:
        """Indexes that PostgreSQL does not use, whoever made them."""
        for index in self.actual.sorted_indexes():
            if not index.valid and (index.name in self.expected.indexes or self._asked_about(index)):
                yield index

    def is_being_built(self, index: Index) -> bool:
        """Whether somebody was building the index when the database was read."""
        return index.name in self._database.snapshot.building

    def is_renewed(self, index: Index) -> str | None:
        """The revision that drops the index, perhaps to build it anew, and has not run there yet."""
        done = self.migrations.with_ancestors(self._database.snapshot.revisions)
        for revision in self.migrations.revisions.values():
            if revision.id not in done and revision.upgrade.dropped_by(index.name) is not None:
                return revision.id
        return None

    def missing_tables(self) -> Iterator[Table]:
        """Tables that the migrations lead to and the database lacks."""
        for table in self._matching.left_tables:
            if table.kind.has_rows and table.partition_of is None and table.name.schema != "pg_temp":
                yield table

    def missing(self) -> Iterator[Index]:
        """Indexes that the migrations lead to and the database lacks, on tables that it has."""
        return (index for index in self._matching.left_only if index.partition_of is None)

    def extra_tables(self) -> Iterator[Table]:
        """Tables with indexes that neither the migrations nor the models know."""
        for table in () if self.expected.open_world else self._matching.right_tables:
            known = table.name in self._models.tables or self._database.exclusions.has_table(table)
            asked_about = table.name.schema in self._schemas and table.partition_of is None and not known
            if asked_about and self.actual.indexes_on(table.name):
                yield table

    def extra(self) -> Iterator[Index]:
        """Indexes that only the database has, on tables that the migrations know."""
        for index in self._matching.right_only:
            if index.partition_of is None and self._asked_about(index):
                yield index

    def renamed(self) -> Iterator[tuple[Index, Index]]:
        """Equal indexes under two names: (in the migrations, in the database).

        A primary key's name is compared by nobody, and a name that is left to PostgreSQL may be any.
        """
        for built, found in self._matching.renamed:
            chosen = built.constraint is not ConstraintKind.PRIMARY_KEY and not built.generated_name
            if chosen and built.partition_of is None and found.partition_of is None:
                yield built, found

    def same_name(self) -> Iterator[tuple[Index, Index]]:
        """Indexes of one name: (in the migrations, in the database)."""
        return (pair for pair in self._matching.same_name if pair[0].partition_of is None)

    def later(self, name: QualifiedName) -> bool:
        """Whether a migration that the database has not run yet makes a table or index of that name."""
        head = self.migrations.head
        return name in head.indexes or name in head.tables

    def _asked_about(self, index: Index) -> bool:
        return index.name.schema in self._schemas and not self._database.exclusions.has_index(index)

    def doubt(self, table: QualifiedName) -> str | None:
        """Why it is not known what indexes the migrations leave on a table; None where it is."""
        return self.expected.uncertain.get(table)

    def doubt_about_extra(self, table: QualifiedName) -> str | None:
        """Why a table may have indexes that no migration shows."""
        known = self.expected.tables.get(table)
        if known is not None and not known.complete:
            return "no migration creates the table, so it may have had them from the beginning"
        return self.doubt(table)


def settled(
    indexes: Iterable[Index], doubt: Callable[[QualifiedName], str | None]
) -> tuple[list[Index], list[tuple[str, list[Index]]]]:
    """The indexes about which something can be said, and the others by the reason why not."""
    certain: list[Index] = []
    doubtful: dict[str, list[Index]] = defaultdict(list)
    for index in indexes:
        reason = doubt(index.table)
        (certain if reason is None else doubtful[reason]).append(index)
    return certain, sorted(doubtful.items())


def question(indexes: list[Index], what: str, reason: str) -> OpenQuestion:
    """One question about several indexes: ``what`` would be the matter, if it were not for ``reason``."""
    ordered = sorted(indexes, key=lambda index: index.name)
    names = [f"{index.name.name} on {index.table.name}" for index in ordered[:_NAMED]]
    more = f" and {len(indexes) - _NAMED} more" if len(indexes) > _NAMED else ""
    return OpenQuestion(f"{', '.join(names)}{more}: {what}, but {reason}", None)
