"""Generated migration histories: the emulated server and a real one agree after every statement.

Compared are the indexes (names and definitions), the names and kinds of constraints, the columns, and the
SQLSTATE of errors. 200 histories in an ordinary run, shared among the servers; ``LINT_INDEXES_HISTORIES`` is
for a longer run, ``LINT_INDEXES_SEED`` for another. docs/fidelity.md has the figures of a long one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from random import Random

import pytest
from conftest import SERVERS
from histories.database import EmptyDatabase
from histories.history import run_history
from histories.judge import Figures
from hypothesis import HealthCheck, Phase, event, given, seed, settings
from hypothesis.strategies import randoms

from lint_indexes.server.embedded import EmbeddedServer

HISTORIES = int(os.environ.get("LINT_INDEXES_HISTORIES", str(200 // len(SERVERS))))
SEED = int(os.environ.get("LINT_INDEXES_SEED", "20261124"))

MOST_DOUBTED = 0.01
"""The share of statements of which the emulated server may say that it does not know what they do."""
MOST_UNDECIDED = 0.001
"""The share of index definitions that may be neither equal nor different."""
LEAST_ERRORS = 0.02
"""The share of statements that are refused: histories without errors would show nothing about them."""


@pytest.fixture(scope="module")
def database(server: EmbeddedServer) -> Iterator[EmptyDatabase]:
    opened = EmptyDatabase(server)
    yield opened
    opened.close()


def test_histories_end_alike_on_both_servers(database: EmptyDatabase) -> None:
    figures = Figures()

    @seed(SEED)
    @settings(
        max_examples=HISTORIES,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(randoms(use_true_random=False))
    def agree(random: Random) -> None:
        before = figures.doubts
        run_history(random, database.emptied(), figures)
        event("with a doubt" if figures.doubts > before else "without a doubt")

    agree()
    sys.stdout.write(figures.describe())
    assert figures.histories >= HISTORIES
    assert figures.doubts <= MOST_DOUBTED * figures.statements
    assert figures.undecided <= MOST_UNDECIDED * figures.indexes
    assert figures.errors >= LEAST_ERRORS * figures.statements
    assert len(figures.sqlstates) >= min(15, HISTORIES // 10), "errors of many kinds"
