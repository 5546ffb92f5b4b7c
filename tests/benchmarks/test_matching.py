"""Comparing many indexes is quick, and takes twice as long for twice as many."""

from __future__ import annotations

from matching import catalog_with, measure


def seconds_for(count: int, *, attempts: int = 3) -> float:
    """The best of a few attempts: other programs can only make it slower."""
    left, right = catalog_with(count, stored=False), catalog_with(count, stored=True)
    return min(measure(left, right).seconds for _ in range(attempts))


def test_ten_thousand_with_ten_thousand_takes_less_than_two_seconds() -> None:
    left, right = catalog_with(10_000, stored=False), catalog_with(10_000, stored=True)
    measured = measure(left, right)
    assert measured.seconds < 2.0
    assert (measured.equal, measured.different, measured.renamed, measured.left_only) == (9400, 200, 200, 200)


def test_time_grows_linearly() -> None:
    small, large = seconds_for(2_500), seconds_for(10_000)
    assert large < 8 * small, "four times as many may take four times as long; quadratic would be sixteen"
