"""``lint-indexes verify``: the migrations on a real PostgreSQL, up, down and up again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from lint_indexes.commands.options import VerifyOptions
from lint_indexes.commands.projects import configurations
from lint_indexes.errors import ConfigurationError, LintIndexesError
from lint_indexes.linter import verify as verify_project
from lint_indexes.report import Report
from lint_indexes.server.databases import ScratchDatabases
from lint_indexes.sources.verification import Track


def verify(options: VerifyOptions, track: Track = iter) -> list[Report]:
    """One report for each project, in the order of their paths.

    ``track`` goes through the revisions and may show how far it has come.

    Raises:
        LintIndexesError: a project could not be judged, or there is no server.
    """
    if options.allow_existing and options.database_url is None:
        raise ConfigurationError("--allow-existing goes with --database-url")
    reports = []
    for config in configurations(options.root, options.config):
        judged = replace(config, since=()) if options.every else config
        with _databases(options) as databases:
            report = verify_project(judged, databases, python=options.python, at=options.at, track=track)
        reports.append(report)
    return reports


@contextmanager
def _databases(options: VerifyOptions) -> Iterator[ScratchDatabases]:
    from lint_indexes.server.connection import Address, parse_url

    if options.database_url is not None:
        address = parse_url(options.database_url)
        template = address.database if options.allow_existing else "template0"
        with ScratchDatabases(address, template) as databases:
            yield databases
        return
    if sys.platform == "win32":
        raise LintIndexesError(
            "verify cannot start a PostgreSQL of its own on Windows", hint="name one with --database-url"
        )
    from lint_indexes.server.embedded import EmbeddedServer

    with (
        EmbeddedServer() as server,
        ScratchDatabases(Address(str(server.socket_folder), "postgres", "postgres")) as databases,
    ):
        yield databases
