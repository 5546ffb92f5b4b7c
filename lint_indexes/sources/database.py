"""A live database: what it has, and which revisions it says that it is at. It is only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lint_indexes.config.value import OLDEST_POSTGRES_VERSION, Config
from lint_indexes.ddl.errors import SqlError
from lint_indexes.errors import LintIndexesError
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.database import Database, Snapshot
from lint_indexes.model.history import History
from lint_indexes.model.names import ObjectName, QualifiedName, quote_identifier
from lint_indexes.probe.protocol import Listing
from lint_indexes.server.connection import Address, Connection, parse_url
from lint_indexes.server.literals import literal
from lint_indexes.server.schema import read_catalog
from lint_indexes.sources.graph import with_ancestors
from lint_indexes.sources.migrations import Replay

STATEMENT_SECONDS = 30.0
"""How long a single query may take; what it waits for is a lock, mostly."""

_BEGIN = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"

# Names inside of definitions are printed as the search_path has them. A migration writes the names of an
# extension as its own search_path has them, which leads to wherever the extension is.
_SEARCH_PATH = """
SELECT pg_catalog.set_config('search_path', pg_catalog.concat_ws(', ', {own}, (
    SELECT pg_catalog.string_agg(DISTINCT pg_catalog.quote_ident(nspname), ', ')
    FROM pg_catalog.pg_extension JOIN pg_catalog.pg_namespace n ON n.oid = extnamespace
    WHERE nspname NOT IN ('pg_catalog', {schema})
)), true)
"""

_BUILDING = """
SELECT nspname, relname
FROM pg_catalog.pg_stat_progress_create_index
JOIN pg_catalog.pg_class c ON c.oid = index_relid
JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
WHERE datname = pg_catalog.current_database()
"""

# By SQLSTATE (PostgreSQL manual, appendix A).
_TIMED_OUT = "57014"
_NO_RIGHTS = "42501"


def database_address(config: Config, url: str | None, environ: Mapping[str, str]) -> Address | None:
    """Where the database is: ``url``, or what the environment variable says that the configuration names.

    Returns:
        None where neither is given; a variable that is empty is not.

    Raises:
        ConfigurationError: it is not the URL of a PostgreSQL database.
    """
    if url is not None:
        return parse_url(url)
    name = config.database_url_env
    value = environ.get(name, "").strip() if name is not None else ""
    return parse_url(value, f"the environment variable {name}") if value else None


def read_database(
    address: Address,
    default_schema: str,
    version_tables: Sequence[ObjectName],
    *,
    timeout: float = STATEMENT_SECONDS,
) -> Snapshot:
    """Read the catalogs and the revisions in one read-only transaction.

    Args:
        default_schema: the schema of names that have none.
        version_tables: where Alembic keeps the revisions.
        timeout: seconds that a single query may take.

    Raises:
        LintIndexesError: the server cannot be reached, is too old, or refuses to say.
    """
    settings = {"default_transaction_read_only": "on", "statement_timeout": f"{int(timeout * 1000)}ms"}
    connection = Connection(address, settings=settings)
    label = f"{address.database} at {address.host}"
    try:
        if connection.major_version < OLDEST_POSTGRES_VERSION:
            raise LintIndexesError(
                f"the database {label} is on PostgreSQL {connection.version}",
                hint=f"PostgreSQL {OLDEST_POSTGRES_VERSION} or newer can be compared with",
            )
        connection.execute(_BEGIN)
        return _read(connection, label, default_schema, version_tables)
    except SqlError as error:
        raise _explained(error, label, address.user) from error
    finally:
        connection.close()


def _read(
    connection: Connection, label: str, default_schema: str, version_tables: Sequence[ObjectName]
) -> Snapshot:
    own, schema = literal(quote_identifier(default_schema)), literal(default_schema)
    connection.execute(_SEARCH_PATH.format(own=own, schema=schema))
    catalog = read_catalog(connection, default_schema)
    building: frozenset[QualifiedName] = frozenset()
    if not all(index.valid for index in catalog.indexes.values()):
        rows = connection.execute(_BUILDING).rows
        building = frozenset(QualifiedName(str(row[0]), str(row[1])) for row in rows)
    revisions: set[str] = set()
    tables = tuple(_version_tables(catalog, default_schema, version_tables))
    for table in tables:
        revisions.update(str(row[0]) for row in connection.execute(f"SELECT version_num FROM {table}").rows)
        catalog = catalog.without_table(table)
    return Snapshot(
        label=label,
        server=connection.version,
        catalog=catalog,
        version_table=tables[0] if tables else None,
        revisions=tuple(sorted(revisions)),
        building=building,
    )


def _version_tables(
    catalog: Catalog, default_schema: str, names: Sequence[ObjectName]
) -> Iterator[QualifiedName]:
    """Alembic's tables, as far as they are there: where env.py names no schema, on the usual search_path."""
    for name in names:
        schemas = (name.schema,) if name.schema is not None else (default_schema, "public")
        places = (QualifiedName(schema, name.name) for schema in schemas)
        found = next((place for place in places if place in catalog.tables), None)
        if found is not None:
            yield found


def _explained(error: SqlError, label: str, user: str) -> LintIndexesError:
    if error.sqlstate == _TIMED_OUT:
        return LintIndexesError(
            f"the database {label} took too long to answer: {error.message}",
            hint="somebody may hold a lock on one of its tables; try again when that is done",
        )
    if error.sqlstate == _NO_RIGHTS:
        return LintIndexesError(
            f"the database {label} refuses: {error.message}",
            hint=f"Alembic's own table says at which revision it is: GRANT SELECT on it to {user},"
            " and USAGE on its schema",
        )
    return LintIndexesError(f"the database {label} refuses: {error.message} ({error.sqlstate})")


def compare_with_history(snapshot: Snapshot, replay: Replay, listing: Listing, history: History) -> Database:
    """What a database has, beside what the migrations lead to at its revisions.

    Raises:
        LintIndexesError: the database does not say at which revisions it is, or there is no such one here, or
            it has nothing of what they make.
    """
    _check_revisions(snapshot, listing)
    done = with_ancestors(listing, snapshot.revisions)
    expected = replay.state_of(listing, history, snapshot.revisions)
    tables = sorted(expected.tables)
    if len(tables) > 1 and not any(table in snapshot.catalog.tables for table in tables):
        raise LintIndexesError(
            f"the database {snapshot.label} has none of the {len(tables)} tables that the migrations make,"
            f" {tables[0]} among them",
            hint="name the right database, or say with the key default-schema in which schema its tables are",
        )
    return Database(
        snapshot,
        expected,
        behind=len(listing.revisions) - len(done),
        exclusions=replay.probe.load_exclusions(snapshot.catalog),
    )


def _check_revisions(snapshot: Snapshot, listing: Listing) -> None:
    if snapshot.version_table is None:
        names = ", ".join(str(name) for name in listing.version_tables)
        raise LintIndexesError(
            f"the database {snapshot.label} has no table {names}, so nobody knows at which revision it is",
            hint=_elsewhere(snapshot, listing)
            or "name the database that the migrations run on, or run them: alembic upgrade head",
        )
    if not snapshot.revisions:
        raise LintIndexesError(
            f"{snapshot.version_table} of the database {snapshot.label} is empty: no migration has run there",
            hint="run them: alembic upgrade head; if the tables were made in another way: alembic stamp",
        )
    known = {revision.id for revision in listing.revisions}
    unknown = [revision for revision in snapshot.revisions if revision not in known]
    if unknown:
        raise LintIndexesError(
            f"the database {snapshot.label} is at revision {', '.join(unknown)}, which no file in"
            f" {listing.versions_path} declares",
            hint="check out the commit that the database was upgraded from, or name the right database",
        )


def _elsewhere(snapshot: Snapshot, listing: Listing) -> str | None:
    """A table of that name in another schema, and how to say so."""
    names = {name.name for name in listing.version_tables}
    found = [table for table in sorted(snapshot.catalog.tables) if table.name in names]
    if not found:
        return None
    return f'there is {found[0]}: set default-schema = "{found[0].schema}", or version_table_schema in env.py'
