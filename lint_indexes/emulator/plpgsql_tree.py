"""The trees that PL/pgSQL's own parser makes, as pglast hands them on (JSON)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from lint_indexes.emulator import conditions

Tree = Mapping[str, Any]


class Signal(Enum):
    """Why a list of statements ended before its last one."""

    EXIT = "exit"
    CONTINUE = "continue"
    RETURN = "return"


Flow = tuple[Signal, str | None] | None


def text(expression: Tree) -> str:
    """The SQL of an expression or statement."""
    return str(expression["PLpgSQL_expr"]["query"])


def leave_block(flow: Flow, label: str | None) -> Flow:
    """EXIT with a block's label ends that block."""
    return None if flow is not None and flow[1] is not None and flow == (Signal.EXIT, label) else flow


def find_handler(entries: Sequence[Tree], sqlstate: str) -> Tree | None:
    """The part of EXCEPTION that catches an error."""
    for entry in entries:
        inner: Tree = entry["PLpgSQL_exception"]
        names = (condition["PLpgSQL_condition"]["condname"] for condition in inner["conditions"])
        if any(conditions.matches(name, sqlstate) for name in names):
            return inner
    return None


def texts(tree: Any) -> Iterator[str]:
    """Every piece of SQL in a statement and in those that it holds."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            if key == "query" and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(tree, (list, tuple)):
        for item in tree:
            yield from texts(item)


def targets(tree: Any, datums: Sequence[tuple[str, Tree]]) -> Iterator[str]:
    """The variables that a statement, or one that it holds, would have set."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            if key == "varno" and datums[value][0] == "PLpgSQL_var":
                yield datums[value][1]["refname"]
            else:
                yield from targets(value, datums)
    elif isinstance(tree, (list, tuple)):
        for item in tree:
            yield from targets(item, datums)
