"""Transactions that env.py has open when it hands its connection to Alembic, which then begins none itself.

Alembic's autocommit_block() ends no transaction but Alembic's own, and fails (an AssertionError) in others.
"""

from __future__ import annotations

import sys
import traceback
from contextlib import contextmanager

from sqlalchemy.engine import Connection

BY_STATEMENT = "by statement"
"""SQLAlchemy has begun it, for a statement that env.py sent before; whoever sends more may commit it."""

BY_BEGIN = "by begin()"
"""env.py has begun it, and will end it itself."""


_METHODS = ("begin", "begin_twophase")


def advice(error):
    """What to do about the AssertionError of autocommit_block(); None for other errors."""
    frames = traceback.extract_tb(error.__traceback__)
    if not isinstance(error, AssertionError) or frames[-1].name != "autocommit_block":
        return None
    return (
        "autocommit_block() fails in a transaction that env.py has open:"
        " call op.get_bind().commit() before it, or let env.py commit before context.configure()"
    )


class Begun:
    """Notes the transactions that begin() and begin_twophase() begin while it is entered."""

    def __init__(self):
        self._transactions = []

    def __enter__(self):
        self._originals = {name: getattr(Connection, name) for name in _METHODS}
        for name, original in self._originals.items():
            setattr(Connection, name, self._noting(original))
        return self

    def __exit__(self, *error):
        for name, original in self._originals.items():
            setattr(Connection, name, original)

    def _noting(self, original):
        def begin(*arguments, **options):
            transaction = original(*arguments, **options)
            if sys._getframe(1).f_code.co_name != "_autobegin":  # SQLAlchemy's, before a statement
                self._transactions.append(transaction)
            return transaction

        return begin

    def found(self, connection):
        """BY_STATEMENT, BY_BEGIN, or None where a connection is in no transaction."""
        transaction = connection.get_transaction() if isinstance(connection, Connection) else None
        if transaction is None:
            return None
        return BY_BEGIN if any(transaction is one for one in self._transactions) else BY_STATEMENT


@contextmanager
def opened(connection, transaction):
    """A connection as env.py hands it to Alembic, and what env.py does afterwards."""
    if transaction == BY_BEGIN:
        with connection.begin():
            yield
        return
    if transaction == BY_STATEMENT:
        connection.begin()
    yield
    if transaction == BY_STATEMENT:
        connection.commit()
