"""Small projects with a live database that their migrations have run in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lint_indexes.config.value import Config
from lint_indexes.ddl.errors import SqlError
from lint_indexes.linter.judging import lint
from lint_indexes.probe.client import Probe
from lint_indexes.probe.settings import ProbeSettings
from lint_indexes.report import Report
from lint_indexes.server.connection import Address, Connection
from lint_indexes.server.session import ServerSession
from lint_indexes.sources.graph import resolve_revisions, with_ancestors

UNIQUE_VIOLATION = "23505"


@dataclass(frozen=True)
class LiveProject:
    """A project on disk, and a database that its migrations have run in."""

    config: Config
    address: Address

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/{self.address.database}?host={self.address.host}"

    def lint(self, **options: Any) -> Report:
        return lint(self.config, python=sys.executable, database=self.address, **options)

    def upgrade(self, revision: str) -> None:
        """Run one more revision there."""
        connection = Connection(self.address)
        settings = ProbeSettings(
            python=Path(sys.executable), root=self.config.root, metadata=self.config.metadata
        )
        with Probe(settings) as probe:
            probe.load_history()
            assert probe.run(revision, "upgrade", ServerSession(connection), reflect=True) is None
        connection.execute("ROLLBACK")
        connection.execute("UPDATE alembic_version SET version_num = $1", (revision,))
        connection.close()


def execute(connection: Connection, statement: str) -> None:
    """Run a statement; of what it may do wrong on purpose, two rows of one key is all."""
    try:
        connection.execute(statement)
    except SqlError as error:
        if error.sqlstate != UNIQUE_VIOLATION:
            raise


def upgrade(config: Config, connection: Connection, names: Sequence[str]) -> None:
    """Run the migrations up to some revisions for real, and note these as Alembic does."""
    settings = ProbeSettings(python=Path(sys.executable), root=config.root, metadata=config.metadata)
    with Probe(settings) as probe:
        listing = probe.load_history()
        reached = [revision for name in names for revision in resolve_revisions(listing, name, "names")]
        ancestors = with_ancestors(listing, reached)
        for revision in listing.revisions:
            if revision.id in ancestors:
                assert probe.run(revision.id, "upgrade", ServerSession(connection), reflect=True) is None
    connection.execute("ROLLBACK")
    connection.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    for revision_id in reached:
        connection.execute("INSERT INTO alembic_version VALUES ($1)", (revision_id,))
