"""The judgement of a project, as the options ask for it."""

from __future__ import annotations

import os

from lint_indexes.commands.options import CheckOptions
from lint_indexes.commands.projects import configurations, only_configuration
from lint_indexes.config.value import Config
from lint_indexes.linter.judging import lint
from lint_indexes.linter.loading import NOTHING
from lint_indexes.probe.head_start import HeadStart
from lint_indexes.report import Report
from lint_indexes.sources.database import database_address
from lint_indexes.sources.memory import Memory
from lint_indexes.sources.progress import Track


def chosen_projects(options: CheckOptions) -> list[Config]:
    """The projects; a URL is that of one project's database."""
    if options.database_url is not None:
        return [only_configuration(options.root, options.config, options.files)]
    return configurations(options.root, options.config, options.files)


def judge_project(
    config: Config,
    options: CheckOptions,
    *,
    baseline: bool = True,
    track: Track = iter,
    memory: Memory = NOTHING,
    head_start: HeadStart | None = None,
) -> Report:
    """One project's report, whatever files are named. Without ``baseline``, what it accepts is reported;
    ``track`` shows how far it has come, ``memory`` has what earlier runs found out, and ``head_start`` has
    the probe's process already.
    """
    # What the database is at is for the database to say.
    address = database_address(config, options.database_url, os.environ) if options.at is None else None
    return lint(
        config,
        python=options.python,
        at=options.at,
        base=options.base,
        select=options.select,
        ignore=options.ignore,
        extend_select=options.extend_select,
        baseline=baseline,
        database=address,
        track=track,
        memory=NOTHING if address or config.allow else memory,
        head_start=head_start,
    )
