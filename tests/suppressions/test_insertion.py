"""Comments that --add-ignores writes: where they go, and what they leave alone."""

from __future__ import annotations

import ast
import random
from textwrap import dedent

import pytest

from lint_indexes.model.origin import Origin, Source
from lint_indexes.suppressions.comments import read_comments
from lint_indexes.suppressions.insertion import add_ignores

FILE = Origin(Source.MIGRATIONS, "0001.py")


def annotated(text: str, *lines: int, codes: tuple[str, ...] = ("LI401",), reason: str | None = None) -> str:
    """The text with comments for some lines, which must all be placed, and only once."""
    result = add_ignores(text, dict.fromkeys(lines, codes), FILE, reason)
    assert result.placed == set(lines)
    assert ast.dump(ast.parse(result.text)) == ast.dump(ast.parse(text))
    whole = [
        [comment.selectors for comment in read_comments(content, FILE) if comment.lines is None]
        for content in (text, result.text)
    ]
    assert whole[0] == whole[1]
    return result.text


CASES = {
    "a statement": (
        """
        import op

        def upgrade():
            op.create_index("a", "t", ["a"])
        """,
        5,
        """
        import op

        def upgrade():
            # lint-indexes: ignore[LI401]
            op.create_index("a", "t", ["a"])
        """,
    ),
    "an item within brackets": (
        """
        import op
        class T:
            args = (
                Index("a", "a"),
                Index("b", "b"),
            )
        """,
        6,
        """
        import op
        class T:
            args = (
                Index("a", "a"),
                # lint-indexes: ignore[LI401]
                Index("b", "b"),
            )
        """,
    ),
    "a line within a string": (
        '''
        import op
        def upgrade():
            op.execute(
                """
                CREATE INDEX a
                ON t (a)
                """
            )
        ''',
        6,
        '''
        import op
        def upgrade():
            # lint-indexes: ignore[LI401]
            op.execute(
                """
                CREATE INDEX a
                ON t (a)
                """
            )
        ''',
    ),
    "a line after a backslash": (
        """
        import op
        def upgrade():
            x = \\
                op.create_index("a", "t", ["a"])
        """,
        5,
        """
        import op
        def upgrade():
            # lint-indexes: ignore[LI401]
            x = \\
                op.create_index("a", "t", ["a"])
        """,
    ),
    "the first statement": (
        '''
        """A migration."""
        revision = "1"
        down_revision = None
        ''',
        3,
        '''
        """A migration."""
        revision = "1"  # lint-indexes: ignore[LI401]
        down_revision = None
        ''',
    ),
    "the first statement, over several lines": (
        """
        revision = (
            "1"
        )
        x = 1
        """,
        2,
        """
        revision = (  # lint-indexes: ignore[LI401]
            "1"
        )
        x = 1
        """,
    ),
    "a decorated function": (
        """
        import op
        @op.decorated
        def downgrade():
            pass
        """,
        4,
        """
        import op
        @op.decorated
        # lint-indexes: ignore[LI401]
        def downgrade():
            pass
        """,
    ),
    "a comment that is there": (
        """
        import op
        # lint-indexes: ignore[LI303] since then
        op.drop("a")
        """,
        4,
        """
        import op
        # lint-indexes: ignore[LI303, LI401] since then
        op.drop("a")
        """,
    ),
    "a comment behind the line": (
        """
        import op
        op.drop("a")  # noqa  # lint-indexes: ignore[ LI303 ,missing-downgrade,]
        """,
        3,
        """
        import op
        op.drop("a")  # noqa  # lint-indexes: ignore[LI303, missing-downgrade, LI401]
        """,
    ),
    "a comment for the whole file": (
        """
        # lint-indexes: ignore[LI303] all of it
        import op
        op.drop("a")
        """,
        4,
        """
        # lint-indexes: ignore[LI303] all of it
        import op
        # lint-indexes: ignore[LI401]
        op.drop("a")
        """,
    ),
    "another comment": (
        """
        import op
        op.drop("a")  # lint-indexes: irreversible it is gone
        """,
        3,
        """
        import op
        # lint-indexes: ignore[LI401]
        op.drop("a")  # lint-indexes: irreversible it is gone
        """,
    ),
    "two statements on a line": (
        """
        import op
        op.drop("a"); op.drop("b")
        """,
        3,
        """
        import op
        # lint-indexes: ignore[LI401]
        op.drop("a"); op.drop("b")
        """,
    ),
    "a docstring": (
        '''
        """A migration
        of several lines."""
        x = 1
        ''',
        2,
        '''
        """A migration
        of several lines."""  # lint-indexes: ignore[LI401]
        x = 1
        ''',
    ),
}


@pytest.mark.parametrize(("before", "line", "after"), CASES.values(), ids=CASES)
def test_where_a_comment_goes(before: str, line: int, after: str) -> None:
    result = annotated(dedent(before), line)
    assert result == dedent(after)
    covering = [
        comment for comment in read_comments(result, FILE) if comment.lines and "LI401" in comment.selectors
    ]
    assert len(covering) == 1


def test_several_codes_and_lines() -> None:
    text = "import op\n\ndef upgrade():\n    op.drop('a')\n    op.drop('b')\n"
    assert annotated(text, 4, 5, codes=("LI402", "LI401"), reason="it is empty") == (
        "import op\n\ndef upgrade():\n"
        "    # lint-indexes: ignore[LI401, LI402] it is empty\n    op.drop('a')\n"
        "    # lint-indexes: ignore[LI401, LI402] it is empty\n    op.drop('b')\n"
    )


def test_two_lines_of_one_string() -> None:
    text = 'import op\nop.execute("""\nA\nB""")\n'
    assert annotated(text, 3, 4).count("# lint-indexes") == 1


def test_a_reason_that_is_there_is_kept() -> None:
    text = "import op\nop.drop()  # lint-indexes: ignore[LI303]\n"
    assert annotated(text, 2, reason="new").endswith("ignore[LI303, LI401] new\n")
    text = "import op\nop.drop()  # lint-indexes: ignore[LI303] old\n"
    assert annotated(text, 2, reason="new").endswith("ignore[LI303, LI401] old\n")


@pytest.mark.parametrize("text", ["import op\rop.drop()\n", "def (:\n", 'x = "\n', ""])
def test_a_file_that_cannot_be_read(text: str) -> None:
    result = add_ignores(text, {1: ["LI401"]}, FILE)
    assert result.text == text
    assert result.placed == frozenset()


def test_lines_without_code() -> None:
    text = "import op\n\n# nothing\nop.drop()\n"
    result = add_ignores(text, {0: ["LI401"], 2: ["LI401"], 99: ["LI401"]}, FILE)
    assert (result.text, result.placed, result.comments) == (text, frozenset(), 0)


def test_line_ends_and_indentation() -> None:
    text = "import op\r\nif op:\r\n\top.drop()\t \r\n\tx = 1"
    expected = (
        "import op\r\nif op:\r\n\t# lint-indexes: ignore[LI401]\r\n\top.drop()\t \r\n"
        "\t# lint-indexes: ignore[LI401]\r\n\tx = 1"
    )
    assert add_ignores(text, {3: ["LI401"], 4: ["LI401"]}, FILE).text == expected


def test_a_second_run_changes_nothing() -> None:
    """Whatever lines are wanted of a file with all kinds of statements, its code stays as it is."""
    text = dedent(
        '''
        """Doc
        string."""
        from alembic import op; import sys
        revision = "1"

        @sys.deco
        def upgrade():
            x = 1 + \\
                2
            with op.batch() as batch:  # noqa
                batch.create_index("a",
                    ["b", f"""{x}
                    """], unique=True)
            op.execute("""
            CREATE INDEX
            """); op.drop(
                "x")
            if x: op.drop("y")

        class Booking:
            __table_args__ = (
                op.index("a", [
                    "b",
                ]),  # a remark
                # lint-indexes: ignore[LI105] known
                op.index("c"),
            )
        '''
    )
    count = text.count("\n")
    for seed in range(15):
        chosen = random.Random(seed).sample(range(1, count + 1), k=random.Random(seed).randint(1, 8))
        wanted = {line: ["LI401"] for line in chosen}
        once = add_ignores(text, wanted, FILE)
        assert ast.dump(ast.parse(once.text)) == ast.dump(ast.parse(text))
        kept = [line.partition("#")[0].rstrip() for line in once.text.splitlines()]
        assert [line for line in kept if line] == [
            line for line in (one.partition("#")[0].rstrip() for one in text.splitlines()) if line
        ]
        again = add_ignores(once.text, {line: ["LI401"] for line in range(1, 60)}, FILE)
        assert (
            add_ignores(again.text, {line: ["LI401"] for line in _covered(again.text)}, FILE).text
            == again.text
        )


def _covered(text: str) -> set[int]:
    return {
        line
        for comment in read_comments(text, FILE)
        if comment.lines and "LI401" in comment.selectors
        for line in comment.lines
    }


def test_syntax_that_is_newer_than_this_python() -> None:
    text = "import op\n\ndef new[T: (x := 1)](x: T) -> T: return\n\nop.drop() from here\n"
    result = add_ignores(text, {5: ["LI401"]}, FILE)
    assert result.text == text.replace("op.drop", "# lint-indexes: ignore[LI401]\nop.drop")
