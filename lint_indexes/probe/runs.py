"""Runs of revisions: the probe begins with the next while the server is still at the one before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from lint_indexes.probe.conversation import Conversation
from lint_indexes.probe.protocol import Direction, Server
from lint_indexes.probe.wire import Fields

AHEAD = 4
"""How many runs the probe may be ahead. What it was wrong about is run once more, so not too many."""


class Run(NamedTuple):
    revision: str
    direction: Direction

    def __str__(self) -> str:
        return f"running {self.direction}() of revision {self.revision}"


class Runs:
    """Nothing of a run that was begun ahead is believed before it is asked for."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._begun: deque[Run] = deque()
        self._next: dict[Run, Run] = {}

    def expect(self, runs: Iterable[Run]) -> None:
        """Say in which order runs will be asked for, unless something fails."""
        self._next = dict(pairwise(runs))

    def run(self, run: Run, server: Server, *, reflect: bool, ahead: bool) -> Fields:
        """The answer to the command ``run``.

        Raises:
            ProbeError: it took the interpreter down, or hangs.
            AgainError: with ``ahead``, a statement was refused.
        """
        if ahead and self._begun and self._begun[0] == run:
            self._begun.popleft()
        else:
            self.call_back()
            self._begin(run, reflect=reflect, ahead=ahead)
        if ahead and not reflect:
            self._begin_next(run)
        return self._conversation.finish(str(run), server)

    def call_back(self) -> None:
        """Let the runs end that were begun and not asked for."""
        while self._begun:
            self._conversation.drop(str(self._begun.popleft()))

    def _begin_next(self, run: Run) -> None:
        if len(self._begun) > AHEAD // 2:
            return  # several at a time: to wake the other process costs more than to send
        last = self._begun[-1] if self._begun else run
        while len(self._begun) < AHEAD and last in self._next:
            last = self._next[last]
            self._begin(last, reflect=False, ahead=True)
            self._begun.append(last)

    def _begin(self, run: Run, *, reflect: bool, ahead: bool) -> None:
        self._conversation.begin(
            "run", revision=run.revision, direction=run.direction, reflect=reflect, ahead=ahead
        )
