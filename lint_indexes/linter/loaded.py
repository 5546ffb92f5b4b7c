"""What was loaded of one project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lint_indexes.model.database import Database
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import History
from lint_indexes.model.repository import Base, Commit
from lint_indexes.sources.memory import Environment, Journal
from lint_indexes.sources.metadata import Models


@dataclass(frozen=True, slots=True)
class Loaded:
    """The sources of one project. ``models`` is None where env.py names no metadata, ``database`` where none
    is compared with, ``base`` where no branch was named, ``commit`` where none is being made. ``failed`` says
    of a source why it is not there although there is use for it.
    """

    models: Models | None
    history: History
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    database: Database | None = None
    overlay: Mapping[str, str] = field(default_factory=dict)
    """Texts that stand for the files at their paths."""
    base: Base | None = None
    commit: Commit | None = None
    failed: Mapping[str, str] = field(default_factory=dict)
    journal: Journal = field(default_factory=Journal)
    """Has what was said of the revisions in earlier runs, and is told what is said in this one."""
    environment: Environment | None = None
    """What env.py and the models amounted to, if they were loaded and can be summarized."""
