"""An index as the source of a model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lint_indexes.ddl.index import parse_index_definition
from lint_indexes.model.catalog import ConstraintKind
from lint_indexes.model.declaration import sqlalchemy_declaration


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
