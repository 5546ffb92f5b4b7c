"""Errors as PostgreSQL raises them."""

from __future__ import annotations


class SqlError(Exception):
    """A statement that the server refuses.

    ``sqlstate`` is the five-character code (PostgreSQL manual, appendix A), ``message`` the primary
    message without "ERROR:", as PostgreSQL words it.
    """

    def __init__(self, sqlstate: str, message: str) -> None:
        super().__init__(f"{message} ({sqlstate})")
        self.sqlstate = sqlstate
        self.message = message
