"""The commands and their options."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lint_indexes import __version__
from lint_indexes.cli.accept import Accepting, accept, accept_options, reject_with
from lint_indexes.cli.fix import fix_options, render_diff, tell
from lint_indexes.cli.layout import DefaultGroup, SectionedCommand
from lint_indexes.cli.options import (
    OUTPUT,
    RULES,
    database_option,
    exclude_past,
    option_of,
    project_options,
    reject_unknown_rules,
    rule_options,
)
from lint_indexes.cli.output import Output, outcome_options, output_options, statistics_option
from lint_indexes.cli.reports import render_check, render_listing
from lint_indexes.cli.streams import use_color, write_note, write_report
from lint_indexes.commands.options import CheckOptions, FixOptions
from lint_indexes.model.origin import Source

if TYPE_CHECKING:
    from lint_indexes.commands.fix import Outcome
    from lint_indexes.report import Report

_TROUBLE = (("2", "could not run; stderr says why, and what to do"), ("130", "interrupted"))
_CHECK_STATUS = (("0", "clean; warnings alone do not fail, unless --strict"), ("1", "findings"), *_TROUBLE)
_OTHER_STATUS = (("0", "done"), *_TROUBLE)
_CHECK_EXAMPLES = (
    ("lint-indexes", "the project around the working directory"),
    ("lint-indexes --select LI2,LI303", "drift between models and migrations, and wrong downgrades"),
    ("lint-indexes app/models.py", "what concerns one file; `-- show` or `./show` for one of that name"),
    ("lint-indexes --at b559b3ef7a75", "as that migration left things"),
    ("lint-indexes --base origin/main", "the schema, and the migrations that this branch adds"),
    ("lint-indexes --database-url postgresql://me@localhost/shop", "a live database as well"),
    ("lint-indexes --output-format sarif --output-file lint.sarif", "for other tools"),
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
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(exists=True, path_type=Path))
@project_options
@database_option
@rule_options
@option_of(
    "--base",
    section=RULES,
    metavar="REF",
    help="Judge single migrations only where the branch adds them: their files are not in the last commit"
    " that it has in common with this branch or commit.",
)
@option_of(
    "--no-cache",
    section=RULES,
    is_flag=True,
    help="Judge everything anew, even if nothing has changed since an earlier run, and keep nothing.",
)
@accept_options
@outcome_options
@fix_options
@statistics_option
@output_options
def check(
    files: tuple[Path, ...],
    root: Path | None,
    config: Path | None,
    python: str | None,
    at: str | None,
    database_url: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
    base: str | None,
    output: Output,
    fixing: FixOptions | None,
    accepting: Accepting | None,
    no_cache: bool,
) -> int:
    """Import the models, replay the migrations, compare both with each other and with the policy, and try
    every downgrade. The migrations run against an emulated PostgreSQL; what they do to indexes is exact or
    counted as uncertain.

    With FILEs or folders, only what concerns these is reported, and what stands in the configuration. It is
    always the whole project that is judged.
    """
    reject_unknown_rules({"--select": select, "--ignore": ignore, "--extend-select": extend_select})
    exclude_past(at, database_url)
    options = CheckOptions(
        root, config, python, at, select, ignore, extend_select, base, database_url, files, not no_cache
    )
    if accepting is not None:
        reject_with(accepting, options, fixing=fixing is not None)
        return accept(options, accepting)
    if fixing is not None and at is not None:
        raise click.UsageError("--fix mends what holds today, so not with --at")
    outcomes = _fix(options, fixing) if fixing is not None else []
    if fixing is not None and fixing.diff:
        write_report(render_diff(outcomes))
        return _tell(outcomes, fixing)
    reports = [outcome.report for outcome in outcomes] if fixing is not None else _check(options)
    layout = output.layout
    output.deliver(render_check(reports, layout))
    has_notes = layout.output_format == "text" and not layout.statistics
    output.write_notes(reports, notes=layout.verbose and not has_notes)
    wrote = _tell(outcomes, fixing) if fixing is not None else 0
    return wrote or output.status(reports)


def _check(options: CheckOptions) -> Sequence[Report]:
    from lint_indexes.cli.progress import track
    from lint_indexes.commands.check import check as run_check

    return run_check(options, track)


def _fix(options: CheckOptions, fixing: FixOptions) -> Sequence[Outcome]:
    from lint_indexes.commands.fix import fix as run_fix

    return run_fix(options, fixing)


def _tell(outcomes: Sequence[Outcome], fixing: FixOptions) -> int:
    """Say what was mended; the exit status of that."""
    for outcome in outcomes:
        for warning in outcome.warnings:
            write_note(f"warning: {warning}")
    for line in tell(outcomes, written=not fixing.diff):
        write_note(line)
    return int(any(outcome.changes for outcome in outcomes))


@cli.command(
    cls=SectionedCommand,
    examples=_SHOW_EXAMPLES,
    exit_status=_OTHER_STATUS,
    short_help="List the indexes that the models, migrations, policy or a database have.",
)
@option_of(
    "--source",
    section="What to list",
    type=click.Choice([str(source) for source in Source]),
    required=True,
    metavar="SOURCE",
    help="models (what they declare), migrations (what they build), policy (what it expects) or database"
    " (what it has).",
)
@project_options
@database_option
@option_of(
    "--format",
    "layout",
    section=OUTPUT,
    type=click.Choice(["text", "sql", "json"]),
    default="text",
    metavar="FORMAT",
    help="text (by table, the default), sql (CREATE INDEX statements) or json.",
)
def show(
    source: str,
    root: Path | None,
    config: Path | None,
    python: str | None,
    at: str | None,
    database_url: str | None,
    layout: str,
) -> int:
    """List indexes with their definitions and where they come from, those included that PostgreSQL makes for
    primary keys and unique constraints.
    """
    from lint_indexes.commands.show import ShowOptions
    from lint_indexes.commands.show import show as run_show

    exclude_past(at, database_url)
    listing = run_show(ShowOptions(Source(source), root, config, python, at, database_url))
    color = use_color("auto", os.environ)
    write_report(render_listing(listing, layout, color=color), color=color)
    return 0


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
