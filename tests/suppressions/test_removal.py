"""Comments that --fix takes out of a file, and what it leaves alone."""

from __future__ import annotations

import pytest

from lint_indexes.model.origin import Origin, Source
from lint_indexes.suppressions.removal import remove_ignores

FILE = Origin(Source.MIGRATIONS, "0001.py")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = 1  # lint-indexes: ignore[LI401] small\nb = 2\n", "a = 1\nb = 2\n"),
        ("# lint-indexes: ignore[LI401]\na = 1\n", "a = 1\n"),
        ("a = 1  # noqa  # lint-indexes: ignore[LI401]\n", "a = 1  # noqa\n"),
        ("a = 1  # lint-indexes: ignore[LI401, LI402] why\n", "a = 1  # lint-indexes: ignore[LI402] why\n"),
        ("a = 1  # lint-indexes: ignore[LI401] ünusual\r\nb = 2\r\n", "a = 1\r\nb = 2\r\n"),
        ("if a:\n\t# lint-indexes: ignore[LI401]\n\tb = 2", "if a:\n\tb = 2"),
        ("a = 1  # lint-indexes: ignore[LI401]", "a = 1"),
        ("a = '# lint-indexes: ignore[LI401]'\n", "a = '# lint-indexes: ignore[LI401]'\n"),
        ("a = 1  # lint-indexes: ignore[LI402]\n", "a = 1  # lint-indexes: ignore[LI402]\n"),
        ("a = 1  # lint-indexes: disable=LI401\n", "a = 1  # lint-indexes: disable=LI401\n"),
    ],
)
def test_a_selector_goes(before: str, after: str) -> None:
    lines = dict.fromkeys(range(1, 4), ("LI401",))
    assert remove_ignores(before, lines, FILE) == after


def test_only_the_comments_on_the_lines_that_were_named() -> None:
    text = "a = 1  # lint-indexes: ignore[LI401]\nb = 2  # lint-indexes: ignore[LI401]\n"
    assert remove_ignores(text, {2: ("LI401",)}, FILE) == "a = 1  # lint-indexes: ignore[LI401]\nb = 2\n"
