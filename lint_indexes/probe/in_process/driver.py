"""A DBAPI (PEP 249) whose connections send every statement over a link to a server elsewhere."""

from __future__ import annotations

import itertools
import re

from . import sqlstates
from .channel import untagged

_PLACEHOLDER = re.compile(r"%(?:(%)|s|\((\w+)\)s)")


class Connection:
    """Begins a transaction at the first statement, unless ``autocommit`` is set, as psycopg does."""

    Error = sqlstates.Error

    def __init__(self, link):
        self._link = link
        self._autocommit = False
        self._in_transaction = False
        self.closed = 0
        self.notices = []
        self.encoding = "UTF8"
        self.server_version = 160000

    @property
    def autocommit(self):
        return self._autocommit

    @autocommit.setter
    def autocommit(self, value):
        if value and self._in_transaction:
            raise sqlstates.ProgrammingError("autocommit cannot be set inside a transaction")
        self._autocommit = bool(value)

    def set_session(self, isolation_level=None, readonly=None, deferrable=None, autocommit=None):
        """psycopg2's; only autocommit matters here."""
        if autocommit is not None:
            self.autocommit = autocommit

    def set_isolation_level(self, level):
        """psycopg2's: level 0 is autocommit. Like there, it ends the transaction."""
        self.rollback()
        self.autocommit = level == 0

    def cursor(self, name=None, *args, **kwargs):
        if self.closed:
            raise sqlstates.InterfaceError("connection already closed")
        return Cursor(self, name)

    def send(self, sql, parameters):
        if self._autocommit:
            return self._link.execute_alone(self, sql, parameters)
        if not self._in_transaction:
            self._link.begin(self)
            self._in_transaction = True
        return self._link.execute(sql, parameters)

    def inspect(self, question, arguments):
        return self._link.inspect(question, arguments)

    def commit(self):
        if self._in_transaction:
            self._in_transaction = False
            self._link.commit(self)

    def rollback(self):
        if self._in_transaction:
            self._in_transaction = False
            self._link.rollback(self)

    def close(self):
        self.rollback()
        self.closed = 1

    def execute(self, sql, parameters=None):
        """psycopg 3's shortcut."""
        return self.cursor().execute(sql, parameters)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if kind is None:
            self.commit()
        else:
            self.rollback()


class Cursor:
    """A cursor over rows that arrived whole."""

    arraysize = 1
    itersize = 2000

    def __init__(self, connection, name=None):
        self.connection = connection
        self.name = name
        self.description = None
        self.rowcount = -1
        self.query = self.statusmessage = None
        self.lastrowid = None
        self._rows = iter(())

    def execute(self, sql, parameters=None):
        sql, parameters = _numbered(_text(sql), parameters)
        self.query = sql
        answer = self.connection.send(sql, parameters)
        columns = answer["columns"]
        self.description = [(name, None, None, None, None, None, None) for name in columns] or None
        self.rowcount = answer["rowcount"]
        self._rows = iter([tuple(untagged(row)) for row in answer["rows"]])
        return self

    def executemany(self, sql, sequence):
        for parameters in sequence:
            self.execute(sql, parameters)
        return self

    def fetchone(self):
        return next(self._rows, None)

    def fetchmany(self, size=None):
        return list(itertools.islice(self._rows, self.arraysize if size is None else size))

    def fetchall(self):
        return list(self._rows)

    def __iter__(self):
        return self._rows

    def copy_expert(self, sql, file, size=8192):
        """Data only: rows do not matter here."""
        self.rowcount = 0

    copy_from = copy_to = copy_expert

    def mogrify(self, sql, parameters=None):
        return _text(sql).encode()

    def setinputsizes(self, *args):
        pass

    def setoutputsize(self, *args):
        pass

    def close(self):
        self._rows = iter(())

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


def _text(sql):
    if isinstance(sql, bytes):
        return sql.decode()
    return sql.as_string(None) if hasattr(sql, "as_string") else str(sql)


def _numbered(sql, parameters):
    """The statement with $1, and the parameters as a list: the user's own SQL may be written for psycopg."""
    if not parameters:
        return sql, []
    named = isinstance(parameters, dict)
    if not _PLACEHOLDER.search(sql):
        return sql, list(parameters.values()) if named else list(parameters)
    values = []

    def number(match):
        if match.group(1):
            return "%"
        values.append(parameters[match.group(2)] if named else parameters[len(values)])
        return f"${len(values)}"

    if re.search(r"\$\d", sql):
        return sql, list(parameters)
    return _PLACEHOLDER.sub(number, sql), values


class Module:
    """The DBAPI module: what SQLAlchemy looks for in one."""

    apilevel = "2.0"
    threadsafety = 1
    paramstyle = "numeric_dollar"
    __name__ = "psycopg2"
    __version__ = "2.9.9"

    Warning = sqlstates.Warning
    Error = sqlstates.Error
    InterfaceError = sqlstates.InterfaceError
    DatabaseError = sqlstates.DatabaseError
    DataError = sqlstates.DataError
    OperationalError = sqlstates.OperationalError
    IntegrityError = sqlstates.IntegrityError
    InternalError = sqlstates.InternalError
    ProgrammingError = sqlstates.ProgrammingError
    NotSupportedError = sqlstates.NotSupportedError

    STRING = BINARY = NUMBER = DATETIME = ROWID = object()

    @staticmethod
    def Binary(value):  # noqa: N802 - the name is PEP 249's
        return bytes(value)
