"""``lint-indexes show``: the indexes that a source declares."""

from __future__ import annotations

import os
from dataclasses import field
from pathlib import Path

from lint_indexes.commands.projects import only_configuration
from lint_indexes.config.value import Config
from lint_indexes.errors import ConfigurationError
from lint_indexes.linter.loading import load_snapshot, load_sources
from lint_indexes.model.catalog import Index
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.origin import Source
from lint_indexes.report import Listing
from lint_indexes.sources.database import database_address


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """``show``: the indexes of one source, for the migrations as of revision ``at``, for the database at
    ``database_url``.
    """

    source: Source
    root: Path | None = None
    config: Path | None = None
    python: str | None = None
    at: str | None = None
    database_url: str | None = field(default=None, repr=False)


def show(options: ShowOptions) -> Listing:
    """The indexes of one source of one project, sorted by schema and name.

    Raises:
        LintIndexesError: the source could not be loaded, or several projects are configured here.
    """
    config = only_configuration(options.root, options.config)
    if options.source is Source.POLICY:
        return Listing(Source.POLICY, None, _of_policy(config))
    if options.source is Source.DATABASE:
        return _of_database(config, options)
    loaded = load_sources(config, python=options.python, at=options.at)
    if options.source is Source.MIGRATIONS:
        revision = options.at or ", ".join(loaded.history.heads)
        return Listing(Source.MIGRATIONS, revision, loaded.history.head.sorted_indexes())
    if loaded.models is None:
        raise ConfigurationError(
            "env.py names no target_metadata", hint='name the models with metadata = "module:attribute"'
        )
    return Listing(Source.MODELS, None, loaded.models.catalog.sorted_indexes())


def _of_database(config: Config, options: ShowOptions) -> Listing:
    address = database_address(config, options.database_url, os.environ)
    if address is None:
        name = config.database_url_env
        otherwise = f"set {name}" if name else "name a variable that has it with the key database-url-env"
        raise ConfigurationError(
            "no database is named", hint=f"give its URL with --database-url, or {otherwise}"
        )
    snapshot = load_snapshot(config, address, python=options.python)
    return Listing(Source.DATABASE, ", ".join(snapshot.revisions) or None, snapshot.catalog.sorted_indexes())


def _of_policy(config: Config) -> tuple[Index, ...]:
    return tuple(
        sorted((expected.index for expected in config.policy.indexes.values()), key=lambda index: index.name)
    )
