"""Quoting and cutting names."""

from __future__ import annotations

import pytest

from lint_indexes.model.names import ObjectName, QualifiedName, quote_identifier, truncate_identifier


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("booking", "booking"),
        ("ix_1$", "ix_1$"),
        ("Booking", '"Booking"'),
        ("two words", '"two words"'),
        ("user", '"user"'),
        ("order", '"order"'),
        ("name", "name"),
        ('say "hi"', '"say ""hi"""'),
        ("1st", '"1st"'),
        ("über", '"über"'),
    ],
)
def test_quotes_only_what_must_be(name: str, quoted: str) -> None:
    assert quote_identifier(name) == quoted


def test_cuts_at_63_bytes_between_characters() -> None:
    assert truncate_identifier("a" * 63) == "a" * 63
    assert truncate_identifier("a" * 64) == "a" * 63
    assert truncate_identifier("a" * 62 + "ü") == "a" * 62


def test_qualifies_with_the_given_schema_first() -> None:
    assert ObjectName("t").qualify("public") == QualifiedName("public", "t")
    assert ObjectName("t", "s").qualify("public") == QualifiedName("s", "t")
    assert str(ObjectName("t", "s")) == "s.t"
