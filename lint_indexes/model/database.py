"""A live database as it was read, and what it should be."""

from __future__ import annotations

from dataclasses import field

from lint_indexes.model.catalog import Catalog
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.exclusions import Exclusions
from lint_indexes.model.names import QualifiedName


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a database had at one moment.

    ``label`` is how it is called in messages, ``server`` the server's version; ``catalog`` is without
    Alembic's own table; ``version_table`` is that table, None where there is none, and ``revisions`` are its
    rows, sorted; ``building`` are the indexes that somebody was just building.
    """

    label: str
    server: str
    catalog: Catalog
    version_table: QualifiedName | None = None
    revisions: tuple[str, ...] = ()
    building: frozenset[QualifiedName] = frozenset()


@dataclass(frozen=True, slots=True)
class Database:
    """A snapshot with the state that the migrations lead to at its revisions.

    ``behind`` is how many revisions it has not run yet; ``exclusions`` is what env.py keeps out of a
    comparison of the models with this database.
    """

    snapshot: Snapshot
    expected: Catalog
    behind: int = 0
    exclusions: Exclusions = field(default_factory=Exclusions)

    @property
    def major_version(self) -> int:
        """The server's."""
        return int(self.snapshot.server.partition(".")[0])

    def __str__(self) -> str:
        """Which one, its server and its revisions, in a line."""
        snapshot = self.snapshot
        text = f"{snapshot.label}, PostgreSQL {snapshot.server}, at {', '.join(snapshot.revisions)}"
        noun = "revision" if self.behind == 1 else "revisions"
        return f"{text}, {self.behind} {noun} behind" if self.behind else text
