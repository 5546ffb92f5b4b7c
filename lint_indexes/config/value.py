"""What a project asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from lint_indexes.findings import Severity
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.origin import Origin
from lint_indexes.model.policy import Policy

DEFAULT_POSTGRES_VERSION = 16
OLDEST_POSTGRES_VERSION = 12
DEFAULT_TIMEOUT = 60
ALLOWANCES = ("network", "processes", "writes")
"""What a replay may be allowed to do; by default it may do none of them."""


@dataclass(frozen=True, slots=True)
class Config:
    """One project's configuration.

    ``path`` is the file, ``root`` its folder, which relative paths in it start from. ``metadata`` are
    "module:attribute" strings, ``alembic`` an ini file (or a pyproject.toml with ``[tool.alembic]``),
    ``alembic_section`` its section (what ``alembic --name`` takes), ``database_url_env`` the environment
    variable that has the URL of a live database; ``extensions`` are in a database before the first migration;
    ``fix_concurrently``: the migrations that a fix writes do not block writes; ``cache_dir`` is where reports
    are kept, None for the usual place; ``select``, ``extend_select`` and ``ignore`` are codes, families,
    names or "ALL" as written, as are those of ``per_file_ignores``, by pattern of a file, table or index,
    with the places of the patterns in ``pattern_origins``; ``severity`` is by rule code.
    """

    path: Path
    root: Path
    metadata: tuple[str, ...] = ()
    alembic: str | None = None
    alembic_section: str = "alembic"
    python: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    timeout: int = DEFAULT_TIMEOUT
    database_url_env: str | None = None
    fix_concurrently: bool = True
    cache_dir: str | None = None
    default_schema: str = "public"
    postgres_version: int = DEFAULT_POSTGRES_VERSION
    extensions: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pattern_origins: Mapping[str, Origin] = field(default_factory=dict)
    severity: Mapping[str, Severity] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    allow: frozenset[str] = frozenset()
