"""Several projects side by side: each in a process of its own, as many at once as there are cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from lint_indexes.cache.reports import report_from_json, report_to_json
from lint_indexes.errors import LintIndexesError
from lint_indexes.report import Report
from lint_indexes.sources.progress import Track


def judge_side_by_side(
    judge: Callable[[Path], Report], paths: Sequence[Path], track: Track = iter
) -> dict[Path, Report]:
    """The reports of several projects, by the paths of their configurations.

    Args:
        judge: what makes a report; it goes to other processes, so it has to be importable.

    Raises:
        LintIndexesError: the first project, in the order of the paths, that could not be judged.
    """
    workers = min(len(paths), os.cpu_count() or 1)
    if workers == 1:
        return {path: judge(path) for path in track(paths)}
    # Not forked: the same on every system, and no thread of this process is left behind in the others.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        running = [pool.submit(_outcome, judge, path) for path in paths]
        try:
            done = [future.result() for future in track(running)]
        finally:
            for future in running:
                future.cancel()
    for outcome in done:
        if isinstance(outcome, _Problem):
            raise LintIndexesError(outcome[0], hint=outcome[1], details=outcome[2])
    return {path: report_from_json(outcome) for path, outcome in zip(paths, done, strict=True)}


class _Problem(tuple[str, "str | None", "str | None"]):
    """Message, hint and details of a LintIndexesError, which itself does not travel between processes."""


def _outcome(judge: Callable[[Path], Report], path: Path) -> object:
    try:
        return report_to_json(judge(path))
    except LintIndexesError as error:
        return _Problem((error.message, error.hint, error.details))
