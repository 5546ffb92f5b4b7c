"""Runs of migrations as JSON: in short what came of each, and apart from that its statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

from lint_indexes.cache.states import state_from_json, state_to_json
from lint_indexes.cache.values import from_json, to_json
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import Run, Statement, Step

Json = Any

_BEFORE, _AFTER = 0, 1
"""The numbers of the states around the run; those between them follow."""


def run_to_json(run: Run) -> Json:
    """All of a run but its statements.

    Raises:
        TypeError: it holds something that is no value of the model.
    """
    after = state_to_json(run.after, run.before)
    values = (run.failure, run.doubts, run.read_rows, run.read_catalogs, run.long_names)
    return [after, *map(to_json, values)]


def run_from_json(outcome: Json, before: Catalog, statements: Callable[[], Json]) -> Run:
    """The run that began with the same state.

    Args:
        statements: Brings what ``statements_to_json`` made, when somebody looks at them.

    Raises:
        AttributeError, KeyError, IndexError, TypeError, ValueError: it is none.
    """
    changes, *values = outcome
    after = state_from_json(changes, before) if changes else before
    return Run(before, after, _Statements(statements, before, after), *map(from_json, values))


def statements_to_json(run: Run) -> Json:
    """The statements of a run, with the states between them.

    Raises:
        TypeError: they hold something that is no value of the model.
    """
    states = _States(run.before, run.after)
    statements = [_statement_to_json(statement, states) for statement in run.statements]
    return [states.between, statements]


def _statement_to_json(statement: Statement, states: _States) -> Json:
    steps = [
        [
            to_json(step.operation),
            states.number(step.before),
            states.number(step.after),
            step.in_transaction,
            step.lock_timeout,
            step.in_function,
        ]
        for step in statement.steps
    ]
    after = states.number(statement.after)
    return [statement.sql, to_json(statement.origin), after, steps, to_json(statement.long_names)]


class _States:
    """Numbers the states of a run. Those between its first and its last are in ``between``, each with the
    number of the one from which it differs so.
    """

    def __init__(self, before: Catalog, after: Catalog) -> None:
        self.between: list[Json] = []
        self._known = [before, after]
        self._numbers = {id(after): _AFTER, id(before): _BEFORE}
        self._last = _BEFORE

    def number(self, state: Catalog) -> int:
        number = self._numbers.get(id(state))
        if number is None:
            number = len(self._known)
            self.between.append([self._last, state_to_json(state, self._known[self._last])])
            self._known.append(state)
            self._numbers[id(state)] = number
        self._last = number
        return number


class _Statements(Sequence[Statement]):
    """The statements of a run, read when they are looked at."""

    def __init__(self, load: Callable[[], Json], before: Catalog, after: Catalog) -> None:
        self._load = load
        self._states = [before, after]
        self._read: tuple[Statement, ...] | None = None

    def _all(self) -> tuple[Statement, ...]:
        if self._read is None:
            between, statements = self._load()
            for number, changes in between:
                self._states.append(state_from_json(changes, self._states[number]))
            self._read = tuple(self._statements(statements))
        return self._read

    def _statements(self, statements: Json) -> Iterator[Statement]:
        states = self._states
        for sql, origin, after, steps, long_names in statements:
            read = tuple(
                Step(from_json(operation), states[first], states[last], *flags)
                for operation, first, last, *flags in steps
            )
            yield Statement(sql, from_json(origin), states[after], read, from_json(long_names))

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, at: int) -> Statement: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Statement]: ...
    def __getitem__(self, at: int | slice) -> Statement | Sequence[Statement]:
        return self._all()[at]

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._all())
