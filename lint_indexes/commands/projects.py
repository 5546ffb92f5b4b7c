"""The projects that a command works on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lint_indexes.commands.discovery import configuration_paths, only_path
from lint_indexes.config.load import load_config
from lint_indexes.config.value import Config
from lint_indexes.linter.selection import KNOWN_RULES


def configurations(root: Path | None, config: Path | None, files: Sequence[Path] = ()) -> list[Config]:
    """The projects that ``configuration_paths`` finds.

    Raises:
        ConfigurationError: there is none, or one of them cannot be used.
    """
    return [load_config(path, KNOWN_RULES) for path in configuration_paths(root, config, files)]


def only_configuration(root: Path | None, config: Path | None, files: Sequence[Path] = ()) -> Config:
    """The one project that is configured here.

    Raises:
        ConfigurationError: there is none, or there are several, or it cannot be used.
    """
    return load_config(only_path(root, config, files), KNOWN_RULES)
