"""The sources of a project: its models, its migrations, and what a run has a use for beside them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from lint_indexes.config.value import Config
from lint_indexes.ddl.normalize import normalize_index
from lint_indexes.errors import LintIndexesError
from lint_indexes.linter.inputs import inputs_of, read_by_us
from lint_indexes.linter.loaded import Loaded
from lint_indexes.linter.selection import COMMIT
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.database import Database, Snapshot
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.exclusions import Exclusions
from lint_indexes.model.history import History
from lint_indexes.model.inputs import Inputs
from lint_indexes.model.repository import Commit
from lint_indexes.probe.client import Probe
from lint_indexes.probe.exclusions import questions
from lint_indexes.probe.head_start import HeadStart
from lint_indexes.probe.interpreter import Interpreter, choose_interpreter
from lint_indexes.probe.protocol import Listing, Versions
from lint_indexes.probe.settings import ProbeSettings
from lint_indexes.server.connection import Address
from lint_indexes.sources.base import load_base
from lint_indexes.sources.branches import added_files, fork_from
from lint_indexes.sources.commits import commit_in_progress, left_out
from lint_indexes.sources.database import compare_with_history, read_database
from lint_indexes.sources.memory import Environment, Memory
from lint_indexes.sources.metadata import Models, load_models
from lint_indexes.sources.migrations import Replay
from lint_indexes.sources.progress import Track

NOTHING = Memory()


def load_sources(
    config: Config,
    *,
    python: str | None = None,
    at: str | None = None,
    base: str | None = None,
    database: Address | None = None,
    overlay: Mapping[str, str] | None = None,
) -> Loaded:
    """Run the project's models and migrations in a probe; the parameters are those of ``opened``."""
    with opened(config, python=python, at=at, base=base, database=database, overlay=overlay) as project:
        return project.loaded


@dataclass(frozen=True, slots=True)
class Project:
    """A project that was loaded, and the probe that did it.

    ``inputs`` waits for what the sources depend on beside what was remembered: None where that is more than
    can be said, or nobody is to remember it. It raises EnvironmentNeededError as ``opened`` does.
    """

    probe: Probe
    loaded: Loaded
    inputs: Callable[[], Inputs | None]


@contextmanager
def opened(
    config: Config,
    *,
    python: str | None = None,
    at: str | None = None,
    base: str | None = None,
    database: Address | None = None,
    overlay: Mapping[str, str] | None = None,
    track: Track = iter,
    memory: Memory = NOTHING,
    head_start: HeadStart | None = None,
) -> Iterator[Project]:
    """Load a project; its probe ends with the context.

    Parameters:
        python: an interpreter that goes before the configured one.
        at: the revision to stop at.
        base: a branch or commit; single revisions are only judged where their files are not in it.
        database: a live database to compare with.
        overlay: texts that stand for the files at their paths.
        track: shows how far it has come.
        memory: what earlier runs have found out, if it is of use; not with ``base``, ``database`` or
            ``overlay``.
        head_start: has the probe's process already.

    Raises:
        LintIndexesError: something of the project's cannot be loaded, or the database cannot be read.
        EnvironmentNeededError: what is remembered of env.py and the models will not do.
    """
    read = read_by_us(config)
    chosen = head_start.interpreter(config.root, config.python, python) if head_start is not None else None
    interpreter = chosen or project_interpreter(config, python)
    settings = replace(probe_settings(config, interpreter), overlay=overlay or {})
    # Only who remembers the outcome has to know what it depends on.
    summary = None if memory is NOTHING else partial(memory.summary, interpreter.path)
    with Probe(settings, summary=summary, meanwhile=_prepared(memory), head_start=head_start) as probe:
        loaded = load_project(probe, config, interpreter, at, base, database, track, memory)
        seen = None if memory is NOTHING else probe.ask_inputs()

        def inputs() -> Inputs | None:
            return None if seen is None else inputs_of(seen(), interpreter, loaded, read, memory)

        yield Project(probe, replace(loaded, overlay=settings.overlay), inputs)


def _prepared(memory: Memory) -> Iterator[object]:
    """Make ready what is remembered, a piece at a time: the runs, and the canonical forms of the models'
    indexes, for which rules will ask again.
    """
    yield from memory.read_ahead()
    known = memory.environment()
    if known is not None and known.models is not None:
        catalog = known.models.catalog
        yield from (normalize_index(index, (catalog,)) for index in catalog.sorted_indexes())


def load_snapshot(config: Config, address: Address, *, python: str | None = None) -> Snapshot:
    """Read a live database alone; of the project only env.py and the list of migrations are loaded.

    Raises:
        LintIndexesError: the migrations cannot be listed, or the database cannot be read.
    """
    interpreter = project_interpreter(config, python)
    with Probe(probe_settings(config, interpreter)) as probe:
        return read_database(address, config.default_schema, probe.load_history().version_tables)


def project_interpreter(config: Config, python: str | None) -> Interpreter:
    """The Python of ``--python``, of the configuration, or one that is found.

    Raises:
        ProbeError: the one that was named cannot be used.
    """
    return choose_interpreter(config.root, config.python, python)


def describe_project(config: Config, python: str | None) -> tuple[str, ...]:
    """What the project's Python says of it, when it has imported the models and env.py; nothing is replayed.

    Raises:
        LintIndexesError: something of the project's cannot be loaded.
    """
    with Probe(probe_settings(config, project_interpreter(config, python))) as probe:
        return tuple(_about(probe.versions, probe.load_history(), load_models(probe, config)))


def project_heads(config: Config, *, python: str | None = None) -> tuple[str, ...]:
    """The newest revisions; of the project only env.py and the list of migrations are loaded.

    Raises:
        LintIndexesError: the migrations cannot be listed.
    """
    with Probe(probe_settings(config, project_interpreter(config, python))) as probe:
        return probe.load_history().heads


def probe_settings(config: Config, interpreter: Interpreter) -> ProbeSettings:
    return ProbeSettings(
        python=interpreter.path,
        root=config.root,
        metadata=config.metadata,
        alembic=config.root / config.alembic if config.alembic else None,
        alembic_section=config.alembic_section,
        env=config.env,
        allow=config.allow,
        default_schema=config.default_schema,
        postgres_version=config.postgres_version,
        timeout=config.timeout,
    )


def load_project(
    probe: Probe,
    config: Config,
    interpreter: Interpreter,
    at: str | None,
    base: str | None = None,
    address: Address | None = None,
    track: Track = iter,
    memory: Memory = NOTHING,
) -> Loaded:
    fork = fork_from(config.root, base) if base is not None else None
    added = added_files(fork) if fork else None
    known, journal = memory.environment(), memory.journal(probe.summary)
    listing = probe.load_history(journal.facts())
    # Before the replay: whoever mistyped the URL need not wait for it.
    snapshot = read_database(address, config.default_schema, listing.version_tables) if address else None
    models = known.models if known else load_models(probe, config)
    journal.note_models(models)
    catalog = models.catalog if models else Catalog()
    replay = Replay(probe, config, catalog, added, track, journal, alone=known is not None)
    history = replay.history(listing, at)
    if known is not None:
        history = replace(history, exclusions=_known_exclusions(known, history.head, config.default_schema))
    database = compare_with_history(snapshot, replay, listing, history) if snapshot else None
    notes = (
        f"configuration: {config.path}",
        f"interpreter: {interpreter.path} ({interpreter.reason})",
        *_about(probe.versions, listing, models),
        *_database_notes(config, database),
    )
    warnings = known.warnings if known else listing.warnings
    commit, failed = _load_commit(history)
    return Loaded(
        models=models,
        history=history,
        notes=notes,
        warnings=tuple(dict.fromkeys((*warnings, *_warnings(models, history, database)))),
        database=database,
        base=load_base(probe, listing, fork) if fork else None,
        commit=commit,
        failed=failed,
        journal=journal,
        environment=None if known else _environment(probe, models, listing, history),
    )


def _warnings(models: Models | None, history: History, database: Database | None) -> Iterator[str]:
    yield from models.warnings if models else ()
    yield from history.exclusions.warnings
    yield from database.exclusions.warnings if database else ()


def _environment(
    probe: Probe, models: Models | None, listing: Listing, history: History
) -> Environment | None:
    if probe.summary is None:
        return None
    asked = frozenset(questions(history.head)) if models else frozenset()
    return Environment(probe.summary, models, listing.warnings, history.exclusions, asked)


def _known_exclusions(known: Environment, migrated: Catalog, default_schema: str) -> Exclusions:
    """What env.py said, and of which tables and indexes it was not asked.

    Where it leaves out other schemas only, there is no need to ask about the default one.
    """
    if known.models is None:
        return Exclusions()
    unasked = (name for question, name in questions(migrated).items() if question not in known.asked)
    if not known.summary["filters"]:
        unasked = (name for name in unasked if name.schema != default_schema)
    return replace(known.exclusions, unasked=frozenset(unasked))


def _load_commit(history: History) -> tuple[Commit | None, Mapping[str, str]]:
    if not commit_in_progress(os.environ):
        return None, {}
    try:
        return left_out(revision.path for revision in history.revisions.values()), {}
    except LintIndexesError as error:
        return None, {COMMIT: error.message}


def _about(versions: Versions, listing: Listing, models: Models | None) -> Iterator[str]:
    yield f"Python {versions.python}, SQLAlchemy {versions.sqlalchemy}, Alembic {versions.alembic}"
    yield f"migrations: {len(listing.revisions)} revisions in {listing.versions_path}"
    yield f"models: {models.tables} tables" if models else "models: env.py names no target_metadata"


def _database_notes(config: Config, database: Database | None) -> Iterator[str]:
    if database is not None:
        yield f"database: {database}"
        if database.major_version != config.postgres_version:
            yield f"the replay stands in for PostgreSQL {config.postgres_version} (the key postgres-version)"
    elif config.database_url_env is not None:
        yield f"database: none, since {config.database_url_env} is not set, or an older revision is asked for"
