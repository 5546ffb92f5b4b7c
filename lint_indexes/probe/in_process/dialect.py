"""SQLAlchemy's PostgreSQL dialect, with the driver here and the inspector's questions put to the server."""

from __future__ import annotations

from sqlalchemy import JSON, exc
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.default import DefaultDialect

from . import driver
from .reflected_types import column_type
from .sqlstates import Error

UNDEFINED_TABLE = "42P01"


class _Json(postgresql.JSON):
    """The driver hands over what the text means, also to raw SQL, as psycopg2 and psycopg do."""

    def result_processor(self, dialect, coltype):
        return None


class _Jsonb(postgresql.JSONB):
    def result_processor(self, dialect, coltype):
        return None


_COLSPECS = {**PGDialect.colspecs, JSON: _Json, postgresql.JSON: _Json, postgresql.JSONB: _Jsonb}


class RemoteDialect(PGDialect):
    """Named ``postgresql`` like its base, so that Alembic and the user's code take the same branches."""

    driver = "psycopg2"
    supports_statement_cache = True
    default_paramstyle = "numeric_dollar"
    postgres_version = 16
    schema = "public"
    colspecs = _COLSPECS

    def __init__(self, link, **options):
        super().__init__(**options)
        self._link = link
        self.default_schema_name = self.schema
        self.server_version_info = (self.postgres_version, 0)
        self.default_isolation_level = "READ COMMITTED"
        self._backslash_escapes = False

    @classmethod
    def import_dbapi(cls):
        return driver.Module()

    def connect(self, *args, **kwargs):
        return driver.Connection(self._link)

    def create_connect_args(self, url):
        return [], {}

    def initialize(self, connection):
        """All that the base asks the server for is known."""

    def on_connect(self):
        return None

    def do_ping(self, dbapi_connection):
        return True

    def is_disconnect(self, error, connection, cursor):
        return False

    def get_isolation_level_values(self, dbapi_connection):
        return ("AUTOCOMMIT", "SERIALIZABLE", "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ")

    def get_default_isolation_level(self, dbapi_connection):
        return "READ COMMITTED"

    def get_isolation_level(self, dbapi_connection):
        return "AUTOCOMMIT" if dbapi_connection.autocommit else "READ COMMITTED"

    def set_isolation_level(self, dbapi_connection, level):
        dbapi_connection.autocommit = level == "AUTOCOMMIT"

    def detect_autocommit_setting(self, dbapi_connection):
        return dbapi_connection.autocommit


# Parameters of the methods that put a question to the server, as Dialect names them.
_QUESTIONS = {
    "has_schema": ("schema",),
    "has_table": ("table_name", "schema"),
    "has_sequence": ("sequence_name", "schema"),
    "has_type": ("type_name", "schema"),
    "get_schema_names": (),
    "get_table_names": ("schema",),
    "get_temp_table_names": ("schema",),
    "get_view_names": ("schema",),
    "get_temp_view_names": ("schema",),
    "get_materialized_view_names": ("schema",),
    "get_foreign_table_names": ("schema",),
    "get_sequence_names": ("schema",),
    "get_view_definition": ("view_name", "schema"),
    "get_columns": ("table_name", "schema"),
    "get_pk_constraint": ("table_name", "schema"),
    "get_foreign_keys": ("table_name", "schema"),
    "get_indexes": ("table_name", "schema"),
    "get_unique_constraints": ("table_name", "schema"),
    "get_check_constraints": ("table_name", "schema"),
    "get_table_comment": ("table_name", "schema"),
    "get_table_oid": ("table_name", "schema"),
    "get_enums": ("schema",),
    "get_domains": ("schema",),
}

# Methods that only PGInspector calls, by another name.
_PRIVATE = {
    "get_foreign_table_names": "_get_foreign_table_names",
    "get_enums": "_load_enums",
    "get_domains": "_load_domains",
}


def _asking(question, parameters):
    """A method that puts a question to the server, once per Inspector: its cache is PostgreSQL's as well."""

    def method(self, connection, *values, **options):
        cache = options.pop("info_cache", None)
        arguments = dict.fromkeys(parameters)
        arguments.update(zip(parameters, values))
        arguments.update({name: options[name] for name in parameters if name in options})
        key = (question, tuple(sorted((name, str(value)) for name, value in arguments.items())))
        if cache is not None and key in cache:
            return cache[key]
        answer = _finished(self, question, _answer(self, connection, question, arguments))
        if cache is not None:
            cache[key] = answer
        return answer

    method.__name__ = question
    return method


def _answer(dialect, connection, question, arguments):
    try:
        answer = connection.connection.dbapi_connection.inspect(question, arguments)
    except Error as error:
        if error.sqlstate == UNDEFINED_TABLE and question.startswith("get_"):
            raise exc.NoSuchTableError(arguments.get("table_name") or arguments.get("view_name")) from None
        raise exc.DBAPIError.instance(None, None, error, Error, dialect=dialect) from error
    if answer is None and "table_name" in arguments:
        raise exc.NoSuchTableError(arguments["table_name"])
    return answer


def _finished(dialect, question, answer):
    if question != "get_columns":
        return answer
    columns = []
    for column in answer:
        described = {"nullable": True, "default": None, "autoincrement": False, "comment": None, **column}
        described["type"] = column_type(column["type"], dialect.ischema_names)
        columns.append(described)
    return columns


def _overrides():
    """The inspector's methods as questions to the server, by their names."""
    overrides = {
        _PRIVATE.get(question, question): _asking(question, parameters)
        for question, parameters in _QUESTIONS.items()
    }
    for name in dir(DefaultDialect):
        if name.startswith(("get_multi_", "has_multi_")):
            overrides[name] = getattr(DefaultDialect, name)
    overrides["get_table_options"] = lambda self, connection, table_name, schema=None, **options: {}
    return overrides


_OVERRIDES = _overrides()


def answer_by_questions():
    """Let the inspector put its questions to the server as a whole: an emulated one knows the answers."""
    for name, method in _OVERRIDES.items():
        setattr(RemoteDialect, name, method)


def answer_by_queries():
    """Let the inspector query the system catalogs, as SQLAlchemy does: a real server has them."""
    for name in _OVERRIDES:
        if name in vars(RemoteDialect):
            delattr(RemoteDialect, name)


answer_by_questions()
