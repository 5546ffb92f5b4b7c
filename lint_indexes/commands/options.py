"""What the commands are asked to do: the command line, without the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from pathlib import Path

from lint_indexes.model.dataclass import dataclass


class PolicyChoice(str, Enum):
    """Which of today's indexes a new policy demands."""

    NONE = "none"
    MODELS = "models"
    """Those that the models declare."""
    ALL = "all"
    """Those, and the ones that only the migrations make."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """``check``: ``root`` is where the search for a configuration starts (the working directory if None),
    ``config`` a configuration file that is used instead, ``at`` the revision to judge the history at,
    ``base`` a branch or commit whose revisions are not judged singly, ``database_url`` a live database to
    compare with, ``files`` what alone is reported, if there are any; without ``cache`` nothing of earlier
    runs is used, nor kept for later ones.
    """

    root: Path | None = None
    config: Path | None = None
    python: str | None = None
    at: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    base: str | None = None
    database_url: str | None = field(default=None, repr=False)
    files: tuple[Path, ...] = ()
    cache: bool = True


@dataclass(frozen=True, slots=True)
class FixOptions:
    """``--fix``: ``unsafe`` takes fixes that may lose something, ``drop_drift`` drops what the models do not
    declare instead of declaring it, ``diff`` only shows what would be written; ``message`` is that of a new
    revision, made up if None.
    """

    unsafe: bool = False
    drop_drift: bool = False
    diff: bool = False
    message: str | None = None


@dataclass(frozen=True, slots=True)
class InitOptions:
    """``init``: ``root`` is where the search for the project starts, ``config`` the file to write instead of
    the one that would be chosen; the others are values of the keys of their names. ``policy`` says which of
    today's indexes the policy is to demand, ``hook`` whether pre-commit is to run the tool.
    """

    root: Path | None = None
    config: Path | None = None
    python: str | None = None
    metadata: tuple[str, ...] = ()
    alembic: Path | None = None
    alembic_section: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    policy: PolicyChoice = PolicyChoice.NONE
    hook: bool = False
