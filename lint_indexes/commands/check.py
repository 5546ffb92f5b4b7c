"""``lint-indexes check``: judge every project that is configured here, or find that nothing has changed."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

from lint_indexes.cache.folder import CacheFolder
from lint_indexes.cache.key import cache_key
from lint_indexes.cache.store import find_report, keep_report
from lint_indexes.commands.discovery import configuration_paths, only_path
from lint_indexes.commands.narrow import narrow
from lint_indexes.commands.options import CheckOptions
from lint_indexes.config.files import CACHE_FOLDER, unchecked_table
from lint_indexes.errors import LintIndexesError
from lint_indexes.report import Report
from lint_indexes.sources.commits import commit_in_progress


def check(options: CheckOptions) -> list[Report]:
    """One report for each project, in the order of their paths.

    Raises:
        LintIndexesError: a project could not be judged.
    """
    paths = (
        configuration_paths(options.root, options.config, options.files)
        if options.database_url is None
        else [only_path(options.root, options.config, options.files)]
    )
    return [narrow(_report(path, options), options.files) for path in paths]


def _report(path: Path, options: CheckOptions) -> Report:
    # A database and another branch may change at any time.
    if not options.cache or options.database_url is not None or options.base is not None:
        return _judged(path, options)
    began = time.time_ns()
    folder, key = _cache_of(path), _key(path, options)
    known = find_report(folder, key, os.environ)
    if known is not None:
        return replace(
            known, notes=(*known.notes, "nothing has changed since an earlier run, whose report this is")
        )
    report = _judged(path, options)
    problem = keep_report(folder, key, report, os.environ, began)
    return replace(report, notes=(*report.notes, f"not kept in the cache: {problem}")) if problem else report


def _judged(path: Path, options: CheckOptions) -> Report:
    # Only here is it worth the time to import what judges.
    from lint_indexes.commands.judging import judge_project
    from lint_indexes.config.load import load_config
    from lint_indexes.linter import KNOWN_RULES

    return judge_project(load_config(path, KNOWN_RULES), options)


def clean_caches(root: Path | None, config: Path | None) -> list[Path]:
    """Remove the caches of the projects; returns where there were any.

    Raises:
        LintIndexesError: there is no project, or something cannot be removed.
    """
    folders = [_cache_of(path) for path in configuration_paths(root, config)]
    try:
        return [folder.path for folder in folders if folder.clean()]
    except OSError as error:
        raise LintIndexesError(f"cannot remove {error.filename}: {error.strerror}") from error


def _cache_of(path: Path) -> CacheFolder:
    """Where the configuration at a path wants the cache."""
    configured = unchecked_table(path).get("cache-dir")
    return CacheFolder(path.parent / (configured if isinstance(configured, str) else CACHE_FOLDER))


def _key(path: Path, options: CheckOptions) -> str:
    python = options.python and (options.python, str(Path(options.python).absolute()))
    rules = (options.select, options.ignore, options.extend_select)
    return cache_key(str(path), python, options.at, rules, commit_in_progress(os.environ))
