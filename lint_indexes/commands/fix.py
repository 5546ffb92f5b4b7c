"""``lint-indexes check --fix``: mend what can be mended, and prove it before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lint_indexes.commands.narrow import narrow
from lint_indexes.commands.options import CheckOptions, FixOptions
from lint_indexes.commands.projects import configurations
from lint_indexes.config.value import Config
from lint_indexes.errors import LintIndexesError
from lint_indexes.findings import Finding, Identity, Severity
from lint_indexes.fixers.changes import Changes, make_changes
from lint_indexes.fixers.plan import Choice, NotFixed, Plan, choose, plan
from lint_indexes.linter.judging import judge
from lint_indexes.linter.loading import Loaded, Project, load_sources, opened
from lint_indexes.model.edits import DeclareIndex, Edit, FileChange, UndeclareIndex
from lint_indexes.model.names import QualifiedName
from lint_indexes.probe.client import Probe
from lint_indexes.report import Report
from lint_indexes.sources.files import relative_path, write_all
from lint_indexes.sources.repository import unstaged_files


@dataclass(frozen=True, slots=True)
class Outcome:
    """What ``--fix`` made of one project.

    ``report`` is what is left; ``fixed`` are the findings that are mended, ``left`` those that could have
    been, with the reason; ``unsafe`` is how many more ``--unsafe-fixes`` would try; ``changes`` are the
    files, written unless only a diff was asked for.
    """

    report: Report
    fixed: tuple[Choice, ...] = ()
    left: tuple[NotFixed, ...] = ()
    unsafe: int = 0
    changes: tuple[FileChange, ...] = ()
    warnings: tuple[str, ...] = ()


def fix(options: CheckOptions, fixing: FixOptions) -> list[Outcome]:
    """Mend every project that is configured here.

    Raises:
        LintIndexesError: a project could not be judged, or a file not be written; then none is.
    """
    configs = configurations(options.root, options.config, options.files)
    outcomes = [_fix(config, options, fixing) for config in configs]
    return [replace(outcome, report=narrow(outcome.report, options.files)) for outcome in outcomes]


def _fix(config: Config, options: CheckOptions, fixing: FixOptions) -> Outcome:
    with opened(config, python=options.python, base=options.base) as project:
        report = _judge(config, project.loaded, options)
        mendable = narrow(report, options.files).findings
        choices, unsafe = choose(
            mendable,
            unsafe=fixing.unsafe,
            drop_drift=fixing.drop_drift,
            rewrite=bool(config.since) or options.base is not None,
        )
        attempt = _Attempt(config, options, fixing, project, report)
        choices, changes, after, left = attempt.settle(choices)
        if not changes:
            return Outcome(report, left=left, unsafe=unsafe)
        if fixing.diff:
            return Outcome(report, choices, left, unsafe, changes)
        write_all(changes)
        warnings = tuple(_run_hooks(project.probe, changes))
    return Outcome(after, choices, left, unsafe, changes, warnings)


def _judge(config: Config, loaded: Loaded, options: CheckOptions) -> Report:
    return judge(
        config,
        loaded,
        base=options.base,
        select=options.select,
        ignore=options.ignore,
        extend_select=options.extend_select,
    )


def _run_hooks(probe: Probe, changes: Iterable[FileChange]) -> Iterator[str]:
    """The project's post-write hooks on each new file; one that fails leaves a file that was good before."""
    for change in changes:
        if change.before is None:
            try:
                probe.run_post_write_hooks(str(change.path))
            except LintIndexesError as error:
                yield error.message


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Tries fixes together, and gives up those that cannot be written or do not mend what they should."""

    config: Config
    options: CheckOptions
    fixing: FixOptions
    project: Project
    report: Report

    def settle(
        self, choices: Sequence[Choice]
    ) -> tuple[tuple[Choice, ...], tuple[FileChange, ...], Report, tuple[NotFixed, ...]]:
        """The fixes that hold, the files that they make, the report on these, and the fixes given up."""
        left: list[NotFixed] = []
        while True:
            planned = plan(choices)
            left += planned.left
            made = self._make(planned.choices)
            left += made.failed
            if made.failed:
                choices = _without(planned.choices, made.failed)
                continue
            if not made.changes:
                return (), (), self.report, tuple(left)
            after, failed = self._judged(planned, made.changes)
            if not failed:
                return planned.choices, made.changes, after, tuple(left)
            left += failed
            choices = _without(planned.choices, failed)

    def _judged(self, planned: Plan, changes: Sequence[FileChange]) -> tuple[Report, Sequence[NotFixed]]:
        """The report on the changed files, as they would be, and the fixes that do not do well there."""
        overlay = {str(change.path): _text(change.after) for change in changes}
        try:
            loaded = load_sources(
                self.config, python=self.options.python, base=self.options.base, overlay=overlay
            )
        except LintIndexesError as error:
            return self.report, self._breaking(planned.choices, changes, error)
        after = _judge(self.config, loaded, self.options)
        return after, [*self._failed(planned.choices, after), *self._side_effects(planned, loaded)]

    def _breaking(
        self, choices: Sequence[Choice], changes: Sequence[FileChange], error: LintIndexesError
    ) -> list[NotFixed]:
        """The fixes with which the project cannot be loaded: those of a file that the error names, or all."""
        told = f"{error.message}\n{error.details or ''}"
        named = {str(change.path) for change in changes if str(change.path) in told}
        reason = f"with it, the project could not be loaded: {error.message}"
        concerned = [choice for choice in choices if named & self._model_files(choice)]
        return [NotFixed(choice.finding, reason) for choice in concerned or choices]

    def _model_files(self, choice: Choice) -> set[str]:
        models = self.project.loaded.models
        tables = models.catalog.tables if models else {}
        edits = (edit for edit in choice.fix.edits if isinstance(edit, DeclareIndex | UndeclareIndex))
        origins = (tables[edit.index.table].origin for edit in edits if edit.index.table in tables)
        return {origin.path for origin in origins if origin is not None and origin.path is not None}

    def _side_effects(self, planned: Plan, loaded: Loaded) -> Iterator[NotFixed]:
        """The fixes after which the models declare more or less than was asked for.

        That happens where a class begins to have a __table_args__ of its own, which hides an inherited one.
        """
        models = self.project.loaded.models
        if models is None or loaded.models is None:
            return
        gone = {edit.index.name for edit in planned.models if isinstance(edit, UndeclareIndex)}
        new = {edit.index.name for edit in planned.models if isinstance(edit, DeclareIndex)}
        expected = (set(models.catalog.indexes) - gone) | new
        for name in sorted(expected ^ set(loaded.models.catalog.indexes)):
            catalog = models.catalog if name in models.catalog.indexes else loaded.models.catalog
            table = catalog.indexes[name].table if name in catalog.indexes else None
            for choice in planned.choices:
                if any(_edits_model_of(edit, table) for edit in choice.fix.edits):
                    yield NotFixed(choice.finding, f"it would change {name.name} of the models as well")

    def _make(self, choices: Sequence[Choice]) -> Changes:
        models = self.project.loaded.models
        return make_changes(
            plan(choices),
            self.project.probe,
            self.project.loaded.history,
            models.catalog if models else None,
            unstaged=unstaged_files(self.config.root),
            concurrently=self.config.fix_concurrently,
            postgres_version=self.config.postgres_version,
            message=self.fixing.message,
        )

    def _failed(self, choices: Sequence[Choice], after: Report) -> list[NotFixed]:
        """The fixes that left their finding, or brought about another one."""
        identify = partial(_identity, root=self.config.root)
        before = Counter(map(identify, self.report.findings))
        now = Counter(map(identify, after.findings))
        failed = {
            choice.finding: "the finding would still be there"
            for choice in choices
            if now[identify(choice.finding)] >= before[identify(choice.finding)]
        }
        for finding in after.findings:
            # A warning may well follow from an index that is demanded: the older one is superfluous then.
            if finding.severity is Severity.ERROR and identify(finding) not in before:
                about = f"it would bring about {finding.code} ({finding.violation.message})"
                failed.update({choice.finding: about for choice in _concerned(choices, finding)})
        return [NotFixed(finding, reason) for finding, reason in failed.items()]


def _edits_model_of(edit: Edit, table: QualifiedName | None) -> bool:
    return isinstance(edit, DeclareIndex | UndeclareIndex) and table in (None, edit.index.table)


def _identity(finding: Finding, root: Path) -> Identity:
    return finding.identity(partial(relative_path, folder=root))


def _concerned(choices: Sequence[Choice], new: Finding) -> Sequence[Choice]:
    """The fixes that may have brought a finding about: those for the same table, else all."""
    subject = new.violation.subject
    for same in (
        [choice for choice in choices if choice.finding.violation.subject.index == subject.index],
        [choice for choice in choices if choice.finding.violation.subject.table == subject.table],
    ):
        if same and (subject.index or subject.table):
            return same
    return choices


def _without(choices: Sequence[Choice], failed: Iterable[NotFixed]) -> tuple[Choice, ...]:
    gone = [one.finding for one in failed]
    return tuple(choice for choice in choices if choice.finding not in gone)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
