"""Print the figures of a long run: python tests/oracle/figures.py 20000 [seed] [bin folder of PostgreSQL]."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from index_pairs.indexes import IndexGenerator
from index_pairs.judge import Figures, judge_pairs, make_pairs, prepare
from index_pairs.schema import catalog_of_the_schema

from lint_indexes.server.embedded import EmbeddedServer

BATCH = 1000


def main(count: int, seed: int, binaries: Path | None) -> None:
    total, mutations = Figures(), Counter[str]()
    began = time.monotonic()
    with EmbeddedServer(binaries) as server:
        prepare(server)
        catalog, generator = catalog_of_the_schema(), IndexGenerator(seed)
        for at in range(0, count, BATCH):
            figures = judge_pairs(make_pairs(server, generator, min(BATCH, count - at)), catalog)
            total.counts += figures.counts
            total.pairs += figures.pairs
            total.same_pairs += figures.same_pairs
            total.read_back += figures.read_back
            total.failures += figures.failures
            mutations += figures.by_mutation
        version = server.version
    write = sys.stdout.write
    write(f"PostgreSQL {version}, seed {seed}, {time.monotonic() - began:.0f} s\n")
    write(f"pairs {total.pairs}, of which stored alike {total.same_pairs}; read back {total.read_back}\n")
    write(f"comparisons {total.counts.total()}: {dict(total.counts)}\n")
    write(f"mutations: {dict(mutations.most_common())}\n")
    for verdict, left, right, reason in sorted(total.failures, key=lambda failure: len(failure[1]))[:30]:
        write(f"{verdict}\n  A {left}\n  B {right}\n  {reason}\n")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(
        int(arguments[0]) if arguments else 20000,
        int(arguments[1]) if arguments[1:] else 1,
        Path(arguments[2]) if arguments[2:] else None,
    )
