"""A script applied to an empty catalog."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_indexes.ddl.apply import apply
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.parse import parse
from lint_indexes.model.catalog import Catalog

Replay = Callable[..., Catalog]


def apply_script(
    sql: str,
    catalog: Catalog | None = None,
    *,
    lenient: bool = False,
    postgres_version: int = 15,
) -> Catalog:
    """The catalog after a script; each statement is parsed when those before it are done."""
    state = catalog if catalog is not None else Catalog()
    for statement in parse(sql):
        for operation in statement.operations:
            state = apply(state, operation, lenient=lenient, postgres_version=postgres_version)
    return state


@pytest.fixture
def replay() -> Replay:
    return apply_script


@pytest.fixture
def sqlstate() -> Callable[[str, str, int], str | None]:
    """With which SQLSTATE a statement is refused after a set-up, None where it is taken."""

    def outcome(setup: str, statement: str, postgres_version: int) -> str | None:
        state = apply_script(setup, postgres_version=postgres_version)
        try:
            apply_script(statement, state, postgres_version=postgres_version)
        except SqlError as error:
            return error.sqlstate
        return None

    return outcome
