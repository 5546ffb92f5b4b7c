"""The loops of PL/pgSQL (PostgreSQL manual, 43.6.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator import plpgsql_tree
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.plpgsql_tree import Flow, Signal, Tree

if TYPE_CHECKING:
    from lint_indexes.emulator.plpgsql import Interpreter

_MAXIMUM_ITERATIONS = 10_000


def loop(interpreter: Interpreter, tree: Tree) -> Flow:
    """LOOP."""
    return _repeat(interpreter, tree, iter(lambda: True, False))


def while_loop(interpreter: Interpreter, tree: Tree) -> Flow:
    """WHILE."""
    return _repeat(interpreter, tree, iter(lambda: interpreter.truth(tree["cond"]), False))


def _repeat(interpreter: Interpreter, tree: Tree, rounds: Iterator[Any]) -> Flow:
    for number, _ in enumerate(rounds):
        if number >= _MAXIMUM_ITERATIONS:
            raise Unsupported("a loop without an end in sight")
        flow = interpreter.run_statements(tree.get("body"))
        if flow is not None:
            signal, label = flow
            own = label is None or label == tree.get("label")
            if signal is Signal.RETURN or not own:
                return flow
            if signal is Signal.EXIT:
                return None
    return None


def for_integers(interpreter: Interpreter, tree: Tree) -> Flow:
    """FOR over numbers."""
    lower, upper = interpreter.evaluate(tree["lower"]), interpreter.evaluate(tree["upper"])
    step = interpreter.evaluate(tree["step"]) if "step" in tree else 1
    if lower is None or upper is None or not step:
        raise SqlError("22004", "lower bound of FOR loop cannot be null")
    numbers = range(lower, upper - 1, -step) if tree.get("reverse") else range(lower, upper + 1, step)
    name = tree["var"]["PLpgSQL_var"]["refname"]
    # The loop's variable is its own, and hides one of that name.
    outer = interpreter.variables.values.get(name)
    flow = _repeat(interpreter, tree, (_bind(interpreter, name, number) for number in numbers))
    interpreter.variables.values[name] = outer
    return flow


def _bind(interpreter: Interpreter, name: str, value: Any) -> bool:
    interpreter.variables.values[name] = value
    return True


def for_rows(interpreter: Interpreter, tree: Tree) -> Flow:
    """FOR over the rows of a query."""
    return _for_each(interpreter, tree, interpreter.query(plpgsql_tree.text(tree["query"])))


def for_dynamic_rows(interpreter: Interpreter, tree: Tree) -> Flow:
    """FOR over the rows of a query that EXECUTE runs."""
    return _for_each(interpreter, tree, interpreter.query(interpreter.dynamic_text(tree)))


def _for_each(
    interpreter: Interpreter, tree: Tree, found: tuple[tuple[str, ...], list[Sequence[Any]]]
) -> Flow:
    columns, rows = found
    interpreter.variables.values["found"] = bool(rows)
    return _repeat(interpreter, tree, (interpreter.variables.into(tree["var"], columns, row) for row in rows))


def for_array(interpreter: Interpreter, tree: Tree) -> Flow:
    """FOREACH over an array."""
    items = interpreter.evaluate(tree["expr"])
    if items is None:
        raise SqlError("22004", "FOREACH expression must not be null")
    numbers = (_assigned(interpreter, tree["varno"], item) for item in items)
    return _repeat(interpreter, tree, numbers)


def _assigned(interpreter: Interpreter, number: int, value: Any) -> bool:
    interpreter.variables.set(number, value)
    return True
