"""``lint-indexes check --fix``: mend what can be mended, and prove it before anything is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lint_indexes.commands.attempt import mend
from lint_indexes.commands.judging import chosen_projects
from lint_indexes.commands.narrow import narrow
from lint_indexes.commands.options import CheckOptions, FixOptions
from lint_indexes.config.value import Config
from lint_indexes.errors import LintIndexesError
from lint_indexes.fixers.choice import Choice, NotFixed
from lint_indexes.fixers.migration.writing import IN_TRANSACTION
from lint_indexes.linter.loading import opened
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.edits import FileChange
from lint_indexes.probe.client import Probe
from lint_indexes.report import Report
from lint_indexes.sources.database import database_address
from lint_indexes.sources.files import write_all


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
    outcomes = [_fix(config, options, fixing) for config in chosen_projects(options)]
    return [replace(outcome, report=narrow(outcome.report, options.files)) for outcome in outcomes]


def _fix(config: Config, options: CheckOptions, fixing: FixOptions) -> Outcome:
    address = database_address(config, options.database_url, os.environ)
    with opened(config, python=options.python, base=options.base, database=address) as project:
        state, settled = mend(config, options, fixing, project)
        outcome = Outcome(settled.on_disk, state.fixed, settled.left, settled.unsafe, state.changes)
        if fixing.diff or not state.changes:
            return outcome
        write_all(state.changes)
        warnings = (
            *_lock_warnings(config, project.probe, state.changes),
            *_run_hooks(project.probe, state.changes),
        )
    return replace(outcome, report=state.report, warnings=warnings)


def _lock_warnings(config: Config, probe: Probe, changes: Iterable[FileChange]) -> Iterator[str]:
    """Why a new migration builds its indexes with a lock, where nobody asked for that."""
    written = any(change.before is None for change in changes)
    if written and config.fix_concurrently and probe.in_transaction():
        yield f"{IN_TRANSACTION}, so the new one builds and drops indexes with a lock; see docs/fixing.md"


def _run_hooks(probe: Probe, changes: Iterable[FileChange]) -> Iterator[str]:
    """The project's post-write hooks on each new file; one that fails leaves a file that was good before."""
    for change in changes:
        if change.before is None:
            try:
                probe.run_post_write_hooks(str(change.path))
            except LintIndexesError as error:
                yield error.message
