"""What a failed run leaves behind: the state, the doubts, the tables that nobody can judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from lint_indexes.config.load import load_config
from lint_indexes.config.value import Config
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import Definition, Failure, FailureKind, Function, History
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin, Source
from lint_indexes.probe.client import Probe
from lint_indexes.probe.protocol import Direction, ListedRevision, Listing, Server
from lint_indexes.sources.migrations import Replay

TABLE = QualifiedName("public", "booking")
TRIED = "tried to connect to 127.0.0.1:6379"
STATEMENTS = {
    ("1", "upgrade"): "CREATE TABLE booking (id int)",
    ("1", "downgrade"): "DROP TABLE booking",
    ("2", "upgrade"): "CREATE INDEX ix_booking ON booking (id)",
    ("2", "downgrade"): "DROP INDEX ix_booking",
}


@dataclass
class ScriptedProbe:
    """Makes the table in the first revision; the second one makes an index, then fails as it is told."""

    failure: Callable[[Origin], Failure | None]
    path: str
    heard_error = False

    def expect(self, runs: Iterable[tuple[str, Direction]]) -> None:
        assert list(runs) == [(number, way) for number in "12" for way in ("upgrade", "downgrade")]

    def run(
        self, revision: str, direction: Direction, server: Server, *, ahead: bool = False
    ) -> Failure | None:
        origin = Origin(Source.MIGRATIONS, self.path, 9, None, revision)
        server.begin()
        server.execute(STATEMENTS[revision, direction], (), origin)
        server.commit()
        return self.failure(origin) if (revision, direction) == ("2", "upgrade") else None


@pytest.fixture
def replayed(tmp_path: Path) -> Callable[[Callable[[Origin], Failure | None]], History]:
    path = tmp_path / "2.py"
    path.write_text("def upgrade():\n    op.create_index('ix_booking', 'booking', ['id'])\n")
    configuration = tmp_path / "lint-indexes.toml"
    configuration.write_text("")
    config: Config = load_config(configuration, {})

    def replay(failure: Callable[[Origin], Failure | None]) -> History:
        function = Function(Definition.BODY, 1)
        listed = tuple(
            ListedRevision(name, parents, (), str(path), "", 1, function, function)
            for name, parents in (("1", ()), ("2", ("1",)))
        )
        listing = Listing(listed, ("2",), (), str(tmp_path), str(tmp_path))
        probe = cast("Probe", ScriptedProbe(failure, str(path)))
        return Replay(probe, config, Catalog()).history(listing)

    return replay


def test_a_refusal_that_was_swallowed_is_a_doubt_about_a_finished_run(replayed) -> None:
    history = replayed(lambda origin: Failure(FailureKind.REFUSED, TRIED, origin))

    revision = history.revisions["2"]
    assert revision.upgrade.failure is None
    [doubt] = revision.upgrade.doubts
    assert (doubt.reason, doubt.origin.line) == (f"{TRIED}, which was refused", 9)
    assert revision.downgrade is not None
    assert TABLE not in history.head.uncertain
    assert QualifiedName("public", "ix_booking") in history.head.indexes


def test_a_refusal_that_stopped_the_run_leaves_its_tables_uncertain(replayed) -> None:
    history = replayed(
        lambda origin: Failure(FailureKind.REFUSED, TRIED, origin, exception="ConnectionRefusedError")
    )

    revision = history.revisions["2"]
    [doubt] = revision.upgrade.doubts
    assert doubt.reason == f"stopped before its end: {TRIED}, which was refused"
    assert revision.downgrade is None
    assert TABLE in history.head.uncertain


def test_a_revision_that_simply_fails_is_no_doubt(replayed) -> None:
    history = replayed(lambda origin: Failure(FailureKind.PYTHON, "NameError", origin, exception="NameError"))

    assert history.revisions["2"].upgrade.doubts == ()
    assert history.revisions["2"].upgrade.failure is not None
    assert TABLE in history.head.uncertain


def test_what_only_moves_rows_leaves_no_table_uncertain(replayed, tmp_path: Path) -> None:
    (tmp_path / "2.py").write_text("def upgrade():\n    op.execute('UPDATE booking SET id = 1')\n")
    history = replayed(
        lambda origin: Failure(FailureKind.PYTHON, "ValueError", origin, exception="ValueError")
    )

    assert history.revisions["2"].upgrade.failure is not None
    assert TABLE not in history.head.uncertain
