"""The rows of the views of pg_catalog, and of its smaller tables (PostgreSQL manual, 53 and 54)."""

from __future__ import annotations

from lint_indexes.emulator import objects, settings
from lint_indexes.emulator.backend import DATABASE, USER, Backend
from lint_indexes.emulator.catalogs import Rows, system_relation
from lint_indexes.emulator.pg_class import METHODS, OWNER
from lint_indexes.emulator.values import UNKNOWN
from lint_indexes.model.catalog import RelationKind

_PLAIN = (RelationKind.TABLE, RelationKind.PARTITIONED_TABLE)


@system_relation("pg_catalog.pg_namespace")
def _namespaces(backend: Backend) -> Rows:
    for schema in sorted({*objects.SYSTEM_NAMESPACES, *backend.catalog.schemas}):
        yield {
            "oid": objects.namespace_oid(backend, schema),
            "nspname": schema,
            "nspowner": OWNER,
            "nspacl": None,
        }


@system_relation("pg_catalog.pg_extension")
def _extensions(backend: Backend) -> Rows:
    for name, schema in sorted({"plpgsql": "pg_catalog", **dict(backend.catalog.extensions.items())}.items()):
        yield {
            "oid": backend.oids.of("extension", name),
            "extname": name,
            "extowner": OWNER,
            "extnamespace": objects.namespace_oid(backend, schema),
            "extrelocatable": True,
            "extversion": "1.0" if name == "plpgsql" else UNKNOWN,
        }


@system_relation("pg_catalog.pg_tables")
def _tables(backend: Backend) -> Rows:
    for table in backend.catalog.sorted_tables():
        if table.kind in _PLAIN:
            yield {
                "schemaname": table.name.schema,
                "tablename": table.name.name,
                "tableowner": USER,
                "tablespace": None,
                "hasindexes": bool(backend.catalog.indexes_on(table.name)),
                "hasrules": False,
                "rowsecurity": False,
            }


@system_relation("pg_catalog.pg_views")
def _views(backend: Backend) -> Rows:
    for table in backend.catalog.sorted_tables():
        if table.kind is RelationKind.VIEW:
            yield {"schemaname": table.name.schema, "viewname": table.name.name, "viewowner": USER}


@system_relation("pg_catalog.pg_matviews")
def _materialized_views(backend: Backend) -> Rows:
    for table in backend.catalog.sorted_tables():
        if table.kind is RelationKind.MATERIALIZED_VIEW:
            yield {
                "schemaname": table.name.schema,
                "matviewname": table.name.name,
                "matviewowner": USER,
                "tablespace": None,
                "hasindexes": bool(backend.catalog.indexes_on(table.name)),
            }


@system_relation("pg_catalog.pg_sequences")
def _sequences(backend: Backend) -> Rows:
    for sequence in sorted(backend.catalog.sequences):
        yield {
            "schemaname": sequence.schema,
            "sequencename": sequence.name,
            "sequenceowner": USER,
            "last_value": backend.counters.get(sequence),
        }


@system_relation("pg_catalog.pg_sequence")
def _sequence_rows(backend: Backend) -> Rows:
    for sequence in sorted(backend.catalog.sequences):
        yield {"seqrelid": objects.class_oid(backend, sequence)}


@system_relation("pg_catalog.pg_roles")
def _roles(backend: Backend) -> Rows:
    yield {
        "rolname": USER,
        "rolsuper": True,
        "rolinherit": True,
        "rolcreaterole": True,
        "rolcreatedb": True,
        "rolcanlogin": True,
        "rolreplication": True,
        "rolconnlimit": -1,
        "rolpassword": "********",
        "rolvaliduntil": None,
        "rolbypassrls": True,
        "rolconfig": None,
        "oid": OWNER,
    }


@system_relation("pg_catalog.pg_user")
def _users(backend: Backend) -> Rows:
    yield {"usename": USER, "usesysid": OWNER, "usesuper": True, "usecreatedb": True}


@system_relation("pg_catalog.pg_settings")
def _settings(backend: Backend) -> Rows:
    for name in settings.names():
        yield {"name": name, "setting": backend.setting(name)}


@system_relation("pg_catalog.pg_database")
def _databases(backend: Backend) -> Rows:
    yield {"oid": 5, "datname": DATABASE, "datdba": OWNER, "datistemplate": False, "datallowconn": True}


@system_relation("pg_catalog.pg_stat_user_tables")
def _table_statistics(backend: Backend) -> Rows:
    for table in backend.catalog.sorted_tables():
        if table.kind in (RelationKind.TABLE, RelationKind.MATERIALIZED_VIEW):
            yield {
                "relid": objects.class_oid(backend, table.name),
                "schemaname": table.name.schema,
                "relname": table.name.name,
            }


@system_relation("pg_catalog.pg_stat_user_indexes")
def _index_statistics(backend: Backend) -> Rows:
    for index in backend.catalog.sorted_indexes():
        yield {
            "relid": objects.class_oid(backend, index.table),
            "indexrelid": objects.class_oid(backend, index.name),
            "schemaname": index.name.schema,
            "relname": index.table.name,
            "indexrelname": index.name.name,
        }


@system_relation("pg_catalog.pg_am")
def _access_methods(backend: Backend) -> Rows:
    for name, oid in METHODS.items():
        yield {"oid": oid, "amname": name, "amtype": "t" if name == "heap" else "i"}


_CONTRIB = """
    amcheck autoinc bloom btree_gin btree_gist citext cube dblink dict_int dict_xsyn earthdistance file_fdw
    fuzzystrmatch hstore insert_username intagg intarray isn lo ltree moddatetime pageinspect pg_buffercache
    pg_freespacemap pg_prewarm pg_stat_statements pg_surgery pg_trgm pg_visibility pg_walinspect pgcrypto
    pgrowlocks pgstattuple plpgsql postgres_fdw refint seg sslinfo tablefunc tcn tsm_system_rows
    tsm_system_time unaccent uuid-ossp xml2
""".split()


@system_relation("pg_catalog.pg_available_extensions")
def _available_extensions(backend: Backend) -> Rows:
    installed = {"plpgsql", *backend.catalog.extensions}
    for name in sorted({*_CONTRIB, *installed}):
        yield {"name": name, "installed_version": UNKNOWN if name in installed else None}
