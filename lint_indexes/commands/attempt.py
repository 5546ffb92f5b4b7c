"""Fixes tried in memory: those that cannot be made, or do not mend what they should, are given up."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from lint_indexes.commands.blame import concerned, editing, identity, is_error, would_bring_about
from lint_indexes.commands.narrow import narrow
from lint_indexes.commands.options import CheckOptions, FixOptions
from lint_indexes.config.value import Config
from lint_indexes.errors import LintIndexesError, NoAnswerError
from lint_indexes.findings import Finding, Fix
from lint_indexes.fixers.changes import NOTHING, Changes, Earlier, make_changes
from lint_indexes.fixers.choice import Choice, NotFixed, choose, comes_last, revisions_edited
from lint_indexes.fixers.plan import Plan, plan
from lint_indexes.linter.judging import judge
from lint_indexes.linter.loaded import Loaded
from lint_indexes.linter.loading import Project, load_sources
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.edits import DeclareIndex, FileChange, UndeclareIndex
from lint_indexes.report import Report
from lint_indexes.sources.database import database_address
from lint_indexes.sources.repository import unstaged_files

_MOST_ROUNDS = 8
_MOST_TRIES = 4


@dataclass(frozen=True, slots=True)
class State:
    """The project with some fixes, in memory: how it was loaded, and the report on it.

    ``changes`` are the files that the fixes make, ``earlier`` is what they amount to.
    """

    loaded: Loaded
    report: Report
    fixed: tuple[Choice, ...] = ()
    changes: tuple[FileChange, ...] = ()
    earlier: Earlier = NOTHING


@dataclass(frozen=True, slots=True)
class Settled:
    """What is not mended: the report ``on_disk``, the fixes that were given up, and how many are not safe."""

    on_disk: Report
    left: tuple[NotFixed, ...] = ()
    unsafe: int = 0


def _judge(config: Config, loaded: Loaded, options: CheckOptions) -> Report:
    return judge(
        config,
        loaded,
        base=options.base,
        select=options.select,
        ignore=options.ignore,
        extend_select=options.extend_select,
    )


def mend(
    config: Config, options: CheckOptions, fixing: FixOptions, project: Project
) -> tuple[State, Settled]:
    """All fixes of a project that hold, in memory; the second value tells of the rest.

    What a fix brings about is mended next, so that a second run would find nothing to do. Where that does
    not work out, all begins anew without the fixes that led there, and in the end without any that bring
    about an error.
    """
    start = State(project.loaded, _judge(config, project.loaded, options))
    known = {identity(finding, config.root) for finding in start.report.findings}
    given_up: dict[Fix, str] = {}
    for number in range(_MOST_TRIES):
        patient = number < _MOST_TRIES - 1
        state, settled = _Attempt(config, options, fixing, project, start, patient, given_up).to_the_end()
        worse = [one for one in state.report.findings if is_error(one)]
        worse = [one for one in worse if identity(one, config.root) not in known]
        if not worse:
            break
        given_up = dict(given_up)
        for finding in worse:
            given_up |= {one.fix: would_bring_about(finding) for one in concerned(state.fixed, finding)}
    return state, settled


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Tries fixes together on a project in some state; ``project`` is as it is on the disk.

    ``patient`` lets a fix bring about an error that can be mended in turn; ``given_up`` are fixes that are
    not to be made, and why. ``by_flag`` lets index=True declare an index, whose name the models' own
    convention may want otherwise.
    """

    config: Config
    options: CheckOptions
    fixing: FixOptions
    project: Project
    state: State
    patient: bool
    given_up: Mapping[Fix, str] = field(default_factory=dict)
    by_flag: bool = True

    def to_the_end(self) -> tuple[State, Settled]:
        """Round after round, until there is nothing left that can be mended."""
        attempt, settled = self, Settled(self.state.report)
        for _ in range(_MOST_ROUNDS):
            state, settled = attempt._settle(self.state.report)
            if state is attempt.state:
                break
            attempt = replace(attempt, state=state)
        return attempt.state, settled

    def _settle(self, on_disk: Report) -> tuple[State, Settled]:
        """The state with the fixes that hold, and those that were given up."""
        choices, unsafe = self._choices(narrow(self.state.report, self.options.files).findings)
        reasons = [(one, self._reason_not_to(one)) for one in choices]
        untried = tuple(NotFixed(one.finding, reason) for one, reason in reasons if reason)
        new = [one for one, reason in reasons if not reason]
        state, left = self._settled([one for one in new if not comes_last(one)])
        if state is self.state:
            state, last = self._settled([one for one in new if comes_last(one)])
            left += last
        return state, Settled(on_disk, untried + left, unsafe)

    def _reason_not_to(self, choice: Choice) -> str | None:
        """Why a fix is not even tried: what was done in this run already would lead round in circles."""
        done = any(choice.fix == one.fix for one in self.state.fixed)
        return "another fix undoes it" if done else self.given_up.get(choice.fix)

    def _choices(self, findings: Iterable[Finding]) -> tuple[tuple[Choice, ...], int]:
        """The fixes to try, and how many others are not safe; a migration of this run is not edited again."""
        choices, unsafe = choose(
            findings,
            unsafe=self.fixing.unsafe,
            drop_drift=self.fixing.drop_drift,
            rewrite=bool(self.config.since) or self.options.base is not None,
        )
        known = set(self.project.loaded.history.revisions)
        return tuple(one for one in choices if revisions_edited(one.fix) <= known), unsafe

    def _settled(self, choices: Sequence[Choice]) -> tuple[State, tuple[NotFixed, ...]]:
        left: list[NotFixed] = []
        while True:
            planned = plan(choices)
            left += planned.left
            made = self._make(planned)
            left += made.failed
            if made.failed:
                choices = _without(planned.choices, made.failed)
                continue
            if not planned.choices or made.changes == self.state.changes:
                return self.state, tuple(left)
            after, failed = self._judged(planned, made)
            if not failed:
                return after, tuple(left)
            if self.by_flag and any(self._side_effects(planned, after.loaded)):
                state, others = replace(self, by_flag=False)._settled(choices)
                return state, (*left, *others)
            left += failed
            choices = _without(planned.choices, failed)

    def _make(self, planned: Plan) -> Changes:
        models = self.state.loaded.models
        return make_changes(
            planned,
            self.project.probe,
            self.project.loaded.history,
            self.state.loaded.history,
            models.catalog if models else None,
            earlier=self.state.earlier,
            by_flag=self.by_flag,
            unstaged=unstaged_files(self.config.root),
            concurrently=self.config.fix_concurrently,
            postgres_version=self.config.postgres_version,
            message=self.fixing.message,
        )

    def _judged(self, planned: Plan, made: Changes) -> tuple[State, Sequence[NotFixed]]:
        """The project with the changed files, and the fixes that do not do well there."""
        overlay = {str(change.path): _text(change.after) for change in made.changes}
        try:
            loaded = load_sources(
                self.config,
                python=self.options.python,
                base=self.options.base,
                database=database_address(self.config, self.options.database_url, os.environ),
                overlay=overlay,
            )
        except NoAnswerError:  # the machine may just be busy, which no fix is to blame for
            raise
        except LintIndexesError as error:
            return self.state, self._breaking(planned.choices, made.changes, error)
        after = _judge(self.config, loaded, self.options)
        state = State(loaded, after, (*self.state.fixed, *planned.choices), made.changes, made.earlier)
        failed = [*self._side_effects(planned, loaded), *self._failed(planned.choices, after)]
        return state, list({one.finding: one for one in failed}.values())

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
        models = self.state.loaded.models
        tables = models.catalog.tables if models else {}
        edits = (edit for edit in choice.fix.edits if isinstance(edit, DeclareIndex | UndeclareIndex))
        origins = (tables[edit.index.table].origin for edit in edits if edit.index.table in tables)
        return {origin.path for origin in origins if origin is not None and origin.path is not None}

    def _side_effects(self, planned: Plan, loaded: Loaded) -> Iterator[NotFixed]:
        """The fixes after which the models declare more or less than was asked for.

        That happens where a class begins to have a __table_args__ of its own, which hides an inherited one.
        """
        models = self.state.loaded.models
        if models is None or loaded.models is None:
            return
        declared = [edit for edit in planned.models if isinstance(edit, DeclareIndex)]
        gone = {edit.index.name for edit in planned.models if isinstance(edit, UndeclareIndex)}
        gone |= {edit.instead_of.name for edit in declared if edit.instead_of is not None}
        new = {edit.index.name for edit in declared}
        expected = (set(models.catalog.indexes) - gone) | new
        for name in sorted(expected ^ set(loaded.models.catalog.indexes)):
            catalog = models.catalog if name in models.catalog.indexes else loaded.models.catalog
            for choice in editing(planned.choices, name, catalog.indexes.get(name)):
                yield NotFixed(choice.finding, f"it would change {name.name} of the models as well")

    def _failed(self, choices: Sequence[Choice], after: Report) -> list[NotFixed]:
        """The fixes that left their finding, or brought about another one."""
        root = self.config.root
        before = Counter(identity(finding, root) for finding in self.state.report.findings)
        now = Counter(identity(finding, root) for finding in after.findings)
        failed = {
            choice.finding: "the finding would still be there"
            for choice in choices
            if now[identity(choice.finding, root)] >= before[identity(choice.finding, root)]
        }
        for finding in after.findings:
            # A warning may well follow from an index that is demanded: the older one is superfluous then.
            if not is_error(finding) or identity(finding, root) in before:
                continue
            if not (self.patient and self._may_be_mended(finding)):
                reason = would_bring_about(finding)
                failed.update({choice.finding: reason for choice in concerned(choices, finding)})
        return [NotFixed(finding, reason) for finding, reason in failed.items()]

    def _may_be_mended(self, finding: Finding) -> bool:
        choices, _ = self._choices([finding])
        return any(self._reason_not_to(choice) is None for choice in choices)


def _without(choices: Sequence[Choice], failed: Iterable[NotFixed]) -> tuple[Choice, ...]:
    gone = [one.finding for one in failed]
    return tuple(choice for choice in choices if choice.finding not in gone)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
