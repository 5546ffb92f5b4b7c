"""The catalog that the models declare."""

from __future__ import annotations

from rpds import HashTrieMap

from lint_indexes.compare.long_names import long_names
from lint_indexes.config.value import Config
from lint_indexes.emulator.session import Session
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import Doubt
from lint_indexes.model.names import QualifiedName, truncate_identifier
from lint_indexes.model.naming import Naming
from lint_indexes.probe.client import Probe
from lint_indexes.probe.protocol import AgainError


@dataclass(frozen=True, slots=True)
class Models:
    """What the models declare. ``doubts`` are statements of their DDL that could not be understood."""

    catalog: Catalog
    tables: int
    warnings: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    naming: Naming


def load_models(probe: Probe, config: Config) -> Models | None:
    """Let the probe create all tables of the metadata on an empty in-memory server.

    The server is lenient: types, schemas and extensions that the models take for granted may be absent.

    Returns:
        None where the project's env.py names no metadata.

    Raises:
        ProbeError: the models cannot be imported, or declare no table.
    """
    session = _session(config)
    try:
        listing = probe.load_metadata(session, ahead=True)
    except AgainError:
        session = _session(config)
        listing = probe.load_metadata(session)
    if listing is None:
        return None
    conventional = {
        QualifiedName(schema or config.default_schema, truncate_identifier(name)): expected
        for (schema, name), expected in listing.conventional_names.items()
    }
    long = tuple(name for statement in session.statements for name in long_names(statement))
    return Models(
        session.catalog, listing.tables, listing.warnings, tuple(session.doubts), Naming(conventional, long)
    )


def _session(config: Config) -> Session:
    return Session(empty_catalog(config), lenient=True, postgres_version=config.postgres_version)


def empty_catalog(config: Config) -> Catalog:
    """A database with nothing but the configured extensions, whose search_path is the default schema."""
    schema = config.default_schema
    return Catalog(
        schemas=Catalog().schemas.insert(schema),
        search_path=(schema,),
        extensions=HashTrieMap(dict.fromkeys(config.extensions, schema)),
    )
