"""From a configuration to a report: load the sources, run the rules, count what could not be known."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lint_indexes.compare.drift import Drift
from lint_indexes.config import Config
from lint_indexes.config.selection import selected_codes
from lint_indexes.findings import Finding, OpenQuestion
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import History
from lint_indexes.probe.client import Probe, ProbeSettings
from lint_indexes.probe.interpreter import Interpreter, find_interpreter
from lint_indexes.report import Coverage, Report, Skipped, UncertainRevision
from lint_indexes.rule import Rule
from lint_indexes.rules import ALL_RULES
from lint_indexes.server.databases import ScratchDatabases
from lint_indexes.sources.metadata import Models, load_models
from lint_indexes.sources.migrations import Replay
from lint_indexes.sources.verification import Track, verify_history

VERIFICATION = "verification"
"""The source that only ``verify`` has."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The sources of one project. ``models`` is None where env.py names no metadata."""

    models: Models | None
    history: History
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def load_sources(config: Config, *, python: str | None = None, at: str | None = None) -> Loaded:
    """Run the project's models and migrations in a probe.

    Parameters:
        python: an interpreter that goes before the configured one.
        at: the revision to stop at.

    Raises:
        LintIndexesError: something of the project's cannot be loaded.
    """
    interpreter = find_interpreter(config.root, python or config.python, os.environ)
    with Probe(_probe_settings(config, interpreter)) as probe:
        return _load(probe, config, interpreter, at)


def _probe_settings(config: Config, interpreter: Interpreter) -> ProbeSettings:
    return ProbeSettings(
        python=interpreter.path,
        root=config.root,
        metadata=config.metadata,
        alembic=config.root / config.alembic if config.alembic else None,
        env=config.env,
        allow=config.allow,
        default_schema=config.default_schema,
        postgres_version=config.postgres_version,
    )


def _load(probe: Probe, config: Config, interpreter: Interpreter, at: str | None) -> Loaded:
    listing = probe.load_history()
    models = load_models(probe, config)
    history = Replay(probe, config, models.catalog if models else Catalog()).history(listing, at)
    versions = probe.versions
    notes = (
        f"configuration: {config.path}",
        f"interpreter: {interpreter.path} ({interpreter.reason})",
        f"Python {versions.python}, SQLAlchemy {versions.sqlalchemy}, Alembic {versions.alembic}",
        f"migrations: {len(history.revisions)} revisions in {listing.versions_path}",
        *(f"models: {models.tables} tables" for models in (models,) if models),
    )
    warnings = dict.fromkeys((*listing.warnings, *(models.warnings if models else ())))
    return Loaded(models, history, notes, tuple(warnings))


def lint(
    config: Config,
    *,
    python: str | None = None,
    at: str | None = None,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    extend_select: tuple[str, ...] = (),
) -> Report:
    """Judge one project.

    ``select`` replaces the configured selection, ``ignore`` adds to the configured one, and
    ``extend_select`` adds to what is selected, also what the configuration ignores.
    """
    loaded = load_sources(config, python=python, at=at)
    sources = _sources(config, loaded)
    chosen = _chosen(config, select, ignore, extend_select)
    skipped = tuple(skip for rule in chosen if (skip := _skip(rule, sources, at)))
    unable = {skip.code for skip in skipped}
    running = [rule for rule in chosen if rule.code not in unable]
    outcomes = [outcome for rule in running for outcome in rule.run(sources, config.severity.get(rule.code))]
    return Report(
        root=config.root,
        findings=tuple(outcome for outcome in outcomes if isinstance(outcome, Finding)),
        open_questions=(
            *(outcome for outcome in outcomes if isinstance(outcome, OpenQuestion)),
            *_doubts_of_models(loaded.models),
        ),
        skipped=skipped,
        coverage=_coverage(loaded.history),
        rules_run=tuple(rule.code for rule in running),
        indexes=len(loaded.history.head.indexes),
        notes=loaded.notes,
        warnings=loaded.warnings,
    )


def verify(
    config: Config,
    databases: ScratchDatabases,
    *,
    python: str | None = None,
    at: str | None = None,
    track: Track = iter,
) -> Report:
    """Run the migrations of one project in scratch databases, and in memory for comparison.

    Parameters:
        databases: where; the in-memory server stands in for the same version.
        track: shows how far it has come.

    Raises:
        LintIndexesError: something of the project's cannot be loaded, or the server cannot go on.
    """
    config = replace(config, postgres_version=databases.admin.major_version)
    interpreter = find_interpreter(config.root, python or config.python, os.environ)
    with Probe(_probe_settings(config, interpreter)) as probe:
        loaded = _load(probe, config, interpreter, at)
        verification = verify_history(probe, databases, loaded.history, config.default_schema, track)
    rules = [rule for rule in ALL_RULES if VERIFICATION in rule.required]
    sources = {VERIFICATION: verification}
    outcomes = [outcome for rule in rules for outcome in rule.run(sources, config.severity.get(rule.code))]
    return Report(
        root=config.root,
        findings=tuple(outcome for outcome in outcomes if isinstance(outcome, Finding)),
        coverage=_coverage(loaded.history),
        rules_run=tuple(rule.code for rule in rules),
        indexes=verification.indexes,
        notes=loaded.notes,
        warnings=loaded.warnings,
        verification=verification,
    )


def _sources(config: Config, loaded: Loaded) -> Mapping[str, object]:
    metadata = loaded.models.catalog if loaded.models else None
    policy = config.policy
    return {
        "policy": policy,
        "metadata": metadata,
        "migrations": loaded.history,
        "drift": Drift(metadata, loaded.history, policy) if metadata is not None else None,
    }


def _chosen(
    config: Config, select: tuple[str, ...], ignore: tuple[str, ...], extend_select: tuple[str, ...]
) -> list[Rule]:
    known_rules = {rule.code: rule.name for rule in ALL_RULES}
    codes = selected_codes(
        select or config.select,
        ignore if select else (*config.ignore, *ignore),
        known_rules,
        (rule.code for rule in ALL_RULES if rule.enabled_by_default and VERIFICATION not in rule.required),
        weak_ignore=config.ignore if select else (),
    )
    if extend_select:
        codes |= selected_codes(extend_select, ignore, known_rules, (), weak_ignore=config.ignore)
    return [rule for rule in ALL_RULES if rule.code in codes]


def _skip(rule: Rule, sources: Mapping[str, object], at: str | None) -> Skipped | None:
    if VERIFICATION in rule.required:
        return Skipped(rule.code, "it takes a real server: lint-indexes verify")
    if rule.missing(sources):
        return Skipped(rule.code, "env.py names no target_metadata, and the key metadata is not set")
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
