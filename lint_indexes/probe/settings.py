"""What a probe is to load, and what it may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from lint_indexes.model.dataclass import dataclass
from lint_indexes.probe.alembic_settings import AlembicSettings
from lint_indexes.probe.process import TIMEOUT


@dataclass(frozen=True, slots=True)
class ProbeSettings:
    """How to start a probe.

    ``metadata`` are "module:attribute" specifications, empty to take what env.py configures; ``alembic`` is
    an ini file or a pyproject.toml, None to find one, ``alembic_section`` its section; ``allow`` holds what
    the guard lets pass, of PERMISSIONS; ``timeout`` is the silence, in seconds, after which the probe is
    given up. ``overlay`` are texts that stand for the files at their paths, which need not exist.
    """

    python: Path
    root: Path
    metadata: tuple[str, ...] = ()
    alembic: Path | None = None
    alembic_section: str = "alembic"
    env: Mapping[str, str] = field(default_factory=dict)
    allow: frozenset[str] = frozenset()
    timeout: float = TIMEOUT
    default_schema: str = "public"
    postgres_version: int = 16
    overlay: Mapping[str, str] = field(default_factory=dict)

    def load_arguments(self, alembic: AlembicSettings) -> dict[str, object]:
        """Those of the command ``load``."""
        return {
            "root": str(self.root.absolute()),
            "metadata": list(self.metadata),
            "ini": None if alembic.ini is None else str(alembic.ini),
            "toml": None if alembic.toml is None else str(alembic.toml),
            "table": alembic.table,
            "section": self.alembic_section,
            "allow": sorted(self.allow),
            "default_schema": self.default_schema,
            "postgres_version": self.postgres_version,
            "overlay": dict(self.overlay),
        }
