"""Options that commands share, and what their values become."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from lint_indexes.cli.layout import SectionOption
from lint_indexes.errors import LintIndexesError

PROJECT = "Which project"
RULES = "Which rules"
DATABASE = "Which database"
OUTPUT = "What is shown"
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SELECTORS = "a rule is a code (LI201), a family (LI2), a name (index-differs), or ALL"

Function = TypeVar("Function", bound=Callable[..., Any])


def option_of(*names: str, section: str, **settings: Any) -> Callable[[Function], Function]:
    """An option that is listed under the heading ``section``."""
    return click.option(*names, cls=SectionOption, section=section, **settings)


def place_options(function: Function) -> Function:
    """The options that find the project and its Python; the last one here is listed last."""
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
            help="The Python that has the project's packages. Without it one is found; `config` says which.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def project_options(function: Function) -> Function:
    """Those, and the option that says at which point of its history the project is looked at."""
    at = option_of(
        "--at",
        section=PROJECT,
        metavar="REVISION",
        help="Look at the migrations as they stood at this revision.",
    )
    return place_options(at(function))


def rule_options(function: Function) -> Function:
    """The options that select rules."""
    helps = {
        "--select": "Only these: codes (LI201), families (LI2), names, or ALL; separated by commas, or"
        " repeated.",
        "--ignore": "Leave these out.",
        "--extend-select": "Also these, beside those that are selected otherwise.",
    }
    for name, text in reversed(helps.items()):
        option = option_of(name, section=RULES, multiple=True, callback=split, metavar="RULES", help=text)
        function = option(function)
    return function


def database_option(function: Function) -> Function:
    """The option that names a live database."""
    return option_of(
        "--database-url",
        section=DATABASE,
        metavar="URL",
        help="A live database, as postgresql://user:password@host:port/database. It is only read. Without it,"
        " the variable that the key database-url-env names.",
    )(function)


def exclude_past(at: str | None, database_url: str | None) -> None:
    """Refuse two options that say at which revision the migrations are to be taken.

    Raises:
        click.UsageError: both are given.
    """
    if at is not None and database_url is not None:
        raise click.UsageError(
            "--at and --database-url exclude each other: a database says itself at which revision it is"
        )


def split(context: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """``--select LI2,LI301 --select LI1`` as three."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def reject_unknown_rules(chosen: Mapping[str, Sequence[str]]) -> None:
    """Refuse a selector that means no rule; ``chosen`` are the selectors by option.

    Raises:
        LintIndexesError: there is one; says which was probably meant.
    """
    if not any(chosen.values()):
        return
    from lint_indexes.config.selection import unknown_selector
    from lint_indexes.rules import ALL_RULES

    known_rules = {rule.code: rule.name for rule in ALL_RULES}
    for option, selectors in chosen.items():
        for problem in filter(None, (unknown_selector(selector, known_rules) for selector in selectors)):
            raise LintIndexesError(f"{option}: {problem}", hint=_SELECTORS)
