"""DBAPI exceptions, and which of them an SQLSTATE is (PostgreSQL manual, appendix A, as psycopg has them)."""

from __future__ import annotations

import sys


class Warning(Exception):  # noqa: A001, N818 - the name is PEP 249's
    pass


class Error(Exception):
    """``sqlstate`` is None for an error that did not come from the server."""

    sqlstate = None

    @property
    def pgcode(self):
        """psycopg2's name of the SQLSTATE."""
        return self.sqlstate

    @property
    def pgerror(self):
        """psycopg2's whole message."""
        return str(self)

    @property
    def diag(self):
        return Diagnostics(self)


class InterfaceError(Error):
    pass


class DatabaseError(Error):
    pass


class DataError(DatabaseError):
    pass


class OperationalError(DatabaseError):
    pass


class IntegrityError(DatabaseError):
    pass


class InternalError(DatabaseError):
    pass


class ProgrammingError(DatabaseError):
    pass


class NotSupportedError(DatabaseError):
    pass


class Diagnostics:
    """What psycopg calls ``diag``, as far as a migration looks at it."""

    severity = "ERROR"
    message_detail = message_hint = context = None
    schema_name = table_name = column_name = constraint_name = datatype_name = None

    def __init__(self, error):
        self.sqlstate = error.sqlstate
        self.message_primary = error.args[0] if error.args else None


_BY_CLASS = {
    "0A": NotSupportedError,
    "20": ProgrammingError,
    "21": ProgrammingError,
    "22": DataError,
    "23": IntegrityError,
    "24": InternalError,
    "25": InternalError,
    "26": ProgrammingError,
    "27": OperationalError,
    "28": OperationalError,
    "2B": InternalError,
    "2D": InternalError,
    "2F": OperationalError,
    "34": OperationalError,
    "38": OperationalError,
    "39": OperationalError,
    "3B": OperationalError,
    "3D": ProgrammingError,
    "3F": ProgrammingError,
    "40": OperationalError,
    "42": ProgrammingError,
    "44": ProgrammingError,
    "53": OperationalError,
    "54": OperationalError,
    "55": OperationalError,
    "57": OperationalError,
    "58": OperationalError,
    "P0": InternalError,
    "XX": InternalError,
}

# Migrations that catch by name look for these.
_NAMES = {
    "2BP01": "DependentObjectsStillExist",
    "23505": "UniqueViolation",
    "25001": "ActiveSqlTransaction",
    "25P02": "InFailedSqlTransaction",
    "3F000": "InvalidSchemaName",
    "42501": "InsufficientPrivilege",
    "42601": "SyntaxError",
    "42701": "DuplicateColumn",
    "42703": "UndefinedColumn",
    "42704": "UndefinedObject",
    "42710": "DuplicateObject",
    "42883": "UndefinedFunction",
    "42P01": "UndefinedTable",
    "42P06": "DuplicateSchema",
    "42P07": "DuplicateTable",
}

_STATES = {name: sqlstate for sqlstate, name in _NAMES.items()}
_DRIVERS = ("psycopg2", "psycopg")
_BASES = {
    kind.__name__: kind
    for kind in (
        Error,
        InterfaceError,
        DatabaseError,
        DataError,
        OperationalError,
        IntegrityError,
        InternalError,
        ProgrammingError,
        NotSupportedError,
    )
}
_classes = {}


def error_class(sqlstate):
    """The exception class of an SQLSTATE, named as psycopg names it.

    Where a driver is imported, the class is one of its own as well: a migration may ask for that.
    """
    if sqlstate not in _classes:
        base = _BY_CLASS.get(sqlstate[:2], DatabaseError)
        name = _NAMES.get(sqlstate, "Sqlstate" + sqlstate)
        namespace = {"sqlstate": sqlstate, "__module__": "psycopg2.errors"}
        _classes[sqlstate] = type(name, (base, *_classes_of_drivers(name)), namespace)
    return _classes[sqlstate]


def _classes_of_drivers(name):
    modules = (sys.modules.get(f"{driver}.errors") for driver in _DRIVERS)
    found = [vars(module).get(name) for module in modules if module is not None]
    return [kind for kind in found if isinstance(kind, type) and issubclass(kind, Exception)]


def named(package, name):
    """The exception that a driver which is not installed would have under a name, None if it is not known.

    asyncpg's names are psycopg's with "Error" at their end.
    """
    for candidate in (name, name[: -len("Error")] if name.endswith("Error") else name):
        if candidate in _STATES:
            return error_class(_STATES[candidate])
    return _BASES.get(name) if package in _DRIVERS else None


def from_server(error):
    """The DBAPI exception for what the server said."""
    return error_class(error.sqlstate)(error.message)
