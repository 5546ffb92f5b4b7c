"""The commands and their options."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lint_indexes import __version__
from lint_indexes.cli.layout import DefaultGroup, SectionedCommand, SectionOption
from lint_indexes.cli.paths import read_line, show_path
from lint_indexes.cli.streams import use_color, write_note, write_report
from lint_indexes.commands.options import CheckOptions, ShowOptions
from lint_indexes.errors import LintIndexesError
from lint_indexes.model.origin import Source

if TYPE_CHECKING:
    from lint_indexes.report import Listing, Report

_PROJECT = "Which project"
_RULES = "Which rules"
_OUTPUT = "What is shown"
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TROUBLE = (("2", "could not run; stderr says why, and what to do"), ("130", "interrupted"))
_CHECK_STATUS = (("0", "clean; warnings alone do not fail"), ("1", "findings"), *_TROUBLE)
_OTHER_STATUS = (("0", "done"), *_TROUBLE)
_CHECK_EXAMPLES = (
    ("lint-indexes", "the project around the working directory"),
    ("lint-indexes --select LI2,LI303", "drift between models and migrations, and wrong downgrades"),
    ("lint-indexes --at b559b3ef7a75", "as that migration left things"),
    ("lint-indexes --output-format json", "for other tools"),
)
_SHOW_EXAMPLES = (
    ("lint-indexes show --source models", "what the models declare"),
    ("lint-indexes show --source migrations --at b559b3ef7a75", "what was built by then"),
    ("lint-indexes show --source policy --format sql", "as statements for psql"),
)
_RULE_EXAMPLES = (
    ("lint-indexes rule", "all rules"),
    ("lint-indexes rule LI303", "one of them"),
    ("lint-indexes rule missing-downgrade", "by its name"),
)

Function = TypeVar("Function", bound=Callable[..., Any])


def _option(*names: str, section: str, **settings: Any) -> Callable[[Function], Function]:
    return click.option(*names, cls=SectionOption, section=section, **settings)


def _project_options(function: Function) -> Function:
    """The options that find the project; the last one here is listed last."""
    options = (
        _option(
            "--root",
            section=_PROJECT,
            type=_FOLDER,
            metavar="FOLDER",
            help="Where to look for the configuration, upwards. Without it the working directory; if there is"
            " no configuration either, every one that git knows below.",
        ),
        _option(
            "--config",
            section=_PROJECT,
            type=_FILE,
            metavar="FILE",
            help="A pyproject.toml or lint-indexes.toml to use instead.",
        ),
        _option(
            "--python",
            section=_PROJECT,
            metavar="PATH",
            help="The Python that has the project's packages. Without it one is found; --verbose says which.",
        ),
        _option(
            "--at",
            section=_PROJECT,
            metavar="REVISION",
            help="Look at the migrations as they stood at this revision.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def _split(context: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """``--select LI2,LI301 --select LI1`` as three."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _show_version(context: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        write_report(f"lint-indexes {__version__}\n")
        context.exit()


@click.group(
    cls=DefaultGroup,
    context_settings={"max_content_width": 100},
    examples=(*_CHECK_EXAMPLES, *_SHOW_EXAMPLES[:1], *_RULE_EXAMPLES[1:2]),
    exit_status=_CHECK_STATUS,
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Find where SQLAlchemy models, Alembic migrations and the project's index policy disagree about the
    indexes of a PostgreSQL database, and which downgrades do not undo their upgrade. No database is needed.

    \b
    Configured by [tool.lint-indexes] of pyproject.toml, or by lint-indexes.toml.
    """


@cli.command(
    cls=SectionedCommand,
    examples=_CHECK_EXAMPLES,
    exit_status=_CHECK_STATUS,
    short_help="Judge the project. This is what runs without a command.",
)
@_project_options
@_option(
    "--select",
    section=_RULES,
    multiple=True,
    callback=_split,
    metavar="RULES",
    help="Only these: codes (LI201), families (LI2), names, or ALL; separated by commas, or repeated.",
)
@_option(
    "--ignore",
    section=_RULES,
    multiple=True,
    callback=_split,
    metavar="RULES",
    help="Leave these out.",
)
@_option(
    "--output-format",
    section=_OUTPUT,
    type=click.Choice(["text", "concise", "json"]),
    default="text",
    metavar="FORMAT",
    help="text (with source lines, the default), concise (one line per finding) or json.",
)
@_option(
    "--verbose",
    "-v",
    section=_OUTPUT,
    is_flag=True,
    help="Also say which Python was chosen and why, and what could not be analysed.",
)
@_option("--quiet", "-q", section=_OUTPUT, is_flag=True, help="Only the findings, no summary.")
@_option(
    "--color",
    section=_OUTPUT,
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    metavar="WHEN",
    help="auto (a terminal, unless NO_COLOR or FORCE_COLOR say otherwise), always or never.",
)
def check(
    root: Path | None,
    config: Path | None,
    python: str | None,
    at: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    output_format: str,
    verbose: bool,
    quiet: bool,
    color: str,
) -> int:
    """Import the models, replay the migrations, compare both with each other and with the policy, and try
    every downgrade. The migrations run against an emulated PostgreSQL; what they do to indexes is exact or
    counted as uncertain.
    """
    if verbose and quiet:
        raise click.UsageError("--verbose and --quiet exclude each other")
    from lint_indexes.commands.check import check as run_check

    _reject_unknown_rules(select, ignore)
    reports = run_check(CheckOptions(root, config, python, at, select, ignore))
    colored = use_color(color, os.environ)
    write_report(_render(reports, output_format, verbose, quiet, colored), color=colored)
    for report in reports if not quiet else ():
        for warning in report.warnings:
            write_note(f"warning: {warning}")
    if verbose and output_format != "text":
        for report in reports:
            for note in report.notes:
                write_note(note)
    return int(any(report.failed for report in reports))


def _reject_unknown_rules(select: Sequence[str], ignore: Sequence[str]) -> None:
    if not (select or ignore):
        return
    from lint_indexes.config.selection import unknown_selector
    from lint_indexes.rules import ALL_RULES

    known_rules = {rule.code: rule.name for rule in ALL_RULES}
    for option, selectors in (("--select", select), ("--ignore", ignore)):
        for problem in filter(None, (unknown_selector(selector, known_rules) for selector in selectors)):
            raise LintIndexesError(f"{option}: {problem}", hint="`lint-indexes rule` lists all rules")


def _render(reports: Sequence[Report], output_format: str, verbose: bool, quiet: bool, color: bool) -> str:
    from lint_indexes.reporters import concise, json, text

    if output_format == "json":
        return json.render(reports, show_path=show_path)
    if output_format == "concise":
        return concise.render(reports, show_path=show_path)
    return text.render(
        reports, show_path=show_path, read_line=read_line, color=color, verbose=verbose, quiet=quiet
    )


@cli.command(
    cls=SectionedCommand,
    examples=_SHOW_EXAMPLES,
    exit_status=_OTHER_STATUS,
    short_help="List the indexes that the models, migrations or policy have.",
)
@_option(
    "--source",
    section="What to list",
    type=click.Choice([str(source) for source in Source]),
    required=True,
    metavar="SOURCE",
    help="models (what they declare), migrations (what they build) or policy (what it expects).",
)
@_project_options
@_option(
    "--format",
    "layout",
    section=_OUTPUT,
    type=click.Choice(["text", "sql", "json"]),
    default="text",
    metavar="FORMAT",
    help="text (by table, the default), sql (CREATE INDEX statements) or json.",
)
def show(
    source: str, root: Path | None, config: Path | None, python: str | None, at: str | None, layout: str
) -> int:
    """List indexes with their definitions and where they come from, those included that PostgreSQL makes for
    primary keys and unique constraints.
    """
    from lint_indexes.commands.show import show as run_show

    listing = run_show(ShowOptions(Source(source), root, config, python, at))
    color = use_color("auto", os.environ)
    write_report(_render_listing(listing, layout, color), color=color)
    return 0


def _render_listing(listing: Listing, layout: str, color: bool) -> str:
    from lint_indexes.reporters import json, sql, text

    if layout == "json":
        return json.render_listing(listing, show_path=show_path)
    if layout == "sql":
        return sql.render_listing(listing)
    return text.render_listing(listing, show_path=show_path, color=color)


@cli.command(
    cls=SectionedCommand,
    examples=_RULE_EXAMPLES,
    exit_status=_OTHER_STATUS,
    short_help="Explain a rule, or list all of them.",
)
@click.argument("rule", required=False, metavar="[CODE|NAME]")
def rule(rule: str | None) -> int:
    """Explain a rule: what it finds, why that is bad, an example, and how to mend it. Without a rule, list
    all of them.
    """
    from lint_indexes.commands.rule import find_rule, rule_page, rule_table
    from lint_indexes.rules import ALL_RULES

    write_report(rule_table(ALL_RULES) if rule is None else rule_page(find_rule(rule, ALL_RULES)))
    return 0
