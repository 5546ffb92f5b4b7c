"""Servers for the tests that ask PostgreSQL itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from index_pairs.judge import prepare

from lint_indexes.server.embedded import EmbeddedServer

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


SERVERS = ["embedded", *(["15"] if (DEBIAN_15 / "postgres").exists() else [])]


@pytest.fixture(scope="session", params=SERVERS)
def server(request: pytest.FixtureRequest) -> Iterator[EmbeddedServer]:
    """The PostgreSQL of the PyPI package, and PostgreSQL 15 where Debian's packages are installed."""
    with EmbeddedServer(DEBIAN_15 if request.param == "15" else None) as running:
        prepare(running)
        yield running
