"""The benchmark matches what it says it does; how long that takes, ``matching.py`` prints."""

from __future__ import annotations

from matching import catalog_with, measure


def test_matches_ten_thousand_with_ten_thousand() -> None:
    left, right = catalog_with(10_000, stored=False), catalog_with(10_000, stored=True)
    measured = measure(left, right)
    assert (measured.equal, measured.different, measured.renamed, measured.left_only) == (9400, 200, 200, 200)
