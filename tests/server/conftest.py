"""A server that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lint_indexes.server.connection import Address, Connection
from lint_indexes.server.databases import ScratchDatabases
from lint_indexes.server.embedded import EmbeddedServer


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    with EmbeddedServer() as server:
        yield Address(str(server.socket_folder), "postgres", "postgres")


@pytest.fixture
def databases(address: Address) -> Iterator[ScratchDatabases]:
    with ScratchDatabases(address) as scratch:
        yield scratch


@pytest.fixture
def connection(databases: ScratchDatabases) -> Iterator[Connection]:
    """A connection to an empty database."""
    opened = databases.connect(databases.create())
    yield opened
    opened.close()
