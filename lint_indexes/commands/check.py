"""``lint-indexes check``: judge every project that is configured here, or find that nothing has changed."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lint_indexes.cache.folder import REPLAY, CacheFolder
from lint_indexes.cache.key import cache_key
from lint_indexes.cache.store import find_report, keep_report
from lint_indexes.commands.discovery import configuration_paths, only_path
from lint_indexes.commands.narrow import narrow
from lint_indexes.commands.options import CheckOptions
from lint_indexes.config.files import CACHE_FOLDER, unchecked_table
from lint_indexes.errors import LintIndexesError
from lint_indexes.model.inputs import Inputs, read_now
from lint_indexes.report import Report
from lint_indexes.sources.commits import commit_in_progress
from lint_indexes.sources.progress import Track

if TYPE_CHECKING:
    from lint_indexes.cache.memory import ProjectMemory
    from lint_indexes.config.value import Config

_finished: list[ProjectMemory] = []
"""The last project's, freed with the process: to take it apart takes as long as to print a report."""


def check(options: CheckOptions, track: Track = iter) -> list[Report]:
    """One report for each project, in the order of their paths.

    Several projects are judged side by side, as many as there are cores. ``track`` goes through the revisions
    of one, or through several projects, and may show how far it has come.

    Raises:
        LintIndexesError: a project could not be judged.
    """
    paths = (
        configuration_paths(options.root, options.config, options.files)
        if options.database_url is None
        else [only_path(options.root, options.config, options.files)]
    )
    known = {path: report for path in paths if (report := _known(path, options)) is not None}
    changed = [path for path in paths if path not in known]
    if len(changed) == 1:
        known[changed[0]] = _judged(changed[0], options, track)
    elif changed:
        from lint_indexes.commands.parallel import judge_side_by_side

        known |= judge_side_by_side(partial(_judged, options=options), changed, track)
    return [narrow(known[path], options.files) for path in paths]


def _known(path: Path, options: CheckOptions) -> Report | None:
    """The report of an earlier run, if that would be the same today."""
    if not _is_cached(options):
        return None
    report = find_report(_cache_of(path), _key(path, options), os.environ)
    if report is None:
        return None
    note = "nothing has changed since an earlier run, whose report this is"
    return replace(report, notes=(*report.notes, note))


def _judged(path: Path, options: CheckOptions, track: Track = iter) -> Report:
    from lint_indexes.probe.head_start import HeadStart

    _finished.clear()
    # As it is before anything changes, or is read: the day as well, and the tool itself.
    began, key, read = time.time_ns(), _key(path, options), Inputs(read_now((path,)))
    with HeadStart(unchecked_table(path), path.parent, options.python) as head_start:
        # Only here is it worth the time to import what judges.
        from lint_indexes.commands.judging import judge_project
        from lint_indexes.config.load import load_config
        from lint_indexes.linter.selection import KNOWN_RULES

        config = load_config(path, KNOWN_RULES)
        if not _is_cached(options):
            return judge_project(config, options, track=track, head_start=head_start)
        memory = _memory(config, options, began)
        report = judge_project(config, options, track=track, memory=memory, head_start=head_start)
    if report.inputs is not None:
        report = replace(report, inputs=report.inputs | read)
    problem = keep_report(_cache_of(path), key, report, os.environ, began, memory.fingerprints())
    memory.write()
    _finished.append(memory)
    return replace(report, notes=(*report.notes, f"not kept in the cache: {problem}")) if problem else report


def _memory(config: Config, options: CheckOptions, began: int) -> ProjectMemory:
    from lint_indexes.cache.journal import hash_of
    from lint_indexes.cache.memory import ProjectMemory
    from lint_indexes.sources.metadata import empty_catalog

    asked = (config.metadata, config.alembic, config.alembic_section, sorted(config.env.items()))
    server = (config.default_schema, config.postgres_version, sorted(config.extensions))
    name = hash_of(os.fsencode(config.path), repr(options.python).encode())
    folder = CacheFolder(_cache_of(config.path).path, REPLAY)
    key = cache_key(config.python, asked, server)
    return ProjectMemory(folder, name, key, os.environ, began, empty_catalog(config))


def _is_cached(options: CheckOptions) -> bool:
    """A database and another branch may change at any time."""
    return options.cache and options.database_url is None and options.base is None


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
