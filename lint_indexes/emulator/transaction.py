"""A transaction block with its savepoints."""

from __future__ import annotations

from dataclasses import dataclass, field

from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator.backend import State


@dataclass(slots=True)
class Transaction:
    """A transaction block: the state it began with, its savepoints, whether an error ended it."""

    start: State
    savepoints: list[tuple[str, State]] = field(default_factory=list)
    aborted: bool = False

    def save(self, name: str, state: State) -> None:
        """SAVEPOINT."""
        self.savepoints.append((name, state))

    def release(self, name: str) -> None:
        """RELEASE SAVEPOINT, and those that came after it.

        Raises:
            SqlError: 3B001.
        """
        del self.savepoints[self._find(name) :]

    def rollback_to(self, name: str) -> State:
        """ROLLBACK TO SAVEPOINT: the state that it had; the block goes on.

        Raises:
            SqlError: 3B001.
        """
        at = self._find(name)
        self.aborted = False
        del self.savepoints[at + 1 :]
        return self.savepoints[at][1]

    def _find(self, name: str) -> int:
        for at in reversed(range(len(self.savepoints))):
            if self.savepoints[at][0] == name:
                return at
        raise SqlError("3B001", f'savepoint "{name}" does not exist')
