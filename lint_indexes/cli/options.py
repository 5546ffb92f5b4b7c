"""Options that commands share, and what their values become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from lint_indexes.cli.layout import SectionOption

PROJECT = "Which project"
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

Function = TypeVar("Function", bound=Callable[..., Any])


def option_of(*names: str, section: str, **settings: Any) -> Callable[[Function], Function]:
    """An option that is listed under the heading ``section``."""
    return click.option(*names, cls=SectionOption, section=section, **settings)


def project_options(function: Function) -> Function:
    """The options that find the project; the last one here is listed last."""
    options = (
        option_of(
            "--root",
            section=PROJECT,
            type=FOLDER,
            metavar="FOLDER",
            help="Where to look for the configuration, upwards. Without it the working directory; if there is"
            " no configuration either, every one that git knows below.",
        ),
        option_of(
            "--config",
            section=PROJECT,
            type=EXISTING_FILE,
            metavar="FILE",
            help="A pyproject.toml or lint-indexes.toml to use instead.",
        ),
        option_of(
            "--python",
            section=PROJECT,
            metavar="PATH",
            help="The Python that has the project's packages. Without it one is found; --verbose says which.",
        ),
        option_of(
            "--at",
            section=PROJECT,
            metavar="REVISION",
            help="Look at the migrations as they stood at this revision.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def split(context: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """``--select LI2,LI301 --select LI1`` as three."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())
