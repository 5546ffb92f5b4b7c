"""The comparison of indexes against PostgreSQL: what it stores alike is equal, everything else is different.

``LINT_INDEXES_PAIRS=20000`` makes it a long run, ``LINT_INDEXES_SEED`` chooses other pairs;
tests/oracle/figures.py prints the figures that docs/equality.md has.
"""

from __future__ import annotations

import os

from index_pairs.indexes import IndexGenerator
from index_pairs.judge import judge_pairs, make_pairs
from index_pairs.schema import COLUMNS, catalog_of_the_schema

from lint_indexes.server.embedded import EmbeddedServer

PAIRS = int(os.environ.get("LINT_INDEXES_PAIRS", "250"))
SEED = int(os.environ.get("LINT_INDEXES_SEED", "20251020"))


def test_the_schema_has_many_types() -> None:
    assert len({type_name.partition("(")[0] for type_name in COLUMNS.values()}) >= 25


def test_pairs_compare_as_postgresql_stores_them(server: EmbeddedServer) -> None:
    pairs = make_pairs(server, IndexGenerator(SEED), PAIRS)
    figures = judge_pairs(pairs, catalog_of_the_schema())
    wrong = [failure for failure in figures.failures if failure[0].startswith("wrong")]
    assert wrong == []
    assert figures.counts["undecided"] <= 0.01 * figures.counts.total()
    assert figures.pairs == PAIRS
    assert 0 < figures.same_pairs < PAIRS, "pairs of both kinds"
