"""What stands behind the DBAPI: the server of the client, or none, and the link to it."""

from __future__ import annotations

import re

from . import sqlstates
from .channel import ClosedError, ServerError

_ANSWERS_ROWS = re.compile(r"\s*\(?\s*(select|show|with|values|table)\b|.*\breturning\b", re.I | re.S)
# What has no result but that it is done; not several statements, nor what may count rows.
_SILENT = re.compile(
    r"\s*(alter|comment|create|do|drop|grant|reset|revoke|set)\b(?!.*(;\s*\S|\bas\b))", re.I | re.S
)


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
    """The server behind the channel. With ``ahead``, it is only told what should have no result."""

    def __init__(self, channel, ahead):
        self._channel = channel
        self._ahead = ahead
        self._transact = channel.tell if ahead else channel.ask

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
        if self._ahead and _SILENT.match(sql):
            self._channel.tell(name, sql=sql, parameters=parameters, origin=origin)
            return {"columns": [], "rows": [], "rowcount": -1}
        return self._channel.ask(name, sql=sql, parameters=parameters, origin=origin)

    def inspect(self, question, arguments, origin):
        return self._channel.ask("inspect", question=question, arguments=arguments, origin=origin)


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
