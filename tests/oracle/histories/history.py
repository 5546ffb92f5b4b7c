"""Migration histories: revisions up and down, in transactions, with errors caught and uncaught."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from random import Random

from histories import keys, objects, relations
from histories.judge import Figures, Judge, UnknownEffect
from histories.world import NothingThere, Step, World
from lint_indexes.server.connection import Connection

Generator = Callable[[World], Step]

_STEPS: Sequence[tuple[int, Generator]] = (*relations.STEPS, *keys.STEPS, *objects.STEPS)


def run_history(random: Random, connection: Connection, figures: Figures) -> None:
    """Run a new history on both servers.

    Raises:
        DisagreementError: they differ.
    """
    judge = Judge(connection, figures)
    figures.histories += 1
    try:
        _History(World(random, lambda: judge.catalog), judge).run()
    except UnknownEffect:
        figures.cut_short += 1


class _History:
    def __init__(self, world: World, judge: Judge) -> None:
        self._world = world
        self._judge = judge

    def run(self) -> None:
        world = self._world
        self._transaction([relations.create_table(world) for _ in range(world.number(1, 3))])
        for _ in range(world.number(1, 4)):
            if world.rarely(5):
                self._alone()
            else:
                self._revision()

    def _alone(self) -> None:
        """An autocommit block: each statement is a transaction, and some must be."""
        for _ in range(self._world.number(1, 3)):
            try:
                step = self._world.weighted((*keys.ALONE, *relations.ALONE, (4, self._any)))(self._world)
            except NothingThere:
                step = self._any(self._world)
            self._judge.execute(step.sql)

    def _any(self, world: World) -> Step:
        for _ in range(20):
            with contextlib.suppress(NothingThere):
                return world.weighted(_STEPS)(world)
        return relations.create_table(world)

    def _revision(self) -> None:
        """An upgrade, and now and then its downgrade, and the upgrade again."""
        world = self._world
        done = self._transaction([None] * world.number(1, 6))
        if done and world.rarely(2):
            undo = [Step(step.undo) for step in reversed(done) if step.undo is not None]
            undone = self._transaction(undo)
            if undone is not None and world.rarely(2):
                self._transaction(done)

    def _transaction(self, steps: Sequence[Step | None]) -> list[Step] | None:
        """Run steps in a transaction, None for a new one; those that succeeded if it was committed."""
        world, judge = self._world, self._judge
        judge.execute("BEGIN")
        done: list[Step] = []
        for given in steps:
            step = given or self._any(world)
            caught = not world.rarely(6)
            if caught:
                judge.execute("SAVEPOINT s")
            succeeded = judge.execute(step.sql)
            if succeeded:
                done.append(step)
                if caught:
                    judge.execute(world.weighted(_AFTER_SUCCESS))
            elif caught:
                judge.execute("ROLLBACK TO SAVEPOINT s")
            else:
                if world.rarely(2):
                    judge.execute(self._any(world).sql)
                break
        ending = "ROLLBACK" if world.rarely(12) else "COMMIT"
        lost = judge.aborted or ending == "ROLLBACK"
        judge.execute(ending)
        return None if lost else done


_AFTER_SUCCESS = ((12, "RELEASE SAVEPOINT s"), (1, "ROLLBACK TO SAVEPOINT s"))
