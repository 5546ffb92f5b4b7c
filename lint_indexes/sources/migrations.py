"""The history: every migration replayed, up and down, against the in-memory server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field, replace
from pathlib import Path

from lint_indexes.config.value import Config
from lint_indexes.emulator.session import Session
from lint_indexes.errors import LintIndexesError
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.exclusions import Exclusions
from lint_indexes.model.history import (
    Doubt,
    Failure,
    FailureKind,
    History,
    Revision,
    Run,
)
from lint_indexes.model.origin import Origin, Source
from lint_indexes.probe.client import Probe
from lint_indexes.probe.protocol import (
    AgainError,
    Direction,
    EnvironmentNeededError,
    ListedRevision,
    Listing,
)
from lint_indexes.sources.data_migrations import moves_rows_only
from lint_indexes.sources.graph import resolve_revisions, selected, with_ancestors, without_place
from lint_indexes.sources.memory import Journal
from lint_indexes.sources.metadata import empty_catalog
from lint_indexes.sources.progress import Track
from lint_indexes.sources.replayed import (
    carried_on,
    finished,
    has_downgrade,
    reason_of,
    revision_of,
    runs_of,
)

UNDEFINED_TABLE = "42P01"
_NO_PLACE = "its place in the history is not known"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Replay:
    """One replay: the probe that runs the migrations, and what its judgement depends on.

    ``models`` is the catalog of the models, empty where there is none: a table that they have and no
    migration creates shows that the history begins with create_all. ``added`` are the files whose revisions
    are judged singly, None for all after ``since``. ``track`` shows how far it has come. ``journal`` has the
    runs of earlier replays; ``alone``: env.py and the models were not loaded, so
    that what fails has to be tried again with them.
    """

    probe: Probe
    config: Config
    models: Catalog
    added: frozenset[Path] | None = None
    track: Track = iter
    journal: Journal = field(default_factory=Journal)
    alone: bool = False

    def history(self, listing: Listing, at: str | None = None) -> History:
        """Replay the listed revisions, or those up to ``at``.

        Raises:
            LintIndexesError: there are no revisions.
            ConfigurationError: ``at`` or ``since`` names no revision.
        """
        if not listing.revisions and not listing.broken:
            raise LintIndexesError(
                f"no migrations in {listing.versions_path}",
                hint='write the first one with "alembic revision --autogenerate", or name another'
                " Alembic configuration with the key alembic",
            )
        since = tuple(
            revision for name in self.config.since for revision in resolve_revisions(listing, name, "since")
        )
        quiet = with_ancestors(listing, since)
        state = self.journal.start or empty_catalog(self.config)
        revisions: dict[str, Revision] = {}
        lost = without_place(listing)
        chosen = tuple(selected(listing, at))
        judged = {one.id for one in chosen if one.id not in quiet and self._is_added(one)}
        runs = tuple(runs_of((one for one in chosen if one.id not in lost), judged))
        self.probe.expect(
            (one.id, direction) for one, direction in runs if not self.journal.has(one, direction)
        )
        all_expected = False
        for listed in self.track(chosen):
            if self.journal.went_another_way and not all_expected:
                self.probe.expect((one.id, direction) for one, direction in runs)
                all_expected = True
            if listed.id in lost:
                run = self._not_run(listed, state, _NO_PLACE)
                revision = revision_of(listed, run, None, judged=False)
            else:
                revision = self._revision(listed, state, judged=listed.id in judged)
            revisions[listed.id] = revision
            state = revision.upgrade.after
        return History(
            revisions=revisions,
            heads=tuple(head for head in listing.heads if head not in lost),
            head=state,
            broken=listing.broken,
            at=at,
            since=since,
            versions_path=str(listing.versions_path),
            sets_lock_timeout=_sets_lock_timeout(self.config.root / listing.script_location / "env.py"),
            exclusions=self._exclusions(state),
        )

    def state_of(self, listing: Listing, history: History, names: Sequence[str]) -> Catalog:
        """The state that these revisions and all before them lead to, whatever else the history has.

        Tables that a failing upgrade names are uncertain: where it ran, it may have run to its end.

        Args:
            history: the replay so far; its states are taken for as long as it has the same revisions.
        """
        wanted = with_ancestors(listing, names)
        lost = without_place(listing)
        state = empty_catalog(self.config)
        replayed = iter(history.revisions.values())
        same = True
        failed: list[tuple[ListedRevision, Failure]] = []
        for listed in (revision for revision in listing.revisions if revision.id in wanted):
            known = next(replayed, None) if same else None
            same = known is not None and known.id == listed.id
            if known is not None and same:
                run = known.upgrade
            elif listed.id in lost:
                run = self._not_run(listed, state, _NO_PLACE)
            else:
                run = self._run(listed, "upgrade", state)
            if run.failure is not None:
                failed.append((listed, run.failure))
            state = run.after
        for listed, failure in failed:
            state = self._with_uncertain_tables(state, listed, f"upgrade() fails: {failure.message}")
        return state

    def _is_added(self, listed: ListedRevision) -> bool:
        return self.added is None or Path(listed.path).resolve() in self.added

    def _revision(self, listed: ListedRevision, before: Catalog, *, judged: bool) -> Revision:
        upgrade = self._known_run(listed, "upgrade", before)
        if upgrade.failure is not None and not judged and not upgrade.doubts:
            # No rule looks at this failure, and yet the state after it is a guess.
            reason = f"upgrade() fails: {upgrade.failure.message}"
            upgrade = replace(upgrade, doubts=(Doubt(reason, upgrade.failure.origin),))
        downgrade = None
        if judged and upgrade.failure is None and has_downgrade(listed):
            downgrade = self._known_run(listed, "downgrade", upgrade.after)
        return revision_of(listed, upgrade, downgrade, judged=judged)

    def _exclusions(self, state: Catalog) -> Exclusions:
        return self.probe.load_exclusions(state) if self.models.tables and not self.alone else Exclusions()

    def _known_run(self, listed: ListedRevision, direction: Direction, before: Catalog) -> Run:
        """What an earlier replay noted of this run, or what it comes to now.

        Raises:
            EnvironmentNeededError: it did not go as it should, and env.py and the models are not loaded.
        """
        known = self.journal.find(listed, direction, before)
        if known is not None:
            return known
        run = self._run(listed, direction, before)
        if self.alone and not run.certain:
            raise EnvironmentNeededError
        self.journal.add(listed, direction, run)
        return run

    def _run(self, listed: ListedRevision, direction: Direction, before: Catalog) -> Run:
        """Strict first; where that fails, once more leniently for the best guess at the state after."""
        session, failure = self._attempt(listed, direction, before, lenient=False)
        if failure is not None and carried_on(failure):
            run = finished(session, before, None)
            return replace(run, doubts=(Doubt(reason_of(failure), failure.origin), *run.doubts))
        if failure is not None and self._begins_with_create_all(failure, before):
            return self._run_in_open_world(listed, direction, before, failure)
        run = finished(session, before, failure)
        if failure is None:
            return run
        lenient, _ = self._attempt(listed, direction, before, lenient=True)
        run = replace(finished(lenient, before, failure), read_rows=run.read_rows or lenient.read_rows)
        return (
            run
            if failure.kind in (FailureKind.SQL, FailureKind.IRREVERSIBLE)
            else self._cut_short(run, listed)
        )

    def _attempt(
        self, listed: ListedRevision, direction: Direction, before: Catalog, *, lenient: bool
    ) -> tuple[Session, Failure | None]:
        """
        Raises:
            EnvironmentNeededError: there was an error, and env.py and the models are not loaded.
        """
        session = self._session(listed, before, lenient=lenient)
        try:
            failure = self.probe.run(listed.id, direction, session, ahead=True)
        except AgainError:
            session = self._session(listed, before, lenient=lenient)
            failure = self.probe.run(listed.id, direction, session)
        if self.probe.heard_error and self.alone:
            raise EnvironmentNeededError  # listeners of the project's might have heard of it
        if self.probe.heard_error:
            self.journal.note_error(listed)
        return session, failure

    def _session(self, listed: ListedRevision, before: Catalog, *, lenient: bool) -> Session:
        session = Session(before, lenient=lenient, postgres_version=self.config.postgres_version)
        for module in listed.stubs:
            origin = Origin(Source.MIGRATIONS, listed.path, listed.line, None, listed.id)
            session.doubts.append(Doubt(f"needs the module {module}, which cannot be imported", origin))
        return session

    def _begins_with_create_all(self, failure: Failure, before: Catalog) -> bool:
        """Whether the run failed on a table that the models have but no migration has created.

        Where no migration has created any table, models that have dropped this one since are no evidence.
        """
        if failure.sqlstate != UNDEFINED_TABLE or before.open_world:
            return False
        if not before.tables:
            return True
        words = set(_WORD.findall(failure.message))
        return any(table.name in words and table not in before.tables for table in self.models.tables)

    def _run_in_open_world(
        self, listed: ListedRevision, direction: Direction, before: Catalog, failure: Failure
    ) -> Run:
        run = self._run(listed, direction, replace(before, open_world=True))
        reason = f"uses a table that no migration creates ({failure.message})"
        return replace(run, before=before, doubts=(Doubt(reason, failure.origin), *run.doubts))

    def _cut_short(self, run: Run, listed: ListedRevision) -> Run:
        """Mark what the part that never ran may have changed: any table that the file names.

        A migration that failed after it asked for rows, which a replay does not have, is in doubt; one that
        fails whatever the rows are is simply broken.
        """
        failure = run.failure
        assert failure is not None
        rows = " (it asked for rows, and the replay has none)" if run.read_rows else ""
        reason = f"stopped before its end{rows}: {reason_of(failure)}"
        after = self._with_uncertain_tables(run.after, listed, reason)
        broken = failure.kind is FailureKind.PYTHON and not run.read_rows and not run.doubts
        doubts = run.doubts if broken else (*run.doubts, Doubt(reason, failure.origin))
        return replace(run, after=after, doubts=doubts)

    def _not_run(self, listed: ListedRevision, before: Catalog, reason: str) -> Run:
        """A revision whose place in the history is not known changes nothing that is known."""
        origin = Origin(Source.MIGRATIONS, listed.path, listed.line, None, listed.id)
        return Run(
            before, self._with_uncertain_tables(before, listed, reason), doubts=(Doubt(reason, origin),)
        )

    def _with_uncertain_tables(self, catalog: Catalog, listed: ListedRevision, reason: str) -> Catalog:
        """Mark every table that the revision's file names, unless it only moves rows."""
        if moves_rows_only(Path(listed.path)):
            return catalog
        words = _words_of(Path(listed.path))
        for table in sorted({*catalog.tables, *self.models.tables}):
            if table.name in words:
                catalog = catalog.with_uncertain(table, f"revision {listed.id}: {reason}")
        return catalog


def _sets_lock_timeout(env: Path) -> bool:
    """Whether env.py has the word, in whatever way: as SQL, or among the options of connect()."""
    return "lock_timeout" in _words_of(env)


def _words_of(path: Path) -> frozenset[str]:
    try:
        return frozenset(_WORD.findall(path.read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return frozenset()
