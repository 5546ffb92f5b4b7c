"""stdout, stderr and colour."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from typing import TextIO

import click

from lint_indexes.errors import LintIndexesError


def prepare_streams() -> None:
    """Make stdout and stderr take any text: what their encoding lacks is written with backslashes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def use_color(choice: str, environ: Mapping[str, str]) -> bool:
    """Whether to colour what goes to stdout. An explicit choice wins, then NO_COLOR (https://no-color.org),
    then FORCE_COLOR (https://force-color.org) or CLICOLOR_FORCE (https://bixense.com/clicolors), then
    CLICOLOR=0, then whether somebody looks at a terminal that knows colours.
    """
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    if environ.get("CLICOLOR") == "0":
        return False
    return environ.get("TERM") != "dumb" and sys.stdout is not None and sys.stdout.isatty()


def write_report(text: str, *, color: bool = False) -> None:
    """Write to stdout. A reader that has gone away is no error.

    Raises:
        LintIndexesError: stdout cannot be written, because the disk is full, say.
    """
    if sys.stdout is None:
        return
    try:
        click.echo(text, file=sys.stdout, nl=False, color=color)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard(sys.stdout)
    except OSError as error:
        _discard(sys.stdout)
        raise LintIndexesError(f"cannot write the report: {error.strerror or error}") from error


def write_note(text: str) -> None:
    """Write a line to stderr; if nobody listens there, there is nobody to tell."""
    if sys.stderr is None:
        return
    try:
        click.echo(text, file=sys.stderr)
    except OSError:
        _discard(sys.stderr)


def write_error(message: str, *, details: str | None = None, hint: str | None = None) -> None:
    """Write what went wrong to stderr: the message, the details as they are, and the way out."""
    lines = [f"error: {message}"]
    lines += [details.rstrip()] if details and details.strip() else []
    lines += [f"help: {hint}"] if hint else []
    write_note("\n".join(lines))


def _discard(stream: TextIO) -> None:
    """Point a stream that cannot be written at nothing: Python flushes it once more when it leaves."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
