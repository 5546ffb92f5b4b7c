"""The command ``init``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lint_indexes.cli.changes import then_add, unified_diff
from lint_indexes.cli.commands import cli
from lint_indexes.cli.layout import SectionedCommand
from lint_indexes.cli.options import FOLDER, PROJECT, option_of
from lint_indexes.cli.paths import show_path
from lint_indexes.cli.streams import write_note, write_report
from lint_indexes.commands.options import InitOptions, PolicyChoice

if TYPE_CHECKING:
    from lint_indexes.commands.init import Setup

_WRITTEN = "What is written"
_MANNER = "How"
_FILE = click.Path(dir_okay=False, path_type=Path)
_EXAMPLES = (
    ("lint-indexes init", "show what would be written, and ask"),
    ("lint-indexes init --metadata 'app:create_app()'", "a Flask application"),
    ("lint-indexes init --policy models --hook --yes", "with a policy and a hook, without a question"),
    ("lint-indexes init --root backend", "one project of several in the repository"),
)
_STATUS = (
    ("0", "written, or there is nothing to write"),
    ("1", "not written: --diff, or nobody said yes"),
    ("2", "could not run, and wrote nothing; stderr says why, and what to do"),
    ("130", "interrupted"),
)


def _variables(context: click.Context, param: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """``--env A=x --env B=y`` as a table."""
    for value in values:
        if not value.partition("=")[0] or "=" not in value:
            raise click.BadParameter(f"{value!r} is not NAME=VALUE", context, param)
    return {name: text for name, _, text in (value.partition("=") for value in values)}


@cli.command(
    cls=SectionedCommand,
    examples=_EXAMPLES,
    exit_status=_STATUS,
    short_help="Write a configuration for the project, and accept what is found today.",
)
@option_of(
    "--root",
    section=PROJECT,
    type=FOLDER,
    metavar="FOLDER",
    help="Where to look for the project, upwards, and below as far as git knows. Without it the working"
    " directory.",
)
@option_of(
    "--config",
    section=PROJECT,
    type=_FILE,
    metavar="FILE",
    help="The file to write: a pyproject.toml that exists, or another, which is made. Without it the"
    " pyproject.toml of the project, or a lint-indexes.toml.",
)
@option_of(
    "--python",
    section=PROJECT,
    metavar="PATH",
    help="The Python that has the project's packages. Without it one is found.",
)
@option_of(
    "--metadata",
    section=PROJECT,
    multiple=True,
    metavar="OBJECT",
    help="The models, as module:attribute, or app:create_app() for a Flask application factory. Without it"
    " what env.py hands to Alembic. Repeat it for several.",
)
@option_of(
    "--alembic",
    section=PROJECT,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE",
    help="Alembic's configuration. Without it one is found.",
)
@option_of(
    "--alembic-section", section=PROJECT, metavar="NAME", help="The section of the ini file, if not alembic."
)
@option_of(
    "--env",
    section=PROJECT,
    multiple=True,
    callback=_variables,
    metavar="NAME=VALUE",
    help="A variable that models or env.py need to be imported. It is written into the configuration, so no"
    " secret. Repeat it for several.",
)
@option_of(
    "--policy",
    section=_WRITTEN,
    type=click.Choice([choice.value for choice in PolicyChoice]),
    default=PolicyChoice.NONE.value,
    metavar="WHICH",
    help="Which of today's indexes the policy demands. none (the default): models and migrations are compared"
    " with each other, and you write down those that matter. models: all that the models declare, so that"
    " nobody removes one without changing the policy. all: also those that only the migrations make, which"
    " then need no model.",
)
@option_of(
    "--hook",
    section=_WRITTEN,
    is_flag=True,
    help="Also add a hook to .pre-commit-config.yaml at the top of the repository.",
)
@option_of("--diff", section=_MANNER, is_flag=True, help="Show what would be written; write nothing.")
@option_of("--yes", "-y", section=_MANNER, is_flag=True, help="Do not ask.")
def init(
    root: Path | None,
    config: Path | None,
    python: str | None,
    metadata: tuple[str, ...],
    alembic: Path | None,
    alembic_section: str | None,
    env: dict[str, str],
    policy: str,
    hook: bool,
    diff: bool,
    yes: bool,
) -> int:
    """Look at the project, and write what lint-indexes needs to know of it: into [tool.lint-indexes] of its
    pyproject.toml, or into a lint-indexes.toml where there is none. `since` is today's head, so that old
    migrations are left alone, and a baseline accepts what is found today.

    The project is loaded and judged with what is to be written; where that fails, nothing is. What is there
    already is kept, to the byte. The difference is shown first.
    """
    from lint_indexes.commands.init import init as run_init

    if diff and yes:
        raise click.UsageError("--diff and --yes exclude each other")
    options = InitOptions(
        root, config, python, metadata, alembic, alembic_section, env, PolicyChoice(policy), hook
    )
    setup = run_init(options)
    write_report(unified_diff(setup.changes))
    for line in _told(setup):
        write_note(line)
    return _write(setup, ask=not yes, only_show=diff) if setup.changes else 0


def _write(setup: Setup, *, ask: bool, only_show: bool) -> int:
    if only_show:
        return 1
    if ask and not (sys.stdin is not None and sys.stdin.isatty()):
        write_note("Nothing was written: there is no terminal to ask on. --yes writes without asking.")
        return 1
    if ask and not click.confirm("Write this?", err=True):
        write_note("Nothing was written.")
        return 1
    from lint_indexes.sources.files import write_all

    write_all(setup.changes)
    write_note(then_add(setup.changes))
    return 0


def _told(setup: Setup) -> Iterator[str]:
    """What was found, and what became of it; line by line."""
    yield from (f"warning: {warning}" for warning in setup.report.warnings)
    yield from setup.report.notes
    if setup.added:
        yield f"New: {', '.join(setup.added)}."
    if setup.kept:
        yield f"Kept as they are: {', '.join(setup.kept)}."
    if setup.indexes:
        yield f"The policy demands {_count(setup.indexes, 'more index', 'more indexes')}."
    if setup.left_out:
        yield "Not in the policy, since models and migrations do not agree on them:"
        yield from (f"  {name}: {reason}" for name, reason in sorted(setup.left_out.items()))
    if setup.accepted:
        count = _count(setup.accepted, "finding", "findings")
        yield f"{count} of today accepted, in the baseline; --write-baseline renews it."
    if setup.standing:
        count = _count(setup.standing, "finding", "findings")
        yield f"{count} left, which `lint-indexes` shows."
    if setup.hook:
        yield f"The hook runs `{setup.hook}`, so that has to be installed."
    if not setup.changes:
        yield f"Nothing to do: {show_path(str(setup.path))} has it all."


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
