"""``lint-indexes show``: the indexes that a source declares."""

from __future__ import annotations

from lint_indexes.commands.options import ShowOptions
from lint_indexes.commands.projects import configurations
from lint_indexes.config import Config
from lint_indexes.errors import ConfigurationError
from lint_indexes.linter import load_sources
from lint_indexes.model.catalog import Index
from lint_indexes.model.origin import Source
from lint_indexes.report import Listing


def show(options: ShowOptions) -> Listing:
    """The indexes of one source of one project, sorted by schema and name.

    Raises:
        LintIndexesError: the source could not be loaded, or several projects are configured here.
    """
    configs = configurations(options.root, options.config)
    if len(configs) > 1:
        paths = ", ".join(str(config.path) for config in configs)
        raise ConfigurationError(
            f"several projects are configured here: {paths}", hint="choose one with --config"
        )
    (config,) = configs
    if options.source is Source.POLICY:
        return Listing(Source.POLICY, None, _of_policy(config))
    loaded = load_sources(config, python=options.python, at=options.at)
    if options.source is Source.MIGRATIONS:
        revision = options.at or ", ".join(loaded.history.heads)
        return Listing(Source.MIGRATIONS, revision, loaded.history.head.sorted_indexes())
    if loaded.models is None:
        raise ConfigurationError(
            "env.py names no target_metadata", hint='name the models with metadata = "module:attribute"'
        )
    return Listing(Source.MODELS, None, loaded.models.catalog.sorted_indexes())


def _of_policy(config: Config) -> tuple[Index, ...]:
    return tuple(
        sorted((expected.index for expected in config.policy.indexes.values()), key=lambda index: index.name)
    )
