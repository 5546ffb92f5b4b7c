"""Rounds in which everything has its turn, and what they say."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from performance.processes import Taken

Times = Mapping[str, list[Taken]]


@dataclass(frozen=True)
class Ratio:
    """What is divided by what: sums of kinds. ``at_most`` or ``at_least`` is what the project promises."""

    above: tuple[str, ...]
    below: tuple[str, ...]
    at_most: float | None = None
    at_least: float | None = None

    def __str__(self) -> str:
        return f"{' + '.join(self.above)} / {' + '.join(self.below)}"


IMPORTS = "import sqlalchemy, alembic"
SERVER = "upgrade and check"
RATIOS = (
    Ratio(("unchanged",), ("import pglast, click",), at_most=1.5),
    Ratio((SERVER,), ("unchanged",), at_least=30),
    Ratio(("one new revision",), (IMPORTS, "import pglast, click"), at_most=1.5),
    Ratio((SERVER,), ("one new revision",), at_least=8),
    Ratio(("a model and its revision",), ("import the models",), at_most=1.3),
    Ratio(("cold",), ("import the models", "load and run the migrations"), at_most=1.25),
    Ratio((SERVER,), ("cold",), at_least=1.5),
)


def measure(
    kinds: Mapping[str, Callable[[], Taken]], rounds: int, note: Callable[[str], object]
) -> dict[str, list[Taken]]:
    """What each kind took in each round, after a round that is not counted."""
    taken: dict[str, list[Taken]] = {name: [] for name in kinds}
    for number in range(rounds + 1):
        for name, kind in kinds.items():
            one = kind()
            note(f"round {number} of {rounds}: {name} {one.wall:.2f} s")
            if number:
                taken[name].append(one)
    return without_imports(taken)


def without_imports(taken: dict[str, list[Taken]]) -> dict[str, list[Taken]]:
    """Take the imports off the run of all migrations: they are in the import of the models already."""
    floor = "load and run the migrations"
    if floor in taken and IMPORTS in taken:
        pairs = zip(taken[floor], taken[IMPORTS], strict=True)
        taken[floor] = [Taken(a.wall - b.wall, a.work - b.work) for a, b in pairs]
    return taken


def median_ratio(ratio: Ratio, times: Times, part: Callable[[Taken], float]) -> float:
    """The median of the ratios of the rounds."""
    above, below = _sums(ratio.above, times, part), _sums(ratio.below, times, part)
    return statistics.median(one / other for one, other in zip(above, below, strict=True))


def _sums(names: tuple[str, ...], times: Times, part: Callable[[Taken], float]) -> Iterator[float]:
    return (sum(map(part, row)) for row in zip(*(times[name] for name in names), strict=True))
