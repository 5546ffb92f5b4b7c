"""The projects that a command works on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lint_indexes.config import Config, find_config, holds_config, load_config
from lint_indexes.config.files import OWN_FILE, PYPROJECT
from lint_indexes.errors import ConfigurationError, LintIndexesError
from lint_indexes.rules import ALL_RULES
from lint_indexes.sources.repository import tracked_files


def configurations(root: Path | None, config: Path | None, files: Sequence[Path] = ()) -> list[Config]:
    """The given configuration; or the nearest one upwards; or those upwards of the ``files`` that are named;
    or every one that git knows below.

    Raises:
        ConfigurationError: there is none, or one of them cannot be used.
    """
    known_rules = {rule.code: rule.name for rule in ALL_RULES}
    start = (root or Path.cwd()).absolute()
    if not start.is_dir():
        raise ConfigurationError(f"--root: {start} is not a folder")
    paths = [config.absolute()] if config else _discover(start, files)
    return [load_config(path, known_rules) for path in paths]


def only_configuration(root: Path | None, config: Path | None, files: Sequence[Path] = ()) -> Config:
    """The one project that is configured here.

    Raises:
        ConfigurationError: there is none, or there are several, or it cannot be used.
    """
    configs = configurations(root, config, files)
    if len(configs) > 1:
        paths = ", ".join(str(config.path) for config in configs)
        raise ConfigurationError(
            f"several projects are configured here: {paths}", hint="choose one with --config"
        )
    return configs[0]


def _discover(start: Path, files: Sequence[Path]) -> list[Path]:
    above = find_config(start)
    if above is not None:
        return [above]
    governing = {find_config(file if file.is_dir() else file.absolute().parent) for file in files}
    if governing - {None}:
        return sorted(path for path in governing if path is not None)
    hint = "add a table [tool.lint-indexes] to pyproject.toml, or name a file with --config"
    names = (OWN_FILE, PYPROJECT)
    try:
        candidates = tracked_files(start, *names, *(f"**/{name}" for name in names))
    except LintIndexesError as error:
        message = (
            f"no configuration in {start} or above it, and none was looked for below, since {error.message}"
        )
        raise ConfigurationError(message, hint=hint) from error
    folders = sorted({path.parent for path in candidates if holds_config(path)})
    if not folders:
        raise ConfigurationError(
            f"no configuration in {start}, above it, or below it as far as git knows", hint=hint
        )
    return [next(folder / name for name in names if holds_config(folder / name)) for folder in folders]
