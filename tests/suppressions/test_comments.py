from __future__ import annotations

from textwrap import dedent

import pytest

from lint_indexes.model.origin import Origin, Source
from lint_indexes.suppressions.comments import IgnoreComment, read_comments

FILE = Origin(Source.MIGRATIONS, "/app/0002.py", revision="0002")


def comments(text: str) -> tuple[IgnoreComment, ...]:
    return read_comments(dedent(text).lstrip("\n"), FILE)


def covered(text: str) -> list[int]:
    """The lines that the one comment of a text speaks for, out of those that the text has."""
    (comment,) = comments(text)
    assert comment.problem is None
    return [line for line in range(1, 20) if comment.covers(Origin(Source.MIGRATIONS, FILE.path, line))]


def test_codes_and_reason() -> None:
    (comment,) = comments("x = 1  # lint-indexes: ignore[LI401, LI2,missing-downgrade] the table is empty\n")
    assert comment.selectors == ("LI401", "LI2", "missing-downgrade")
    assert comment.reason == "the table is empty"
    assert comment.origin == Origin(Source.MIGRATIONS, "/app/0002.py", 1, 8, "0002")


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("#lint-indexes:ignore[LI401]", None),
        ("# lint-indexes: ignore[LI401] -", None),
        ("# lint-indexes: ignore[LI401]: why", "why"),
        ("# lint-indexes: ignore[LI401] - why [really]", "why [really]"),
        ("# noqa: E501  # lint-indexes: ignore[LI401] why", "why"),
    ],
)
def test_ways_to_write_it(comment: str, reason: str | None) -> None:
    (found,) = comments(f"x = 1  {comment}\n")
    assert (found.selectors, found.reason) == (("LI401",), reason)


@pytest.mark.parametrize(
    "text",
    [
        "x = '# lint-indexes: ignore[LI401]'\n",
        '"""\n# lint-indexes: ignore[LI401]\n"""\n',
        "# lint-indexes: irreversible the rows are gone\n",
        "# lint-indexes: see the handbook\n",
        "# lint-indexes finds these, ignore[LI401]\n",
        "# lint-indexes ignore what they say\n",
        "# the index of lint_indexes, which is ours\n",
    ],
)
def test_what_is_no_ignore(text: str) -> None:
    assert comments(text) == ()


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        ("# lint-indexes: ignore", "it names no rule"),
        ("# lint-indexes: ignore[] why", "it names no rule"),
        ("# lint-indexes: ignore LI401", "it names no rule"),
        ("# lint-indexes: ingore[LI401]", '"ingore" is nothing that can be said; did you mean "ignore"?'),
        (
            "# lint-indexes: disable=LI401",
            '"disable" is nothing that can be said; write # lint-indexes: ignore[',
        ),
        ("# lint-indexes: noqa", '"noqa" is nothing that can be said; write # lint-indexes: ignore['),
        (
            "# lint-indexes: please skip LI401 here",
            '"please" is nothing that can be said; write # lint-indexes: ignore[',
        ),
        ("# lint-indexes: [LI401]", "it says nothing; write # lint-indexes: ignore[LI401]"),
        ("# lint-indexes:", "it says nothing; write # lint-indexes: ignore[LI401]"),
        (
            "# lint-indexes ignore[LI401] why",
            'it begins with "lint-indexes" instead of "lint-indexes:"',
        ),
        ("# lint_indexes: ignore[LI401]", 'it begins with "lint_indexes:" instead of "lint-indexes:"'),
        ("# lint-index: ignore[LI401]", 'it begins with "lint-index:" instead of "lint-indexes:"'),
        ("# Lint-Indexes: ignore[LI401]", 'it begins with "Lint-Indexes:" instead of "lint-indexes:"'),
    ],
)
def test_what_cannot_be_understood(comment: str, problem: str) -> None:
    (found,) = comments(f"x = 1\n{comment}\n")
    assert found.problem is not None
    assert found.problem.startswith(problem)
    assert found.selectors == ()


def test_a_whole_file() -> None:
    (comment,) = comments(
        '''
        """Index booking."""
        # lint-indexes: ignore[LI4] the table is empty
        revision = "0002"
        '''
    )
    assert comment.lines is None
    assert comment.covers(Origin(Source.MIGRATIONS, FILE.path))
    assert comment.covers(Origin(Source.MIGRATIONS, FILE.path, 900))
    assert not comment.covers(Origin(Source.MIGRATIONS, "/app/0003.py", 1))
    assert not comment.covers(Origin(Source.MIGRATIONS))


def test_nothing_without_a_line_is_covered_by_a_comment_further_down() -> None:
    (comment,) = comments("x = 1\n# lint-indexes: ignore[LI4]\ny = 1\n")
    assert not comment.covers(Origin(Source.MIGRATIONS, FILE.path))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x = 1\ny = 2  # lint-indexes: ignore[LI4]\nz = 3\n", [2]),
        ("x = 1\nf(\n    1,\n)  # lint-indexes: ignore[LI4]\nz = 3\n", [2, 3, 4]),
        ('x = 1\ny = """\n"""  # lint-indexes: ignore[LI4]\nz = 3\n', [2, 3]),
        ("x = 1\nf(  # lint-indexes: ignore[LI4]\n    1,\n)\n", [2]),
        ("x = 1\nf(\n    g(\n        1,\n    ),  # lint-indexes: ignore[LI4]\n    2,\n)\n", [3, 4, 5]),
        ("x = 1\ndef f():  # lint-indexes: ignore[LI4]\n    pass\n", [2]),
    ],
)
def test_behind_code(text: str, lines: list[int]) -> None:
    assert covered(text) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x = 1\n# lint-indexes: ignore[LI4]\ny = 2\nz = 3\n", [3]),
        ("x = 1\n# lint-indexes: ignore[LI4]\n# more\n\nf(\n    1,\n)\nz = 3\n", [5, 6, 7]),
        ("def f():\n    # lint-indexes: ignore[LI4]\n    g(\n        1)\n    h()\n", [3, 4]),
        ("x = 1\n# lint-indexes: ignore[LI4]\n@f\n@g\ndef h():\n    pass\n", [3, 4, 5]),
        ("x = (\n    # lint-indexes: ignore[LI4]\n    f(\n        1,\n    ),\n    2,\n)\n", [3, 4, 5]),
        ("x = (\n    # lint-indexes: ignore[LI4]\n    1,\n    2,\n)\n", [3]),
        ("x = 1\n# lint-indexes: ignore[LI4]\n", []),
    ],
)
def test_on_a_line_of_its_own(text: str, lines: list[int]) -> None:
    assert covered(text) == lines


@pytest.mark.parametrize("end", ["f(\n", "'''\n", "  x\n", "a = 'b\n", "?\n"])
def test_a_file_that_python_cannot_read(end: str) -> None:
    assert covered(f"x = 1\ny = 2  # lint-indexes: ignore[LI4]\n{end}") == [2]
