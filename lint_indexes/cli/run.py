"""From the arguments to an exit status, whatever happens in between."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from lint_indexes import __version__
from lint_indexes.cli import cache, config, init, verify  # noqa: F401  (they register their commands)
from lint_indexes.cli.commands import cli
from lint_indexes.cli.streams import prepare_streams, write_error
from lint_indexes.errors import LintIndexesError

PROGRAM = "lint-indexes"
COULD_NOT_RUN = 2
INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (by default that of the process).

    Returns:
        0 clean, 1 findings, 2 could not run, 130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    prepare_streams()
    try:
        return _invoke(given)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except click.ClickException as error:
        write_error(_sentence(error.format_message()), hint=_usage_hint(error))
    except LintIndexesError as error:
        write_error(error.message, details=error.details, hint=error.hint)
    except Exception as error:
        _report_defect(error, verbose="--verbose" in given or "-v" in given)
    return COULD_NOT_RUN


def _invoke(arguments: list[str]) -> int:
    # Not click's main(): it turns a closed pipe into exit status 1, and EOFError into an interrupt.
    try:
        with cli.make_context(PROGRAM, arguments) as context:
            return int(cli.invoke(context) or 0)
    except click.exceptions.Exit as exit_request:
        return exit_request.exit_code


def _sentence(message: str) -> str:
    """click's message, which may be a sentence over several lines, as one clause like the other errors."""
    clause = " ".join(message.split())
    return clause[:1].lower() + clause[1:].rstrip(".")


def _usage_hint(error: click.ClickException) -> str | None:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return None if context is None else f"{context.command_path} --help tells what can be given"


def _report_defect(error: Exception, *, verbose: bool) -> None:
    import traceback

    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    where = None if verbose else _save(trace)
    write_error(
        f"internal error in {PROGRAM} {__version__}: {type(error).__name__}: {error}",
        details=trace if where is None else f"The traceback is in {where}",
        hint="this is a defect of lint-indexes, not of your project: please report it with the traceback",
    )


def _save(trace: str) -> str | None:
    """Write the traceback to a file that stays; None where no file can be written."""
    import tempfile

    try:
        with tempfile.NamedTemporaryFile(
            "w",
            encoding="utf-8",
            errors="backslashreplace",
            prefix=f"{PROGRAM}-",
            suffix=".log",
            delete=False,
        ) as file:
            file.write(trace)
    except OSError:
        return None
    return file.name
