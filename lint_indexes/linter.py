"""From a configuration to a report: load the sources, run the rules, count what could not be known."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from lint_indexes.compare.database import DatabaseDrift
from lint_indexes.compare.drift import Drift
from lint_indexes.config.selection import matching_codes, selected_codes, unknown_selector
from lint_indexes.config.value import Config
from lint_indexes.errors import LintIndexesError
from lint_indexes.findings import Finding, OpenQuestion
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.database import Database, Snapshot
from lint_indexes.model.history import History
from lint_indexes.model.inputs import Inputs
from lint_indexes.model.origin import Origin, Source
from lint_indexes.model.repository import Base, Commit
from lint_indexes.probe.alembic_settings import looked_at
from lint_indexes.probe.client import Probe, ProbeSettings
from lint_indexes.probe.interpreter import Interpreter, find_interpreter
from lint_indexes.probe.protocol import Listing, Versions
from lint_indexes.report import Coverage, Report, Skipped, UncertainRevision
from lint_indexes.rule import Rule
from lint_indexes.rules import ALL_RULES
from lint_indexes.server.connection import Address
from lint_indexes.server.databases import DatabaseServer
from lint_indexes.sources.base import load_base
from lint_indexes.sources.branches import added_files, fork_from
from lint_indexes.sources.commits import commit_in_progress, left_out
from lint_indexes.sources.database import compare_with_history, read_database
from lint_indexes.sources.files import relative_path
from lint_indexes.sources.metadata import Models, load_models
from lint_indexes.sources.migrations import Replay
from lint_indexes.sources.progress import Track
from lint_indexes.sources.suppressions import baseline_path, load_baseline, load_comments
from lint_indexes.sources.verification import verify_history
from lint_indexes.suppressions import Suppressions, Suppressor
from lint_indexes.suppressions.patterns import names_of

VERIFICATION = "verification"
"""The source that only ``verify`` has."""
DATABASE = "database"
"""The source that is there where somebody says which database."""
SUPPRESSIONS = "suppressions"
"""The source that is there when the other rules have run and their findings are suppressed or not."""
COMMIT = "commit"
"""The source that only a commit hook has."""
BASE = "base"
"""The source that ``--base`` asks for."""

_OCCASIONS: Mapping[str, str] = {
    VERIFICATION: "it takes a real server: lint-indexes verify",
    DATABASE: "it takes a database: --database-url, or the key database-url-env (not with --at)",
    COMMIT: "no commit is being made: neither git nor pre-commit has started this",
    BASE: "there is no branch to compare with: --base names one",
}
"""Sources that a run may have no use for, and why then. A rule that needs one is only called skipped where
it was selected."""

KNOWN_RULES: Mapping[str, str] = {rule.code: rule.name for rule in ALL_RULES}

NEVER_ACCEPTED = frozenset(
    rule.code for rule in ALL_RULES if {SUPPRESSIONS, COMMIT, BASE}.intersection(rule.required)
)
"""The rules whose findings are to be mended: no baseline and no comment is written for them. What is wrong
with a suppression, a commit or a branch is gone with it."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The sources of one project. ``models`` is None where env.py names no metadata, ``database`` where none
    is compared with, ``base`` where no branch was named, ``commit`` where none is being made. ``failed`` says
    of a source why it is not there although there is use for it. ``inputs`` is what all of it depends on,
    None where that is more than can be said.
    """

    models: Models | None
    history: History
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    database: Database | None = None
    overlay: Mapping[str, str] = field(default_factory=dict)
    """Texts that stand for the files at their paths."""
    base: Base | None = None
    commit: Commit | None = None
    failed: Mapping[str, str] = field(default_factory=dict)
    inputs: Inputs | None = None


def load_sources(
    config: Config,
    *,
    python: str | None = None,
    at: str | None = None,
    base: str | None = None,
    database: Address | None = None,
    overlay: Mapping[str, str] | None = None,
    track: Track = iter,
) -> Loaded:
    """Run the project's models and migrations in a probe; the parameters are those of ``opened``."""
    with opened(
        config, python=python, at=at, base=base, database=database, overlay=overlay, track=track
    ) as project:
        return project.loaded


@dataclass(frozen=True, slots=True)
class Project:
    """A project that was loaded, and the probe that did it."""

    probe: Probe
    loaded: Loaded


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
) -> Iterator[Project]:
    """Load a project; its probe ends with the context.

    Parameters:
        python: an interpreter that goes before the configured one.
        at: the revision to stop at.
        base: a branch or commit; single revisions are only judged where their files are not in it.
        database: a live database to compare with.
        overlay: texts that stand for the files at their paths.
        track: shows how far it has come.

    Raises:
        LintIndexesError: something of the project's cannot be loaded, or the database cannot be read.
    """
    interpreter = project_interpreter(config, python)
    settings = replace(_probe_settings(config, interpreter), overlay=overlay or {})
    with Probe(settings) as probe:
        loaded = _load(probe, config, interpreter, at, base, database, track)
        yield Project(probe, replace(loaded, overlay=settings.overlay))


def load_snapshot(config: Config, address: Address, *, python: str | None = None) -> Snapshot:
    """Read a live database alone; of the project only env.py and the list of migrations are loaded.

    Raises:
        LintIndexesError: the migrations cannot be listed, or the database cannot be read.
    """
    interpreter = project_interpreter(config, python)
    with Probe(_probe_settings(config, interpreter)) as probe:
        return read_database(address, config.default_schema, probe.load_history().version_tables)


def project_interpreter(config: Config, python: str | None) -> Interpreter:
    """The Python of ``--python``, of the configuration, or one that is found.

    Raises:
        ProbeError: the one that was named cannot be used.
    """
    named_by = "--python" if python else 'the key "python"'
    return find_interpreter(config.root, python or config.python, os.environ, requested_by=named_by)


def describe_project(config: Config, python: str | None) -> tuple[str, ...]:
    """What the project's Python says of it, when it has imported the models and env.py; nothing is replayed.

    Raises:
        LintIndexesError: something of the project's cannot be loaded.
    """
    with Probe(_probe_settings(config, project_interpreter(config, python))) as probe:
        return tuple(_about(probe.versions, probe.load_history(), load_models(probe, config)))


def project_heads(config: Config, *, python: str | None = None) -> tuple[str, ...]:
    """The newest revisions; of the project only env.py and the list of migrations are loaded.

    Raises:
        LintIndexesError: the migrations cannot be listed.
    """
    with Probe(_probe_settings(config, project_interpreter(config, python))) as probe:
        return probe.load_history().heads


def _about(versions: Versions, listing: Listing, models: Models | None) -> Iterator[str]:
    yield f"Python {versions.python}, SQLAlchemy {versions.sqlalchemy}, Alembic {versions.alembic}"
    yield f"migrations: {len(listing.revisions)} revisions in {listing.versions_path}"
    yield f"models: {models.tables} tables" if models else "models: env.py names no target_metadata"


def _probe_settings(config: Config, interpreter: Interpreter) -> ProbeSettings:
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
    )


def _load(
    probe: Probe,
    config: Config,
    interpreter: Interpreter,
    at: str | None,
    base: str | None = None,
    address: Address | None = None,
    track: Track = iter,
) -> Loaded:
    fork = fork_from(config.root, base) if base is not None else None
    added = added_files(fork) if fork else None
    listing = probe.load_history()
    # Before the replay: whoever mistyped the URL need not wait for it.
    snapshot = read_database(address, config.default_schema, listing.version_tables) if address else None
    models = load_models(probe, config)
    replay = Replay(probe, config, models.catalog if models else Catalog(), added, track)
    history = replay.history(listing, at)
    database = compare_with_history(snapshot, replay, listing, history) if snapshot else None
    notes = (
        f"configuration: {config.path}",
        f"interpreter: {interpreter.path} ({interpreter.reason})",
        *_about(probe.versions, listing, models),
        *_database_notes(config, database),
    )
    warnings = dict.fromkeys(
        (
            *listing.warnings,
            *(models.warnings if models else ()),
            *history.exclusions.warnings,
            *(database.exclusions.warnings if database else ()),
        )
    )
    commit, failed = _load_commit(history)
    return Loaded(
        models=models,
        history=history,
        notes=notes,
        warnings=tuple(warnings),
        database=database,
        base=load_base(probe, listing, fork) if fork else None,
        commit=commit,
        failed=failed,
        inputs=None
        if base or address or config.allow
        else _inputs(probe, config, interpreter, history, commit),
    )


def _inputs(
    probe: Probe, config: Config, interpreter: Interpreter, history: History, commit: Commit | None
) -> Inputs:
    """What the sources of a project depend on, that nobody may reach out to the world from."""
    baseline = baseline_path(config.root)
    own = Inputs(
        files=frozenset(str(path) for path in (config.path, baseline) if path.is_file()),
        looked_for=frozenset((str(baseline),)),
        variables=frozenset(filter(None, (config.database_url_env,))),
        committed=None if commit is None else frozenset(one.path for one in history.revisions.values()),
    )
    given = config.root / config.alembic if config.alembic else None
    return own | interpreter.inputs | looked_at(config.root, given) | probe.inputs()


def _load_commit(history: History) -> tuple[Commit | None, Mapping[str, str]]:
    if not commit_in_progress(os.environ):
        return None, {}
    try:
        return left_out(revision.path for revision in history.revisions.values()), {}
    except LintIndexesError as error:
        return None, {COMMIT: error.message}


def _database_notes(config: Config, database: Database | None) -> Iterator[str]:
    if database is not None:
        yield f"database: {database}"
        if database.major_version != config.postgres_version:
            yield f"the replay stands in for PostgreSQL {config.postgres_version} (the key postgres-version)"
    elif config.database_url_env is not None:
        yield f"database: none, since {config.database_url_env} is not set, or an older revision is asked for"


def lint(
    config: Config,
    *,
    python: str | None = None,
    at: str | None = None,
    base: str | None = None,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    extend_select: tuple[str, ...] = (),
    baseline: bool = True,
    database: Address | None = None,
    track: Track = iter,
) -> Report:
    """Judge one project.

    ``select`` replaces the configured selection, ``ignore`` adds to the configured one, and
    ``extend_select`` adds to what is selected, also what the configuration ignores. Without ``baseline``,
    what it accepts is reported. With ``base``, single revisions are only judged where the branch adds them.
    ``database`` is a live one to compare with the migrations. ``track`` shows how far it has come.
    """
    loaded = load_sources(config, python=python, at=at, base=base, database=database, track=track)
    return judge(
        config,
        loaded,
        at=at,
        base=base,
        select=select,
        ignore=ignore,
        extend_select=extend_select,
        baseline=baseline,
    )


def judge(
    config: Config,
    loaded: Loaded,
    *,
    at: str | None = None,
    base: str | None = None,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    extend_select: tuple[str, ...] = (),
    baseline: bool = True,
) -> Report:
    """Run the rules on what was loaded with the same ``at`` and ``base``; the rest is as for ``lint``."""
    sources = _sources(config, loaded)
    usual = usual_codes(*(name for name in _OCCASIONS if sources[name] is not None or name in loaded.failed))
    chosen = chosen_rules(config, usual, select, ignore, extend_select)
    skipped = tuple(skip for rule in chosen if (skip := _skip(rule, sources, loaded.failed, at)))
    unable = {skip.code for skip in skipped}
    running = [rule for rule in chosen if rule.code not in unable]
    findings, questions = _run(
        (rule for rule in running if SUPPRESSIONS not in rule.required), config, sources
    )
    suppressor = _suppressor(config, loaded, running, findings, usual, baseline=baseline)
    left, suppressions = suppressor.apply(findings)
    if base is not None:
        # What is accepted of the other revisions was not looked for.
        suppressions = replace(suppressions, stale=())
    late = (rule for rule in running if SUPPRESSIONS in rule.required)
    judged, _ = _run(late, config, {**sources, SUPPRESSIONS: suppressions})
    left += tuple(finding for finding in judged if not suppressor.is_ignored(finding))
    return Report(
        root=config.root,
        findings=left,
        open_questions=(*questions, *_doubts_of_models(loaded.models)),
        skipped=skipped,
        suppressed=len(findings) + len(judged) - len(left),
        coverage=_coverage(loaded.history),
        rules_run=tuple(rule.code for rule in running),
        indexes=len(loaded.history.head.indexes),
        notes=loaded.notes,
        warnings=loaded.warnings,
        inputs=loaded.inputs,
    )


def verify(
    config: Config,
    server: DatabaseServer,
    *,
    python: str | None = None,
    at: str | None = None,
    track: Track = iter,
) -> Report:
    """Run the migrations of one project in scratch databases, and in memory for comparison.

    Parameters:
        server: where; the in-memory one stands in for the same version.
        track: shows how far it has come.

    Raises:
        LintIndexesError: something of the project's cannot be loaded, or the server cannot go on.
    """
    config = replace(config, postgres_version=server.version)
    interpreter = project_interpreter(config, python)
    with Probe(_probe_settings(config, interpreter)) as probe:
        loaded = _load(probe, config, interpreter, at)
        with server.databases() as databases:
            verification = verify_history(probe, databases, loaded.history, config.default_schema, track)
    rules = [rule for rule in ALL_RULES if VERIFICATION in rule.required]
    sources = {VERIFICATION: verification}
    findings, _ = _run(rules, config, sources)
    left, _ = _suppressor(config, loaded, rules, findings, usual_codes()).apply(findings)
    return Report(
        root=config.root,
        findings=left,
        suppressed=len(findings) - len(left),
        coverage=_coverage(loaded.history),
        rules_run=tuple(rule.code for rule in rules),
        indexes=verification.indexes,
        notes=loaded.notes,
        warnings=(*loaded.warnings, *databases.warnings),
        verification=verification,
    )


def _run(
    rules: Iterable[Rule], config: Config, sources: Mapping[str, object]
) -> tuple[list[Finding], list[OpenQuestion]]:
    outcomes = [outcome for rule in rules for outcome in rule.run(sources, config.severity.get(rule.code))]
    findings = [outcome for outcome in outcomes if isinstance(outcome, Finding)]
    return findings, [outcome for outcome in outcomes if isinstance(outcome, OpenQuestion)]


def _suppressor(
    config: Config,
    loaded: Loaded,
    running: Iterable[Rule],
    findings: Sequence[Finding],
    expected: frozenset[str],
    *,
    baseline: bool = True,
) -> Suppressor:
    codes_of = partial(matching_codes, known_rules=KNOWN_RULES)
    return Suppressor(
        codes_of=codes_of,
        unknown=partial(unknown_selector, known_rules=KNOWN_RULES),
        show_path=partial(relative_path, folder=config.root),
        ran=frozenset(rule.code for rule in running),
        expected=expected,
        comments=load_comments(_files(loaded, findings), loaded.overlay),
        ignores={
            pattern: frozenset().union(*map(codes_of, selectors))
            for pattern, selectors in config.per_file_ignores.items()
        },
        baseline=load_baseline(config.root) if baseline else (),
        settled=frozenset(
            revision.path for revision in loaded.history.revisions.values() if not revision.judged
        ),
        patterns=config.pattern_origins,
        known=_names(config, loaded, findings) if config.pattern_origins else frozenset(),
        complete=_is_complete(loaded.history),
    )


def _is_complete(history: History) -> bool:
    """Whether no table or index can be missing in what was replayed."""
    if any(revision.doubts or revision.upgrade.failure for revision in history.revisions.values()):
        return False
    return not history.broken and not history.head.open_world


def _names(config: Config, loaded: Loaded, findings: Sequence[Finding]) -> frozenset[str]:
    """What a pattern of per-file-ignores may match: files, tables with and without their schemas, indexes."""
    show_path = partial(relative_path, folder=config.root)
    history = loaded.history
    paths = [file.path for file in _files(loaded, findings)] + [file.path for file in history.broken]
    paths += [str(config.path), str(baseline_path(config.root))]
    catalogs = [revision.upgrade.after for revision in history.revisions.values()]
    catalogs += [loaded.models.catalog] if loaded.models else []
    tables = {name for catalog in catalogs for name in catalog.tables}
    indexes = {name.name for catalog in catalogs for name in catalog.indexes}
    named = {name.name for name in tables} | {f"{name.schema}.{name.name}" for name in tables}
    found = {name for finding in findings for name in names_of(finding, show_path)}
    return frozenset({show_path(path) for path in paths if path is not None} | named | indexes | found)


def _files(loaded: Loaded, findings: Iterable[Finding]) -> list[Origin]:
    """The files that may hold comments, each once: migrations, models, and where findings stand."""
    origins = [revision.origin for revision in loaded.history.revisions.values()]
    if loaded.models is not None:
        catalog = loaded.models.catalog
        declared = [table.origin for table in catalog.tables.values()]
        declared += [index.origin for index in catalog.indexes.values()]
        origins += [origin for origin in declared if origin is not None]
    origins += [finding.violation.origin for finding in findings]
    files = {
        origin.path: Origin(origin.source, origin.path, revision=origin.revision)
        for origin in reversed(origins)
        if origin.path is not None and origin.source is not Source.POLICY
    }
    return [files[path] for path in sorted(files)]


def _sources(config: Config, loaded: Loaded) -> Mapping[str, object]:
    metadata = loaded.models.catalog if loaded.models else None
    naming = loaded.models.naming if loaded.models else None
    policy = config.policy
    return {
        "policy": policy,
        "metadata": metadata,
        "migrations": loaded.history,
        "drift": Drift(metadata, loaded.history, policy, naming) if metadata is not None else None,
        "naming": naming,
        DATABASE: DatabaseDrift(loaded.database, metadata, loaded.history) if loaded.database else None,
        COMMIT: loaded.commit,
        BASE: loaded.base,
        VERIFICATION: None,
        SUPPRESSIONS: Suppressions(),
    }


def usual_codes(*extra: str) -> frozenset[str]:
    """The codes that run unless somebody says otherwise, with what needs these ``extra`` sources."""
    unusual = _OCCASIONS.keys() - {*extra}
    return frozenset(
        rule.code for rule in ALL_RULES if rule.enabled_by_default and not unusual.intersection(rule.required)
    )


def chosen_rules(
    config: Config,
    usual: frozenset[str],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
) -> list[Rule]:
    """The rules that the configuration and the command line select, whether they can run or not; without any
    selection the ``usual`` codes.
    """
    codes = selected_codes(
        select or config.select,
        ignore if select else (*config.ignore, *ignore),
        KNOWN_RULES,
        usual,
        weak_ignore=config.ignore if select else (),
    )
    if config.extend_select and not select:
        codes |= selected_codes(config.extend_select, (*config.ignore, *ignore), KNOWN_RULES, ())
    if extend_select:
        codes |= selected_codes(extend_select, ignore, KNOWN_RULES, (), weak_ignore=config.ignore)
    return [rule for rule in ALL_RULES if rule.code in codes]


def _skip(
    rule: Rule, sources: Mapping[str, object], failed: Mapping[str, str], at: str | None
) -> Skipped | None:
    reasons = {**_OCCASIONS, **failed}
    for name in rule.missing(sources):
        return Skipped(
            rule.code,
            reasons.get(name, "env.py names no target_metadata, and the key metadata is not set"),
        )
    if at is not None and not rule.judges_past_states:
        return Skipped(rule.code, "with --at the models are newer than the migrations")
    return None


def _doubts_of_models(models: Models | None) -> Iterator[OpenQuestion]:
    if models:
        for doubt in models.doubts:
            yield OpenQuestion(f"the models' DDL: {doubt.reason}", doubt.origin)


def _coverage(history: History) -> Coverage:
    uncertain = tuple(
        UncertainRevision(revision.id, "; ".join(dict.fromkeys(doubt.reason for doubt in revision.doubts)))
        for revision in history.revisions.values()
        if revision.doubts
    )
    return Coverage(len(history.revisions), len(history.revisions) - len(uncertain), uncertain)
