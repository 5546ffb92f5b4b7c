"""The command ``verify``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from lint_indexes.cli.commands import cli
from lint_indexes.cli.layout import SectionedCommand
from lint_indexes.cli.options import option_of, project_options
from lint_indexes.cli.paths import read_line, show_path
from lint_indexes.cli.streams import use_color, write_note, write_report
from lint_indexes.commands.options import VerifyOptions

if TYPE_CHECKING:
    from lint_indexes.report import Report

_SERVER = "Which server"
_EXTENT = "How much"
_EXAMPLES = (
    ("lint-indexes verify", "on a PostgreSQL of its own, removed afterwards"),
    ("lint-indexes verify --all", "the revisions up to `since` as well"),
    ("lint-indexes verify --database-url postgresql://postgres@localhost", "on a server that runs already"),
)
_STATUS = (
    ("0", "every revision came back to the same indexes"),
    ("1", "findings"),
    ("2", "could not run; stderr says why, and what to do"),
    ("130", "interrupted; the server and its folder are gone"),
)

Item = TypeVar("Item")


@cli.command(
    cls=SectionedCommand,
    examples=_EXAMPLES,
    exit_status=_STATUS,
    short_help="Run every migration up, down and up again on a real PostgreSQL.",
)
@project_options
@option_of(
    "--database-url",
    section=_SERVER,
    metavar="URL",
    envvar="LINT_INDEXES_VERIFY_URL",
    help="A PostgreSQL server to use: a scratch database is made there, and dropped. Without it, one is"
    " started in a scratch folder, from the extra lint-indexes[verify].",
)
@option_of(
    "--allow-existing",
    section=_SERVER,
    is_flag=True,
    help="Begin with a copy of the database that the URL names, tables and rows included. The database itself"
    " is never changed.",
)
@option_of(
    "--all",
    "every",
    section=_EXTENT,
    is_flag=True,
    help="Try the downgrade of every revision, not only of those after `since`.",
)
def verify(
    root: Path | None,
    config: Path | None,
    python: str | None,
    at: str | None,
    database_url: str | None,
    allow_existing: bool,
    every: bool,
) -> int:
    """Run each migration on a real PostgreSQL: upgrade, downgrade, upgrade. What fails, or does not lead back
    to the same indexes, is a finding (LI705). The replay that `check` judges by is compared with the server
    at every step.
    """
    from lint_indexes.commands.verify import verify as run_verify

    options = VerifyOptions(root, config, python, at, database_url, every, allow_existing)
    reports = run_verify(options, track)
    color = use_color("auto", os.environ)
    write_report(_render(reports, color), color=color)
    for report in reports:
        for warning in report.warnings:
            write_note(f"warning: {warning}")
    return int(any(report.failed for report in reports))


def track(revisions: Sequence[Item]) -> Iterable[Item]:
    """The items, with a progress bar on stderr where that is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield from revisions
        return
    with click.progressbar(revisions, label="Revisions", show_pos=True, file=sys.stderr) as bar:
        yield from bar


def _render(reports: Sequence[Report], color: bool) -> str:
    from lint_indexes.reporters import text, verification

    findings = text.render(reports, show_path=show_path, read_line=read_line, color=color, quiet=True)
    return "\n".join(part for part in (verification.render(reports, color=color), findings) if part)
