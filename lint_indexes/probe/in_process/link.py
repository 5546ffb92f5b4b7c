"""What stands behind the DBAPI: the server of the client, or none, and the link to it."""

from __future__ import annotations

import re

from . import sqlstates
from .channel import ClosedError, ServerError, tagged

_ANSWERS_ROWS = re.compile(r"\s*\(?\s*(select|show|with|values|table)\b|.*\breturning\b", re.I | re.S)
# What answers no rows, and how many it counts, -1 where it has none to count. Tables of a replay have
# none, so that none is changed. Several statements, and what may be something else, match nothing.
_FORESEEN = tuple(
    (re.compile(rf"\s*{kind}(?!.*(;\s*\S|{but_not}))", re.I | re.S), rows)
    for kind, but_not, rows in (
        (r"(alter|comment|create|do|drop|grant|lock|reset|revoke|set|truncate)\b", r"\bas\b", -1),
        (r"(update|delete)\b", r"\breturning\b", 0),
        (r"insert\s+into\s+[^()]*(\([^()]*\)\s*)?\bvalues\s*\(", r"\breturning\b|\)\s*,\s*\(", 1),
    )
)

_MOST_TOLD = 100
"""How many statements in a row are not waited for."""


class Offline:
    """The server while the project is only being loaded: nothing is there, everything is accepted."""

    def begin(self):
        pass

    commit = rollback = begin

    def execute(self, sql, parameters, origin):
        columns = ["?column?"] if _ANSWERS_ROWS.match(sql) else []
        return {"columns": columns, "rows": [], "rowcount": 0}

    execute_alone = execute

    def inspect(self, question, arguments, origin):
        if question.startswith("has_"):
            return question == "has_schema"
        return {} if question == "get_pk_constraint" else []


class Remote:
    """The server behind the channel. With ``ahead``, it is only told what has a result that can be foreseen.

    Now and then it is asked all the same: what loops until it is refused has to learn that it was.
    """

    def __init__(self, channel, ahead):
        self._channel = channel
        self._ahead = ahead
        self._transact = channel.tell if ahead else channel.ask
        self._told = 0

    def begin(self):
        self._transact("begin")

    def commit(self):
        self._transact("commit")

    def rollback(self):
        self._transact("rollback")

    def execute(self, sql, parameters, origin):
        return self._execute("execute", sql, parameters, origin)

    def execute_alone(self, sql, parameters, origin):
        return self._execute("execute_alone", sql, parameters, origin)

    def _execute(self, name, sql, parameters, origin):
        parameters = [tagged(value) for value in parameters]
        count = _count(sql) if self._ahead and self._told < _MOST_TOLD else None
        if count is not None:
            self._told += 1
            self._channel.tell(name, sql=sql, parameters=parameters, origin=origin, rowcount=count)
            return {"columns": [], "rows": [], "rowcount": count}
        self._told = 0
        return self._channel.ask(name, sql=sql, parameters=parameters, origin=origin)

    def inspect(self, question, arguments, origin):
        return self._channel.ask("inspect", question=question, arguments=arguments, origin=origin)


def _count(sql):
    """The count of rows that the server will answer, and nothing else; None where that cannot be foreseen."""
    return next((count for pattern, count in _FORESEEN if pattern.match(sql)), None)


class Link:
    """What all connections share: one server with one session.

    ``locate`` says which line of the user's is running. A second connection joins the transaction of the
    first: there is one session behind the link, and it must not be committed by a bystander.
    ``forgive`` is called with an error that is to be noted instead of raised, and answers whether it did.
    """

    def __init__(self):
        self.reset(Offline(), dict)

    def reset(self, server, locate, forgive=None):
        """Use another server, from a state without transaction."""
        self.server = server
        self.locate = locate
        self.forgive = forgive
        self._owner = None

    def begin(self, connection):
        if self._owner is None:
            self._call(self.server.begin)
            self._owner = connection

    def commit(self, connection):
        self._end(connection, self.server.commit)

    def rollback(self, connection):
        self._end(connection, self.server.rollback)

    def _end(self, connection, end):
        if self._owner is connection:
            self._owner = None
            self._call(end)

    def execute_alone(self, connection, sql, parameters):
        """Execute for a connection in autocommit: beside the transaction of another, not in it.

        There it is another session, which commits by itself, does not see what the transaction did, and may
        do what a transaction may not (CREATE INDEX CONCURRENTLY).
        """
        if self._owner in (None, connection):
            return self.execute(sql, parameters)
        return self._execute(self.server.execute_alone, sql, parameters)

    def execute(self, sql, parameters):
        return self._execute(self.server.execute, sql, parameters)

    def _execute(self, execute, sql, parameters):
        origin = self.locate()
        try:
            return self._call(execute, sql, parameters, origin)
        except sqlstates.DatabaseError as error:
            if self.forgive is None or not self.forgive(error, origin):
                raise
            return {"columns": [], "rows": [], "rowcount": -1}

    def inspect(self, question, arguments):
        return self._call(self.server.inspect, question, arguments, self.locate())

    @staticmethod
    def _call(function, *arguments):
        try:
            return function(*arguments)
        except ServerError as error:
            raise sqlstates.from_server(error) from None
        except ClosedError as error:
            raise sqlstates.InterfaceError(str(error)) from None
