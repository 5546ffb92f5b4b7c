"""The command ``verify``."""

from __future__ import annotations

from pathlib import Path

from lint_indexes.cli.commands import cli
from lint_indexes.cli.layout import SectionedCommand
from lint_indexes.cli.options import option_of, project_options
from lint_indexes.cli.output import Output, outcome_options, output_options
from lint_indexes.cli.progress import track
from lint_indexes.cli.reports import render_disagreements, render_verification
from lint_indexes.cli.streams import write_note

_SERVER = "Which server"
_EXTENT = "How much"
_EXAMPLES = (
    ("lint-indexes verify", "on a PostgreSQL of its own, removed afterwards"),
    ("lint-indexes verify --all", "the revisions up to `since` as well"),
    ("lint-indexes verify --database-url postgresql://postgres@localhost", "on a server that runs already"),
    ("lint-indexes verify --output-format github", "for a workflow"),
)
_STATUS = (
    ("0", "every revision came back to the same indexes"),
    ("1", "findings"),
    ("2", "could not run; stderr says why, and what to do"),
    ("130", "interrupted; the server and its folder are gone"),
)


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
@outcome_options
@output_options
def verify(
    root: Path | None,
    config: Path | None,
    python: str | None,
    at: str | None,
    database_url: str | None,
    allow_existing: bool,
    every: bool,
    output: Output,
) -> int:
    """Run each migration on a real PostgreSQL: upgrade, downgrade, upgrade. What fails, or does not lead back
    to the same indexes, is a finding (LI705). The replay that `check` judges by is compared with the server
    at every step.
    """
    from lint_indexes.commands.verify import VerifyOptions
    from lint_indexes.commands.verify import verify as run_verify

    options = VerifyOptions(root, config, python, at, database_url, every, allow_existing)
    reports = run_verify(options, track)
    output.deliver(render_verification(reports, output.layout))
    output.write_notes(reports, notes=output.layout.verbose)
    if output.layout.output_format not in ("text", "json"):
        for line in render_disagreements(reports):
            write_note(line)
    return output.status(reports)
