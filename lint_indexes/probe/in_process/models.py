"""The metadata's DDL: create_all() through the driver, each statement with the line of its item."""

from __future__ import annotations

import sys

from sqlalchemy import Table, event
from sqlalchemy.schema import CreateSchema
from sqlalchemy.util import OrderedSet

from .origins import line_of, origin, user_line
from .problems import Problem, problem_of


class Creation:
    """One create_all(): knows which element is being executed, and keeps what the server refused."""

    def __init__(self):
        self.warnings = []
        self._element = None

    def locate(self):
        """The origin of the running statement."""
        element = self._element
        item = getattr(element, "element", None)
        found = None
        if item is not None and not isinstance(item, str):
            found = line_of(item)
        if found is None:
            found = user_line(sys._getframe(1)) or line_of(getattr(element, "target", None))
        path, line = found or (None, None)
        return origin("models", path, line)

    def forgive(self, error, place):
        """Go on past what the server refuses: one bad table must not hide the others."""
        where = f" ({place['path']}:{place['line']})" if place["path"] else ""
        self.warnings.append(f"{error}{where}")
        return True

    def before_execute(self, connection, element, *parameters):
        self._element = element


def create_all(metadata, factory):
    """Send the DDL of several MetaData objects to the server.

    Returns:
        The warnings: statements that the server refused.

    Raises:
        Problem: SQLAlchemy cannot make DDL of the metadata.
    """
    creation = Creation()
    engine = factory.create_engine(isolation_level="AUTOCOMMIT")
    # A name that SQLAlchemy finds too long is sent as it is, and cut as PostgreSQL does it.
    engine.dialect.validate_identifier = _accept
    event.listen(engine, "before_execute", creation.before_execute)
    link = factory.link
    link.reset(link.server, creation.locate, creation.forgive)
    try:
        with engine.connect() as connection:
            for schema in _schemas(metadata):
                connection.execute(CreateSchema(schema, if_not_exists=True))
            for one in metadata:
                one.create_all(connection, checkfirst=False)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise problem_of(error, "creating the tables of the metadata") from None
    finally:
        link.reset(link.server, dict)
    return creation.warnings


def _accept(identifier):
    """Any identifier is good enough."""


def order_indexes():
    """Give the indexes of every table an order from now on, be it the models' or a migration's.

    Table.indexes is a set in the order of memory addresses: the same code must give the same DDL.
    """
    event.listen(Table, "after_parent_attach", _order_indexes)


def _order_indexes(table, metadata):
    table.indexes = OrderedSet(sorted(table.indexes, key=_in_words))


def _in_words(index):
    """Two may have the same name: then the line tells them apart."""
    return str(index.name or ""), [str(expression) for expression in index.expressions], line_of(index) or ()


def count_tables(metadata):
    """The number of tables.

    Raises:
        Problem: there is none.
    """
    tables = sum(len(one.tables) for one in metadata)
    if tables == 0:
        raise Problem(
            "the metadata has 0 tables: are the model modules imported?",
            "import every module with models from where the metadata is named, or before env.py names it;"
            ' or name another with the key "metadata" (init: --metadata)',
        )
    return tables


def _schemas(metadata):
    names = {table.schema for one in metadata for table in one.tables.values()}
    names.update(one.schema for one in metadata)
    return sorted(name for name in names if name)
