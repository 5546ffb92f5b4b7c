"""What the tool and the probe say to each other: JSON objects, one per line.

The client sends ``{"command": name, ...}``. While the command runs, the probe may ask the client's server:
``{"ask": name, ...}``, answered by ``{"answer": value}`` or ``{"error": {"sqlstate", "message"}}``. Where it
is allowed to run ahead, it may also tell it something and go on: ``{"tell": name, ...}``, with the
``rowcount`` that it foresees for a statement. If that is refused, or comes to something else, the rest of the
command is void, and questions in it are answered by ``{"again": true}``. A command ends with
``{"done": value}``, ``{"failed": {"message", "hint", "details"}}`` or ``{"environment_needed": true}``. The
client may send commands before that, also where an answer is due: they are begun one after the other. The
first line that a probe sends is its greeting: ``{"hello": {"protocol", "python", "sqlalchemy", "alembic"}}``,
or a ``failed``. What the project's code prints goes to stderr, where ``END_OF_OUTPUT`` (process.py) follows
it before a ``failed``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal, Protocol

from lint_indexes.ddl.result import Result
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import BrokenFile, Function
from lint_indexes.model.inputs import Inputs, joined
from lint_indexes.model.names import ObjectName
from lint_indexes.model.origin import Origin

PROTOCOL_VERSION = 7

Direction = Literal["upgrade", "downgrade"]

INSPECT_QUESTIONS = (
    "has_schema",
    "has_table",
    "has_sequence",
    "has_type",
    "get_schema_names",
    "get_table_names",
    "get_temp_table_names",
    "get_view_names",
    "get_temp_view_names",
    "get_materialized_view_names",
    "get_foreign_table_names",
    "get_sequence_names",
    "get_view_definition",
    "get_columns",
    "get_pk_constraint",
    "get_foreign_keys",
    "get_indexes",
    "get_unique_constraints",
    "get_check_constraints",
    "get_table_comment",
    "get_table_oid",
    "get_enums",
    "get_domains",
)
"""The questions of ``Server.inspect``, named after the methods of SQLAlchemy's Dialect and PGInspector.

The arguments are theirs: ``schema`` (None for the search_path) and one of ``table_name``, ``sequence_name``,
``type_name``, ``view_name``. The answers are SQLAlchemy's reflected dictionaries, but that a
column's ``type`` is ``{"name": format_type() text, "enum": labels or None, "schema": of an enum or None}``.
A question about a table that does not exist raises SqlError("42P01"); ``has_*`` answer false.
"""


Directive = Mapping[str, object]
"""An operation of a migration to be written: ``{"do": name, ...}``.

``table`` and ``schema`` (None for the default one) are always apart; a type is the inspector's dictionary.

- ``create_index``: name, table, schema, unique, keys (a column's name, or ``{"sql": text}``), options (those
  of the PostgreSQL dialect without their prefix)
- ``drop_index``: name, table, schema, concurrently
- ``add_unique``: name, table, schema, columns, deferrable, initially_deferred
- ``add_foreign_key``: the same, and references, referenced_schema, referenced_columns, on_delete, on_update
- ``drop_constraint``: name, table, schema, kind (Alembic's ``type_``)
- ``add_column``: table, schema, column; ``drop_column``: table, schema, column (its name)
- ``create_table``: table, schema, columns, checks (pairs of name and SQL); ``drop_table``: table, schema
- ``alter_type``: table, schema, column, type, existing_type
- ``alter_nullable``: table, schema, column, nullable, existing_type
- ``alter_default``: table, schema, column, default (SQL or None), existing_type
- ``execute``: sql
- ``autocommit``: body (directives that cannot run in a transaction)

A column is name, type, nullable, default, generated (SQL or None) and identity.
"""


class AgainError(Exception):
    """The server refused what the probe had taken for granted: the command is to be sent once more, with a
    server as it was before, and with every answer waited for.
    """


class EnvironmentNeededError(Exception):
    """The probe does without env.py and the models, and something may depend on them: it is to be started
    once more, with them.
    """


Summary = Mapping[str, object]
"""What migrations can notice of env.py and the models, as ``in_process/summary.py`` makes it."""

Facts = Mapping[str, object]
"""What a migration's file amounts to in the list of revisions, as ``in_process/revisions.py`` makes it."""


class Server(Protocol):
    """Behind the probe's driver: the in-memory server, or a real one.

    ``execute_alone`` is for another session than the one whose transaction is open: it commits by itself.
    """

    def begin(self) -> None: ...
    def commit(self) -> None: ...
    def rollback(self) -> None: ...
    def execute(self, sql: str, parameters: Sequence[object], origin: Origin) -> Result: ...
    def execute_alone(self, sql: str, parameters: Sequence[object], origin: Origin) -> Result: ...
    def inspect(self, question: str, arguments: Mapping[str, object], origin: Origin) -> object: ...


@dataclass(frozen=True, slots=True)
class Versions:
    """What the probe runs on."""

    python: str
    sqlalchemy: str
    alembic: str


@dataclass(frozen=True, slots=True)
class ListedRevision:
    """A revision as its file declares it.

    ``stubs`` are missing modules that were stood in for. ``facts`` stand for the file in a later run, where
    loading it told no more; ``independent``: it was loaded, and names no module of the project's and nothing
    that env.py has made.
    """

    id: str
    down_revisions: tuple[str, ...]
    depends_on: tuple[str, ...]
    path: str
    message: str
    line: int
    upgrade_function: Function
    downgrade_function: Function
    stubs: tuple[str, ...] = ()
    facts: Facts | None = None
    independent: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """The revisions in the order in which ``alembic upgrade heads`` runs them.

    ``versions_path`` is the first version location, ``version_locations`` are all; ``script_location`` is the
    folder of env.py. ``labels`` maps branch labels to revisions. ``version_tables`` are the tables in which
    Alembic notes the revisions that a database is at, as env.py configures them.
    """

    revisions: tuple[ListedRevision, ...]
    heads: tuple[str, ...]
    broken: tuple[BrokenFile, ...]
    versions_path: str
    script_location: str
    version_locations: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    version_tables: tuple[ObjectName, ...] = (ObjectName("alembic_version"),)


@dataclass(frozen=True, slots=True)
class MetadataListing:
    """What the models' metadata amounted to.

    ``conventional_names`` are what the project's naming_convention would call indexes that have a name of
    their own, by schema (None for the default one) and that name.
    """

    tables: int
    warnings: tuple[str, ...] = ()
    conventional_names: Mapping[tuple[str | None, str], tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProbeInputs:
    """What the project's code has looked at: until env.py and the models were loaded (``base``), on account
    of single migrations, by their paths, and beyond that (``rest``). What is below one of the
    ``library_folders`` is installed, or Python's own.
    """

    base: Inputs
    rest: Inputs
    migrations: Mapping[str, Inputs]
    library_folders: tuple[str, ...]

    def all(self) -> Inputs:
        """All of it."""
        return joined((self.base, self.rest, *self.migrations.values()))


@dataclass(frozen=True, slots=True)
class WrittenRevision:
    """A new migration: its id, where Alembic would put it, and its text."""

    id: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class RenderedLines:
    """The body of a function, from the outermost level on, and the import statements that it needs."""

    lines: tuple[str, ...]
    imports: tuple[str, ...]
