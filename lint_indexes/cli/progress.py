"""How far a run has come, for somebody who waits at a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import click

Item = TypeVar("Item")

_PATIENCE = 1.0
"""Seconds after which there is something to see."""


def track(items: Sequence[Item], label: str = "Revisions") -> Iterable[Item]:
    """The items, with a progress bar on stderr where that is a terminal and it takes a while."""
    if sys.stderr is None or not sys.stderr.isatty():
        return items
    return _shown(items, label)


def _shown(items: Sequence[Item], label: str) -> Iterator[Item]:
    begun = time.monotonic()
    rest = iter(items)
    for done, item in enumerate(rest, start=1):
        yield item
        if time.monotonic() - begun > _PATIENCE:
            with click.progressbar(length=len(items), label=label, show_pos=True, file=sys.stderr) as bar:
                bar.update(done)
                for item in rest:
                    yield item
                    bar.update(1)
