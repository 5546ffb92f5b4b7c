"""How a run that takes a while tells how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Track(Protocol):
    """Goes through items and shows how far it has come; ``iter`` is one that shows nothing."""

    def __call__(self, items: Sequence[Item], /) -> Iterable[Item]: ...
