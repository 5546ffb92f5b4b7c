"""The command ``config``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from lint_indexes.cli.commands import cli
from lint_indexes.cli.layout import SectionedCommand
from lint_indexes.cli.options import OUTPUT, option_of, place_options, reject_unknown_rules, rule_options
from lint_indexes.cli.reports import render_configurations
from lint_indexes.cli.streams import use_color, write_report

_SCHEMAS = ("lint-indexes.toml", "pyproject.toml")
_EXAMPLES = (
    ("lint-indexes config", "every key, with its value and source, and every rule"),
    ("lint-indexes config --select LI4", "as it would be with these options of check"),
    ("lint-indexes config --schema lint-indexes.toml", "a JSON Schema of the configuration, for editors"),
)
_STATUS = (
    ("0", "done"),
    ("2", "there is no configuration, or it is wrong; stderr says why, and what to do"),
    ("130", "interrupted"),
)


@cli.command(
    cls=SectionedCommand,
    examples=_EXAMPLES,
    exit_status=_STATUS,
    short_help="Show the configuration that holds, and where each value comes from.",
)
@place_options
@rule_options
@option_of(
    "--output-format",
    section=OUTPUT,
    type=click.Choice(["text", "json"]),
    default="text",
    metavar="FORMAT",
    help="text (the default) or json.",
)
@option_of(
    "--load",
    section=OUTPUT,
    is_flag=True,
    help="Also import the models and env.py, and say what there is: versions, tables, migrations.",
)
@option_of(
    "--schema",
    section=OUTPUT,
    type=click.Choice(_SCHEMAS),
    metavar="FILE",
    help="Print the JSON Schema of a whole lint-indexes.toml or pyproject.toml instead, for editors.",
)
def config(
    root: Path | None,
    config: Path | None,
    python: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
    output_format: str,
    load: bool,
    schema: str | None,
) -> int:
    """Show what holds in the end, and where it comes from: a line of a file, an option, an environment
    variable, a look around (for the interpreter and Alembic's configuration), or the default; and which rules
    are selected, and why. Nothing of the project's is run, unless --load asks for it.
    """
    from lint_indexes.commands import config as command

    if schema is not None:
        write_report(command.schema(pyproject=schema == "pyproject.toml"))
        return 0
    reject_unknown_rules({"--select": select, "--ignore": ignore, "--extend-select": extend_select})
    options = command.ConfigOptions(root, config, python, select, ignore, extend_select, load)
    shown = command.effective_configurations(options)
    color = use_color("auto", os.environ)
    write_report(render_configurations(shown, output_format, color=color), color=color)
    return 0
