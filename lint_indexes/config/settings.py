"""Every key of the configuration, declared once: from here it is read, described in docs/configuration.md,
and checked by editors (docs/lint-indexes.schema.json).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lint_indexes.config.files import CACHE_FOLDER
from lint_indexes.config.shapes import RULE, Choice, Flag, Number, Text, Texts
from lint_indexes.config.tables import Setting, Table, TableOf, Tables, TextOrTable, Variables
from lint_indexes.config.value import (
    ALLOWANCES,
    DEFAULT_POSTGRES_VERSION,
    DEFAULT_TIMEOUT,
    OLDEST_POSTGRES_VERSION,
)
from lint_indexes.findings import Severity
from lint_indexes.model.origin import Source

DEFINITION_ADVICE = 'write what follows ON in CREATE INDEX, such as "booking (status, created_at)"'
REQUIREMENT_EXAMPLE = '{ tables = "*", leading = ["company_id"] }'

# A number above this is server_version_num (160004) or a mistake, never a major version.
_NEWEST_MAJOR = 99
_LAYERS = tuple(sorted(str(source) for source in (Source.MODELS, Source.MIGRATIONS)))
_DEFINITIONS = ("booking (status, scheduled_time DESC)", "client (user_id) WHERE company_id IS NULL")
_RULES = Texts(items=RULE)
# What is certain of "module:attribute"; names may be of any script, which ECMA's \w does not know.
_OBJECT = {"type": "string", "pattern": r"^[^\s:]+:[^\s:(]+(\(.*\))?$"}

METADATA: Setting[tuple[str, ...]] = Setting(
    "metadata",
    Texts(items=_OBJECT),
    (),
    'The models: `"app.models:Base.metadata"`, or `"app:create_app()"` for a Flask application factory, or a'
    " list of them.",
    standing="what `env.py` hands to Alembic as `target_metadata`",
    examples=("app.models:Base.metadata", "app:create_app()"),
)
ALEMBIC: Setting[str | None] = Setting(
    "alembic",
    Text(),
    None,
    "Alembic's configuration: an ini file, or a `pyproject.toml` with `[tool.alembic]`.",
    standing="looked for: `[tool.alembic]`, `alembic.ini`, `migrations/alembic.ini`",
    examples=("alembic.ini",),
)
ALEMBIC_SECTION: Setting[str] = Setting(
    "alembic-section",
    Text(),
    "alembic",
    "The section of the ini file, as `alembic --name` takes it, where one file configures several histories.",
)
PYTHON: Setting[str | None] = Setting(
    "python",
    Text(),
    None,
    "The interpreter that has the project's packages: an executable, the folder of an environment, or a"
    " command.",
    standing="one is found; `lint-indexes config` says which and why",
    examples=(".venv/bin/python", ".venv"),
)
ENV: Setting[Mapping[str, str]] = Setting(
    "env", Variables(), {}, "Environment variables that the models or `env.py` need to be imported."
)
TIMEOUT: Setting[int] = Setting(
    "timeout",
    Number(1, "at least 1", example=DEFAULT_TIMEOUT),
    DEFAULT_TIMEOUT,
    "After how many seconds without a sign of life the project's code is given up: while it is imported, or"
    " between two statements of a migration.",
)
DATABASE_URL_ENV: Setting[str | None] = Setting(
    "database-url-env",
    Text(),
    None,
    "The environment variable that has the URL of a live database to compare with (LI701 to LI704), such as"
    " `postgresql://user:password@host/database`. Where the variable is not set, no database is looked at;"
    " `--database-url` wins over it.",
    examples=("DATABASE_URL",),
)
DEFAULT_SCHEMA: Setting[str] = Setting(
    "default-schema", Text(), "public", "The schema of names that have none."
)
POSTGRES_VERSION: Setting[int] = Setting(
    "postgres-version",
    Number(
        OLDEST_POSTGRES_VERSION,
        f"a major version, {OLDEST_POSTGRES_VERSION} or newer",
        maximum=_NEWEST_MAJOR,
        example=DEFAULT_POSTGRES_VERSION,
    ),
    DEFAULT_POSTGRES_VERSION,
    "The major version to stand in for: names and grammar differ a little.",
)
EXTENSIONS: Setting[tuple[str, ...]] = Setting(
    "extensions",
    Texts(),
    (),
    "Extensions that a database has before the first migration, by an administrator or an image, so that no"
    " migration creates them. `verify` creates them in its scratch databases.",
    standing="none but what migrations create",
    examples=("postgis",),
)
SINCE: Setting[tuple[str, ...]] = Setting(
    "since",
    Texts(),
    (),
    "A revision, or a list where there are several heads. Rules about single migrations (LI3, LI4) judge only"
    " what comes after, so that an old history can be left alone.",
    standing="all are judged",
)
SELECT: Setting[tuple[str, ...]] = Setting(
    "select",
    _RULES,
    (),
    "Rules to run: a code (`LI201`), a family (`LI2`), a name (`index-differs`), or `ALL`.",
    standing="all that are on",
)
EXTEND_SELECT: Setting[tuple[str, ...]] = Setting(
    "extend-select", _RULES, (), "Rules to run beside those of `select`."
)
IGNORE: Setting[tuple[str, ...]] = Setting(
    "ignore", _RULES, (), "Rules to leave out. The more specific of `select` and `ignore` wins."
)
PER_FILE_IGNORES: Setting[Mapping[str, tuple[str, ...]]] = Setting(
    "per-file-ignores",
    TableOf(_RULES),
    {},
    "A table from patterns of a file, table or index to rules that are not reported there.",
)
SEVERITY: Setting[Mapping[str, str]] = Setting(
    "severity",
    TableOf(Choice(tuple(str(severity) for severity in Severity), "severity"), names=RULE),
    {},
    'A table from rules to `"error"` or `"warning"`. Only errors fail a run.',
)
ALLOW: Setting[tuple[str, ...]] = Setting(
    "allow",
    Texts(valid=ALLOWANCES),
    (),
    "What models and migrations may do while they are run:"
    f" {', '.join(f'`{chr(34)}{allowance}{chr(34)}`' for allowance in ALLOWANCES)}.",
    standing="nothing",
)
FIX_CONCURRENTLY: Setting[bool] = Setting(
    "fix-concurrently",
    Flag(),
    True,
    "Whether the migrations that `--fix` writes build and drop the indexes of existing tables CONCURRENTLY,"
    " in an `autocommit_block`, so that nobody has to wait for them.",
)

CACHE_DIR: Setting[str | None] = Setting(
    "cache-dir",
    Text(),
    None,
    "The folder for the reports of earlier runs, which are shown again for as long as nothing has changed.",
    standing=f"`{CACHE_FOLDER}`, beside the configuration",
    examples=(CACHE_FOLDER,),
)

ON: Setting[str | None] = Setting(
    "on", Text(), None, "What stands after `ON` in CREATE INDEX.", required=True, examples=_DEFINITIONS
)
UNIQUE: Setting[bool] = Setting(
    "unique", Flag(), False, "Whether the index is unique. A unique constraint of that name is one."
)
REASON: Setting[str | None] = Setting(
    "reason", Text(), None, "Why it is demanded. It is shown to whoever lacks it."
)
IN: Setting[tuple[str, ...]] = Setting(
    "in",
    Texts(valid=_LAYERS, empty=f"must name at least one of {', '.join(_LAYERS)}"),
    _LAYERS,
    "Where it must be: one of the two for an index that cannot be declared in both, such as one on a"
    " materialized view.",
)
TABLES: Setting[tuple[str, ...]] = Setting(
    "tables",
    Texts(empty="must hold at least one pattern"),
    ("*",),
    'Patterns of table names with `*` and `?`; one with a dot, such as `"sales.*"`, names the schema too.',
)
HAVING: Setting[tuple[str, ...]] = Setting(
    "having",
    Texts(),
    (),
    "Columns that a table must have for the requirement to concern it; those of `leading` are always among"
    " them.",
)
LEADING: Setting[tuple[str, ...]] = Setting(
    "leading",
    Texts(empty="must name at least one column"),
    (),
    "The first keys of the index, in this order.",
    required=True,
)

INDEX_ENTRY: tuple[Setting[Any], ...] = (ON, UNIQUE, REASON, IN)
REQUIREMENT: tuple[Setting[Any], ...] = (TABLES, HAVING, LEADING, REASON)

INDEXES: Setting[Mapping[str, str | Mapping[str, object]]] = Setting(
    "indexes",
    TableOf(TextOrTable(Table(INDEX_ENTRY), DEFINITION_ADVICE), names={"pattern": r"\S"}),
    {},
    "The indexes that must be there, by name: what stands after `ON` in CREATE INDEX, or a table.",
)
REQUIRE: Setting[tuple[Mapping[str, object], ...]] = Setting(
    "require",
    Tables(Table(REQUIREMENT), REQUIREMENT_EXAMPLE),
    (),
    "Requirements of every table of a kind (LI107).",
)
INDEX_NAME: Setting[str | None] = Setting(
    "index-name",
    Text(),
    None,
    "What the name of every index must match (LI104), those behind constraints excepted: a regular expression"
    " in which `{table}`, `{column}` and `{columns}` stand for the table, the first column and all columns"
    ' joined by underscores. `"ix_{table}_.*"`, `"(ix|uq)_{table}_{columns}"`.',
    standing="the `naming_convention` of the models' MetaData, where the project has set one",
    examples=("ix_{table}_.*",),
)
MAX_INDEXES_PER_TABLE: Setting[int | None] = Setting(
    "max-indexes-per-table",
    Number(1, "at least 1"),
    None,
    "How many indexes a table may have, those behind constraints included (LI105).",
)
MAX_INDEX_KEYS: Setting[int | None] = Setting(
    "max-index-keys",
    Number(1, "at least 1"),
    None,
    "How many keys an index may have, unless it is unique (LI105).",
)

PLACES: tuple[Setting[Any], ...] = (
    METADATA,
    ALEMBIC,
    ALEMBIC_SECTION,
    PYTHON,
    ENV,
    TIMEOUT,
    DATABASE_URL_ENV,
)
JUDGEMENT: tuple[Setting[Any], ...] = (
    DEFAULT_SCHEMA,
    POSTGRES_VERSION,
    EXTENSIONS,
    SINCE,
    SELECT,
    EXTEND_SELECT,
    IGNORE,
    PER_FILE_IGNORES,
    SEVERITY,
    ALLOW,
    FIX_CONCURRENTLY,
    CACHE_DIR,
)
POLICY: tuple[Setting[Any], ...] = (INDEXES, REQUIRE, INDEX_NAME, MAX_INDEXES_PER_TABLE, MAX_INDEX_KEYS)
SETTINGS: tuple[Setting[Any], ...] = (*PLACES, *JUDGEMENT, *POLICY)
