"""ORDER BY."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any, TypeVar

from pglast.enums import SortByDir, SortByNulls

from lint_indexes.emulator.values import compare

_Item = TypeVar("_Item")
Sort = Callable[[list[_Item], Callable[[_Item], Any]], list[_Item]]


def sorter(node: Any) -> Callable[[list[Any], Callable[[Any], Any]], list[Any]]:
    """What sorts a list by a key as a SortBy node says: a stable sort, NULLs where they belong."""
    descending = node.sortby_dir == SortByDir.SORTBY_DESC
    nulls_first = node.sortby_nulls == SortByNulls.SORTBY_NULLS_FIRST or (
        descending and node.sortby_nulls == SortByNulls.SORTBY_NULLS_DEFAULT
    )

    def order(left: Any, right: Any) -> int:
        if left is None or right is None:
            after = (left is None) - (right is None)
            return -after if nulls_first else after
        result = compare(left, right)
        return -result if descending else result

    def sort(items: list[Any], key: Callable[[Any], Any]) -> list[Any]:
        return sorted(items, key=lambda item: cmp_to_key(order)(key(item)))

    return sort
