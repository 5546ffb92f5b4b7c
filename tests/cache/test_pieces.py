"""Pieces come back one by one, and what is none is an error that the cache expects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lint_indexes.cache.pieces import assembled, compact, lines_of, piece_of, taken_apart, value_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)
)


@given(st.lists(VALUES, max_size=5))
def test_pieces_come_back(values: list[object]) -> None:
    content = assembled(piece_of(compact(value)) for value in values)
    assert [value_of(piece) for piece in taken_apart(content)] == values


def test_a_piece_may_have_several_lines() -> None:
    assert lines_of(piece_of(b"1", b'"two"')) == [b"1", b'"two"']
    with pytest.raises(ValueError, match="too many values"):
        value_of(piece_of(b"1", b"2"))


def test_what_was_not_compressed_is_no_piece() -> None:
    with pytest.raises(ValueError, match="no piece"):
        lines_of(b"[1, 2]")


@pytest.mark.parametrize("content", [b"", b"\n", b"one\n", b"7\nseven"])
def test_what_has_no_lengths_has_no_pieces(content: bytes) -> None:
    with pytest.raises((TypeError, ValueError)):
        list(taken_apart(content))
