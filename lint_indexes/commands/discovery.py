"""Which configurations a command works on; none of them is read for what it says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lint_indexes.config.files import OWN_FILE, PYPROJECT, find_config, holds_config
from lint_indexes.errors import ConfigurationError, LintIndexesError
from lint_indexes.sources.repository import tracked_files


def configuration_paths(root: Path | None, config: Path | None, files: Sequence[Path] = ()) -> list[Path]:
    """The given configuration; or the nearest one upwards; or those upwards of the ``files`` that are named;
    or every one that git knows below.

    Raises:
        ConfigurationError: there is none.
    """
    start = (root or Path.cwd()).absolute()
    if not start.is_dir():
        raise ConfigurationError(f"--root: {start} is not a folder")
    return [config.absolute()] if config else _discover(start, files)


def only_path(root: Path | None, config: Path | None, files: Sequence[Path] = ()) -> Path:
    """The one project that is configured here.

    Raises:
        ConfigurationError: there is none, or there are several.
    """
    paths = configuration_paths(root, config, files)
    if len(paths) > 1:
        shown = ", ".join(map(str, paths))
        raise ConfigurationError(
            f"several projects are configured here: {shown}", hint="choose one with --config"
        )
    return paths[0]


def _discover(start: Path, files: Sequence[Path]) -> list[Path]:
    above = find_config(start)
    if above is not None:
        return [above]
    governing = {find_config(file if file.is_dir() else file.absolute().parent) for file in files}
    if governing - {None}:
        return sorted(path for path in governing if path is not None)
    hint = "`lint-indexes init` makes one; --config names a file that is elsewhere"
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
