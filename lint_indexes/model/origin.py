"""Where a thing comes from."""

from __future__ import annotations

from enum import Enum

from lint_indexes.model.dataclass import dataclass


class Source(str, Enum):
    """One of the places that declare indexes."""

    POLICY = "policy"
    MODELS = "models"
    MIGRATIONS = "migrations"
    DATABASE = "database"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Origin:
    """The line that declared something.

    ``path`` is as the source gave it (absolute for files), ``line`` and ``column`` count from 1;
    ``revision`` is the migration's id where the source is the migrations.
    """

    source: Source
    path: str | None = None
    line: int | None = None
    column: int | None = None
    revision: str | None = None
