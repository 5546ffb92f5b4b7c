"""The command ``cache``."""

from __future__ import annotations

from pathlib import Path

import click

from lint_indexes.cli.commands import cli
from lint_indexes.cli.layout import SectionedCommand
from lint_indexes.cli.options import EXISTING_FILE, FOLDER, PROJECT, option_of
from lint_indexes.cli.paths import show_path
from lint_indexes.cli.streams import write_note

_STATUS = (
    ("0", "done"),
    ("2", "there is no configuration, or a file cannot be removed; stderr says why"),
    ("130", "interrupted"),
)


@cli.command(
    cls=SectionedCommand,
    examples=(("lint-indexes cache clean", "forget what earlier runs have found"),),
    exit_status=_STATUS,
    short_help="Remove the reports of earlier runs.",
)
@click.argument("action", type=click.Choice(["clean"]))
@option_of(
    "--root",
    section=PROJECT,
    type=FOLDER,
    metavar="FOLDER",
    help="Where to look for the configuration, upwards. Without it the working directory; if there is no"
    " configuration either, every one that git knows below.",
)
@option_of(
    "--config",
    section=PROJECT,
    type=EXISTING_FILE,
    metavar="FILE",
    help="A pyproject.toml or lint-indexes.toml to use instead.",
)
def cache(action: str, root: Path | None, config: Path | None) -> int:
    """Remove the reports of earlier runs of the project, which check shows again for as long as nothing has
    changed. `check --no-cache` does without them once.
    """
    from lint_indexes.commands.check import clean_caches

    removed = clean_caches(root, config)
    for folder in removed:
        write_note(f"Removed the cache in {show_path(str(folder))}.")
    if not removed:
        write_note("There is no cache.")
    return 0
