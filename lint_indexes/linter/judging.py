"""From a configuration to a report: load the sources, run the rules, count what could not be known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from lint_indexes.compare.database import DatabaseDrift
from lint_indexes.compare.drift import Drift
from lint_indexes.compare.redundancy import Redundancies
from lint_indexes.config.value import Config
from lint_indexes.findings import Finding, OpenQuestion, Outcome
from lint_indexes.linter.loaded import Loaded
from lint_indexes.linter.loading import (
    NOTHING,
    load_project,
    opened,
    probe_settings,
    project_interpreter,
)
from lint_indexes.linter.selection import (
    BASE,
    COMMIT,
    DATABASE,
    OCCASIONS,
    SUPPRESSIONS,
    VERIFICATION,
    chosen_rules,
    skip_of,
    usual_codes,
)
from lint_indexes.linter.suppression import commented_files, suppressor_for
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.history import History, Revision
from lint_indexes.model.inputs import Inputs, read_now
from lint_indexes.probe.client import Probe
from lint_indexes.probe.head_start import HeadStart
from lint_indexes.probe.protocol import EnvironmentNeededError
from lint_indexes.report import Coverage, Report, UncertainRevision
from lint_indexes.rule import Rule
from lint_indexes.rules import ALL_RULES
from lint_indexes.server.connection import Address
from lint_indexes.server.databases import DatabaseServer
from lint_indexes.sources.memory import Memory, Verdicts
from lint_indexes.sources.metadata import Models
from lint_indexes.sources.progress import Track
from lint_indexes.sources.verification import verify_history
from lint_indexes.suppressions import Suppressions


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
    memory: Memory = NOTHING,
    head_start: HeadStart | None = None,
) -> Report:
    """Judge one project.

    ``select`` replaces the configured selection, ``ignore`` adds to the configured one, and
    ``extend_select`` adds to what is selected, also what the configuration ignores. Without ``baseline``,
    what it accepts is reported. With ``base``, single revisions are only judged where the branch adds them.
    ``database`` is a live one to compare with the migrations. ``track`` shows how far it has come.
    ``memory`` is what earlier runs have found out, without ``base`` and ``database``; it keeps this one.
    ``head_start`` has the probe's process already.
    """

    def judged() -> tuple[Loaded, Report]:
        with opened(
            config,
            python=python,
            at=at,
            base=base,
            database=database,
            track=track,
            memory=memory,
            head_start=head_start,
        ) as project:
            project.probe.dismiss()
            return project.loaded, judge(
                config,
                project.loaded,
                at=at,
                base=base,
                select=select,
                ignore=ignore,
                extend_select=extend_select,
                baseline=baseline,
                inputs=project.inputs,
            )

    try:
        loaded, report = judged()
        holds = not _depends_on_unasked(report, loaded.history)
    except EnvironmentNeededError:
        holds = False
    if not holds:
        memory.forget_environment()
        loaded, report = judged()
    memory.keep(loaded.environment)
    return report


def _depends_on_unasked(report: Report, history: History) -> bool:
    """Whether there is a finding on something that env.py may leave out, of which it was not asked; or may
    be one among those that are suppressed.
    """
    unasked = history.exclusions.unasked
    if unasked and report.suppressed:
        return True
    names = {name.name for name in unasked}
    subjects = [finding.violation.subject for finding in report.findings]
    subjects += [question.subject for question in report.open_questions]
    return any(subject.table in unasked or subject.index in names for subject in subjects)


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
    inputs: Callable[[], Inputs | None] = lambda: None,
) -> Report:
    """Run the rules on what was loaded with the same ``at`` and ``base``; ``inputs`` waits for what that
    depends on, and is called at the end; the rest is as for ``lint``.

    Raises:
        EnvironmentNeededError: by ``inputs``.
        ProbeError: likewise.
    """
    sources = _sources(config, loaded)
    usual = usual_codes(*(name for name in OCCASIONS if sources[name] is not None or name in loaded.failed))
    chosen = chosen_rules(config, usual, select, ignore, extend_select)
    skipped = tuple(skip for rule in chosen if (skip := skip_of(rule, sources, loaded.failed, at)))
    unable = {skip.code for skip in skipped}
    running = [rule for rule in chosen if rule.code not in unable]
    findings, questions = _found(config, loaded, sources, running)
    # Their comments are about to be read.
    read = Inputs(read_now(one.path for one in commented_files(loaded, findings) if one.path is not None))
    suppressor = suppressor_for(
        config, loaded, running, findings, usual, questions=questions, baseline=baseline
    )
    left, suppressions = suppressor.apply(findings)
    if base is not None:
        # What is accepted of the other revisions was not looked for.
        suppressions = replace(suppressions, stale=())
    late = _found_late(config, {**sources, SUPPRESSIONS: suppressions}, running)
    left += tuple(finding for finding in late if not suppressor.is_ignored(finding))
    depends_on = inputs()
    return Report(
        root=config.root,
        findings=left,
        open_questions=(*questions, *_doubts_of_models(loaded.models)),
        skipped=skipped,
        suppressed=len(findings) + len(late) - len(left),
        coverage=_coverage(loaded.history),
        rules_run=tuple(rule.code for rule in running),
        indexes=len(loaded.history.head.indexes),
        notes=loaded.notes,
        warnings=loaded.warnings,
        inputs=None if depends_on is None else depends_on | read,
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
    with Probe(probe_settings(config, interpreter)) as probe:
        loaded = load_project(probe, config, interpreter, at)
        with server.databases() as databases:
            verification = verify_history(probe, databases, loaded.history, config, track)
    rules = [rule for rule in ALL_RULES if VERIFICATION in rule.required]
    sources = {VERIFICATION: verification}
    findings, _ = _parted(one for rule in rules for one in rule.run(sources, config.severity.get(rule.code)))
    left, _ = suppressor_for(config, loaded, rules, findings, usual_codes()).apply(findings)
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


def _found(
    config: Config, loaded: Loaded, sources: Mapping[str, object], running: Iterable[Rule]
) -> tuple[list[Finding], list[OpenQuestion]]:
    """What rules report but those that judge suppressions."""
    judged_singly = [(*judged, loaded.journal.verdicts(*judged)) for judged in loaded.history.judged_singly()]

    def reported(rule: Rule) -> Iterator[Finding | OpenQuestion]:
        severity = config.severity.get(rule.code)
        if not rule.revision_sources:
            return rule.run(sources, severity)
        return rule.reported(_about_revisions(rule, judged_singly), severity)

    early = (rule for rule in running if SUPPRESSIONS not in rule.required)
    return _parted(one for rule in early for one in reported(rule))


def _found_late(config: Config, sources: Mapping[str, object], running: Iterable[Rule]) -> list[Finding]:
    """What those report that judge suppressions."""
    late = (rule for rule in running if SUPPRESSIONS in rule.required)
    found, _ = _parted(one for rule in late for one in rule.run(sources, config.severity.get(rule.code)))
    return found


def _about_revisions(
    rule: Rule, judged_singly: Iterable[tuple[Revision, Circumstances, Verdicts]]
) -> Iterator[Outcome]:
    """What a rule yields about single revisions, or has yielded about those that are as they were."""
    for revision, circumstances, known in judged_singly:
        if rule.code not in known:
            known[rule.code] = tuple(rule.about(revision, circumstances))
        yield from known[rule.code]


def _parted(reported: Iterable[Finding | OpenQuestion]) -> tuple[list[Finding], list[OpenQuestion]]:
    every = list(reported)
    findings = [one for one in every if isinstance(one, Finding)]
    return findings, [one for one in every if isinstance(one, OpenQuestion)]


def _sources(config: Config, loaded: Loaded) -> Mapping[str, object]:
    metadata = loaded.models.catalog if loaded.models else None
    naming = loaded.models.naming if loaded.models else None
    policy = config.policy
    return {
        "policy": policy,
        "metadata": metadata,
        "migrations": loaded.history,
        "drift": Drift(metadata, loaded.history, policy, naming) if metadata is not None else None,
        "redundancies": Redundancies(metadata, loaded.history, policy),
        "naming": naming,
        DATABASE: DatabaseDrift(loaded.database, metadata, loaded.history) if loaded.database else None,
        COMMIT: loaded.commit,
        BASE: loaded.base,
        VERIFICATION: None,
        SUPPRESSIONS: Suppressions(),
    }


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
