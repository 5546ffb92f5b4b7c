"""``lint-indexes verify``: the migrations on a real PostgreSQL, up, down and up again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lint_indexes.errors import ConfigurationError, LintIndexesError
from lint_indexes.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """``verify``: ``database_url`` is a server to make the scratch database on (an embedded one if None),
    ``allow_existing`` makes it a copy of the database that the URL names; ``every`` tries the downgrades of
    all revisions, whatever ``since`` says.
    """

    root: Path | None = None
    config: Path | None = None
    python: str | None = None
    at: str | None = None
    database_url: str | None = field(default=None, repr=False)
    every: bool = False
    allow_existing: bool = False


if TYPE_CHECKING:
    from lint_indexes.report import Report
    from lint_indexes.server.databases import DatabaseServer
    from lint_indexes.sources.progress import Track


def verify(options: VerifyOptions, track: Track = iter) -> list[Report]:
    """One report for each project, in the order of their paths.

    ``track`` goes through the revisions and may show how far it has come.

    Raises:
        LintIndexesError: a project could not be judged, or there is no server.
    """
    if options.allow_existing and options.database_url is None:
        raise ConfigurationError("--allow-existing goes with --database-url")
    with _server(options) as server:
        # Imported here, and the project after it: a server of our own takes as long to start.
        from lint_indexes.commands.projects import configurations
        from lint_indexes.linter.judging import verify as verify_project

        configured = configurations(options.root, options.config)
        judged = [replace(config, since=()) if options.every else config for config in configured]
        return [
            verify_project(config, server, python=options.python, at=options.at, track=track)
            for config in judged
        ]


@contextmanager
def _server(options: VerifyOptions) -> Iterator[DatabaseServer]:
    """The server that the options name, or one that is starting and is gone afterwards."""
    if options.database_url is not None:
        from lint_indexes.server.connection import parse_url
        from lint_indexes.server.given import GivenServer

        address = parse_url(options.database_url)
        yield GivenServer(address, address.database if options.allow_existing else "template0")
        return
    if sys.platform == "win32":
        raise LintIndexesError(
            "verify cannot start a PostgreSQL of its own on Windows", hint="name one with --database-url"
        )
    from lint_indexes.server.embedded import EmbeddedServer

    with EmbeddedServer(wait=False) as server:
        yield server
