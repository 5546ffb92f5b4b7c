"""python -m performance: time the tool on a synthetic project, or on any other.

A project is described in a TOML file, which performance/project.py explains. Without --database-url, the
PostgreSQL of the extra ``verify`` is started.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthetic.history import Size

from lint_indexes.server.connection import Address, parse_url
from lint_indexes.server.embedded import EmbeddedServer
from performance.kinds import Kinds
from performance.measuring import Times, measure
from performance.processes import Taken, first_run
from performance.project import Project, described, synthetic
from performance.report import Growth, document


def main() -> None:
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="lint-indexes-performance-") as folder:
        projects = [described(file, Path(folder)) for file in given.projects]
        if given.revisions:
            projects.insert(0, synthetic(_size(given.revisions), Path(folder)))
        times: dict[str, Times] = {}
        with _server(given.database_url) as server:
            for project in projects:
                times[project.name] = measure(Kinds(project, server).all(), given.rounds, _note)
            grown = [_growth(synthetic(_size(n), Path(folder)), n, server) for n in given.growth]
    text = document(times, grown, given.rounds)
    if given.output is None:
        sys.stdout.write(text)
    else:
        given.output.write_text(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="performance", description=__doc__)
    parser.add_argument("projects", type=Path, nargs="*", help="TOML files that describe projects")
    parser.add_argument("--revisions", type=int, default=0, help="also a synthetic project of so many")
    parser.add_argument(
        "--growth", type=int, nargs="*", default=[], help="synthetic projects of so many each"
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--database-url", help="a server, with the right to make databases")
    parser.add_argument("--output", type=Path, help="the document to write; standard output without")
    return parser.parse_args()


def _size(revisions: int) -> Size:
    """Two tables and ten indexes for five revisions."""
    return Size(revisions, max(revisions * 2 // 5, 1), max(revisions * 2, 1))


@contextmanager
def _server(url: str | None) -> Iterator[Address]:
    if url is not None:
        yield parse_url(url)
        return
    with EmbeddedServer() as server:
        yield Address(str(server.socket_folder), "postgres", "postgres")


def _growth(project: Project, revisions: int, server: Address) -> Growth:
    """One run that fills the cache, since the large ones take long, and the middle one of three from it."""
    kinds, size = Kinds(project, server), _size(revisions)
    cold, tool, probe = first_run(project.python, project.root)
    unchanged = _middle([kinds.unchanged() for _ in range(3)])
    _note(f"{revisions} revisions: cold {cold.wall:.1f} s, unchanged {unchanged.wall:.2f} s")
    return Growth(revisions, size.tables, size.indexes, cold, unchanged, tool, probe)


def _middle(taken: list[Taken]) -> Taken:
    return Taken(statistics.median(t.wall for t in taken), statistics.median(t.work for t in taken))


def _note(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main()
