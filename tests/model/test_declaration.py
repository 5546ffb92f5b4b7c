"""An index as the source of a model."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from lint_indexes.ddl.index import parse_index_definition
from lint_indexes.model.catalog import ConstraintKind
from lint_indexes.model.declaration import Spelling, declaration, sqlalchemy_declaration


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("t (a, b)", 'Index("i", "a", "b")'),
        ("t (a DESC)", 'Index("i", text("a DESC"))'),
        (
            "t (a DESC NULLS LAST, b NULLS FIRST)",
            'Index("i", text("a DESC NULLS LAST"), text("b NULLS FIRST"))',
        ),
        ("t (lower(a))", 'Index("i", text("(lower(a))"))'),
        ("t USING gin (a)", 'Index("i", "a", postgresql_using="gin")'),
        ("t (a text_pattern_ops)", 'Index("i", "a", postgresql_ops={"a": "text_pattern_ops"})'),
        ("t (a) INCLUDE (b, c)", 'Index("i", "a", postgresql_include=["b", "c"])'),
        ("t (a) WITH (fillfactor = 70)", 'Index("i", "a", postgresql_with={"fillfactor": "70"})'),
        ("t (a) WHERE b IS NULL", 'Index("i", "a", postgresql_where=text("b IS NULL"))'),
        ('t ("Odd Name" DESC)', 'Index("i", text(\'"Odd Name" DESC\'))'),
    ],
)
def test_declares_what_the_definition_says(on: str, expected: str) -> None:
    _, index = parse_index_definition("i", on, unique=False, default_schema="public")
    assert sqlalchemy_declaration(index) == expected


def test_unique_index() -> None:
    _, index = parse_index_definition("i", "t (a)", unique=True, default_schema="public")
    assert sqlalchemy_declaration(index) == 'Index("i", "a", unique=True)'


def test_unique_constraint() -> None:
    _, index = parse_index_definition("uq", "t (a, b)", unique=True, default_schema="public")
    constraint = replace(index, constraint=ConstraintKind.UNIQUE)
    assert sqlalchemy_declaration(constraint) == 'UniqueConstraint("a", "b", name="uq")'


@pytest.mark.parametrize(
    "predicate",
    [
        "doc @> '{\"a\":1}'",
        "label <> 'x :y'",
        "a::text = ':z'",
        "b = ':c:'",
        "label ~ 'a\\:b'",
        "label ~ '\\: '",
    ],
)
def test_text_is_given_no_parameters(predicate: str) -> None:
    """text() takes ``:name`` for a parameter, also inside an SQL string."""
    _, index = parse_index_definition("i", f"t (a) WHERE {predicate}", unique=False, default_schema="public")
    program = (
        "from sqlalchemy import *; from sqlalchemy.schema import CreateIndex\n"
        "from sqlalchemy.dialects import postgresql\n"
        f"table = Table('t', MetaData(), Column('a', Integer), {sqlalchemy_declaration(index)})\n"
        "[index] = table.indexes\n"
        "print(CreateIndex(index).compile(dialect=postgresql.dialect(paramstyle='named')))\n"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert shown.strip().endswith(f"WHERE {index.predicate}")


def test_spelling_of_a_file() -> None:
    _, index = parse_index_definition(
        "i", "t (a x_ops, b DESC) INCLUDE (a)", unique=False, default_schema="public"
    )
    spelling = Spelling({"Index": "db.Index", "text": "sa.text"}, {"a": "alpha"}, "'")
    assert str(declaration(index, spelling)) == (
        "db.Index('i', 'alpha', sa.text('b DESC'),"
        " postgresql_ops={'alpha': 'x_ops'}, postgresql_include=['alpha'])"
    )


def test_options_of_an_opclass_are_kept() -> None:
    _, index = parse_index_definition(
        "i", "t USING gist (a gist_trgm_ops (siglen = 32))", unique=False, default_schema="public"
    )
    assert sqlalchemy_declaration(index) == (
        """Index("i", text("a gist_trgm_ops (siglen='32')"), postgresql_using="gist")"""
    )
