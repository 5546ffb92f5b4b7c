"""Statements into an existing downgrade(): only what has to change does."""

from __future__ import annotations

import pytest

from lint_indexes.fixers.migration.functions import Rendered, Statements, edit_migration
from lint_indexes.fixers.models.splices import CannotEditError


def complete_downgrade(source: bytes, lines: tuple[str, ...], imports: tuple[str, ...]) -> bytes:
    return edit_migration(source, Statements(appended=Rendered(lines, imports)))


LINES = ("op.drop_index('ix')",)
HEAD = 'from alembic import op\n\nrevision = "a"\n\n\ndef upgrade():\n    op.x()\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n\ndef downgrade():\n    pass\n", "\n\ndef downgrade():\n    op.drop_index('ix')\n"),
        (
            '\n\ndef downgrade():\n    """Back."""\n    pass  # nothing yet\n',
            '\n\ndef downgrade():\n    """Back."""\n    # nothing yet\n    op.drop_index(\'ix\')\n',
        ),
        ("\n\ndef downgrade(): pass\n", "\n\ndef downgrade():\n    op.drop_index('ix')\n"),
        (
            "\n\ndef downgrade():\n  op.a()  # stays\n  # so does this\n\n\ndef other(): ...\n",
            "\n\ndef downgrade():\n  op.a()  # stays\n  op.drop_index('ix')\n  # so does this\n\n\n"
            "def other(): ...\n",
        ),
        ("\n\ndef downgrade():\n    op.a()", "\n\ndef downgrade():\n    op.a()\n    op.drop_index('ix')\n"),
        ("", "\n\ndef downgrade():\n    op.drop_index('ix')\n"),
        (
            "\n\ndef downgrade():\n    pass\n\n\ndef downgrade():\n    print(1)\n",
            "\n\ndef downgrade():\n    pass\n\n\ndef downgrade():\n    print(1)\n    op.drop_index('ix')\n",
        ),
    ],
    ids=["pass", "docstring", "one line", "indented by two", "no newline", "missing", "defined twice"],
)
def test_where_it_goes(before, after):
    assert complete_downgrade((HEAD + before).encode(), LINES, ()).decode() == HEAD + after


def test_tabs_and_line_endings_are_the_files():
    source = b"from alembic import op\r\ndef downgrade():\r\n\tpass\r\n"
    block = ("with op.get_context().autocommit_block():", "    op.drop_index('ix')")

    assert complete_downgrade(source, block, ()) == (
        b"from alembic import op\r\ndef downgrade():\r\n"
        b"\twith op.get_context().autocommit_block():\r\n\t\top.drop_index('ix')\r\n"
    )


def test_imports_that_the_file_lacks():
    source = b'"""doc"""\nfrom alembic import op\nX = 1\ndef downgrade():\n    pass\n'

    written = complete_downgrade(
        source,
        ("op.add_column('t', sa.Column('c', postgresql.JSONB()))",),
        ("from sqlalchemy.dialects import postgresql",),
    ).decode()

    assert written.startswith(
        '"""doc"""\nfrom alembic import op\nimport sqlalchemy as sa\n'
        "from sqlalchemy.dialects import postgresql\nX = 1\n"
    )


def test_imports_that_the_file_has_under_any_form():
    source = b"from alembic import op, context\nimport sqlalchemy as sa\ndef downgrade():\n    pass\n"

    written = complete_downgrade(source, ("op.add_column('t', sa.Column('c', sa.Text()))",), ())

    assert written.count(b"import") == source.count(b"import")


def test_a_byte_order_mark_and_a_declared_encoding_stay():
    source = "# coding: latin-1\nfrom alembic import op\nNAME = 'é'\ndef downgrade():\n    pass\n"

    assert b"'\xe9'" in complete_downgrade(source.encode("latin-1"), LINES, ())
    assert complete_downgrade(("\ufeff" + HEAD).encode(), LINES, ()).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("    op.a()\n    return\n", "ends in a return or a raise"),
        ("    raise NotImplementedError\n", "ends in a return or a raise"),
    ],
)
def test_what_would_never_be_reached_is_not_written(body, reason):
    with pytest.raises(CannotEditError, match=reason):
        complete_downgrade(f"def downgrade():\n{body}".encode(), LINES, ())


@pytest.mark.parametrize("source", [b"def downgrade(:\n", b"\xff\xfe"], ids=["syntax", "encoding"])
def test_a_file_that_cannot_be_read(source):
    with pytest.raises(CannotEditError):
        complete_downgrade(source, LINES, ())


BLOCK = Rendered(
    (
        "with op.get_context().autocommit_block():",
        "    op.execute('DROP INDEX CONCURRENTLY IF EXISTS ix')",
        "    op.create_index('ix', 't', ['a'], postgresql_concurrently=True)",
    )
)


def test_a_statement_is_replaced():
    source = HEAD.replace("op.x()", "op.create_index(\n        'ix', 't', ['a']\n    )  # stays\n    op.y()")

    written = edit_migration(source.encode(), Statements({7: BLOCK})).decode()

    assert written == HEAD.replace(
        "op.x()",
        "with op.get_context().autocommit_block():\n"
        "        op.execute('DROP INDEX CONCURRENTLY IF EXISTS ix')\n"
        "        op.create_index('ix', 't', ['a'], postgresql_concurrently=True)  # stays\n    op.y()",
    )


def test_a_block_that_is_there_is_used():
    source = HEAD.replace("    op.x()", "    with op.get_context().autocommit_block():\n        op.x()")

    written = edit_migration(source.encode(), Statements({8: BLOCK})).decode()

    assert written == HEAD.replace(
        "    op.x()",
        "    with op.get_context().autocommit_block():\n"
        "        op.execute('DROP INDEX CONCURRENTLY IF EXISTS ix')\n"
        "        op.create_index('ix', 't', ['a'], postgresql_concurrently=True)",
    )


def test_a_block_that_is_there_has_its_commit():
    source = HEAD.replace("    op.x()", "    with op.get_context().autocommit_block():\n        op.x()")

    written = edit_migration(
        source.encode(), Statements({8: Rendered(("op.get_bind().commit()", *BLOCK.lines))})
    )

    assert written == edit_migration(source.encode(), Statements({8: BLOCK}))


@pytest.mark.parametrize(
    "body",
    [
        "    for name in NAMES:\n        op.x(name)\n",
        "    with op.batch_alter_table('t') as batch:\n        batch.x()\n",
        "    if A:\n        op.x()\n",
        "    x = 1\n    y = op.x()\n",
        "    a()\n    op.x(\n        1,  # one\n    )\n",
    ],
    ids=["loop", "batch", "condition", "assignment", "comment"],
)
def test_what_is_no_plain_statement_is_left_alone(body):
    with pytest.raises(CannotEditError, match=r"stands in a block|has a comment"):
        edit_migration(f"def upgrade():\n{body}".encode(), Statements({3: BLOCK}))


def test_a_line_outside_of_functions():
    with pytest.raises(CannotEditError, match=r"stands in a block|is not a statement"):
        edit_migration(HEAD.encode(), Statements({1: BLOCK}))


TIMEOUT = Rendered(("op.execute(\"SET LOCAL lock_timeout = '5s'\")",))


@pytest.mark.parametrize("line", [4, 5, 6])
def test_what_is_inserted_stands_before_the_outermost_statement(line):
    source = HEAD + "def upgrade():\n\tif 1:\n\t\top.add_column(\n\t\t\t1)  # one\n\tpass\n"
    start = HEAD.count("\n")

    written = edit_migration(source.encode(), Statements(inserted={start + line - 2: TIMEOUT})).decode()

    assert written == source.replace("\tif", f"\t{TIMEOUT.lines[0]}\n\tif")


@pytest.mark.parametrize(
    "source",
    ["def downgrade():\n    x()\n", "x = 1\ny = 2\n", "def upgrade(): x()\n\n", "def other():\n    x()\n"],
)
def test_nothing_is_inserted_elsewhere(source):
    with pytest.raises(CannotEditError, match="line"):
        edit_migration(source.encode(), Statements(inserted={2: TIMEOUT}))
