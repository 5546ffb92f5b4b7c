"""Whether the in-memory server and a real one fail alike."""

from __future__ import annotations

import re

from lint_indexes.model.history import Failure, Run

_ROLE_IN_USE = re.compile(r'role "[^"]+" cannot be dropped because some objects depend on it')
_ABOUT_ROWS = ("22", "23")
"""Classes of SQLSTATE that rows cause, which the in-memory server has none of: data, constraints on them."""


def unlike_failures(server: Failure | None, replayed: Run) -> tuple[str, ...]:
    """Where the two do not fail alike. A replay that had doubts did not claim to be exact."""
    memory = replayed.failure
    if _cause(memory) == _cause(server) or replayed.doubts or replayed.read_rows:
        return ()
    if memory is None and server is not None and _is_about_this_server(server):
        return ()
    words = [
        f"fails in {place} ({failure.message})" if failure else f"runs in {place}"
        for place, failure in (("the replay", memory), ("PostgreSQL", server))
    ]
    return (" and ".join(words),)


def is_about_shared_role(failure: Failure) -> bool:
    """Whether a role made a run fail that other databases of the server use as well."""
    return _ROLE_IN_USE.search(failure.message) is not None


def _is_about_this_server(failure: Failure) -> bool:
    return (failure.sqlstate or "").startswith(_ABOUT_ROWS) or is_about_shared_role(failure)


def _cause(failure: Failure | None) -> str | None:
    """What two servers must agree on: the SQLSTATE, or the class of the exception."""
    return None if failure is None else failure.sqlstate or failure.exception or failure.kind.value
