"""How an outcome is shown, and what it makes of the exit status: the options, and what they do."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lint_indexes.cli.options import OUTPUT, option_of
from lint_indexes.cli.reports import COUNTED_FORMATS, FORMATS, Layout
from lint_indexes.cli.streams import use_color, write_note, write_report
from lint_indexes.errors import LintIndexesError
from lint_indexes.model.dataclass import dataclass

if TYPE_CHECKING:
    from lint_indexes.report import Report

Command = Callable[..., int]

_OUTCOME = "When it fails"
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Output:
    """Where the outcome goes: to ``file``, or the terminal if there is none."""

    layout: Layout
    file: Path | None = None
    exit_zero: bool = False

    def deliver(self, text: str) -> None:
        """Write the report.

        Raises:
            LintIndexesError: the file cannot be written; the report is on the terminal then.
        """
        if self.file is None:
            write_report(text, color=self.layout.color)
            return
        from lint_indexes.sources.files import write_whole

        try:
            write_whole(self.file, text)
        except LintIndexesError as error:
            # What took a replay to find is not thrown away.
            write_report(text, color=self.layout.color)
            hint = f"the report is on stdout instead; {error.hint}"
            raise LintIndexesError(error.message, hint=hint) from error

    def write_notes(self, reports: Sequence[Report], *, notes: bool) -> None:
        """What must not be mixed with a report that a tool reads: warnings, and with ``notes`` those."""
        for report in () if self.layout.quiet else reports:
            for warning in report.warnings:
                write_note(f"warning: {warning}")
        for report in reports if notes else ():
            for note in report.notes:
                write_note(note)

    def status(self, reports: Sequence[Report]) -> int:
        """1 where the findings are reason to fail."""
        return int(not self.exit_zero and any(report.fails(strict=self.layout.strict) for report in reports))


def outcome_options(function: Command) -> Command:
    """The options that say when findings fail the run; ``output_options`` reads them."""
    strict = option_of(
        "--strict",
        section=_OUTCOME,
        is_flag=True,
        help="Fail (exit status 1) on warnings too, not only on errors.",
    )
    exit_zero = option_of(
        "--exit-zero", section=_OUTCOME, is_flag=True, help="Exit with 0 even if there are findings."
    )
    return strict(exit_zero(function))


def output_options(function: Command) -> Command:
    """The options of a report; the function gets them as ``output``, with those of ``outcome_options``."""

    @functools.wraps(function)
    def with_output(
        *,
        strict: bool,
        exit_zero: bool,
        output_format: str,
        output_file: Path | None,
        verbose: bool,
        quiet: bool,
        color: str,
        statistics: bool = False,
        **others: Any,
    ) -> int:
        if verbose and quiet:
            raise click.UsageError("--verbose and --quiet exclude each other")
        if statistics and output_format not in COUNTED_FORMATS:
            raise click.UsageError(f"--statistics has no format {output_format}")
        colored = use_color(color, os.environ) if output_file is None else color == "always"
        layout = Layout(output_format, verbose, quiet, colored, strict, statistics)
        return function(output=Output(layout, output_file, exit_zero), **others)

    options = (
        option_of(
            "--output-format",
            section=OUTPUT,
            type=click.Choice(FORMATS),
            default="text",
            metavar="FORMAT",
            help="text (with source lines, the default), concise (one line per finding), json, sarif, github"
            " (annotations of a workflow), gitlab (Code Quality) or junit.",
        ),
        option_of(
            "--output-file",
            section=OUTPUT,
            type=_NEW_FILE,
            metavar="FILE",
            help="Write the report there instead of to the terminal.",
        ),
        option_of(
            "--verbose",
            "-v",
            section=OUTPUT,
            is_flag=True,
            help="Also say which Python was chosen and why, and what could not be analysed.",
        ),
        option_of("--quiet", "-q", section=OUTPUT, is_flag=True, help="Only the findings, no summary."),
        option_of(
            "--color",
            section=OUTPUT,
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            metavar="WHEN",
            help="auto (a terminal, unless NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE say otherwise), always or"
            " never.",
        ),
    )
    for option in reversed(options):
        with_output = option(with_output)
    return with_output


def statistics_option(function: Command) -> Command:
    """Counts instead of findings; ``output_options`` reads it."""
    return option_of(
        "--statistics",
        section=OUTPUT,
        is_flag=True,
        help="How often each rule found something, instead of the findings.",
    )(function)
