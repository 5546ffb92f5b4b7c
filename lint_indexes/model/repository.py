"""What git has to say about migrations: the commit that is being made, and the branch to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lint_indexes.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file of the working tree that a commit would go without.

    ``path`` is as git shows it, from the top of the repository; ``ignored_by`` is the pattern that makes git
    overlook the file, with its place.
    """

    path: str
    ignored_by: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit that a hook judges. ``left_out`` are the migrations that it lacks, by their paths."""

    left_out: Mapping[str, LeftOut] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeclaredRevision:
    """A revision as its file declares it. ``labelled``: it begins a branch of its own (``branch_labels``)."""

    id: str
    down_revisions: tuple[str, ...]
    path: str
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class Base:
    """The branch that is named with ``--base``, since it and the working tree parted.

    ``own`` are the revisions that only the working tree has, ``others`` those that only the base has.
    """

    name: str
    own: tuple[DeclaredRevision, ...] = ()
    others: tuple[DeclaredRevision, ...] = ()
