"""docs/performance.md, from what was measured."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from performance.measuring import RATIOS, Ratio, Times, median_ratio
from performance.processes import Taken

_INTRODUCTION = """\
# Performance

Written by `python -m performance` in `tests/benchmarks` ([development.md](development.md) says how to run
it). Everything in a table took its turn in one run, in {rounds} rounds. Ratios are taken round by round, of
which the median is shown: they depend little on the machine. *Clock* is the time that somebody waits, *work*
the time of all processors together, which is the steadier one where a machine has other things to do.

- **import pglast, click** and **import sqlalchemy, alembic**: what the tool, and what Alembic, cannot do
  without.
- **import the models**: by the project's own Python.
- **load and run the migrations**: all of them up and down against nothing, the imports not counted.
- **unchanged**: the tool where nothing has changed since its last run; **one new revision**, with the models
  as they were; **a model and its revision**, as most commits have it; **cold**, without a cache.
- **upgrade and check**: `CREATE DATABASE`, `alembic upgrade head` and `alembic check` on a server that
  already runs.

Measured on {machine}.
"""


@dataclass(frozen=True)
class Growth:
    """A size of synthetic project, and what the tool took: cold, unchanged, and its sizes in MB."""

    revisions: int
    tables: int
    indexes: int
    cold: Taken
    unchanged: Taken
    tool: float
    probe: float


def document(projects: Mapping[str, Times], growth: Sequence[Growth], rounds: int) -> str:
    """The whole document."""
    machine = f"{platform.machine()} with Python {platform.python_version()}"
    parts = [_INTRODUCTION.format(rounds=rounds, machine=machine)]
    parts += [f"## {name}\n\n{_seconds(times)}\n{_ratios(times)}" for name, times in projects.items()]
    if growth:
        parts.append(_growth(growth))
    return "\n".join(parts)


def _seconds(times: Times) -> str:
    lines = ["| seconds, medians | clock | work |", "| --- | ---: | ---: |"]
    for name, taken in times.items():
        wall, work = (statistics.median(map(part, taken)) for part in (_WALL, _WORK))
        lines.append(f"| {name} | {wall:.2f} | {'' if name == 'upgrade and check' else f'{work:.2f}'} |")
    return "\n".join([*lines, ""])


def _ratios(times: Times) -> str:
    known = [ratio for ratio in RATIOS if times.keys() >= {*ratio.above, *ratio.below}]
    lines = [f"| {one} | {' | '.join(_figures(one, times))} | {_promise(one)} |" for one in known]
    return "\n".join(["| ratio | clock | work | promised |", "| --- | ---: | ---: | --- |", *lines, ""])


def _figures(ratio: Ratio, times: Times) -> Iterator[str]:
    """The work of a server that already runs is not ours to measure."""
    yield f"{median_ratio(ratio, times, _WALL):.2f}"
    yield "" if "upgrade and check" in ratio.above else f"{median_ratio(ratio, times, _WORK):.2f}"


def _promise(ratio: Ratio) -> str:
    return f"at most {ratio.at_most:g}" if ratio.at_most is not None else f"at least {ratio.at_least:g}"


_GROWTH = """\
## Growth

Synthetic projects. *Peak* is the most memory that a process has had: the tool's own, and the project's Python
beside it, each by itself.

| revisions | tables | indexes | cold: clock | work | a revision | unchanged | peak: tool | the other |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def _growth(growth: Sequence[Growth]) -> str:
    return _GROWTH + "".join(map(_row, growth))


def _row(one: Growth) -> str:
    cells = (
        f"{one.revisions:,}",
        f"{one.tables:,}",
        f"{one.indexes:,}",
        f"{one.cold.wall:.1f} s",
        f"{one.cold.work:.1f} s",
        f"{one.cold.work / one.revisions * 1000:.1f} ms",
        f"{one.unchanged.wall:.2f} s",
        f"{one.tool:.0f} MB",
        f"{one.probe:.0f} MB",
    )
    return f"| {' | '.join(cells)} |\n"


_WALL, _WORK = attrgetter("wall"), attrgetter("work")
